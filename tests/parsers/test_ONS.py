import pytest

from core.recording import read_case
from tests.support import SAMPLES, events, run

LINKS = ("BR-CS_BR-N", "BR-CS_BR-NE", "BR-CS_BR-S", "BR-N_BR-NE", "AR_BR-S", "BR-S_PY", "BR-S_UY")
LOADS_MW = {"BR-CS": 38685.89, "BR-N": 7708.7, "BR-NE": 12558.05, "BR-S": 11408.65}


def test_production_by_hand() -> None:
    """08:56 at -03:00 is 11:56 UTC. Hydro with both halves of Itaipu: 17812.41 + 1450.2 + 3102.08 = 22364.69."""
    (event,) = events("ONS/production_BR-CS")
    assert event.start.isoformat() == "2026-03-10T11:56:00+00:00"
    assert event.production["hydro"] == 22364.69
    assert event.production["unknown"] == 3905.33, "thermal plants come as one number"


def test_exchanges_by_hand() -> None:
    """sul_sudeste -4310.9: the Southeast sends 4310.9 south. argentina +480.25 is export, so it enters AR."""
    assert events("ONS/exchange_BR-CS_BR-S")[0].net_flow == 4310.9
    assert events("ONS/exchange_AR_BR-S")[0].net_flow == -480.25
    assert events("ONS/odd/paraguay")[0].net_flow == 12.5, "export to Paraguay is positive, as to the other two"


@pytest.mark.parametrize("zone", LOADS_MW)
def test_production_and_net_import_are_the_load(zone: str) -> None:
    """The load is the source's cargaVerificada; the Southeast's is 33478.19 + 7814.0 + 1704.6 - 4310.9 = 38685.89."""
    flows = {link: events(f"ONS/exchange_{link}")[0].net_flow for link in LINKS}
    into = sum(flow for link, flow in flows.items() if link.endswith(f"_{zone}"))
    out = sum(flow for link, flow in flows.items() if link.startswith(f"{zone}_"))
    made = sum(events(f"ONS/production_{zone}")[0].production.values())
    assert made + into - out == pytest.approx(LOADS_MW[zone], abs=0.02)


def test_negative_solar_is_zero_and_other_negatives_are_missing() -> None:
    (event,) = events("ONS/odd/negative_solar")
    assert (event.production["solar"], event.production["wind"]) == (0.0, None)
    assert event.corrected_modes == ["solar", "wind"]


def test_capacity_by_hand() -> None:
    """2026: hydro 700.0 + 120.4 = 820; unknown 517.3 of gas + 40.0 of biomass retired in January 2026 = 557, without
    the coal retired in December 2025; solar of November 2026 counts for the whole year, wind of 2027 not yet."""
    (found,) = run(read_case(SAMPLES / "ONS/production_capacity_BR-CS.json"))
    assert {mode: one["value"] for mode, one in found.items()} == {
        "hydro": 820, "nuclear": 640, "unknown": 557, "solar": 55,
    }  # fmt: skip
    assert found["hydro"] == {"datetime": "2026-01-01", "value": 820, "source": "ons.org.br"}
