"""`gridtrace forecast train`, `show` and `skill` on made-up zones."""

import json
import re
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from typer.testing import CliRunner

from core import times
from core.cli import app
from core.errors import StoreError
from core.forecast.issuing import issue_due
from core.store import Store
from tests.core.forecast import made_up
from tests.core.forecast.made_up import CONFIGURED, DAY_S, HOUR_S, NOW_S, RUNNING_S


def run(store: Store, *words: str, at_s: int = NOW_S) -> Result:
    with time_machine.travel(times.epoch(at_s), tick=False):
        return CliRunner().invoke(app, ["forecast", *words, "--store", store.name])


def test_what_is_due_is_learnt_and_the_rest_named(learnt: Store) -> None:
    row = learnt.forecasts.model("DE")
    assert row is not None
    learnt.forecasts.write_model(row | {"until_s": NOW_S - 8 * DAY_S, "content": b""})
    found = run(learnt, "train", "--zone", "DE,ES", "--workers", "1", "--json")
    assert found.exit_code == 0, found.output
    said = json.loads(found.stdout)
    zones = {one["zone_key"]: (one["method"], one["hours"]) for one in said["zones"]}
    assert zones == {"DE": ("boosting", 122 * 24), "ES": ("", 20 * 24)} and said["left"] == 0
    again = learnt.forecasts.model("DE")
    assert again is not None and again["until_s"] == RUNNING_S and len(again["content"]) > 100_000
    text = run(learnt, "train", "--zone", "ES").stdout
    assert text == "Learnt: none; 1 zones have too little history.\n"


def test_when_the_time_is_up_the_rest_is_left(learnt: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0] + 4 * [0.5] + 1000 * [2.0])
    monkeypatch.setattr("time.monotonic", lambda: next(moments))
    found = run(learnt, "train", "--for", "1s")
    left = re.search(r"(\d+) left for the next time", found.stdout)
    assert found.exit_code == 0 and left is not None and int(left[1]) > 200, "none is begun after the time"


def test_the_coming_hours_with_their_band(learnt: Store) -> None:
    issue_due(learnt, CONFIGURED, NOW_S, "live")
    found = run(learnt, "show", "FR", "--hours", "3")
    lines = found.stdout.splitlines()
    assert found.exit_code == 0 and lines[-1] == "By boosting_with_weather, issued Tue 10 Mar 13:20 CET."
    assert [line.split()[:2] for line in lines[3:7]] == [["Tue", hour] for hour in ("13:00", "14:00", "15:00", "16:00")]
    said = json.loads(run(learnt, "show", "FR", "--hours", "3", "--json").stdout)
    assert said["issued"] == "2026-03-10T12:20:00Z" and said["made_from"] == "2026-03-10T11:00:00Z"
    assert all(one["low_g_per_kwh"] < one["carbon_intensity_g_per_kwh"] < one["high_g_per_kwh"]
               for one in said["hours"])
    before = run(learnt, "show", "FR", "--as-of", "2026-03-10T11:30Z").stdout
    assert before.endswith("By blend, issued Tue 10 Mar 12:30 CET.\n"), "nothing had been issued by then"


def test_a_zone_of_which_nothing_is_known(learnt: Store) -> None:
    found = run(learnt, "show", "PL")
    assert "Nothing of PL is known in the seven days before" in str(found.exception)


def test_how_far_off_it_was(learnt: Store) -> None:
    """After a day of which all came as it does in this zone; nothing can be said before."""
    issue_due(learnt, CONFIGURED, NOW_S, "live")
    assert run(learnt, "skill", "FR").exit_code == 1
    made_up.put_results(learnt, dict.fromkeys(CONFIGURED, (RUNNING_S, RUNNING_S + 25 * HOUR_S)))
    found = run(learnt, "skill", "--json", at_s=NOW_S + 24 * HOUR_S)
    said = {one["zone"]: one for one in json.loads(found.stdout)}
    assert found.exit_code == 0 and said.keys() == CONFIGURED.keys()
    near = said["FR"]
    assert (near["from_h"], near["to_h"], near["hours"]) == (7, 24, 17), "1 to 6 are six hours: too few"
    assert near["error_percent"] < said["ES"]["error_percent"] / 3, "the one by weather, the other by the blend"
    table = run(learnt, "skill", "FR", at_s=NOW_S + 24 * HOUR_S).stdout
    assert "FR" in table and "7–24" in table and "%" in table


@pytest.mark.parametrize("words", [("show", "QQ"), ("skill", "QQ"), ("train", "--zone", "QQ")])
def test_zones_that_there_are_not(learnt: Store, words: tuple[str, ...]) -> None:
    found = run(learnt, *words)
    assert found.exit_code == 2 and "QQ" in found.stderr


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["forecast", "train", "--store", str(tmp_path / "none.db")])
    assert isinstance(found.exception, StoreError) and not (tmp_path / "none.db").exists()
