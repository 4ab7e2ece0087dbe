"""Forecasts that are issued and kept, from a store of made-up zones; models are learnt once for all of these tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.config import Zone
from core.forecast import forecast_results, training
from core.forecast.issuing import issue_due
from core.forecast.kept import COLUMNS
from core.forecast.results import blend_results
from core.store import Store, open_store
from tests.core.forecast import made_up
from tests.core.forecast.made_up import DAY_S, HOUR_S, NOW_S, RUN_S, RUNNING_S

CI = "lifecycle_g_per_kwh"
FIRST_S = RUNNING_S - 122 * DAY_S
ZONES = "FR", "DE"


CONFIGURED = {
    key: Zone.model_validate({
        "key": key, "name": key, "country": key, "region": "Europe", "timezone": "Europe/Paris",
        "bbox": (0.0, 40.0, 5.0, 50.0)})
    for key in (*ZONES, "ES")}


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with 122 days of FR and DE and 20 of ES; weather of FR and ES; what was learnt of all."""
    place = tmp_path_factory.mktemp("taught") / "store.db"
    with open_store(place) as store:
        spans = dict.fromkeys(ZONES, (FIRST_S, RUNNING_S)) | {"ES": (RUNNING_S - 20 * DAY_S, RUNNING_S)}
        made_up.put_results(store, spans)
        made_up.put_weather(store, ["FR", "ES"], FIRST_S, RUNNING_S + HOUR_S)
        made_up.put_weather(store, ["FR", "ES"], RUNNING_S + HOUR_S, RUNNING_S + 80 * HOUR_S, NOW_S - RUN_S)
        found = {one.zone_key: one for one in training.teach(store, [*CONFIGURED.values()], NOW_S, workers=2)}
        assert {key: one.method for key, one in found.items()} == {
            "FR": "boosting_with_weather", "DE": "boosting", "ES": ""}
    return place


@pytest.fixture
def store(taught: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(taught, tmp_path / "store.db")
    with open_store(tmp_path / "store.db") as opened:
        yield opened


def actual(column: str = CI, first_s: int = RUNNING_S, hours: int = 73) -> np.ndarray:
    return made_up.results(np.arange(first_s, first_s + hours * HOUR_S, HOUR_S))[column]


def test_every_zone_gets_its_best_forecast_once_an_hour(store: Store) -> None:
    assert issue_due(store, CONFIGURED, NOW_S, "live") == 3
    assert issue_due(store, CONFIGURED, NOW_S + 600, "live") == 0, "this hour has its forecasts"
    methods = {row["zone_key"]: row["method"] for row in store.forecasts.of_hours([RUNNING_S])}
    assert methods == {"FR": "boosting_with_weather", "DE": "boosting", "ES": "blend"}


def test_what_was_learnt_knows_what_wind_does_to_intensity_shares_and_their_bands(store: Store) -> None:
    issue_due(store, CONFIGURED, NOW_S, "live")
    found, blend = forecast_results(store, "FR", COLUMNS, NOW_S, 72), blend_results(store, "FR", COLUMNS, NOW_S, 72)
    assert found is not None and blend is not None and found.method == "boosting_with_weather"
    assert found.issued_s == NOW_S and found.made_from_s == RUNNING_S - HOUR_S
    for column in (CI, "direct_g_per_kwh", "wind_share", "renewable_share"):
        error, other = (np.abs(one.values[column] - actual(column)).mean() for one in (found, blend))
        assert error < other / 3, column
    parts = [name for name in COLUMNS if name.endswith("_share") and not name.startswith(("renewable", "carbon"))]
    assert np.nansum([found.values[name] for name in parts], axis=0) == pytest.approx(1, abs=2e-3)
    assert found.values["consumption_mw"] == pytest.approx(made_up.LOAD_MW, rel=1e-3)
    inside = (found.low[CI] <= actual()) & (actual() <= found.high[CI])
    width, other = ((one.high[CI] - one.low[CI]).mean() for one in (found, blend))
    assert inside.mean() > 0.75 and width < other / 2


def test_what_comes_later_does_not_change_what_was_issued(store: Store) -> None:
    issue_due(store, CONFIGURED, NOW_S, "live")
    before = forecast_results(store, "FR", [CI], NOW_S + 60, 72)
    made_up.put_weather(store, ["FR"], RUNNING_S + HOUR_S, RUNNING_S + 80 * HOUR_S, NOW_S // RUN_S * RUN_S)
    made_up.put_results(store, {"FR": (RUNNING_S, RUNNING_S + 3 * HOUR_S)})
    issue_due(store, CONFIGURED, NOW_S + HOUR_S, "live")
    after = forecast_results(store, "FR", [CI], NOW_S + 60, 72)
    later = forecast_results(store, "FR", [CI], NOW_S + HOUR_S, 72)
    assert before is not None and after is not None and later is not None
    np.testing.assert_array_equal(before.values[CI][1:], after.values[CI][1:])
    assert later.issued_s == NOW_S + HOUR_S and later.hours_s[0] == RUNNING_S + HOUR_S


def test_the_running_hour_is_what_is_known_of_it_by_now(store: Store) -> None:
    issue_due(store, CONFIGURED, NOW_S, "live")
    made_up.put_results(store, {"FR": (RUNNING_S, RUNNING_S + HOUR_S)})
    found = forecast_results(store, "FR", [CI], NOW_S + 60, 24)
    assert found is not None and found.known.tolist() == [True] + 24 * [False]
    assert found.values[CI][0] == found.low[CI][0] == actual()[0]


def test_beyond_three_days_and_three_hours_it_is_the_blend(store: Store) -> None:
    issue_due(store, CONFIGURED, NOW_S, "live")
    far, blend = forecast_results(store, "FR", [CI], NOW_S, 100), blend_results(store, "FR", [CI], NOW_S, 100)
    assert far is not None and blend is not None and far.method == "boosting_with_weather+blend"
    np.testing.assert_array_equal(far.values[CI][73:], blend.values[CI][73:])
    assert len(far.values[CI]) == len(far.hours_s) == len(far.low[CI]) == 101
    near = forecast_results(store, "FR", [CI], NOW_S + 3 * HOUR_S, 24)
    assert near is not None and near.method == "boosting_with_weather" and near.hours_s[0] == RUNNING_S + 3 * HOUR_S
    assert near.values[CI] == pytest.approx(far.values[CI][3:28])
    old = forecast_results(store, "FR", [CI], NOW_S + 4 * HOUR_S, 24)
    assert old is not None and old.method == "blend"


@pytest.mark.parametrize(("hours", "method"), [(5, "boosting_with_weather"), (30, "blend")])
def test_data_that_are_late(taught: Path, tmp_path: Path, hours: int, method: str) -> None:
    """As of some hours after the newest that is known; a model looks 96 hours ahead of it, so 24 are too late."""
    shutil.copy(taught, tmp_path / "late.db")
    with open_store(tmp_path / "late.db") as store:
        now_s = NOW_S + hours * HOUR_S
        issue_due(store, CONFIGURED, now_s, "live")
        found = forecast_results(store, "FR", [CI], now_s, 24)
        assert found is not None and found.method.removesuffix("+blend") == method
        assert found.made_from_s == RUNNING_S - HOUR_S
        if method != "blend":
            assert found.values[CI] == pytest.approx(actual(first_s=RUNNING_S + hours * HOUR_S, hours=25), rel=0.15)


def test_hours_without_weather_are_the_blends(store: Store) -> None:
    """The newest run ends 79 hours ahead; ten hours later, without another, it ends after 69."""
    made_up.put_results(store, dict.fromkeys(ZONES, (RUNNING_S, RUNNING_S + 10 * HOUR_S)))
    now_s = NOW_S + 10 * HOUR_S
    issue_due(store, CONFIGURED, now_s, "live")
    found, blend = (one(store, "FR", [CI], now_s, 72) for one in (forecast_results, blend_results))
    assert found is not None and blend is not None and found.method == "boosting_with_weather+blend"
    assert found.values[CI][69:] == pytest.approx(blend.values[CI][69:], abs=0.3)
    assert np.abs(found.values[CI][1:69] - blend.values[CI][1:69]).max() > 30


def test_a_model_that_is_old_broken_or_of_another_format_gives_way_to_the_blend(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    row = store.forecasts.model("FR")
    assert row is not None
    for number, change in enumerate((
        {"until_s": NOW_S - 31 * DAY_S}, {"format": 0}, {"content": b"no model"},
    )):
        store.forecasts.write_model(row | change)
        now_s = NOW_S + number * HOUR_S
        issue_due(store, CONFIGURED, now_s, "live")
        found = forecast_results(store, "FR", [CI], now_s, 24)
        assert found is not None and found.method == "blend", change
    assert "the forecast of FR by what was learnt failed" in caplog.text
    others = [row["method"] for row in store.forecasts.of_zone("DE", RUNNING_S, RUNNING_S + 3 * HOUR_S)]
    assert others == 3 * ["boosting"], "one zone's trouble is not another's"


def test_what_is_due_to_be_learnt(store: Store) -> None:
    """What nothing is known of comes first, then what is oldest; a week is young enough."""
    zones = CONFIGURED
    assert [zone.key for zone in training.due(store, zones, NOW_S)] == ["ES"]
    row = store.forecasts.model("DE")
    assert row is not None
    store.forecasts.write_model(row | {"until_s": NOW_S - 9 * DAY_S})
    assert [zone.key for zone in training.due(store, zones, NOW_S)] == ["ES", "DE"]
    assert [zone.key for zone in training.due(store, zones, NOW_S, 0)] == ["ES", "DE", "FR"]


def test_the_same_hour_is_kept_once(store: Store) -> None:
    issue_due(store, CONFIGURED, NOW_S, "live")
    rows = store.forecasts.of_hours([RUNNING_S])
    store.forecasts.write([replace_row(row) for row in rows])
    assert store.forecasts.of_hours([RUNNING_S]) == rows


def replace_row(row: dict[str, object]) -> dict[str, object]:
    return row | {"method": "another", "issued_s": NOW_S + 5}
