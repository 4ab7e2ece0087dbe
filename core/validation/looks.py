"""What looks suspicious in an answer: hints for the person who writes or mends its parser.

The quality rules hold back what cannot be; these speak earlier, and of what may be right. A look is a function
(Answer) → what was seen, in sentences; LOOKS says of each why it is suspicious and where to look.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from core import times
from core.config import Link, Zone
from core.declare import Declaration
from core.kinds import KINDS
from core.schemas import Event
from core.validation.series import MEASURED, NAMES, FloatArray, is_judged, total_of, values_of
from core.weather.sun import height

MANY = 6
"""Intervals that tell more than chance."""
ROOM = 1.1
"""Above an installed capacity by so much: figures are a year old, and meters err."""
FACTOR = 100.0
"""As far from the installed capacity as only another unit is."""
LEAST_INSTALLED_MW, LEAST_SHARE = 20.0, 0.02
NIGHT_MW, NIGHT_SHARE = 1.0, 0.01
NEARLY_ALL = 0.95
BETTER, NOTICEABLE = 0.5, 0.01
"""A turned sign is better if it leaves less than half of what was missing, and that was so much of the load."""
PRESENT_H = 3.0
FROZEN_H = 1.0
LEAST_LATE_H = 0.25
DARK = math.sin(math.radians(-6.0))
"""The sine of the sun's height at the end of civil twilight, below which no panel gives anything."""


class Balance(NamedTuple):
    """MW of a zone at the same moments, NaN where nobody knows; a flow's own answer stands in `net_import_mw`."""

    zone_key: str
    production_mw: FloatArray
    charge_mw: FloatArray
    net_import_mw: FloatArray
    consumption_mw: FloatArray
    flow_mw: FloatArray
    """What the answer that is looked at brings into the zone, for a flow; else NaN."""


@dataclass(frozen=True)
class Answer:
    """The accepted events of one call, and what is known of where they come from."""

    kind: str
    key: str
    events: Sequence[Event]
    now: datetime
    target: datetime | None = None
    facts: Declaration | None = None
    zone: Zone | None = None
    link: Link | None = None
    balances: Sequence[Balance] = ()

    @property
    def values(self) -> FloatArray:
        """(quantities, events), NaN for what is missing."""
        return values_of(self.events)

    @property
    def total(self) -> FloatArray:
        return total_of(self.values)

    @property
    def installed_mw(self) -> Mapping[str, float]:
        """By mode, storage as `hydro_storage`; what the answer itself says goes before zones.json."""
        found = self.zone.capacity_at(self.events[-1].start) if self.zone else {}
        said = getattr(self.events[-1], "capacity", {})
        merged = {**found, **{mode: mw for mode, mw in said.items() if mw is not None}}
        return {mode.replace(" ", "_"): mw for mode, mw in merged.items() if mw > 0}

    @property
    def is_measured(self) -> bool:
        return self.kind in MEASURED

    @property
    def resolution_s(self) -> float | None:
        """What the function declares; else what most events have."""
        if self.facts and self.facts.resolution_min:
            return self.facts.resolution_min * 60.0
        steps = self.steps_s
        return float(np.median(steps)) if steps else None

    @property
    def steps_s(self) -> list[float]:
        """From each start to the next."""
        return [(b.start - a.start).total_seconds() for a, b in pairwise(self.events)]


class Look(NamedTuple):
    """One suspicious thing: what was seen, why it is suspicious, where to look."""

    name: str
    seen: str
    why: str
    where: str


Eye = Callable[[Answer], Iterator[str]]


def look(answer: Answer) -> list[Look]:
    """Every suspicious thing of an answer; nothing is said of one without events, or whose events are no numbers."""
    if not answer.events or not is_judged(answer.kind):
        return []
    return [Look(eye.__name__, seen, why, where) for eye, (why, where) in LOOKS.items() for seen in eye(answer)]


def all_zero(answer: Answer) -> Iterator[str]:
    if not np.nan_to_num(answer.values).any():
        yield f"Every value of {_count(answer)} is 0 or missing."


def idle_mode(answer: Answer) -> Iterator[str]:
    if len(answer.events) < MANY or not np.nan_to_num(answer.values).any():
        return
    for name, row in _modes(answer):
        installed = answer.installed_mw.get(name, 0.0)
        if installed < max(LEAST_INSTALLED_MW, LEAST_SHARE * sum(answer.installed_mw.values())):
            continue
        is_dark = name == "solar" and all(_is_night(answer, event) for event in answer.events)
        if (row == 0).all() and not is_dark:
            yield f"{_words(name)} is 0 in all of {_count(answer)}, and {installed:,.0f} MW are installed."


def future(answer: Answer) -> Iterator[str]:
    soon = times.shift(answer.now, minutes=times.AHEAD.total_seconds() / 60)
    ahead = [one for one in answer.events if one.source_type in ("measured", "estimated") and one.start > soon]
    if ahead and not KINDS[answer.kind].is_future_allowed:
        yield f"{len(ahead)} of {_count(answer)} begin after now, the last at {_stamp(ahead[-1].start)}."


def above_capacity(answer: Answer) -> Iterator[str]:
    if answer.link and answer.link.capacity:
        low, high = answer.link.capacity
        flow = answer.values[0]
        if (flow < ROOM * low).any() or (flow > ROOM * high).any():
            yield f"The flow reaches {_widest(flow):,.0f} MW; the link carries {low:,.0f} to {high:,.0f} MW."
    for name, row in _modes(answer):
        installed = answer.installed_mw.get(name)
        most = float(np.nanmax(np.abs(row)))
        if installed and most > ROOM * installed:
            yield f"{_words(name)} reaches {most:,.0f} MW; {installed:,.0f} MW are installed."
    installed, most = sum(answer.installed_mw.values()), float(np.nan_to_num(answer.total).max())
    if answer.kind == "production" and installed and most > ROOM * installed:
        yield f"All modes together reach {most:,.0f} MW; {installed:,.0f} MW are installed."


def unit(answer: Answer) -> Iterator[str]:
    size, installed, what = float(np.nanmedian(np.abs(answer.total))), sum(answer.installed_mw.values()), "installed"
    if answer.link and answer.link.capacity:
        installed, what = max(map(abs, answer.link.capacity)), "what the link carries"
    if not size or not installed or answer.kind not in MEASURED:
        return
    if size > FACTOR * installed:
        yield f"The usual value is {size:,.0f}; {what} are {installed:,.0f} MW, {size / installed:,.0f} times less."
    elif size < installed / FACTOR and answer.kind != "exchange":
        yield f"The usual value is {size:,.3g}; {what} are {installed:,.0f} MW, {installed / size:,.0f} times more."


def sign(answer: Answer) -> Iterator[str]:
    for one in answer.balances:
        gap = _missing(one.production_mw - one.charge_mw + one.net_import_mw - one.consumption_mw)
        load = _missing(one.consumption_mw)
        for what, power_mw, factor in (("the storage", one.charge_mw, 2.0), ("the flow", one.flow_mw, -2.0)):
            if not np.nan_to_num(power_mw).any():
                continue
            base = one.production_mw - one.charge_mw + one.net_import_mw - one.consumption_mw
            turned = _missing(base + factor * power_mw)
            if gap > NOTICEABLE * load and turned < BETTER * gap:
                yield (
                    f"Production and net import of {one.zone_key} miss its consumption by {gap:,.0f} MW on average, "
                    f"and by {turned:,.0f} MW with {what} turned.")


def unchanging(answer: Answer) -> Iterator[str]:
    if not answer.is_measured:
        return
    values, first = np.nan_to_num(answer.values, nan=-1e9), 0
    for at in range(1, len(answer.events) + 1):
        if at < len(answer.events) and (values[:, at] == values[:, first]).all():
            continue
        hours = (answer.events[at - 1].start - answer.events[first].start).total_seconds() / 3600
        if at - first >= MANY and hours >= FROZEN_H and np.nan_to_num(answer.values[:, first]).any():
            yield f"{at - first} intervals from {_stamp(answer.events[first].start)} on say exactly the same."
        first = at


def interval(answer: Answer) -> Iterator[str]:
    declared = answer.facts.resolution_min if answer.facts else None
    lengths = [(one.end - one.start).total_seconds() / 60 for one in answer.events if one.end]
    steps = [step / 60 for step in answer.steps_s]
    for what, found in (("last", lengths), ("lie apart by", steps)):
        if declared and len(found) > 1 and abs((usual := float(np.median(found))) - declared) > 0.5:
            yield f"Most intervals {what} {usual:g} min; the function declares {declared} min."


def gap(answer: Answer) -> Iterator[str]:
    length_s = answer.resolution_s
    pairs = pairwise(answer.events)
    wide = [(a, b) for a, b in pairs if length_s and (b.start - a.start).total_seconds() > 1.5 * length_s]
    if wide:
        a, b = wide[0]
        yield f"{len(wide)} gaps, the first from {_stamp(a.start)} to {_stamp(b.start)}."


def late(answer: Answer) -> Iterator[str]:
    if answer.target is not None or not answer.is_measured or answer.facts is None:
        return
    newest = answer.events[-1]
    end = newest.end or times.shift(newest.start, minutes=(answer.resolution_s or 0) / 60)
    age_h, delay_h = (answer.now - end).total_seconds() / 3600, answer.facts.delay_h
    if age_h > delay_h + max((answer.resolution_s or 0) / 3600, LEAST_LATE_H):
        yield f"The newest interval ended {age_h:.1f} h ago; the function declares a delay of {delay_h:g} h."


def all_unknown(answer: Answer) -> Iterator[str]:
    by_name = dict(_modes(answer))
    unknown, total = float(np.nansum(by_name.get("unknown", np.zeros(1)))), float(np.nansum(answer.total))
    if answer.kind == "production" and total > 0 and unknown >= NEARLY_ALL * total:
        yield f"{100 * unknown / total:.0f} % of the production is of the mode unknown."


def night_sun(answer: Answer) -> Iterator[str]:
    solar = dict(_modes(answer)).get("solar")
    if solar is None or answer.zone is None:
        return
    least = max(NIGHT_MW, NIGHT_SHARE * answer.installed_mw.get("solar", float(np.nanmax(solar))))
    dark = [at for at, one in enumerate(answer.events) if solar[at] > least and _is_night(answer, one)]
    if dark:
        at = _stamp(answer.events[dark[-1]].start)
        yield f"Solar gives {solar[dark[-1]]:,.0f} MW at {at}, and it is night in all of the zone."


def target_ignored(answer: Answer) -> Iterator[str]:
    if answer.target is None or (answer.now - answer.target).total_seconds() < 2 * PRESENT_H * 3600:
        return
    window_h = answer.facts.window_h if answer.facts else 0.0
    is_near = (answer.now - answer.target).total_seconds() / 3600 <= window_h + 24
    if not is_near and all(abs((answer.now - one.start).total_seconds()) <= 24 * 3600 for one in answer.events):
        yield f"{_stamp(answer.target)} was asked for, and {_stamp(answer.events[0].start)} and later came."


LOOKS: dict[Eye, tuple[str, str]] = {
    all_zero: ("A grid is never all zero: the values are probably missing.", "the column, and what stands for missing"),
    idle_mode: ("What is built usually runs.", "the label in MODES, and whether 0 stands for missing"),
    future: ("Nobody has measured what is still to come.", "TIMEZONE, and whether a stamp is the interval's end"),
    above_capacity: ("No plant gives more than is installed.", "the unit, double rows, and the figure in zones.json"),
    unit: ("That is the distance of kW or GW from MW.", "the header's Unit, and the line that builds the event"),
    sign: ("The balance of a zone closes when the signs are right.", "the header's Sign, and sign=-1"),
    unchanging: ("A grid never stands still.", "whether the source repeats its last value, and the row that is read"),
    interval: ("Energy and history are computed from the length.", "resolution_min of @source, and the header's Time"),
    gap: ("What is left out is missing in everybody's history.", "rows that are passed over, and the clock's change"),
    late: ("A value that is out is not read, or the delay is longer.", "the rows at the end, TIMEZONE, and delay_h"),
    all_unknown: ("It is traced with the factor of unknown.", "the labels in MODES"),
    night_sun: ("There is no sun at night.", "TIMEZONE, and whether the hour is counted from 0 or 1"),
    target_ignored: ("Back-filling would store the present again and again.", "how the request uses target_datetime"),
}
"""Why it is suspicious, and where to look."""


def _modes(answer: Answer) -> Iterator[tuple[str, FloatArray]]:
    """The modes of a mix of which something is known, with their MW."""
    if KINDS[answer.kind].event == "Production":
        yield from ((name, row) for name, row in zip(NAMES, answer.values, strict=True) if not np.isnan(row).all())


def _is_night(answer: Answer, event: Event) -> bool:
    """Whether it is night in the whole zone from the event's start to its end."""
    if answer.zone is None:
        return False
    west, south, east, north = answer.zone.bbox
    lon, lat = answer.zone.center or (west, south)
    longitudes, latitudes = np.array([west, lon, east]), np.array([south, lat, north])
    ends = (event.start, event.end or event.start)
    return all((height(at.timestamp(), latitudes, longitudes) < DARK).all() for at in ends)


def _missing(values: FloatArray) -> float:
    """The mean size of what is there; infinity for nothing."""
    there = np.abs(values[~np.isnan(values)])
    return float(there.mean()) if len(there) else math.inf


def _widest(values: FloatArray) -> float:
    return float(values[np.nanargmax(np.abs(values))])


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _count(answer: Answer) -> str:
    return f"{len(answer.events)} events" if len(answer.events) > 1 else "the one event"


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"
