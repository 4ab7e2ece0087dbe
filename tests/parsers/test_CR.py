import pytest

from tests.support import events


def test_production_by_hand() -> None:
    """05:00 at -06:00 is 11:00 UTC. Hydro is Reventazón 352.75 + Garita 101.125 = 453.875; Térmica is oil."""
    mix = events("CR/production_CR")[-1]
    assert mix.start.isoformat() == "2026-03-10T11:00:00+00:00"
    assert (mix.production["hydro"], mix.production["oil"]) == (453.875, 30.25)
    assert set(mix.production) == {"hydro", "wind", "geothermal", "biomass", "solar", "oil"}, "trade is no production"


def test_exchanges_by_hand() -> None:
    """Norte -61.4 and Sur -18.2 at 05:00 leave Costa Rica."""
    assert events("CR/odd/second_choice_CR_NI")[-1].net_flow == 61.4
    assert events("CR/odd/second_choice_CR_PA")[-1].net_flow == 18.2


@pytest.mark.parametrize(("other", "key"), [
    ("ENTE/exchange_CR_PA", "CR_PA"), ("ENTE/odd/second_choice_CR_NI", "CR_NI"), ("NI/exchange_CR_NI", "CR_NI")])
def test_sources_agree_on_the_ties(other: str, key: str) -> None:
    """The others are of one moment at the end of the hour."""
    assert events(f"CR/odd/second_choice_{key}")[-1].net_flow == pytest.approx(events(other)[0].net_flow, abs=1)


def test_soon_after_midnight_the_day_before_is_asked_for_too() -> None:
    """01:05 there; today's answer is empty."""
    starts = [event.start.isoformat() for event in events("CR/odd/after_midnight")]
    assert starts == ["2026-03-10T04:00:00+00:00", "2026-03-10T05:00:00+00:00"]
