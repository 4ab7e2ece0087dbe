"""What is told of the series' states, and when: decided after each cycle from what is open.

A series is in trouble while it is failing, suspect or stale. In the `after`-th cycle in a row it becomes part of an
incident, which is told; when it has been well for CALM_S, that is told, and the incident is over with its last series.
Between the two nothing is told, but a reminder where one is asked for. So a source that fails and recovers in turns
within the hour is one incident.

Series of one parser and state that are in trouble together are one incident; others join it in silence: within JOIN_S
those that fail for the same reason, as slow kinds are asked once an hour only, within LAG_S those that are stale or
suspect too. Where most of the parsers asked fail at once,
that is one incident of all of them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.health.series import FAILING, OK, TROUBLED, Place, SeriesHealth
from core.store.reports import Book, Incident, Trouble
from core.store.rows import Row

CALM_S = 3600
"""How long a series has been well when that is told."""
JOIN_S = 65 * 60
"""The poll interval of slow kinds, and a cycle: how long after the first other series fail with it."""
LAG_S = 6 * 3600
"""How long after the first other series are found stale or suspect with it: delays differ, and so do quality rules."""
RECENT_S = 10 * 60
"""Who was asked so long ago counts where parsers that fail at once are counted."""
MOST_PARSERS, LEAST_PARSERS = 0.5, 3
"""That part of the parsers asked fails at once, and so many at least: then it is hardly the sources."""
EVERYBODY = ""
"""The parser of an incident of most of them."""
STORE = "store"
"""The state of an item that is about the store itself."""
FAILED, RECOVERED, REMINDER = "failed", "recovered", "reminder"
NOTHING_SAME = re.compile(r"\d+|\b[A-Z]{2}(?:-[A-Z0-9]+)*(?:->[A-Z0-9-]+)?\b")
"""What differs in a message from one series and cycle to another: numbers and keys."""


@dataclass(frozen=True)
class Policy:
    """When people are told."""

    after: int = 3
    """In which bad cycle in a row."""
    remind_h: float | None = None
    """Again after so many hours while it lasts; None for never."""


class Decision:
    """What one cycle changes in the book."""

    def __init__(self, book: Book, series: Sequence[SeriesHealth], now_s: int, origin: str, policy: Policy) -> None:
        self._book, self._now_s, self._origin, self._policy = book, now_s, origin, policy
        self._series = {(one.kind, one.key): one for one in series}
        self._is_outage = is_outage(series, now_s)

    def make(self) -> None:
        """Note how each series is, then say what is over, what is new, and what lasts."""
        for place in self._book.troubles.keys() - self._series.keys():
            del self._book.troubles[place]  # nothing names it any more
        for place, one in self._series.items():
            self._note(place, one)
        for incident in list(self._book.incidents):
            self._close(incident)
        self._open()
        self._remind()

    def _note(self, place: Place, one: SeriesHealth) -> None:
        trouble = self._book.troubles.get(place)
        if one.state not in TROUBLED:
            if trouble is not None and trouble.incident_id is None:
                del self._book.troubles[place]
            elif trouble is not None and trouble.well_since_s is None:
                trouble.well_since_s = self._now_s
            return
        asked_s, since_s = one.asked_s or self._now_s, one.since_s or self._now_s
        if trouble is None:
            trouble = Trouble(*place, one.parser, one.state, one.reason, since_s, 0, 0)
            self._book.troubles[place] = trouble
        trouble.cycles += asked_s > trouble.counted_s
        trouble.counted_s = max(asked_s, trouble.counted_s)
        trouble.parser, trouble.state, trouble.reason, trouble.well_since_s = one.parser, one.state, one.reason, None

    def _close(self, incident: Incident) -> None:
        """Say what of an incident is well again, once the first of it has been for long enough."""
        own = self._of(incident)
        well = [one for one in own if one.well_since_s is not None]
        is_calm = any(one.well_since_s <= self._now_s - CALM_S for one in well if one.well_since_s is not None)
        if own and not (is_calm and (incident.parser or 2 * len(well) >= len(own))):
            return
        for one in well:
            del self._book.troubles[one.kind, one.key]
        rest = [one for one in own if one.well_since_s is None]
        if not incident.parser:  # what still fails does so for reasons of its own
            for one in rest:
                one.incident_id = None
        if not rest or not incident.parser:
            incident.closed_s = self._now_s
        if well:
            since_s = min(one.well_since_s or 0 for one in well)
            self._tell(RECOVERED, incident, well, over_s=since_s)

    def _open(self) -> None:
        pending = [one for one in self._book.troubles.values() if one.incident_id is None]
        ripe = [one for one in pending if self._is_ripe(one)]
        if self._is_outage:
            self._join_outage(ripe, [one for one in pending if one.state == FAILING])
        groups: dict[tuple[str, str], list[Trouble]] = defaultdict(list)
        for one in ripe:
            if one.incident_id is None and not self._has_joined(one):
                groups[one.parser, one.state].append(one)
        for (parser, state), found in groups.items():
            # What began with them will not be told by itself a cycle later.
            same = {likeness(one.reason) for one in found}
            young = [one for one in pending if (one.parser, one.state) == (parser, state) and one.incident_id is None
                     and one not in found and likeness(one.reason) in same]
            self._begin(parser, [*found, *young])

    def _join_outage(self, ripe: Sequence[Trouble], failing: Sequence[Trouble]) -> None:
        """Make all that fails one incident; what begins to fail later is part of it in silence."""
        outage = next((one for one in self._open_incidents() if one.parser == EVERYBODY), None)
        if outage is not None:
            for one in failing:
                one.incident_id = outage.id
            outage.series = sorted({*outage.series, *(one.series for one in failing)})
        elif any(one.state == FAILING for one in ripe):
            self._begin(EVERYBODY, failing)

    def _is_ripe(self, one: Trouble) -> bool:
        streak = self._series[one.kind, one.key].streak
        return max(one.cycles, streak) >= self._policy.after

    def _has_joined(self, one: Trouble) -> bool:
        """Whether the trouble is another part of what was told within the hour."""
        for incident in self._open_incidents():
            if (incident.parser, incident.state) != (one.parser, one.state):
                continue
            alike = {likeness(other.reason) for other in self._of(incident)}
            age_s, is_alike = self._now_s - incident.opened_s, likeness(one.reason) in alike
            if (age_s <= JOIN_S and is_alike) or (age_s <= LAG_S and one.state != FAILING):
                one.incident_id = incident.id
                incident.series = sorted({*incident.series, one.series})
                return True
        return False

    def _begin(self, parser: str, found: Sequence[Trouble]) -> Incident:
        reason = Counter(one.reason for one in found).most_common(1)[0][0]
        incident = self._book.open(Incident(
            parser, found[0].state, reason, self._origin, sorted(one.series for one in found),
            min(one.since_s for one in found), self._now_s, self._now_s))
        for one in found:
            one.incident_id = incident.id
        self._tell(FAILED, incident, found)
        return incident

    def _remind(self) -> None:
        if self._policy.remind_h is None:
            return
        for incident in self._open_incidents():
            bad = [one for one in self._of(incident) if one.well_since_s is None]
            if bad and self._now_s - incident.told_s >= 3600 * self._policy.remind_h:
                incident.told_s = self._now_s
                self._tell(REMINDER, incident, bad)

    def _open_incidents(self) -> Iterable[Incident]:
        return [one for one in self._book.incidents if one.closed_s is None]

    def _of(self, incident: Incident) -> list[Trouble]:
        return [one for one in self._book.troubles.values() if one.incident_id == incident.id]

    def _tell(
        self, change: str, incident: Incident, found: Sequence[Trouble], over_s: int | None = None
    ) -> None:
        of_parser = [one for one in self._series.values() if one.parser == incident.parser or not incident.parser]
        are_well = {one.name for one in of_parser if one.state == OK}
        item: Row = {
            "change": change, "incident": incident.id, "parser": incident.parser or None, "state": incident.state,
            "since_s": incident.since_s, "over_s": over_s, "reason": incident.reason,
            "series": sorted(one.series for one in found), "of": len(of_parser),
            "parsers": sorted({one.parser for one in found}),
        }
        item["is_asked"] = change != RECOVERED or are_well.issuperset(item["series"])
        self._book.items.append(item)


def likeness(reason: str) -> str:
    """A reason without what differs from one series and cycle to another."""
    return NOTHING_SAME.sub("…", reason)


def is_outage(series: Sequence[SeriesHealth], now_s: int) -> bool:
    """Whether most parsers that were asked just now fail in most of their series."""
    asked: dict[str, list[bool]] = defaultdict(list)
    for one in series:
        if one.asked_s is not None and one.asked_s >= now_s - RECENT_S and one.state in (OK, *TROUBLED):
            asked[one.parser].append(one.state == FAILING)
    failing = sum(2 * sum(found) > len(found) for found in asked.values())
    return failing >= max(LEAST_PARSERS, MOST_PARSERS * len(asked))


