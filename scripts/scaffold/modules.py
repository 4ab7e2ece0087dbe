"""The texts of a new parser and its hand check; what only a person knows is marked FILL IN, and fails the tests."""

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.kinds import KINDS, split_key
from scaffold.shapes import Shape

MARK = "FILL IN"
BODIES = {
    "json": "http.body_json({})", "xml": "http.body_xml({}.content)", "csv": "http.body_text({})",
    "html": "http.body_html({}.content)",
}
BUILDERS = {
    "Production": ("production", ""),
    "Consumption": ("consumption", "load_mw=number({})"),
    "TotalProduction": ("total_production", "value_mw=number({})"),
    "Price": ("price", 'price_mwh=number({}), currency="{currency}"'),
    "Exchange": ("exchange", "flow_mw=number({})"),
}
"""Event → the function that builds it, and what a record gives it; {} is the field."""


@dataclass(frozen=True)
class Wish:
    """What is to be written."""

    name: str
    url: str
    key: str
    kind: str
    timezone: str
    currency: str

    @property
    def host(self) -> str:
        """The publisher's name, as events carry it."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")

    @property
    def function(self) -> str:
        return "fetch_" + self.what

    @property
    def what(self) -> str:
        """The kind as a function's name has it."""
        return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", self.kind).lower()

    @property
    def event(self) -> str:
        return KINDS[self.kind].event

    @property
    def case(self) -> str:
        """The name of its sample."""
        return f"{self.kind}_{self.key.replace('->', '_')}"


def module(wish: Wish, shape: Shape) -> str:
    """The text of the parser."""
    body = _records(wish, shape) if shape.rows else _nothing(wish, shape)
    is_mix = bool(shape.rows) and wish.event == "Production"
    names = {"errors", "http", "source", "times"}
    if shape.rows:
        names |= {BUILDERS[wish.event][0]} | ({"by_label"} if is_mix else {"number"})
        names |= {"values"} if "values." in shape.rows else set()
    parts = [
        _docstring(wish), "", f"from core import {', '.join(sorted(names))}", "", *_constants(wish, shape), "", "",
        *_fetch(wish, shape), "", "", *body]
    return "\n".join(parts) + "\n"


def _docstring(wish: Wish) -> str:
    serves = wish.kind if wish.kind != "exchange" else "flow"
    return f'''"""{MARK}: who {wish.host} is and what it publishes, in one line.

Docs     {wish.url} ({MARK}: where it is described)
Serves   {serves} {wish.key}
Time     {MARK}: how long an interval is, whether a stamp is its start or its end, on which clock
Unit     {MARK}
Sign     {MARK}: of storage and of flows, in the source and turned to ours; none if there is neither
History  {MARK}: what can be asked for, and how much one call gives
Licence  {MARK}: under which terms the data are published, and where it says so
"""'''


def _constants(wish: Wish, shape: Shape) -> list[str]:
    found = [f'SOURCE = "{wish.host}"', f"URL = {json.dumps(wish.url)}", f'TIMEZONE = "{wish.timezone}"']
    if not shape.rows or wish.event != "Production":
        return found
    lines = [f'    {json.dumps(label, ensure_ascii=False)}: "unknown",' for label in shape.labels]
    return [*found, f"MODES = {{  # {MARK}: the mode of each label; totals and storage go from here", *lines, "}"]


def _fetch(wish: Wish, shape: Shape) -> list[str]:
    keys = "zone_key1, zone_key2" if split_key(wish.key) else "zone_key"
    body = BODIES[shape.format].format("http.get(session, URL)")
    return [
        f"@source(resolution_min=None, window_h=1)  # {MARK}: resolution_min, window_h or day_of, delay_h, history",
        f"def {wish.function}({keys}, session=None, target_datetime=None, logger=None):",
        "    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):",
        f'        raise errors.NoHistory("{wish.host} is asked for the present only.")',
        f"    return parse_{wish.what}({body})"]


def _records(wish: Wish, shape: Shape) -> list[str]:
    build, value = BUILDERS[wish.event]
    pattern = f", {json.dumps(shape.pattern)}" if shape.pattern else ""
    stamp, first = (f"row[{json.dumps(name, ensure_ascii=False)}]" for name in (shape.stamp, shape.labels[0]))
    given = value.replace("{}", first, 1).format(currency=wish.currency) if value else "modes=by_label(row, MODES)"
    keys = ", ".join(f'"{key}"' for key in split_key(wish.key) or (wish.key,))
    return [
        f"def parse_{wish.what}(answer):",
        '    """One event per record of the answer."""',
        "    return [",
        f"        {build}(",
        f"            {keys}, start=times.read({stamp}, TIMEZONE{pattern}), source=SOURCE,",
        f"            {given})  # {MARK}: unit and sign, turned to ours on this line",
        f"        for row in {shape.rows}]"]


def _nothing(wish: Wish, shape: Shape) -> list[str]:
    return [
        f"def parse_{wish.what}(answer):",
        f'    """{MARK}: what stands in a record of the answer."""',
        f'    raise errors.SourceChanged(f"Write parse_{wish.what}: nothing reads {{str(answer)[:200]!r}} yet.")']


def hand_check(wish: Wish) -> str:
    """The text of the test that is to be written by hand."""
    return f'''"""{wish.name} by hand: numbers that a person worked out from the source's own page."""

import pytest


def test_{wish.what}_by_hand() -> None:
    """{MARK}: the working, such as: 13:00 in Paris (UTC+1) is 12:00 UTC; 1.25 GW of coal are 1250 MW."""
    pytest.fail(
        "Work one number of tests/samples/{wish.name}/{wish.case}.json out by hand, its sign, unit and hour, and "
        "hold the parser against it; tests/parsers/test_TAIPOWER.py shows how.")
'''
