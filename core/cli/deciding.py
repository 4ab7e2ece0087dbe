"""`gridtrace best` and `gridtrace now`: when and where to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import answers, arguments, common, sparks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from core.decisions.windows import Window

MISSING, NOT_GREEN = 3, 1
"""Exit codes."""
ZonesOption = Annotated[
    list[str],
    typer.Option("--zone", "-z", metavar="PLACE", autocompletion=arguments.complete_zones,
                 help="A zone's key, a cloud region (eu-west-1, aws:eu-west-1) or LATITUDE,LONGITUDE; again for each "
                 "place where the job may run.")]
ZoneOption = Annotated[
    str,
    typer.Option("--zone", "-z", metavar="PLACE", autocompletion=arguments.complete_zones,
                 help="A zone's key, a cloud region, or LATITUDE,LONGITUDE.")]
LimitBelow = Annotated[
    float | None, typer.Option("--below", metavar="VALUE", help="Green is below it: of an intensity or a price.")]
LimitAbove = Annotated[
    float | None, typer.Option("--above", metavar="VALUE", help="Green is above it: of a share, in per cent.")]
PercentileOption = Annotated[
    float,
    typer.Option("--percentile", metavar="P", help="Without a value: green is among the best P % of hours of "
                 "--days.")]
DaysOption = Annotated[int, typer.Option("--days", metavar="N", min=1, help="Of the zone's past, for --percentile.")]
OldestOption = Annotated[
    str, typer.Option("--oldest", metavar="LENGTH", help="An hour that ended longer ago is not known as now.")]


def best(
    zone: ZonesOption,
    duration: answers.DurationOption = None,
    by: answers.ByOption = None,
    window: Annotated[
        list[str] | None,
        typer.Option("--window", metavar="MOMENT/MOMENT", help="It may begin between these, both included; may be said "
                     "again. Default: from now until --by, or a day ahead."),
    ] = None,
    daily: Annotated[
        list[str] | None,
        typer.Option("--daily", metavar="HH:MM-HH:MM", help="It must lie wholly within these hours of the day, such as "
                     "22:00-06:00; may be said again."),
    ] = None,
    timezone: answers.ClockOption = None,
    metric: answers.MetricOption = answers.DEFAULT_METRIC,
    power: Annotated[
        str | None,
        typer.Option(metavar="W,W,…", help="The job's power profile: relative weights of equal parts of it."),
    ] = None,
    interruptible: Annotated[
        bool, typer.Option("--interruptible", help="Also name the best pieces of so much time.")] = False,
    min_saving: Annotated[
        float, typer.Option("--min-saving", metavar="PERCENT", min=0, help="What makes it worth waiting.")] = 0.0,
    count: Annotated[int, typer.Option(metavar="N", min=1, max=1000, help="How many options to name.")] = 3,
    store: common.StoreOption = None,
    api: answers.ApiOption = None,
    token: answers.TokenOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Say when and where a job runs best, and what that saves.

    Exit code 0: a start was found; 3: nothing is foreseen, and the latest start that meets --by is told; 2: what was
    asked for makes no sense.
    """
    from core.decisions import Job, read_daily

    config, _ = common.everything()
    clock = answers.clock_of(config, zone, timezone)
    job = Job(
        answers.duration_of(duration), None if by is None else answers.moment_s(by, clock),
        _windows(window or (), clock), [read_daily(one) for one in daily or ()], clock, answers.metric_of(metric),
        _weights(power), interruptible, min_saving, count)
    found = answers.source_of(config, store, api, token).decide(zone, job)
    if as_json:
        common.print_json(found)
    else:
        _print(found)
    if found["ideal"] is None:
        raise typer.Exit(MISSING)


def _windows(texts: Sequence[str], clock: str) -> list[Window]:
    found = []
    for text in texts:
        first, slash, last = text.partition("/")
        if not slash:
            raise typer.BadParameter(f"{text!r} is not a window: write 18:00/23:00, or two moments of ISO 8601.")
        start_s, end_s = answers.moment_s(first, clock), answers.moment_s(last, clock)
        found.append((start_s, end_s))
    return found


def _weights(text: str | None) -> list[float]:
    try:
        return [float(part) for part in text.split(",")] if text else [1.0]
    except ValueError as err:
        raise typer.BadParameter(f"{text!r} is not a profile: write weights such as 1,1,0.5.") from err


def _print(found: dict[str, Any]) -> None:
    """The advice, the options against starting at once, and what is foreseen."""
    out = common.console()
    out.print(found["advice"], soft_wrap=True)
    if found["ideal"] is None:
        return
    out.print(_options(found))
    for line in sparks.lines(found["hours"], found["ideal"], found["timezone"], out.width):
        out.print(line)
    out.print(_footnote(found), soft_wrap=True)


def _options(found: dict[str, Any]) -> Table:
    shown = common.table(None, "", "place", "start", "end", f">{found['unit']}", ">90 % band")
    rows = [(f"{at}.", one) for at, one in enumerate(found["options"], 1)]
    rows += [(name, found[key]) for name, key in (("at once", "now"), ("median", "median"), ("worst", "worst"))]
    for name, one in rows:
        if one is not None:
            shown.add_row(
                name, one["place"], _local(one["start"], found["timezone"]), _local(one["end"], found["timezone"]),
                common.number(one["value"], 1), _band(one["low"], one["high"]))
    return shown


def _band(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"{common.number(low, 1)} to {common.number(high, 1)}"


def _footnote(found: dict[str, Any]) -> str:
    """What the best start saves, and what the forecast is made by."""
    said = []
    for name, key in (("starting at once", "vs_now"), ("the median start", "vs_median")):
        one = found["saving"][key]
        if one is not None and one["amount"]:
            band = "" if one["low"] is None else f", 90 % band {_band(one['low'], one['high'])}"
            percent = "" if one["percent"] is None else f" ({abs(one['percent']):.1f} %)"
            word = "better" if one["amount"] > 0 else "worse"
            said.append(f"{common.number(abs(one['amount']), 1)} {found['unit']}{percent} {word} than {name}{band}")
    first = f"The first is {', and '.join(said)}. " if said else ""
    made = f", issued {_local(found['issued'], found['timezone'])}" if found["issued"] else ""
    return f"{first}Forecast: {found['method']}{made}."


def _local(stamp: str, clock: str) -> str:
    from core import times

    return f"{times.local(times.read(stamp), clock):%a %d %b %H:%M %Z}"


def now(
    zone: ZoneOption,
    below: LimitBelow = None,
    above: LimitAbove = None,
    percentile: PercentileOption = 25.0,
    days: DaysOption = 30,
    oldest: OldestOption = "3h",
    metric: answers.MetricOption = answers.DEFAULT_METRIC,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Say it by the exit code too.")] = False,
    store: common.StoreOption = None,
    api: answers.ApiOption = None,
    token: answers.TokenOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Say whether a place is green now: its newest hour below or above a value, or among the best of its own past.

    Exit code with --exit-code: 0 green, 1 not green, 3 not known; without it 0. 2: what was asked for makes no sense.
    """
    from core.decisions import Wanted

    config, _ = common.everything()
    chosen = answers.metric_of(metric)
    wanted = Wanted(limit(chosen, below, above), percentile, days, answers.duration_of(oldest))
    found = answers.source_of(config, store, api, token).green(zone, chosen, wanted)
    if as_json:
        common.print_json(found)
    else:
        typer.echo(found["advice"])
    if exit_code and not found["is_green"]:
        raise typer.Exit(MISSING if found["is_green"] is None else NOT_GREEN)


def limit(metric: Any, below: float | None, above: float | None) -> float | None:
    """The one of both that fits the metric."""
    from core.decisions import limit_of

    if below is not None and above is not None:
        raise typer.BadParameter("Choose one of --below and --above.")
    return limit_of(metric, below, above)
