from tests.support import events


def test_production_by_hand() -> None:
    """Hour 1 is 00:00 at -04:00, 04:00 UTC. Thermal 701.4: gas 2650 / 2690 = 690.970260, oil 40 / 2690 = 10.429740.
    701.4 + 420.55 + 39.85 + 0 + 12.4 = 1174.2 is the total, so nothing is unknown."""
    mix = events("CNDC/production_BO")[0]
    assert mix.start.isoformat() == "2026-03-10T04:00:00+00:00"
    assert (mix.production["gas"], mix.production["oil"]) == (690.97026, 10.42974)
    assert (mix.production["hydro"], mix.production["biomass"], mix.production["unknown"]) == (420.55, 12.4, None)


def test_forecast_by_hand() -> None:
    """All 24 hours have one, those to come too: hour 24 is 23:00 there, 03:00 UTC."""
    found = events("CNDC/generation_forecast_BO")
    assert len(found) == 24 and found[0].value == 1180.4
    assert (found[-1].start.isoformat(), found[-1].value) == ("2026-03-11T03:00:00+00:00", 1301.15)
    assert {event.source_type for event in found} == {"forecasted"}


def test_what_the_total_has_beyond_its_parts_is_unknown() -> None:
    """20.55 MW more is unknown, 0.04 less is rounding, 7.5 less is none; a row with a gap is not out yet."""
    unknown = [event.production["unknown"] for event in events("CNDC/odd/parts_and_total")]
    assert unknown == [20.55, None, None]


def test_soon_after_midnight_the_day_before_is_asked_for_too() -> None:
    starts = [event.start.isoformat() for event in events("CNDC/odd/after_midnight")]
    assert starts == ["2026-03-10T02:00:00+00:00", "2026-03-10T03:00:00+00:00"]
