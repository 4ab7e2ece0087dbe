"""carbon-aware/scheduler and Gridtrace's own /schedule over the week of conftest.py.

Great Britain is foreseen (lifecycle) at 624 g/kWh at noon and 2 more each hour, and again from 600 on at midnight.
"""

from typing import Any

import pytest
from fastapi.testclient import TestClient

LONDON, FRANKFURT = ({"provider": "gcp", "region": f"europe-west{number}"} for number in (2, 3))
DAY = {"start": "2026-03-10T12:20:00Z", "end": "2026-03-11T12:00:00Z"}


def post(client: TestClient, path: str, body: Any) -> Any:
    found = client.post(path, json=body)
    assert found.status_code == 200, found.text
    return found.json()


def test_the_original_shape_with_every_case(client: TestClient) -> None:
    """Two hours from midnight in London: (600 + 602) / 2. At once in Frankfurt, which is first: 40 minutes of 6240, 60
    of 6260, 20 of 6280 = 6256.667; 601 is 90.394 % less. Worst: Frankfurt from 22:00, (6440 + 6460) / 2."""
    asked = {"duration": "PT2H", "windows": [DAY], "zones": [FRANKFURT, LONDON], "num_options": 2}
    found = post(client, "/v0/schedule/", asked)
    assert found["ideal"] == {"time": "2026-03-11T00:00:00Z", "zone": LONDON, "co2_intensity": 601.0}
    assert found["options"] == [
        found["ideal"], {"time": "2026-03-11T01:00:00Z", "zone": LONDON, "co2_intensity": 603.0}]
    assert found["naive_case"] == {"time": "2026-03-10T12:20:00Z", "zone": FRANKFURT, "co2_intensity": 6256.667}
    assert found["worst_case"] == {"time": "2026-03-10T22:00:00Z", "zone": FRANKFURT, "co2_intensity": 6450.0}
    assert found["carbon_savings"]["vs_naive_case"] == 90.394
    assert found["carbon_savings"]["vs_worst_case"] == round(100 * (6450 - 601) / 6450, 3)
    assert set(found["carbon_savings"]) == {"vs_naive_case", "vs_worst_case", "vs_median_case"}


def test_windows_bound_the_start(client: TestClient) -> None:
    window = {"start": "2026-03-10T23:00:00Z", "end": "2026-03-10T23:30:00Z"}
    found = post(client, "/v0/schedule/", {"duration": "PT2H", "windows": [window], "zones": [LONDON]})
    # from 23:30: half an hour of 646, an hour of 600, half an hour of 602 = (323 + 600 + 301) / 2
    assert found["ideal"] == {"time": "2026-03-10T23:30:00Z", "zone": LONDON, "co2_intensity": 612.0}


def test_a_window_may_have_begun_five_minutes_ago_and_jobs_begin_now(client: TestClient) -> None:
    asked = {"duration": "PT1H", "windows": [{**DAY, "start": "2026-03-10T12:15:00"}], "zones": [LONDON]}
    assert post(client, "/v0/schedule/", asked)["naive_case"]["time"] == "2026-03-10T12:20:00Z"


@pytest.mark.parametrize("change", [
    {"windows": [{**DAY, "start": "2026-03-10T12:14:59Z"}]}, {"windows": [{**DAY, "end": DAY["start"]}]},
    {"windows": [{"start": "2026-04-10T12:00:00Z", "end": "2026-04-11T12:00:00Z"}]}, {"windows": []}, {"zones": []},
    {"zones": [{"provider": "gcp", "region": "nowhere"}]}, {"zones": [{"provider": "azure", "region": "spaincentral"}]},
    {"duration": "soon"}, {"duration": "PT0S"}, {"duration": "P30D"}, {"num_options": 0}, {"windows": None},
])
def test_what_cannot_be_scheduled_is_422_with_detail(client: TestClient, change: dict[str, Any]) -> None:
    found = client.post("/v0/schedule/", json={"duration": "PT1H", "windows": [DAY], "zones": [LONDON]} | change)
    assert found.status_code == 422
    body = found.json()
    assert body["detail"][0]["msg"] and body["detail"][0]["loc"] and body["detail"][0]["type"]
    assert body["status"] == 422 and body["error"] and body["message"]


def test_regions_of_all_clouds(client: TestClient) -> None:
    found = client.get("/v0/regions/").json()["regions"]
    assert LONDON in found and {one["provider"] for one in found} == {"aws", "azure", "gcp", "ovh"}


def test_own_schedule_to_the_minute_among_all_kinds_of_places(client: TestClient) -> None:
    """90 minutes from midnight: an hour of 600 and half an hour of 602, 901 / 1.5."""
    places = ["GB", [10.0, 51.0], {"provider": "aws", "region": "eu-central-1"}]
    found = post(client, "/schedule", {"duration": "PT1H30M", "zones": places})
    assert found["ideal"] == {
        "place": "GB", "zone": "GB", "start": "2026-03-11T00:00:00Z", "end": "2026-03-11T01:30:00Z", "value": 600.667,
        "low": None, "high": None}
    assert found["naive"]["start"] == "2026-03-10T12:20:00Z" and found["worst"]["zone"] == "DE"
    assert (found["metric"], found["unit"], found["method"]) == ("carbon-intensity", "gCO2eq/kWh", "blend")
    # naive: 40 minutes of 624 and 50 of 626, so (416 + 521.667) / 1.5 = 625.111
    assert found["savings"]["vs_naive"] == round(100 * (625.1111 - 600.6667) / 625.1111, 3)
    assert found["slots"] is None


def test_own_schedule_by_a_deadline_within_several_windows(client: TestClient) -> None:
    windows = [{"start": "2026-03-10T11:00Z", "end": "2026-03-10T13:00Z"},
               {"start": "2026-03-11T00:00Z", "end": "2026-03-11T06:00Z"}]
    job = {"duration": 3600, "zones": ["GB"], "windows": windows}
    assert post(client, "/schedule", job)["ideal"]["start"] == "2026-03-11T00:00:00Z"
    early = post(client, "/schedule", job | {"deadline": "2026-03-10T14:00Z"})
    assert early["ideal"]["start"] == "2026-03-10T12:20:00Z" and early["worst"]["start"] == "2026-03-10T13:00:00Z"


def test_own_schedule_names_slots_of_a_job_that_may_be_interrupted(client: TestClient) -> None:
    """From 22:00 on 644 and 646, then 600: within [22:00, 01:30] the best are midnight and half an hour of 602."""
    windows = [{"start": "2026-03-10T22:00Z", "end": "2026-03-11T00:00Z"}]
    job = {"duration": "PT90M", "zones": ["GB", "DE"], "windows": windows, "is_interruptible": True}
    slots = post(client, "/schedule", job)["slots"]
    assert (slots["zone"], slots["value"]) == ("GB", 600.667)
    assert [(one["start"], one["end"]) for one in slots["slots"]] == [
        ("2026-03-11T00:00:00Z", "2026-03-11T01:00:00Z"), ("2026-03-11T01:00:00Z", "2026-03-11T01:30:00Z")]


def test_own_schedule_by_other_measures(client: TestClient) -> None:
    """Prices of France are 90 EUR at noon, then 80, then 70; shares are always the same, so that the first start wins.
    """
    window = [{"start": "2026-03-10T12:20Z", "end": "2026-03-10T14:00Z"}]
    job = {"duration": "PT1H", "zones": ["FR"], "windows": window}
    price = post(client, "/schedule", job | {"metric": "price"})
    assert (price["ideal"]["value"], price["unit"]) == (70.0, "EUR/MWh")
    share = post(client, "/schedule", job | {"metric": "renewable-share"})
    assert (share["ideal"]["value"], share["better"]) == (25.0, "higher")
    assert share["ideal"]["start"] == "2026-03-10T12:20:00Z"
    assert post(client, "/schedule", job | {"metric": "carbon-intensity-direct"})["ideal"]["value"] == 50.0
    # 1000 MW are used, of which 500 are wind
    assert post(client, "/schedule", job | {"metric": "net-load", "zones": ["GB"]})["ideal"]["value"] == 500.0


def test_a_profile_weighs_the_parts_of_a_job(client: TestClient) -> None:
    """All of the power in the second of two hours: best so that this hour is midnight's."""
    job = {"duration": "PT2H", "zones": ["GB"], "power": [0, 1]}
    assert post(client, "/schedule", job)["ideal"] == {
        "place": "GB", "zone": "GB", "start": "2026-03-10T23:00:00Z", "end": "2026-03-11T01:00:00Z", "value": 600.0,
        "low": None, "high": None}


@pytest.mark.parametrize(("change", "said"), [
    ({"zones": ["QQ"]}, "neither a zone nor a cloud region"),
    ({"deadline": "2026-03-20T00:00Z"}, "farther than 7 days"),
    ({"zones": [[0.0, 91.0]]}, "longitude, latitude"), ({"zones": [{"provider": "aws", "region": "x"}]}, "no region"),
    ({"metric": "price", "zones": ["FR", "GB"]}, "cannot be compared"), ({"daily": ["22-06"]}, "write 22:00-06:00"),
    ({"metric": "co2_moer"}, "metric"), ({"duration": "PT200H"}, "less than or equal"), ({"power": [0]}, "profile"),
    ({"deadline": "2026-03-10T12:50Z"}, "No window is left"), ({"power": [-1]}, "power"), ({"zones": []}, "zones"),
    ({"windows": [{"start": "2026-03-10T10:00Z", "end": "2026-03-10T11:00Z"}]}, "has passed"),
    ({"windows": [{"start": "2026-03-11T10:00Z", "end": "2026-03-10T11:00Z"}]}, "ends before it begins"),
])
def test_own_schedule_says_why_not(client: TestClient, change: dict[str, Any], said: str) -> None:
    found = client.post("/schedule", json={"duration": "PT1H", "zones": ["GB"]} | change)
    assert found.status_code in (400, 404) and said in found.json()["message"], found.text


def test_without_a_forecast_it_is_the_latest_start_and_the_answer_says_so(client: TestClient) -> None:
    """Of Spain nothing is known; prices of Great Britain are published for three hours only."""
    asked = {"duration": "PT1H", "zones": ["ES"], "deadline": "2026-03-10T20:00Z"}
    found = post(client, "/schedule", asked)
    assert found["ideal"] is None and found["options"] == [] and found["is_worth_waiting"] is None
    assert (found["zone"], found["start"], found["end"]) == ("ES", "2026-03-10T19:00:00Z", "2026-03-10T20:00:00Z")
    assert "the latest start that meets the deadline" in found["advice"]
    assert "nothing recent is known" in found["reason"]
    price = post(client, "/schedule", asked | {"zones": ["GB"], "metric": "price"})
    assert price["start"] == "2026-03-10T19:00:00Z" and "reaches from" in price["reason"]
    at_once = post(client, "/schedule", {"duration": "PT1H", "zones": ["ES"]})
    assert at_once["start"] == "2026-03-10T12:20:00Z" and at_once["advice"].startswith("Start at once in ES: ")


def test_a_place_without_a_forecast_is_left_out_and_named(client: TestClient) -> None:
    found = post(client, "/schedule", {"duration": "PT1H", "zones": ["ES", "GB"]})
    assert found["zone"] == "GB" and found["ideal"]["value"] == 600.0 and list(found["left_out"]) == ["ES"]


def test_a_saving_that_is_too_small_is_not_worth_waiting(client: TestClient) -> None:
    """An hour of Great Britain at once: (40 × 624 + 20 × 626) / 60 = 624.667; from midnight 600, 3.949 % less."""
    job = {"duration": "PT1H", "zones": ["GB"]}
    found = post(client, "/schedule", job | {"min_saving": 3.9})
    assert found["is_worth_waiting"] is True and found["start"] == "2026-03-11T00:00:00Z"
    assert found["saving"]["vs_now"] == {"amount": 24.667, "low": None, "high": None, "percent": 3.949}
    assert "3.9 % less than at once (624.7 gCO2eq/kWh)" in found["advice"]
    other = post(client, "/schedule", job | {"min_saving": 4})
    assert other["is_worth_waiting"] is False and other["start"] == "2026-03-10T12:20:00Z"
    assert other["ideal"]["start"] == "2026-03-11T00:00:00Z" and "and 4 % are asked for" in other["advice"]


def test_hours_of_the_day_hold_the_whole_job(client: TestClient) -> None:
    """On Berlin's clock 22:00 to 01:00 is 21:00Z to 00:00Z; on London's own it is 22:00Z to 01:00Z, which has midnight.
    """
    job = {"duration": "PT1H", "zones": ["GB"], "daily": ["22:00-01:00"]}
    assert post(client, "/schedule", job)["ideal"]["start"] == "2026-03-11T00:00:00Z"
    there = post(client, "/schedule", job | {"timezone": "Europe/Berlin"})
    # 642 g/kWh from 21:00Z on, 2 more each hour
    assert (there["ideal"]["start"], there["ideal"]["value"]) == ("2026-03-10T21:00:00Z", 642.0)
    assert there["worst"]["start"] == "2026-03-10T23:00:00Z" and there["timezone"] == "Europe/Berlin"


def test_what_is_foreseen_of_the_ideal_place_is_told_by_the_hour(client: TestClient) -> None:
    hours = post(client, "/schedule", {"duration": "PT1H", "zones": ["GB"], "deadline": "2026-03-10T15:00Z"})["hours"]
    assert [(one["start"], one["value"]) for one in hours] == [
        ("2026-03-10T12:00:00Z", 624.0), ("2026-03-10T13:00:00Z", 626.0), ("2026-03-10T14:00:00Z", 628.0)]


def test_green_now_by_a_limit_and_by_the_past(client: TestClient) -> None:
    """The newest hour of Great Britain is that of 11:00, 622. Of the 191 before it all 24 of the first day are lower
    (424 to 446 and 400 to 422), and of each of the seven days after it the 11 from midnight on (600 to 620)."""
    found = client.get("/now", params={"zone": "GB", "below": 623}).json()
    assert (found["value"], found["hour"], found["age_s"]) == (622.0, "2026-03-10T11:00:00Z", 1200)
    assert found["is_green"] is True and found["wanted"] == {"below": 623.0}
    assert found["hours_compared"] == 191 and found["greener_percent"] == round(100 * (24 + 77) / 191, 3)
    assert client.get("/now", params={"zone": "GB", "below": 622}).json()["is_green"] is False
    assert client.get("/now", params={"zone": "GB"}).json()["is_green"] is False
    assert client.get("/now", params={"zone": "GB", "percentile": 53}).json()["is_green"] is True
    old = client.get("/now", params={"zone": "GB", "below": 623, "oldest": "PT19M"}).json()
    assert old["is_green"] is None and "20 minutes ago" in old["reason"]


def test_green_now_by_other_measures_and_of_regions(client: TestClient) -> None:
    price = client.get("/now", params={"zone": "FR", "metric": "price", "below": 91}).json()
    assert (price["value"], price["unit"], price["age_s"], price["is_green"]) == (90.0, "EUR/MWh", 0, True)
    share = client.get("/now", params={"zone": "FR", "metric": "renewable-share", "above": 20}).json()
    assert (share["value"], share["better"], share["is_green"]) == (25.0, "higher", True)
    region = client.get("/now", params={"zone": "aws:eu-west-2"}).json()
    assert (region["place"], region["zone"]) == ("aws:eu-west-2", "GB")
    assert client.get("/now", params={"zone": "fr"}).json()["greener_percent"] == 0.0
    unknown = client.get("/now", params={"zone": "ES"}).json()
    assert unknown["is_green"] is None and "Nothing is known" in unknown["reason"] and unknown["value"] is None


@pytest.mark.parametrize(("asked", "status", "said"), [
    ({"zone": "FR", "above": 3}, 400, "say below"), ({"zone": "FR", "below": 3, "above": 3}, 400, "one of"),
    ({"zone": "QQ"}, 400, "neither a zone nor"), ({"zone": "FR", "metric": "net-load"}, 400, "metric"),
    ({"zone": "FR", "percentile": 0}, 400, "percentile"), ({}, 400, "Say where"),
])
def test_green_now_says_why_not(client: TestClient, asked: dict[str, Any], status: int, said: str) -> None:
    found = client.get("/now", params=asked)
    assert found.status_code == status and said in found.json()["message"], found.text


def test_what_is_simulated_is_labelled(client: TestClient) -> None:
    found = client.post("/schedule", json={"duration": "PT1H", "zones": ["GB", "DE"]})
    assert found.headers["x-gridtrace-origin"] == found.json()["origin"] == "simulated"
    assert found.json()["advice"].endswith(" The data are simulated.")
    assert client.post("/schedule", json={"duration": "PT1H", "zones": ["GB"]}).json()["origin"] == "live"
    now = client.get("/now", params={"zone": "DE"})
    assert now.headers["x-gridtrace-origin"] == now.json()["origin"] == "simulated"
    assert now.json()["advice"].endswith(" The data are simulated.")
