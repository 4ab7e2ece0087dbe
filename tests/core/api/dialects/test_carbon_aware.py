"""The Carbon Aware WebAPI over the week of conftest.py. Great Britain's last day has 600 and twice the hour."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.core.api.small import get


def ratings(rows: Any) -> list[tuple[str, str, float]]:
    return [(row["location"], row["time"][8:16], row["rating"]) for row in rows]


def test_hours_of_one_location_keep_the_name_that_was_asked_for(client: TestClient) -> None:
    asked = {"time": "2026-03-10T10:30Z", "toTime": "2026-03-10T13:00Z"}
    for name in ("GB", "uksouth", "eu-west-2", "aws:eu-west-2", "gcp:europe-west2"):
        assert get(client, "/emissions/bylocation", location=name, **asked) == [
            {"location": name, "time": "2026-03-10T10:00:00+00:00", "rating": 620.0, "duration": "01:00:00"},
            {"location": name, "time": "2026-03-10T11:00:00+00:00", "rating": 622.0, "duration": "01:00:00"}]


def test_without_a_time_the_newest_hour_and_with_one_the_hour_that_holds_it(client: TestClient) -> None:
    assert ratings(get(client, "/emissions/bylocation", location="GB")) == [("GB", "10T11:00", 622.0)]
    found = get(client, "/emissions/bylocation", location="GB", time="2026-03-03T10:59:59.9999999+00:00")
    assert ratings(found) == [("GB", "03T10:00", 420.0)], "the first day has 200 and the hour"


def test_locations_may_be_repeated_or_joined_by_commas(client: TestClient) -> None:
    expected = [("GB", "10T11:00", 622.0), ("FR", "10T11:00", 100.0)]
    for asked in ({"location": ["GB", "FR"]}, {"locations": ["GB", "FR"]}, {"location": "GB,FR"}):
        assert ratings(get(client, "/emissions/bylocations", **asked)) == expected


def test_best_gives_every_hour_with_the_lowest_rating(client: TestClient) -> None:
    asked = {"time": "2026-03-10T00:30Z", "toTime": "2026-03-10T03:00Z"}
    found = get(client, "/emissions/bylocations/best", location=["DE", "GB"], **asked)
    assert ratings(found) == [("GB", "10T00:00", 600.0)]
    found = get(client, "/emissions/bylocations/best", location=["GB", "FR"], **asked)
    assert ratings(found) == [("FR", f"10T0{hour}:00", 100.0) for hour in range(3)]


@pytest.mark.parametrize("path", [
    "/emissions/bylocation?location=ES", "/emissions/bylocations/best?location=eastus",
    "/emissions/bylocation?location=GB&time=2026-03-10T12:00Z",
    "/emissions/average-carbon-intensity?location=GB&startTime=2025-01-01&endTime=2025-01-02",
])
def test_nothing_is_204(client: TestClient, path: str) -> None:
    found = client.get(path)
    assert (found.status_code, found.content) == (204, b"")


def test_a_forecast_has_rolling_means_and_their_minima(client: TestClient) -> None:
    """Windows of 90 minutes that begin every hour from 12:30 and end by 16:00. The first has half an hour of noon (624)
    and one hour of 626: 938 / 1.5 = 625.33; each next one is 2 g more."""
    (found,) = get(
        client, "/emissions/forecasts/current", location="uksouth", windowSize=90,
        dataStartAt="2026-03-10T12:30Z", dataEndAt="2026-03-10T16:00Z")
    points = found.pop("forecastData")
    assert [(point["timestamp"][11:16], point["value"]) for point in points] == [
        ("12:30", 625.33), ("13:30", 627.33), ("14:30", 629.33)]
    assert all(point["location"] == "GB" and point["duration"] == 90 for point in points)
    assert found == {
        "generatedAt": "2026-03-10T12:20:00+00:00", "requestedAt": "2026-03-10T12:20:00+00:00", "location": "uksouth",
        "dataStartAt": "2026-03-10T12:30:00+00:00", "dataEndAt": "2026-03-10T16:00:00+00:00", "windowSize": 90,
        "optimalDataPoints": points[:1]}


def test_a_forecast_goes_a_day_ahead_by_itself_and_all_minima_count(client: TestClient) -> None:
    (found,) = get(client, "/emissions/forecasts/current", location="FR")
    assert len(found["forecastData"]) == 25 and found["dataEndAt"] == "2026-03-11T13:00:00+00:00"
    assert found["optimalDataPoints"] == found["forecastData"], "all are 100"


def test_forecasts_of_the_past_know_only_what_was_known(client: TestClient) -> None:
    """Yesterday at 13:20: the day before was as all are, but one of the seven had 200 less.

    An hour ahead 0.027396 of 200 / 7 are missing of 628, 22 hours ahead 0.457253 of it of 622.
    """
    items = [{"requestedAt": "2026-03-09T13:20:00Z", "location": "GB", "dataStartAt": "2026-03-09T13:00:00Z",
              "dataEndAt": "2026-03-10T13:00:00Z", "windowSize": 60}]
    (found,) = client.post("/emissions/forecasts/batch", json=items).json()
    told = {point["timestamp"][8:13]: point["value"] for point in found["forecastData"]}
    assert (told["09T14"], told["10T11"]) == pytest.approx((627.217, 608.936), abs=0.005)
    assert found["requestedAt"] == found["generatedAt"] == "2026-03-09T13:20:00+00:00"


def test_the_mean_is_weighted_by_time_and_of_what_is_known(client: TestClient) -> None:
    """Half an hour of 620 and an hour of 622; nothing is known from noon on: (310 + 622) / 1.5."""
    asked = {"location": "GB", "startTime": "2026-03-10T10:30:00Z", "endTime": "2026-03-10T14:00:00Z"}
    expected = {
        "location": "GB", "startTime": "2026-03-10T10:30:00+00:00", "endTime": "2026-03-10T14:00:00+00:00",
        "carbonIntensity": 621.333}
    assert get(client, "/emissions/average-carbon-intensity", **asked) == expected
    nothing = asked | {"location": "ES"}
    assert client.post("/emissions/average-carbon-intensity/batch", json=[asked, nothing]).json() == [expected]


def test_locations_say_where_they_lie(client: TestClient) -> None:
    found = get(client, "/locations")
    assert found["uksouth"]["name"] == "uksouth" and set(found["uksouth"]) == {"latitude", "longitude", "name"}
    assert 49 < found["GB"]["latitude"] < 60 and found["eu-central-1"]["longitude"] == 8.68
    assert not any(":" in name for name in found)


@pytest.mark.parametrize(("path", "name"), [
    ("/emissions/bylocation", "location"), ("/emissions/bylocation?location=GB&time=x", "time"),
    ("/emissions/average-carbon-intensity?location=GB", "startTime"), ("/emissions/bylocations", "request"),
    ("/emissions/bylocation?location=nowhere", "request"),
    ("/emissions/bylocation?location=GB&toTime=2026-03-10", "request"),
    ("/emissions/forecasts/current?location=GB&windowSize=0", "windowSize"),
    ("/emissions/forecasts/current?location=GB&dataStartAt=2026-03-09T12:00Z", "request"),
    ("/emissions/forecasts/current?location=GB&dataEndAt=2026-03-27T12:00Z", "request"),
    ("/emissions/forecasts/current?location=GB&dataStartAt=2026-03-10T14:00Z&dataEndAt=2026-03-10T14:30Z", "request"),
    ("/emissions/bylocation?location=GB&time=2020-01-01&toTime=2026-01-01", "request"),
])
def test_refusals_are_problem_details(client: TestClient, path: str, name: str) -> None:
    found = client.get(path)
    assert found.status_code == 400
    body = found.json()
    assert body["title"] == "ArgumentException" and body["status"] == 400 and next(iter(body["errors"])) == name
    assert body["error"] and body["message"]


@pytest.mark.parametrize("body", [b'"\xfb\xff', b"[", b"{}", b"[{}]", b"null"])
def test_bodies_that_are_none_are_problem_details_too(client: TestClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    found = client.post("/emissions/forecasts/batch", content=body, headers=headers)
    assert found.status_code == 400 and found.json()["title"] == "ArgumentException" and found.json()["errors"]


def test_what_is_simulated_is_labelled(client: TestClient) -> None:
    assert client.get("/emissions/bylocation?location=DE").headers["x-gridtrace-origin"] == "simulated"
    assert "x-gridtrace-origin" not in client.get("/emissions/bylocation?location=GB").headers
