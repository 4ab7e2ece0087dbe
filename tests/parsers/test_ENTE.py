import json

import pytest

from tests.support import SAMPLES, events

FLOWS = {
    "CR->NI": "odd/second_choice_CR_NI", "CR->PA": "exchange_CR_PA", "GT->HN": "odd/second_choice_GT_HN",
    "GT->MX": "exchange_GT_MX", "GT->SV": "exchange_GT_SV", "HN->NI": "odd/second_choice_HN_NI",
    "HN->SV": "odd/second_choice_HN_SV",
}
LOADS = {
    "GT": "2SISTEMA.DTOT.OSYMDEMTOT.CMW2.MW", "SV": "3SISTEMA.CTOT.OSYMCARTOTR.-.MW",
    "HN": "4SISTEMA.CTOT.OSYMCARTOTR.-.MW", "NI": "5SISTEMA.CTOT.OSYMCARTOTR.-.MW",
    "CR": "6SISTEMA.CTOT.OSYMCARTOTR.-.MW",
}


def test_exchanges_by_hand() -> None:
    """INTER_NET_PAN 18.66 is out of Costa Rica, INTER_NET_GT -31.35 into El Salvador's neighbour turned: 31.35 from
    Guatemala; 1FR2-2LBR-01A -148.3 comes from Mexico. There is no stamp, so it is the minute of reading."""
    (panama,) = events("ENTE/exchange_CR_PA")
    assert (panama.start.isoformat(), panama.net_flow) == ("2026-03-10T12:00:00+00:00", 18.7)
    assert events("ENTE/exchange_GT_SV")[0].net_flow == 31.4
    assert events("ENTE/exchange_GT_MX")[0].net_flow == -148.3


def test_the_border_of_nicaragua_is_not_one_circuit() -> None:
    """INTER_NET_CR_2 is -62.04 out of Nicaragua, INTER_NET_CR -35.42."""
    assert events("ENTE/odd/second_choice_CR_NI")[0].net_flow == 62.0


@pytest.mark.parametrize("zone", LOADS)
def test_generation_and_net_import_are_the_load(zone: str) -> None:
    """Both are points of the same list; seven flows are told to 0.1 MW."""
    points = {one["nombre"]: one["value"] for one in json.loads((SAMPLES / "ENTE/bodies/points.json").read_text())}
    made = points[LOADS[zone].partition(".")[0] + ".GTOT.OSYMGENTOTR.-.MW"]
    into = sum(
        events(f"ENTE/{name}")[0].net_flow * (1 if key.endswith(f">{zone}") else -1)
        for key, name in FLOWS.items() if zone in key.split("->"))
    assert made + into == pytest.approx(points[LOADS[zone]], abs=0.2)


def test_total_production_is_unknown_as_a_whole() -> None:
    """4SISTEMA.GTOT 1357.09997558594."""
    assert events("ENTE/odd/total_production_HN")[0].production == {"unknown": 1357.1}
