from tests.support import events


def test_production_by_hand() -> None:
    """Hour 23 of the 9th is 22:00 at -03:00, 01:00 UTC of the 10th; coal, gas and oil are one type, unknown."""
    mix = events("CL/production_CL-SEN")[0]
    assert mix.start.isoformat() == "2026-03-10T01:00:00+00:00"
    assert (mix.production["hydro"], mix.production["unknown"]) == (2810.441902, 4205.118)


def test_hours_that_plants_still_report_are_left_out() -> None:
    """At 12:00 UTC those that began after 03:00: hour 2 of the 10th, 04:00 UTC, says half of what it will."""
    assert events("CL/production_CL-SEN")[-1].start.isoformat() == "2026-03-10T03:00:00+00:00"


def test_a_day_of_25_hours_is_counted_through() -> None:
    """At midnight of 4 April the clock goes from -03:00 to -04:00: hour 25 is 03:00 UTC, and the next day begins."""
    assert {event.start.hour: event.production["wind"] for event in events("CL/odd/april_change")} == {
        1: 1023.0, 2: 1024.0, 3: 1025.0, 4: 1001.5}


def test_a_day_of_23_hours_by_its_clock_or_counted() -> None:
    """6 September begins at 01:00 (-03:00), 04:00 UTC: the clock's hour 2, or the first that is counted; it ends with
    the hour from 02:00 UTC, its 24th or 23rd."""
    by_clock, counted = (
        {event.start.isoformat()[:13]: event.production["wind"] for event in events(f"CL/odd/{name}")}
        for name in ("september_change", "september_change_counted"))
    assert by_clock == {
        "2026-09-06T03": 1024.5, "2026-09-06T04": 1002.0, "2026-09-06T05": 1003.0, "2026-09-07T02": 1024.0}
    assert counted == {
        "2026-09-06T03": 1024.5, "2026-09-06T04": 1001.0, "2026-09-06T05": 1002.0, "2026-09-07T02": 1023.0}
