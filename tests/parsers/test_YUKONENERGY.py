from tests.support import events


def test_production_by_hand() -> None:
    """04:00 in Whitehorse is UTC-7: 11:00Z. The columns are Thermal, Hydro, Wind, Solar, as the labels of now."""
    mix = events("YUKONENERGY/production_CA-YT")[2]
    assert mix.start.isoformat() == "2026-03-10T11:00:00+00:00"
    assert mix.production == {"unknown": 9.33, "hydro": 59.854, "wind": 1.62, "solar": 0}


def test_now_is_as_old_as_the_page_says() -> None:
    """Asked at 12:00Z, updated 4 minutes ago; the capacity of 131.2 is no output."""
    mix = events("YUKONENERGY/production_CA-YT")[-1]
    assert mix.start.isoformat() == "2026-03-10T11:56:00+00:00"
    assert mix.production == {"unknown": 9.412, "hydro": 60.731, "wind": 1.448, "solar": 0}


def test_now_is_not_told_twice() -> None:
    starts = [mix.start.isoformat() for mix in events("YUKONENERGY/odd/now_is_the_last_row")]
    assert starts[-2:] == ["2026-03-10T11:00:00+00:00", "2026-03-10T11:56:00+00:00"]


def test_what_was_before_the_clock_stood_still() -> None:
    """12:00 in July 2020 was UTC-7 as well, but by summer time."""
    assert events("YUKONENERGY/odd/before_2020")[0].start.isoformat() == "2020-07-01T19:00:00+00:00"
