import json

from core.recording import playing, read_case
from parsers import GSO
from tests.support import SAMPLES, events


def test_production_by_hand() -> None:
    """19:40 in Kuala Lumpur (UTC+8) is 11:40 UTC. CoGen 188 is industry's, unknown; -0.4 of the sun is 0."""
    mix = events("GSO/production_MY-WM")[1]
    assert mix.start.isoformat() == "2026-03-10T11:40:00+00:00"
    assert mix.production == {
        "coal": 8420.1, "gas": 5288.7, "unknown": 188.0, "oil": 12.5, "hydro": 1405.2, "solar": 0.0}


def test_consumption_by_hand() -> None:
    load = events("GSO/consumption_MY-WM")[0]
    assert (load.start.isoformat(), load.consumption) == ("2026-03-10T11:30:00+00:00", 14920.7)


def test_flows_by_hand() -> None:
    """PLTG 105.2 leaves for Singapore. EGAT -12.5 and HVDC 60 are 47.5 to Thailand, one flow."""
    assert events("GSO/exchange_MY-WM_SG")[0].net_flow == 105.2
    flows = events("GSO/exchange_MY-WM_TH")
    assert [flow.net_flow for flow in flows] == [47.5, 49.0, 65.1]


def test_half_a_border_is_no_flow() -> None:
    """HVDC has no number at 19:30, and no row at 19:40."""
    (flow,) = events("GSO/odd/half_a_border")
    assert flow.start.isoformat() == "2026-03-10T11:50:00+00:00"


def test_a_past_day_is_asked_for_on_its_own_clock() -> None:
    """20:00 UTC of 29 February is 04:00 of 1 March there."""
    case, sent = read_case(SAMPLES / "GSO/odd/past_day.json"), []
    with playing(case) as session:
        session.hooks["response"].append(lambda answer, **_: sent.append(json.loads(answer.request.body)))
        GSO.fetch_exchange("SG", "MY-WM", session, case.moment.replace(2024, 2, 29, 20))
    assert sent == [{"Fromdate": "01/03/2024", "Todate": "01/03/2024", "Line": "PLTG"}]
