"""The Carbon Aware SDK (.NET) with Electricity Maps as its source, by the rules that its deserialiser keeps.

System.Text.Json takes no fraction for an `int`, no null for a `DateTimeOffset`, and only ISO 8601 with at most sixteen
decimals. The SDK asks `zones` first and refuses a zone whose `access` does not name the path; it throws where a
forecast's rows are not equally far apart. Base address http://host:port/v3/, `auth-token` as the header of the token.
"""

import re
from itertools import pairwise
from typing import Any

import pytest

from core import times
from core.store import Store
from tests.core.api.clients import stored
from tests.core.api.serving import Served

HEADERS = {"auth-token": "any", "Accept": "application/json"}
DATE_TIME_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,16})?)?(Z|[+-]\d\d:\d\d)")
INT = range(-(2**31), 2**31)
SPANS = {
    "history": {}, "forecast": {},
    "past-range": {"start": "2026-03-09T20:00:00.0000000+00:00", "end": "2026-03-10T02:30:00.0000000+00:00"}}
"""What it asks beside the place; .NET writes seven decimals."""


def ask(world: Served, path: str, **query: str) -> Any:
    answer = world.client.get(f"/v3/{path}", params=query, headers=HEADERS)
    assert answer.status_code == 200, answer.text
    return answer.json()


def as_int(value: Any) -> int:
    assert type(value) is int and value in INT, value
    return value


def as_date_time_offset(value: Any) -> float:
    assert isinstance(value, str) and DATE_TIME_OFFSET.fullmatch(value), value
    return times.read(value).timestamp()


def history_row(row: Any) -> tuple[float, int]:
    """A row of `history` and `past-range`, read whole; its start and its value."""
    as_date_time_offset(row["updatedAt"])
    as_date_time_offset(row["createdAt"])
    assert isinstance(row["isEstimated"], bool)
    assert isinstance(row["emissionFactorType"], str | None) and isinstance(row["estimationMethod"], str | None)
    return as_date_time_offset(row["datetime"]), as_int(row["carbonIntensity"])


@pytest.mark.parametrize("path", SPANS)
def test_zones_grant_access_to_whoever_shows_a_token(world: Served, path: str) -> None:
    zone = ask(world, "zones")["FR"]
    assert isinstance(zone["zoneName"], str)
    assert all(isinstance(one, str) for one in zone["access"])
    assert "*" in zone["access"] or f"carbon-intensity/{path}" in zone["access"]


@pytest.mark.parametrize("place", [{"zone": "FR"}, {"lat": "48.86", "lon": "2.35"}], ids=["zone", "point"])
def test_history(world: Served, world_store: Store, place: dict[str, str]) -> None:
    found = [history_row(row) for row in ask(world, "carbon-intensity/history", **place)["history"]]
    rows = stored.day_until(world_store, "FR", stored.latest(world_store, "FR")["hour_s"])
    assert found == [(row["hour_s"], round(row["lifecycle_g_per_kwh"])) for row in rows]


def test_past_range_has_no_gap(world: Served, world_store: Store) -> None:
    """Half-open, with the hour that the end lies in: 20:00 to 02:00 are seven."""
    found = [history_row(row) for row in ask(world, "carbon-intensity/past-range", zone="FR", **SPANS["past-range"])[
        "data"]]
    first_s = times.read("2026-03-09T20:00Z").timestamp()
    rows = world_store.results("FR", int(first_s), int(first_s) + 7 * stored.HOUR_S)
    assert [start_s for start_s, _ in found] == [first_s + at * stored.HOUR_S for at in range(7)]
    assert [value for _, value in found] == [round(row["lifecycle_g_per_kwh"]) for row in rows]


def test_forecast_has_one_spacing(world: Served) -> None:
    found = ask(world, "carbon-intensity/forecast", lat="48.86", lon="2.35")
    assert isinstance(found["zone"], str)
    as_date_time_offset(found["updatedAt"])
    starts = [as_date_time_offset(row["datetime"]) for row in found["forecast"]]
    for row in found["forecast"]:
        as_int(row["carbonIntensity"])
    assert {second - first for first, second in pairwise(starts)} == {stored.HOUR_S}


def test_a_refusal_is_told_in_its_log(world: Served) -> None:
    answer = world.client.get("/v3/carbon-intensity/history", params={"zone": "XX"}, headers=HEADERS)
    assert answer.status_code == 404 and "No recent data for zone" in answer.text
