"""Durations, and when a clock shows an hour next; moments were worked out by hand from the zones' rules."""

from datetime import datetime

import pytest

from core import times
from core.errors import SourceChanged


def test_durations_as_people_and_as_iso_8601_write_them() -> None:
    written = {"2h": 7200, "90m": 5400, "1h30m": 5400, "PT1H30M": 5400, "1d": 86400, "P1DT1H": 90000, "P1W": 604800}
    assert {text: times.duration_s(text) for text in written} == written
    for text in ("", "P", "PT", "2", "soon", "P1M", "30m1h", "-2h", "1e3s"):
        with pytest.raises(ValueError, match="is not a duration"):
            times.duration_s(text)


def test_the_next_time_a_clock_shows_an_hour() -> None:
    """It is 02:30 for the second time in Paris on 25 October 2026 at 01:30Z; on 29 March 02:30 is left out."""
    def shown(now: str, value: str) -> datetime:
        with times.frozen(times.read(now)):
            return times.next_shown(value, "Europe/Paris")

    assert shown("2026-03-10T12:00Z", "18:00") == times.read("2026-03-10T17:00Z")
    assert shown("2026-03-10T17:00Z", "18:00") == times.read("2026-03-11T17:00Z")
    assert shown("2026-10-25T00:30Z", "02:30") == times.read("2026-10-25T01:30Z")
    assert shown("2026-03-28T12:00Z", "02:30") == times.read("2026-03-30T00:30Z")
    with pytest.raises(SourceChanged):
        shown("2026-03-10T12:00Z", "25:00")
