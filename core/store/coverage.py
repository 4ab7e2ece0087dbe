"""Which stretches of a span series have values for, found by the database: a year of the world does not come here.

Intervals with ends are added up chunk by chunk, which is several times as fast as comparing each with the one before
it. Only where the sums say that they do not follow each other without a hole are they compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Subquery, case, func, select

from core.kinds import LONGEST_S
from core.store.rows import table_of
from core.store.series import tuples

if TYPE_CHECKING:
    from core.store.store import Store

CHUNK_S = 7 * 24 * 3600
LATE = 1.5
"""A value without an end holds until the next, or for the usual time if that is so many times later."""
Hole = tuple[int, int]


class Covered(NamedTuple):
    """Of one series: how long an interval usually is, what of the span its values reach over, and where none holds."""

    usual_s: float
    first_s: int
    last_s: int
    holes: list[Hole]


class Sums(NamedTuple):
    """The intervals of a series that start in one chunk: how many, how many have an end, where they begin and end, and
    the sums of their lengths and of those times their place."""

    events: int
    ended: int
    first_s: int
    last_s: int | None
    length_s: int | None
    moment: int | None

    def follow_each_other(self, chunk_s: int) -> bool:
        """Whether there is neither a hole nor an overlap: both sums are then those of one long interval."""
        if self.last_s is None or self.length_s is None or self.moment is None:
            return False
        length_s = self.last_s - self.first_s
        whole = length_s, length_s * (self.last_s + self.first_s - 2 * chunk_s)
        return whole == (int(self.length_s), int(self.moment))


@dataclass
class _Found:
    """What the chunks say of one series so far."""

    first_s: int
    last_s: int
    count: int = 0
    length_s: int = 0
    is_open: bool = False
    holes: list[Hole] = field(default_factory=list)


def coverage(store: Store, kind: str, keys: Sequence[str], start_s: int, end_s: int) -> dict[str, Covered]:
    """The coverage of each of these series that has a value in [start_s, end_s) or reaching into it.

    Not to be had of kinds whose events are documents.
    """
    found: dict[str, _Found] = {}
    for begin_s in range(start_s - start_s % CHUNK_S - LONGEST_S, end_s, CHUNK_S):
        rows = _rows(kind, keys, begin_s, min(begin_s + CHUNK_S, end_s), start_s)
        _add_chunk(store, rows, begin_s, found)
    covered = {
        key: Covered(one.length_s / one.count, one.first_s, one.last_s, one.holes)
        for key, one in found.items() if not one.is_open}
    return covered | _open_coverage(store, kind, [key for key, one in found.items() if one.is_open], start_s, end_s)


def _rows(kind: str, keys: Sequence[str], begin_s: int, end_s: int, needed_s: int) -> Subquery:
    """key, start_s and end_s of each interval that starts in [begin_s, end_s) and is not over before `needed_s`."""
    table = table_of(kind)
    key, start, end = table.c.key, table.c.start_s, table.c.end_s
    wanted = select(key, start, func.max(end).label("end_s") if "terms" in table.c else end).where(
        table.c.kind == kind, key.in_(keys), start >= begin_s, start < end_s)
    if begin_s < needed_s:
        wanted = wanted.where((start >= needed_s) | (end > needed_s))
    return (wanted.group_by(key, start) if "terms" in table.c else wanted).subquery()


def _add_chunk(store: Store, rows: Subquery, chunk_s: int, found: dict[str, _Found]) -> None:
    """Note what a chunk adds to each series."""
    start, end = rows.c.start_s, rows.c.end_s
    wanted = select(
        rows.c.key, func.count(), func.count(end), func.min(start), func.max(end), func.sum(end - start),
        func.sum((end - start) * (end + start - 2 * chunk_s)))
    broken = dict[str, int]()
    for key, *values in _read(store, wanted.group_by(rows.c.key)):
        sums = Sums(*values)
        one = found.setdefault(key, _Found(sums.first_s, sums.first_s))
        one.is_open |= sums.ended < sums.events
        if one.is_open or sums.last_s is None or sums.length_s is None:
            continue
        if sums.first_s > one.last_s:
            one.holes.append((one.last_s, sums.first_s))
        if not sums.follow_each_other(chunk_s):
            broken[key] = one.last_s
        one.last_s, one.count = max(one.last_s, sums.last_s), one.count + sums.events
        one.length_s += int(sums.length_s)
    if broken:
        for key, from_s, to_s in _read(store, _ended_holes(rows, [*broken])):
            if to_s > broken[key]:  # else an interval of an earlier chunk reaches over it
                found[key].holes.append((max(from_s, broken[key]), to_s))


def _ended_holes(rows: Subquery, keys: Sequence[str]) -> Any:
    """Key, from and to of the holes between intervals, by time."""
    until = func.max(rows.c.end_s).over(partition_by=rows.c.key, order_by=rows.c.start_s, rows=(None, -1))
    told = select(rows.c.key, until.label("until_s"), rows.c.start_s).where(rows.c.key.in_(keys)).subquery()
    return select(*told.c).where(told.c.start_s > told.c.until_s).order_by(told.c.key, told.c.start_s)


Step = tuple[int, int, int]
"""Length of an interval (to the next start where it has no end), seconds to the next start, how many there are."""


def _open_coverage(store: Store, kind: str, keys: Sequence[str], start_s: int, end_s: int) -> dict[str, Covered]:
    """The coverage of series some of whose values have no end."""
    if not keys:
        return {}
    plain = _rows(kind, keys, start_s - LONGEST_S, end_s, start_s)
    ends = select(plain.c.key, func.min(plain.c.start_s), func.max(plain.c.start_s), func.max(plain.c.end_s))
    before: dict[str, Any] = {"partition_by": plain.c.key, "order_by": plain.c.start_s}
    rows = select(
        *plain.c, func.lag(plain.c.start_s).over(**before).label("before_s"),
        func.lag(plain.c.end_s).over(**before).label("before_end_s")).subquery()
    usual = {key: _median(steps) for key, steps in _steps(store, rows).items()}
    holes = _holes(store, rows, usual)
    found = {}
    for key, first_s, last_start_s, last_end_s in _read(store, ends.group_by(plain.c.key)):
        is_open = last_end_s is None or last_end_s <= last_start_s
        last_s = last_start_s + int(usual.get(key, 0)) if is_open else last_end_s
        found[key] = Covered(usual.get(key, 0.0), first_s, last_s, holes.get(key, []))
    return found


def _steps(store: Store, rows: Subquery) -> dict[str, list[Step]]:
    """How the values of each series follow each other."""
    length_s = func.coalesce(rows.c.before_end_s, rows.c.start_s) - rows.c.before_s
    by = (rows.c.key, length_s.label("length"), (rows.c.start_s - rows.c.before_s).label("step"))
    wanted = select(*by, func.count()).where(rows.c.before_s.is_not(None)).group_by("key", "length", "step")
    found = defaultdict[str, list[Step]](list)
    for key, *step in _read(store, wanted):
        found[key].append((step[0], step[1], step[2]))
    return found


def _median(steps: Sequence[Step]) -> float:
    """The median length of an interval."""
    half = sum(step[2] for step in steps) / 2
    for length_s, _, count in sorted(steps):
        half -= count
        if half <= 0:
            return float(length_s)
    raise ValueError("there is no step")


def _holes(store: Store, rows: Subquery, usual: Mapping[str, float]) -> dict[str, list[Hole]]:
    """(from, to) of the holes between values, oldest first; a query for all series of the same usual interval."""
    alike = defaultdict[float, list[str]](list)
    for key, usual_s in usual.items():
        alike[usual_s].append(key)
    found = defaultdict[str, list[Hole]](list)
    for usual_s, names in alike.items():
        until_s = func.coalesce(rows.c.before_end_s, rows.c.before_s + int(usual_s))
        is_hole: ColumnElement[bool] = case(
            (rows.c.before_end_s.is_not(None), rows.c.start_s > rows.c.before_end_s),
            else_=rows.c.start_s - rows.c.before_s > int(LATE * usual_s))
        wanted = select(rows.c.key, until_s, rows.c.start_s).where(rows.c.key.in_(names), is_hole)
        for key, from_s, to_s in _read(store, wanted.order_by(rows.c.key, rows.c.start_s)):
            found[key].append((from_s, to_s))
    return found


def _read(store: Store, wanted: Any) -> list[tuple[Any, ...]]:
    with store.reading() as connection:
        return tuples(connection.execute(wanted))
