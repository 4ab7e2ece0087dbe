"""A store carried in files: datasets written from it, a file per month or one, and files of datasets read into it."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from core import times
from core.config import Config
from core.errors import FileError
from core.history import checks
from core.history.datasets import MOMENT, REVISIONS, Dataset, datasets, described
from core.history.files import FORMATS, Batch, Flaw, read_file, write_file, write_text
from core.store import Store

SLICE_S = 7 * 24 * 3600
"""How much time is in memory at once, and in one row group of Parquet."""


class Asked(NamedTuple):
    """Which rows are wanted: of these datasets, what starts in [start_s, end_s), of these zones or of all."""

    names: Sequence[str]
    zones: Sequence[str] | None = None
    start_s: int = 0
    end_s: int = 2**40


class Piece(NamedTuple):
    """A file to be written, and the spans [start_s, end_s) of time that it is read in."""

    dataset: Dataset
    path: Path
    slices: list[tuple[int, int]]
    is_part: bool
    """Whether a month's file would not hold all of its month."""


def plan(store: Store, asked: Asked, target: Path, form: str, may_replace: bool = False) -> list[Piece]:
    """The files that an export writes: `target` itself if it is named as a file, else one per dataset and month below.

    Raises FileError where a month's file is there already and only a part of its month is asked for, unless what else
    it holds may be lost.
    """
    is_file = target.suffix[1:] in FORMATS
    if is_file and len(asked.names) != 1:
        raise FileError(f"{target} is one file, which holds one dataset: name a kind, or a folder.")
    pieces = [piece for name in asked.names for piece in _pieces(store, asked, datasets()[name], target, form)]
    there = [piece.path for piece in pieces if piece.is_part and piece.path.exists()]
    if there and not may_replace:
        raise FileError(
            f"{there[0]} is there, and only a part of its month is asked for: name another folder, or say --replace.")
    return pieces


def _pieces(store: Store, asked: Asked, dataset: Dataset, target: Path, form: str) -> Iterator[Piece]:
    span = dataset.extract.span(store, asked.zones, asked.start_s, asked.end_s)
    if span is None:
        return
    if target.suffix[1:] in FORMATS:
        yield Piece(dataset, target, _slices(span[0], span[1] + 1), False)
        return
    first, from_s = times.month_start(times.epoch(span[0]).date()), 0
    while from_s <= span[1]:
        from_s, to_s = (int(times.midnight(times.month_start(first, by), "UTC").timestamp()) for by in (0, 1))
        path = target / dataset.name / f"year={first.year}" / f"month={first.month:02}" / f"part-0.{form}"
        is_part = asked.zones is not None or asked.start_s > from_s or asked.end_s < to_s
        yield Piece(dataset, path, _slices(max(from_s, asked.start_s), min(to_s, asked.end_s)), is_part)
        first, from_s = times.month_start(first, 1), to_s


def _slices(start_s: int, end_s: int) -> list[tuple[int, int]]:
    return [(at_s, min(at_s + SLICE_S, end_s)) for at_s in range(start_s, end_s, SLICE_S)]


def export(
    store: Store, pieces: Sequence[Piece], zones: Sequence[str] | None, told: Callable[[], None] = lambda: None
) -> Counter[str]:
    """Write planned files, each whole or not at all, `told` after each slice; how many rows, by origin."""
    counts: Counter[str] = Counter()
    for piece in pieces:
        counts += write_file(piece.path, piece.dataset, _parts(store, piece, zones, told))
    return counts


def _parts(
    store: Store, piece: Piece, zones: Sequence[str] | None, told: Callable[[], None]
) -> Iterator[pa.Table]:
    for start_s, end_s in piece.slices:
        yield piece.dataset.read(store, zones, start_s, end_s)
        told()


def describe(folder: Path) -> None:
    """Write schema.json, which says what the datasets of a folder are."""
    text = json.dumps(described(datasets().values()), indent=2, ensure_ascii=False)
    write_text(folder / "schema.json", f"{text}\n")


@dataclass(frozen=True)
class Refused:
    """Rows of a file that were not imported for one reason, or the rest of it."""

    path: Path
    reason: str
    rows: int = 0
    """0: the file as a whole, or what had not been read of it."""
    first: str = ""
    """The first of them: its number in the file from 1, the head not counted, its key and start."""

    def __str__(self) -> str:
        count = f"{self.rows} refused: " if self.rows else ""
        return f"{self.path}: {count}{self.reason}" + (f" (first: {self.first})" if self.first else "")


@dataclass
class Imported:
    """What became of files. Rows that are neither new, changed nor refused are there already, as they are or newer."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    refused: list[Refused] = field(default_factory=list)

    def add(self, other: "Imported") -> None:
        self.rows, self.new, self.changed = self.rows + other.rows, self.new + other.new, self.changed + other.changed
        self.refused += other.refused


def files_of(paths: Sequence[Path], name: str | None = None) -> list[tuple[Path, str]]:
    """The data files that are named or lie below the folders named, each with its dataset.

    That is the one given, else the nearest folder above that is named as one, else the file itself. Raises FileError
    for a file of none.
    """
    found = [one for path in paths for one in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    data = [path for path in found if path.suffix[1:] in FORMATS and not path.name.startswith((".", "_"))]
    return [(path, name or _dataset_above(path)) for path in data]


def _dataset_above(path: Path) -> str:
    names = [path.stem, *(parent.name for parent in path.resolve().parents)]
    for at, name in enumerate(names[:-1]):
        if name in datasets():
            return f"{REVISIONS}/{name}" if names[at + 1] == REVISIONS else name
    raise FileError(f"{path} is in no folder that is named as a dataset, nor is it itself: say with --kind what it is.")


def import_file(config: Config, store: Store, path: Path, name: str, origin: str | None = None) -> Imported:
    """Store the rows of a dataset's file that are in order, and say which are not.

    Where the file does not say it, they are of this origin, and were fetched now.
    """
    dataset, total = datasets()[name], Imported()
    given = {"fetched": times.now(), **({"origin": origin} if origin else {})}
    try:
        for batch in read_file(path, dataset, given):
            total.add(_import_batch(config, store, path, dataset, batch))
    except FileError as err:
        total.refused.append(Refused(path, str(err)))
    return total


def _import_batch(config: Config, store: Store, path: Path, dataset: Dataset, batch: Batch) -> Imported:
    rows = batch.rows
    refused = [
        Refused(path, reason, len(numbers), f"row {numbers[0]}") for reason, numbers in batch.broken.items()]
    found = [*batch.flaws, *checks.flaws(dataset, rows, tuple(config.zones), times.now())]
    is_good = pa.chunked_array([pa.repeat(True, len(rows))])
    for flaw in found:
        is_good = _without(flaw, path, batch, is_good, refused)
    # Of rows of one interval the last that is in order counts.
    is_good = _without(checks.twice(dataset, rows, is_good), path, batch, is_good, refused)
    written = dataset.write(store, rows.filter(is_good))
    return Imported(len(rows) + sum(map(len, batch.broken.values())), written.new, written.changed, refused)


def _without(
    flaw: Flaw, path: Path, batch: Batch, is_good: pa.ChunkedArray, refused: list[Refused]
) -> pa.ChunkedArray:
    """Which rows are good and have no such flaw; the others are `refused`, each for its first flaw."""
    is_bad = pc.and_(is_good, flaw.is_bad.fill_null(False))
    count = pc.sum(is_bad).as_py()
    if not count:
        return is_good
    first = pc.index(is_bad, True).as_py()
    refused.append(Refused(path, flaw.reason, count, f"row {batch.numbers[first]}, {_name(batch.rows, first)}"))
    return pc.and_(is_good, pc.invert(is_bad))


def _name(rows: pa.Table, at: int) -> str:
    """A row's key and start."""
    start = rows["start"].cast(pa.timestamp("s", MOMENT.tz))[at].as_py()
    return f"{rows['key'][at].as_py()} {times.text(start, 'YYYY-MM-DDTHH:mm:ss[Z]') if start else ''}".strip()
