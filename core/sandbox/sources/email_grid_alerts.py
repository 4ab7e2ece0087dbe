"""Mailgun: the log of a mailbox into which nothing has come, as the grid has no operators who would write.

Traps it has: a key that is a password of basic authentication; a body of JSON that must name the domain.
"""

import json

from core.sandbox.readings import Readings
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("api.eu.mailgun.net",)
PATH = "/v1/analytics/logs"


def answer(asked: Asked, readings: Readings) -> Reply:
    """No item for whoever asks for the messages of a domain; no message is stored."""
    if not asked.headers.get("authorization", "").startswith("Basic "):
        return Reply(b"Forbidden", "text/plain", 401)
    if asked.path != PATH or asked.method != "POST":
        return NOT_FOUND
    try:
        question = json.loads(asked.body)
        named = {one["attribute"] for one in question["filter"]["AND"] if one["values"][0]["value"]}
    except (ValueError, KeyError, TypeError, IndexError):
        named = set()
    if not {"domain", "event"} <= named:
        return json_reply({"message": "Invalid filter"}, 400)
    return json_reply({
        "start": question["start"], "end": question["end"], "items": [], "pagination": {"next": {}, "total": 0},
        "aggregates": {},
    })
