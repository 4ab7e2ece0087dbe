import pytest

from core import errors
from parsers import CY
from tests.support import events


def test_production_by_hand() -> None:
    """11:00 in Nicosia (UTC+2) is 09:00 UTC. Distributed 241 MW, of which 11 are biomass as at 02:45: 230 of sun."""
    mix = events("CY/production_CY")[3]
    assert mix.start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert mix.production == {"wind": 8.0, "oil": 238.0, "biomass": 11.0, "solar": 230.0}
    assert mix.capacity == {"oil": 1390.0, "wind": 148.5, "solar": 701.25, "biomass": 13.1}


def test_the_night_is_biomass() -> None:
    """At 00:00 all of 12 MW, at 02:45 all of 11; at 03:00 the night is over: 11 of 12, and 1 of sun."""
    shares = [(mix.production["biomass"], mix.production["solar"]) for mix in events("CY/production_CY")[:3]]
    assert shares == [(12.0, 0.0), (11.0, 0.0), (11.0, 1.0)]


def test_the_sum_of_the_modes_is_the_demand() -> None:
    """Total demand at 09:00 UTC is 8 + 241 + 238 = 487 MW in our table, and Cyprus has no neighbour to trade with."""
    assert sum(events("CY/production_CY")[3].production.values()) == 487.0


def test_never_more_biomass_than_there_is_distributed_generation() -> None:
    """9 MW at 06:30 after 11 MW at night: 9 of biomass and no sun."""
    mix = events("CY/odd/less_than_at_night")[1]
    assert (mix.production["biomass"], mix.production["solar"]) == (9.0, 0.0)


def test_the_quarters_to_come_are_left_out_and_a_hole_is_not() -> None:
    assert events("CY/production_CY")[-1].start.isoformat() == "2026-03-10T11:45:00+00:00"
    assert len(events("CY/odd/half_filled_end")) == 2
    assert len(events("CY/odd/hole")) == 4


def test_it_asks_as_a_browser_does() -> None:
    assert CY.http.AS_BROWSER["User-Agent"].startswith("Mozilla/")


def test_a_missing_table_is_said() -> None:
    with pytest.raises(errors.SourceChanged, match="no table production_graph_data"):
        list(CY.parse_production("<html><table id='another'></table></html>", "CY"))
