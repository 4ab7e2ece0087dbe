"""How far off forecasts were, of a zone and of all, as it is said over HTTP (the store of foreseen.judged)."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core import times
from core.api.app import create_app
from core.api.grid import Grid
from core.store import Store
from tests.core.api import foreseen, small
from tests.core.api.foreseen import CI, METHOD
from tests.core.api.small import get
from tests.core.forecast.test_results import put


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    foreseen.judged(store)
    grid = Grid(small.CONFIG, store)
    with times.frozen(small.NOW):
        grid.refresh()
        yield TestClient(create_app(grid))


def test_errors_by_how_far_ahead(client: TestClient) -> None:
    """The results end with 11:00, so each span has an hour less of the forecast whose last hour would be noon:
    4 · 6; 4 · 18 − 1; 3 · 24 − 1; 2 · 24 − 1. 10, −20, 0 and 50 of 200 g/kWh."""
    found = get(client, "/forecast/skill", countryCode="xb")
    names = "fromHours", "toHours", "hours", "errorPercent", "error", "bias", "inBandPercent"
    assert (found["zone"], found["days"]) == ("XB", 14)
    assert [tuple(one[name] for name in names) for one in found["forecasts"]] == [
        (1, 6, 24, 5, 10, 10, 0), (7, 24, 71, 10, 20, -20, 100), (25, 48, 71, 0, 0, 0, None),
        (49, 72, 47, 25, 50, 50, None)]


def test_the_last_day_and_the_model(client: TestClient) -> None:
    """Six hours with an error of 5 % and seventeen with one of 10: 200 / 23."""
    found = get(client, "/forecast/skill", zone="XB")
    assert found["lastDay"] == {"issued": "2026-03-09T12:02:00.000Z", "method": METHOD, "errorPercent": 8.7}
    assert found["model"] == {
        "method": METHOD, "trained": "2026-03-09T12:00:00.000Z", "until": "2026-03-08T12:00:00.000Z"}
    assert get(client, "/forecast/skill", zone="XC")["model"]["until"] == "2026-03-01T12:00:00.000Z"


def test_where_nothing_can_be_compared(client: TestClient) -> None:
    assert get(client, "/forecast/skill", zone="ES") == {
        "zone": "ES", "days": 14, "forecasts": [], "lastDay": None, "model": None}
    assert client.get("/forecast/skill").status_code == 400
    assert client.get("/forecast/skill", params={"zone": "QQ"}).status_code == 404


def test_a_zone_whose_intensity_was_not_foreseen_a_day_ago(client: TestClient, store: Store) -> None:
    put(store, {"XC": dict.fromkeys(range(-24, 0), 200.0)})
    store.forecasts.write([foreseen.issued(-24, {"consumption_mw": 500.0}, zone="XC")])
    found = get(client, "/forecast/skill", zone="XC")
    assert (found["lastDay"], found["forecasts"]) == (None, [])


def test_the_status_has_medians_over_zones(client: TestClient) -> None:
    """XA is off by 10 % always; of it 12 hours, 35, and 23 are compared, and none that is farther away."""
    found = get(client, "/status")["forecasts"]
    assert found.pop("skill") == [
        {"fromHours": 1, "toHours": 6, "zones": 2, "errorPercent": 7.5, "inBandPercent": 0},
        {"fromHours": 7, "toHours": 24, "zones": 2, "errorPercent": 10, "inBandPercent": 100},
        {"fromHours": 25, "toHours": 48, "zones": 2, "errorPercent": 5, "inBandPercent": None},
        {"fromHours": 49, "toHours": 72, "zones": 1, "errorPercent": 25, "inBandPercent": None}]
    assert found == {
        "issued": "2026-03-10T12:03:00.000Z", "methods": {"blend": 2, METHOD: 1},
        "oldestModelUntil": "2026-03-01T12:00:00.000Z"}


def test_forecasts_are_judged_anew_when_new_ones_are_issued(client: TestClient, store: Store) -> None:
    """Of 250 g/kWh the 210 of XB and the 220 of XA are 16 and 12 % off: 14 in the median."""
    def first() -> Any:
        grid: Grid = client.app.state.grid  # type: ignore[attr-defined]
        grid.refresh()
        return get(client, "/status")["forecasts"]["skill"][0]["errorPercent"]

    assert first() == 7.5
    put(store, {zone: dict.fromkeys(range(-15 * 24, 0), 250.0) for zone in ("XA", "XB")})
    assert first() == 7.5, "the hour's forecasts are judged already"
    store.forecasts.write([foreseen.issued(1, {CI: 220.0}, zone="XA", method="blend", minute=1)])
    assert first() == 14


def test_an_instance_that_never_issued_says_so(store: Store) -> None:
    with times.frozen(small.NOW):
        found = get(TestClient(create_app(Grid(small.CONFIG, store))), "/status")["forecasts"]
    assert found == {"issued": None, "methods": {}, "oldestModelUntil": None, "skill": []}
