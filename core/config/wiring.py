"""Names a parser in zones.json or exchanges.json, and leaves every other character of the file as it is."""

import json
import os
import shutil
from pathlib import Path

from core.config.files import EXCHANGES, ZONES
from core.config.writing import FOLLOWING, INDENT, Member, _members, _skip
from core.errors import ConfigError
from core.kinds import split_key


def write_parser(root: Path, key: str, kind: str, reference: str) -> None:
    """Name a parser for a kind of a zone or exchange: alone, or after those that serve it already.

    Raises ConfigError if the file cannot be read or written; then it is as it was.
    """
    path = (root / (EXCHANGES if split_key(key) else ZONES)).resolve()
    try:
        text = path.read_text(encoding="utf-8")
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_text(_named(text, _entry(text, key), kind, reference), encoding="utf-8")
        shutil.copymode(path, fresh)
        os.replace(fresh, path)
    except OSError as err:
        raise ConfigError(f"{path} cannot be written: {err.strerror}.") from err


def _entry(text: str, key: str) -> dict[str, Member]:
    """Where the fields of a zone or exchange stand."""
    top = _skip(text, 0)
    if split_key(key) is None:
        top = _members(text, top)["zones"].value
    return _members(text, _members(text, top)[key].value)


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


def _indent(text: str, at: int) -> str:
    """What stands before a member on its line, if that is only space."""
    before = text[text.rfind("\n", 0, at) + 1 : at]
    return "" if before.strip() else before
