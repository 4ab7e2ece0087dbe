"""SignalR 2, Microsoft's push service of ASP.NET (not that of ASP.NET Core), by long polling over plain HTTP.

To set: the service's address (`https://data.ajenti.com.au/live/signalr`) and the hub, a channel on which the server
calls methods of its clients. `first_call` waits for one that says something.

    negotiate → a token for the rest      connect → a first cursor (C)      start → from now on there are messages
    poll with the cursor → the next one, and the calls since (M), each with hub (H), method (M) and arguments (A)

What goes wrong: a poll is held until there is something to say, and may come back with nothing; names are compared
without regard to capitals; two polls must not be equal, as a cycle sends equal requests once.
"""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from core import http
from core.errors import SourceChanged, SourceError

PROTOCOL = "1.5"
TRANSPORT = "longPolling"
POLL_S = 15.0


def first_call(used: http.Session | None, url: str, hub: str, method: str, *, polls: int) -> Any:
    """The first argument of the first call of a hub's method that has one; None if none comes within so many polls."""
    known = {"clientProtocol": PROTOCOL, "connectionData": json.dumps([{"name": hub.lower()}], separators=(",", ":"))}
    token = _given(_ask(used, f"{url}/negotiate", known), "ConnectionToken")
    known |= {"transport": TRANSPORT, "connectionToken": token}
    try:
        answer = _ask(used, f"{url}/connect", known)
        _ask(used, f"{url}/start", known)
        for number in range(polls):
            cursor = _given(answer, "C")
            answer = _ask(used, f"{url}/poll", {**known, "messageId": cursor, "tid": number})
            if said := next(filter(None, _arguments(answer, hub, method)), None):
                return said
        return None
    finally:
        with contextlib.suppress(SourceError):  # it would find out by itself that nobody polls any more
            http.post(used, f"{url}/abort", params=known, timeout_s=POLL_S)


def _arguments(answer: dict[str, Any], hub: str, method: str) -> Iterator[Any]:
    """The first argument of each of a method's calls in one answer."""
    for one in answer.get("M") or ():
        if isinstance(one, dict) and _is(one.get("H"), hub) and _is(one.get("M"), method) and one.get("A"):
            yield one["A"][0]


def _ask(used: http.Session | None, url: str, params: dict[str, Any]) -> dict[str, Any]:
    answer = http.body_json(http.get(used, url, params=params, timeout_s=POLL_S))
    if not isinstance(answer, dict):
        raise SourceChanged(f"SignalR sent no object but {str(answer)[:60]!r}.")
    return answer


def _given(answer: dict[str, Any], name: str) -> Any:
    if not answer.get(name):
        raise SourceChanged(f"SignalR's answer has no {name}.")
    return answer[name]


def _is(name: Any, wanted: str) -> bool:
    return isinstance(name, str) and name.lower() == wanted.lower()
