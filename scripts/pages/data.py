"""The columns of every dataset that a store is exported to."""

from collections.abc import Iterable

from core.history.datasets import END, KEY, REPLACED, RESULTS, SAID, START, VALUES, Column, datasets
from core.kinds import KINDS

from .tables import table


def columns() -> str:
    parts = ["## Columns", "", "Every kind has these:", "", *_table((KEY, START, END, *SAID))]
    for event, (about, own) in VALUES.items():
        kinds = ", ".join(f"`{kind.name}`" for kind in KINDS.values() if kind.event == event)
        parts += ["", f"### {event}", "", f"{kinds}: {about[0].lower()}{about[1:]}", "", *_table(own)]
    results = [column for column in datasets()[RESULTS].columns if column.name not in ("key", "start", "end")]
    parts += ["", "### Revisions", "", "`revisions/KIND`: the columns of the kind, and:", "", *_table((REPLACED,))]
    parts += ["", "### Results", "", "`results`: `key`, `start` and `end` of each zone's hour, and:", ""]
    return "\n".join([*parts, *_table(results), ""])


def _table(found: Iterable[Column]) -> list[str]:
    rows = ((f"`{one.name}`", one.type, one.unit, "yes" if one.is_required else "", one.meaning) for one in found)
    return table(("column", "type", "unit", "always there", "meaning"), rows)
