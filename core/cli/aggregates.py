"""`gridtrace history`: what a zone or exchange did in each hour, day, month or year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import arguments, common

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from rich.table import Table

    from core import times
    from core.config import Config
    from core.store import Store
    from core.store.spans import Columns

STEPS: dict[str, times.Step] = {"hour": "hour", "day": "day", "month": "month", "year": "year"}
STAMPS = {"hour": "%Y-%m-%d %H:%M %Z", "day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
BAR_WIDTH, NOTES_WIDTH, WIDEST = 8, 16, 1000
SHORT_HOURS = 2
TINY = 1e-6
MARK = "*"
FOOTNOTE = f"{MARK} incomplete: numbers are of what is covered (of a quantity named in the notes, of its hours there)."
DIGITS = 6
"""Of numbers in CSV and JSON: watts and watt-hours."""
FURTHEST_DAYS = 366
"""No period lies further ahead; forecasts do not either."""


def history(
    key: arguments.PlaceArgument,
    by: Annotated[str, typer.Option(metavar="PERIOD", help="hour, day, month or year.")] = "day",
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="MOMENT", help="In the first period; default: the last 24 hours, 31 days, 12 "
                     "months or all years."),
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="MOMENT", help="Up to this moment, not included; default: now.")
    ] = None,
    timezone: Annotated[
        str, typer.Option("--tz", metavar="CLOCK", help="local (of an exchange its first zone's), UTC or Asia/Tokyo.")
    ] = "local",
    kind: Annotated[
        str | None, typer.Option(
            metavar="KIND", help="A stored series instead of a zone's intensity: production, price, …",
            autocompletion=arguments.complete_kinds)
    ] = None,
    complete: Annotated[bool, typer.Option("--complete", help="Leave incomplete periods out.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Every column, comma-separated; as into a pipe.")] = False,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Show the intensity of a zone, or a stored series, by hour, day, month or year of a clock.

    Intensities and shares are weighted by the energy consumed, series by time; sums are of what is covered, and a
    period that is not wholly covered is marked. MOMENT is on that clock unless it names another; the periods it lies in
    are shown whole.

    Exit code 0: shown; 2: there is nothing to show, or a wrong argument, configuration or store.
    """
    arguments.one_of(by, STEPS, "a period")
    if as_csv and as_json:
        raise typer.BadParameter("Choose one of --csv and --json.")
    config, _ = common.everything()
    arguments.place_of(config, key)
    kind, clock = _kind(key, kind), _clock(config, key, timezone)
    with common.open_existing(store) as opened, common.progress("adding up", None):
        found = _found(opened, key, kind, _edges(opened, key, kind, STEPS[by], clock, start, end))
    kept = found["is_complete"] if complete else found["hours_covered"] >= 0
    shown, left_out = {name: column[kept] for name, column in found.items()}, int((~kept).sum())
    is_table = not as_csv and not as_json and common.console().is_terminal
    if as_json:
        about = {"key": key, "kind": kind, "by": by, "timezone": clock, "left_out": left_out}
        common.print_json(about | {"periods": _records(shown, clock)})
    elif is_table:
        title = f"{key} {kind or 'intensity of consumption'} by {by}, clock of {clock}"
        _print_table((_of_series if kind else _of_zone)(title, shown, by, clock))
        if not shown["is_complete"].all():
            typer.echo(FOOTNOTE)
    else:
        _print_csv(found, _records(shown, clock))
    if complete:
        typer.echo(f"{left_out} of {len(kept)} periods are incomplete and left out.", err=not is_table)


def _found(store: Store, key: str, kind: str | None, edges_s: Sequence[int]) -> Columns:
    """What the store says of the periods between the edges; StoreError if it has nothing there."""
    from core import times
    from core.history import periods

    now_s = int(times.now().timestamp())
    if kind is None:
        found = periods.of_results(store, key, edges_s, now_s)
    else:
        found = periods.of_series(store, kind, key, edges_s, now_s)
    if not found["hours_covered"].any():
        _refuse_nothing(store, key, kind, edges_s)
    return found


def _kind(key: str, kind: str | None) -> str | None:
    """The series of the key that is wanted; None for the intensity of a zone."""
    from core.history.periods import NUMERIC_KINDS
    from core.kinds import KINDS, split_key

    subject = "exchange" if split_key(key) else "zone"
    if kind is None:
        return "exchange" if subject == "exchange" else None
    possible = [name for name in NUMERIC_KINDS if KINDS[name].subject == subject]
    return arguments.one_of(kind, possible, f"a series of numbers of a zone or exchange such as {key}")


def _clock(config: Config, key: str, timezone: str) -> str:
    """The IANA name of the clock that is wanted; that of a place which is configured no more is not known."""
    from core import times
    from core.kinds import split_key

    if timezone == "local":
        zone = config.zones.get((split_key(key) or (key,))[0])
        return zone.timezone if zone else "UTC"
    if not times.is_zone(timezone):
        raise typer.BadParameter(f"{timezone!r} is neither local, UTC nor an IANA name such as Asia/Tokyo.")
    return timezone


def _edges(
    store: Store, key: str, kind: str | None, step: times.Step, clock: str, start: str | None, end: str | None
) -> list[int]:
    """Where the wanted periods meet, Unix seconds."""
    from core import times

    last = times.shift(_moment(end, clock), minutes=-0.001) if end else times.now()
    first = _moment(start, clock) if start else _usual_first(store, key, kind, step, clock, last)
    if first > last:
        raise typer.BadParameter("--from must be earlier than --to, which is now if it is not given.")
    return [int(edge.timestamp()) for edge in times.edges(first, last, step, clock)]


def _usual_first(
    store: Store, key: str, kind: str | None, step: times.Step, clock: str, last: datetime
) -> datetime:
    """In the first period if none is named: as many as are usual, from the first with anything stored."""
    from core import times
    from core.history.periods import usual_first
    from core.store import spans

    reach = spans.reach(store, key, kind)
    stored = times.epoch(reach[0]) if reach else last
    return min(last, max(usual_first(last, step, clock) or stored, stored))


def _moment(text: str, clock: str) -> datetime:
    """A moment in the years that a store may know of; a mistyped one would be worked out hour by hour."""
    from core import times
    from core.fields import EARLIEST

    moment, latest = arguments.moment(text, clock), times.shift(times.now(), days=FURTHEST_DAYS)
    if not EARLIEST <= moment <= latest:
        raise typer.BadParameter(f"{text} does not lie between {EARLIEST:%Y-%m-%d} and {latest:%Y-%m-%d}.")
    return moment


def _refuse_nothing(store: Store, key: str, kind: str | None, edges_s: Sequence[int]) -> None:
    """An error where nothing is stored in the span; what is stored and says nothing is shown as not covered."""
    from core.errors import StoreError
    from core.store import spans

    what, reach = f"{kind} of {key}" if kind else f"intensity of {key}", spans.reach(store, key, kind)
    if reach is None:
        raise StoreError(f"The store {store.name} holds no {what}.")
    if reach[1] < edges_s[0] or reach[0] >= edges_s[-1]:
        span, stored = (f"{common.stamp(one[0])} to {common.stamp(one[-1])}" for one in (edges_s, reach))
        raise StoreError(f"The store holds no {what} from {span}, but from {stored}: name a span with --from and --to.")


def _rows(found: Columns) -> list[dict[str, Any]]:
    """The periods one by one; None for what is not known."""
    columns = [[_plain(value) for value in column.tolist()] for column in found.values()]
    return [dict(zip(found, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, DIGITS)
    return None if value == "" else value


def _records(found: Columns, clock: str) -> list[dict[str, Any]]:
    """The periods for people's programs: their times in ISO 8601 on the clock."""
    from core import times

    def text(at_s: int) -> str:
        return times.local(times.epoch(at_s), clock).isoformat()

    rows = _rows(found)
    return [{"start": text(row.pop("start_s")), "end": text(row.pop("end_s")), **row} for row in rows]


def _print_csv(names: Iterable[str], records: Iterable[dict[str, Any]]) -> None:
    import csv
    import sys

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["start", "end", *(name for name in names if name not in ("start_s", "end_s"))])
    for record in records:
        writer.writerow([str(value).lower() if isinstance(value, bool) else value for value in record.values()])


def _print_table(shown: Table) -> None:
    """Print a table; only its notes are folded. A wider one than the terminal wraps, as cut numbers would mislead."""
    from rich.measure import Measurement

    out, notes = common.console(), shown.columns[-1]
    for column in shown.columns[:-1]:
        column.no_wrap = True
    notes.max_width = NOTES_WIDTH
    needed = Measurement.get(out, out.options.update(max_width=WIDEST), shown).maximum
    notes.max_width = None
    out.size = max(out.width, needed), out.height  # a dumb terminal takes no width alone
    out.print(shown)


def _of_zone(title: str, found: Columns, by: str, clock: str) -> Table:
    """Intensities and what they rest on, with a bar as long as the intensity is high beside the others."""
    names = (">g/kWh", "", ">direct", ">renewable", ">carbon-free", ">MWh", "notes")
    shown, rows = common.table(title, by, ">covered", *names), _rows(found)
    most = max((row["lifecycle_g_per_kwh"] or 0.0 for row in rows), default=0.0) or 1.0
    for row in rows:
        grams, unweighted, partial = row["lifecycle_g_per_kwh"], row["hours_unweighted"], row["hours_partial"]
        shown.add_row(
            _label(row, by, clock), _covered(row), common.number(grams, 1),
            "█" * round(BAR_WIDTH * (grams or 0.0) / most),
            common.number(row["direct_g_per_kwh"], 1), common.percent(row["renewable_share"]),
            common.percent(row["carbon_free_share"]), common.number(row["consumption_mwh"]),
            _notes(
                row, f"{_length(partial)} known in part" if partial else "",
                f"{_length(unweighted)} without consumption" if unweighted else ""),
        )
    return shown


def _of_series(title: str, found: Columns, by: str, clock: str) -> Table:
    """Means over time of every quantity that has any value, and the energy where there is one only."""
    ending = "_hours_covered"
    stems = [name.removesuffix(ending) for name in found if name.endswith(ending) and found[name].any()]
    means = [f"{stem}_mw" if f"{stem}_mw" in found else stem for stem in stems]
    energies = [f"{stem}_mwh" for stem in stems if len(stems) == 1 and f"{stem}_mwh" in found]
    names = [f">{_title(name)}" for name in means]
    shown = common.table(title, by, ">covered", *names, *(">MWh" for _ in energies), "notes")
    for row in _rows(found):
        partly = (
            f"{_title(stem)} {_length(row[stem + ending])}"
            for stem in stems if 0 < row[stem + ending] < row["hours_covered"]
        )
        shown.add_row(
            _label(row, by, clock), _covered(row), *(common.number(row[name], 1) for name in means),
            *(common.number(row[name]) for name in energies), _notes(row, *partly),
        )
    return shown


def _title(name: str) -> str:
    """The name of a column or quantity for a person: solar MW, price EUR/MWh."""
    words = name.removesuffix("_mw").removesuffix("_mwh").split("_")
    if words[0] == "price":
        return f"price {words[1].upper()}/MWh"
    return " ".join(words) + (" MW" if name.endswith("_mw") else "")


def _label(row: dict[str, Any], by: str, clock: str) -> str:
    from core import times

    return f"{times.local(times.epoch(row['start_s']), clock):{STAMPS[by]}}"


def _covered(row: dict[str, Any]) -> str:
    """How long the period is, how much of it is known if that is not all, and the mark of what is incomplete."""
    covered, expected, mark = row["hours_covered"], _length(row["hours_expected"]), "" if row["is_complete"] else MARK
    if covered == row["hours_expected"]:
        return expected + mark
    return f"{_length(covered, in_minutes=expected.endswith('min')).split()[0]} of {expected}{mark}"


def _length(hours: float, *, in_minutes: bool | None = None) -> str:
    """A time in hours, or minutes if it is short; never rounded up, as 23.99 hours are not the whole day."""
    if in_minutes or (in_minutes is None and hours < SHORT_HOURS):
        return f"{math.floor(60 * hours + TINY):g} min"
    return f"{math.floor(10 * hours + TINY) / 10:g} h"


def _notes(row: dict[str, Any], *more: str) -> str:
    """What there is to say of a period beside how much of it is covered."""
    from core.store import LIVE

    estimated, origin = row["hours_estimated"], row["origin"]
    return common.notes(
        "" if row["has_ended"] else "not over", f"{_length(estimated)} estimated" if estimated else "", *more,
        origin.upper() if origin and origin != LIVE else "",
    )
