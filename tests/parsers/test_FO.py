import pytest

from tests.support import events


def test_production_by_hand() -> None:
    """08:00 UTC: oil of all islands is 1.1 + 15.2 + 3.1 = 19.4 MWh in the hour, MW; hydro 12.05 + 2.4 + 0.45 = 14.9."""
    mix = events("FO/production_FO")[1]
    assert mix.start.isoformat() == "2026-03-10T08:00:00+00:00"
    assert (mix.production["oil"], mix.production["hydro"]) == (19.4, 14.9)


def test_now_by_hand() -> None:
    """11:58 stands for the hour from 11:00. Suðuroy's oil is Olie 2,75 + Diesel 0,25 = 3 MW; the plants beside it
    (SdDiesel_E 15,30), the percentages and SumS_E do not count."""
    mix = events("FO/production_FO-SI")[-1]
    assert mix.start.isoformat() == "2026-03-10T11:00:00+00:00"
    assert mix.production["oil"] == 3.0
    assert sum(mix.production.values()) == pytest.approx(4.7), "as SumS_E says"


def test_now_is_local_time() -> None:
    """12:58 on a summer's clock (UTC+1) is 11:58 UTC."""
    assert events("FO/odd/now_in_summer")[0].start.isoformat() == "2026-07-01T11:00:00+00:00"


def test_both_parts_are_the_whole() -> None:
    whole, main, south = (events(f"FO/production_{zone}") for zone in ("FO", "FO-MI", "FO-SI"))
    for all_of_it, *parts in zip(whole, main, south, strict=True):
        for mode, power_mw in all_of_it.production.items():
            assert sum(part.production.get(mode, 0.0) for part in parts) == pytest.approx(power_mw), mode


def test_what_was_measured_of_the_running_hour_beats_the_snapshot() -> None:
    """SEV's plants say 12.5 MW of hydro from 11:00 on, the snapshot of 11:58 says 15.75."""
    (mix,) = events("FO/odd/hour_in_both")
    assert mix.production["hydro"] == 12.5


def test_a_plant_that_stands_twice_counts_once() -> None:
    assert events("FO/odd/rows_twice")[0].production == events("FO/production_FO")[1].production
