"""Between validation and store: what the quality rules make of a job's events, given what is stored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.config import Config
from core.ingest.hourly import HOUR_S, hourly_pieces
from core.ingest.jobs import Job
from core.kinds import MODES, split_key
from core.schemas import Event
from core.store import Decided, Store, content_digest
from core.store.rows import Row
from core.validation import Checked, Ends, Series, Suspect, is_judged, jsonable, judge, limits_of, values_of
from core.validation.series import BoolArray, FloatArray, total_of

States = Mapping[tuple[int, str], str]
PAST_S = 7 * 24 * HOUR_S
PAST_VALUES = 700
"""Of a series' last week at most so many values, the newest, say what is usual."""
BALANCE_S = 6 * HOUR_S
"""How long before its new events the balances of a flow's ends are looked at."""
WITNESSES = ("scheduledExchangesTotal", "scheduledExchangesDayAhead", "exchangeForecast")
"""What else says how a link flows; the first that is stored is heard."""


def sift(
    config: Config, store: Store | None, job: Job, checked: Checked, decided: Decided | None = None
) -> Checked:
    """The same events, those that a rule suspects among the suspects. Without a store every event is new.

    What is stored as it comes was judged before. What a person has `decided` to release is accepted without judgement,
    what a person has dropped is left out.
    """
    states = (decided or {}).get((job.kind, job.key), {})
    free, released = _sorted_out(checked.events, states)
    accepted, suspects, warnings = _judged(config, store, job, free)
    for one in checked.suspects:
        state = _state(states, one.event)
        if state == "released" or (state is None and _is_stored(store, job, one)):
            released.append(one.event)
        elif state is None:
            suspects.append(one)
    events = sorted([*accepted, *released], key=lambda event: event.start) if released else accepted
    return replace(checked, events=events, suspects=suspects, warnings=[*checked.warnings, *warnings])


def _sorted_out(events: Sequence[Event], states: States) -> tuple[list[Event], list[Event]]:
    """(to be judged, released)."""
    if not states:
        return list(events), []
    by_state = {state: [one for one in events if _state(states, one) == state] for state in (None, "released")}
    return by_state[None], by_state["released"]


def _state(states: States, event: Event) -> str | None:
    """What a person decided on this very content."""
    return states.get((int(event.start.timestamp()), digest_of(event))) if states else None


def digest_of(event: Event) -> str:
    """The fingerprint under which the quarantine knows an event."""
    plain = jsonable(event)
    return content_digest(plain if isinstance(plain, dict) else {"event": plain})


def _is_stored(store: Store | None, job: Job, suspect: Suspect) -> bool:
    """Whether an event that a plugin's rule suspects was accepted as it is before."""
    if store is None:
        return False
    start_s, mark = int(suspect.event.start.timestamp()), digest_of(suspect.event)
    return any(digest_of(one) == mark for one in store.events(job.kind, job.key, start_s, start_s + 1))


def as_row(suspect: Suspect) -> Row:
    """A suspect as the store's quarantine takes it."""
    event = suspect.event
    return {
        "start_s": int(event.start.timestamp()), "end_s": int(event.end.timestamp()) if event.end else None,
        "rule": suspect.rule[:64], "reason": suspect.reason, "figures": json.dumps(dict(suspect.figures)),
        "event": json.dumps(jsonable(event)), "digest": digest_of(event),
    }


def _judged(
    config: Config, store: Store | None, job: Job, events: Sequence[Event]
) -> tuple[list[Event], list[Suspect], list[str]]:
    """(accepted, suspects, warnings) of the series rules."""
    warnings: list[str] = []
    series = _series(config, store, job, events) if events and is_judged(job.kind) else None
    if series is None:
        return list(events), [], warnings
    found = judge(series, warnings)
    by_start = {int(series.start_s[at]): one for at, one in found.items()}
    accepted, suspects = [], []
    for event in events:
        if (one := by_start.get(int(event.start.timestamp()))) is None:
            accepted.append(event)
        else:
            suspects.append(Suspect(event, one.rule, one.reason, one.figures))
    return accepted, suspects, warnings


def _series(config: Config, store: Store | None, job: Job, events: Sequence[Event]) -> Series | None:
    """A batch over what is stored of its series; None if nothing in it is new."""
    start_s = np.array([event.start.timestamp() for event in events])
    values, is_new = values_of(events), np.ones(len(events), dtype=np.bool_)
    past_s, past = np.empty(0), np.empty((len(values), 0))
    replaced = np.full(len(events), np.nan)
    if store is not None:
        first, last = int(start_s[0]), int(start_s[-1])
        _, stored_s, stored = store.series(job.kind, [job.key], first, last + 1)
        is_new = _is_changed(start_s, values, stored_s, stored)
        if not is_new.any():
            return None
        _, before_s, before = store.series(job.kind, [job.key], first - PAST_S, first, PAST_VALUES)
        others = ~np.isin(stored_s, start_s)
        past_s, past = np.r_[before_s, stored_s[others]], np.hstack([before, stored[:, others]])
        replaced = _at_starts(start_s, stored_s, total_of(stored))
    order = np.argsort(np.r_[past_s, start_s], kind="stable")
    series = Series(
        job.kind, job.key, np.r_[past_s, start_s][order], np.hstack([past, values])[:, order],
        np.r_[np.zeros(len(past_s), dtype=np.bool_), is_new][order], limits_of(config, job.key, events[-1].start),
        replaced=np.r_[np.full(len(past_s), np.nan), replaced][order],
    )
    return _with_witnesses(config, store, series) if store and job.kind == "exchange" else series


def _is_changed(
    start_s: FloatArray, values: FloatArray, stored_s: FloatArray, stored: FloatArray
) -> BoolArray:
    """Which events of a batch are not stored with the same values."""
    if not len(stored_s):
        return np.ones(len(start_s), dtype=np.bool_)
    place = np.minimum(np.searchsorted(stored_s, start_s), len(stored_s) - 1)
    same = (stored[:, place] == values) | (np.isnan(stored[:, place]) & np.isnan(values))
    return np.asarray((stored_s[place] != start_s) | ~same.all(axis=0))


def _at_starts(start_s: FloatArray, stored_s: FloatArray, stored_mw: FloatArray) -> FloatArray:
    """What is stored of each start; NaN for nothing."""
    if not len(stored_s):
        return np.full(len(start_s), np.nan)
    place = np.minimum(np.searchsorted(stored_s, start_s), len(stored_s) - 1)
    return np.where(stored_s[place] == start_s, stored_mw[place], np.nan)


def _with_witnesses(config: Config, store: Store, series: Series) -> Series:
    """A flow's series with the balances of its ends and what its schedule says."""
    new_s = series.start_s[series.is_new]
    first_s, end_s = int(new_s[0]) - BALANCE_S, int(new_s[-1] + min(series.interval_s, HOUR_S))
    hours_s = list(range(first_s - first_s % HOUR_S, end_s - HOUR_S + 1, HOUR_S))  # a running hour is nobody's balance
    return replace(series, ends=_ends(config, store, series.key, hours_s), other_mw=_other(config, store, series))


def _ends(config: Config, store: Store, link_key: str, hours_s: Sequence[int]) -> Ends | None:
    """The balances of the ends; None if neither's load is known."""
    zone_keys = [key for key in split_key(link_key) or () if key in config.zones]
    load = _hourly(store, "consumption", zone_keys, hours_s)[0]
    if len(zone_keys) < 2 or np.isnan(load).all():
        return None
    mixes = _hourly(store, "production", zone_keys, hours_s)
    modes, storage = mixes[: len(MODES)], mixes[len(MODES) :]
    rest = np.where(np.isnan(modes).all(axis=0), np.nan, np.nansum(modes, axis=0)) - np.nansum(storage, axis=0)
    others = sorted({key for zone_key in zone_keys for key in config.links_of.get(zone_key, ())} - {link_key})
    flows = _hourly(store, "exchange", others, hours_s)[0]
    for end, zone_key in enumerate(zone_keys):
        for other, flow in zip(others, flows, strict=True):
            if zone_key in config.exchanges[other].zones:
                rest[end] += flow if config.exchanges[other].zones[1] == zone_key else -flow
    return Ends(np.array(hours_s, dtype=np.float64), rest, load)


def _hourly(store: Store, kind: str, keys: Sequence[str], hours_s: Sequence[int]) -> FloatArray:
    """(quantities, keys, hours) means of stored series."""
    row_keys, start_s, values = store.series(kind, keys, hours_s[0], hours_s[-1] + HOUR_S)
    return hourly_pieces(keys, hours_s, row_keys, start_s, np.full(len(start_s), np.nan)).means(values)


def _other(config: Config, store: Store, series: Series) -> FloatArray | None:
    """What the first stored witness of a link says at the series' starts; None if there is none."""
    link = config.exchanges.get(series.key)
    for kind in WITNESSES if link else ():
        if link is None or kind not in link.parsers:
            continue
        first_s, last_s = int(series.start_s[0]), int(series.start_s[-1])
        _, start_s, values = store.series(kind, [series.key], first_s - HOUR_S, last_s + 1)
        if len(start_s):
            mw = values[0] - values[1] if len(values) == 2 else values[0]
            place = np.searchsorted(start_s, series.start_s, side="right") - 1
            is_told = (place >= 0) & (series.start_s - start_s[place] < HOUR_S)
            return np.where(is_told, mw[place], np.nan)
    return None
