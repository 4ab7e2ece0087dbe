"""`/{v3|v4}/{signal}/{temporality}`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from core import times
from core.api import bodies
from core.api.asking import FIXED_S, AtMoment, Between, Options, edges_of
from core.api.electricity_maps.rows import Row
from core.api.electricity_maps.shapes import list_of, single_of
from core.api.electricity_maps.signals import SIGNALS, Signal, source_signal
from core.api.errors import BadRequest, NothingKnown, documented, no_recent_data
from core.api.grid import Grid, grid_of
from core.api.traced import HOUR_S, Ask, latest_hour

VERSIONS = ("v3", "v4")
SOURCE_PATHS = {"v3": "electricity-mix", "v4": "electricity-source"}
"""Where the path of one mode of the mix begins."""
HISTORY_H = 24
LOOK_BACK_H = 48
"""How far back the newest value of a series is looked for that is published with a delay of its own."""
AS_OF_DAYS = 31
PAGE_ROWS = 10_000
"""Rows of one answer; a longer span comes in pages, of which each names the next."""
OTHER_NAMES = (
    ("power-consumption-breakdown/latest", "power-breakdown", "latest"),
    ("power-production-breakdown/latest", "power-breakdown", "latest"),
    ("price-day-ahead/actual", "price-day-ahead", "history"),
)
"""Older paths, and second ones, of the same answers."""
Mode = Literal[
    "nuclear", "geothermal", "biomass", "coal", "wind", "solar", "hydro", "gas", "oil", "unknown", "hydro storage",
    "battery storage",
]


def ask_of(grid: Grid, options: Options, edges_s: Sequence[int] = ()) -> Ask:
    """What is asked for, of a zone that there is. Raises BadRequest or NothingKnown."""
    zone = grid.zone(options.must_key()).key
    as_of_s = None if options.asOf is None else int(options.asOf.timestamp())
    return Ask(
        zone, tuple(edges_s), options.temporalGranularity, options.emissionFactorType, options.flowTraced,
        not options.disableEstimations, as_of_s)


def recent_rows(grid: Grid, signal: Signal, options: Options, hours: int) -> tuple[Ask, list[Row]]:
    """The rows of so many hours up to the newest one that says anything. Raises NothingKnown if none does."""
    if options.temporalGranularity not in FIXED_S:
        raise BadRequest("Expected temporalGranularity to be one of 5_minutes, 15_minutes, hourly")
    ask, length_s = ask_of(grid, options), FIXED_S[options.temporalGranularity]
    if signal.is_traced:
        end_s, look_back_h = latest_hour(grid, ask) + HOUR_S, hours
    else:
        end_s, look_back_h = grid.now_s - grid.now_s % HOUR_S + HOUR_S, LOOK_BACK_H
    edges_s = range(end_s - look_back_h * HOUR_S, end_s + 1, length_s)
    found = signal.rows(grid, replace(ask, edges_s=tuple(edges_s)), options)
    if not found:
        raise no_recent_data(ask.zone, f"There is no {signal.name} of the zone {ask.zone} in the last three days.")
    return ask, found[-hours * HOUR_S // length_s :]


def past_row(grid: Grid, signal: Signal, asked: AtMoment) -> tuple[Ask, Row]:
    """The row of the period that holds a moment. Raises NothingKnown."""
    end = times.shift(asked.datetime, minutes=1 / 60)
    edges_s = edges_of(asked.temporalGranularity, asked.datetime, end, asked.timezone)
    ask = ask_of(grid, asked, edges_s[:2])
    found = signal.rows(grid, ask, asked)
    if not found:
        raise nothing_at(ask, signal.name, edges_s[0])
    return ask, found[0]


def nothing_at(ask: Ask, name: str, start_s: int) -> NothingKnown:
    """The refusal for a moment of which nothing is stored."""
    at = bodies.stamp(start_s)
    return NothingKnown(f'No data for zone "{ask.zone}" at {at}', f"There is no {name} of {ask.zone} at {at}.")


def page_of(edges_s: Sequence[int]) -> tuple[list[int], int | None]:
    """The first page of periods, and where the next one begins; None if there is none."""
    if len(edges_s) - 1 <= PAGE_ROWS:
        return list(edges_s), None
    return list(edges_s[: PAGE_ROWS + 1]), edges_s[PAGE_ROWS]


def _latest(signal: Signal, version: str) -> Callable[..., Response]:
    def latest(request: Request, asked: Annotated[Options, Query()]) -> Response:
        ask, found = recent_rows(grid_of(request), signal, asked, 1)
        row = _as_version(found[-1], version)
        return bodies.reply(request, signal.single(ask.zone, ask.granularity, row), [row])

    return latest


def _history(signal: Signal, version: str) -> Callable[..., Response]:
    def history(request: Request, asked: Annotated[Options, Query()]) -> Response:
        if not signal.has_history:
            raise BadRequest("Expected one of latest, past, past-range")
        ask, found = recent_rows(grid_of(request), signal, asked, HISTORY_H)
        rows = [_as_version(row, version) for row in found]
        return bodies.reply(request, signal.envelope(ask.zone, ask.granularity, rows, signal.many), rows)

    return history


def _past(signal: Signal, version: str) -> Callable[..., Response]:
    def past(request: Request, asked: Annotated[AtMoment, Query()]) -> Response:
        grid = grid_of(request)
        ask, found = past_row(grid, signal, asked)
        row = _as_version(found, version)
        kept_s = bodies.keep_s(ask.edges_s[-1], grid.now_s)
        return bodies.reply(request, signal.single(ask.zone, ask.granularity, row), [row], keep_s=kept_s)

    return past


def _past_range(signal: Signal, version: str) -> Callable[..., Response]:
    def past_range(request: Request, asked: Annotated[Between, Query()]) -> Response:
        grid = grid_of(request)
        edges_s, next_s = page_of(edges_of(asked.temporalGranularity, asked.start, asked.end, asked.timezone))
        ask = ask_of(grid, asked, edges_s)
        if ask.known_at_s is not None and edges_s[-1] - edges_s[0] > AS_OF_DAYS * 24 * HOUR_S:
            raise BadRequest(f"With asOf the span may be {AS_OF_DAYS} days, as its hours are traced anew.")
        rows = [_as_version(row, version) for row in signal.rows(grid, ask, asked)]
        headers = {} if next_s is None else {"Link": f'<{next_page(request, next_s)}>; rel="next"'}
        body = signal.envelope(ask.zone, ask.granularity, rows, "data")
        return bodies.reply(request, body, rows, keep_s=bodies.keep_s(edges_s[-1], grid.now_s), headers=headers)

    return past_range


def next_page(request: Request, start_s: int) -> str:
    """The address of the page that begins at a moment."""
    return str(request.url.include_query_params(start=bodies.stamp(start_s)))


def _as_version(row: Row, version: str) -> Row:
    """The row without what a version does not have."""
    return {key: value for key, value in row.items() if key != "flowTraced"} if version == "v3" else row


@dataclass(frozen=True)
class Temporality:
    """How a handler is made, what it takes, and the key of its list; None where one row stands alone."""

    make: Callable[[Signal, str], Callable[..., Response]]
    asked: type[Options]
    key: str | None


def _temporalities(signal: Signal) -> dict[str, Temporality]:
    single = "data" if signal.is_wrapped else None
    return {
        "latest": Temporality(_latest, Options, single),
        "history": Temporality(_history, Options, signal.many),
        "past": Temporality(_past, AtMoment, single),
        "past-range": Temporality(_past_range, Between, "data"),
    }


def router() -> APIRouter:
    """Every signal under both versions."""
    made = APIRouter()
    for version in VERSIONS:
        for signal in SIGNALS.values():
            for name, temporality in _temporalities(signal).items():
                handler = temporality.make(signal, version)
                _add(made, version, f"{signal.name}/{name}", signal, temporality, handler)
        for path, of, name in OTHER_NAMES:
            temporality = _temporalities(SIGNALS[of])[name]
            handler = temporality.make(SIGNALS[of], version)
            _add(made, version, path, SIGNALS[of], temporality, handler)
        of_mode = source_signal("one mode")
        for name, temporality in _temporalities(of_mode).items():
            handler = _of_any_source(temporality, version)
            _add(made, version, f"{SOURCE_PATHS[version]}/{{mode}}/{name}", of_mode, temporality, handler)
    return made


def _of_any_source(temporality: Temporality, version: str) -> Callable[..., Response]:
    """A handler whose path names the mode."""
    def of_source(request: Request, mode: Mode, asked: Any) -> Response:
        return temporality.make(source_signal(mode), version)(request, asked)

    of_source.__annotations__["asked"] = Annotated[temporality.asked, Query()]
    return of_source


def _add(
    to: APIRouter, version: str, path: str, signal: Signal, temporality: Temporality, handler: Callable[..., Response]
) -> None:
    key = temporality.key
    model = list_of(signal.name, key) if key else single_of(signal.name)
    to.add_api_route(
        f"/{version}/{path}", handler, tags=[f"Electricity Maps {version}"], summary=signal.summary,
        responses=documented() | {200: {"model": model, "content": bodies.TABLES}}, operation_id=f"{version} {path}")
