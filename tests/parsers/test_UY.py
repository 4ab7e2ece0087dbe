import pytest

from tests.support import events


def test_production_by_hand() -> None:
    """07:00 at -03:00 is 10:00 UTC. Hydro is four dams: 412.5 + 96.25 + 41.75 + 120 = 670.5; Térmica is oil."""
    mix = events("UY/production_UY")[0]
    assert mix.start.isoformat() == "2026-03-10T10:00:00+00:00"
    assert (mix.production["hydro"], mix.production["oil"], mix.production["biomass"]) == (670.5, 18.25, 171.640118)


def test_exchanges_by_hand() -> None:
    """Brazil: imports 0 + 0.090004, exports 31.25 + 4.5: -35.659996 into Uruguay. In January Argentina's 12.25 in and
    250.5 out are -238.25."""
    assert events("UY/exchange_BR-S_UY")[0].net_flow == pytest.approx(-35.659996)
    assert events("UY/odd/past_exports")[0].net_flow == -238.25


def test_production_and_net_import_are_the_load() -> None:
    mixes, loads = events("UY/production_UY"), events("UY/consumption_UY")
    flows = zip(events("UY/exchange_AR_UY"), events("UY/exchange_BR-S_UY"), strict=True)
    for mix, load, into in zip(mixes, loads, flows, strict=True):
        made = sum(mix.production.values()) + sum(flow.net_flow for flow in into)
        assert made == pytest.approx(load.consumption, abs=0.001)


def test_a_row_of_zeros_is_a_gap_and_no_row_costs_another() -> None:
    """10:00 is zeros, 10:10 lacks solar and has an engine's own use of 0.35 MW, 10:30 is empty."""
    first, second = events("UY/odd/odd_rows")
    assert first.start.isoformat() == "2026-03-10T10:10:00+00:00"
    assert (first.production["solar"], first.production["oil"], first.corrected_modes) == (None, 0.0, ["oil"])
    assert second.production["solar"] == 121.440936


def test_what_sensors_show_at_night_is_returned() -> None:
    assert events("UY/odd/past_night")[0].production["solar"] == 0.211931


def test_the_file_is_found_by_an_absolute_address_too() -> None:
    assert events("UY/odd/absolute_link") == events("UY/consumption_UY")
