from collections.abc import Sequence
from typing import Any

import pytest

from core.recording import read_case
from parsers import JAO_Auctions
from tests.support import SAMPLES, events, run, warnings_of_parsers


def test_capacity_by_hand() -> None:
    """10:00Z is the twelfth hour of the market day, "11:00-12:00" in Paris: 1505 + 937 + 819 there, 1566 + 963 + 875
    back."""
    event = next(e for e in events("JAO_Auctions/FR_GB") if e.start.hour == 10)
    assert (f"{event.start:%d %H:%M}", f"{event.end:%d %H:%M}") == ("10 10:00", "10 11:00")
    assert (event.capacity_export, event.capacity_import) == (1505 + 937 + 819, 1566 + 963 + 875)
    assert event.atc_type == "EXPLICIT_AUCTION"


def test_one_corridor_each_way() -> None:
    """CH-DE at "11:00-12:00" is 3000 + 11 * 10, DE-CH 800 - 11 * 4."""
    event = next(e for e in events("JAO_Auctions/CH_DE") if e.start.hour == 10)
    assert (event.capacity_export, event.capacity_import) == (3110.0, 756.0)


def test_the_short_day_has_no_third_hour() -> None:
    """01:00Z is "03:00-04:00" in Budapest, the third result: 602."""
    found = events("JAO_Auctions/odd/spring_day")
    assert len(found) == 23
    assert [e.capacity_export for e in found if e.start.isoformat() == "2026-03-29T01:00:00+00:00"] == [602.0]
    assert (found[-1].end.isoformat(), found[-1].capacity_import) == ("2026-03-29T22:00:00+00:00", None)


def test_the_long_day_has_two() -> None:
    """00:00Z is "02:00-03:00", 01:00Z "02:00-03:00*", 02:00Z "03:00-04:00"."""
    hours = events("JAO_Auctions/odd/autumn_day")[2:5]
    found = {f"{event.start:%H:%M}": event.capacity_import for event in hours}
    assert found == {"00:00": 702.0, "01:00": 703.0, "02:00": 704.0}


def test_a_cable_whose_auction_is_still_to_come_leaves_its_direction_unknown() -> None:
    """IF2-FR-GB is announced; of the other direction IF1 has 1510, IF2 none, and EL1's was cancelled."""
    event = events("JAO_Auctions/odd/one_cable_still_to_come")[0]
    assert (event.capacity_export, event.capacity_import) == (None, 1510.0)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("DK-DK1->GB", [("VKL-D1-GB", "VKL-GB-D1")]), ("CH->IT-NO", [("CH-IT", "IT-CH")]),
        ("IT-CSO->ME", [("IT-ME", "ME-IT")]), ("BE->GB", [("NLL-BE-GB", "NLL-GB-BE")]),
        ("FR->GB", [(f"{cable}-FR-GB", f"{cable}-GB-FR") for cable in ("IF1", "IF2", "EL1")]),
    ],
)
def test_corridors(key: str, expected: Sequence[Any]) -> None:
    assert JAO_Auctions.corridors(key) == expected


def test_what_is_left_out_is_said() -> None:
    with warnings_of_parsers() as seen:
        run(read_case(SAMPLES / "JAO_Auctions/odd/too_few_hours.json"))
    assert seen == ["the auction IT-ME-D-DAILY--260310-01 has 20 results for 24 hours"]
