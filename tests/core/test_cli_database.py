"""`gridtrace db` on the small store of test_upkeep."""

import json
from collections.abc import Iterator

import pytest
from click.testing import Result
from typer.testing import CliRunner

from core import errors, times
from core.cli import app, database
from core.store import open_store, upkeep
from core.store.migrations import newest
from tests.core.test_store import NOON
from tests.core.test_upkeep import count, fill


@pytest.fixture
def place(place: str) -> Iterator[str]:
    with times.frozen(times.shift(NOON, days=90, hours=2)), open_store(place) as opened:  # 90d before: 14:00
        fill(opened)
        yield place


def gridtrace(place: str, *words: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, ["db", *words, "--store", place], input=answer, env={"COLUMNS": "200"})


def test_info_for_people(place: str) -> None:
    found = gridtrace(place, "info")
    assert found.exit_code == 0, found.output
    lines = [line.split() for line in found.output.splitlines()]
    assert ["production", "20", "2026-03-10", "12:00Z", "2026-03-10", "21:00Z"] in lines
    assert [line[:2] for line in lines if line[:1] == ["mixes"]] == [["mixes", "20"]]
    waiting = "2 revisions; 0 hours to be traced; quarantine: 1 dropped, 2 released, 1 superseded, 2 suspect"
    assert waiting in found.output
    assert f"schema {newest()}," in found.output and "postgresql://postgres:" not in found.output


def test_info_for_programs(place: str) -> None:
    told = json.loads(gridtrace(place, "info", "--json").output)
    assert told["schema"] == newest() and told["bytes"] > 0
    (price,) = (kind for kind in told["kinds"] if kind["kind"] == "price")
    assert price == {"kind": "price", "rows": 2, "oldest": "2026-03-10T12:00:00Z", "newest": "2026-03-10T13:00:00Z"}
    assert {"name", "rows", "table_bytes", "index_bytes"} == told["tables"][0].keys()


def test_bytes_that_are_not_known_are_not_guessed(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if place.startswith("postgresql"):
        pytest.skip("PostgreSQL always knows")
    monkeypatch.setattr(upkeep, "_sizes", lambda _: None)
    assert ["mixes", "20", "n/a", "n/a"] in [line.split() for line in gridtrace(place, "info").output.splitlines()]


def test_vacuum_tells_what_it_gained(place: str) -> None:
    found = gridtrace(place, "vacuum")
    assert found.exit_code == 0 and " MB before, " in found.output and " MB after.\n" in found.output
    checked = gridtrace(place, "vacuum", "--check")
    if place.startswith("postgresql"):
        assert isinstance(checked.exception, errors.StoreError)
    else:
        assert checked.output.startswith("The file is sound.\n")


def test_a_damaged_file_is_left_alone(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "faults", lambda _: ["row 1 missing from index mixes_by_start"])
    monkeypatch.setattr(upkeep, "vacuum", lambda _: pytest.fail("it was written anew"))
    found = gridtrace(place, "vacuum", "--check")
    assert "damaged" in str(found.exception) and "row 1 missing" in str(found.exception)


def test_nothing_is_changed_while_a_cycle_runs(place: str) -> None:
    with open_store(place) as other, other.exclusive():
        for words in (["vacuum"], ["prune", "--older-than", "90d", "--events"]):
            assert isinstance(gridtrace(place, *words).exception, errors.StoreBusy)
        assert count(other, "mixes") == 20


def test_prune_forgets_what_is_named(place: str) -> None:
    """Before 14:00: two hours of two zones, two prices, a limit and an alert."""
    words = ["prune", "--older-than", "90d", "--events"]
    dry = gridtrace(place, *words, "--dry-run")
    assert dry.exit_code == 0 and ["mixes", "4"] in [line.split() for line in dry.output.splitlines()]
    with open_store(place) as store:
        assert count(store, "mixes") == 20
        found = gridtrace(place, *words)
        assert found.output.endswith("8 rows forgotten.\n")
        assert (count(store, "mixes"), count(store, "results")) == (16, 10)
        everything = gridtrace(place, "prune", "--older-than", "89d", "--all", "--undecided")
        assert everything.exit_code == 0
        names = ("mixes", "results", "mixes_revisions", "quarantine", "refusals")
        assert [count(store, name) for name in names] == [0] * 5
        assert count(store, "jobs") == 5, "what says when a series is due stays"


@pytest.mark.parametrize(("answer", "left"), [("n\n", 20), ("y\n", 16)])
def test_prune_asks_on_a_terminal(place: str, monkeypatch: pytest.MonkeyPatch, answer: str, left: int) -> None:
    monkeypatch.setattr(database, "_is_terminal", lambda: True)
    found = gridtrace(place, "prune", "--older-than", "90d", "--events", answer=answer)
    assert "Before 2026-03-10 14:00Z" in found.output and "Forget 8 rows for good?" in found.output
    assert found.exit_code == (left == 20)
    with open_store(place) as store:
        assert count(store, "mixes") == left
        gridtrace(place, "prune", "--older-than", "90d", "--events", "--yes")
        assert count(store, "mixes") == 16


def test_prune_of_some_kinds_leaves_the_others(place: str) -> None:
    """Of the price two hours before 14:00; production, limit and alert stay, and so do the jobs of other kinds."""
    with open_store(place) as store:
        found = gridtrace(place, "prune", "--older-than", "90d", "--events", "--kind", "price")
        assert found.output.endswith("2 rows forgotten.\n")
        assert [count(store, name) for name in ("mixes", "numbers", "directions", "documents")] == [20, 0, 1, 1]
        others = ["--quarantine", "--undecided", "--revisions"]
        gridtrace(place, "prune", "--older-than", "89d", *others, "--kind", "price")
        assert (count(store, "quarantine"), count(store, "mixes_revisions")) == (6, 2)


@pytest.mark.parametrize(
    ("age", "before"), [("1d", "2026-06-07"), ("2w", "2026-05-25"), ("2y", "2024-06-08")])
def test_an_age_is_of_days_weeks_or_years_of_the_calendar(place: str, age: str, before: str) -> None:
    """Now is 8 June 2026, 14:00: 90 days after 10 March."""
    found = gridtrace(place, "prune", "--older-than", age, "--refusals", "--dry-run")
    assert f"Before {before} 14:00Z" in found.output


@pytest.mark.parametrize(
    "words", [[], ["--undecided", "--events"], ["--results", "--kind", "price"], ["--all", "--kind", "price"],
              ["--events", "--kind", "prices"], ["--events", "--older-than", "3"], ["--events", "--older-than", "0d"],
              ["--events", "--older-than", "9999y"]])
def test_prune_wants_to_know_what(place: str, words: list[str]) -> None:
    found = gridtrace(place, "prune", "--older-than", "90d", *words)
    assert found.exit_code == 2
