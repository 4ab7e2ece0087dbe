"""The quality rules on a simulated month: false alarms while nothing is wrong, and how many injected faults are caught.

    python benchmarks/quality.py [--days 30] [--faults 200] [--minutes 60 5] [--seed 1]

The month is delivered as live sources would: every hour each series comes with its last 72 hours (24 at five minutes),
and what was accepted before is the store. First the clean month is replayed from an empty store. Then each fault is put
alone into one series. An **answer** is spoilt as the sandbox spoils it (core/sandbox/distortions.py): all of it
doubled, turned, frozen for its last six hours or more, or with 2,147,220,000 MW in it; what counts is what would be
stored of it, new or changed. A **slip** is one to three hours wrong (12 if frozen) among right ones, with the clean
month before as the past, and once more as the first answer ever, with nothing stored. Figures are of events, but for
frozen ones: a stretch counts as caught when its end is suspected. Flows are spoilt where they are at least a fifth of
their link's largest: turned or doubled, a trickle is a trickle.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core import times
from core.config import Config
from core.config import load as load_config
from core.fields import MAX_FLOW_MW, MAX_POWER_MW
from core.kinds import MODES
from core.plugins import is_written
from core.sandbox.faults import VALUES
from core.sandbox.grid import Grid
from core.sandbox.steps import Steps
from core.validation import Ends, Series, judge, limits_of
from core.validation.series import Limits, total_of

Array = npt.NDArray[np.float64]
START_S = 1_772_323_200.0  # 2026-03-01
DAY_S, HOUR_S = 86_400, 3600
PAST_S, PAST_VALUES, BALANCE_S = 7 * DAY_S, 700, 6 * HOUR_S
WHOLE_MW = 100.0
"""Zones with more installed than this publish whole MW, smaller ones tenths."""
FROZEN_H = 6
"""A stretch is frozen when it lasts so long; before that nobody can tell."""
FEWEST_DAYS = 10
FAULTS = ("absurd", "doubled", "sign", "frozen", "vanished")


@dataclass
class World:
    """What sources would say of a grid: MW by zone or link and interval."""

    start_s: Array
    mix: Array
    """(zones, quantities, times) as in core.validation.series.NAMES; NaN for what a zone has not."""
    load: Array
    """(zones, times); NaN for zones that publish none."""
    flow: Array
    """(links, times)"""
    ends: list[tuple[int, int]]
    """Of each link the zones it comes from and goes to."""
    zones: tuple[str, ...]
    links: tuple[str, ...]
    config: Config


def world(days: int, minutes: int, seed: int) -> World:
    """The sandbox's grid as the sources of all written parsers publish it: rounded; what nobody says is not known."""
    config = load_config()
    grid = Grid(config, seed)
    start_s = START_S + 60.0 * minutes * np.arange(days * DAY_S // (60 * minutes))
    parts = [grid.at(part) for part in np.array_split(start_s, days)]
    mix = np.concatenate([np.concatenate([part.production_mw, part.charge_mw]) for part in parts], axis=2)
    load, flow = (np.concatenate([getattr(part, name) for part in parts], axis=1) for name in ("load_mw", "flow_mw"))
    is_told = {kind: served(config, kind) for kind in ("production", "consumption", "exchange")}
    installed = np.concatenate([grid.plants.installed_mw, grid.plants.stores_mw]).T
    mix = np.where(installed[:, :, None] > 0, np.swapaxes(mix, 0, 1), np.nan)
    mix[[key not in is_told["production"] for key in grid.network.zones]] = np.nan
    load[[key not in is_told["consumption"] for key in grid.network.zones]] = np.nan
    flow[[key not in is_told["exchange"] for key in grid.network.links]] = np.nan
    ends = list(zip(grid.network.first.tolist(), grid.network.second.tolist(), strict=True))
    digits = np.where(installed.sum(axis=1) > WHOLE_MW, 0, 1)
    return World(
        start_s, rounded(mix, digits[:, None, None]), rounded(load, digits[:, None]), np.round(flow), ends,
        grid.network.zones, grid.network.links, config)


def served(config: Config, kind: str) -> set[str]:
    """The zones or exchanges for which a parser of this kind is written."""
    places = {**config.zones, **config.exchanges}
    return {
        key for key, place in places.items()
        if any(is_written(reference.partition(".")[0]) for reference in place.parsers.get(kind, ()))
    }


def rounded(values: Array, digits: npt.NDArray[np.int_]) -> Array:
    return np.asarray(np.round(values * 10.0**digits) / 10.0**digits)


@dataclass(frozen=True)
class Source:
    """One series of a world, as its source gives it."""

    kind: str
    place: int
    values: Array
    limits: Limits


def sources(found: World) -> list[Source]:
    """Every series that somebody publishes and that ever holds anything."""
    at = times.epoch(START_S)
    kinds = (("production", found.zones, found.mix), ("consumption", found.zones, found.load[:, None]),
             ("exchange", found.links, found.flow[:, None]))
    return [
        Source(kind, place, values[place], limits_of(found.config, key, at))
        for kind, keys, values in kinds for place, key in enumerate(keys) if np.nan_to_num(values[place]).any()
    ]


class Replay:
    """One source's series while it is delivered."""

    def __init__(self, found: World, source: Source, stored: int = 0) -> None:
        self.found, self.source = found, source
        self.is_accepted = np.arange(len(found.start_s)) < stored
        self.suspected: dict[int, str] = {}
        self.ends = witnesses(found, source.place) if source.kind == "exchange" else None
        self.stored: Array | None = None
        """Totals that are stored of all times, where an answer changes them."""
        self.is_changed = np.zeros(len(found.start_s), dtype=np.bool_)
        self.judged = 0
        self.seconds = 0.0

    def deliver(self, first: int, end: int) -> None:
        """Judge what is not accepted among the intervals [first, end), as a cycle does."""
        start_s = self.found.start_s
        past = np.flatnonzero(self.is_accepted[:first] & (start_s[:first] >= start_s[first] - PAST_S))[-PAST_VALUES:]
        places = np.r_[past, first:end]
        is_new = ~self.is_accepted[places]
        if not is_new.any():
            return
        began = time.process_time()
        kind = self.source.kind
        series = Series(kind, str(self.source.place), start_s[places], self.source.values[:, places], is_new,
                        self.source.limits, self._ends(start_s[places][is_new]), replaced=self._replaced(places))
        warnings: list[str] = []
        by_place = {int(places[at]): one.rule for at, one in judge(series, warnings).items()}
        assert not warnings, warnings
        self.seconds += time.process_time() - began
        self.judged += int(is_new.sum())
        for at in places[is_new].tolist():
            if at in by_place:
                self.suspected.setdefault(at, by_place[at])
            else:
                self.is_accepted[at] = True

    def _replaced(self, places: npt.NDArray[np.intp]) -> Array | None:
        """What is stored of what comes changed."""
        return None if self.stored is None else np.where(self.is_changed[places], self.stored[places], np.nan)

    def _ends(self, new_s: Array) -> Ends | None:
        if self.ends is None:
            return None
        step_s = self.found.start_s[1] - self.found.start_s[0]
        is_near = (self.ends.hour_s >= new_s[0] - BALANCE_S) & (self.ends.hour_s + HOUR_S <= new_s[-1] + step_s)
        return Ends(self.ends.hour_s[is_near], self.ends.rest_mw[:, is_near], self.ends.load_mw[:, is_near])


def witnesses(found: World, link: int) -> Ends:
    """The balances of a link's ends without it, by hour."""
    rest = []
    for zone in found.ends[link]:
        made = np.nansum(found.mix[zone, : len(MODES)], axis=0) - np.nansum(found.mix[zone, len(MODES) :], axis=0)
        for other, (first, second) in enumerate(found.ends):
            if other != link and zone in (first, second):
                made = made + (found.flow[other] if zone == second else -found.flow[other])
        rest.append(made)
    load = found.load[list(found.ends[link])]
    per_hour = int(HOUR_S / (found.start_s[1] - found.start_s[0]))
    hours = [one.reshape(2, -1, per_hour).mean(axis=2) for one in (np.stack(rest), load)]
    return Ends(found.start_s[::per_hour], *hours)


def clean(found: World, window: int, per_hour: int) -> tuple[int, Counter[str], float]:
    """(events, suspected by rule, microseconds per judged event) of the month as it is."""
    by_rule: Counter[str] = Counter()
    events, seconds, judged = 0, 0.0, 0
    for source in sources(found):
        replay = Replay(found, source)
        for end in range(per_hour, len(found.start_s) + 1, per_hour):
            replay.deliver(max(0, end - window), end)
        by_rule.update(f"{source.kind} {rule}" for rule in replay.suspected.values())
        events, judged, seconds = events + len(found.start_s), judged + replay.judged, seconds + replay.seconds
    return events, by_rule, 1e6 * seconds / judged


def first_answers(found: World, window: int) -> float:
    """Microseconds per event to judge what an empty store gets from every source at first."""
    replays = [Replay(found, source) for source in sources(found)]
    for replay in replays:
        replay.deliver(0, window)
    return 1e6 * sum(replay.seconds for replay in replays) / sum(replay.judged for replay in replays)


@dataclass(frozen=True)
class Fault:
    source: Source
    """Spoilt."""
    first: int
    end: int


def faults(found: World, sort: str, count: int, per_hour: int, made: np.random.Generator) -> Iterator[Fault]:
    """Faults of one sort, each in a series of its own."""
    every, last = sources(found), len(found.start_s)
    while count:
        source = every[made.integers(len(every))]
        first = int(made.integers(8 * 24 * per_hour, last - 24 * per_hour))
        length = 12 * per_hour if sort == "frozen" else int(made.integers(1, 3 * per_hour + 1))
        values = source.values.copy()
        if spoil(sort, source, values, slice(first, first + length), made):
            count -= 1
            yield Fault(replace(source, values=values), first, first + length)


def spoil(sort: str, source: Source, values: Array, span: slice, made: np.random.Generator) -> bool:
    """Put a fault into the values; False where this series cannot have it there."""
    is_flow, is_mix = source.kind == "exchange", source.kind == "production"
    total = np.nansum(values[: len(MODES)], axis=0)
    size = np.quantile(np.abs(total), 0.99)
    if is_flow and np.abs(values[0, span]).min() < 0.2 * size and sort != "frozen":
        return False
    if sort == "sign" and is_flow:
        values[:, span] *= -1
        return True
    if sort == "doubled":
        values[:, span] *= 2
        return True
    if sort == "frozen":
        values[:, span] = values[:, [span.start]]
        return bool(np.nan_to_num(values[:, span.start]).any())
    if sort == "absurd":
        large = np.flatnonzero(np.nan_to_num(values[: len(MODES), span.start]) >= 0.05 * total[span.start])
        row = int(made.choice(large)) if is_mix else 0
        values[row, span] *= 1000 if made.random() < 0.5 else 10 * size / np.abs(values[row, span]).max()
        return True
    if sort == "vanished" and is_mix:
        shares = np.quantile(np.nan_to_num(values[: len(MODES)]) / np.fmax(total, 1e-9), 0.02, axis=1)
        rows = np.flatnonzero((shares >= 0.06) & (shares < 0.9))
        if len(rows):
            values[made.choice(rows), span] = np.nan if made.random() < 0.5 else 0.0
        return bool(len(rows))
    return False


def caught(
    found: World, fault: Fault, window: int, per_hour: int, sort: str, stored: int
) -> tuple[int, int, Counter[str]]:
    """(caught, faulty, by rule) once the fault was delivered hour by hour, or at once if nothing is stored."""
    replay = Replay(found, fault.source, stored)
    end = fault.end + (12 * per_hour if not stored else 0)
    if not stored:
        replay.deliver(end - window, end)
    for at in range(fault.first + per_hour, end + per_hour, per_hour) if stored else ():
        replay.deliver(at - window, min(at, end))
    places = [fault.end - 1] if sort == "frozen" else range(fault.first, fault.end)
    found_at = [at for at in places if not replay.is_accepted[at]]
    return len(found_at), len(places), Counter(replay.suspected[at] for at in found_at)


def spoilt_answers(
    found: World, name: str, count: int, window: int, per_hour: int, made: np.random.Generator
) -> tuple[int, int, Counter[str]]:
    """(caught, faulty, by rule) of whole answers that the sandbox's own fault spoils, the clean ones before stored."""
    every, totals, by_rule = sources(found), [0, 0], Counter[str]()
    while count:
        source = every[made.integers(len(every))]
        end = int(made.integers(8 * 24 * per_hour, len(found.start_s)))
        span = slice(end - window, end)
        if not is_large(source, span):
            continue
        count -= 1
        steps = Steps(int(found.start_s[span.start]), int(found.start_s[1] - found.start_s[0]), window)
        part = float(made.uniform(0, 1 - FROZEN_H * per_hour / window)) if name == "frozen" else float(made.random())
        distortion = VALUES[name](part)
        values = source.values.copy()
        values[:, span] = distortion.values(values[:, span], steps, times.epoch(found.start_s[end - 1]))
        places = np.arange(span.start, span.stop)
        is_wrong = (np.nan_to_num(values[:, span]) != np.nan_to_num(source.values[:, span])).any(axis=0)
        values, is_refused = as_read(source.kind, values, places)
        replay = Replay(found, replace(source, values=values), end - per_hour)
        replay.stored, replay.is_changed[places[: -per_hour]] = total_of(source.values), is_wrong[: -per_hour]
        replay.is_accepted[places[is_wrong]] = False
        replay.deliver(span.start, span.stop)
        wrong = [at for at in places[is_wrong].tolist() if name != "frozen" or at == span.stop - 1]
        missed = [at for at in wrong if replay.is_accepted[at] and not is_refused[at - span.start]]
        totals[0], totals[1] = totals[0] + len(wrong) - len(missed), totals[1] + len(wrong)
        by_rule.update(f"{source.kind} {replay.suspected.get(at, 'refused')}" for at in set(wrong) - set(missed))
        by_rule.update(f"{source.kind} MISSED" for at in missed)
    return totals[0], totals[1], by_rule


def is_large(source: Source, span: slice) -> bool:
    """Whether there is something to spoil: a flow at least a fifth of its link's largest throughout, or any power."""
    total = np.nan_to_num(total_of(source.values))
    if source.kind == "exchange":
        return bool(np.abs(total[span]).min() >= 0.2 * np.quantile(np.abs(total), 0.99) > 0)
    return bool(total[span].min() > 0)


def as_read(kind: str, values: Array, places: npt.NDArray[np.intp]) -> tuple[Array, npt.NDArray[np.bool_]]:
    """The values as the schema leaves them, and which of these places it refuses: negative modes are missing."""
    total = np.abs(total_of(values[:, places]))
    is_refused = total > (MAX_FLOW_MW if kind == "exchange" else MAX_POWER_MW)
    if kind == "consumption":
        is_refused |= values[0, places] <= 0
    if kind == "production":
        values[: len(MODES)] = np.where(values[: len(MODES)] < 0, np.nan, values[: len(MODES)])
    return values, is_refused


def report(minutes: int, days: int, count: int, seed: int) -> None:
    """One resolution: the clean month, then the faults."""
    found, per_hour = world(days, minutes, seed), 60 // minutes
    window = (72 if minutes == 60 else 24) * per_hour
    events, false, micros = clean(found, window, per_hour)
    print(f"\nEvery {minutes} min, {days} days, {len(sources(found))} series, a delivery per hour")
    print(f"  clean: {sum(false.values())} of {events} events suspected, {sum(false.values()) / events:.4%}; "
          f"{micros:.0f} microseconds per judged event, {first_answers(found, window):.1f} in first answers")
    for rule, number in false.most_common():
        print(f"    false by {rule}: {number}")
    for name in ("absurd", "doubled", "negative", "frozen"):
        made = np.random.default_rng([seed, len(name)])
        good, all_, rules = spoilt_answers(found, name, count, window, per_hour, made)
        told = ", ".join(f"{rule} {number}" for rule, number in rules.most_common())
        print(f"  answers: {name:9} caught {good} of {all_}, {good / all_:.1%} ({told})")
    for name, is_stored in (("with a past", True), ("first answer ever", False)):
        for sort in FAULTS:
            made, by_rule = np.random.default_rng([seed, FAULTS.index(sort)]), Counter[str]()
            totals = np.zeros(2, dtype=int)
            for fault in faults(found, sort, count, per_hour, made):
                *numbers, rules = caught(found, fault, window, per_hour, sort, fault.first if is_stored else 0)
                totals += numbers
                by_rule.update({f"{fault.source.kind} {rule}": n for rule, n in rules.items()})
            told = ", ".join(f"{rule} {number}" for rule, number in by_rule.most_common())
            print(f"  {name}: {sort:9} caught {totals[0]} of {totals[1]}, {totals[0] / totals[1]:.1%} ({told})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--minutes", type=int, nargs="+", default=[60, 5])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.days < FEWEST_DAYS:
        parser.error(f"--days must be at least {FEWEST_DAYS}: the first ones are the past of every fault.")
    for minutes in asked.minutes:
        report(minutes, asked.days, asked.faults, asked.seed)


if __name__ == "__main__":
    main()
