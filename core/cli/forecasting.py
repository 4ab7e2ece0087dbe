"""`gridtrace forecast`: what the coming hours will probably be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import answers, arguments, common, sparks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rich.table import Table

    from core.forecast.blend import FloatArray
    from core.forecast.skill import Skill
    from core.forecast.strong.once import Issued
    from core.forecast.training import Taught

FARTHEST_H, INTENSITY = 96, "lifecycle_g_per_kwh"
COLUMNS = ("issued", "datetime", "carbon_intensity_g_per_kwh", "low_g_per_kwh", "high_g_per_kwh", "method")

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None,
    help="Forecasts of intensity: what is learnt, shown, compared; and from files.")


@app.callback()
def forecast() -> None:
    """Forecasts of intensity: what is learnt, shown, compared; and from files."""


@app.command(
    "csv", short_help="A forecast from two CSV files.",
    epilog="Example: gridtrace forecast csv emissions.csv weather.csv --issued 2021-07-05T00:00Z --out ahead.csv")
def csv(
    emissions: Annotated[
        Path, typer.Argument(metavar="EMISSIONS", help="Hourly intensity, and generation by source.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="What is there is replaced.")],
    weather: Annotated[
        Path | None, typer.Argument(metavar="[WEATHER]", help="Hourly `datetime`, wind, temperature, dew point, "
                                    "radiation, precipitation.")
    ] = None,
    issued: Annotated[
        str, typer.Option("--issued", metavar="MOMENT", help="Only hours of EMISSIONS before that of it are read.")
    ] = "now",
    hours: Annotated[int, typer.Option("--hours", metavar="N", min=1, max=FARTHEST_H, help="How far ahead.")] = 72,
    days: Annotated[
        int,
        typer.Option("--days", metavar="N", min=1, help="So many forecasts a day apart, the first at --issued, by what "
                     "was learnt then."),
    ] = 1,
    threads: Annotated[int, typer.Option("--threads", metavar="N", min=1, help="Of this machine, to train.")] = 1,
    as_json: common.JsonOption = False,
) -> None:
    """Train on a grid's past and foresee its intensity from the hour of --issued on, with the band of nine in ten.

    docs/forecast.md has the columns. With 90 days of history or more and the extra `forecast` it is boosted trees and
    regressions, with weather where WEATHER reaches ahead; else the blend. The column `method` says which.

    Exit code 0: written; 2: a wrong argument, or a file that cannot be read or written.
    """
    import numpy as np

    from core.errors import CannotForecast
    from core.forecast.strong.files import read_files
    from core.forecast.strong.once import issue, issue_blend

    first = int(arguments.moment(issued).timestamp()) // 3600
    issued_hours = first + 24 * np.arange(days)
    hourly = read_files(emissions, weather, int(issued_hours[-1]), first)
    origins = issued_hours - hourly.first_s // 3600
    try:
        with common.progress("learning", None):
            found = issue(hourly, origins, threads, hours)
    except CannotForecast as err:
        typer.echo(f"warning: {err} This is the blend.", err=True)
        found = issue_blend(hourly, origins)
    _write(_rows(found, issued_hours.tolist(), hours), out)
    several = f"{days} × " if days > 1 else ""
    common.tell(f"{several}{hours} hours by {found.method}: {out}",
                {"forecasts": days, "hours": hours, "method": found.method, "file": out}, as_json=as_json)


@app.command(
    "train", short_help="Learn of zones what is foreseen by.", epilog="Example: gridtrace forecast train --for 30m")
def train(
    zone: Annotated[
        str | None,
        typer.Option("--zone", "-z", metavar="KEY,…", help="Only these zones, due or not.",
                     autocompletion=arguments.complete_zones),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what was learnt within the last week.")] = False,
    limit: Annotated[
        str | None, typer.Option("--for", metavar="SPAN", help="Begin no zone after this time: 30m, 2h.")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Processes; default one per core.")] = None,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Learn anew, zone by zone, what nothing newer than a week is known of; what was never learnt first.

    A zone needs 118 days of its own data. Weather counts from 90 days of it on. What is older than 30 days is not used.

    Exit code 0: done, or nothing was due; 1: learning of a zone failed (the others are kept); 2: a wrong argument or
    store, or the extra `forecast` is missing.
    """
    import os

    from core.forecast import training

    config, _ = common.everything()
    now_s, is_over = answers.now_s(), _clock(arguments.seconds_of(limit) if limit else None)
    with common.open_existing(store) as opened:
        if zone is None:
            wanted = training.due(opened, config.zones, now_s, 0 if everything else training.AGAIN_S)
        else:
            wanted = [config.zones[key] for key in arguments.zones_of(config, zone) or ()]
        found = []
        with common.progress("learning", len(wanted)) as advance:
            for one in training.teach(opened, wanted, now_s, workers or os.cpu_count() or 1, is_over):
                found.append(one)
                advance(doing=one.zone_key)
    _told(found, len(wanted), as_json=as_json)
    if any(one.error for one in found):
        raise typer.Exit(1)


def _clock(seconds: float | None) -> Callable[[], bool]:
    """Whether so much time has passed."""
    import time

    end = None if seconds is None else time.monotonic() + seconds
    return lambda: end is not None and time.monotonic() > end


def _told(found: Sequence[Taught], wanted: int, *, as_json: bool) -> None:
    """How many were learnt by what, which failed, how many are left."""
    from collections import Counter

    for one in found:
        if one.error:
            typer.echo(f"warning: {one.zone_key} was not learnt: {one.error}", err=True)
    counts = Counter(one.method for one in found if one.method)
    short = sum(not one.method and not one.error for one in found)
    said = [f"{count} by {method}" for method, count in sorted(counts.items())] or ["none"]
    left = f"; {wanted - len(found)} left for the next time" if wanted > len(found) else ""
    zones = [one._asdict() for one in found]
    common.tell(f"Learnt: {', '.join(said)}; {short} zones have too little history{left}.",
                {"zones": zones, "left": wanted - len(found)}, as_json=as_json)


@app.command(
    "show", short_help="The coming hours of a zone.", epilog="Example: gridtrace forecast show FR --hours 48")
def show(
    zone: Annotated[str, typer.Argument(help="Its key.", autocompletion=arguments.complete_zones)],
    hours: Annotated[int, typer.Option("--hours", metavar="N", min=1, max=168, help="How far ahead.")] = 24,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="MOMENT", help="What had been issued by then.")] = None,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """The intensity that is foreseen, hour by hour, with the band of nine in ten.

    Exit code 0: shown; 2: a wrong argument or store, or a zone of which nothing recent is known.
    """
    from core import times
    from core.errors import NoForecast
    from core.forecast import forecast_results

    config, _ = common.everything()
    arguments.zone_of(config, zone)
    issued_s = int(arguments.moment(as_of).timestamp()) if as_of else answers.now_s()
    with common.open_existing(store) as opened:
        found = forecast_results(opened, zone, [INTENSITY], issued_s, hours)
    if found is None:
        raise NoForecast(f"Nothing of {zone} is known in the seven days before: nothing is foreseen.", zone)
    rows = [
        {"datetime": common.iso(int(at_s)), "carbon_intensity_g_per_kwh": value, "low_g_per_kwh": low,
         "high_g_per_kwh": high, "is_known": bool(known)}
        for at_s, value, low, high, known in zip(
            found.hours_s, *(_numbers(one, len(found.hours_s)) for one in (found.values, found.low, found.high)),
            found.known, strict=True)]
    if as_json:
        common.print_json({
            "zone": zone, "method": found.method, "issued": common.iso(found.issued_s),
            "made_from": common.iso(found.made_from_s), "hours": rows})
        return
    out, clock = common.console(), config.zones[zone].timezone
    out.print(_table(rows, clock))
    issued = f"{times.local(times.epoch(found.issued_s), clock):%a %d %b %H:%M %Z}"
    out.print(f"By {found.method}, issued {issued}.", soft_wrap=True)


def _table(rows: Sequence[dict[str, Any]], clock: str) -> Table:
    """A row per hour, with its height as a bar."""
    from core import times

    shown = common.table(None, "hour", ">gCO2eq/kWh", ">band of 9 in 10", "")
    most = max((row["carbon_intensity_g_per_kwh"] or 0 for row in rows), default=0) or 1
    for row in rows:
        value, low, high = (row[f"{name}_g_per_kwh"] for name in ("carbon_intensity", "low", "high"))
        band = "" if high is None else f"{low:.0f} to {high:.0f}"
        bar = "" if value is None else sparks.bar(value / most)
        shown.add_row(f"{times.local(times.read(row['datetime']), clock):%a %H:%M}", common.number(value),
                      "known" if row["is_known"] else band, bar)
    return shown


def _numbers(columns: Mapping[str, FloatArray], count: int) -> list[float | None]:
    """Of the intensity; None for what is not known."""
    import math

    values = columns.get(INTENSITY, [math.nan] * count)
    return [_known(float(one)) for one in values]


@app.command(
    "skill", short_help="How far off issued forecasts were.", epilog="Example: gridtrace forecast skill FR")
def skill(
    zone: Annotated[
        str | None, typer.Argument(help="A zone; default all, a line each.", autocompletion=arguments.complete_zones)
    ] = None,
    days: Annotated[int, typer.Option("--days", metavar="N", min=4, max=90, help="Issued within the last days.")] = 14,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Compare what was issued with what came: mean errors by how far ahead it looked, and how many were in the band.

    Of all zones one forecast a day is compared, of one zone all of them.

    Exit code 0: shown; 1: nothing can be compared yet; 2: a wrong argument or store.
    """
    from core.forecast import skill as room

    config, _ = common.everything()
    with common.open_existing(store) as opened:
        if zone is None:
            with common.progress("comparing", None):
                found = room.skill_of_all(opened, answers.now_s(), days)
        else:
            arguments.zone_of(config, zone)
            found = {zone: room.skill(opened, zone, answers.now_s(), days)}
    if as_json:
        common.print_json([
            {"zone": key} | {name: _known(value) for name, value in one._asdict().items()}
            for key, several in found.items() for one in several])
    elif any(found.values()):
        common.console().print(_skills(found))
    else:
        typer.echo("Nothing that was issued in these days can be compared with what came.", err=True)
    if not any(found.values()):
        raise typer.Exit(1)


def _known(value: float) -> float | None:
    """To two digits; None for what is not known."""
    import math

    return None if math.isnan(value) else round(value, 2)


def _skills(found: Mapping[str, Sequence[Skill]]) -> Table:
    import math

    columns = ">hours ahead", ">compared", ">error", ">gCO2eq/kWh", ">bias", ">in the band"
    shown = common.table(None, "zone", *columns)
    for key, several in found.items():
        for one in several:
            inside = "" if math.isnan(one.in_band_percent) else f"{one.in_band_percent:.0f} %"
            shown.add_row(key, f"{one.from_h}–{one.to_h}", common.number(one.hours), f"{one.error_percent:.1f} %",
                          common.number(one.error_g_per_kwh, 1), f"{one.bias_g_per_kwh:+.1f}", inside)
    return shown


def _rows(found: Issued, issued_hours: Sequence[int], hours: int) -> Iterator[tuple[str | float | None, ...]]:
    """A row of COLUMNS per forecast and hour; None for what is not known."""
    import numpy as np

    numbers = np.round(np.stack([found.values, found.low, found.high], axis=-1)[:, :hours], 2).tolist()
    for issued, forecast in zip(issued_hours, numbers, strict=True):
        for at, row in enumerate(forecast):
            yield (common.iso(issued * 3600), common.iso((issued + at) * 3600), *map(_known, row), found.method)


def _write(rows: Iterator[tuple[str | float | None, ...]], out: Path) -> None:
    import csv as room

    from core.errors import FileError

    try:
        with out.open("w", newline="") as file:
            room.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    except OSError as err:
        raise FileError(f"{out} cannot be written: {err}.") from err
