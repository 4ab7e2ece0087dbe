"""/weather: fields between two hours, series of a zone by run, files of the export; numbers put in by hand."""

import json
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from core import times
from core.api.app import create_app
from core.api.grid import Grid
from core.api.static import export_static
from core.plugins import Manager
from core.store import Store
from core.weather import Kept
from core.weather.fields import WORLD, Forecast
from core.weather.thinned import pack
from tests.core.api.small import CONFIG, NOON, NOON_S, NOW, get

RUN, EARLIER = times.shift(NOON, hours=-6), times.shift(NOON, hours=-12)


def hour(lead_h: int, east: float, wind: float, run_before: bool = False) -> Kept:
    """An hour after NOON at which it blows to the east alike all over the world; a fourth as much in XA."""
    shape = (WORLD.rows, WORLD.columns)
    fields = (np.full(shape, value, dtype=np.float32) for value in (east, -2.0, 280.0, 120.0))
    issued, at = EARLIER if run_before else RUN, times.shift(NOON, hours=lead_h)
    means = np.array([[wind, 1.1 * wind, 281.234, 120.0]])
    return Kept(issued, at, pack(Forecast(issued, at, WORLD, *fields)), ("XA",), means)


@pytest.fixture
def weather(store: Store) -> TestClient:
    with store.writing() as connection:
        for one in (hour(0, 4, 1, True), hour(1, 0, 2, True), hour(2, 0, 3, True)):
            store.weather.write(connection, [one], "live", NOON_S)
        store.weather.write(connection, [hour(1, 8, 2.5), hour(2, 8, 3.5)], "live", NOON_S)
        store.weather.write(connection, [hour(2, 50, 9, True)], "live", NOON_S)  # comes late, and is no newer
    return TestClient(create_app(Grid(CONFIG, store)))


def test_fields_are_told_in_whole_steps_between_two_hours(weather: TestClient) -> None:
    """A quarter of the way from 4 m/s to the 8 of the newest run are 5, in steps of half a metre a second 10."""
    found = get(weather, "/weather/fields", at="2026-03-10T12:15:00Z")
    assert found["grid"] == {"north": 85, "west": 0, "step": 1, "rows": 146, "columns": 360}
    assert set(found["windEast"]["values"]) == {10} and found["windEast"]["step"] == 0.5
    assert set(found["windNorth"]["values"]) == {-4} and len(found["windNorth"]["values"]) == 146 * 360
    assert (found["issued"], found["origin"]) == ("2026-03-10T06:00:00.000Z", "live")
    sun = np.array(found["radiation"]["values"]).reshape(146, 360)
    assert sun[85, 180] == 0 and sun[85, 0] > 0, "at noon in Greenwich it is night at 180°"


def test_fields_of_an_hour_that_nobody_foresaw_are_a_404(weather: TestClient) -> None:
    answer = weather.get("/weather/fields", params={"at": "2026-03-12T12:00:00Z"})
    assert answer.status_code == 404 and "no forecast" in answer.json()["message"]


def test_a_series_is_of_the_newest_run_of_each_hour_or_of_what_was_known(weather: TestClient) -> None:
    span = {"zone": "XA", "start": "2026-03-10T11:00:00Z", "end": "2026-03-10T14:00:00Z"}
    found = get(weather, "/weather/series", **span)["data"]
    assert [(one["datetime"][11:13], one["issued"][11:13], one["windSpeed"]) for one in found] == [
        ("12", "00", 1), ("13", "06", 2.5), ("14", "06", 3.5)]
    assert found[1]["windSpeedCubic"] == 2.75 and found[1]["temperature"] == 281.23
    before = get(weather, "/weather/series", **span, issuedBy="2026-03-10T05:00:00Z")["data"]
    assert [one["windSpeed"] for one in before] == [1, 2, 9]
    assert weather.get("/weather/series", params={**span, "zone": "XB"}).status_code == 404


def test_a_series_is_given_as_csv(weather: TestClient) -> None:
    span = {"zone": "XA", "start": "2026-03-10T11:00:00Z", "end": "2026-03-10T12:00:00Z", "format": "csv"}
    head, row = weather.get("/weather/series", params=span).text.splitlines()
    assert head == '"datetime","issued","windSpeed","windSpeedCubic","temperature","radiation","origin"'
    assert row == '"2026-03-10T12:00:00.000Z","2026-03-10T00:00:00.000Z",1,1.1,281.23,120,"live"'


def test_the_export_holds_the_fields_of_now(weather: TestClient, store: Store, tmp_path: Path) -> None:
    with times.frozen(NOW):
        export_static(Grid(CONFIG, store), Manager(), tmp_path)
        assert json.loads((tmp_path / "weather.json").read_text()) == get(weather, "/weather/fields")


def test_old_fields_go_with_the_next_and_old_means_when_pruned(store: Store) -> None:
    from core.store.upkeep import forget, old_rows

    with store.writing() as connection:
        assert store.weather.write(connection, [hour(0, 4, 1)], "live", NOON_S) == 1
        assert store.weather.write(connection, [hour(0, 4, 1)], "live", NOON_S) == 0, "it is there"
        later_s = NOON_S + 3 * 24 * 3600 + 1
        store.weather.write(connection, [hour(73, 4, 1)], "live", later_s)
    assert store.weather.hours_of(0) == {NOON_S + 73 * 3600}
    assert len(store.weather.series("XA", 0, 2**40)) == 2
    assert sum(forget(store, old) for old in old_rows(NOON_S + 3600, ["weather"])) == 1
    assert [row["hour_s"] for row in store.weather.series("XA", 0, 2**40)] == [NOON_S + 73 * 3600]
