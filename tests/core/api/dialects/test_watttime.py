"""WattTime's version 3 over the week of conftest.py, as its official client and aiowatttime read it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.core.api.small import get

SPAN = {"start": "2026-03-10T11:00:00+00:00", "end": "2026-03-10T11:10:00+00:00"}


def pounds(g_per_kwh: float) -> float:
    return round(g_per_kwh * 2.20462, 2)


def values(body: Any) -> list[float]:
    return [row["value"] for row in body["data"]]


def test_login_gives_back_the_access_token(client: TestClient) -> None:
    found = client.get("/login", auth=("anybody", "gt_abc"))
    assert (found.status_code, found.json()) == (200, {"token": "gt_abc"})
    assert found.headers["cache-control"] == "no-store"
    assert client.get("/login", auth=("gt_abc", "")).json() == {"token": "gt_abc"}


@pytest.mark.parametrize("header", [None, "Basic", "Basic ???", "Basic Og=="])
def test_login_without_a_password_is_401(client: TestClient, header: str | None) -> None:
    found = client.get("/login", headers={} if header is None else {"Authorization": header})
    assert found.status_code == 401 and found.json()["status"] == 401


def test_the_region_at_a_point(client: TestClient) -> None:
    found = get(client, "/v3/region-from-loc", latitude="48.9", longitude="2.4", signal_type="co2_aoer")
    assert found == {"region": "FR", "region_full_name": "France", "signal_type": "co2_aoer"}
    sea = client.get("/v3/region-from-loc", params={"latitude": 0, "longitude": -30})
    assert sea.status_code == 404
    assert "No coverage available" in sea.json()["message"], "aiowatttime tells this error by these words"


def test_history_has_both_ends_and_its_hours_value(client: TestClient) -> None:
    """311 g/kWh are 685.64 lb/MWh."""
    body = get(client, "/v3/historical", region="GB", signal_type="co2_aoer", **SPAN)
    assert body["data"] == [
        {"point_time": f"2026-03-10T11:{minute}:00+00:00", "value": 685.64} for minute in ("00", "05", "10")]
    assert body["meta"] == {
        "data_point_period_seconds": 300, "data_point_periods_second": 300, "region": "GB", "warnings": [],
        "signal_type": "co2_aoer", "model": {"date": "2026-03-01", "type": "flow_traced_average"},
        "units": "lbs_co2_per_mwh"}


def test_history_marks_estimates_on_request_and_says_what_is_simulated(client: TestClient) -> None:
    body = get(client, "/v3/historical", region="DE", include_imputed_marker="true", **SPAN)
    assert [row["imputed_data_used"] for row in body["data"]] == 3 * [False]
    assert body["meta"]["warnings"] == [{"type": "NOT_LIVE", "message": "The data are simulated."}]


def test_history_ends_with_what_is_known(client: TestClient) -> None:
    body = get(client, "/v3/historical", region="GB", start="2026-03-10T10:58Z", end="2026-03-11T00:00Z")
    assert [row["point_time"][11:16] for row in body["data"]] == [f"11:{minute:02}" for minute in range(0, 60, 5)]
    before = get(client, "/v3/historical", region="GB", start="2026-01-01T00:00Z", end="2026-01-02T00:00Z")
    assert before["data"] == [], "the client joins chunks, of which some may be from before"


def test_a_forecast_begins_now_and_has_whole_hours_of_points(client: TestClient) -> None:
    """From 12:20 on: 8 points of noon (as yesterday 312), then 12 of 313, and so on; 24 hours are 288 points."""
    body = get(client, "/v3/forecast", region="GB", signal_type="co2_aoer")
    assert len(body["data"]) == 288 and body["data"][0]["point_time"] == "2026-03-10T12:20:00+00:00"
    assert values(body)[:9] == 8 * [pounds(312)] + [pounds(313)]
    assert body["meta"]["generated_at"] == "2026-03-10T12:20:00+00:00"
    assert body["meta"]["generated_at_period_seconds"] == 300
    assert len(get(client, "/v3/forecast", region="GB", horizon_hours=72)["data"]) == 864
    assert values(get(client, "/v3/forecast", region="GB", horizon_hours=0)) == [pounds(312)]


def test_forecasts_of_the_past_are_rebuilt_for_each_hour(client: TestClient) -> None:
    """A week ago at 12:00 and 13:00 those of the day before were all that was known of them: 212 and 213."""
    body = get(
        client, "/v3/forecast/historical", region="GB", horizon_hours=1, start="2026-03-03T12:00Z",
        end="2026-03-03T13:10Z")
    assert [one["generated_at"] for one in body["data"]] == ["2026-03-03T12:00:00+00:00", "2026-03-03T13:00:00+00:00"]
    assert [{row["value"] for row in one["forecast"]} for one in body["data"]] == [{pounds(212)}, {pounds(213)}]
    assert len(body["data"][0]["forecast"]) == 12


def test_the_index_counts_cleaner_hours_of_the_coming_day(client: TestClient) -> None:
    """Now 312. 313 to 323 are 11 dirtier hours, 300 to 311 are 12 cleaner, and tomorrow's noon is equal: 12 of 24."""
    body = get(client, "/v3/signal-index", region="GB")
    assert body["data"] == [{"point_time": "2026-03-10T12:20:00+00:00", "value": 50.0}]
    assert body["meta"]["units"] == "percentile"
    assert values(get(client, "/v3/signal-index", region="FR")) == [0.0], "nowhere is it cleaner than now"


def test_access_lists_the_zones_with_results(client: TestClient) -> None:
    (signal,) = get(client, "/v3/my-access")["signal_types"]
    assert signal["signal_type"] == "co2_aoer"
    assert [one["region"] for one in signal["regions"]] == ["DE", "FR", "GB"]
    endpoint = signal["regions"][2]["endpoints"][0]
    assert endpoint["endpoint"] == "v3/forecast"
    assert set(endpoint["models"][0]) >= {"model", "data_start", "train_start", "train_end"}, "the client reads these"


@pytest.mark.parametrize("path", [
    "region-from-loc?latitude=48.9&longitude=2.4", "forecast?region=GB", "signal-index?region=GB",
    "historical?region=GB&start=2026-03-10&end=2026-03-10"])
@pytest.mark.parametrize("signal", ["co2_moer", "health_damage", "x"])
def test_other_signals_are_refused_with_what_to_pass_instead(client: TestClient, path: str, signal: str) -> None:
    found = client.get(f"/v3/{path}&signal_type={signal}")
    assert found.status_code == 400
    assert "signal_type=co2_aoer" in found.json()["message"] and signal in found.json()["error"]


@pytest.mark.parametrize(("path", "status"), [
    ("historical?region=GB&start=2026-01-01&end=2026-03-01", 400), ("historical?region=GB", 400),
    ("historical?region=GB&start=2026-03-02&end=2026-03-01", 400), ("forecast?region=QQ", 404),
    ("forecast?region=GB&horizon_hours=73", 400), ("forecast?region=GB&model=2022-10-01", 400),
    ("forecast/historical?region=GB&start=2026-03-01&end=2026-03-04", 400), ("forecast?region=ES", 404),
    ("region-from-loc?latitude=91&longitude=0", 400), ("region-from-loc?latitude=nan&longitude=0", 400),
])
def test_refusals(client: TestClient, path: str, status: int) -> None:
    found = client.get(f"/v3/{path}")
    assert found.status_code == found.json()["status"] == status


def test_lifecycle_is_there_for_who_asks(client: TestClient) -> None:
    body = get(client, "/v3/historical", region="GB", emissionFactorType="lifecycle", **SPAN)
    assert values(body) == 3 * [pounds(622)]
