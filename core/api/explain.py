"""Why a zone has the intensity it has: every term of its balance in an hour, with factors, sources and revisions; and
where what it consumes was generated."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import Field

from core import times
from core.api import bodies
from core.api.asking import Moment, Options
from core.api.bodies import stamp
from core.api.electricity_maps.routes import ask_of, nothing_at
from core.api.electricity_maps.rows import Row, number
from core.api.electricity_maps.shapes import Shape, Stamp
from core.api.errors import BadRequest, documented
from core.api.grid import Grid, grid_of
from core.api.traced import HOUR_S, Ask, latest_hour, traced
from core.config import Config
from core.flowtrace.explain import Explained, Term
from core.ingest.explain import explain as explain_hour
from core.ingest.explain import sources as sources_of_hour
from core.kinds import sorted_key
from core.store.spans import series_columns

DIGITS = 3
SHARES = ("measured", "estimated", "fallback")
EQUATION = "sum of MW × g/kWh of production, discharge and imports, by the sum of these MW; exports and charging not"


class ExplainQuery(Options):
    """An hour of a zone; without a moment the newest."""

    datetime: Moment | None = Field(None, description="A moment of the hour.")
    depth: Annotated[int, Field(ge=0, le=3)] = Field(0, description="How many borders upstream imports are unfolded.")


class ExplainShape(Shape):
    zone: str = Field(examples=["FR"])
    datetime: Stamp
    carbonIntensity: float | None = Field(description="gCO2eq/kWh, not rounded to a whole number.", examples=[56.124])
    terms: list[dict[str, Any]] = Field(
        examples=[[{"kind": "production", "name": "nuclear", "powerMw": 43002.0, "share": 0.75, "gPerKwh": 5.13}]])


class OriginsShape(Shape):
    zone: str = Field(examples=["BE"])
    datetime: Stamp
    zones: dict[str, float] = Field(description="Part of the consumption by zone.", examples=[{"BE": 0.8, "FR": 0.2}])
    sources: list[dict[str, Any]] = Field(
        examples=[[{"zone": "BE", "mode": "nuclear", "share": 0.41, "gPerKwh": 5.13}]])


def explain(request: Request, asked: Annotated[ExplainQuery, Query()]) -> Response:
    """Every term of the balance of a zone in an hour, as JSON, or as text by `Accept: text/plain` or `format=text`."""
    grid = grid_of(request)
    ask, hour = _hour(grid, asked)
    body = explained(grid, ask, hour, asked.depth)
    kept_s = bodies.keep_s(int(hour.timestamp()) + HOUR_S, grid.now_s)
    if request.query_params.get("format") == "text" or request.headers.get("accept", "").startswith("text/plain"):
        head = {"Cache-Control": f"public, max-age={kept_s}", "Vary": "Accept"}
        return PlainTextResponse("\n".join(as_text(body)) + "\n", headers=head)
    return bodies.reply(request, body, keep_s=kept_s)


def origins(request: Request, asked: Annotated[ExplainQuery, Query()]) -> Response:
    """Which zones' generation, by mode, a zone consumed in an hour, through all borders."""
    grid = grid_of(request)
    ask, hour = _hour(grid, asked)
    _refuse_aggregate(grid, ask)
    found = sources_of_hour(
        grid.config, grid.store, ask.zone, hour, basis=ask.basis, known_at_s=ask.known_at_s)
    rows = [
        {"zone": one.zone, "mode": one.name, "share": round(one.share, 6), "gPerKwh": round(one.g_per_kwh, DIGITS),
         "contribution": round(one.contribution_g_per_kwh, DIGITS)}
        for one in found
    ]
    body = {
        "zone": ask.zone, "datetime": bodies.moment(hour), "emissionFactorType": ask.basis,
        "zones": _by_zone(rows), "sources": rows}
    return bodies.reply(request, body, rows, keep_s=bodies.keep_s(int(hour.timestamp()) + HOUR_S, grid.now_s))


def _by_zone(rows: Sequence[Row]) -> dict[str, float]:
    found: dict[str, float] = {}
    for row in rows:
        found[row["zone"]] = round(found.get(row["zone"], 0.0) + row["share"], 6)
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _hour(grid: Grid, asked: ExplainQuery) -> tuple[Ask, datetime]:
    """The hour that is meant, of a zone that has a result there. Raises NothingKnown."""
    ask = ask_of(grid, asked)
    at = asked.datetime
    hour_s = latest_hour(grid, ask) if at is None else int(times.floor(at, 60).timestamp())
    ask = ask.between(hour_s, hour_s + HOUR_S)
    if traced(grid, ask)["origin"][0] is None:
        raise nothing_at(ask, "result", hour_s)
    return ask, times.epoch(hour_s)


def _refuse_aggregate(grid: Grid, ask: Ask) -> None:
    parts = grid.zone(ask.zone).sub_zones
    if parts:
        message = f"{ask.zone} is the sum of its sub-zones; ask for one of {', '.join(parts)}."
        raise BadRequest(f"{ask.zone} is an aggregate", message)


def explained(grid: Grid, ask: Ask, hour: datetime, depth: int) -> Row:
    """The balance of a zone in an hour, or the parts of an aggregate."""
    if parts := grid.zone(ask.zone).sub_zones:
        return _aggregate(grid, ask, hour, parts)
    found = explain_hour(
        grid.config, grid.store, ask.zone, hour, basis=ask.basis, depth=depth, known_at_s=ask.known_at_s)
    head = _head(grid, ask, hour)
    return head | {
        "carbonIntensity": number(found.g_per_kwh, DIGITS) if found.g_per_kwh is not None else head["carbonIntensity"],
        "equation": EQUATION, "reason": found.reason,
        "supplyMw": number(found.supply_mw, DIGITS), "consumptionMw": number(found.consumption_mw, DIGITS),
        "terms": _terms(found, ask, hour, _Evidence(grid, hour, ask.known_at_s)),
        "clampedModes": list(found.clamped_modes), "missingFlows": list(found.missing_flows),
    }


def explained_newest(grid: Grid, key: str) -> Row:
    """The balance of a zone in its newest hour. Raises NothingKnown."""
    ask, hour = _hour(grid, ExplainQuery(zone=key))
    return explained(grid, ask, hour, 0)


def _head(grid: Grid, ask: Ask, hour: datetime) -> Row:
    """What is stored of the hour: intensity, band, and how it was made."""
    columns = traced(grid, ask)
    value = {name: number(columns[name][0], DIGITS) for name in ("lifecycle_low_g_per_kwh", "lifecycle_high_g_per_kwh")}
    flags = columns["flags"][0]
    return {
        "zone": ask.zone, "zoneName": grid.zone(ask.zone).name, "datetime": bodies.moment(hour),
        "emissionFactorType": ask.basis, "unit": "gCO2eq/kWh",
        "carbonIntensity": number(columns[f"{ask.basis}_g_per_kwh"][0], DIGITS),
        "lifecycleBand": [value["lifecycle_low_g_per_kwh"], value["lifecycle_high_g_per_kwh"]],
        "origin": columns["origin"][0], "estimation": columns["estimation"][0],
        **{f"{name}Share": number(columns[f"{name}_share"][0], DIGITS) for name in SHARES},
        "flags": flags.split(",") if flags else [],
        "updatedAt": stamp(float(columns["updated_s"][0])),
        "asOf": None if ask.known_at_s is None else stamp(ask.known_at_s),
    }


def _aggregate(grid: Grid, ask: Ask, hour: datetime, parts: Sequence[str]) -> Row:
    terms = []
    for key in parts:
        columns = traced(grid, Ask(key, ask.edges_s, basis=ask.basis, known_at_s=ask.known_at_s))
        terms.append({
            "kind": "sub-zone", "name": key, "powerMw": number(columns["consumption_mw"][0], DIGITS),
            "gPerKwh": number(columns[f"{ask.basis}_g_per_kwh"][0], DIGITS)})
    return _head(grid, ask, hour) | {
        "equation": "the mean of the sub-zones, weighted by what each consumes", "reason": None, "terms": terms}


def _terms(found: Explained, ask: Ask, hour: datetime, evidence: "_Evidence") -> list[Row]:
    return [_term(found, term, ask, hour, evidence) for term in found.terms]


def _term(found: Explained, term: Term, ask: Ask, hour: datetime, evidence: "_Evidence") -> Row:
    is_leaving = term.kind in ("charge", "export")
    row: Row = {
        "kind": term.kind, "name": term.name, "powerMw": number(term.power_mw, DIGITS),
        "gPerKwh": number(term.g_per_kwh, DIGITS),
        "share": None if is_leaving else number(term.share, 6),
        "contribution": None if is_leaving else number(term.contribution_g_per_kwh, DIGITS),
        "isFallback": term.is_fallback,
        "data": evidence.of(found.zone, term),
    }
    if term.kind in ("production", "discharge"):
        row["factor"] = _factor(evidence.grid.config, found.zone, term, ask, hour)
    if term.loop:
        row["loop"] = list(term.loop)
    if term.inner is not None:
        row["terms"] = _terms(term.inner, ask, hour, evidence)
    return row


def _factor(config: Config, zone: str, term: Term, ask: Ask, hour: datetime) -> Row:
    """The emission factor of a mode, and whose it is."""
    mode = term.name if term.kind == "production" else f"{term.name} discharge"
    factor = config.factors.at(zone, ask.basis, mode, hour)
    since = factor.valid_from
    return {
        "gPerKwh": factor.value_g_per_kwh, "source": factor.source, "scope": factor.scope,
        "validFrom": None if since is None else since.isoformat()}


class _Evidence:
    """The published intervals that terms of an hour were averaged from, each series read once."""

    def __init__(self, grid: Grid, hour: datetime, known_at_s: int | None) -> None:
        self.grid, self._start_s, self._known_at_s = grid, int(hour.timestamp()), known_at_s
        self._found: dict[tuple[str, str], list[Row]] = {}

    def of(self, zone: str, term: Term) -> list[Row]:
        """Who published what a term rests on, when it was fetched, and how often it was revised."""
        is_own = term.kind in ("production", "discharge", "charge")
        series = ("production", zone) if is_own else ("exchange", sorted_key(zone, term.name))
        if series not in self._found:
            self._found[series] = list(self._read(*series))
        return self._found[series]

    def _read(self, kind: str, key: str) -> Iterator[Row]:
        span_s = self._start_s, self._start_s + HOUR_S
        names = ("start_s", "end_s", "source", "source_type", "origin", "fetched_s", "job_id")
        found = series_columns(self.grid.store, kind, key, names, *span_s, known_at_s=self._known_at_s)
        replaced = [
            row["start_s"] for row in self.grid.store.revisions(key, *span_s)
            if row["kind"] == kind and row["replaced_s"] is not None]
        for at, start_s in enumerate(found["start_s"]):
            end_s = found["end_s"][at]
            yield {
                "series": f"{kind} {key}", "start": stamp(start_s), "end": None if np.isnan(end_s) else stamp(end_s),
                "source": found["source"][at], "sourceType": found["source_type"][at], "origin": found["origin"][at],
                "fetchedAt": stamp(found["fetched_s"][at]), "job": int(found["job_id"][at]),
                "revision": replaced.count(start_s),
            }


def as_text(body: Row) -> Iterator[str]:
    """The same for a person."""
    yield f"{body['zone']} {body['zoneName']}, hour from {body['datetime']}"
    if body["origin"] != "live":
        yield f"These data are {body['origin'].upper()}: they are not of a real grid's present."
    value = body["carbonIntensity"]
    low, high = body["lifecycleBand"]
    band = f" (published factors: {low:.0f} to {high:.0f})" if low is not None and high is not None else ""
    yield f"{'no value' if value is None else f'{value:.1f}'} {body['unit']}, {body['emissionFactorType']}{band}"
    yield ""
    yield f"{'':<44}{'MW':>12}{'share':>9}{'g/kWh':>10}{'adds':>9}"
    yield from _term_lines(body["terms"], "")
    if body["estimation"]:
        yield f"Production is estimated: {body['estimation'].replace('_', ' ')}."
    if body["flags"]:
        yield f"Flags: {', '.join(flag.replace('_', ' ') for flag in body['flags'])}."
    if shares := _shares(body):
        yield shares


def _shares(body: Row) -> str:
    parts = [(name, body[f"{name}Share"]) for name in SHARES]
    return ", ".join(f"{100 * share:.0f} % {name}" for name, share in parts if share is not None)


WORDS = {
    "production": "{}", "discharge": "{} storage, discharging", "import": "from {}", "charge": "{} storage, charging",
    "export": "to {}", "sub-zone": "{}"}


def _term_lines(terms: Sequence[Row], indent: str) -> Iterator[str]:
    for term in terms:
        name = indent + WORDS[term["kind"]].format(term["name"])
        share, adds = term.get("share"), term.get("contribution")
        yield (
            f"{name:<44}{_cell(term['powerMw'])}{'' if share is None else f'{100 * share:.1f} %':>9}"
            f"{_cell(term['gPerKwh'], 10)}{_cell(adds, 9)}  {_note(term)}").rstrip()
        yield from _term_lines(term.get("terms", ()), indent + "   ")


def _cell(value: float | None, width: int = 12) -> str:
    return f"{'' if value is None else f'{value:,.1f}':>{width}}"


def _note(term: Row) -> str:
    """Whose factor it is and who published the power."""
    published = sorted({one["source"] for one in term.get("data", ())})
    factor = term.get("factor")
    parts = [f"factor: {factor['source']} ({factor['scope']})"] if factor else []
    parts += ["fallback"] if term.get("isFallback") else []
    return "; ".join([*parts, *(f"data: {name}" for name in published)])


def router() -> APIRouter:
    """What none of the other APIs has."""
    made = APIRouter(tags=["Gridtrace"])
    text = {"text/plain": {"schema": {"type": "string"}}}
    made.add_api_route(
        "/explain", explain, summary="Every term of a zone's balance", operation_id="explain",
        responses=documented() | {200: {"model": ExplainShape, "content": text}})
    made.add_api_route(
        "/origins", origins, summary="Whose generation a zone consumes", operation_id="origins",
        responses=documented() | {200: {"model": OriginsShape, "content": bodies.TABLES}})
    return made
