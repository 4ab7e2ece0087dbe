"""What a cycle prints at its end: zones and intensities, what went wrong, what was skipped, the cycle in one line."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from core.cli import common

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.config import Config
    from core.ingest.jobs import Outcome
    from core.ingest.runner import Report
    from core.store import Store

NAMED_KEYS = 4
"""How many zones or exchanges a line of problems names."""
UNWRITTEN = re.compile(r"The parser (\w+) is not written yet\.")


def print_report(config: Config, store: Store, report: Report) -> None:
    """Print the tables and the summary of a cycle."""
    from core.ingest.jobs import BAD

    out = common.console()
    rows = zone_rows(config, store, report)
    if rows:
        shown = common.table("Zones", "zone", "name", "data", ">age", ">g/kWh", ">direct", ">carbon-free", "notes")
        for row in rows:
            shown.add_row(*row)
        out.print(shown)
    _print_problems(o for o in report.outcomes if o.outcome in BAD)
    _print_refusals(report.outcomes)
    _print_suspects(report.outcomes)
    print_skipped(o.message or "" for o in report.outcomes if o.outcome == "skipped")
    out.print(f"{report.summary()}\nstore: {store.name}", soft_wrap=True)


def zone_rows(config: Config, store: Store, report: Report) -> list[list[str]]:
    """One row per zone that was asked for production or solved in this cycle; if nothing was due, per known zone."""
    from core.store import LIVE

    results = store.latest_results()
    jobs = {o.job.key: o for o in report.outcomes if o.job.kind == "production" and o.job.window is None}
    asked = {key: o for key, o in jobs.items() if o.outcome != "skipped"}
    touched = report.solved_zones | asked.keys()
    rows = []
    for key in sorted(touched if report.outcomes else results):
        outcome, result = asked.get(key), results.get(key) or {}
        zone = config.zones.get(key)
        origin = "" if result.get("origin", LIVE) == LIVE else str(result["origin"]).upper()
        estimation = result.get("estimation")
        rows.append([
            key, zone.name if zone else "?",
            "not due" if zone and "production" in zone.parsers and key not in jobs else state(outcome, estimation),
            common.age(outcome.newest, outcome.started) if outcome else "–",
            common.number(result.get("lifecycle_g_per_kwh")), common.number(result.get("direct_g_per_kwh")),
            common.percent(result.get("carbon_free_share")),
            common.notes(origin, common.estimated(estimation), common.words(result.get("flags", ""))),
        ])
    return rows


def state(outcome: Outcome | None, estimation: str | None) -> str:
    """What a zone's production job says of its data: ok, stale, suspect in its newest, or why there is none."""
    if outcome is None:
        return "none" if estimation else "imports"
    if outcome.has_suspect_end:
        return "suspect"
    if outcome.outcome != "ok":
        return outcome.outcome
    return "ok" if outcome.is_fresh else "stale"


def _print_problems(bad: Iterable[Outcome]) -> None:
    """One line per parser and reason, however many zones it took with it."""
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for o in bad:
        groups[o.parser, o.outcome, o.message or ""].append(f"{o.job.kind} {o.job.key}")
    shown = common.table("What went wrong", ">jobs", "parser", "outcome", "reason", "of")
    for (parser, outcome, reason), jobs in sorted(groups.items()):
        shown.add_row(str(len(jobs)), parser, outcome, reason, some(sorted(jobs)))
    if groups:
        common.console().print(shown)


def _print_refusals(outcomes: Iterable[Outcome]) -> None:
    """One line per parser and kind of reason, whose numbers are left out."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for o in outcomes:
        for refusal in o.checked.refusals:
            counts[o.parser, re.sub(r"-?\d[\d.:TZ+-]*", "…", refusal.reason)] += 1
    shown = common.table("Refused events (gridtrace refusals lists them)", ">events", "parser", "reason")
    for (parser, reason), count in sorted(counts.items(), key=lambda item: -item[1]):
        shown.add_row(str(count), parser, reason)
    if counts:
        common.console().print(shown)


def _print_suspects(outcomes: Iterable[Outcome]) -> None:
    """One line per parser and rule."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for o in outcomes:
        for suspect in o.checked.suspects:
            groups[o.parser, suspect.rule].append(f"{o.job.kind} {o.job.key}")
    shown = common.table("Suspect events (gridtrace quarantine list shows them)", ">events", "parser", "rule", "of")
    for (parser, rule), of in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        shown.add_row(str(len(of)), parser, rule, some(sorted({*of})))
    if groups:
        common.console().print(shown)


def some(names: Sequence[str], most: int = NAMED_KEYS) -> str:
    """The first names, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def print_skipped(messages: Iterable[str]) -> None:
    """One line per reason; parsers that are not written yet share one."""
    reasons: dict[str, int] = defaultdict(int)
    unwritten: dict[str, int] = defaultdict(int)
    for message in messages:
        if match := UNWRITTEN.fullmatch(message):
            unwritten[match[1]] += 1
        else:
            reasons[message] += 1
    if unwritten:
        names = ", ".join(f"{name} ({count})" for name, count in sorted(unwritten.items(), key=lambda item: -item[1]))
        reasons[f"parsers not written yet: {names}"] = sum(unwritten.values())
    shown = common.table("Skipped", ">jobs", "reason")
    for reason, count in sorted(reasons.items(), key=lambda item: -item[1]):
        shown.add_row(str(count), reason)
    if reasons:
        common.console().print(shown)
