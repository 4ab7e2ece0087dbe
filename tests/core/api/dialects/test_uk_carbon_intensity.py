"""NESO's API over the week of conftest.py: 33 paths, their shapes, and numbers worked out by hand."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.api.dialects.uk_carbon_intensity.bands import word
from tests.core.api.small import get

MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ")
FROM, TO = "2026-03-10T10:00Z", "2026-03-10T14:00Z"
PATHS = (
    "/intensity", "/intensity/date", "/intensity/date/2026-03-10", "/intensity/date/2026-03-10/23",
    "/intensity/factors",
    f"/intensity/{FROM}", f"/intensity/{FROM}/fw24h", f"/intensity/{FROM}/fw48h", f"/intensity/{FROM}/pt24h",
    f"/intensity/{FROM}/{TO}", f"/intensity/stats/{FROM}/{TO}", f"/intensity/stats/{FROM}/{TO}/1",
    "/generation", f"/generation/{TO}/pt24h", f"/generation/{FROM}/{TO}",
    "/regional", "/regional/england", "/regional/scotland", "/regional/wales", "/regional/postcode/M15",
    "/regional/regionid/13",
    *(
        f"/regional/intensity/{FROM}/{ahead}{place}" for ahead in ("fw24h", "fw48h", "pt24h", TO)
        for place in ("", "/postcode/M15", "/regionid/13")
    ),
)
MIX = {"biomass": 0, "coal": 0, "imports": 2, "gas": 40, "nuclear": 0, "other": 3, "hydro": 5, "solar": 0, "wind": 50}
"""Per cent of 400 MW gas, 500 wind, 30 oil (other), 50 from pumped storage (hydro) and 20 imported: 1000 in all. What
the battery takes in counts nowhere."""


def mix(row: Any) -> dict[str, float]:
    return {one["fuel"]: one["perc"] for one in row["generationmix"]}


def strings(body: Any) -> list[str]:
    """Every `from` and `to`, however deep."""
    if isinstance(body, list):
        return [text for one in body for text in strings(one)]
    if isinstance(body, dict):
        own = [body[name] for name in ("from", "to") if name in body]
        return own + [text for one in body.values() for text in strings(one)]
    return []


@pytest.mark.parametrize("path", PATHS)
def test_each_path_answers_with_data_and_stamps_of_minutes(client: TestClient, path: str) -> None:
    body = get(client, path)
    assert body["data"]
    assert all(MINUTE.fullmatch(text) for text in strings(body)), "seconds break CATS and grid-intensity-go"


def test_there_are_33_paths(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    ours = [path for path, item in paths.items() if item.get("get", {}).get("tags") == ["UK Carbon Intensity"]]
    assert len(ours) == len(PATHS) == 33


def test_this_half_hour_is_not_traced_yet(client: TestClient) -> None:
    """The baseline says yesterday's noon: 300 + 12."""
    assert get(client, "/intensity") == {"data": [{
        "from": "2026-03-10T12:00Z", "to": "2026-03-10T12:30Z",
        "intensity": {"forecast": 312, "actual": None, "index": "very high"}}]}


def test_of_the_past_forecast_is_what_the_blend_would_have_said(client: TestClient) -> None:
    """Noon a week ago: traced 300 + 12; the day before, which is the first, 200 + 12."""
    for moment in ("2026-03-03T12:00Z", "2026-03-03T12:29:59.1234567+00:00", "2026-03-03T12:05Z"):
        (row,) = get(client, f"/intensity/{moment}")["data"]
        assert row == {
            "from": "2026-03-03T12:00Z", "to": "2026-03-03T12:30Z",
            "intensity": {"forecast": 212, "actual": 312, "index": "very high"}}


def test_a_day_joins_what_was_and_what_will_be(client: TestClient) -> None:
    rows = get(client, "/intensity/date")["data"]
    assert len(rows) == 48
    assert [row["intensity"]["actual"] for row in rows] == [300 + at // 2 for at in range(24)] + 24 * [None]
    assert [row["intensity"]["forecast"] for row in rows[24:]] == [300 + at // 2 for at in range(24, 48)]
    assert rows == get(client, "/intensity/date/2026-03-10")["data"]
    assert get(client, "/intensity/date/2026-03-10/23")["data"] == [rows[22]], "periods count from 1"


def test_48_hours_ahead_have_96_half_hours(client: TestClient) -> None:
    rows = get(client, "/intensity/2026-03-10T12:20Z/fw48h")["data"]
    assert len(rows) == 97, "from 12:00, which holds 12:20, to 12:30 in two days"
    # noon, and the noons of the next two days, are all as yesterday's
    assert [rows[at]["intensity"]["forecast"] for at in (0, 24, 48, 96)] == [312, 300, 312, 312]


def test_the_first_day_that_is_known_had_nothing_to_be_foreseen_from(client: TestClient) -> None:
    rows = get(client, "/intensity/2026-03-02T12:00Z/2026-03-03T13:00Z")["data"]
    assert rows[0]["intensity"] == {"forecast": None, "actual": 212, "index": "high"}
    assert rows[-1]["intensity"] == {"forecast": 212, "actual": 312, "index": "very high"}


def test_lifecycle_is_there_for_who_asks(client: TestClient) -> None:
    (row,) = get(client, "/intensity/2026-03-10T11:00Z", emissionFactorType="lifecycle")["data"]
    assert row["intensity"]["actual"] == 622


def test_statistics(client: TestClient) -> None:
    """From 09:00 to 13:00: 309, 310, 311 traced and 312 foreseen."""
    span = "2026-03-10T09:00Z/2026-03-10T13:00Z"
    whole = {"from": "2026-03-10T09:00Z", "to": "2026-03-10T13:00Z"}
    told = {"max": 312, "average": 310, "min": 309, "index": "very high"}
    assert get(client, f"/intensity/stats/{span}")["data"] == [{**whole, "intensity": told}]
    blocks = get(client, f"/intensity/stats/{span}/3")["data"]
    assert [(row["from"], row["to"], row["intensity"]["average"]) for row in blocks] == [
        ("2026-03-10T09:00Z", "2026-03-10T12:00Z", 310), ("2026-03-10T12:00Z", "2026-03-10T13:00Z", 312)]


def test_generation_is_an_object_now_and_a_list_of_a_span(client: TestClient) -> None:
    assert mix(get(client, "/generation")["data"]) == MIX, "nothing newer is known than the hour before"
    rows = get(client, "/generation/2026-03-10T08:00Z/2026-03-10T13:00Z")["data"]
    assert [row["from"][11:16] for row in rows] == ["11:00", "11:30", "12:00", "12:30"], "before it nothing is known"
    assert [mix(row) for row in rows] == 4 * [MIX]


def test_a_region_is_a_list_now_and_an_object_of_a_span(client: TestClient) -> None:
    (now,) = get(client, "/regional/postcode/m15 4ax")["data"]
    (row,) = now.pop("data")
    assert now == {"regionid": 18, "dnoregion": "GB", "shortname": "GB", "postcode": "M15"}
    assert row["intensity"] == {"forecast": 312, "index": "very high"} and mix(row) == MIX
    span = get(client, "/regional/intensity/2026-03-10T11:00Z/fw48h/postcode/M15")["data"]
    assert span["postcode"] == "M15" and len(span["data"]) == 96
    assert span["data"][0]["intensity"]["forecast"] == 311, "what is traced, as regions have no actual"
    assert get(client, f"/regional/intensity/{FROM}/fw24h/regionid/13")["data"]["shortname"] == "London"
    assert get(client, "/regional/scotland")["data"][0]["regionid"] == 16


def test_all_regions_have_the_values_of_great_britain(client: TestClient) -> None:
    (row,) = get(client, "/regional")["data"]
    assert [region["regionid"] for region in row["regions"]] == list(range(1, 19))
    assert {region["intensity"]["forecast"] for region in row["regions"]} == {312}
    assert {region["shortname"] for region in row["regions"]} >= {"North Scotland", "Wales", "GB"}


def test_factors_are_those_of_direct_emissions_and_imports_at_their_newest(client: TestClient) -> None:
    (found,) = get(client, "/intensity/factors")["data"]
    assert found["French Imports"] == 50 and found["Dutch Imports"] is None
    assert (found["Nuclear"], found["Wind"]) == (0, 0) and found["Coal"] > found["Gas (Combined Cycle)"] > 300


@pytest.mark.parametrize(("path", "said"), [
    ("/intensity/2026-03-10T00:00Z/2026-03-24T00:01Z", "limited to 14 days"),
    ("/intensity/stats/2026-01-01T00:00Z/2026-03-01T00:00Z", "limited to 30 days"),
    ("/intensity/stats/2026-03-10T00:00Z/2026-03-11T00:00Z/25", "block, 1 to 24"),
    ("/intensity/2026-03-10T00:00Z/2026-03-09T00:00Z", "later than its start"),
    ("/intensity/yesterday", "valid datetime"), ("/intensity/date/10-03-2026", "valid datetime"),
    ("/intensity/date/2026-03-10/49", "period, 1 to 48"), ("/intensity/date/2026-03-10/²", "period, 1 to 48"),
    ("/regional/regionid/19", "region ID, 1 to 18"), ("/regional/postcode/M15'--", "outward postcode"),
])
def test_what_makes_no_sense_is_400_in_the_originals_shape(client: TestClient, path: str, said: str) -> None:
    found = client.get(path)
    assert found.status_code == 400
    body = found.json()
    assert body["error"]["code"] == "400 Bad Request" and said in body["error"]["message"]
    assert body["message"] == body["error"]["message"] and body["status"] == 400


@pytest.mark.parametrize("path", ["/regional/postcode/BT1", "/regional/postcode/ZE1", "/intensity/2020-01-01T00:00Z",
                                  "/intensity/2027-01-01T00:00Z", "/generation/2026-03-09T00:00Z/pt24h"])
def test_nothing_known_is_no_empty_success(client: TestClient, path: str) -> None:
    found = client.get(path)
    assert found.status_code == 404 and found.json()["error"]["code"] == "404 Not Found"


def test_rows_are_csv_too(client: TestClient) -> None:
    lines = client.get("/intensity/2026-03-03T12:00Z", params={"format": "csv"}).text.splitlines()
    assert lines[0].replace('"', "") == "from,to,intensity.forecast,intensity.actual,intensity.index"
    assert lines[1].replace('"', "") == "2026-03-03T12:00Z,2026-03-03T12:30Z,212,312,very high"


@pytest.mark.parametrize(("g_per_kwh", "year", "expected"), [
    (24, 2026, "very low"), (25, 2026, "low"), (90, 2026, "moderate"), (230, 2026, "high"), (231, 2026, "very high"),
    (231, 2020, "high"), (79, 2018, "very low"), (401, 2010, "very high"), (400, 2010, "high"), (5, 2040, "low"),
])
def test_words_follow_the_published_table(g_per_kwh: int, year: int, expected: str) -> None:
    assert word(g_per_kwh, year) == expected
