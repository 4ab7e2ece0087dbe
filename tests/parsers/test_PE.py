from tests.support import events


def test_production_by_hand() -> None:
    """The label 23:30 ends at 04:30 UTC, so its half hour began at 04:00. Oil is DIESEL 1.25 + RESIDUAL 18.5 = 19.75,
    biomass BAGAZO 41.2 + BIOGÁS 7.9 = 49.1."""
    mix = events("PE/production_PE")[0]
    assert (mix.start.isoformat(), mix.end.isoformat()) == ("2026-03-10T04:00:00+00:00", "2026-03-10T04:30:00+00:00")
    assert (mix.production["oil"], mix.production["biomass"]) == (19.75, 49.1)


def test_a_days_last_label_is_the_next_days_midnight() -> None:
    """00:00 of the 10th, 05:00 UTC, is the end of the 9th's last half hour."""
    assert events("PE/production_PE")[1].start.isoformat() == "2026-03-10T04:30:00+00:00"


def test_zeros_of_half_hours_to_come_are_no_values() -> None:
    """At 07:00 there the labels 07:00 and 07:30 are zeros; 06:30 is the last that is out."""
    assert events("PE/production_PE")[-1].end.isoformat() == "2026-03-10T11:30:00+00:00"


def test_a_half_hour_that_is_not_over_is_left_out() -> None:
    assert [event.end.isoformat() for event in events("PE/odd/to_come")] == ["2026-03-10T12:00:00+00:00"]
