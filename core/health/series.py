"""The state of each series, from the record of its last job and what its parser declares.

    ok           its last job went well, and its data are as new as its parser declares
    failing      its last job failed, or had no answer in time
    suspect      at least half of its last answer was refused or suspected, or what is newest waits in quarantine while
                 accepted data are late
    stale        its source answers, and brings nothing as new as its parser declares
    skipped      a credential or an optional dependency is missing, or the parser
    dead         its parser declares that the source no longer answers
    never asked  no job of it is recorded

Data are late when more than the declared delay, one more interval and the slack have passed since the end of the newest
interval, as of the last job: a runner that stands still makes no source stale. The slack is an hour, or half the
declared delay if that is more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import times
from core.config import Config
from core.declare import Declaration, declaration
from core.errors import PluginError
from core.ingest.jobs import BAD, MEASURED_KINDS, plan
from core.kinds import KINDS
from core.plugins import Manager
from core.recording import scrub
from core.store import Store
from core.store.health import judged_since, newest_waiting, series_standing
from core.store.rows import Row

OK, FAILING, SUSPECT, STALE, SKIPPED, DEAD, NEVER = (
    "ok", "failing", "suspect", "stale", "skipped", "dead", "never asked")
STATES = (FAILING, SUSPECT, STALE, OK, SKIPPED, DEAD, NEVER)
"""The worst first."""
TROUBLED = (FAILING, SUSPECT, STALE)
"""What people are told of."""
FINE = OK, "", None
DOUBTED = ("suspect", "refused")
"""Outcomes of an answer of which nothing is believed."""
SLACK_H, SLACK_PART = 1.0, 0.5
"""What data may be late: so many hours, or that part of the declared delay."""
USUAL_MIN, USUAL_DELAY_H = 60, 1.0
"""Of a source that declares nothing."""
MUCH = 0.5
"""The part of an answer from which on a series counts as suspect."""
DAY_S = 24 * 3600
WAITING_S = 7 * DAY_S
"""How old an interval in quarantine may be to say something of the present."""
NOT_REGULAR = ("LocationalPrice", "GridAlert", "IntradayStatistics")
"""Events that need not come at all."""

Place = tuple[str, str]
"""Kind and key."""


@dataclass(frozen=True)
class SeriesHealth:
    """One series. Moments are Unix seconds, None where there is none."""

    kind: str
    key: str
    reference: str
    """The function that served it last, or is to."""
    state: str
    reason: str
    """Why it is not ok; empty if it is."""
    since_s: int | None
    """Since when it has not been ok."""
    asked_s: int | None
    good_s: int | None
    """When a job of it last went well."""
    newest_s: int | None
    """When the newest accepted interval began."""
    due_s: int | None
    """When the one after it should have been there, the slack not counted."""
    streak: int
    """How many jobs in a row have ended badly."""
    outcome: str | None
    """Of its last job."""
    share: float | None
    """Which part of its events of 24 hours was refused or suspected; None without events."""
    warning: str = ""
    """What its last job said although it went well."""

    @property
    def parser(self) -> str:
        """The module of `parsers/`."""
        return self.reference.partition(".")[0]

    @property
    def name(self) -> str:
        return f"{self.kind} {self.key}"

    def age_s(self, now_s: int) -> int | None:
        """Since the newest accepted interval began."""
        return None if self.newest_s is None else now_s - self.newest_s

    def overdue_s(self, now_s: int) -> int | None:
        """Since the interval after the newest should have been there; 0 if it is not due yet."""
        return None if self.due_s is None else max(0, now_s - self.due_s)


def series_health(config: Config, plugins: Manager, store: Store) -> list[SeriesHealth]:
    """The health of every configured series, in the order in which they are asked."""
    now_s = int(times.now().timestamp())
    rows = {(row["kind"], row["key"]): row for row in series_standing(store)}
    judged, waiting = judged_since(store, now_s - DAY_S), newest_waiting(store, now_s - WAITING_S)
    found = []
    for job in plan(config):
        place = job.kind, job.key
        row = rows.get(place)
        reference = row["parser"] if row and row["parser"] else job.parser
        found.append(_judge(place, reference, facts_of(plugins, reference), row, judged.get(place), waiting.get(place)))
    return found


def facts_of(plugins: Manager, reference: str) -> Declaration | None:
    """What a function declares; None for one that cannot be loaded."""
    try:
        return declaration(plugins.function(reference))
    except PluginError:
        return None


def _judge(
    place: Place, reference: str, facts: Declaration | None, row: Row | None, judged: tuple[int, int] | None,
    waiting: Row | None,
) -> SeriesHealth:
    newest_s = row["brought_s"] if row else None
    due_s = _due_s(newest_s, facts)
    state, reason, since_s = _state(place, facts, row, due_s, waiting)
    share = judged[1] / sum(judged) if judged and sum(judged) else None
    return SeriesHealth(
        *place, reference, state, without_secrets(reason), since_s, row["started_s"] if row else None,
        row["good_s"] if row else None, newest_s, due_s, row["streak"] if row and row["outcome"] in BAD else 0,
        row["outcome"] if row else None, share, without_secrets(row["message"]) if row and state == OK else "")


def without_secrets(message: str | None) -> str:
    """A message that anybody may read; most are empty, and to look for secrets takes a while."""
    return scrub(message) if message else ""


def _due_s(newest_s: int | None, facts: Declaration | None) -> int | None:
    if newest_s is None:
        return None
    interval_min = (facts.resolution_min if facts else None) or USUAL_MIN
    delay_h = facts.delay_h if facts else USUAL_DELAY_H
    return newest_s + 2 * 60 * interval_min + round(3600 * delay_h)


def slack_s(facts: Declaration | None) -> float:
    """How late data may be before the series is stale."""
    return 3600 * max(SLACK_H, SLACK_PART * (facts.delay_h if facts else USUAL_DELAY_H))


def _state(
    place: Place, facts: Declaration | None, row: Row | None, due_s: int | None, waiting: Row | None
) -> tuple[str, str, int | None]:
    """The state, why, and since when."""
    if facts and facts.dead:
        return DEAD, f"The source is dead: {facts.dead}.", None
    if row is None:
        return NEVER, "It has not been asked yet.", None
    message = row["message"] or f"Its last job ended as {row['outcome']}."
    if row["outcome"] == "skipped":
        return SKIPPED, message, row["started_s"]
    if row["outcome"] in BAD:
        return SUSPECT if row["outcome"] in DOUBTED else FAILING, message, row["bad_since_s"]
    held, events = row["refused"] + row["suspect"], row["accepted"] + row["refused"] + row["suspect"]
    if held and held >= MUCH * events:
        return SUSPECT, f"{held} of {events} events of its last answer were refused or suspected.", row["started_s"]
    return _lateness(place, facts, row, due_s, waiting)


def _lateness(
    place: Place, facts: Declaration | None, row: Row, due_s: int | None, waiting: Row | None
) -> tuple[str, str, int | None]:
    if KINDS[place[0]].event in NOT_REGULAR:
        return FINE
    if due_s is None:
        is_missed = place[0] in MEASURED_KINDS  # some zones have no forecast of some kinds
        return (STALE, "Its source answers, and has brought nothing so far.", row["started_s"]) if is_missed else FINE
    if row["started_s"] <= due_s + slack_s(facts):
        return FINE
    since = f"since the interval that began at {times.epoch(row['brought_s']):%Y-%m-%d %H:%MZ}"
    if waiting is not None and waiting["start_s"] > row["brought_s"]:
        reason = f"All that came {since} waits in quarantine (rule {waiting['rule']}): {waiting['reason']}"
        return SUSPECT, reason, due_s
    return STALE, f"Its source answers, and has brought nothing new {since}.", due_s


def by_parser(series: Sequence[SeriesHealth]) -> Mapping[str, list[SeriesHealth]]:
    """The series of each module, by its name."""
    found: dict[str, list[SeriesHealth]] = {}
    for one in series:
        found.setdefault(one.parser, []).append(one)
    return dict(sorted(found.items()))
