"""The contract of each kind of event: its fields and an example, what is refused and with which words, JSON Schemas."""

import json
from collections.abc import Collection, Iterator

from core.kinds import KINDS
from core.schemas import EVENTS, Event, read
from core.validation import check, jsonable

from .examples import ACCEPTED, NOW, REFUSED
from .fields import fields
from .tables import sentence, table


def schema(event: str) -> str:
    """The JSON Schema of the documented dict of an event, moments as text."""
    made = EVENTS[event].model_json_schema()
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **made}, indent=1,
                      ensure_ascii=False) + "\n"


def events() -> str:
    common = Event.model_json_schema(by_alias=True)
    parts = ["## The kinds", "", *_kinds(), "", "## The events", ""]
    parts += ["Each has these fields, and those of its class:", "", *fields(common), ""]
    for name in EVENTS:
        parts += [f"### {name}", "", *_event(name, common["properties"]), ""]
    return "\n".join([*parts, "## What is refused", "", *_refused(), ""])


def _kinds() -> list[str]:
    rows = (
        (f"`{kind.name}`", kind.subject, f"[{kind.event}](#{kind.event.lower()})",
         "yes" if kind.is_future_allowed else "a day at most") for kind in KINDS.values())
    return table(("kind", "of", "event", "may start in the future"), rows)


def _event(name: str, common: Collection[str]) -> list[str]:
    cls = EVENTS[name]
    kinds = ", ".join(f"`{kind.name}`" for kind in KINDS.values() if kind.event == name)
    series = "One value per start." if cls.is_series else "Several of one start may stand side by side."
    return [
        f"{sentence(cls.__doc__ or '')} {series} Kinds: {kinds}. [JSON Schema](schemas/{name}.json)", "",
        *fields(cls.model_json_schema(), without=common), "", "```json", _example(name), "```",
    ]


def _example(name: str) -> str:
    kind = next(kind.name for kind in KINDS.values() if kind.event == name)
    return json.dumps(jsonable(read(kind, ACCEPTED[name])), indent=1, ensure_ascii=False)


def _refused() -> Iterator[str]:
    yield "Each with the words that are stored with it (`gridtrace refusals`); the rest of the answer goes on."
    yield ""
    rows = []
    for what, kind, key, answer in REFUSED:
        (refusal,) = check(kind, key, answer, now=NOW).refusals
        rows.append((what, f"`{kind}`", refusal.reason))
    yield from table(("what a parser returns", "kind", "the reason"), rows)


