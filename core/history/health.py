"""How the sources are doing, parser by parser, from the records of their last jobs."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.ingest.jobs import BAD, MEASURED_KINDS
from core.store import GOOD
from core.store.rows import Row

NO_PARSER = "–"


@dataclass(frozen=True)
class Problem:
    """The newest thing that went wrong."""

    kind: str
    key: str
    message: str
    at_s: int


@dataclass(frozen=True)
class ParserHealth:
    """One module of `parsers/`: how the last job of each of its series went."""

    parser: str
    outcomes: Mapping[str, int]
    """How many series have which outcome."""
    newest_s: int | None
    """When the newest measured interval began that it brought; None for none."""
    good_s: int | None
    """When one of its jobs last went well."""
    problem: Problem | None

    @property
    def series(self) -> int:
        return sum(self.outcomes.values())

    @property
    def good(self) -> int:
        return sum(self.outcomes.get(name, 0) for name in GOOD)

    @property
    def bad(self) -> int:
        return sum(self.outcomes.get(name, 0) for name in BAD)

    @property
    def skipped(self) -> int:
        return self.outcomes.get("skipped", 0)


def parsers_health(jobs: Iterable[Row]) -> list[ParserHealth]:
    """The health of every parser, by name, from what `Store.last_jobs` gives."""
    by_parser: dict[str, list[Row]] = {}
    for row in jobs:
        by_parser.setdefault(str(row["parser"]).partition(".")[0] or NO_PARSER, []).append(row)
    return [_health(name, rows) for name, rows in sorted(by_parser.items())]


def _health(name: str, rows: list[Row]) -> ParserHealth:
    newest = (row["newest_s"] for row in rows if row["kind"] in MEASURED_KINDS and row["newest_s"] is not None)
    good = (row["good_s"] for row in rows if row["good_s"] is not None)
    problems = [row for row in rows if row["outcome"] != "ok" and row["message"]]
    worst = max(problems, key=lambda row: (row["outcome"] in BAD, row["started_s"]), default=None)
    problem = None if worst is None else Problem(worst["kind"], worst["key"], worst["message"], worst["started_s"])
    outcomes = Counter(row["outcome"] for row in rows)
    return ParserHealth(name, dict(outcomes), max(newest, default=None), max(good, default=None), problem)
