import pytest

from tests.support import events


def test_production_by_hand() -> None:
    """05:00 at -06:00 is 11:00 UTC; MER, 110.5 MW of trade, is no production."""
    mix = events("NI/production_NI")[-1]
    assert mix.start.isoformat() == "2026-03-10T11:00:00+00:00"
    assert sum(mix.production.values()) == pytest.approx(64.9 + 82.3 + 96.35 + 21.6 + 0.85 + 178.1)
    assert mix.production["oil"] == 178.1


def test_price_by_hand() -> None:
    """Hour 5 of 10/03 is 11:00 UTC; hour 24 of 09/03 is midnight, 06:00 UTC."""
    (event,) = events("NI/price_NI")
    assert (event.start.isoformat(), event.price, event.currency) == ("2026-03-10T11:00:00+00:00", 128.37, "USD")
    assert events("NI/odd/hour_24")[0].start.isoformat() == "2026-03-10T06:00:00+00:00"


def test_exchanges_by_hand() -> None:
    """Out of Nicaragua -40,25 and -21,80: 62.05 MW come from Costa Rica. -60,10 and 11,70: 48.4 from Honduras."""
    assert events("NI/exchange_CR_NI")[0].net_flow == pytest.approx(62.05)
    assert events("NI/odd/second_choice_HN_NI")[0].net_flow == pytest.approx(48.4)


def test_trade_is_about_what_comes_over_both_borders() -> None:
    """MER 110.5 is the hour's, the lines are of 05:58."""
    flows = events("NI/exchange_CR_NI") + events("NI/odd/second_choice_HN_NI")
    assert sum(flow.net_flow for flow in flows) == pytest.approx(110.5, abs=0.1)
