from datetime import datetime

import pytest

from core import errors, times
from parsers import TAIPOWER
from tests.support import events

COAL = ["<b>COAL</b>", "", "Linkou#1", "800.0", "412.5", "51.6%", " ", ""]


def test_production_by_hand() -> None:
    """19:50 in Taipei (UTC+8) is 11:50 UTC. Coal: 0 + 412.5 + the independent producer's 590.5 = 1003 MW."""
    (event,) = events("TAIPOWER/production_TW")
    assert event.start.isoformat() == "2026-03-10T11:50:00+00:00"
    assert event.production["coal"] == 1003.0
    assert event.production["gas"] == 700.0, "a unit without a value (N/A) is not 0 and does not void the others"
    assert event.storage["hydro"] == 250.0, "pumping 250 MW is written -250 by the source and is charging, +250"
    assert event.storage["battery"] == 5.0, "3 MW out and 8 MW in are 5 MW charging, net"


def test_capacity_by_hand() -> None:
    """Coal 800 + 550 + the independent producer's 600 = 1950 MW. Mingtan#1 has 267 MW; `-` is not known, not 0."""
    (event,) = events("TAIPOWER/production_TW")
    assert event.capacity["coal"] == 1950.0
    assert (event.capacity["hydro storage"], event.capacity["battery storage"]) == (267.0, None)


@pytest.mark.parametrize("column, nothing", [(3, "-"), (4, "N/A")])
def test_a_column_without_any_number_has_moved(column: int, nothing: str) -> None:
    row = [*COAL[:column], nothing, *COAL[column + 1:]]
    with pytest.raises(errors.SourceChanged, match="columns have moved"):
        TAIPOWER.parse_production({"": "2026-03-10 19:50", "dataset": [row]})


def test_the_stamp_is_required() -> None:
    with pytest.raises(errors.SourceChanged, match="no stamp"):
        TAIPOWER.parse_production({"dataset": [COAL]})


def test_a_naive_moment_is_taipeis() -> None:
    """At 12:00 UTC it is 20:00 in Taipei: 15:00 there is five hours ago, 15:00 UTC would lie ahead."""
    asked = datetime(2026, 3, 10, 15)  # noqa: DTZ001
    with times.frozen(times.read("2026-03-10T12:00Z")), pytest.raises(errors.NoHistory):
        TAIPOWER.fetch_production("TW", target_datetime=asked)
