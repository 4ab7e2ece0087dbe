"""Numbers in any notation, units to MW, a source's labels to modes."""

import contextlib
import csv
import io
import json
import logging
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from numbers import Real
from typing import Any, TypeVar

from core.errors import SourceChanged
from core.kinds import MODES

log = logging.getLogger("gridtrace.parsers")
"""Where parsers warn; a cycle collects what is said here."""

Parts = dict[str, list[float | None]]
"""MW per mode, each item that a source gave for it still apart, so that negatives are judged one by one."""

MISSING = frozenset({"", "-", "--", "n/a", "na", "n/d", "nd", "nan", "null", "none", "s/d"})

NARROW = str.maketrans("０１２３４５６７８９＋，．－\u2010\u2011\u2212–—―ー", "0123456789+,.--------")
"""Wide characters; hyphens, signs and dashes that are written for a minus, or for nothing."""

PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
GROUPED = {
    ",": r"[+-]?[1-9]\d{0,2}(,\d{2,3})*,\d{3}(\.\d*)?",
    ".": r"[+-]?[1-9]\d{0,2}(\.\d{2,3})*\.\d{3}(,\d*)?",
}
"""By the mark between thousands: a number whose last group has three digits (India's others have two)."""

SCRIPT_STRING = re.compile(r"JSON\.parse\(\s*'((?:[^'\\]|\\.)*)'", re.DOTALL)
SCRIPT_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)

T = TypeVar("T")
R = TypeVar("R")


def number(value: Any, *, decimal: str = ".") -> float | None:
    """A number as sources write it; None where there is none.

    Thousands separators (blank, quote, and whichever of `.` and `,` is not `decimal`) are dropped. Text that is
    neither a number nor a known word for "missing" is None with a warning, so that one bad cell costs itself only; so
    is infinity, and "12,5" where the comma separates thousands.
    """
    if value is None or isinstance(value, bool):
        return None
    if decimal == "." and isinstance(value, str) and PLAIN.fullmatch(value):
        return float(value)  # nearly every number of a cycle: no need to look for the odd ways to write one
    try:
        found = float(value) if is_number(value) else _read(str(value).strip(), decimal)
    except (ValueError, OverflowError):
        found = math.inf
    if math.isinf(found):
        log.warning("not a number: %r; read as missing", value)
        return None
    return None if math.isnan(found) else found


def is_number(value: Any) -> bool:
    """Whether a value is a real number of any library (numpy and decimal have their own); a bool is none."""
    return isinstance(value, float | int | Real | Decimal) and not isinstance(value, bool)


def _read(written: str, decimal: str) -> float:
    """Text as a number, NaN if it says that there is none; ValueError for anything else."""
    written = written.translate(NARROW)
    if written.lower() in MISSING:
        return math.nan
    plain = re.sub(r"[\s'’]", "", written)
    thousands = "," if decimal == "." else "."
    is_grouped = re.fullmatch(GROUPED[thousands], plain) is not None
    if "_" in plain or (thousands in plain and not is_grouped):
        raise ValueError(written)
    return float(plain.replace(thousands, "").replace(decimal, "."))


def by_label(
    row: Mapping[str, Any] | Iterable[tuple[str, Any]],
    table: Mapping[str, str],
    *,
    sign: int = 1,
    known: Collection[str] | None = None,
    decimal: str = ".",
) -> Parts:
    """What a row gives per mode, by the table label → mode.

    `row` is a mapping or (label, value) pairs. Labels outside the table are passed over, unless `known` is given:
    then a label in neither is counted as `unknown`, with a warning that names it.
    """
    parts: Parts = {}
    for label, value in row.items() if isinstance(row, Mapping) else row:
        mode = table.get(label)
        if mode is None and known is not None and label not in known:
            log.warning("unknown label %r with value %r; counted as unknown", label, value)
            mode = "unknown"
        if mode is not None:
            found = number(value, decimal=decimal)
            parts.setdefault(mode, []).append(None if found is None else sign * found)
    return parts


def folded(label: str) -> str:
    """A label without accents, capitals and doubled blanks, for a source that does not always write it alike."""
    letters = unicodedata.normalize("NFKD", label)
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).casefold().split())


def total(values: Iterable[float | None]) -> float | None:
    """The sum of what is there; None if nothing is."""
    found = [v for v in values if v is not None and not math.isnan(v)]
    return sum(found) if found else None


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of what is there; None if nothing is."""
    found = [v for v in values if v is not None and not math.isnan(v)]
    return sum(found) / len(found) if found else None


def merge(*parts: Mapping[str, float | list[float | None] | None]) -> Parts:
    """Several mixes of one instant as one, item by item."""
    merged: Parts = {}
    for part in parts:
        for mode, items in part.items():
            merged.setdefault(mode, []).extend(items if isinstance(items, list) else [items])
    return merged


def require(value: T | None, what: str) -> T:
    """The value, or SourceChanged naming what the answer lacks."""
    if value is None:
        raise SourceChanged(f"The answer has no {what}.")
    return value


def field(row: Mapping[str, Any], name: str) -> Any:
    """A row's field, which may be null; SourceChanged if the row does not have it."""
    if name not in row:
        raise SourceChanged(f"The answer has no {name}.")
    return row[name]


def each(rows: Iterable[R], read: Callable[[R], T]) -> list[T]:
    """What `read` makes of each row; a row it cannot read is passed over with a warning, SourceChanged if none can."""
    found: list[T] = []
    broken: list[SourceChanged] = []
    for row in rows:
        try:
            found.append(read(row))
        except SourceChanged as err:
            broken.append(err)
        except (AttributeError, LookupError, TypeError):
            broken.append(SourceChanged(f"A row of the answer is {str(row)[:60]!r}."))
    if broken and not found:
        raise broken[0]
    if broken:
        log.warning("%d of %d rows were passed over: %s", len(broken), len(broken) + len(found), broken[0])
    return found


def csv_rows(text: str, *columns: str) -> list[dict[str, str]]:
    """The rows of a CSV table that must have these columns, which are named as here whatever their letter case.

    Blanks around a name do not count. A row without a cell for each of them is left out: the last one may still be
    being written.
    """
    return list(csv_stream(text, *columns))


def csv_stream(text: str, *columns: str, is_whole: bool = False) -> Iterator[dict[str, str]]:
    """What `csv_rows` gives, row by row, for tables that would fill the memory; with `is_whole` a row is left out that
    lacks any cell."""
    lines = csv.reader(io.StringIO(text))
    known = {column.casefold(): column for column in columns}
    head = [known.get(name.strip().casefold(), name.strip()) for name in next(lines, [])]
    if missing := [column for column in columns if column not in head]:
        raise SourceChanged(f"The table has no column {', '.join(missing)}.")
    least = len(head) if is_whole else max((head.index(column) + 1 for column in columns), default=1)
    return (dict(zip(head, line, strict=False)) for line in lines if len(line) >= least)


def decoded(content: bytes, *encodings: str) -> str:
    """Text in the first of these encodings that fits all of it; if none does, in the last, with a mark (U+FFFD) for
    each byte that does not."""
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return content.decode(encodings[-1], "replace")


def json_in(text: str, variable: str | None = None) -> Any:
    """The JSON a text begins with, or what a page's script assigns to `var <variable>` first, plain or as a string to
    parse (`JSON.parse('…')`); SourceChanged without."""
    start = re.search(rf"\bvar\s+{variable}\s*=\s*" if variable else r"\A\s*", text)
    found = require(start, f"script variable {variable}").end()
    if (quoted := SCRIPT_STRING.match(text, found)) is not None:
        text, found = SCRIPT_ESCAPE.sub(_unescaped, quoted[1]), 0
    try:
        return json.JSONDecoder().raw_decode(text, found)[0]
    except json.JSONDecodeError as err:
        raise SourceChanged(f"What should be JSON begins {text[found:found + 60]!r}.") from err


def _unescaped(escape: re.Match[str]) -> str:
    """What an escape in a script's string stands for."""
    written = escape[1]
    return chr(int(written[1:], 16)) if len(written) > 1 else {"n": "\n", "r": "\r", "t": "\t"}.get(written, written)


def mode_of(label: str, table: Mapping[str, str]) -> str:
    """The mode of a label; `unknown` with a warning if the table does not have it."""
    mode = table.get(label)
    if mode is None:
        log.warning("unknown label %r; counted as unknown", label)
        return "unknown"
    return mode


def settle(items: Iterable[float | None], negative: str = "missing") -> tuple[float | None, bool]:
    """One mode's items as (MW or None, whether a negative was corrected).

    Each item is judged before summing: a negative one is left out (`negative="missing"`) or counted as 0
    (`negative="zero"`, a plant's own use); it never lowers a total. `negative="keep"` is for storage.
    """
    found: list[float] = []
    is_corrected = False
    for item in items:
        if item is None or math.isnan(item):
            continue
        if item < 0 and negative != "keep":
            is_corrected = True
            if negative == "missing":
                continue
            item = 0.0
        found.append(item)
    return (round(sum(found), 6) if found else None), is_corrected


def unknown_modes(modes: Iterable[str], allowed: Collection[str] = MODES) -> list[str]:
    """The names that are not modes."""
    return sorted(set(modes) - set(allowed))
