"""`gridtrace best` and `now`, from a store and from an instance that serves it, over the week of dialects/conftest.py.

Great Britain is foreseen (lifecycle) at 624 g/kWh at noon and 2 more each hour, and again from 600 on at midnight;
Germany at ten times as much. It is five past noon.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from core import times
from core.api.app import create_app
from core.api.grid import Grid
from core.cli import app
from core.config import load
from core.errors import CannotSchedule, UnknownPlace
from core.store import open_store
from tests.core.api.dialects.conftest import fill
from tests.core.api.serving import serving
from tests.core.api.small import NOW


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("deciding") / "store.db")
    with times.frozen(NOW), open_store(path) as store:
        fill(store)
    return path


@pytest.fixture(scope="module")
def url(place: str) -> Iterator[str]:
    with open_store(place) as store, serving(store, app=create_app(Grid(load(), store))) as served:
        yield served.url


def gridtrace(*words: str) -> Result:
    with times.frozen(NOW):
        return CliRunner().invoke(app, list(words))


def read(*words: str) -> Any:
    found = gridtrace(*words, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_the_best_start_by_a_deadline_on_the_zone_s_clock(place: str) -> None:
    """Midnight comes before 02:00, so that two hours from 00:00 on fit: (600 + 602) / 2."""
    found = read("best", "-z", "DE", "-z", "GB", "-d", "2h", "--by", "02:00", "--tz", "UTC", "--store", place)
    assert (found["place"], found["start"], found["end"]) == ("GB", "2026-03-11T00:00:00Z", "2026-03-11T02:00:00Z")
    assert found["ideal"]["value"] == 601.0 and found["naive"]["zone"] == "DE"
    # on Berlin's clock, that of the first zone, 02:00 is 01:00Z: from 23:00Z on (646 + 600) / 2, at once 625.833
    there = read("best", "-z", "DE", "-z", "GB", "-d", "2h", "--by", "02:00", "--store", place)
    assert (there["start"], there["ideal"]["value"]) == ("2026-03-10T23:00:00Z", 623.0)


@pytest.mark.parametrize("words", [
    ("best", "-z", "GB", "-z", "eu-central-1", "-z", "51.5,-0.1", "-d", "90m", "--interruptible", "--power", "1,2"),
    ("best", "-z", "GB", "-d", "1h30m", "--daily", "22:00-06:00", "--min-saving", "5", "--count", "1"),
    ("best", "-z", "FR", "-d", "1h", "--metric", "renewable-share", "--window", "18:00/2026-03-11T00:00"),
    ("now", "-z", "GB", "--below", "623"), ("now", "-z", "51.5,-0.1", "--percentile", "93", "--days", "7"),
    ("now", "-z", "FR", "--metric", "price", "--below", "91", "--oldest", "1h"),
])
def test_another_gridtrace_answers_the_same(place: str, url: str, words: tuple[str, ...]) -> None:
    here, there = read(*words, "--store", place), read(*words, "--api", url)
    for one in (here, there):  # the API names a point as it was given to it: [longitude, latitude]
        text = json.dumps(one).replace("-0.1,51.5", "51.5,-0.1")
        one.clear()
        one.update(json.loads(text))
    if "advice" in here and words[2] == "51.5,-0.1":
        assert here.pop("advice").partition(":")[2] == there.pop("advice").partition(":")[2]
        assert here.pop("place") and there.pop("place")
    assert here == there


def test_a_token_is_sent_and_needed(place: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with open_store(place) as store:
        token = store.access.create("scheduler", None)
        with serving(store, app=create_app(Grid(load(), store)), needs_token=True) as served:
            words = ("best", "-z", "GB", "-d", "1h", "--api", served.url)
            refused = gridtrace(*words)
            assert "refused the request with status 401" in str(refused.exception)
            assert read(*words, "--token", token)["zone"] == "GB"
            monkeypatch.setenv("GRIDTRACE_API_TOKEN", token)
            assert read(*words)["zone"] == "GB"


def test_a_refusal_of_the_api_is_told_in_its_words(url: str) -> None:
    found = gridtrace("best", "-z", "GB", "-d", "2h", "--by", "13:00", "--api", url)
    assert isinstance(found.exception, CannotSchedule) and "No window is left" in str(found.exception)


def test_without_a_forecast_it_is_exit_code_3_and_the_latest_start(place: str) -> None:
    found = gridtrace("best", "-z", "ES", "-d", "1h", "--by", "18:00", "--store", place)
    assert found.exit_code == 3
    assert found.stdout.startswith("Start at 2026-03-10 17:00 CET in ES, the latest start that meets the deadline: ")
    asked = gridtrace("best", "-z", "ES", "-d", "1h", "--by", "18:00", "--store", place, "--json")
    assert asked.exit_code == 3 and json.loads(asked.stdout)["start"] == "2026-03-10T16:00:00Z"


def test_people_get_the_advice_the_options_and_a_line_of_blocks(place: str) -> None:
    """To 14:00Z: 624 and 626; an hour from 12:05 on has 55 minutes of 624 and 5 of 626, and is 624.2."""
    found = gridtrace("best", "-z", "GB", "-d", "1h", "--by", "14:00", "--store", place)
    lines = found.stdout.splitlines()
    assert found.exit_code == 0 and lines[0] == (
        "Start at once in GB: 624.2 gCO2eq/kWh, and no other start is better.")
    assert any(line.split()[:2] == ["1.", "GB"] and "624.2" in line for line in lines)
    assert any(line.strip().startswith("at once") for line in lines)
    blocks = lines.index("▁▁▁▁████")
    assert lines[blocks + 1] == "▔▔▔▔" and lines[blocks + 2].split() == ["Tue", "12:00", "Tue", "14:00"]
    assert lines[-1].endswith("Forecast: blend, issued Tue 10 Mar 12:05 GMT.")


def test_a_terminal_without_blocks_gets_letters(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.cli import sparks

    monkeypatch.setattr(sparks, "_levels", lambda: sparks.ASCII)
    found = gridtrace("best", "-z", "GB", "-d", "1h", "--by", "14:00", "--store", place)
    assert "____@@@@\n^^^^\n" in found.stdout


def test_green_now_by_exit_code(place: str) -> None:
    """The newest hour is that of 11:00, 622 g/kWh, which ended five minutes ago."""
    green = gridtrace("now", "-z", "GB", "--below", "623", "--exit-code", "--store", place)
    assert green.exit_code == 0 and green.stdout == (
        "GB: green. 622.0 gCO2eq/kWh in an hour that ended 5 min ago; below 623 is asked for.\n")
    assert gridtrace("now", "-z", "GB", "--below", "622", "--exit-code", "--store", place).exit_code == 1
    assert gridtrace("now", "-z", "GB", "--below", "622", "--store", place).exit_code == 0
    assert gridtrace("now", "-z", "ES", "--exit-code", "--store", place).exit_code == 3
    old = gridtrace("now", "-z", "GB", "--oldest", "4m", "--exit-code", "--store", place)
    assert old.exit_code == 3 and "ended 5 minutes ago, and 4 are allowed" in old.stdout
    assert gridtrace("now", "-z", "GB", "--percentile", "93", "--exit-code", "--store", place).exit_code == 0


@pytest.mark.parametrize(("words", "said"), [
    (("best", "-z", "GB"), "how long the job takes"), (("best", "-z", "GB", "-d", "soon"), "is not a length of time"),
    (("best", "-z", "GB", "-d", "2h", "--by", "late"), "is not a moment"),
    (("best", "-z", "GB", "-d", "2h", "--by", "25:00"), "is not a time of day"),
    (("best", "-z", "GB", "-d", "2h", "--window", "18:00"), "is not a window"),
    (("best", "-z", "GB", "-d", "2h", "--metric", "co2"), "is not a metric"),
    (("best", "-z", "GB", "-d", "2h", "--power", "1;2"), "is not a profile"),
    (("best", "-z", "GB", "-d", "2h", "--tz", "CETT"), "IANA name"),
    (("best", "-z", "GB", "-d", "0h"), "longer than nothing"),
    (("now", "-z", "GB", "--below", "1", "--above", "2"), "Choose one of --below"),
    (("best", "-z", "GB", "-d", "2h", "--api", "http://127.0.0.1:9"), "Choose one of --store"),
])
def test_what_makes_no_sense_is_exit_code_2(place: str, words: tuple[str, ...], said: str) -> None:
    found = gridtrace(*words, "--store", place)
    assert found.exit_code == 2 and said in " ".join(found.stderr.replace("│", "").split())


def test_an_unknown_place_is_told_with_what_is_near(place: str) -> None:
    found = gridtrace("best", "-z", "eu-wset-3", "-d", "2h", "--store", place)
    assert isinstance(found.exception, UnknownPlace) and "Did you mean" in str(found.exception)
