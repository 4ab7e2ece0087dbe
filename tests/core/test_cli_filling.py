"""`gridtrace backfill` and `gaps` as people run them: processes that ask a real source, and are killed and stopped."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core import times
from core.store import open_store, tables
from tests.core.test_cli import gridtrace
from tests.support_http import Answer, Source, source

__all__ = ["source"]
PLUGIN = '''
import os
from core import errors, http, schemas, source, times
from core.plugins import impl

@impl
def gridtrace_zones():
    return {"XA": {"name": "Test XA", "country": None, "region": "Europe", "timezone": "UTC", "bbox": [0, 0, 1, 1],
                   "parsers": {"production": "daily.fetch_production"}}}

@source(resolution_min=60, window_h=24, day_of="UTC", delay_h=1, history="2026-01-01")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    day = times.midnight(times.day(target_datetime, "UTC"), "UTC")
    answer = http.get(session, f"{os.environ['SOURCE_URL']}/{day:%m-%d}")
    if answer.text == "gone":
        raise errors.NoHistory("That day was thrown away.")
    starts = [times.shift(day, hours=hour) for hour in range(24)]
    return [schemas.production(zone_key, start=start, end=times.shift(start, hours=1), source="fake.org",
                               modes={"coal": 100.0 + start.hour}) for start in starts]
'''
FEBRUARY = [f"02-{day:02}" for day in range(1, 29)]
STUCK = "02-20"
"""A day of the second chunk: the first has 16."""
WORDS = ("--from", "2026-02-01", "--to", "2026-03-01")


@pytest.fixture
def environment(tmp_path: Path, source: Source) -> dict[str, str]:
    """An environment with a distribution that adds a zone, which has a source with a file for each day of 2026."""
    info = tmp_path / "site" / "daily-1.0.dist-info"
    info.mkdir(parents=True)
    (info.parent / "daily.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: daily\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[gridtrace]\ndaily = daily\n")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GRIDTRACE")}
    return kept | {"PYTHONPATH": str(info.parent), "SOURCE_URL": source.url, "COLUMNS": "160"}


def days(source: Source) -> list[str]:
    """The days asked for since this was last called."""
    found = sorted(path.removeprefix("/") for path in source.paths())
    source.asked.clear()
    return found


def rows(place: Path | str) -> list[Any]:
    with open_store(place) as opened:
        told = (tables.mixes.c.start_s, tables.mixes.c.end_s, tables.mixes.c.coal)
        return opened.rows(select(*told).order_by(tables.mixes.c.start_s))


def stopped_in_the_middle(place: Path, env: dict[str, str], by: signal.Signals) -> tuple[int, str, str]:
    """Exit code and output of a backfill that gets a signal when its first chunk of 16 days is stored."""
    command = [sys.executable, "-m", "core.cli", "backfill", "XA", *WORDS, "--store", str(place)]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert "16 of 28 windows" in first, first
        process.send_signal(by)
        out, errors = process.communicate(timeout=60)
    return process.returncode, out, errors


def test_a_killed_backfill_goes_on_with_what_is_missing(
    environment: dict[str, str], tmp_path: Path, source: Source
) -> None:
    store = tmp_path / "store.db"
    usual = source.scripts[f"/{STUCK}"]
    source.script(f"/{STUCK}", Answer(delay_s=300))
    code, _, _ = stopped_in_the_middle(store, environment, signal.SIGKILL)
    assert code == -signal.SIGKILL
    days(source)
    with open_store(store) as opened:
        noted = {f"{times.epoch(row['start_s']):%m-%d}" for row in opened.rows(select(tables.windows))}
    assert noted >= {*FEBRUARY[:16]} and STUCK not in noted
    source.scripts[f"/{STUCK}"] = usual
    again = gridtrace("backfill", "XA", *WORDS, "--store", str(store), env=environment)
    assert again.returncode == 0, again.stderr
    assert days(source) == sorted({*FEBRUARY} - noted)
    assert f"{len(noted)} answered before" in again.stdout
    assert "solved: 672 hours" in again.stdout, "28 days, those of before the kill too"
    whole = gridtrace("backfill", "XA", *WORDS, "--store", str(tmp_path / "whole.db"), "--no-solve", env=environment)
    assert whole.returncode == 0 and "solved:" not in whole.stdout and days(source) == FEBRUARY
    assert rows(store) == rows(tmp_path / "whole.db") and len(rows(store)) == 28 * 24


def test_ctrl_c_prints_what_was_done_and_leaves_with_130(
    environment: dict[str, str], tmp_path: Path, source: Source
) -> None:
    source.script(f"/{STUCK}", Answer(delay_s=300))
    code, out, errors = stopped_in_the_middle(tmp_path / "store.db", environment, signal.SIGINT)
    assert code == 130 and "goes on from there" in errors and "Traceback" not in errors
    assert "of 28 asked: " in out and "failed; 0 answered before" in out


def test_the_summary_says_what_the_source_refused_and_what_is_before_its_first_day(
    environment: dict[str, str], tmp_path: Path, source: Source
) -> None:
    """2025 is before the declared first day; 1 January is gone, and of 2 January there is no file."""
    source.script("/01-01", Answer(b"gone"))
    source.script("/01-02", Answer(status=404))
    store = str(tmp_path / "store.db")
    found = gridtrace(
        "backfill", "XA", "--from", "2025-12-30", "--to", "2026-01-05", "--store", store, env=environment)
    assert found.returncode == 0, "a source that has no such past has not failed"
    assert days(source) == ["01-01", "01-02", "01-03", "01-04"]
    assert "4 of 4 asked: 2 answered, 1 empty, 1 refused, 0 failed" in found.stdout
    assert "That day was thrown away." in found.stdout and "nothing before 2026-01-01 00:00Z" in found.stdout
    listed = ("gaps", "XA", "--from", "2025-12-30", "--to", "2026-01-06", "--store", store)
    table = gridtrace(*listed, env=environment)
    assert table.returncode == 0 and "2 gaps in 1 series, together 72 hours" in table.stdout
    as_json = json.loads(gridtrace(*listed, "--json", env=environment).stdout)["gaps"]
    assert [(row["start"], row["hours"], row["said"].partition(":")[0]) for row in as_json] == [
        ("2026-01-01T00:00:00Z", 48, "refused"), ("2026-01-05T00:00:00Z", 24, "never asked")]
    as_csv = list(csv.DictReader(io.StringIO(gridtrace(*listed, "--csv", env=environment).stdout)))
    assert [(row["key"], row["end"], row["can_be_filled"]) for row in as_csv] == [
        ("XA", "2026-01-03T00:00:00Z", "true"), ("XA", "2026-01-06T00:00:00Z", "true")]
    days(source)
    assert gridtrace(*listed, "--fill", env=environment).returncode == 0
    assert days(source) == ["01-05"], "what was refused or is empty is not asked for again"
    assert gridtrace(*listed, "--csv", "--fill", env=environment).returncode == 2


def test_wrong_words_are_said(environment: dict[str, str], tmp_path: Path) -> None:
    store = ("--store", str(tmp_path / "store.db"))
    for words, said in (
        (("backfill", "XY", *WORDS), "There is no zone, exchange or parser XY"),
        (("backfill", "XA", "--from", "2026-03-01", "--to", "2026-02-01"), "--to must be later"),
        (("backfill", "XA", *WORDS, "--kind", "exchange"), "has no series of exchange"),
    ):
        found = gridtrace(*words, *store, env=environment)
        assert found.returncode == 2 and said in " ".join(found.stderr.replace("│", " ").split()), found.stderr
    assert not (tmp_path / "store.db").exists()
