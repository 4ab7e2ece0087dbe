"""`test-parser --compare`: an answer beside what is stored, what others say, and the balance of its zones."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from core.cli import common

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import numpy as np

    from core import http
    from core.config import Config
    from core.history.comparison import Difference
    from core.ingest.jobs import Job, Outcome
    from core.plugins import Manager
    from core.schemas import Event
    from core.validation import Balance

SHOWN_HOURS, SHOWN_INTERVALS = 24, 3


@dataclass
class Comparison:
    """What was found, and what is missing, in sentences."""

    differences: list[Difference] = field(default_factory=list)
    hours: list[datetime] = field(default_factory=list)
    views: dict[str, list[float | None]] = field(default_factory=dict)
    """MW of a flow by who says it."""
    balances: list[tuple[list[datetime], Balance]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


class Others(NamedTuple):
    """Whom else to ask, in the same way."""

    config: Config
    plugins: Manager
    session: http.Session
    replay: Path | None

    def ask(self, kind: str, key: str, target: datetime | None) -> tuple[list[Event], str | None]:
        """What the configured parsers say of a series now, and why it is nothing."""
        from core.ingest import jobs as room

        place: Any = self.config.zones.get(key) or self.config.exchanges.get(key)
        references = place.parsers.get(kind, ()) if place else ()
        if not references:
            return [], f"{kind} of {key}: no source"
        jobs = self._recorded(kind, key, references) if self.replay else [room.Job(kind, key, references, target)]
        if not jobs:
            return [], f"{kind} of {key}: not recorded"
        outcome = room.run(jobs[0], self.plugins, (), self.session)
        events = outcome.checked.events
        return events, None if events else f"{kind} of {key}: {outcome.outcome}, {outcome.message}"

    def _recorded(self, kind: str, key: str, references: Sequence[str]) -> list[Job]:
        """What the configured parsers are recorded to have said, the first choice first."""
        from core.ingest import jobs as room
        from core.recording import read_cases

        cases = read_cases(self.replay) if self.replay else []
        found = [room.of_case(self.config, case) for case in cases if case.key == key]
        wanted = [job for job in found if job.kind == kind and job.parser in references]
        return sorted(wanted, key=lambda job: references.index(job.parser))

    def ask_turned(self, job: Job) -> tuple[list[Event], str | None]:
        """What a function says of a flow whose zones are named the other way round: it must say the same."""
        from dataclasses import replace

        from core import times
        from core.errors import GridtraceError
        from core.ingest import jobs as room
        from core.kinds import split_key
        from core.validation import check

        if job.case is not None:
            return [], "the zones named the other way round: not recorded"
        first, second = split_key(job.key) or ("", "")
        try:
            answer = room.call(self.plugins.function(job.parser), replace(job, key=f"{second}->{first}"), self.session)
        except GridtraceError as err:
            return [], f"the zones named the other way round: {type(err).__name__}: {err}"
        except Exception as err:  # noqa: BLE001  a parser may raise anything; here that is one thing to tell
            return [], f"the zones named the other way round: {err!r}"
        return check(job.kind, job.key, answer, now=times.now()).events, None


def compare(outcome: Outcome, others: Others, store: str) -> tuple[Comparison, list[Balance]]:
    """An answer beside all there is; and the balances that speak of its sign, which only whole ones do."""
    from core.kinds import split_key
    from core.validation import is_judged

    found, job, events = Comparison(), outcome.job, outcome.checked.events
    if not events or not is_judged(job.kind):
        found.missing.append("there is no number to compare")
        return found, []
    stored = _stored(store, job, events, found)
    _add_differences(found, events, stored)
    pair = split_key(job.key)
    if pair and job.kind == "exchange":
        _add_views(found, outcome, others, stored)
    is_whole = [_add_balance(found, zone, outcome, others) for zone in pair or (job.key,)] if _is_term(job) else []
    balances = [one for (_, one), whole in zip(found.balances, is_whole, strict=False) if whole]
    return found, balances


def _is_term(job: Job) -> bool:
    """Whether it is a term of a zone's balance."""
    from core.ingest.jobs import MEASURED_KINDS

    return job.kind in MEASURED_KINDS


def _stored(store: str, job: Job, events: Sequence[Event], found: Comparison) -> list[Event]:
    """What a store has of the same time."""
    from core.store import open_store

    if "://" not in store and not Path(store).exists():
        found.missing.append(f"there is no store at {store}: nothing stored to compare with")
        return []
    with open_store(store) as opened:
        span = int(events[0].start.timestamp()), int(events[-1].start.timestamp()) + 1
        stored = opened.events(job.kind, job.key, *span)
    if not stored:
        found.missing.append(f"{store} has nothing of {job.kind} of {job.key} in this time")
    return stored


def _add_differences(found: Comparison, events: Sequence[Event], stored: Sequence[Event]) -> None:
    from core.history.comparison import against_stored

    found.differences = against_stored(events, stored) if stored else []


def _add_views(found: Comparison, outcome: Outcome, others: Others, stored: Sequence[Event]) -> None:
    """What every source of the border says, the one at hand also with the zones named the other way round."""
    from dataclasses import replace

    from core.history.comparison import views
    from core.ingest import jobs as room

    job = outcome.job
    said: dict[str, Sequence[Event]] = {outcome.parser: outcome.checked.events}
    said[f"{outcome.parser}, turned"], why = others.ask_turned(job)
    found.missing += [why] if why else []
    link = others.config.exchanges.get(job.key)
    for reference in link.parsers.get("exchange", ()) if link and job.case is None else ():
        if reference != outcome.parser:
            other = room.run(replace(job, references=(reference,)), others.plugins, (), others.session)
            said[reference] = other.checked.events
            if not other.checked.events:
                found.missing.append(f"{reference}: {other.outcome}, {other.message}")
    said["stored"] = stored
    found.hours, by_name = views({name: events for name, events in said.items() if events})
    found.views = {name: _plain(values) for name, values in by_name.items()}


def _add_balance(found: Comparison, zone: str, outcome: Outcome, others: Others) -> bool:
    """The balance of a zone, with the answer at hand and what the other configured parsers say; whether it is whole."""
    from core import times
    from core.history.comparison import balance, hours_of

    job, config = outcome.job, others.config
    links = config.links_of.get(zone, ())
    said: dict[tuple[str, str], list[Event]] = {(job.kind, job.key): outcome.checked.events}
    wanted = [("production", zone), ("consumption", zone), *(("exchange", link) for link in links)]
    missing = []
    with common.progress(f"asking for the balance of {zone}", len(wanted)) as tell:
        for kind, key in wanted:
            if (kind, key) not in said:
                said[kind, key], why = others.ask(kind, key, job.target)
                missing += [why] if why else []
            tell()
    hours_s = hours_of(outcome.checked.events)
    flows = {link: said["exchange", link] for link in links if said["exchange", link]}
    own = job.key if job.kind == "exchange" and flows.get(job.key) else None
    made = balance(zone, hours_s, said["production", zone], said["consumption", zone], flows, own)
    found.missing += missing
    found.balances.append(([times.epoch(hour) for hour in hours_s], made))
    return not missing


def show(found: Comparison, is_all: bool) -> None:
    """The tables, and what is missing."""
    out = common.console()
    if found.differences:
        out.print(_differences_table(found, is_all))
    if found.views:
        out.print(_views_table(found, is_all))
    for hours, balance in found.balances:
        out.print(_balance_table(hours, balance, is_all))
    for what in found.missing:
        out.print(f"  not known: {what}", soft_wrap=True)


def _differences_table(found: Comparison, is_all: bool) -> Any:
    starts = sorted({one.start for one in found.differences})
    chosen = starts if is_all else starts[-SHOWN_INTERVALS:]
    differing = sum(one.is_one for one in found.differences)
    title = f"Beside what is stored: {differing} of {len(found.differences)} values differ"
    shown = common.table(title, "start", "quantity", ">stored", ">ours", ">difference")
    for one in found.differences:
        if one.start in chosen or one.is_one:
            shown.add_row(
                f"{one.start:%Y-%m-%d %H:%M}Z", one.name.replace("_", " "), common.number(one.stored, 1),
                common.number(one.ours, 1), common.number(one.difference, 1))
    return shown


def _views_table(found: Comparison, is_all: bool) -> Any:
    shown = common.table("The flow as each sees it, MW, means of hours", "hour", *(f">{name}" for name in found.views))
    count = len(found.hours)
    for at in range(0 if is_all else max(0, count - SHOWN_HOURS), count):
        cells = (common.number(values[at], 1) for values in found.views.values())
        shown.add_row(f"{found.hours[at]:%Y-%m-%d %H:%M}Z", *cells)
    return shown


def _balance_table(hours: Sequence[datetime], balance: Balance, is_all: bool) -> Any:
    names = ("production", "charge", "net import", "consumption", "left over")
    shown = common.table(f"The balance of {balance.zone_key}, MW, means of hours", "hour", *(f">{n}" for n in names))
    rows = [_plain(column) for column in _columns(balance)]
    for at in range(0 if is_all else max(0, len(hours) - SHOWN_HOURS), len(hours)):
        shown.add_row(f"{hours[at]:%Y-%m-%d %H:%M}Z", *(common.number(column[at], 1) for column in rows))
    return shown


def _columns(one: Balance) -> tuple[np.ndarray[Any, Any], ...]:
    over = one.production_mw - one.charge_mw + one.net_import_mw - one.consumption_mw
    return one.production_mw, one.charge_mw, one.net_import_mw, one.consumption_mw, over


def _plain(values: Any) -> list[float | None]:
    return [None if value != value else round(float(value), 6) for value in values]


def plain(found: Comparison) -> dict[str, Any]:
    """The same for scripts."""
    names = ("production_mw", "charge_mw", "net_import_mw", "consumption_mw", "left_over_mw")
    return {
        "stored": [
            {"start": one.start, "quantity": one.name, "stored": one.stored, "ours": one.ours}
            for one in found.differences],
        "views": [
            {"source": name, "hours": found.hours, "flow_mw": values} for name, values in found.views.items()],
        "balances": [
            {"zone": one.zone_key, "hours": hours,
             **dict(zip(names, map(_plain, _columns(one)), strict=True))}
            for hours, one in found.balances],
        "missing": found.missing,
    }
