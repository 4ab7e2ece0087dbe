"""Answers: JSON by default, CSV and Parquet of whatever has rows, with what caches need to know."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet
from fastapi import Request, Response
from pydantic_core import to_json

from core import times
from core.api.errors import ApiError

Body = Mapping[str, Any] | Sequence[Any]
CSV, PARQUET, JSON = "text/csv", "application/vnd.apache.parquet", "application/json"
FORMATS = {"csv": CSV, "parquet": PARQUET, "json": JSON}
TABLES: dict[str, Any] = {
    CSV: {"schema": {"type": "string"}}, PARQUET: {"schema": {"type": "string", "format": "binary"}}}
"""For OpenAPI: the other forms of an answer with rows."""
NOW_S, SETTLED_S = 60, 3600
"""How long answers may be kept that a new cycle can change, and those of a past that sources revise no longer."""
SETTLED_AFTER_S = 14 * 24 * 3600


def stamp(moment_s: float) -> str:
    """A moment as the Electricity Maps API writes it."""
    return moment(times.epoch(moment_s))


def with_offset(moment_s: int) -> str:
    """A moment with `+00:00`, as WattTime and the Carbon Aware WebAPI write it."""
    return times.epoch(moment_s).isoformat()


def second(moment_s: int) -> str:
    """A moment to the second."""
    return f"{times.epoch(moment_s):%Y-%m-%dT%H:%M:%SZ}"


def moment(at: datetime) -> str:
    """The same of a date-time."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def reply(request: Request, body: Body, rows: Sequence[Mapping[str, Any]] | None = None, *, keep_s: int = NOW_S,
          headers: Mapping[str, str] | None = None) -> Response:
    """The body, or its rows as a table if the request asks for one by `Accept` or `format`."""
    kind = _wanted(request) if rows is not None else JSON
    head = {"Cache-Control": f"public, max-age={keep_s}", "Vary": "Accept", **(headers or {})}
    if kind == JSON or rows is None:
        return Response(to_json(body, inf_nan_mode="null"), media_type=JSON, headers=head)
    content = _as_csv(rows) if kind == CSV else _as_parquet(rows)
    return Response(content, media_type=kind, headers=head)


def keep_s(end_s: int, now_s: int) -> int:
    """How long an answer may be kept whose data end at a moment."""
    return SETTLED_S if end_s < now_s - SETTLED_AFTER_S else NOW_S


def _wanted(request: Request) -> str:
    """The media type that is asked for; what nobody can give is refused."""
    named = request.query_params.get("format")
    if named is not None:
        if named not in FORMATS:
            raise ApiError("Unknown format", f"There is no format {named[:20]!r}: take json, csv or parquet.")
        return FORMATS[named]
    accepted = request.headers.get("accept", "*/*").lower()
    if JSON in accepted or "*/*" in accepted or "application/*" in accepted:
        first = min((accepted.find(kind) for kind in (CSV, PARQUET) if kind in accepted), default=-1)
        if first < 0 or JSON in accepted[:first]:
            return JSON
    for kind in (CSV, PARQUET):
        if kind in accepted:
            return kind
    if "text/*" in accepted:
        return CSV
    raise ApiError("Not acceptable", f"This is given as {JSON}, {CSV} or {PARQUET}.", 406)


def _as_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.BytesIO()
    csv.write_csv(_table(rows), out)
    return out.getvalue()


def _as_parquet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.BytesIO()
    parquet.write_table(_table(rows), out)
    return out.getvalue()


def _table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as a table: maps become columns with dotted names, lists text with commas between."""
    flat = [dict(_flat(row)) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    return pa.table({name: pa.array([row.get(name) for row in flat]) for name in names})


def _flat(row: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, (list, tuple)):
            yield prefix + name, ",".join(map(str, value))
        else:
            yield prefix + name, value
