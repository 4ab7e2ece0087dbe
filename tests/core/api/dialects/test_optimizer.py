"""The optimizers over the week of conftest.py: Great Britain is foreseen at 624 g/kWh at noon, 2 more each hour, 600 at
midnight."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

LONDON, PARIS, BRUSSELS = [-0.1, 51.5], [2.35, 48.85], [4.3286, 50.8517]
JOB = {
    "duration": "PT3H", "startWindow": "2026-03-10T13:00:00+00:00", "endWindow": "2026-03-11T13:00:00+00:00",
    "locations": [LONDON], "optimizationMetric": "flow-traced_carbon_intensity"}


def post(client: TestClient, path: str, **change: Any) -> Any:
    found = client.post(path, json=JOB | change)
    assert found.status_code == 200, found.text
    return found.json()


@pytest.mark.parametrize("version", ["beta", "v3", "v4"])
def test_the_best_start_exactly_as_clients_know_it(client: TestClient, version: str) -> None:
    """Three hours from midnight: 602. From 13:00: 628. At once, from 12:20: 40 minutes of 624, 60 of 626, 60 of 628 and
    20 of 630, on average 626.67. No other key may be in the output: the operator for Airflow takes none."""
    assert post(client, f"/{version}/carbon-aware-optimizer") == {
        "optimalStartTime": "2026-03-11T00:00:00.000Z", "optimalLocation": LONDON,
        "optimizationOutput": {
            "metricValueImmediateExecution": 626.67, "metricValueOptimalExecution": 602.0,
            "metricValueStartWindowExecution": 628.0, "metricUnit": "gCO2/kWh",
            "optimizationMetric": "flow-traced_carbon_intensity", "zoneKey": "GB"}}


def test_locations_come_back_as_they_were_given(client: TestClient) -> None:
    region = {"dataCenterProvider": "gcp", "dataCenterRegion": "europe-west9"}
    for place in (PARIS, region, "FR"):
        found = post(client, "/v3/carbon-aware-optimizer", locations=[LONDON, place])
        assert found["optimalLocation"] == place and found["optimizationOutput"]["zoneKey"] == "FR"
        assert found["optimalStartTime"] == "2026-03-10T13:00:00.000Z", "all is equal: the earliest"


def test_the_job_ends_by_the_end_of_the_window(client: TestClient) -> None:
    """By 01:00 it begins at the latest at 22:00; before that it is best at once, which is at 13:00: 628. From 22:00:
    (644 + 646 + 600) / 3 = 630."""
    found = post(client, "/v3/carbon-aware-optimizer", endWindow="2026-03-11T01:00:00+00:00")
    assert found["optimalStartTime"] == "2026-03-10T13:00:00.000Z"
    assert found["optimizationOutput"]["metricValueOptimalExecution"] == 628.0


def test_a_window_shorter_than_the_job_bounds_its_start(client: TestClient) -> None:
    """What the operator for Airflow asks with an hour of patience: begin from 23:00 to midnight."""
    found = post(
        client, "/v3/carbon-aware-optimizer", startWindow="2026-03-10T23:00:00Z", endWindow="2026-03-11T00:00:00Z")
    assert found["optimalStartTime"] == "2026-03-11T00:00:00.000Z"


def test_other_metrics(client: TestClient) -> None:
    share = post(client, "/v3/carbon-aware-optimizer", optimizationMetric="flow-traced_renewable_share")
    assert share["optimizationOutput"]["metricValueOptimalExecution"] == 25.0
    assert share["optimizationOutput"]["metricUnit"] == "%"
    load = post(client, "/v3/carbon-aware-optimizer", optimizationMetric="net_load")["optimizationOutput"]
    assert (load["metricValueOptimalExecution"], load["metricUnit"]) == (500.0, "MW"), "1000 used, 500 of them wind"


def test_charging_tells_energy_and_emissions_beside_the_same_shape(client: TestClient) -> None:
    """11 kW for 3 hours are 33 kWh, at 602 g 19.866 kg."""
    found = post(client, "/v3/smart-charging-optimizer", powerConsumption=11)
    assert set(found) == {
        "optimalStartTime", "optimalLocation", "optimizationOutput", "chargingEnergy", "chargingEmissions"}
    assert found["chargingEnergy"] == {"value": 33.0, "unit": "kWh"}
    assert found["chargingEmissions"]["optimal"] == 19866.0
    assert found["chargingEmissions"]["startWindow"] == 628 * 33.0
    by_share = post(
        client, "/v3/smart-charging-optimizer", powerConsumption=11, optimizationMetric="flow-traced_renewable_share")
    assert "chargingEmissions" not in by_share


@pytest.mark.parametrize(("change", "status"), [
    ({"endWindow": "2026-03-10T12:00:00Z"}, 400),
    ({"endWindow": "2026-03-10T12:19:59Z", "startWindow": "2026-03-10"}, 400),
    ({"endWindow": "2026-04-10T12:00:00Z"}, 400), ({"locations": []}, 400), ({"locations": [[0.0, -30.0]]}, 404),
    ({"locations": [[200.0, 0.0]]}, 400), ({"locations": [BRUSSELS]}, 400), ({"optimizationMetric": "x"}, 400),
    ({"duration": "P1M"}, 400), ({"locations": [{"dataCenterProvider": "gcp", "dataCenterRegion": "x"}]}, 404),
])
def test_refusals(client: TestClient, change: dict[str, Any], status: int) -> None:
    found = client.post("/v4/carbon-aware-optimizer", json=JOB | change)
    assert found.status_code == found.json()["status"] == status, found.text


def test_no_metric_value_is_missing_where_the_window_has_begun(client: TestClient) -> None:
    found = post(client, "/v3/carbon-aware-optimizer", startWindow="2026-03-10T01:00:00Z")["optimizationOutput"]
    assert found["metricValueStartWindowExecution"] == found["metricValueImmediateExecution"] == 626.67
