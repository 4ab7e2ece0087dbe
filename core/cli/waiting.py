"""`gridtrace wait`: run a command when its place is green, or at its best start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from core.cli import answers, common, deciding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.cli.answers import Source
    from core.decisions import Job, Metric, Wanted

POLL_S = 300.0
"""How often it is looked: the runner brings new data every five minutes."""
DEFAULT_TIMEOUT = "24h"
TIMED_OUT = 1
"""Exit code of --or-fail."""


class Look(NamedTuple):
    """What is known of when to run."""

    start_s: float
    """Infinite while that is not known."""
    says: str


def wait(
    command: Annotated[list[str], typer.Argument(metavar="COMMAND…", help="After --, with its arguments; no shell.")],
    zone: deciding.ZoneOption,
    below: deciding.LimitBelow = None,
    above: deciding.LimitAbove = None,
    percentile: deciding.PercentileOption = 25.0,
    days: deciding.DaysOption = 30,
    oldest: deciding.OldestOption = "3h",
    at_best: Annotated[
        bool, typer.Option("--best", help="Instead of green hours wait for the best start of a job of -d.")] = False,
    duration: answers.DurationOption = None,
    by: answers.ByOption = None,
    timezone: answers.ClockOption = None,
    min_saving: Annotated[
        float, typer.Option("--min-saving", metavar="PERCENT", min=0, help="What makes --best worth waiting.")] = 0.0,
    metric: answers.MetricOption = answers.DEFAULT_METRIC,
    timeout: Annotated[
        str | None,
        typer.Option(metavar="LENGTH", help=f"Wait no longer; default {DEFAULT_TIMEOUT}, or until --by allows."),
    ] = None,
    or_fail: Annotated[bool, typer.Option("--or-fail", help="At the time-out fail instead of running it.")] = False,
    store: common.StoreOption = None,
    api: answers.ApiOption = None,
    token: answers.TokenOption = None,
) -> None:
    """Wait until a place is green (as `gridtrace now` tells), or with --best for the best start, then run a command.

    The command takes the place of this process: its exit code and every signal are its own. At the time-out it is run
    all the same, and that is said. Exit code 1 with --or-fail: not green in time, and nothing was run; 2: what was
    asked for makes no sense.
    """
    from core.decisions import Job, Wanted

    _check(command, at_best=at_best, has_job=duration is not None, has_end=by is not None, or_fail=or_fail)
    config, _ = common.everything()
    source, chosen = answers.source_of(config, store, api, token), answers.metric_of(metric)
    limit_s = answers.now_s() + answers.duration_of(timeout or DEFAULT_TIMEOUT)
    if at_best:
        length_s = answers.duration_of(duration)
        if by is not None:
            latest_s = answers.moment_s(by, answers.clock_of(config, [zone], timezone)) - length_s
            limit_s = latest_s if timeout is None else min(latest_s, limit_s)
        look = _best_start(source, zone, Job(length_s, limit_s + length_s, metric=chosen, min_saving=min_saving))
    else:
        wanted = Wanted(deciding.limit(chosen, below, above), percentile, days, answers.duration_of(oldest))
        look = _green(source, zone, chosen, wanted)
    if not _is_time(look, limit_s):
        typer.echo("The time-out is reached.", err=True)
        if or_fail:
            raise typer.Exit(TIMED_OUT)
    _become(command)


def _check(command: Sequence[str], *, at_best: bool, has_job: bool, has_end: bool, or_fail: bool) -> None:
    """Refuse what contradicts itself, and a command that is not there, before anybody waits for it."""
    import shutil

    if shutil.which(command[0]) is None:
        raise typer.BadParameter(f"There is no command {command[0]!r}; shell syntax needs a shell: sh -c '…'.")
    if at_best != has_job or (has_end and not at_best):
        raise typer.BadParameter("--best goes with -d, and --by with both: gridtrace wait -z DE --best -d 2h -- make.")
    if at_best and or_fail:
        raise typer.BadParameter("--or-fail goes with green hours: --best always finds a start in time.")


def _green(source: Source, zone: str, metric: Metric, wanted: Wanted) -> Callable[[], Look]:
    def look() -> Look:
        found = source.green(zone, metric, wanted)
        return Look(answers.now_s() if found["is_green"] else math.inf, found["advice"])

    return look


def _best_start(source: Source, zone: str, job: Job) -> Callable[[], Look]:
    """The start that is best as far as is known now; once the latest one has come, that."""
    from core import times

    def look() -> Look:
        assert job.deadline_s is not None
        if answers.now_s() > job.deadline_s - job.duration_s:
            return Look(answers.now_s(), "The latest start has come.")
        found = source.decide([zone], job)
        return Look(times.read(found["start"]).timestamp(), found["advice"])

    return look


def _is_time(look: Callable[[], Look], limit_s: float) -> bool:
    """Wait for the start that is seen, looking again every POLL_S; False if the limit comes first.

    A start that has come is not looked at again: with what is left of its hour another might seem better.
    """
    seen = look()  # what is wrong with the request is wrong now
    typer.echo(seen.says, err=True)
    while (now_s := answers.now_s()) < seen.start_s:
        if now_s >= limit_s:
            return False
        _pause(min(seen.start_s, limit_s, now_s + POLL_S), seen, limit_s)
        if answers.now_s() < seen.start_s:
            seen = _again(look, seen)
    return True


def _again(look: Callable[[], Look], before: Look) -> Look:
    """What is seen now, said if the start has changed; what was seen before while nobody answers."""
    from core.errors import SourceError, StoreError

    try:
        seen = look()
    except (SourceError, StoreError) as err:
        typer.echo(f"{err} It is asked again in {POLL_S / 60:.0f} minutes.", err=True)
        return before
    if seen.start_s != before.start_s:
        typer.echo(seen.says, err=True)
    return seen


def _pause(until_s: float, seen: Look, limit_s: float) -> None:
    """Sleep; on a terminal a line counts down to the start, or to the time-out while none is known."""
    import sys
    import time

    if not sys.stderr.isatty():
        time.sleep(max(0.0, until_s - answers.now_s()))
        return
    what = "time-out" if math.isinf(seen.start_s) else "start"
    with common.progress_console().status("") as status:
        while (now_s := answers.now_s()) < until_s:
            minutes, seconds = divmod(round(min(seen.start_s, limit_s) - now_s), 60)
            status.update(f"{minutes // 60}:{minutes % 60:02}:{seconds:02} until the {what}")
            time.sleep(min(1.0, until_s - now_s))


def _become(command: Sequence[str]) -> None:
    """The command in the place of this process."""
    import os
    import signal
    import sys

    sys.stdout.flush()
    sys.stderr.flush()
    for name in ("SIGPIPE", "SIGXFSZ"):  # Python ignores them, and what is ignored would stay so in the command
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    os.execvp(command[0], list(command))
