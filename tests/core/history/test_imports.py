"""Files that are imported: what other programs write, what may be missing, which rows are refused and why."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from core import schemas, times
from core.history import files
from core.history.carrying import Imported
from core.history.datasets import datasets
from core.store import Store, tables
from tests.core.history.test_files import everything, export, fill, take_in
from tests.core.test_store import EVENTS, NOON, NOON_S, write

HOUR_S, DAY_S = 3600, 86400


PRODUCTION = ["key", "start", "end", "gas_mw", "hydro_storage_mw", "source", "source_type", "origin", "fetched"]
SAID = ["a", "measured", "live", "2026-03-10T14:00:00Z"]
GOOD = ["FR", "2026-03-10T12:00:00Z", "2026-03-10T13:00:00Z", "1.5", "", *SAID]
START = ["2026-03-10T12:00:00Z", ""]


def written(folder: Path, kind: str, names: list[str], *rows: list[str]) -> Path:
    """A CSV of these cells as a person would write it."""
    path = folder / kind / "mine.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(",".join(row) for row in (names, *rows)) + "\n")
    return path


def changed(**cells: str) -> list[str]:
    return [cells.get(name, value) for name, value in zip(PRODUCTION, GOOD, strict=True)]


WRONG = {
    "key names a zone that is not configured": changed(key="QQ"),
    "key is missing": changed(key=""),
    "start is missing": changed(start=""),
    f"start is not {files.READABLE['moment']}": changed(start="2026-02-30T12:00:00Z"),
    "start is before 2000": changed(start="1999-12-31T23:00:00Z", end=""),
    "start lies more than a day ahead": changed(start="2026-03-13T12:00:00Z", end=""),
    "fetched lies more than a day ahead": changed(fetched="2026-03-13T12:00:00Z"),
    f"end is not {files.READABLE['moment']}": changed(end="2026-03-10T13:00:00"),
    "end is not after start": changed(end="2026-03-10T12:00:00Z"),
    "the interval is longer than 31 days": changed(start="2026-01-10T12:00:00Z", end="2026-02-10T13:00:00Z"),
    "gas_mw is negative": changed(gas_mw="-0.001"),
    "gas_mw is not a number": changed(gas_mw="nan"),
    "hydro_storage_mw is not a number": changed(hydro_storage_mw="inf"),
    "no mode has a value": changed(gas_mw=""),
    "source is blank": changed(source="  "),
    "source_type is not measured, estimated, forecasted, published": changed(source_type="guessed"),
    "origin is not live, replayed, simulated": changed(origin="mine"),
    "it has 8 cells instead of 9": changed()[:8],
    "it has 10 cells instead of 9": [*changed(), "1"],
}


@pytest.mark.parametrize("reason", WRONG)
def test_a_bad_row_is_named_and_costs_no_other(store: Store, folder: Path, reason: str) -> None:
    path = written(folder, "production", PRODUCTION, GOOD, WRONG[reason], changed(key="ES", gas_mw="0"))
    with times.frozen(times.shift(NOON, days=1)):
        found = take_in(store, folder)
    assert (found.rows, found.new) == (3, 2)
    (refused,) = found.refused
    assert (refused.path, refused.reason, refused.rows) == (path, reason, 1)
    assert refused.first.partition(",")[0] == "row 2"
    assert f"{path}: 1 refused: {reason} (first: row 2" in str(refused)
    assert [event.to_dict()["production"] for event in store.events("production", "ES", 0, 2**40)] == [{"gas": 0.0}]


@pytest.mark.parametrize(
    ("kind", "names", "good", "bad", "reason"),
    [
        ("exchange", ["power_mw"], ["ES->FR", *START, "-5"], ["FR->ES", *START, "5"],
         "key has its zones not in ascending order"),
        ("exchange", ["power_mw"], ["ES->FR", *START, "-5"], ["FR", *START, "5"], "key is not the key of an exchange"),
        ("exchange", ["power_mw"], ["ES->FR", *START, "-5"], ["FR->QQ", *START, "5"],
         "key names a zone that is not configured"),
        ("exchange", ["power_mw"], ["ES->FR", *START, "-5"], ["BE->FR", *START, "100001"],
         "power_mw is outside -100000 to 100000"),
        ("consumption", ["power_mw"], ["FR", *START, "5"], ["ES", *START, "-5"], "power_mw is outside 0 to 500000"),
        ("consumption", ["power_mw"], ["FR", *START, "5"], ["ES", *START, "0"],
         "power_mw is 0, which no zone's load is"),
        ("price", ["price_per_mwh", "currency"], ["FR", *START, "-5", "EUR"], ["ES", *START, "5", "FRF"],
         "currency is not an ISO 4217 code in use"),
        ("atcDayAhead", ["export_mw", "import_mw", "terms"], ["ES->FR", *START, "5", "", "EXPLICIT_AUCTION"],
         ["BE->FR", *START, "", "", "EXPLICIT_AUCTION"], "neither direction has a capacity"),
        ("atcDayAhead", ["export_mw", "import_mw", "terms"], ["ES->FR", *START, "5", "", "EXPLICIT_AUCTION"],
         ["ES->FR", *START, "5", "", "TOTAL"],
         "terms is not SHADOW_AUCTION, COORDINATED_NTC, EXPLICIT_AUCTION"),
        ("scheduledExchangesTotal", ["export_mw", "import_mw", "terms"], ["ES->FR", *START, "5", "0", "TOTAL"],
         ["BE->FR", *START, "5", "", "TOTAL"], "a scheduled flow is missing"),
    ],
)
def test_every_kind_has_its_rules(
    store: Store, folder: Path, kind: str, names: list[str], good: list[str], bad: list[str], reason: str
) -> None:
    columns = ["key", "start", "end", *names, "source", "source_type", "origin", "fetched"]
    written(folder, kind, columns, [*bad, *SAID], [*good, *SAID])
    found = take_in(store, folder)
    assert [(one.reason, one.rows) for one in found.refused] == [(reason, 1)]
    assert (found.rows, found.new) == (2, 1)


def test_of_rows_of_one_interval_the_last_counts(store: Store, folder: Path) -> None:
    written(folder, "production", PRODUCTION, GOOD, changed(gas_mw="2"), changed(gas_mw="3"))
    found = take_in(store, folder)
    assert [(one.reason, one.rows) for one in found.refused] == [("the same interval comes again further down", 2)]
    assert [e.to_dict()["production"]["gas"] for e in store.events("production", "FR", 0, 2**40)] == [3.0]


def test_what_is_not_finite_in_parquet_is_refused_and_null_stays_null(store: Store, folder: Path) -> None:
    written(folder, "production", PRODUCTION, GOOD, changed(key="ES"), changed(key="PT"))
    ((table, *_),) = files.read_file(folder / "production/mine.csv", datasets()["production"], {})
    at = table.column_names.index("wind_mw")
    table = table.set_column(at, "wind_mw", pa.array([None, float("nan"), float("inf")]))
    pq.write_table(table, folder / "production/mine.parquet")
    (folder / "production/mine.csv").unlink()
    found = take_in(store, folder)
    assert [(one.reason, one.rows) for one in found.refused] == [("wind_mw is not a finite number", 2)]
    assert store.rows(tables.mixes.select())[0]["wind"] is None


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ([*PRODUCTION, "coal"], "has columns that production does not have: coal"),
        (PRODUCTION[1:], "lacks columns of production: key"),
        ([*PRODUCTION, "gas_mw"], "has a column twice"),
    ],
)
def test_a_file_of_other_columns_is_refused_and_the_next_one_read(
    store: Store, folder: Path, names: list[str], reason: str
) -> None:
    written(folder / "a", "production", names, ["1"] * len(names))
    written(folder / "b", "production", PRODUCTION, GOOD)
    found = take_in(store, folder)
    assert [(one.reason, one.rows) for one in found.refused] == [(reason, 0)]
    assert found.new == 1


def test_a_file_of_other_types_or_of_rubbish_is_refused(store: Store, folder: Path) -> None:
    fill(store)
    export(store, folder, "price")
    path = folder / "price/year=2026/month=03/part-0.parquet"
    table = pq.ParquetFile(path).read()
    naive = table.set_column(1, "start", table["start"].cast(pa.timestamp("us")))
    for wrong, reason in (
        (naive, r"has start as timestamp\[us\] instead of timestamp\[ms, tz=UTC\]"),
        (table.set_column(3, "price_per_mwh", pa.array([b"-12.5"])), "has price_per_mwh as binary instead of double"),
    ):
        pq.write_table(wrong, path)
        assert pc.match_substring_regex(take_in(store, folder).refused[0].reason, reason).as_py()
    path.write_bytes(b"PAR1")
    assert "cannot be read" in take_in(store, folder).refused[0].reason


def test_what_other_programs_write_is_read(store: Store, folder: Path) -> None:
    """Times as pandas and Polars write them, texts as categories, whole numbers, a column of the folder's name."""
    rows = {
        "key": pa.array(["FR"]).dictionary_encode(), "start": pa.array([NOON], pa.timestamp("us", "Europe/Paris")),
        "gas_mw": pa.array([5]), "source": pa.array(["a"], pa.large_string()), "source_type": ["measured"],
        "fetched": pa.array([NOON], pa.timestamp("ns", "UTC")), "month": pa.array([3]),
    }
    pq.write_table(pa.table(rows), folder / "mine.parquet")
    assert take_in(store, folder, "production", origin="replayed").new == 1
    text = ["FR", "2026-03-11 12:00:00+00:00", "2026-03-11T15:00:00.000000+0200", *GOOD[3:]]
    assert take_in(store, written(folder, "production", PRODUCTION, text).parent).new == 1
    found = store.rows(tables.mixes.select().order_by(tables.mixes.c.start_s))
    assert [(row["start_s"], row["end_s"], row["gas"]) for row in found] == [
        (NOON_S, None, 5.0), (NOON_S + DAY_S, NOON_S + DAY_S + HOUR_S, 1.5)]
    assert [row["origin"] for row in found] == ["replayed", "live"]


def test_what_may_be_missing_may_be_missing(store: Store, folder: Path) -> None:
    """A CSV of four columns: what it says is measured, has no end and no correction, and was fetched just now."""
    path = written(folder, "production", ["key", "start", "gas_mw", "source"], ["FR", GOOD[1], "2", "mine"])
    assert [one.reason for one in take_in(store, folder).refused] == ["lacks columns of production: origin"]
    now = times.shift(NOON, days=1)
    with times.frozen(now):
        assert take_in(store, folder, origin="live") == Imported(rows=1, new=1)
    (row,) = store.rows(tables.mixes.select())
    wanted = {"start_s": NOON_S, "end_s": None, "gas": 2.0, "coal": None, "corrected": "", "source_type": "measured",
              "origin": "live", "source": "mine", "fetched_s": int(now.timestamp())}
    assert {name: row[name] for name in wanted} == wanted
    assert NOON_S in store.unsolved_hours()
    path.write_text("key,start,gas_mw,source,origin\nFR,2026-03-10T13:00:00Z,3,mine,simulated\n")
    take_in(store, folder, origin="live")
    origins = [row["origin"] for row in store.rows(tables.mixes.select().order_by(tables.mixes.c.start_s))]
    assert origins == ["live", "simulated"], "the file knows better"


@pytest.mark.parametrize("form", files.FORMATS)
def test_a_file_is_read_in_batches(
    store: Store, folder: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty hours of FR in batches of about eight; the rows 20 (gas below zero) and 31 (too short) are refused."""
    moments = [times.text(times.shift(NOON, hours=hour), "YYYY-MM-DDTHH:mm:ss[Z]") for hour in range(50)]
    rows = [changed(start=moment, end="", gas_mw=str(row)) for row, moment in enumerate(moments, 1)]
    rows[19] = changed(start=moments[19], end="", gas_mw="-1")
    monkeypatch.setattr(files, "BLOCK_BYTES", 600)
    monkeypatch.setattr(files, "BATCH", 8)
    if form == "csv":
        rows[30] = rows[30][:5]
    path = written(folder, "production", PRODUCTION, *rows)
    if form == "parquet":
        table = pa.concat_tables(b.rows for b in files.read_file(path, datasets()["production"], {}))
        pq.write_table(table, path.with_suffix(".parquet"))
        path.unlink()
    with times.frozen(times.shift(NOON, days=3)):
        found = take_in(store, folder)
    short = form == "csv"
    assert (found.rows, found.new) == (50, 49 - short)
    assert sorted(one.first.partition(",")[0] for one in found.refused) == ["row 20"] + ["row 31"] * short
    gas_mw = [event.to_dict()["production"]["gas"] for event in store.events("production", "FR", 0, 2**40)]
    assert gas_mw == [float(row) for row in range(1, 51) if row != 20 and not (short and row == 31)]


@pytest.mark.parametrize("form", files.FORMATS)
def test_a_file_of_which_nothing_is_left_stores_nothing(store: Store, folder: Path, form: str) -> None:
    """One file with a head alone, one with a row that is refused."""
    schema = datasets()["production"].schema
    written(folder / "a", "production", PRODUCTION)
    written(folder / "b", "production", PRODUCTION, changed(key="QQ"))
    if form == "parquet":
        for name, rows in (("a", []), ("b", [{"key": "QQ", "start": NOON}])):
            (folder / name / "production/mine.csv").unlink()
            pq.write_table(pa.Table.from_pylist(rows, schema), folder / name / "production/mine.parquet")
    found = take_in(store, folder)
    assert (found.rows, found.new, sum(one.rows for one in found.refused)) == (1, 0, 1)
    assert not store.unsolved_hours()


def test_rows_that_fail_alike_are_said_once(store: Store, folder: Path) -> None:
    path = written(folder, "production", PRODUCTION, GOOD[:4], GOOD, GOOD[:4], changed(key=""), changed(key=""))
    assert [str(one) for one in take_in(store, folder).refused] == [
        f"{path}: 2 refused: it has 4 cells instead of 9 (first: row 1)",
        f"{path}: 2 refused: key is missing (first: row 4, None 2026-03-10T12:00:00Z)"]


def test_a_file_of_bytes_that_are_no_text_is_refused(store: Store, folder: Path) -> None:
    path = written(folder, "production", PRODUCTION, GOOD)
    path.write_bytes(path.read_bytes().replace(b",a,", b",\xff,"))
    assert ["cannot be read" in one.reason for one in take_in(store, folder).refused] == [True]


@pytest.mark.parametrize("kind", ["gridAlerts", "realtimeLocationalMarginalPrice", "intradayContractStatistics"])
def test_a_document_must_be_an_event_of_its_row(store: Store, folder: Path, kind: str) -> None:
    """Of five rows the 2nd is cut, the 3rd of another zone, the 4th of another time, the 5th lacks a source."""
    write(store, schemas.read(kind, EVENTS[kind]), kind=kind)
    export(store, folder, kind)
    (path,) = folder.rglob("*.parquet")
    row = pq.ParquetFile(path).read().to_pylist()[0]
    content = row["content"]
    bad = [content[:-1], content.replace('"FR"', '"ES"', 1), content.replace("12:00", "13:00", 1),
           json.dumps({name: value for name, value in json.loads(content).items() if name != "source"})]
    rows = [row, *({**row, "part": str(at), "content": text} for at, text in enumerate(bad))]
    pq.write_table(pa.Table.from_pylist(rows, schema=datasets()[kind].schema), path)
    found = take_in(store, folder)
    assert (found.rows, found.new, found.changed) == (5, 0, 0)
    assert [one.rows for one in found.refused] == [4]
    assert "is not the JSON of a" in found.refused[0].reason


def test_csv_can_be_read_by_the_strictest(store: Store, folder: Path) -> None:
    """Commas, quotes and line ends in a text survive."""
    odd = schemas.production("FR", start=NOON, source='a, "b"\nc', modes={"gas": 1})
    write(store, schemas.read("production", odd))
    export(store, folder, "production", form="csv")
    before = everything(store)
    with store.writing() as connection:
        connection.execute(tables.mixes.delete())
    assert take_in(store, folder).new == 1
    assert everything(store) == before
    options = pa_csv.ParseOptions(newlines_in_values=True)
    assert pa_csv.read_csv(next(folder.rglob("*.csv")), parse_options=options).num_rows == 1


def test_results_that_do_not_say_when_they_were_made(store: Store, folder: Path) -> None:
    """FR at 12:00 says nothing: both are 13:00. ES was made at 14:00 and did not change, PT changed before it was."""
    names = ["key", "start", "end", "storage_method", "origin", "created", "updated"]
    hour = ["2026-03-10T12:00:00Z", "2026-03-10T13:00:00Z", "static", "live"]
    made = "2026-03-10T14:00:00Z"
    written(folder, "results", names, ["FR", *hour, "", ""], ["ES", *hour, made, ""], ["PT", *hour, made, hour[1]])
    found = take_in(store, folder)
    assert found.new == 2 and [refused.reason for refused in found.refused] == ["updated is before created"]
    assert [(row["zone_key"], row["created_s"] - NOON_S, row["updated_s"] - NOON_S) for row in store.results()] == [
        ("ES", 2 * HOUR_S, 2 * HOUR_S), ("FR", HOUR_S, HOUR_S)]


def test_results_of_files_of_before(store: Store, folder: Path) -> None:
    written(folder, "results", ["key", "start", "end", "storage_method", "origin"],
            ["FR", "2026-03-10T12:00:00Z", "2026-03-10T13:00:00Z", "static", "live"])
    assert take_in(store, folder) == Imported(rows=1, new=1)
    (row,) = store.results()
    assert row["created_s"] == row["updated_s"] == NOON_S + HOUR_S
