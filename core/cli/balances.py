"""What `gridtrace show` says: a zone's balance, what is behind it, or the sub-zones of an aggregate."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from core.cli import common

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import TypeAlias

    from rich.table import Table

    from core.config import Config
    from core.flowtrace.explain import Explained, Source, Term
    from core.store import Store

    Results: TypeAlias = Mapping[str, Mapping[str, Any]]

INDENT = "   "
SOURCES_SHOWN = 40


class Asked(NamedTuple):
    """Whose balance of which hour: its terms, imports unfolded so many borders deep, or its sources."""

    config: Config
    store: Store
    zone: str
    hour: datetime
    depth: int
    by_source: bool
    known_at_s: int | None
    """As the store knew it at that moment; None for now."""

    @property
    def sub_zones(self) -> Sequence[str]:
        return self.config.zones[self.zone].sub_zones

    def terms(self) -> Explained:
        """Every term of the balance."""
        from core.ingest.explain import explain

        return explain(
            self.config, self.store, self.zone, self.hour, depth=self.depth, known_at_s=self.known_at_s)

    def sources(self) -> list[Source]:
        """Generation anywhere upstream as a share of what the zone consumes, the largest contributions first."""
        from core.ingest.explain import sources

        return sources(self.config, self.store, self.zone, self.hour, known_at_s=self.known_at_s)


def record(asked: Asked, results: Results) -> dict[str, Any]:
    """The balance for scripts; `results` are the hour's."""
    balance, sources, parts = None, None, None
    if asked.sub_zones:
        parts = [{"zone": key, "result": _result(results.get(key))} for key in asked.sub_zones]
    elif asked.by_source:
        sources = [asdict(one) | {"contribution_g_per_kwh": one.contribution_g_per_kwh} for one in asked.sources()]
    else:
        balance = asdict(asked.terms())
    return {
        "zone": asked.zone, "name": asked.config.zones[asked.zone].name, "hour": asked.hour,
        "known_at": common.iso(asked.known_at_s), "result": _result(results.get(asked.zone)),
        "balance": balance, "sources": sources, "sub_zones": parts,
    }


def _result(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return common.record(row, "zone_key", "hour_s") | {"flags": row["flags"].split(",") if row["flags"] else []}


def print_balance(asked: Asked, results: Results) -> None:
    """The balance as a table, and its result in words."""
    out, hour = common.console(), asked.hour
    known = f", as known at {common.stamp(asked.known_at_s)}" if asked.known_at_s is not None else ""
    name = asked.config.zones[asked.zone].name
    out.print(f"{asked.zone} {name}, {hour:%Y-%m-%d %H:%M}Z to {hour:%H}:59Z{known}")
    if asked.sub_zones:
        out.print(_parts(asked.sub_zones, results))
    else:
        out.print(_sources(asked.sources()) if asked.by_source else _terms(asked, results))
    for line in verdict(results.get(asked.zone)):
        out.print(line, soft_wrap=True)


def _terms(asked: Asked, results: Results) -> Table:
    """Every term of the balance, imports unfolded to the depth below their own line."""
    shown = common.table(None, "", ">MW", ">share", ">g/kWh", ">contributes", "notes")
    estimations = {key: row["estimation"] for key, row in results.items()}
    for row in _rows(asked.config, asked.terms(), asked.hour, "", estimations):
        shown.add_row(*row)
    return shown


def _rows(
    config: Config, found: Explained, hour: datetime, indent: str, estimations: Mapping[str, str | None]
) -> Iterator[tuple[str, ...]]:
    for term in found.terms:
        is_leaving = term.kind in ("charge", "export")
        power_mw = -term.power_mw if is_leaving else term.power_mw
        share, contribution = (None, None) if is_leaving else (term.share, term.contribution_g_per_kwh)
        yield (
            indent + _name(term), common.number(power_mw, 1), common.percent(share),
            common.number(term.g_per_kwh, 1), common.number(contribution, 1),
            _note(config, found.zone, term, hour, estimations),
        )
        if term.inner is not None:
            yield from _rows(config, term.inner, hour, indent + INDENT, estimations)


def _name(term: Term) -> str:
    words = {"production": "{}", "discharge": "{} storage, discharging", "import": "from {}",
             "charge": "{} storage, charging", "export": "to {}"}
    return words[term.kind].format(term.name)


def _note(config: Config, zone: str, term: Term, hour: datetime, estimations: Mapping[str, str | None]) -> str:
    """Where the intensity of a term comes from."""
    estimated = common.estimated(estimations.get(term.name if term.kind == "import" else zone))
    if term.is_fallback:
        return estimated or "no supply: its fallback"
    if term.kind == "import":
        return common.notes(estimated, f"loop: {' ← '.join(term.loop)}" if term.loop else "")
    if term.kind not in ("production", "discharge"):
        return ""
    mode = term.name if term.kind == "production" else f"{term.name} discharge"
    factor = config.factors.at(zone, "lifecycle", mode, hour)
    return f"{factor.source} ({factor.scope})"


def _sources(found: Sequence[Source]) -> Table:
    """The largest contributions, and all others in one line."""
    shown = common.table(None, "generated in", "by", ">share", ">g/kWh", ">contributes")
    for one in found[:SOURCES_SHOWN]:
        share, grams = f"{100 * one.share:.2f} %", common.number(one.contribution_g_per_kwh, 2)
        shown.add_row(one.zone, one.name, share, common.number(one.g_per_kwh, 1), grams)
    rest = found[SOURCES_SHOWN:]
    if rest:
        share = f"{100 * sum(one.share for one in rest):.2f} %"
        shown.add_row(f"{len(rest)} more", "", share, "", common.number(sum(o.contribution_g_per_kwh for o in rest), 2))
    return shown


def _parts(sub_zones: Sequence[str], results: Results) -> Table:
    """The sub-zones of an aggregate."""
    shown = common.table(None, "sub-zone", ">consumption MW", ">g/kWh", "notes")
    for key in sub_zones:
        row = results.get(key) or {"flags": "no_result"}
        shown.add_row(
            key, common.number(row.get("consumption_mw")), common.number(row.get("lifecycle_g_per_kwh"), 1),
            common.notes(common.estimated(row.get("estimation")), common.words(row["flags"])),
        )
    return shown


def verdict(row: Mapping[str, Any] | None) -> list[str]:
    """The result of an hour in words."""
    from core.store import LIVE

    if not row or row["lifecycle_g_per_kwh"] is None:
        return [f"No intensity: {common.words(row['flags']) if row else 'nothing is stored for this hour'}."]
    is_known = row["consumption_mw"] is not None
    consumed = f"Consumption {common.number(row['consumption_mw'])} MW" if is_known else "What is consumed"
    lines = [
        f"{consumed} carries {row['lifecycle_g_per_kwh']:.1f} g/kWh "
        f"lifecycle (published factors give {row['lifecycle_low_g_per_kwh']:.0f} to "
        f"{row['lifecycle_high_g_per_kwh']:.0f}), {row['direct_g_per_kwh']:.1f} g/kWh direct.",
        f"Carbon-free {row['carbon_free_share']:.1%}, renewable {row['renewable_share']:.1%}; measured "
        f"{row['measured_share']:.1%}, estimated {row['estimated_share']:.1%}, fallback {row['fallback_share']:.1%}.",
    ]
    if row["production_lifecycle_g_per_kwh"] is not None:
        lines.append(f"What it produces carries {row['production_lifecycle_g_per_kwh']:.1f} g/kWh lifecycle.")
    if row["estimation"]:
        found = common.ESTIMATIONS[row["estimation"]]
        lines.append(f"Estimated, {found.name}: {found.reason}.")
    if row["flags"]:
        lines.append(f"Notes: {common.words(row['flags'])}.")
    if row["origin"] != LIVE:
        lines.append(f"{row['origin'].upper()}: not live data.")
    return lines
