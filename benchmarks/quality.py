"""The quality rules on a simulated month: false alarms while nothing is wrong, and how many injected faults are caught.

    python benchmarks/quality.py [--days 30] [--faults 200] [--minutes 60 5] [--seed 1]

The month is delivered as live sources would: every hour each series comes with its last 72 hours (24 at five minutes),
and what was accepted before is the store. First the clean month is replayed from an empty store. Then each fault is put
alone into one series, and the hours around it are delivered with the clean month before them as the past; once more
as the first answer ever, with nothing stored. Every figure is of events, but for frozen ones: a stretch of 12 hours
counts as caught when its end is suspected. Flows are spoilt where they are at least a fifth of their link's largest:
turned or doubled, a trickle is a trickle.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.kinds import MODES
from core.validation import Ends, Series, judge
from core.validation.series import NAMES, Limits

Array = npt.NDArray[np.float64]
START_S = 1_772_323_200.0  # 2026-03-01
DAY_S, HOUR_S = 86_400, 3600
PAST_S, PAST_VALUES, BALANCE_S = 7 * DAY_S, 700, 6 * HOUR_S
ZONES, CHORDS = 12, ((0, 5), (2, 9), (3, 7), (1, 10), (4, 8))
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
    capacity: Array
    """(zones, quantities) installed."""


def world(days: int, minutes: int, seed: int) -> World:
    """A stand-in grid, the one function to swap for another: loads, weather, plants that follow, a linear network."""
    made = np.random.default_rng(seed)
    count = days * DAY_S // (60 * minutes)
    start_s = START_S + 60.0 * minutes * np.arange(count)
    hour, weekday = start_s / HOUR_S % 24, np.floor(start_s / DAY_S) % 7
    peak = made.uniform(300, 60_000, ZONES)[:, None]
    shape = 0.72 + 0.16 * np.sin((hour - 8) / 24 * 2 * np.pi) + 0.06 * np.sin((hour - 4) / 12 * 2 * np.pi)
    load = peak * (shape - 0.06 * (weekday >= 5)) * (1 + 0.03 * weather(made, ZONES, count, minutes, 8))
    installed = peak * made.uniform(0.3, 1.0, (ZONES, len(NAMES))) * (made.random((ZONES, len(NAMES))) < 0.7)
    mix = weather_made(made, installed, hour, minutes)
    row = {name: at for at, name in enumerate(NAMES)}
    pumped = 0.15 * installed[:, row["hydro_storage"], None] * np.sin((hour - 13) / 24 * 4 * np.pi)
    mix[:, row["hydro_storage"]] = pumped
    rest = load - mix[:, : len(MODES)].sum(axis=1) + pumped
    flexible = [row[name] for name in ("hydro", "gas", "coal", "oil")]
    size = installed[:, flexible].sum()
    share = rest.sum(axis=0) / size
    tilt = 1 + 0.15 * weather(made, ZONES * 4, count, minutes, 12).reshape(ZONES, 4, count)
    mix[:, flexible] = installed[:, flexible, None] * share * np.clip(tilt, 0.2, None)
    assert (rest.sum(axis=0) > 0).all(), "wind and sun exceed the load: take another seed"
    mix[:, flexible] *= rest.sum(axis=0) / mix[:, flexible].sum(axis=(0, 1))
    ends, flow = network(mix[:, : len(MODES)].sum(axis=1) - pumped - load)
    mix[installed == 0] = np.nan
    load = load.copy()
    load[::4] = np.nan
    return World(start_s, noisy(made, mix), noisy(made, load), noisy(made, flow), ends, installed)


def weather_made(made: np.random.Generator, installed: Array, hour: Array, minutes: int) -> Array:
    """(zones, quantities, times) MW of what sun, wind and its own pace make; the rest is 0."""
    count = len(hour)
    mix = np.zeros((ZONES, len(NAMES), len(hour)))
    row = {name: at for at, name in enumerate(NAMES)}
    clouds = np.tanh(weather(made, ZONES, count, minutes, 4))
    sun = np.clip(np.sin((hour - 6) / 12 * np.pi), 0, None) * (0.7 + 0.3 * clouds)
    wind = 1 / (1 + np.exp(-1.3 * weather(made, ZONES, count, minutes, 12)))
    steady = {"nuclear": 0.9, "geothermal": 0.8, "biomass": 0.6, "unknown": 0.3}
    for name, level in steady.items():
        runs = level + 0.02 * weather(made, ZONES, count, minutes, 24)
        mix[:, row[name]] = 0.25 * installed[:, row[name], None] * runs * trips(made, count, minutes)
    mix[:, row["solar"]] = 0.3 * installed[:, row["solar"], None] * sun
    mix[:, row["wind"]] = 0.3 * installed[:, row["wind"], None] * wind
    return mix


def network(export: Array) -> tuple[list[tuple[int, int]], Array]:
    """The links of a ring with chords, and the flows that carry what each zone has to spare."""
    ends = [(at, (at + 1) % ZONES) for at in range(ZONES)] + list(CHORDS)
    incidence = np.zeros((len(ends), ZONES))
    for at, (first, second) in enumerate(ends):
        incidence[at, first], incidence[at, second] = 1, -1
    flow = np.linalg.pinv(incidence.T) @ export
    return ends, flow


def weather(made: np.random.Generator, rows: int, count: int, minutes: int, hours: float) -> Array:
    """Smooth noise of unit size that forgets itself within so many hours."""
    keep = np.exp(-minutes / 60 / hours)
    settle = round(10 * hours * 60 / minutes)
    found = made.standard_normal((rows, settle + count))
    for _ in range(2):  # once is as jagged as a price, twice as smooth as weather
        for at in range(1, settle + count):
            found[:, at] = keep * found[:, at - 1] + (1 - keep) * found[:, at]
    found = found[:, settle:]
    return np.asarray(found / found.std(axis=1, keepdims=True))


def trips(made: np.random.Generator, count: int, minutes: int) -> Array:
    """A third of what runs is lost for some hours, about once a month and zone."""
    lost = np.ones((ZONES, count))
    for zone in range(ZONES):
        for start in made.integers(0, count, made.poisson(1.0)):
            lost[zone, start : start + int(made.integers(6, 48)) * 60 // minutes] = 0.67
    return lost


def noisy(made: np.random.Generator, values: Array) -> Array:
    """As meters say it: half a percent off, in steps of a tenth of a megawatt."""
    return np.asarray(np.round(values * (1 + 0.005 * made.standard_normal(values.shape)), 1))


@dataclass(frozen=True)
class Source:
    """One series of a world, as its source gives it."""

    kind: str
    place: int
    values: Array
    limits: Limits


def sources(found: World) -> list[Source]:
    """Every series. Half of the links have a configured capacity."""
    made = []
    for zone in range(ZONES):
        capacity = found.capacity[zone]
        limits = Limits(np.where(capacity > 0, 1.5 * capacity + 20.0, np.nan), float(capacity.sum()))
        made.append(Source("production", zone, found.mix[zone], limits))
        if not np.isnan(found.load[zone]).all():
            made.append(Source("consumption", zone, found.load[zone][None], limits))
    for link, flow in enumerate(found.flow):
        most = 1.2 * float(np.abs(flow).max())
        made.append(Source("exchange", link, flow[None], Limits(link_mw=(-most, most) if link % 2 else None)))
    return made


class Replay:
    """One source's series while it is delivered."""

    def __init__(self, found: World, source: Source, stored: int = 0) -> None:
        self.found, self.source = found, source
        self.is_accepted = np.arange(len(found.start_s)) < stored
        self.suspected: dict[int, str] = {}
        self.ends = witnesses(found, source.place) if source.kind == "exchange" else None
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
                        self.source.limits, self._ends(start_s[places][is_new]))
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

    def _ends(self, new_s: Array) -> Ends | None:
        if self.ends is None:
            return None
        is_near = (self.ends.hour_s >= new_s[0] - BALANCE_S) & (self.ends.hour_s <= new_s[-1])
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
    for minutes in asked.minutes:
        report(minutes, asked.days, asked.faults, asked.seed)


if __name__ == "__main__":
    main()
