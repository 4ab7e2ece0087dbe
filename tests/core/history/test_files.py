"""A store carried in files, on real stores of both engines: what is exported, and that it comes back the same."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core import schemas, times
from core.config import load
from core.errors import FileError
from core.history import carrying, files
from core.history.carrying import Asked, Imported, files_of, import_file, plan
from core.history.datasets import datasets, described
from core.store import Store, open_store, tables
from tests.core.test_store import EVENTS, NOON, NOON_S, mix, results, write

HOUR_S, DAY_S = 3600, 86400
CONFIG = load()
MARCH = times.read("2026-03-01T00:00Z")
APRIL_S = int(times.read("2026-04-01T00:00Z").timestamp())
CARRIED = (
    tables.mixes, tables.numbers, tables.directions, tables.documents, *tables.revisions.values(), tables.results)


def fill(store: Store) -> None:
    """An event of every class; production of FR on four days around the end of March, one of them corrected."""
    for kind in EVENTS:
        write(store, schemas.read(kind, EVENTS[kind]), kind=kind)
    for day in (20, 21, 22, 23):  # 30 and 31 March, 1 and 2 April
        write(store, mix(24 * day, gas=100.0 + day, coal=0.0, wind=None))
    write(store, mix(24 * 21, gas=0.3, coal=0.0))  # the other said 121 MW


def export(store: Store, folder: Path, *names: str, form: str = "parquet", may_replace: bool = False,
           **asked: Any) -> int:
    wanted = Asked(names or [*datasets()], **asked)
    pieces = plan(store, wanted, folder, form, may_replace)
    return carrying.export(store, pieces, wanted.zones).total()


def take_in(store: Store, folder: Path, name: str | None = None, origin: str | None = None) -> Imported:
    total = Imported()
    for path, found in files_of([folder], name):
        total.add(import_file(CONFIG, store, path, found, origin))
    return total


def everything(store: Store) -> dict[str, list[dict[str, object]]]:
    """All events, revisions and results but for jobs and numbers of rows, by table."""
    found = {}
    for table in CARRIED:
        columns = [column for column in table.columns if column.name not in ("job_id", "id")]
        found[table.name] = store.rows(table.select().with_only_columns(*columns).order_by(*table.primary_key))
    return found


@pytest.mark.parametrize("form", files.FORMATS)
def test_a_store_is_carried_to_the_same_rows(
    store: Store, form: str, tmp_path: Path, new_postgresql: Callable[[], str]
) -> None:
    """From each engine to the other, every class of event, a revision and results (0.1 + 0.2, null) included; a
    second time nothing is new."""
    fill(store)
    store.write_results(results(("FR", NOON_S, 0.1 + 0.2), ("ES", NOON_S, None)), {NOON_S: 1})
    rows = export(store, tmp_path / "data", form=form)
    assert rows == len(EVENTS) + 4 + 1 + 2
    other = str(tmp_path / "other.db") if store.engine.dialect.name == "postgresql" else new_postgresql()
    with open_store(other) as target:
        found = take_in(target, tmp_path / "data")
        assert found == Imported(rows=rows, new=rows)
        assert everything(target) == everything(store)
        assert NOON_S in target.unsolved_hours(), "what tracing rests on is traced there"
        assert take_in(target, tmp_path / "data") == Imported(rows=rows)


def test_files_lie_where_readers_look_and_say_what_they_are(store: Store, folder: Path) -> None:
    fill(store)
    export(store, folder, "production")
    carrying.describe(folder)
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert paths == [
        "production/year=2026/month=03/part-0.parquet", "production/year=2026/month=04/part-0.parquet", "schema.json"]
    table = pq.ParquetFile(folder / paths[0]).read()
    assert table.schema.equals(datasets()["production"].schema)
    assert table.column_names[:4] == ["key", "start", "end", "biomass_mw"]
    first = table.slice(0, 1).to_pylist()[0]  # 12:00 to 12:30 of 10 March: 1.5 MW of gas, hydro storage gives 3.25
    assert (first["key"], first["start"], first["end"]) == ("FR", NOON, times.shift(NOON, minutes=30))
    assert (first["gas_mw"], first["coal_mw"], first["hydro_storage_mw"]) == (1.5, None, -3.25)
    assert json.loads((folder / "schema.json").read_text()) == described(datasets().values())


def test_parquet_says_of_what_schema_licence_and_origin_it_is(store: Store, folder: Path) -> None:
    """Three rows of March and two of April; that of 10 March is of the source `a, b`, one of 2 April is simulated."""
    fill(store)
    with store.writing() as connection:
        store.write_events(connection, "production", [mix(24 * 23, "ES", gas=1.0)], "simulated", 1, NOON_S)
    pieces = plan(store, Asked(["production"]), folder, "parquet")
    assert carrying.export(store, pieces, None) == {"live": 5, "simulated": 1}
    told = [pq.read_metadata(piece.path).metadata for piece in pieces]
    about = json.loads(told[0][b"gridtrace"])
    assert about["schema"] == 1 and about["software"].startswith("gridtrace ") and "licence" in about["attribution"]
    assert about["datasets"]["production"]["columns"][3]["unit"] == "MW"
    assert [json.loads(one[b"gridtrace.rows"]) for one in told] == [
        {"origins": {"live": 3}, "sources": ["a", "a, b"]}, {"origins": {"live": 2, "simulated": 1}, "sources": ["a"]}]


def test_rows_are_read_a_week_at_a_time(store: Store, folder: Path) -> None:
    """March from its 1st: noon of 10 March is in the second week, 30 and 31 March in the fifth; a row group of each."""
    fill(store)
    told: list[None] = []
    pieces = plan(store, Asked(["production"]), folder, "parquet")
    carrying.export(store, pieces, None, lambda: told.append(None))
    assert len(told) == 10  # five weeks each
    march = pq.read_metadata(pieces[0].path)
    assert [march.row_group(at).num_rows for at in range(march.num_row_groups)] == [1, 2]


@pytest.mark.parametrize("form", files.FORMATS)
def test_one_file_holds_one_dataset_whole(store: Store, folder: Path, form: str) -> None:
    fill(store)
    target = folder / f"production.{form}"
    assert export(store, target, "production") == 5
    assert [path.name for path in folder.iterdir()] == [target.name]
    with pytest.raises(FileError, match="which holds one dataset"):
        plan(store, Asked(["production", "price"]), target, form)
    assert files_of([target]) == [(target, "production")]
    assert take_in(store, target) == Imported(rows=5)
    with pytest.raises(FileError, match="say with --kind"):
        files_of([target.rename(folder / f"mine.{form}")])


def test_a_zone_comes_with_the_exchanges_at_it(store: Store, folder: Path) -> None:
    """FR and FRX are two zones; ES->FR is at FR, BE->ES is not."""
    fill(store)
    write(store, mix(0, "FRX", gas=1.0))
    for ends in (("BE", "ES"), ("FR", "IT")):
        write(store, schemas.read("exchange", schemas.exchange(*ends, start=NOON, source="a", flow_mw=1.0)),
              kind="exchange")
    export(store, folder, "production", "exchange", zones=["FR"])
    keys = {(path.parts[-4], key) for path in folder.rglob("*.parquet")
            for key in pq.ParquetFile(path).read()["key"].to_pylist()}
    assert keys == {("production", "FR"), ("exchange", "ES->FR"), ("exchange", "FR->IT")}


def test_csv_is_for_people(store: Store, folder: Path) -> None:
    fill(store)
    export(store, folder, "exchange", form="csv")
    text = (folder / "exchange/year=2026/month=03/part-0.csv").read_text()
    head, row = text.splitlines()
    assert head.replace('"', "") == "key,start,end,power_mw,source,source_type,origin,fetched"
    assert row == '"ES->FR","2026-03-10T12:00:00Z",,7,"a","measured","live","2026-03-10T12:00:00Z"'


def test_a_month_is_in_utc_and_starts_are_what_counts(store: Store, folder: Path) -> None:
    """23:00 of 31 March to 01:00 belongs to March, midnight to April, in every clock."""
    for hour in (23, 24):
        start = times.shift(MARCH, days=30, hours=hour)
        event = schemas.production("FR", start=start, end=times.shift(start, hours=2), source="a", modes={"gas": hour})
        write(store, schemas.read("production", event))
    export(store, folder, "production")
    found = {n: pq.ParquetFile(folder / f"production/year=2026/month={n:02}/part-0.parquet").read() for n in (3, 4)}
    assert {n: table["gas_mw"].to_pylist() for n, table in found.items()} == {3: [23.0], 4: [24.0]}


def test_a_month_asked_for_in_part_does_not_take_the_place_of_more(store: Store, folder: Path) -> None:
    """March whole (three rows), then from its 31st on (one row), which only --replace writes."""
    fill(store)
    export(store, folder, "production")
    day_s = NOON_S + 21 * DAY_S
    for part in ({"start_s": day_s}, {"end_s": day_s}, {"zones": ["FR"]}):
        with pytest.raises(FileError, match="only a part of its month"):
            export(store, folder, "production", **part)
    assert export(store, folder, "production", start_s=day_s, may_replace=True) == 3
    assert pq.read_metadata(folder / "production/year=2026/month=03/part-0.parquet").num_rows == 1
    assert export(store, folder, "production", end_s=APRIL_S) == 3, "a whole month takes its place"


def test_months_of_which_the_store_holds_nothing_stay(store: Store, folder: Path) -> None:
    fill(store)
    export(store, folder, "production")
    with store.writing() as connection:
        connection.execute(tables.mixes.delete().where(tables.mixes.c.start_s < APRIL_S))
    export(store, folder, "production")
    assert pq.read_metadata(folder / "production/year=2026/month=03/part-0.parquet").num_rows == 3


def test_a_file_that_fails_half_way_leaves_the_old_one(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    export(store, folder, "production")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    class Full(pq.ParquetWriter):  # type: ignore[misc]
        def write_table(self, *_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "ParquetWriter", Full)
    with pytest.raises(FileError, match="No space left on device"):
        export(store, folder, "production")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_results_and_revisions_are_datasets_too(store: Store, folder: Path) -> None:
    """The hour from noon at 50 g/kWh; what FR said of 31 March before: 121 MW."""
    fill(store)
    store.write_results(results(("FR", NOON_S, 50.0)), {NOON_S: 1})
    assert export(store, folder, "results", "revisions/production") == 2
    (row,) = pq.ParquetFile(folder / "results/year=2026/month=03/part-0.parquet").read().to_pylist()
    assert (row["key"], row["start"], row["end"]) == ("FR", NOON, times.shift(NOON, hours=1))
    assert (row["lifecycle_g_per_kwh"], row["gas_share"], row["estimation"]) == (50.0, None, None)
    (row,) = pq.ParquetFile(folder / "revisions/production/year=2026/month=03/part-0.parquet").read().to_pylist()
    assert (row["gas_mw"], row["replaced"]) == (121.0, NOON)


def test_a_result_that_is_there_was_traced_from_what_is(store: Store, folder: Path) -> None:
    """Exported at 50 g/kWh, then traced again to 60; the hour after was forgotten, and comes back."""
    store.write_results(results(("FR", NOON_S, 50.0), ("FR", NOON_S + HOUR_S, 70.0)), {NOON_S: 1, NOON_S + HOUR_S: 1})
    export(store, folder, "results")
    store.write_results(results(("FR", NOON_S, 60.0)), {NOON_S: 1, NOON_S + HOUR_S: 1})
    assert take_in(store, folder) == Imported(rows=2, new=1)
    assert [row["lifecycle_g_per_kwh"] for row in store.results()] == [60.0, 70.0]
    assert not store.unsolved_hours()


def test_a_value_fetched_later_than_the_files_stays(store: Store, folder: Path) -> None:
    fill(store)
    export(store, folder, "price")
    later = schemas.read("price", {**EVENTS["price"], "price": 99.0})
    with store.writing() as connection:
        store.write_events(connection, "price", [later], "live", 1, NOON_S + 60)
    assert take_in(store, folder) == Imported(rows=1)
    assert store.events("price", "FR", NOON_S, NOON_S + 1) == [later]


def test_every_dataset_has_every_column_of_the_store() -> None:
    for name, dataset in datasets().items():
        stored = {column.stored for column in dataset.columns}
        left = {column.name for column in dataset.extract.table.columns} - stored - {"kind", "job_id", "id"}
        assert left <= {"currency"}, name  # which of the numbers only prices have
