"""Writes capacities into zones.json, and leaves every other character of it as it is."""

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from core.config.files import ZONES
from core.config.zones import Capacity
from core.errors import ConfigError

DECODER = json.JSONDecoder()
SPACE = re.compile(r"[ \t\r\n]*")
INDENT = "  "
FIELD, FOLLOWING = "capacity", "parsers"


class Member(NamedTuple):
    """Where one member of an object stands in a text."""

    key: int
    value: int
    end: int


def write_capacities(root: Path, capacities: Mapping[str, Mapping[str, tuple[Capacity, ...]]]) -> list[str]:
    """Put the capacities of some zones into the zones.json of a folder; the zones that it does not have, as a plugin's.

    Raises ConfigError if the file cannot be written; then it is as it was.
    """
    path = (root / ZONES).resolve()
    try:
        text = path.read_text(encoding="utf-8")
        known = _members(text, _members(text, _skip(text, 0))["zones"].value)
        for key in sorted(capacities.keys() & known.keys(), key=lambda key: known[key].value, reverse=True):
            text = _replaced(text, known[key].value, capacities[key])
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_text(text, encoding="utf-8")
        shutil.copymode(path, fresh)
        os.replace(fresh, path)
    except OSError as err:
        raise ConfigError(f"{path} cannot be written: {err.strerror}.") from err
    return sorted(capacities.keys() - known.keys())


def rendered(capacity: Mapping[str, tuple[Capacity, ...]], indent: str) -> str:
    """A zone's capacities as zones.json has them, one figure a line."""
    modes = []
    for mode, entries in capacity.items():
        lines = f",\n{indent}{INDENT * 2}".join(_line(entry) for entry in entries)
        modes.append(f"{indent}{INDENT}{json.dumps(mode)}: [\n{indent}{INDENT * 2}{lines}\n{indent}{INDENT}]")
    return "{\n" + ",\n".join(modes) + f"\n{indent}}}"


def _line(entry: Capacity) -> str:
    day = {"from": entry.valid_from.isoformat()} if entry.valid_from else {}
    power_mw = int(entry.mw) if entry.mw.is_integer() else entry.mw
    source = {"source": entry.source} if entry.source else {}
    return json.dumps({**day, "mw": power_mw, **source}, ensure_ascii=False)


def _replaced(text: str, at: int, capacity: Mapping[str, tuple[Capacity, ...]]) -> str:
    """The text with another capacity in the zone that begins at a position; a new one comes before the parsers."""
    members = _members(text, at)
    first = min(member.key for member in members.values())
    before = text[text.rfind("\n", 0, first) + 1 : first]
    indent = "" if before.strip() else before
    new = rendered(capacity, indent)
    if FIELD in members:
        return text[: members[FIELD].value] + new + text[members[FIELD].end :]
    if FOLLOWING in members:
        place = members[FOLLOWING].key
        return f'{text[:place]}"{FIELD}": {new},\n{indent}{text[place:]}'
    place = max(member.end for member in members.values())
    return f'{text[:place]},\n{indent}"{FIELD}": {new}{text[place:]}'


def _members(text: str, at: int) -> dict[str, Member]:
    """Where the members of the object that begins at a position stand."""
    found, at = dict[str, Member](), _skip(text, at + 1)
    while text[at] != "}":
        key, end = DECODER.raw_decode(text, at)
        value = _skip(text, _skip(text, end) + 1)
        _, stop = DECODER.raw_decode(text, value)
        found[key] = Member(at, value, stop)
        at = _skip(text, stop)
        at = _skip(text, at + 1) if text[at] == "," else at
    return found


def _skip(text: str, at: int) -> int:
    """The position after white space."""
    blank = SPACE.match(text, at)
    return blank.end() if blank else at
