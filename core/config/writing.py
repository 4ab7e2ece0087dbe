"""Writes capacities, zones and who serves them into zones.json and exchanges.json; all else there stays as it is."""

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from core.config.files import EXCHANGES, ZONES
from core.config.zones import Capacity
from core.errors import ConfigError
from core.kinds import split_key

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
    text = _read(root / ZONES)
    known = _members(text, _zones(text))
    for key in sorted(capacities.keys() & known.keys(), key=lambda key: known[key].value, reverse=True):
        text = _replaced(text, known[key].value, capacities[key])
    _write(root / ZONES, text)
    return sorted(capacities.keys() - known.keys())


def write_zone(
    root: Path, key: str, zone: Mapping[str, Any], exchanges: Mapping[str, Mapping[str, Any]], parent: str | None
) -> None:
    """Put a zone and its exchanges into the files of a folder, where their keys sort, and among its parent's sub-zones.

    Raises ConfigError if a file cannot be written; then zones.json and exchanges.json are as they were, or only
    zones.json has what is new.
    """
    zones, links = _read(root / ZONES), _read(root / EXCHANGES)
    if parent is not None:
        zones = _with_sub_zone(zones, _members(zones, _zones(zones))[parent].value, key)
    zones = _inserted(zones, _zones(zones), key, zone)
    for link, entry in exchanges.items():
        links = _inserted(links, _skip(links, 0), link, entry)
    _write(root / ZONES, zones)
    _write(root / EXCHANGES, links)


def write_parser(root: Path, key: str, kind: str, reference: str) -> None:
    """Name a parser for a kind of a zone or exchange: alone, or after those that serve it already.

    Raises ConfigError if the file cannot be read or written; then it is as it was.
    """
    path = root / (EXCHANGES if split_key(key) else ZONES)
    text = _read(path)
    top = _skip(text, 0) if split_key(key) else _zones(text)
    _write(path, _named(text, _members(text, _members(text, top)[key].value), kind, reference))


def _named(text: str, entry: dict[str, Member], kind: str, reference: str) -> str:
    indent = _indent(text, min(field.key for field in entry.values()))
    if FOLLOWING not in entry:
        place = max(field.end for field in entry.values())
        new = json.dumps({kind: reference}, indent=len(INDENT)).replace("\n", f"\n{indent}")
        return f'{text[:place]},\n{indent}"{FOLLOWING}": {new}{text[place:]}'
    kinds = _members(text, entry[FOLLOWING].value)
    if kind in kinds:
        return _appended(text, kinds[kind], reference)
    line = f"{json.dumps(kind)}: {json.dumps(reference)}"
    later = [member.key for name, member in kinds.items() if name > kind]
    if later:
        place = min(later)
        return f"{text[:place]}{line},\n{_indent(text, place)}{text[place:]}"
    place = max(member.end for member in kinds.values())
    last = max(member.key for member in kinds.values())
    return f"{text[:place]},\n{_indent(text, last)}{line}{text[place:]}"


def _appended(text: str, kind: Member, reference: str) -> str:
    """The text with another parser behind those of a kind, on the same line if they are on one."""
    before = json.loads(text[kind.value : kind.end])
    if isinstance(before, str) or "\n" not in text[kind.value : kind.end]:
        names = [before] if isinstance(before, str) else before
        return text[: kind.value] + json.dumps([*names, reference]) + text[kind.end :]
    place = len(text[: kind.end - 1].rstrip())
    indent = _indent(text, kind.key) + INDENT
    return f"{text[:place]},\n{indent}{json.dumps(reference)}{text[place:]}"


def rendered_entry(entry: Mapping[str, Any], indent: str) -> str:
    """A zone or exchange as the files have it, one field a line."""
    fields = (f'{indent}{INDENT}"{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in entry.items())
    return "{\n" + ",\n".join(fields) + f"\n{indent}}}"


def _zones(text: str) -> int:
    """Where the object of all zones begins in zones.json."""
    return _members(text, _skip(text, 0))["zones"].value


def _inserted(text: str, at: int, key: str, entry: Mapping[str, Any]) -> str:
    """The text with another entry in the object that begins at a position, before the first whose key is greater."""
    members = _members(text, at)
    if not members:
        return f"{text[: at + 1]}{json.dumps(key)}: {rendered_entry(entry, '')}{text[_skip(text, at + 1) :]}"
    indent = _indent(text, min(member.key for member in members.values()))
    new = f"{json.dumps(key)}: {rendered_entry(entry, indent)}"
    later = [member.key for name, member in members.items() if name > key]
    if later:
        place = min(later)
        return f"{text[:place]}{new},\n{indent}{text[place:]}"
    place = max(member.end for member in members.values())
    return f"{text[:place]},\n{indent}{new}{text[place:]}"


def _with_sub_zone(text: str, at: int, key: str) -> str:
    """The text with another sub-zone of the zone that begins at a position; the first one comes after its box."""
    members = _members(text, at)
    indent = _indent(text, min(member.key for member in members.values()))
    old = members.get("sub_zones")
    keys = sorted({*(json.loads(text[old.value : old.end]) if old else ()), key})
    lines = f",\n{indent}{INDENT}".join(map(json.dumps, keys))
    new = f"[\n{indent}{INDENT}{lines}\n{indent}]"
    if old:
        return text[: old.value] + new + text[old.end :]
    place = members["bbox"].end
    return f'{text[:place]},\n{indent}"sub_zones": {new}{text[place:]}'


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as err:
        raise ConfigError(f"{path} cannot be read: {err.strerror}.") from err


def _write(path: Path, text: str) -> None:
    """Replace a file whole."""
    path = path.resolve()
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8")
        shutil.copymode(path, fresh)
        os.replace(fresh, path)
    except OSError as err:
        raise ConfigError(f"{path} cannot be written: {err.strerror}.") from err


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
    indent = _indent(text, first)
    new = rendered(capacity, indent)
    if FIELD in members:
        return text[: members[FIELD].value] + new + text[members[FIELD].end :]
    if FOLLOWING in members:
        place = members[FOLLOWING].key
        return f'{text[:place]}"{FIELD}": {new},\n{indent}{text[place:]}'
    place = max(member.end for member in members.values())
    return f'{text[:place]},\n{indent}"{FIELD}": {new}{text[place:]}'


def _indent(text: str, at: int) -> str:
    """What stands before a member on its line, if that is only space."""
    before = text[text.rfind("\n", 0, at) + 1 : at]
    return "" if before.strip() else before


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
