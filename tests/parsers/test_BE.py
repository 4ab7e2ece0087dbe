import pytest

from core import times
from core.platforms import entsoe
from core.values import total
from parsers import BE
from tests.support import SAMPLES, events


def test_production_by_hand() -> None:
    """Quarter 10:15Z: gas 2195.0; biomass 61.2 and waste 231.6; offshore 612.9 and onshore wind 498.2.

    Storage of ENTSO-E's hour 10:00Z: pumps 545 - turbines 0 = 545 MW charging; batteries 48 - 2 = 46 MW charging.
    Elia's own row of batteries, -12 (charging), is not added to it.
    """
    found = {event.start: event for event in events("BE/production_BE")}[times.read("2026-03-10T10:15Z")]
    assert found.end == times.read("2026-03-10T10:30Z")
    assert (found.production["gas"], found.production["biomass"], found.production["wind"]) == (2195.0, 292.8, 1111.1)
    assert found.storage == {"hydro": 545, "battery": 46}


def test_an_hour_without_quarters_is_entsoes() -> None:
    """Hour 09:00Z: biomass 62 + waste 233; pumps 410 - 0; batteries 21 - 6."""
    first, second, *_ = events("BE/production_BE")
    assert (first.start, first.end) == (times.read("2026-03-10T09:00Z"), second.start)
    assert (first.source, first.production["biomass"], first.storage) == (
        "entsoe.eu", 295, {"hydro": 410, "battery": 15})
    assert second.source == "entsoe.eu,opendata.elia.be"


def test_the_energy_that_was_stored_stays_what_entsoe_says() -> None:
    """545 MW over the hour 10:00Z, each quarter of it, is 545 MWh."""
    hour = [event for event in events("BE/production_BE") if event.start.hour == 10]
    assert len(hour) == 4
    assert total(event.storage["hydro"] / 4 for event in hour) == 545


def test_the_newest_quarters_wait_for_their_storage() -> None:
    newest = events("BE/production_BE")[-1]
    assert (newest.source, newest.storage) == ("opendata.elia.be", {})


def test_one_type_of_a_mode_without_a_number_leaves_the_other() -> None:
    """11:00Z: waste is null, biomass 61.2. Gas, of one type, is unknown at 10:45Z and not 0."""
    found = {f"{event.start:%H:%M}": event.production for event in events("BE/production_BE")}
    assert found["11:00"]["biomass"] == 61.2
    assert found["10:45"]["gas"] is None


@pytest.mark.parametrize("hour", ["2026-10-25T00:00Z", "2026-10-25T01:00Z"])
def test_both_passes_of_the_repeated_hour_are_there(hour: str) -> None:
    assert times.read(hour) in {event.start for event in events("BE/odd/autumn")}


def test_a_missing_quarter_is_not_filled_from_the_hour() -> None:
    """Of the hour 10:00Z only its first and last quarter: nothing of ENTSO-E's mix stands between them."""
    contents = [(SAMPLES / "BE/bodies/production_entsoe.xml").read_bytes()]
    rows = [
        {"datetime": f"2026-03-10T10:{minute}:00+00:00", "fueltypeentsoe": "Nuclear", "generatedpower": 3940.0}
        for minute in ("00", "45")]
    found = BE.parse_production(rows, contents, "BE")
    assert [f"{event['datetime']:%H:%M}" for event in found] == ["09:00", "10:00", "10:45"]
    assert found[0]["source"] == entsoe.SOURCE
