"""What a source's answer about installed capacities changes in zones.json.

A figure holds from its day until the next one. So one that says the same as the figure before it is not written, and
one after it that says the same goes: it held from earlier on. What has other days stays. A mode that the source says
nothing of stays, too; one that is not there yet comes in if it is above 0. A zone of which no figure has a date is
written anew as a whole: those are of nobody knows when, and may count the same plants under another mode.

A zone with sub-zones and without a source of its own gets their sum, of the modes and days that all of them have.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from core.config.zones import Capacity, Zone
from core.kinds import CAPACITY_KIND, CAPACITY_MODES

Entries: TypeAlias = tuple[Capacity, ...]
ByMode: TypeAlias = Mapping[str, Capacity]
"""What one answer says."""
JUMP = 2


class Change(NamedTuple):
    """One mode of one zone: what held on the day of the new figure, and the new figure."""

    zone: str
    mode: str
    old: Capacity | None
    """None: nobody had given a figure."""
    new: Capacity | None
    """None: an undated figure that goes."""

    @property
    def share(self) -> float | None:
        """How much more it is than before; None if that cannot be said."""
        if self.old is None or self.new is None or not self.old.mw:
            return None
        return self.new.mw / self.old.mw - 1

    @property
    def is_jump(self) -> bool:
        """Whether a person should look at it: it doubled or halved, or more, or went."""
        if self.old is None:
            return False
        low, high = sorted((self.old.mw, self.new.mw if self.new else 0.0))
        return high > 0 and high >= JUMP * low


class Update(NamedTuple):
    """What answers change."""

    capacities: dict[str, dict[str, Entries]]
    """The whole capacities of the zones that change."""
    changes: list[Change]
    notes: list[str]
    """What could not be added up, and why."""


def read(answer: Any) -> tuple[dict[str, Capacity], list[str]]:
    """A parser's answer by mode, and what of it breaks a rule; a mode without a number is not known, and left out."""
    if not isinstance(answer, Mapping):
        return {}, [f"a {type(answer).__name__} is no answer about installed capacities"]
    found, wrong = {}, []
    for mode, one in answer.items():
        try:
            if mode not in CAPACITY_MODES:
                raise ValueError("it is not a mode of installed capacity")
            if one["value"] is not None:
                found[mode] = dated(one["datetime"], one["value"], one["source"])
        except (ValueError, KeyError, TypeError) as err:
            reason = " ".join(str(err).split())
            wrong.append(f"{mode}: {one!r} is no capacity: {reason}")
    return found, wrong


def dated(day: str, power_mw: float, source: str) -> Capacity:
    """A checked figure; ValueError for what cannot stand in zones.json."""
    return Capacity.model_validate({"from": day, "mw": power_mw, "source": source})


def update(zones: Mapping[str, Zone], answers: Mapping[str, ByMode]) -> Update:
    """What answers, by zone, change in the zones there are, and in those that are their sums."""
    after = {key: dict(zone.capacity) for key, zone in zones.items()}
    changes, notes = list[Change](), list[str]()
    for key, found in answers.items():
        after[key] = updated(zones[key].capacity, found)
        changes += _changes(key, zones[key].capacity, after[key], found)
    for key, zone in zones.items():
        if zone.sub_zones and CAPACITY_KIND not in zone.parsers:
            for mode, one in _sums(key, zone, after, answers, notes):
                before, after[key] = after[key], _put(after[key], mode, one)
                changes += _changes(key, before, after[key], {mode: one})
    changed = {change.zone: after[change.zone] for change in changes}
    return Update(changed, changes, notes)


def updated(before: Mapping[str, Entries], found: ByMode) -> dict[str, Entries]:
    """A zone's capacities with what its source says."""
    is_dated = any(entries[0].valid_from for entries in before.values())
    after = dict(before) if is_dated or not any(one.mw for one in found.values()) else {}
    for mode, one in found.items():
        after = _put(after, mode, one)
    return after


def _put(before: Mapping[str, Entries], mode: str, one: Capacity) -> dict[str, Entries]:
    entries = _with(before.get(mode, ()), one)
    return dict(sorted({**before, **({mode: entries} if entries else {})}.items()))


def _with(entries: Entries, one: Capacity) -> Entries:
    """A mode's figures with a new one."""
    day = one.valid_from
    if day is None or not entries or entries[0].valid_from is None:
        return (one,) if one.mw else entries
    before = tuple(entry for entry in entries if entry.valid_from and entry.valid_from < day)
    same = tuple(entry for entry in entries if entry.valid_from == day)
    after = entries[len(before) + len(same) :]
    if (same or before)[-1:] and (same or before)[-1].mw == one.mw:
        return entries
    if after and after[0].mw == one.mw:
        after = after[1:]
    return (*before, *(() if before and before[-1].mw == one.mw else (one,)), *after)


def _changes(
    key: str, before: Mapping[str, Entries], after: Mapping[str, Entries], found: ByMode
) -> Iterator[Change]:
    for mode in sorted({*before, *after}):
        if before.get(mode) != after.get(mode):
            new = found.get(mode)
            yield Change(key, mode, _holding(before.get(mode, ()), new.valid_from if new else None), new)


def _holding(entries: Entries, day: date | None) -> Capacity | None:
    """The figure that held on a day: the latest up to it, else the earliest."""
    past = [entry for entry in entries if day is None or entry.valid_from is None or entry.valid_from <= day]
    return past[-1] if past else next(iter(entries), None)


def _sums(
    key: str, zone: Zone, after: Mapping[str, Mapping[str, Entries]], answers: Mapping[str, ByMode], notes: list[str]
) -> Iterator[tuple[str, Capacity]]:
    """(mode, sum) of each mode and day that an answer about a part gave, where all parts have a figure of that day."""
    given = {(one.valid_from, mode) for part in zone.sub_zones for mode, one in answers.get(part, {}).items()}
    lacking: dict[tuple[date, str], list[str]] = {}
    for day, mode in sorted((day, mode) for day, mode in given if day):
        parts = {part: _of_day(answers.get(part, {}), after[part], mode, day) for part in zone.sub_zones}
        missing = [part for part, one in parts.items() if one is None and part not in zone.bypassed_sub_zones]
        if missing:
            lacking.setdefault((day, ", ".join(missing)), []).append(mode)
            continue
        known = [one for one in parts.values() if one]
        sources = dict.fromkeys(one.source for one in known if one.source)
        yield mode, dated(day.isoformat(), round(sum(one.mw for one in known), 2), ", ".join(sources))
    notes += [
        f"{key} gets no sum from {day} on for {', '.join(modes)}: no figure of that day for {who}."
        for (day, who), modes in lacking.items()
    ]


def _of_day(found: ByMode, entries: Mapping[str, Entries], mode: str, day: date) -> Capacity | None:
    """A part's figure of a day: what its source has just said, even if it is 0 or as before, or what is written."""
    said = found.get(mode)
    if said and said.valid_from == day:
        return said
    return next((entry for entry in entries.get(mode, ()) if entry.valid_from == day), None)
