from datetime import UTC, datetime

from parsers.CAMMESA import mix, parse_exchange
from tests.support import events


def test_production_by_hand() -> None:
    """06:00 at -03:00 is 09:00 UTC. Hydro 4179.3 + 230.28 small = 4409.58.
    Thermal 8270.6: gas 80 % = 6616.48, oil 17 % = 1406.002, coal 3 % = 248.118."""
    first = events("CAMMESA/production_AR")[0]
    assert first.start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert first.production["hydro"] == 4409.58
    assert (first.production["gas"], first.production["oil"], first.production["coal"]) == (6616.48, 1406.002, 248.118)


def test_only_instants_of_both_lists() -> None:
    """The conventional list has 36 rows; the unordered renewables lack 06:35 and 07:40, 09:35 and 10:40 UTC."""
    starts = [event.start.strftime("%H:%M") for event in events("CAMMESA/production_AR")]
    assert len(starts) == 34 and "09:35" not in starts and "10:40" not in starts


def test_modes_add_up_to_the_published_total() -> None:
    """09:00 UTC: sumTotal 16521.3, its renewables rounded to 0.1."""
    assert abs(sum(events("CAMMESA/production_AR")[0].production.values()) - 16521.3) < 0.1


def test_thermal_shares_follow_the_local_year() -> None:
    """02:00 UTC on New Year's Day 2020 is still 2019 in Buenos Aires: 95 % gas, 4 % oil, 1 % coal of 1000 MW."""
    found = mix(datetime(2020, 1, 1, 2, tzinfo=UTC), {"termico": 1000.0}, {})["production"]
    assert found == {"gas": 950.0, "oil": 40.0, "coal": 10.0}


def test_exchanges_by_hand() -> None:
    """Chile: 185 MW, arrow 180 (west), as listed: from AR. Brazil: 480 MW, arrow 225, the listed 45 turned: into AR."""
    assert events("CAMMESA/exchange_AR_CL-SEN")[0].net_flow == 185.0
    assert events("CAMMESA/exchange_AR_BR-S")[0].net_flow == -480.0
    assert events("CAMMESA/exchange_AR_PY")[0].net_flow == 34.0


def test_inner_ties_by_hand() -> None:
    """PBA-COM 2210 MW, arrow 45, listed 225: Comahue feeds Buenos Aires.
    LIT-CEN 310 MW, arrow 45, listed 225 for LIT to CEN: turned, CEN feeds LIT, and CEN sorts first."""
    assert events("CAMMESA/odd/inner_tie")[0].net_flow == -2210.0
    assert events("CAMMESA/odd/inner_tie_turned")[0].net_flow == 310.0


def test_an_idle_corridor_may_have_any_arrow() -> None:
    """0 MW to Paraguay, whose line runs along 45 and 225 degrees, with an arrow of 90: no flow, and no fault."""
    idle = {"nombre": "ARG-PAR", "fecha": "2026-03-10T08:55:00.000-0300", "text": "0", "url": "flecha90"}
    found = parse_exchange({"features": [{"properties": idle}]}, "AR->PY")
    assert (found["sortedZoneKeys"], found["netFlow"]) == ("AR->PY", 0.0)


def test_two_sources_agree_on_the_tie_with_brazil() -> None:
    """CAMMESA rounds to MW."""
    ours, theirs = events("CAMMESA/exchange_AR_BR-S")[0], events("ONS/exchange_AR_BR-S")[0]
    assert abs(ours.net_flow - theirs.net_flow) < 0.5
