import json
from typing import Any

import pytest

from core import times
from core.recording import playing, read_case
from parsers import CO
from tests.support import SAMPLES, events


def asked(name: str) -> list[Any]:
    """The JSON that a sample's call sends, in order."""
    case, sent = read_case(SAMPLES / f"CO/{name}.json"), []
    with playing(case) as session:
        session.hooks["response"] = lambda answer, **_: sent.append(json.loads(answer.request.body))
        getattr(CO, case.function)(session=session, **case.call)
    return sent


def test_production_by_hand() -> None:
    """Hour01 starts at midnight in Bogotá, 05:00Z, in kWh. Water 912345.6 + 650000 = 1562.3456 MW; oil: COMBUSTOLEO
    60100.2 + ACPM 0 + GLP 4300 = 64.4002; biomass: BAGAZO 31250.4 + BIOGAS 1480.5 + BIOMASA 1120.1 = 33.851."""
    found = events("CO/production_CO")[0]
    assert (found.start, found.end) == (times.read("2026-03-08T05:00Z"), times.read("2026-03-08T06:00Z"))
    assert found.production == {
        "hydro": 1562.3456, "coal": 140.20075, "gas": 402.5, "oil": 64.4002, "biomass": 33.851, "solar": 0.0,
        "wind": 8.42035}


def test_no_energy_is_lost() -> None:
    """Plants that the list does not have are counted, as unknown: 25000.5 + 1000 kWh are 26.0005 MW."""
    assert events("CO/odd/plant_not_listed")[0].production == {"hydro": 912.3456, "unknown": 26.0005}
    rows = json.loads((SAMPLES / "CO/bodies/generation.json").read_text())["Items"][0]["HourlyEntities"]
    for hour, event in enumerate(events("CO/production_CO"), start=1):
        energy_kwh = sum(float(row["Values"][f"Hour{hour:02}"] or 0) for row in rows)
        assert sum(event.production.values()) == pytest.approx(energy_kwh / 1000)


def test_price_by_hand() -> None:
    """302.11425 pesos per kWh are 302114.25 per MWh, of 00:00 in Bogotá."""
    found = events("CO/price_CO")[0]
    assert (found.start, found.price, found.currency) == (times.read("2026-03-06T05:00Z"), 302114.25, "COP")


def test_consumption_by_hand() -> None:
    """Today: an instant at 06:45:01.202 in Bogotá, 11:45Z, in MW; the series of the forecast and a null are no load.
    Past: Hour02 starts at 01:00, 06:00Z, and has 7990010.5 kWh."""
    second = events("CO/consumption_CO")[1]
    assert (second.start, second.consumption) == (times.read("2026-03-10T11:45Z"), 7031.960938)
    assert len(events("CO/consumption_CO")) == 3
    past = events("CO/odd/past_demand")[1]
    assert (past.start, past.consumption) == (times.read("2026-03-05T06:00Z"), 7990.0105)


def test_the_latest_day_that_is_out_is_asked_for() -> None:
    """On the 10th the 8th is asked for first, then the 7th; the list of plants once, without a day."""
    first, second, plants = asked("odd/published_later")
    common = {"MetricId": "Gene", "Entity": "Recurso", "Filter": []}
    assert first == {**common, "StartDate": "2026-03-08", "EndDate": "2026-03-08"}
    assert second == {**common, "StartDate": "2026-03-07", "EndDate": "2026-03-07"}
    assert plants == {"MetricId": "ListadoRecursos", "Entity": "Sistema"}


def test_a_day_of_the_past_is_that_of_bogota() -> None:
    assert asked("odd/past_demand")[0]["StartDate"] == "2026-03-05"
    assert [one["EndDate"] for one in asked("price_CO")] == ["2026-03-10"]
