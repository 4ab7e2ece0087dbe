"""What a parser has just said beside what is stored, what others say of the same border, and the zone's balance.

Values of different intervals meet as means over hours: `by_hour` makes them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from core import times
from core.ingest.hourly import HOUR_S, hourly_pieces
from core.kinds import MODES
from core.schemas import Event, Production
from core.validation import Balance, values_of
from core.validation.series import NAMES, FloatArray, total_of

NOTHING_MW = 0.05
"""Less is a rounding."""


class Difference(NamedTuple):
    """One quantity of one interval: what we say and what is stored; None where it is not there."""

    start: datetime
    name: str
    ours: float | None
    stored: float | None

    @property
    def difference(self) -> float | None:
        return None if self.ours is None or self.stored is None else self.ours - self.stored

    @property
    def is_one(self) -> bool:
        """Whether the two do not say the same."""
        return self.difference is None or abs(self.difference) > NOTHING_MW


def against_stored(events: Sequence[Event], stored: Sequence[Event]) -> list[Difference]:
    """Every quantity of either, by start; the events are of a kind whose values are numbers."""
    ours, theirs = _by_start(events), _by_start(stored)
    return [
        Difference(start, name, ours.get(start, {}).get(name), theirs.get(start, {}).get(name))
        for start in sorted({*ours, *theirs}) for name in dict.fromkeys([*ours.get(start, {}), *theirs.get(start, {})])
    ]


def _by_start(events: Sequence[Event]) -> dict[datetime, dict[str, float]]:
    return {event.start: _named(event) for event in events}


def _named(event: Event) -> dict[str, float]:
    """What an event says, by name, without what is missing."""
    values = values_of([event])[:, 0]
    names = NAMES if isinstance(event, Production) else ("value",)
    return {name: float(value) for name, value in zip(names, values, strict=True) if not np.isnan(value)}


def by_hour(events: Sequence[Event], hours_s: Sequence[int]) -> FloatArray:
    """(quantities, hours) means; NaN where nothing is said."""
    start_s = np.array([event.start.timestamp() for event in events])
    end_s = np.array([event.end.timestamp() if event.end else np.nan for event in events])
    keys = np.full(len(events), "", dtype=object)
    return hourly_pieces([""], hours_s, keys, start_s, end_s).means(values_of(events))[:, 0]


def hours_of(events: Sequence[Event]) -> list[int]:
    """The hours in which events begin, as Unix seconds, rising."""
    return sorted({int(event.start.timestamp()) // HOUR_S * HOUR_S for event in events})


def views(by_source: Mapping[str, Sequence[Event]]) -> tuple[list[datetime], dict[str, FloatArray]]:
    """(hours, what each source says of a flow in each of them) of the hours of which at least one says anything."""
    hours_s = sorted({hour for events in by_source.values() for hour in hours_of(events)})
    found = {name: by_hour(events, hours_s)[0] for name, events in by_source.items() if events}
    return [times.epoch(hour) for hour in hours_s], found


def balance(
    zone_key: str, hours_s: Sequence[int], production: Sequence[Event], consumption: Sequence[Event],
    flows: Mapping[str, Sequence[Event]], own_flow: str | None = None,
) -> Balance:
    """The hourly balance of a zone, NaN where a term is not known; `own_flow` names the flow that is looked at."""
    nothing = np.full(len(hours_s), np.nan)
    mix = by_hour(production, hours_s) if production else None
    into = {key: _into(zone_key, key, events, hours_s) for key, events in flows.items()}
    return Balance(
        zone_key,
        nothing if mix is None else total_of(mix),
        nothing if mix is None else np.nansum(mix[len(MODES) :], axis=0),
        np.sum(list(into.values()), axis=0) if into else np.zeros(len(hours_s)),
        by_hour(consumption, hours_s)[0] if consumption else nothing,
        into[own_flow] if own_flow else nothing,
    )


def _into(zone_key: str, key: str, events: Sequence[Event], hours_s: Sequence[int]) -> FloatArray:
    """What a link brings into one of its ends, by hour."""
    flow = by_hour(events, hours_s)[0] if events else np.full(len(hours_s), np.nan)
    return np.asarray(flow if key.endswith(f"->{zone_key}") else -flow)
