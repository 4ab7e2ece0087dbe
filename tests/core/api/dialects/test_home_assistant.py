"""CO2 Signal's answer over the week of conftest.py, at its old path and at Electricity Maps'."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.core.api.small import get

UNITS = {"carbonIntensity": "gCO2eq/kWh"}
OK = {
    "status": "ok", "countryCode": "GB",
    "data": {"datetime": "2026-03-10T11:00:00.000Z", "carbonIntensity": 622, "fossilFuelPercentage": 60.0},
    "units": UNITS,
}
"""2 x 311 g/kWh, and 1 - 0.4 of it fossil."""


@pytest.mark.parametrize(("path", "asked"), [
    ("/v3/home-assistant", {"zone": "GB"}), ("/v4/home-assistant", {"zone": "GB"}),
    ("/v3/home-assistant", {"lat": 52.5, "lon": -1.5}), ("/v1/latest", {"countryCode": "GB"}),
    ("/v1/latest", {"lat": 52.5, "lon": -1.5}),
])
def test_the_newest_hour_exactly_as_clients_know_it(client: TestClient, path: str, asked: dict[str, Any]) -> None:
    found = get(client, path, **asked)
    assert found == OK
    assert type(found["data"]["carbonIntensity"]) is int


@pytest.mark.parametrize(("asked", "code"), [
    ({"countryCode": "QQ"}, "QQ"), ({"countryCode": "ES"}, "ES"), ({"lat": 0, "lon": -30}, None)])
def test_what_is_not_known_is_200_without_data(client: TestClient, asked: dict[str, Any], code: str | None) -> None:
    expected = {"status": "no-data", "countryCode": code, "data": {}, "units": UNITS}
    assert get(client, "/v1/latest", **asked) == expected


def test_what_is_not_live_carries_a_disclaimer(client: TestClient) -> None:
    found = get(client, "/v1/latest", countryCode="DE")
    assert "simulated" in found["_disclaimer"] and found["status"] == "ok"


def test_no_place_is_400(client: TestClient) -> None:
    assert client.get("/v1/latest").status_code == 400
