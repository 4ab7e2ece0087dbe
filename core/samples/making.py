"""A sample made of a recorded case: scrubbed, cut, with what the parser makes of it, for a person to review."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from core.config import shipped_root
from core.errors import ConfigError
from core.plugins import Fetch
from core.recording import Case, read_case
from core.samples.cutting import Tell, cut
from core.samples.numbers import own_numbers
from core.samples.outcomes import outcome

ODD = "odd"


def samples_folder() -> Path:
    """Where the project's own samples are; ConfigError in an installation, which has none."""
    folder = shipped_root() / "tests" / "samples"
    if not folder.is_dir():
        raise ConfigError("There is no checkout with tests/samples here: name a folder with --record-to DIR.")
    return folder


def place_of(folder: Path, module: str, name: str, odd: str | None = None) -> Path:
    """The file of a case: `<MODULE>/<name>.json`, or `<MODULE>/odd/<odd>.json`."""
    return folder / module / ODD / f"{odd}.json" if odd else folder / module / f"{name}.json"


def is_reviewed(path: Path) -> bool:
    """Whether a person has read what the case of this file expects."""
    return path.exists() and read_case(path).rest.get("reviewed") is True


def make(
    case: Case, function: Fetch, *, keep: int, has_own_numbers: bool = False, tell: Tell = lambda: None
) -> list[str]:
    """Cut a recorded case in its folder and write down what the parser makes of it; what to know of it, in sentences.

    A parser that fails where it is replayed, though it did not when it was recorded, is its mistake and raises.
    """
    notes = cut(case, function, keep, tell)
    if has_own_numbers:
        notes += own_numbers(case, function, tell)
    said = outcome(case, function)
    case.rest |= {"expected_error": said.error} if said.error else {"expected": said.events}
    case.rest |= {"warnings": said.warnings} if said.warnings else {}
    case.rest["reviewed"] = False
    return notes


def put(case: Case, path: Path) -> None:
    """Move a case from the folder it was made in to its place, its bodies named after it; an older one goes."""
    old = read_case(path) if path.exists() else None
    case.id = str(path.with_suffix("").relative_to(_root_of(path)))
    bodies = path.parent / "bodies"
    bodies.mkdir(parents=True, exist_ok=True)
    names = _names(path.stem, [one["body"] for one in case.http])
    for name, new in names.items():
        shutil.move(case.bodies / name, bodies / new)
    for one in case.http:
        one["body"] = names.get(one["body"])
    case.bodies = bodies
    case.write(path)
    if old is not None:
        _tidy(path.parent, {one["body"] for one in old.http if one["body"]})


def _root_of(path: Path) -> Path:
    """The folder that holds the sources' folders."""
    return path.parents[2] if path.parent.name == ODD else path.parents[1]


def _names(stem: str, bodies: Sequence[str | None]) -> dict[str, str]:
    """What each body is called beside the case: `production_XX.json`, `production_XX_2.json` …"""
    found: dict[str, str] = {}
    for body in filter(None, bodies):
        number = f"_{len(found) + 1}" if found else ""
        found.setdefault(body, f"{stem}{number}{Path(body).suffix}")
    return found


def _tidy(folder: Path, names: set[str]) -> None:
    """Remove those of an older case's bodies that no case names any more."""
    used = {one["body"] for path in folder.glob("*.json") for one in read_case(path).http}
    for name in names - used:
        (folder / "bodies" / name).unlink(missing_ok=True)
