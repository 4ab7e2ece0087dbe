"""`gridtrace export` and `import` from one store to another."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from core import errors
from core.cli import app
from core.store import open_store
from tests.core.history.test_files import everything, fill
from tests.core.history.test_imports import GOOD, PRODUCTION, changed, written
from tests.core.test_store import EVENTS, NOON_S, mix


def gridtrace(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})


def test_a_store_is_carried_to_another(new_place: Callable[[], str], tmp_path: Path) -> None:
    """Twelve classes of event, four more productions and a revision. Production and flow of noon of 10 March, and
    production of noon of 30 and 31 March and of 1 and 2 April are traced: five hours."""
    here, there, folder = new_place(), new_place(), tmp_path / "data"
    with open_store(here) as store:
        fill(store)
        before = everything(store)
    found = gridtrace("export", folder, "--revisions", "--store", here)
    assert (found.exit_code, found.output) == (0, f"{len(EVENTS) + 5} rows: {folder}\n")
    found = gridtrace("import", folder, "--store", there)
    assert found.exit_code == 0, found.output
    files = len(list(folder.rglob("part-*")))
    assert found.output == (
        f"17 rows in {files} files: 17 new, 0 changed, 0 refused\n"
        "5 hours wait to be traced: the next cycle does it, or gridtrace solve.\n")
    with open_store(there) as store:
        assert everything(store) == before


def test_what_is_asked_for_is_exported(place: str, tmp_path: Path) -> None:
    """Of production five rows, of which two start in April; what is not live is said."""
    with open_store(place) as store:
        fill(store)
        with store.writing() as connection:
            store.write_events(connection, "production", [mix(24 * 23, "ES", gas=1.0)], "simulated", 1, NOON_S)
    one = tmp_path / "april.csv"
    words = ["--kind", "production", "--from", "2026-04-01", "--store", place]
    assert gridtrace("export", one, *words).output == f"3 rows, 1 of them SIMULATED: {one}\n"
    assert len(one.read_text().splitlines()) == 4
    folder = tmp_path / "data"
    assert gridtrace("export", folder, *words, "--zone", "ES", "--format", "csv").exit_code == 0
    assert [path.name for path in sorted(folder.rglob("*.*"))] == ["part-0.csv", "schema.json"]
    again = gridtrace("export", folder, *words, "--zone", "FR", "--format", "csv")
    assert isinstance(again.exception, errors.FileError)
    replaced = gridtrace("export", folder, *words, "--zone", "FR", "--format", "csv", "--replace")
    assert replaced.output == f"2 rows: {folder}\n"
    nothing = gridtrace("export", tmp_path / "none", "--to", "2026-01-01", "--store", place)
    assert nothing.output == "The store holds nothing of that.\n" and not (tmp_path / "none").exists()


def test_rows_that_are_refused_are_told_and_the_rest_is_stored(place: str, tmp_path: Path) -> None:
    path = written(tmp_path, "production", PRODUCTION, GOOD, changed(key="QQ"), changed(key="ES"))
    found = gridtrace("import", path, "--store", place)
    assert found.exit_code == 1
    reason = "key names a zone that is not configured (first: row 2, QQ 2026-03-10T12:00:00Z)"
    assert found.stderr == f"{path}: 1 refused: {reason}\n"
    assert found.stdout.startswith("3 rows in 1 files: 2 new, 0 changed, 1 refused\n")


def test_many_reasons_are_counted(place: str, tmp_path: Path) -> None:
    """Twenty-three files, each of which lacks a column: 20 are named."""
    for at in range(23):
        written(tmp_path / f"{at}", "price", ["key"], ["FR"])
    found = gridtrace("import", tmp_path, "--store", place)
    assert found.stderr.splitlines()[20:] == ["and 3 more like these"]
    assert found.stdout == "0 rows in 23 files: 0 new, 0 changed, 0 refused; 23 files not read to their end\n"


def test_nothing_is_imported_while_a_cycle_runs(place: str, tmp_path: Path) -> None:
    written(tmp_path, "production", PRODUCTION, GOOD)
    with open_store(place) as store, store.exclusive():
        assert isinstance(gridtrace("import", tmp_path, "--store", place).exception, errors.StoreBusy)
        assert not store.events("production", "FR", 0, 2**40)


@pytest.mark.parametrize("words", [
    ["export", "x", "--kind", "prices"], ["export", "x", "--format", "xml"], ["export", "x.csv", "--format", "parquet"],
    ["import", "not-there"], ["import", ".", "--kind", "prices"], ["import", ".", "--origin", "mine"], ["import", "."]])
def test_wrong_arguments_are_said(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert gridtrace(*words, "--store", place).exit_code == 2
