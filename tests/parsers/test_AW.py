from tests.support import events


def test_production_by_hand() -> None:
    """07:57 of Aruba (UTC-4) is 11:57Z. 102.4 + 14.225 + 3.5 + 0.875 = 121.0 MW of the 121.45 are told apart."""
    (event,) = events("AW/production_AW")
    assert event.start.isoformat() == "2026-03-10T11:57:00+00:00"
    assert event.production == {"oil": 102.4, "wind": 14.225, "solar": 3.5, "biomass": 0.875, "unknown": 0.45}


def test_what_has_no_figure_is_in_the_rest() -> None:
    """121.45 less 102.4 + 14.225 + 0.875: the sun's 3.5 MW, and the 0.45 that are never told apart."""
    mix = events("AW/odd/null_figure")[0].production
    assert mix["solar"] is None and mix["unknown"] == 3.95


def test_parts_a_little_above_the_total_leave_no_rest() -> None:
    (event,) = events("AW/odd/parts_a_little_above_total")
    assert event.production["unknown"] == 0.0 and event.corrected_modes == ["unknown"]


def test_the_day_of_a_stamp_does_not_count_and_its_hour_does() -> None:
    """All figures but one name 1 January; around midnight of Aruba (04:00Z) they are minutes apart on two days."""
    assert events("AW/odd/other_day") == events("AW/production_AW")
    assert events("AW/odd/around_midnight")[0].start.isoformat() == "2026-03-10T04:01:00+00:00"
