"""Forecasts that are issued and kept, from a store of made-up zones; models are learnt once for all of these tests."""

import math
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import time_machine

from core import schemas, times
from core.errors import CannotForecast
from core.forecast import forecast_results, training
from core.forecast.issuing import issue_due
from core.forecast.kept import COLUMNS
from core.forecast.results import blend_results
from core.forecast.strong.stored import read_published
from core.store import Store
from tests.core.forecast import made_up
from tests.core.forecast.made_up import CONFIGURED, DAY_S, HOUR_S, NOW_S, RUN_S, RUNNING_S, ZONES

CI = "lifecycle_g_per_kwh"


def actual(column: str = CI, first_s: int = RUNNING_S, hours: int = 73) -> np.ndarray:
    return made_up.results(np.arange(first_s, first_s + hours * HOUR_S, HOUR_S))[column]


def test_every_zone_gets_its_best_forecast_once_an_hour(learnt: Store) -> None:
    assert issue_due(learnt, CONFIGURED, NOW_S, "live") == 3
    assert issue_due(learnt, CONFIGURED, NOW_S + 600, "live") == 0, "this hour has its forecasts"
    methods = {row["zone_key"]: row["method"] for row in learnt.forecasts.of_hours([RUNNING_S])}
    assert methods == {"FR": "boosting_with_weather", "DE": "boosting", "ES": "blend"}


def test_what_was_learnt_knows_what_wind_does_to_intensity_shares_and_their_bands(learnt: Store) -> None:
    issue_due(learnt, CONFIGURED, NOW_S, "live")
    found, blend = forecast_results(learnt, "FR", COLUMNS, NOW_S, 72), blend_results(learnt, "FR", COLUMNS, NOW_S, 72)
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


def test_what_comes_later_does_not_change_what_was_issued(learnt: Store) -> None:
    issue_due(learnt, CONFIGURED, NOW_S, "live")
    before = forecast_results(learnt, "FR", [CI], NOW_S + 60, 72)
    made_up.put_weather(learnt, ["FR"], RUNNING_S + HOUR_S, RUNNING_S + 80 * HOUR_S, NOW_S // RUN_S * RUN_S)
    made_up.put_results(learnt, {"FR": (RUNNING_S, RUNNING_S + 3 * HOUR_S)})
    issue_due(learnt, CONFIGURED, NOW_S + HOUR_S, "live")
    after = forecast_results(learnt, "FR", [CI], NOW_S + 60, 72)
    later = forecast_results(learnt, "FR", [CI], NOW_S + HOUR_S, 72)
    assert before is not None and after is not None and later is not None
    np.testing.assert_array_equal(before.values[CI][1:], after.values[CI][1:])
    assert later.issued_s == NOW_S + HOUR_S and later.hours_s[0] == RUNNING_S + HOUR_S


def test_the_running_hour_is_what_is_known_of_it_by_now(learnt: Store) -> None:
    issue_due(learnt, CONFIGURED, NOW_S, "live")
    with time_machine.travel(times.epoch(NOW_S + 30), tick=False):
        made_up.put_results(learnt, {"FR": (RUNNING_S, RUNNING_S + HOUR_S)})
    before, found = (forecast_results(learnt, "FR", [CI], NOW_S + seconds, 24) for seconds in (29, 60))
    assert before is not None and not before.known.any() and before.values[CI][0] != actual()[0]
    assert found is not None and found.known.tolist() == [True] + 24 * [False]
    assert found.values[CI][0] == found.low[CI][0] == actual()[0]


def test_beyond_three_days_and_three_hours_it_is_the_blend(learnt: Store) -> None:
    issue_due(learnt, CONFIGURED, NOW_S, "live")
    far, blend = forecast_results(learnt, "FR", [CI], NOW_S, 100), blend_results(learnt, "FR", [CI], NOW_S, 100)
    assert far is not None and blend is not None and far.method == "boosting_with_weather+blend"
    np.testing.assert_array_equal(far.values[CI][73:], blend.values[CI][73:])
    assert len(far.values[CI]) == len(far.hours_s) == len(far.low[CI]) == 101
    near = forecast_results(learnt, "FR", [CI], NOW_S + 3 * HOUR_S, 24)
    assert near is not None and near.method == "boosting_with_weather" and near.hours_s[0] == RUNNING_S + 3 * HOUR_S
    assert near.values[CI] == pytest.approx(far.values[CI][3:28])
    old = forecast_results(learnt, "FR", [CI], NOW_S + 4 * HOUR_S, 24)
    assert old is not None and old.method == "blend"


@pytest.mark.parametrize(("hours", "method"), [(5, "boosting_with_weather"), (30, "blend")])
def test_data_that_are_late(learnt: Store, hours: int, method: str) -> None:
    """As of some hours after the newest that is known; a model looks 96 hours ahead of it, so 24 are too late."""
    now_s = NOW_S + hours * HOUR_S
    issue_due(learnt, CONFIGURED, now_s, "live")
    found = forecast_results(learnt, "FR", [CI], now_s, 24)
    assert found is not None and found.method.removesuffix("+blend") == method
    assert found.made_from_s == RUNNING_S - HOUR_S
    if method != "blend":
        assert found.values[CI] == pytest.approx(actual(first_s=RUNNING_S + hours * HOUR_S, hours=25), rel=0.15)


def test_hours_without_weather_are_the_blends(learnt: Store) -> None:
    """The newest run ends 79 hours ahead; ten hours later, without another, it ends after 69."""
    made_up.put_results(learnt, dict.fromkeys(ZONES, (RUNNING_S, RUNNING_S + 10 * HOUR_S)))
    now_s = NOW_S + 10 * HOUR_S
    issue_due(learnt, CONFIGURED, now_s, "live")
    found, blend = (one(learnt, "FR", [CI], now_s, 72) for one in (forecast_results, blend_results))
    assert found is not None and blend is not None and found.method == "boosting_with_weather+blend"
    assert found.values[CI][69:] == pytest.approx(blend.values[CI][69:], abs=0.3)
    assert np.abs(found.values[CI][1:69] - blend.values[CI][1:69]).max() > 30


def test_a_model_that_is_old_broken_or_of_another_format_gives_way_to_the_blend(
    learnt: Store, caplog: pytest.LogCaptureFixture
) -> None:
    row = learnt.forecasts.model("FR")
    assert row is not None
    for number, change in enumerate((
        {"until_s": NOW_S - 31 * DAY_S}, {"format": 0}, {"content": b"no model"},
    )):
        learnt.forecasts.write_model(row | change)
        now_s = NOW_S + number * HOUR_S
        issue_due(learnt, CONFIGURED, now_s, "live")
        found = forecast_results(learnt, "FR", [CI], now_s, 24)
        assert found is not None and found.method == "blend", change
    assert "the forecast of FR by what was learnt failed" in caplog.text
    others = [row["method"] for row in learnt.forecasts.of_zone("DE", RUNNING_S, RUNNING_S + 3 * HOUR_S)]
    assert others == 3 * ["boosting"], "one zone's trouble is not another's"


def test_what_is_due_to_be_learnt(learnt: Store) -> None:
    """What nothing is known of comes first, then what is oldest; a week is young enough."""
    zones = CONFIGURED
    assert [zone.key for zone in training.due(learnt, zones, NOW_S)] == ["ES"]
    row = learnt.forecasts.model("DE")
    assert row is not None
    learnt.forecasts.write_model(row | {"until_s": NOW_S - 9 * DAY_S})
    assert [zone.key for zone in training.due(learnt, zones, NOW_S)] == ["ES", "DE"]
    assert [zone.key for zone in training.due(learnt, zones, NOW_S, 0)] == ["ES", "DE", "FR"]


def test_the_same_hour_is_kept_once(learnt: Store) -> None:
    issue_due(learnt, CONFIGURED, NOW_S, "live")
    rows = learnt.forecasts.of_hours([RUNNING_S])
    learnt.forecasts.write([row | {"method": "another", "issued_s": NOW_S + 5} for row in rows])
    assert learnt.forecasts.of_hours([RUNNING_S]) == rows


def test_without_lightgbm_zones_get_the_blend_and_the_log_says_what_to_install(
    learnt: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    issue_due(learnt, CONFIGURED, NOW_S, "live")
    assert {row["method"] for row in learnt.forecasts.of_hours([RUNNING_S])} == {"blend"}
    assert caplog.text.count("pip install 'gridtrace[forecast]'") == 1
    with pytest.raises(CannotForecast, match="pip install"):
        list(training.teach(learnt, [CONFIGURED["FR"]], NOW_S, 1))


def test_what_fails_for_one_zone_is_said_and_the_rest_is_learnt(learnt: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """FR's history is no grid at all: the process that learns of it cannot."""
    read = training.history
    monkeypatch.setattr(training, "history", lambda store, zone, now_s: (
        replace(read(store, zone, now_s), generation_mw={"wind": "much"}) if zone.key == "FR"
        else read(store, zone, now_s)))
    found = {one.zone_key: one for one in training.teach(
        learnt, [CONFIGURED["FR"], CONFIGURED["DE"]], NOW_S + 7, workers=1)}
    assert "Error" in found["FR"].error and found["DE"].method == "boosting"
    trained = {row["zone_key"]: row["trained_s"] for row in learnt.forecasts.models()}
    assert trained == {"DE": NOW_S + 7, "FR": NOW_S}


def test_what_operators_foresee_counts_from_when_it_was_known(store: Store) -> None:
    """Of three hours wind in halves of 100 and 300 MW, fetched at 09:10 and 09:50: 200 MW, known by ten."""
    begin = times.epoch(RUNNING_S)
    job: dict[str, Any] = {
        "run_id": store.begin_run(0, "live"), "kind": "productionPerModeForecastDayAhead", "key": "FR", "parser": "X.y",
        "seconds": 0.0, "outcome": "ok", "accepted": 1, "refused": 0, "suspect": 0, "newest_s": None, "message": None}
    for half, mw, minutes in ((0, 100.0, -190), (1, 300.0, -150)):
        raw = [
            {"zone_key": "FR", "start": times.shift(begin, minutes=60 * hour + 30 * half),
             "end": times.shift(begin, minutes=60 * hour + 30 * half + 30), "source": "x", "source_type": "forecasted",
             "production": {"wind": mw}}
            for hour in range(3)]
        events = [schemas.read("productionPerModeForecastDayAhead", one) for one in raw]
        store.write_job(job | {"started_s": RUNNING_S + 60 * minutes}, events, [], "live")
    found = read_published(store, CONFIGURED["FR"], RUNNING_S - DAY_S, NOW_S)
    assert found.keys() == {"wind"}
    assert found["wind"].value_mw[23:28] == pytest.approx([math.nan, 200, 200, 200, math.nan], nan_ok=True)
    # RUNNING_S is hour 24; 09:50 is two hours and ten minutes before noon, in hour 21: known by the begin of hour 22
    assert found["wind"].known_hour[24:27].tolist() == [22, 22, 22]
