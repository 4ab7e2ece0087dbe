"""`test-parser --record`: the answer of a call as a sample."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from core.cli import common

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core import http
    from core.ingest.jobs import Job, Outcome
    from core.plugins import Manager
    from core.recording import Case


class Wanted(NamedTuple):
    """What the options ask for."""

    folder: Path | None
    """None: tests/samples."""
    odd: str | None
    keep: int
    has_own_numbers: bool
    is_forced: bool

    def place(self, job: Job) -> Path:
        """Where the sample of a job goes."""
        from core.samples.making import place_of, samples_folder

        name = f"{job.kind}_{job.key.replace('->', '_')}"
        return place_of(self.folder or samples_folder(), job.source, name, self.odd)


def allowed(wanted: Wanted, jobs: Sequence[Job]) -> list[Job]:
    """The jobs whose sample may be written; ConfigError if that is none."""
    from core.errors import ConfigError
    from core.samples.making import is_reviewed

    if any(job.case is not None for job in jobs):
        raise typer.BadParameter("--replay answers from recordings already: --record is for live answers or --sandbox.")
    kept = [wanted.place(job) for job in jobs if not wanted.is_forced and is_reviewed(wanted.place(job))]
    for path in kept:
        typer.echo(f"{path} was reviewed, and stays: --force replaces it.", err=True)
    if len(kept) == len(jobs):
        raise ConfigError("Every sample that would be written was reviewed: --force replaces it, --odd NAME adds one.")
    return [job for job in jobs if wanted.place(job) not in kept]


@contextlib.contextmanager
def recorder(wanted: Wanted | None, plugins: Manager, job: Job) -> Iterator[Recorder]:
    """What records a call into a folder of its own, which ends with the block unless the answers are still of use."""
    if wanted is None:
        yield Recorder(None, plugins, job, Path())
        return
    folder = Path(tempfile.mkdtemp(prefix="gridtrace-"))
    made = Recorder(wanted, plugins, job, folder)
    yield made
    if not made.is_of_use:
        import shutil

        shutil.rmtree(folder)


@dataclass
class Recorder:
    """Records one call, and makes a sample of it."""

    wanted: Wanted | None
    plugins: Manager
    job: Job
    folder: Path
    case: Case | None = None
    is_of_use: bool = False

    def into(self, session: http.Session) -> http.Session:
        """The session, its answers kept if a sample is wanted."""
        from core.recording import record_into

        if self.wanted is not None:
            self.case = self._new_case()
            record_into(session, self.case)
        return session

    def _new_case(self) -> Case:
        """An empty case; the credentials it was run with stand in it as `token`."""
        from core import times
        from core.recording import Case

        job = self.job
        module, _, function = job.parser.partition(".")
        args = {**job.zone_keys, "target_datetime": job.target.isoformat() if job.target else None}
        env = dict.fromkeys(self._token_names(), "token")
        return Case("", module, function, args, times.now().isoformat(), env, [], {"kind": job.kind}, self.folder)

    def _token_names(self) -> tuple[str, ...]:
        from core.declare import declaration
        from core.errors import PluginError

        try:
            facts = declaration(self.plugins.function(self.job.parser))
        except PluginError:
            return ()
        return facts.tokens if facts else ()

    def sample_of(self, outcome: Outcome) -> tuple[Path | None, list[str]]:
        """Make the sample; its place and what to know of it. Without one, why there is none."""
        from core.ingest.jobs import JUDGED
        from core.samples.making import put

        if self.wanted is None or self.case is None or outcome.outcome == "skipped":
            return None, []
        if outcome.outcome not in JUDGED and not self.wanted.odd:
            self.is_of_use = True
            return None, [
                f"No sample is made of a call that did not go well; --odd NAME makes one of it all the same. "
                f"The answers as they came are in {self.folder}: look at them to mend the parser."]
        try:
            notes = self._make(self.case, self.wanted)
        except Exception as err:  # noqa: BLE001  a parser may raise anything; its answers are kept to mend it
            self.is_of_use = True
            return None, [f"No sample is made: the parser breaks with {err!r}. The answers are in {self.folder}."]
        path = self.wanted.place(self.job)
        put(self.case, path)
        if not self.case.rest.get("expected") and not self.wanted.odd:
            notes.append("The sample expects no event.")
        here = Path.cwd()
        return path.relative_to(here) if path.is_relative_to(here) else path, notes

    def _make(self, case: Case, wanted: Wanted) -> list[str]:
        from core.samples.cutting import MOST_TRIALS
        from core.samples.making import make

        function = self.plugins.function(self.job.parser)
        bodies = {one["body"] for one in case.http if one["body"]}
        with common.progress("cutting the answer", MOST_TRIALS * len(bodies)) as tell:
            return make(case, function, keep=wanted.keep, has_own_numbers=wanted.has_own_numbers, tell=tell)
