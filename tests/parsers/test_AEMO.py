from datetime import timedelta
from itertools import pairwise

import pytest

from tests.support import events


def test_forecast_by_hand() -> None:
    """22:00 at UTC+10 ends the half hour that begins at 11:30Z; the middle case of NSW1 is 8120 MW."""
    first = events("AEMO/consumption_forecast_AU-NSW")[0]
    assert first.start.isoformat() == "2026-03-10T11:30:00+00:00"
    assert (first.consumption, first.source_type) == (8120.0, "forecasted")


def test_every_region_has_its_own_rows() -> None:
    zones = ("AU-NSW", "AU-QLD", "AU-SA", "AU-TAS", "AU-VIC")
    first = [events(f"AEMO/consumption_forecast_{zone}")[0].consumption for zone in zones]
    assert first == [8120.0, 6240.0, 1405.0, 1102.0, 5015.0]


@pytest.mark.parametrize("case", ["summer_time_begins", "summer_time_ends"])
def test_clock_changes_of_the_regions_do_not_matter(case: str) -> None:
    """01:30 at UTC+10 ends the half hour that begins at 15:00Z of the day before."""
    starts = [event.start for event in events(f"AEMO/odd/{case}")]
    assert starts[0].hour == 15
    assert {later - earlier for earlier, later in pairwise(starts)} == {timedelta(minutes=30)}


def test_the_past_is_the_forecast_made_by_then() -> None:
    """At 10:00Z of the 10th the folder had only what was made on the 8th; a later one (11:03Z) was still to come."""
    assert events("AEMO/odd/past")[0].consumption == 7900.0
