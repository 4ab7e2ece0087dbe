import pytest

from core import errors
from parsers import CZ
from tests.support import events

BORDERS = ("AT_CZ", "CZ_DE", "CZ_PL", "CZ_SK")


def test_production_by_hand() -> None:
    """10:00+01:00 is 09:00 UTC. PsPP -310.5 is pumping: 310.5 MW charging, and no production; 118.5 at noon is
    generating: -118.5. TPP 3105.25 is coal, ApPP 196.25 the plants of industry, unknown."""
    mixes = events("CZ/production_CZ")
    assert mixes[0].start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert (mixes[0].storage, mixes[3].storage) == ({"hydro": 310.5}, {"hydro": -118.5})
    assert (mixes[0].production["coal"], mixes[0].production["unknown"]) == (3105.25, 196.25)


def test_exchanges_by_hand() -> None:
    """Into CZ is +. PSE -312.25: CZ sends Poland 312.25. APG -480.125: CZ sends Austria, so AT->CZ is -480.125.
    TenneT -655.5 and 50HzT 1820.75 bring in 1165.25 from Germany: CZ->DE is -1165.25."""
    first = {border: events(f"CZ/exchange_{border}")[0].net_flow for border in BORDERS}
    assert first == {"AT_CZ": -480.125, "CZ_DE": -1165.25, "CZ_PL": 312.25, "CZ_SK": 1210.5}


def test_flows_add_up_to_the_column_of_all() -> None:
    """CEPS Actual at 09:00 is -837.625, at 11:00 -1648.625: what all four borders bring in."""
    for at, into_mw in ((0, -837.625), (3, -1648.625)):
        flows = {border: events(f"CZ/exchange_{border}")[at].net_flow for border in BORDERS}
        assert flows["AT_CZ"] - flows["CZ_DE"] - flows["CZ_PL"] - flows["CZ_SK"] == into_mw


def test_planned_flow_by_hand() -> None:
    """Planned -500 with TenneT and 1500 with 50HzT: 1000 into CZ, and a forecast."""
    first = events("CZ/exchange_forecast_CZ_DE")[0]
    assert (first.net_flow, first.source_type) == (-1000.0, "forecasted")


def test_columns_are_found_by_their_name() -> None:
    assert events("CZ/odd/moved_columns")[0].production == events("CZ/production_CZ")[0].production


def test_half_a_border_is_no_flow() -> None:
    """TenneT has no number at 09:00, so that Germany has a flow from 09:15 on only."""
    (flow,) = events("CZ/odd/one_operator_missing")
    assert flow.start.isoformat() == "2026-03-10T09:15:00+00:00"


def test_a_missing_operator_is_said() -> None:
    answer = '<root><series><serie id="value1" name="TenneT Actual [MW]"/></series><data><item/></data></root>'
    with pytest.raises(errors.SourceChanged, match="no column 50HzT Actual"):
        list(CZ.parse_exchange(answer, "CZ->DE"))


def test_data_under_another_name_are_not_no_data() -> None:
    with pytest.raises(errors.SourceChanged, match="no item"):
        list(CZ.parse_exchange("<root><series/><data><row date='x'/></data></root>", "CZ->PL"))
