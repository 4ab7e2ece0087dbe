"""The very lines that docs/data.md gives for DuckDB, pandas and Polars, on files of a store."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from core.store import open_store
from tests.core.history.test_files import export, fill
from tests.core.test_store import NOON

PAGE = (Path(__file__).parents[3] / "docs" / "data.md").read_text()
LINES = [line for block in re.findall(r"```python\n(.*?)```", PAGE, re.S) for line in block.splitlines()]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder as the page supposes it: three rows of March, two of April, of which wind is not known."""
    with open_store(tmp_path / "store.db") as store:
        fill(store)
        export(store, tmp_path / "data")
        export(store, tmp_path / "production.csv", "production")
    monkeypatch.chdir(tmp_path)
    yield


def test_there_is_a_line_for_each_program_and_format() -> None:
    found = [(line.partition(".")[0], "csv" in line) for line in LINES]
    assert sorted(found) == sorted((name, is_csv) for name in ("duckdb", "pd", "pl") for is_csv in (False, True))


@pytest.mark.parametrize("line", LINES)
def test_the_line_reads_what_the_store_holds(line: str) -> None:
    """Gas of the March rows: 1.5, 120 and 0.3 MW; of April: 122 and 123."""
    found = eval(line, {"duckdb": duckdb, "pd": pd, "pl": pl})
    names, rows = _rows(found)
    assert ("year" in names) == ("production.csv" not in line and "SELECT key" not in line)
    gas_mw = sorted(row["gas_mw"] for row in rows)
    assert gas_mw == [0.3, 1.5, 120.0] + ([122.0, 123.0] if "csv" in line else [])
    assert {row["key"] for row in rows} == {"FR"}
    assert min(row["start"] for row in rows) == NOON, "a moment, not a text"


def _rows(found: Any) -> tuple[set[str], list[dict[str, Any]]]:
    if isinstance(found, duckdb.DuckDBPyRelation):
        found = found.pl()
    rows = found.to_dicts() if isinstance(found, pl.DataFrame) else found.to_dict("records")
    return set(found.columns), rows


def test_null_is_null_to_all_of_them() -> None:
    """Of coal on 10 March nothing is known, on 30 March it is 0."""
    asked = "SELECT coal_mw FROM 'data/production/**/*.parquet' WHERE month = 3 ORDER BY start"
    assert duckdb.sql(asked).pl()["coal_mw"].to_list() == [None, 0.0, 0.0]
    assert pl.read_parquet("data/production").sort("start")["coal_mw"].null_count() == 1
    assert pd.read_parquet("data/production").sort_values("start")["coal_mw"].isna().sum() == 1
    assert pd.read_csv("production.csv")["coal_mw"].isna().sum() == 1


def test_datasets_of_every_kind_are_read() -> None:
    """A row of each of the twelve classes of event, one of production corrected; no results."""
    folders = sorted(path.relative_to("data") for path in Path("data").rglob("year=2026"))
    counts = {str(path.parent): pl.read_parquet(Path("data") / path.parent).height for path in folders}
    assert counts.pop("production") == 5 and counts.pop("revisions/production") == 1
    assert len(counts) == 11 and set(counts.values()) == {1}
