"""One file of a dataset, Parquet or CSV: written whole or not at all, and read in batches with its columns checked."""

import itertools
import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from core import times
from core.errors import FileError, SourceChanged
from core.history.datasets import TYPES, Column, Dataset

FORMATS = ("parquet", "csv")
PARTITIONS = ("year", "month")
"""Columns that readers make of the folders' names; they are not read."""
BATCH, BLOCK_BYTES = 200_000, 32 * 2**20
"""How much of a file is in memory at once: rows of Parquet, bytes of CSV."""
WRITTEN = "%Y-%m-%dT%H:%M:%SZ"
NUMBER = r"^[+-]?(\d{1,30}(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?$"


class Flaw(NamedTuple):
    """Which rows (a column of truth values; null is no) have something wrong, and what."""

    reason: str
    is_bad: pa.ChunkedArray


class Batch(NamedTuple):
    """Rows of a file with the columns and types of its dataset, and what is wrong with its cells."""

    rows: pa.Table
    flaws: list[Flaw]
    broken: dict[str, list[int]]
    """By what is wrong the numbers (from 1, the head not counted) of rows in the file that are not among `rows`."""
    numbers: range | list[int]
    """Numbers of `rows` in the file."""


def write_file(path: Path, dataset: Dataset, parts: Iterable[pa.Table]) -> Counter[str]:
    """Write rows as they come; no file if there are none. Its place is taken only when all is on disk.

    Returns the number of rows by origin. Raises FileError.
    """
    filled, counts, sources = (part for part in parts if len(part)), Counter[str](), set[str]()
    first = next(filled, None)
    if first is None:
        return counts
    with _replacing(path) as file, _writer(path, dataset, file) as writer:
        for part in itertools.chain([first], filled):
            writer.write_table(part if path.suffix == ".parquet" else _as_text(part))
            counts.update({one["values"]: one["counts"] for one in pc.value_counts(part["origin"]).to_pylist()})
            sources.update(pc.unique(part["source"]).to_pylist() if "source" in part.column_names else ())
        if path.suffix == ".parquet":
            told = {"origins": dict(counts), "sources": sorted(sources)}
            writer.add_key_value_metadata({"gridtrace.rows": json.dumps(told, ensure_ascii=False)})
    return counts


def _writer(path: Path, dataset: Dataset, file: IO[bytes]) -> Any:
    if path.suffix == ".parquet":
        return pq.ParquetWriter(file, dataset.schema, compression="zstd")
    return pa_csv.CSVWriter(file, _as_text(dataset.schema.empty_table()).schema)


def _as_text(rows: pa.Table) -> pa.Table:
    """Rows with their moments as ISO 8601."""
    columns = [
        pc.strftime(column.cast(pa.timestamp("s", "UTC")), WRITTEN) if pa.types.is_timestamp(column.type) else column
        for column in rows.columns
    ]
    return pa.table(columns, names=rows.column_names)


def write_text(path: Path, text: str) -> None:
    """Write a text in the same way."""
    with _replacing(path) as file:
        file.write(text.encode())


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file beside the one meant, which takes its place at the end; readers of datasets pass over its name."""
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with waiting.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(path)
    except OSError as err:
        raise FileError(f"{path} cannot be written: {err.strerror or err}.") from err
    finally:
        waiting.unlink(missing_ok=True)


def read_file(path: Path, dataset: Dataset, given: Mapping[str, Any]) -> Iterator[Batch]:
    """A file's rows, a batch after the other; `given` (column → value) is taken where the file has nothing.

    A column that may be null, has a default or is given need not be there. Raises FileError for any other column, one
    that is missing or of another type, and for a file that cannot be read; what came before it stands.
    """
    defaults = {column.name: column.default for column in dataset.columns if column.default is not None}
    try:
        for raw, broken, numbers in (_read_csv if path.suffix == ".csv" else _read_parquet)(path, dataset):
            _check_names(dataset, raw.column_names, {**defaults, **given})
            flaws: list[Flaw] = []
            columns = [_column(raw, column, {**defaults, **given}, flaws) for column in dataset.columns]
            yield Batch(pa.table(columns, schema=dataset.schema), flaws, broken, numbers)
    except (pa.ArrowException, OSError) as err:
        raise FileError(f"cannot be read: {str(err).splitlines()[0]}") from err


Raw = tuple[pa.Table, dict[str, list[int]], range | list[int]]


def _read_parquet(path: Path, _: Dataset) -> Iterator[Raw]:
    done = 0
    with pq.ParquetFile(path) as file:
        if not file.metadata.num_rows:
            yield file.schema_arrow.empty_table(), {}, range(0)
        for batch in file.iter_batches(BATCH):
            yield pa.Table.from_batches([batch]), {}, range(done + 1, done + len(batch) + 1)
            done += len(batch)


def _read_csv(path: Path, dataset: Dataset) -> Iterator[Raw]:
    """All as text: a number or moment that cannot be read costs its row, and so does a row of more or fewer cells."""
    broken: dict[str, list[int]] = {}
    passed_over: set[int] = set()

    def skip(row: Any) -> str:
        reason = f"it has {row.actual_columns} cells instead of {row.expected_columns}"
        broken.setdefault(reason, []).append(row.number - 1)
        passed_over.add(row.number - 1)
        return "skip"

    reader = pa_csv.open_csv(
        path, read_options=pa_csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
        convert_options=pa_csv.ConvertOptions(
            column_types={column.name: pa.string() for column in dataset.columns}, null_values=[""],
            strings_can_be_null=True, quoted_strings_can_be_null=False))
    following = 1
    for batch in reader:
        numbers = _numbers_without(passed_over, following, len(batch))
        yield pa.Table.from_batches([batch]), dict(broken), numbers
        broken.clear()
        following = numbers[-1] + 1 if len(numbers) else following
    if broken:
        yield reader.schema.empty_table(), broken, range(0)


def _numbers_without(broken: Collection[int], first: int, count: int) -> range | list[int]:
    """The numbers of the next rows of a file in which some were passed over."""
    if not broken:
        return range(first, first + count)
    return list(itertools.islice((number for number in itertools.count(first) if number not in broken), count))


def _check_names(dataset: Dataset, names: Collection[str], given: Collection[str]) -> None:
    known = {column.name for column in dataset.columns}
    if unknown := [name for name in names if name not in known and name not in PARTITIONS]:
        raise FileError(f"has columns that {dataset.name} does not have: {', '.join(unknown)}")
    needed = [column.name for column in dataset.columns if column.is_required and column.name not in given]
    if missing := [name for name in needed if name not in names]:
        raise FileError(f"lacks columns of {dataset.name}: {', '.join(missing)}")
    if len(set(names)) < len(names):
        raise FileError("has a column twice")


def _column(raw: pa.Table, column: Column, given: Mapping[str, Any], flaws: list[Flaw]) -> pa.ChunkedArray:
    found = raw[column.name] if column.name in raw.column_names else pa.chunked_array([pa.nulls(len(raw))])
    if column.type != "text" and pa.types.is_string(found.type):
        read = READERS[column.type](found)
        is_bad = pc.and_(pc.is_valid(found), pc.is_null(read))
        flaws.append(Flaw(f"{column.name} is not {READABLE[column.type]}", is_bad))
    elif not IS_TYPE[column.type](found.type) and not pa.types.is_null(found.type):
        raise FileError(f"has {column.name} as {found.type} instead of {TYPES[column.type]}")
    else:
        read = found.cast(TYPES[column.type], safe=False)
    if column.name not in given:
        return read
    value = pa.scalar(given[column.name], TYPES[column.type])
    return pc.if_else(pc.is_null(found), value, read)


def _numbers(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    is_number = pc.match_substring_regex(texts, NUMBER)
    return pc.if_else(is_number, texts, None).cast(pa.float64())


def _moments(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Each of the different texts is read once: there are as many as intervals, not as rows."""
    different = pc.unique(texts).drop_null()
    read = pa.array([_moment(text) for text in different.to_pylist()], TYPES["moment"])
    return pa.chunked_array([read.take(pc.index_in(part, different)) for part in texts.chunks], TYPES["moment"])


def _moment(text: str) -> Any:
    try:
        return times.read(text)
    except SourceChanged:
        return None


def _is_text(found: pa.DataType) -> bool:
    values = found.value_type if pa.types.is_dictionary(found) else found
    return any(is_one(values) for is_one in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


def _is_number(found: pa.DataType) -> bool:
    return any(is_one(found) for is_one in (pa.types.is_floating, pa.types.is_integer, pa.types.is_decimal))


def _is_moment(found: pa.DataType) -> bool:
    return pa.types.is_timestamp(found) and found.tz is not None


READERS: dict[str, Callable[[Any], Any]] = {"number": _numbers, "moment": _moments}
READABLE = {"number": "a number", "moment": "a moment with its offset, as 2026-03-10T12:00:00Z"}
IS_TYPE: dict[str, Callable[[Any], bool]] = {"text": _is_text, "number": _is_number, "moment": _is_moment}
