"""Opendatasoft, the portal software of RTE's ODRÉ, EDF's islands, Elia and others: how to ask, where the rows are.

To set: the portal's host (`https://opendata.elia.be`) and the data set's id; a key (`apikey`) only where the portal
wants one. Three ways in: `search` (the first API: a query of words such as `date_heure >= 2026-03-10T00:45`, its
stamps read on the clock of `timezone`), `records` (the second API, at most 100 rows a request) and `export` (the second
API without a limit). `rows` reads the answer of any of them.

What goes wrong: a quota that is used up and a query that cannot be read come as an object instead of rows, sometimes
with status 200; a field without a value is absent from its row, or null; some numbers are strings; rows come in any
order unless the request asks for one; a limit that is too low cuts the answer without an error.
"""

import logging
from collections.abc import Mapping
from typing import Any

from core import http
from core.errors import SourceChanged, SourceDown

log = logging.getLogger("gridtrace.parsers")

QUOTA_EXCEEDED = 10002

Row = dict[str, Any]


def search(
    used: http.Session | None, host: str, dataset: str, *, query: str, timezone: str = "UTC", limit: int = 200,
    key: str | None = None,
) -> Any:  # fmt: skip
    """The decoded answer of the first API."""
    params = {"dataset": dataset, "q": query, "timezone": timezone, "rows": limit, "apikey": key}
    return http.body_json(http.get(used, f"{host}/api/records/1.0/search/", params=params))


def records(used: http.Session | None, host: str, dataset: str, params: Mapping[str, Any]) -> Any:
    """The decoded answer of the second API, 100 rows at most; `params` holds where, order_by, limit, timezone."""
    return _explore(used, host, dataset, "records", params)


def export(used: http.Session | None, host: str, dataset: str, params: Mapping[str, Any]) -> Any:
    """The decoded answer of the second API, every row; `params` holds where, order_by, refine, timezone."""
    return _explore(used, host, dataset, "exports/json", params)


def _explore(used: http.Session | None, host: str, dataset: str, way: str, params: Mapping[str, Any]) -> Any:
    url = f"{host}/api/explore/v2.1/catalog/datasets/{dataset}/{way}"
    return http.body_json(http.get(used, url, params=params))


def rows(answer: Any) -> list[Row]:
    """The rows of an answer, field → value; SourceDown if the quota is used up, SourceChanged for any other object."""
    if isinstance(answer, list):
        return answer
    if isinstance(answer, dict) and isinstance(answer.get("records"), list):
        return _complete([record.get("fields") or {} for record in answer["records"]], answer.get("nhits"))
    if isinstance(answer, dict) and isinstance(answer.get("results"), list):
        return _complete(answer["results"], answer.get("total_count"))
    raise _refusal(answer)


def _complete(found: list[Row], available: Any) -> list[Row]:
    if isinstance(available, int) and available > len(found):
        log.warning("only %d of %d rows were sent: the request's limit is too low", len(found), available)
    return found


def _refusal(answer: Any) -> SourceDown | SourceChanged:
    told = answer if isinstance(answer, dict) else {}
    if told.get("errorcode") == QUOTA_EXCEEDED:
        return SourceDown(f"The portal's quota is used up until {told.get('reset_time', 'an unknown time')}.")
    reason = told.get("message") or told.get("error") or told.get("error_code")
    return SourceChanged(f"The portal sent no rows but {str(reason or answer)[:120]!r}.")
