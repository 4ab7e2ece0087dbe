"""What several tests use: the project's own samples, run through the real fetch functions."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from core import schemas
from core.errors import SourceError
from core.recording import Case, playing, read_case

SAMPLES = Path(__file__).parent / "samples"


def to_first_release(engine: Engine) -> None:
    """Make a new store one of the first schema: what came later is taken away."""
    with engine.begin() as connection:
        for name in ("estimation", "created_s", "updated_s"):
            connection.execute(text(f"ALTER TABLE results DROP COLUMN {name}"))
        for name in ("quarantine", "access_tokens"):
            connection.execute(text(f"DROP TABLE {name}"))
        for name in ("jobs_new", "jobs_good"):
            connection.execute(text(f"DROP INDEX {name}"))
        connection.execute(text("CREATE INDEX jobs_by_series ON jobs (kind, key, started_s)"))
        for name in ("suspect", "window_start_s", "window_end_s"):
            connection.execute(text(f"ALTER TABLE jobs DROP COLUMN {name}"))
        for name in ("mixes", "numbers"):
            connection.execute(text(f"DROP INDEX {name}_long"))
        for name in ("mixes", "numbers", "directions", "documents"):
            connection.execute(text(f"DROP TABLE {name}_revisions"))
            connection.execute(text(f"ALTER TABLE {name} DROP COLUMN fetched_s"))
        connection.execute(text("DROP TABLE windows"))
        connection.execute(text("ALTER TABLE unsolved DROP COLUMN marks"))
        connection.execute(text("UPDATE version SET number = 1"))


def sample_paths() -> list[Path]:
    """Every sample case, the odd ones in `odd/` included."""
    return sorted(p for p in SAMPLES.rglob("*.json") if p.parent.name != "bodies")


def kind_of(case: Case) -> str:
    """The kind a sample is of: what its file says, or the function's name read as one."""
    return str(case.rest.get("kind") or {"production_mix": "production"}.get(
        name := case.function.removeprefix("fetch_"), name))


@contextmanager
def warnings_of_parsers() -> Iterator[list[str]]:
    """Collects what parsers warn of."""
    seen: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record.getMessage())

    logger, handler = logging.getLogger("gridtrace.parsers"), Collect(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield seen
    finally:
        logger.removeHandler(handler)


def run(case: Case) -> list[Any]:
    """What the fetch function returns for a case, as a list."""
    function = getattr(import_module(f"parsers.{case.source}"), case.function)
    with playing(case) as session:
        found = function(session=session, **case.call)
    return found if isinstance(found, list) else [found]


def plain(case: Case, found: list[Any]) -> list[Any]:
    """Checked events as JSON, without what is empty; installed capacities as they are."""
    if case.function == "fetch_production_capacity":
        return json.loads(json.dumps(found, default=str))
    checked = [schemas.read(kind_of(case), event).model_dump(by_alias=True, mode="json") for event in found]
    return [{k: v for k, v in event.items() if v not in (None, {}, [])} for event in checked]


def events(name: str) -> list[schemas.Event]:
    """The checked events of one sample, named as `MODULE/case`."""
    case = read_case(SAMPLES / f"{name}.json")
    return [schemas.read(kind_of(case), event) for event in run(case)]


def outcome(case: Case) -> tuple[list[Any], str | None, list[str]]:
    """(events, name of the error raised, warnings) of a case."""
    with warnings_of_parsers() as seen:
        try:
            return plain(case, run(case)), None, seen
        except SourceError as err:
            return [], type(err).__name__, seen
