"""The tables of `gridtrace show`: a zone's balance, what is behind it, or the sub-zones of an aggregate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.cli import common

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from rich.table import Table

    from core.config import Config
    from core.flowtrace.explain import Explained, Term
    from core.store import Store

INDENT = "   "
SOURCES_SHOWN = 40


def terms(
    config: Config, store: Store, zone: str, hour: datetime, depth: int, results: Mapping[str, Mapping[str, Any]],
    known_at_s: int | None,
) -> Table:
    """Every term of the balance, imports unfolded to the depth below their own line; `results` are the hour's."""
    from core.ingest.explain import explain

    shown = common.table(None, "", ">MW", ">share", ">g/kWh", ">contributes", "notes")
    estimations = {key: row["estimation"] for key, row in results.items()}
    found = explain(config, store, zone, hour, depth=depth, known_at_s=known_at_s)
    for row in _rows(config, found, hour, "", estimations):
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


def by_source(config: Config, store: Store, zone: str, hour: datetime, known_at_s: int | None) -> Table:
    """Generation anywhere upstream as a share of what the zone consumes; the largest contributions."""
    from core.ingest.explain import sources

    found = sources(config, store, zone, hour, known_at_s=known_at_s)
    shown = common.table(None, "generated in", "by", ">share", ">g/kWh", ">contributes")
    for one in found[:SOURCES_SHOWN]:
        share, grams = f"{100 * one.share:.2f} %", common.number(one.contribution_g_per_kwh, 2)
        shown.add_row(one.zone, one.name, share, common.number(one.g_per_kwh, 1), grams)
    rest = found[SOURCES_SHOWN:]
    if rest:
        share = f"{100 * sum(one.share for one in rest):.2f} %"
        shown.add_row(f"{len(rest)} more", "", share, "", common.number(sum(o.contribution_g_per_kwh for o in rest), 2))
    return shown


def parts(sub_zones: Sequence[str], results: Mapping[str, Mapping[str, Any]]) -> Table:
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
