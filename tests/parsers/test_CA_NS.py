import pytest

from tests.support import events


def test_production_by_hand() -> None:
    """1773129600000 ms are 2026-03-10T08:00Z. 1262.5 MW of load, of which coal 38.1 %: 481.0125.

    HFO/Natural Gas 19.05 % and LM 6000's 2.5 % are gas: 21.55 % of 1262.5 = 272.06875.
    """
    mix = events("CA_NS/production_CA-NS")[0]
    assert mix.start.isoformat() == "2026-03-10T08:00:00+00:00"
    assert (mix.production["coal"], mix.production["gas"]) == (481.0125, 272.06875)


def test_imports_are_not_produced() -> None:
    """11 % of the load come from outside."""
    assert sum(events("CA_NS/production_CA-NS")[0].production.values()) == pytest.approx(0.89 * 1262.5)


def test_an_hour_without_a_load_has_no_mix() -> None:
    """09:00Z has none, 10:00Z one of 0; at 11:00Z the share of coal is missing: not 0."""
    found = events("CA_NS/odd/partial_rows")
    assert [mix.start.hour for mix in found] == [8, 11]
    assert found[1].production["coal"] is None


def test_exchange_by_hand() -> None:
    """Maritime Link Import 141.6 is from Newfoundland, the first of the key; 08:57:10 in Halifax is 11:57Z."""
    (flow,) = events("CA_NS/exchange_CA-NL_CA-NS")
    assert (flow.start.isoformat(), flow.net_flow) == ("2026-03-10T11:57:00+00:00", 141.6)


def test_export_to_new_brunswick_is_turned() -> None:
    """NS Export -187.4 comes from New Brunswick, the first of the key; NB Power's own page says 187."""
    flow = events("CA_NS/odd/second_choice_CA-NB_CA-NS")[0].net_flow
    assert flow == 187.4
    assert events("CA_NB/exchange_CA-NB_CA-NS")[0].net_flow == pytest.approx(flow, abs=0.5)


def test_the_second_of_the_repeated_hours() -> None:
    """At 05:34Z on 1 November it is 01:34 AST."""
    assert events("CA_NS/odd/november_change")[0].start.isoformat() == "2026-11-01T05:32:00+00:00"
