"""The three files as plain values, with what is wrong in their writing: broken text, repeated keys, bad columns."""

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from core.config.factors import Row
from core.config.zones import read_day

ZONES = "zones.json"
EXCHANGES = "exchanges.json"
FACTORS = "emission_factors.csv"
COLUMNS = Row._fields


class Problem(NamedTuple):
    """One rule a configuration file breaks."""

    file: str
    key: str
    """The zone, exchange or `*` it is about; empty for the file itself."""
    field: str
    """Where in the entry, as in `capacity.coal.0.mw`; empty for the entry itself."""
    text: str

    def __str__(self) -> str:
        place = " ".join(part for part in (self.key, self.field) if part)
        return f"{self.file}: {place}: {self.text}" if place else f"{self.file}: {self.text}"


class _Repeating(dict[str, Any]):
    """A JSON object with a key written twice; JSON itself would let the last win in silence."""

    repeated: tuple[str, ...] = ()


def read_json(root: Path, file: str) -> tuple[dict[str, Any], list[Problem]]:
    """The JSON object of a file, empty if it cannot be read."""
    text, problems = _read(root, file)
    if problems:
        return {}, problems
    has_repeated = False

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal has_repeated
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        has_repeated = True
        repeating = _Repeating(found)
        keys = [key for key, _ in pairs]
        repeating.repeated = tuple(key for key in found if keys.count(key) > 1)
        return repeating

    try:
        content = json.loads(text, object_pairs_hook=build)
    except json.JSONDecodeError as err:
        return {}, [Problem(file, "", "", f"line {err.lineno}, column {err.colno} is not JSON: {err.msg}")]
    if not isinstance(content, dict):
        return {}, [Problem(file, "", "", "is not a JSON object")]
    if not has_repeated:
        return content, []
    paths = [_place(file, path) for path in _repeated(content, ())]
    return content, [Problem(file, key, field, "is written twice") for key, field in paths]


def read_factors(root: Path) -> tuple[list[Row], list[Problem]]:
    """Every well-written row of emission_factors.csv."""
    text, problems = _read(root, FACTORS)
    if problems:
        return [], problems
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    try:
        header = next(lines, [])
        if header != list(COLUMNS):
            return [], [Problem(FACTORS, "", "", f"the first line is not {','.join(COLUMNS)}")]
        for cells in lines:
            if len(cells) != len(COLUMNS):
                text = f"line {lines.line_num}: {len(cells)} cells, not {len(COLUMNS)}"
                problems.append(Problem(FACTORS, cells[0] if cells else "", "", text))
                continue
            row = _row(cells, lines.line_num, problems)
            if row:
                rows.append(row)
    except csv.Error as err:
        problems.append(Problem(FACTORS, "", "", f"line {lines.line_num} is not CSV: {err}"))
    return rows, problems



def _row(cells: list[str], line: int, problems: list[Problem]) -> Row | None:
    zone, basis, mode, start, value, source = cells
    before = len(problems)
    try:
        valid_from = read_day(start) if start else None
    except ValueError as err:
        problems.append(Problem(FACTORS, zone, "valid_from", f"line {line}: {err}"))
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        problems.append(Problem(FACTORS, zone, "gco2eq_per_kwh", f"line {line}: {value!r} is not a number"))
    return Row(zone, basis, mode, valid_from, number, source) if len(problems) == before else None


def _read(root: Path, file: str) -> tuple[str, list[Problem]]:
    try:
        return (root / file).read_text(encoding="utf-8"), []
    except OSError as err:
        return "", [Problem(file, "", "", f"cannot be read in {root}: {err.strerror}")]
    except UnicodeDecodeError:
        return "", [Problem(file, "", "", "is not UTF-8 text")]


def _place(file: str, path: tuple[str, ...]) -> tuple[str, str]:
    """Entry and field: zones stand one level below "zones", exchanges at the top."""
    if file == ZONES and path[0] == "zones":
        path = path[1:] or ("", "zones")
    elif file == ZONES:
        path = ("", *path)
    return path[0], ".".join(path[1:])


def _repeated(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, Mapping):
        if isinstance(value, _Repeating):
            yield from ((*path, key) for key in value.repeated)
        for key, inner in value.items():
            yield from _repeated(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _repeated(inner, (*path, str(number)))
