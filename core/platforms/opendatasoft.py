"""Opendatasoft, the portal software of RTE's ODRÉ, Elia and others: how to ask, where the rows are.

To set: the portal's host (`https://odre.opendatasoft.com`) and the data set's id; a key (`apikey`) only where the
portal wants one. `search` asks the first API: a query of words such as `date_heure >= 2026-03-10T00:45`, its stamps
read on the clock of `timezone`. `export` asks the second for all rows at once, where its `records` give 100 per call:
`where` is a condition such as `datetime >= date'2026-03-10T00:45:00'`, read on the same clock, `refine` a value such as
`territoire:Corse`. `rows` reads the answers of both.

What goes wrong: a quota that is used up and a query that cannot be read come as an object instead of rows, sometimes
with status 200; a field without a value is absent from its row, or null; some numbers are strings; rows come in any
order unless the request asks for one; a limit that is too low cuts the answer without an error.
"""

from typing import Any

from core import http
from core.errors import SourceChanged, SourceDown
from core.values import log

QUOTA_EXCEEDED = 10002

Row = dict[str, Any]


def search(
    used: http.Session | None, host: str, dataset: str, *, query: str, timezone: str = "UTC", limit: int = 200,
    key: str | None = None,
) -> Any:
    """The decoded answer of the first API."""
    params = {"dataset": dataset, "q": query, "timezone": timezone, "rows": limit, "apikey": key}
    return http.body_json(http.get(used, f"{host}/api/records/1.0/search/", params=params))


def export(
    used: http.Session | None, host: str, dataset: str, *, order_by: str, where: str | None = None,
    refine: str | None = None, timezone: str = "UTC",
) -> Any:
    """The decoded answer of the second API: every row that fits, however many."""
    params = {"where": where, "order_by": order_by, "timezone": timezone, "refine": refine}
    url = f"{host}/api/explore/v2.1/catalog/datasets/{dataset}/exports/json"
    return http.body_json(http.get(used, url, params=params))


def rows(answer: Any) -> list[Row]:
    """The rows of an answer, field → value; SourceDown if the quota is used up, SourceChanged for any other object."""
    if isinstance(answer, list) and all(isinstance(row, dict) for row in answer):
        return answer
    told = answer if isinstance(answer, dict) else {}
    if isinstance(told.get("records"), list):
        return _complete([record.get("fields") or {} for record in told["records"]], told.get("nhits"))
    if isinstance(told.get("results"), list):
        return _complete(told["results"], told.get("total_count"))
    raise _refusal(answer)


def _complete(found: list[Row], available: Any) -> list[Row]:
    if isinstance(available, int) and available > len(found):
        log.warning("only %d of %d rows were sent: the request's limit is too low", len(found), available)
    return found


def _refusal(answer: Any) -> SourceDown | SourceChanged:
    told = answer if isinstance(answer, dict) else {}
    if QUOTA_EXCEEDED in (told.get("errorcode"), told.get("error_code")):
        return SourceDown(f"The portal's quota is used up until {told.get('reset_time', 'an unknown time')}.")
    reason = told.get("message") or told.get("error") or told.get("error_code")
    return SourceChanged(f"The portal sent no rows but {str(reason or answer)[:120]!r}.")
