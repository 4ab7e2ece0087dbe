"""What a cycle says at its end: zones and intensities, what went wrong, what was skipped, the cycle in one line."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from core.cli import common

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from core.config import Config
    from core.ingest.jobs import Outcome
    from core.ingest.runner import Report
    from core.store import Store

NAMED_KEYS = 4
"""How many zones or exchanges a line of problems names."""
SHOWN_RESULTS = ("lifecycle_g_per_kwh", "direct_g_per_kwh", "carbon_free_share")
UNWRITTEN = re.compile(r"The parser (\w+) is not written yet\.")
Record = dict[str, Any]


def record(config: Config, store: Store, report: Report) -> Record:
    """A cycle for scripts."""
    return {
        "store": store.name,
        "jobs": report.counts, "jobs_left_to_others": report.left,
        "events": {
            "accepted": report.accepted, "new": report.new, "changed": report.changed, "refused": report.refused,
            "suspect": report.suspect},
        "solved": None if report.is_solving_left else {
            "hours": len(report.solved_hours), "zones": len(report.solved_zones)},
        "requests": report.requests, "seconds": round(report.seconds, 1),
        "zones": list(_zones(config, store, report)),
        "problems": _problems(report.outcomes), "refused": _refused(report.outcomes),
        "suspects": _suspects(report.outcomes), "skipped": skipped(_not_asked(report)),
    }


def print_report(config: Config, store: Store, report: Report) -> None:
    """Print the tables and the summary of a cycle."""
    out = common.console()
    rows = zone_rows(config, store, report)
    if rows:
        shown = common.table("Zones", "zone", "name", "data", ">age", ">g/kWh", ">direct", ">carbon-free", "notes")
        for zone, name, data, *rest in rows:
            shown.add_row(zone, name, common.state(data), *rest)
        out.print(shown)
    print_problems("jobs", _problems(report.outcomes), "What went wrong")
    _print("Refused events (gridtrace refusals lists them)", "reason", _refused(report.outcomes))
    _print("Suspect events (gridtrace quarantine list shows them)", "rule", _suspects(report.outcomes))
    print_skipped(_not_asked(report))
    out.print(f"{report.summary()}\nstore: {store.name}", soft_wrap=True)


def _zones(config: Config, store: Store, report: Report) -> Iterator[Record]:
    """A record per zone that was asked for production or solved in this cycle; if nothing was due, per known zone."""
    from core.store import LIVE

    results = store.latest_results()
    jobs = {o.job.key: o for o in report.outcomes if o.job.kind == "production" and o.job.window is None}
    asked = {key: o for key, o in jobs.items() if o.outcome != "skipped"}
    touched = report.solved_zones | asked.keys()
    for key in sorted(touched if report.outcomes else results):
        outcome, result, zone = asked.get(key), results.get(key) or {}, config.zones.get(key)
        estimation, flags = result.get("estimation"), result.get("flags")
        is_due = not zone or "production" not in zone.parsers or key in jobs
        yield {
            "zone": key, "name": zone.name if zone else None,
            "data": state(outcome, estimation) if is_due else "not due",
            "newest": outcome.newest if outcome else None, "asked": outcome.started if outcome else None,
            "hour": common.iso(result.get("hour_s")), **{name: result.get(name) for name in SHOWN_RESULTS},
            "origin": result.get("origin", LIVE), "estimation": estimation, "flags": flags.split(",") if flags else [],
        }


def zone_rows(config: Config, store: Store, report: Report) -> list[list[str]]:
    """The same for the table."""
    from core.store import LIVE

    return [
        [
            one["zone"], one["name"] or "?", one["data"], common.age(one["newest"], one["asked"]),
            common.number(one["lifecycle_g_per_kwh"]), common.number(one["direct_g_per_kwh"]),
            common.percent(one["carbon_free_share"]),
            common.notes(
                "" if one["origin"] == LIVE else str(one["origin"]).upper(), common.estimated(one["estimation"]),
                common.words(",".join(one["flags"]))),
        ]
        for one in _zones(config, store, report)
    ]


def state(outcome: Outcome | None, estimation: str | None) -> str:
    """What a zone's production job says of its data: ok, stale, suspect in its newest, or why there is none."""
    if outcome is None:
        return "none" if estimation else "imports"
    if outcome.has_suspect_end:
        return "suspect"
    if outcome.outcome != "ok":
        return outcome.outcome
    return "ok" if outcome.is_fresh else "stale"


def _problems(outcomes: Iterable[Outcome]) -> list[Record]:
    """A record per parser and reason, however many zones it took with it."""
    from core.ingest.jobs import BAD

    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for o in outcomes:
        if o.outcome in BAD:
            groups[o.parser, o.outcome, o.message or ""].append(f"{o.job.kind} {o.job.key}")
    return problems("jobs", groups)


def problems(counted: str, groups: dict[tuple[str, str, str], list[str]]) -> list[Record]:
    """What went wrong by parser, outcome and reason: how many of what is counted, and of which series."""
    return [
        {counted: len(of), "parser": parser, "outcome": outcome, "reason": reason, "of": sorted({*of})}
        for (parser, outcome, reason), of in sorted(groups.items())
    ]


def print_problems(counted: str, found: Sequence[Record], title: str) -> None:
    """The same as a table."""
    shown = common.table(title, f">{counted}", "parser", "outcome", "reason", "of")
    for one in found:
        shown.add_row(
            str(one[counted]), one["parser"], common.state(one["outcome"]), one["reason"], some(one["of"]))
    if found:
        common.console().print(shown)


def _refused(outcomes: Iterable[Outcome]) -> list[Record]:
    """A record per parser and kind of reason, whose numbers are left out."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for o in outcomes:
        for refusal in o.checked.refusals:
            counts[o.parser, re.sub(r"-?\d[\d.:TZ+-]*", "…", refusal.reason)] += 1
    found = sorted(counts.items(), key=lambda item: -item[1])
    return [{"events": count, "parser": parser, "reason": reason} for (parser, reason), count in found]


def _suspects(outcomes: Iterable[Outcome]) -> list[Record]:
    """A record per parser and rule."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for o in outcomes:
        for suspect in o.checked.suspects:
            groups[o.parser, suspect.rule].append(f"{o.job.kind} {o.job.key}")
    found = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        {"events": len(of), "parser": parser, "rule": rule, "of": sorted({*of})} for (parser, rule), of in found]


def _print(title: str, why: str, found: Sequence[Record]) -> None:
    """Events by parser and why they were kept out."""
    has_keys = any("of" in one for one in found)
    shown = common.table(title, ">events", "parser", why, *(["of"] if has_keys else []))
    for one in found:
        shown.add_row(str(one["events"]), one["parser"], one[why], *([some(one["of"])] if has_keys else []))
    if found:
        common.console().print(shown)


def some(names: Sequence[str], most: int = NAMED_KEYS) -> str:
    """The first names, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def _not_asked(report: Report) -> Iterator[str]:
    return (o.message or "" for o in report.outcomes if o.outcome == "skipped")


def skipped(messages: Iterable[str]) -> list[Record]:
    """A record per reason; parsers that are not written yet share one."""
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
    return [
        {"jobs": count, "reason": reason} for reason, count in sorted(reasons.items(), key=lambda item: -item[1])]


def print_skipped(messages: Iterable[str]) -> None:
    """The same as a table."""
    found, shown = skipped(messages), common.table("Skipped", ">jobs", "reason")
    for one in found:
        shown.add_row(str(one["jobs"]), one["reason"])
    if found:
        common.console().print(shown)
