"""The 33 paths of the UK Carbon Intensity API."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from core import times
from core.api import bodies
from core.api.asking import read_moment
from core.api.dialects.origins import origin_of
from core.api.dialects.refusals import Refused, route
from core.api.dialects.uk_carbon_intensity import shapes
from core.api.dialects.uk_carbon_intensity.regions import (
    GREAT_BRITAIN,
    NATIONS,
    REGIONS,
    Region,
    region_of,
    region_of_postcode,
)
from core.api.dialects.uk_carbon_intensity.rows import (
    HALF_S,
    Half,
    Span,
    between,
    halves,
    mixes,
    national_row,
    regional_row,
    statistics_row,
)
from core.api.electricity_maps.rows import Row, whole
from core.api.errors import NAMES, BadRequest, NothingKnown, documented
from core.api.grid import Grid, grid_of
from core.api.traced import HOUR_S
from core.config import Basis

DAY_S = 24 * HOUR_S
SPAN_DAYS, STATISTICS_DAYS, MIX_DAYS = 14, 30, 60
"""The longest spans, as the original has them."""
AROUND_S: dict[str, tuple[int, int]] = {"fw24h": (0, DAY_S), "fw48h": (0, 2 * DAY_S), "pt24h": (-DAY_S, 0)}
"""What the last part of a path says of the span around {from}."""
FACTORS = {
    "Biomass": "biomass", "Coal": "coal", "Gas (Combined Cycle)": "gas", "Gas (Open Cycle)": "gas", "Hydro": "hydro",
    "Nuclear": "nuclear", "Oil": "oil", "Other": "unknown", "Pumped Storage": "hydro discharge", "Solar": "solar",
    "Wind": "wind",
}
IMPORTS = {"Dutch Imports": "NL", "French Imports": "FR", "Irish Imports": "IE"}

MOMENT = "2026-03-10T12:00Z"
From = Annotated[str, Path(alias="from", max_length=40, description="The first moment.", examples=[MOMENT])]
To = Annotated[str, Path(max_length=40, description="The end.", examples=["2026-03-11T12:00Z"])]
Day = Annotated[str, Path(alias="date", max_length=10, description="A day of UTC.", examples=["2026-03-10"])]
Period = Annotated[str, Path(max_length=2, description="1 to 48: half-hours of the day.", examples=["25"])]
Block = Annotated[str, Path(max_length=2, description="Hours of a block, 1 to 24.", examples=["6"])]
Postcode = Annotated[str, Path(max_length=10, description="Its outward part is enough.", examples=["M15"])]
Number = Annotated[str, Path(max_length=4, description="1 to 18.", examples=["13"])]
Factor = Annotated[Basis, Query(alias="emissionFactorType", description="Not in the original, which means direct.")]
Handler = Callable[..., Response]


def _told(refused: Refused) -> dict[str, Any]:
    code = f"{refused.status} {HTTPStatus(refused.status).phrase}"
    return {
        "error": {"code": code, "message": refused.message}, "message": refused.message, "status": refused.status}


def _moment_s(text: str) -> int:
    try:
        found = read_moment(text)
    except ValueError as err:
        raise BadRequest(f"Please enter a valid datetime: {err}.") from err
    return int(found.timestamp())  # type: ignore[attr-defined]


def _span(zone: str, start_s: int, end_s: int, basis: Basis, days: int = SPAN_DAYS) -> Span:
    """The half-hours from the one that holds the start to the one before the end or holding it. Raises BadRequest."""
    if end_s <= start_s:
        raise BadRequest("The end of a span must be later than its start.")
    if end_s - start_s > days * DAY_S:
        raise BadRequest(f"The maximum date range is limited to {days} days.")
    return Span(zone, start_s - start_s % HALF_S, end_s - end_s % -HALF_S, basis)


def _now(grid: Grid, zone: str, basis: Basis) -> Span:
    start_s = grid.now_s - grid.now_s % HALF_S
    return Span(zone, start_s, start_s + HALF_S, basis)


def _day(day: str, zone: str, basis: Basis) -> Span:
    start_s = _moment_s(day)
    if start_s % DAY_S:
        raise BadRequest(f"Please enter a valid date such as 2026-03-10, not {day!r}.")
    return Span(zone, start_s, start_s + DAY_S, basis)


def _known(grid: Grid, span: Span) -> list[Half]:
    """The half-hours. Raises NothingKnown if there is not one: an empty list looks like success to clients."""
    grid.zone(span.zone)
    found = halves(grid, span)
    if not found:
        raise _nothing(span)
    return found


def _nothing(span: Span) -> NothingKnown:
    period = "{from} to {to}".format(**between(span.start_s, span.end_s))
    return NothingKnown("No data", f"Nothing is known of {span.zone} from {period}.")


def _reply(request: Request, data: Row | Sequence[Row], span: Span, rows: Sequence[Row] | None = None) -> Response:
    grid = grid_of(request)
    keep_s, headers = bodies.keep_s(span.end_s, grid.now_s), origin_of(grid, [span.zone])
    return bodies.reply(request, {"data": data}, rows, keep_s=keep_s, headers=headers)


def _national(request: Request, span: Span) -> Response:
    found = _known(grid_of(request), span)
    rows = [national_row(half) for half in found]
    return _reply(request, rows, span, rows)


def intensity_now(request: Request, basis: Factor = "direct") -> Response:
    """This half-hour of Great Britain."""
    return _national(request, _now(grid_of(request), GREAT_BRITAIN.zone, basis))


def intensity_today(request: Request, basis: Factor = "direct") -> Response:
    """The half-hours of this day of UTC."""
    start_s = grid_of(request).now_s // DAY_S * DAY_S
    return _national(request, Span(GREAT_BRITAIN.zone, start_s, start_s + DAY_S, basis))


def intensity_of_day(request: Request, day: Day, basis: Factor = "direct") -> Response:
    """The half-hours of a day of UTC."""
    return _national(request, _day(day, GREAT_BRITAIN.zone, basis))


def intensity_of_period(request: Request, day: Day, period: Period, basis: Factor = "direct") -> Response:
    """One half-hour of a day, from 1."""
    start_s = _day(day, GREAT_BRITAIN.zone, basis).start_s + HALF_S * (_whole(period, 1, 48, "period") - 1)
    return _national(request, Span(GREAT_BRITAIN.zone, start_s, start_s + HALF_S, basis))


def intensity_at(request: Request, from_: From, basis: Factor = "direct") -> Response:
    """The half-hour that holds a moment."""
    start_s = _moment_s(from_)
    return _national(request, _span(GREAT_BRITAIN.zone, start_s, start_s + 1, basis))


def intensity_between(request: Request, from_: From, to: To, basis: Factor = "direct") -> Response:
    """The half-hours of a span of at most 14 days."""
    return _national(request, _span(GREAT_BRITAIN.zone, _moment_s(from_), _moment_s(to), basis))


def _whole(text: str, low: int, high: int, name: str) -> int:
    """A number of a path. Raises BadRequest."""
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise BadRequest(f"Please enter a valid {name}, {low} to {high}, not {text!r}.")
    return int(text)


def factors(request: Request, basis: Factor = "direct") -> Response:
    """Those of Great Britain today, and what is imported at the newest intensity of where it comes from."""
    grid = grid_of(request)
    zone, at = GREAT_BRITAIN.zone, times.epoch(grid.now_s)
    found: dict[str, int | None] = {
        name: round(grid.config.factors.at(zone, basis, mode, at).value_g_per_kwh) for name, mode in FACTORS.items()}
    for name, key in IMPORTS.items():
        value = grid.newest.with_estimates.get(key, {}).get(f"{basis}_g_per_kwh")
        found[name] = None if value is None else whole(value)
    return _reply(request, [dict(sorted(found.items()))], _now(grid, zone, basis))


def statistics(request: Request, from_: From, to: To, basis: Factor = "direct") -> Response:
    """One row of the whole span."""
    span = _span(GREAT_BRITAIN.zone, _moment_s(from_), _moment_s(to), basis, STATISTICS_DAYS)
    found = _known(grid_of(request), span)
    rows = [statistics_row(found, span.start_s, span.end_s)]
    return _reply(request, rows, span, rows)


def statistics_by_block(
    request: Request, from_: From, to: To, block: Block, basis: Factor = "direct"
) -> Response:
    """A row of each block of hours; blocks of which nothing is known are left out."""
    span = _span(GREAT_BRITAIN.zone, _moment_s(from_), _moment_s(to), basis, STATISTICS_DAYS)
    length_s = HOUR_S * _whole(block, 1, 24, "block")
    found = _known(grid_of(request), span)
    rows = []
    for start_s in range(span.start_s, span.end_s, length_s):
        end_s = min(start_s + length_s, span.end_s)
        if inside := [half for half in found if start_s <= half.start_s < end_s]:
            rows.append(statistics_row(inside, start_s, end_s))
    return _reply(request, rows, span, rows)


def _mix_rows(grid: Grid, span: Span) -> list[Row]:
    grid.zone(span.zone)
    found = mixes(grid, span)
    if not found:
        raise _nothing(span)
    return [{**between(at_s, at_s + HALF_S), "generationmix": mix} for at_s, mix in found.items()]


def generation_now(request: Request) -> Response:
    """This half-hour, as an object."""
    grid = grid_of(request)
    span = _now(grid, GREAT_BRITAIN.zone, "direct")
    return _reply(request, _mix_rows(grid, span)[0], span)


def generation_before(request: Request, from_: From) -> Response:
    """The 24 hours before a moment."""
    return _generation(request, _moment_s(from_) - DAY_S, _moment_s(from_))


def generation_between(request: Request, from_: From, to: To) -> Response:
    """The half-hours of a span of at most 60 days."""
    return _generation(request, _moment_s(from_), _moment_s(to))


def _generation(request: Request, start_s: int, end_s: int) -> Response:
    span = _span(GREAT_BRITAIN.zone, start_s, end_s, "direct", MIX_DAYS)
    return _reply(request, _mix_rows(grid_of(request), span), span)


def _regional_rows(grid: Grid, span: Span) -> list[Row]:
    found, by_start = _known(grid, span), mixes(grid, span)
    return [regional_row(half, by_start) for half in found]


def _named(region: Region, rows: Sequence[Row], outward: str | None = None) -> Row:
    postcode = {} if outward is None else {"postcode": outward}
    return {"regionid": region.number, "dnoregion": region.dno, "shortname": region.name, **postcode, "data": rows}


def _every_region(request: Request, span: Span) -> Response:
    """Each half-hour with all regions, which have the same values."""
    rows = [_with_regions(row) for row in _regional_rows(grid_of(request), span)]
    return _reply(request, rows, span)


def _with_regions(row: Row) -> Row:
    told = {name: row[name] for name in ("intensity", "generationmix")}
    regions = [
        {"regionid": region.number, "dnoregion": region.dno, "shortname": region.name, **told}
        for region in REGIONS.values()
    ]
    return {"from": row["from"], "to": row["to"], "regions": regions}


def regions_now(request: Request, basis: Factor = "direct") -> Response:
    """This half-hour of all regions."""
    return _every_region(request, _now(grid_of(request), GREAT_BRITAIN.zone, basis))


def _one_region_now(request: Request, region: Region, basis: Basis, outward: str | None = None) -> Response:
    """A list of one region: the answers that take a span give the region itself."""
    span = _now(grid_of(request), region.zone, basis)
    return _reply(request, [_named(region, _regional_rows(grid_of(request), span), outward)], span)


def _nation_now(region: Region) -> Handler:
    def nation_now(request: Request, basis: Factor = "direct") -> Response:
        return _one_region_now(request, region, basis)

    return nation_now


def postcode_now(request: Request, postcode: Postcode, basis: Factor = "direct") -> Response:
    """This half-hour of the region of a postcode, as a list of one."""
    region, outward = region_of_postcode(postcode)
    return _one_region_now(request, region, basis, outward)


def region_now(request: Request, regionid: Number, basis: Factor = "direct") -> Response:
    """This half-hour of a region, as a list of one."""
    return _one_region_now(request, region_of(regionid), basis)


def _one_region(
    request: Request, region: Region, ends_s: tuple[int, int], basis: Basis, outward: str | None = None
) -> Response:
    span = _span(region.zone, *ends_s, basis)
    return _reply(request, _named(region, _regional_rows(grid_of(request), span), outward), span)


def _ends_s(from_: str, ahead: str) -> tuple[int, int]:
    """The ends of a span from its first moment, and from fw24h, fw48h, pt24h or its end."""
    start_s = _moment_s(from_)
    if ahead not in AROUND_S:
        return start_s, _moment_s(ahead)
    before_s, after_s = AROUND_S[ahead]
    return start_s + before_s, start_s + after_s


def _around(ahead: str) -> tuple[Handler, Handler, Handler, Handler]:
    """Handlers of the paths that name a span around {from}: national, all regions, of a postcode, of a region."""

    def national(request: Request, from_: From, basis: Factor = "direct") -> Response:
        return _national(request, _span(GREAT_BRITAIN.zone, *_ends_s(from_, ahead), basis))

    def regions(request: Request, from_: From, basis: Factor = "direct") -> Response:
        return regions_between(request, from_, ahead, basis)

    def of_postcode(request: Request, from_: From, postcode: Postcode, basis: Factor = "direct") -> Response:
        return postcode_between(request, from_, ahead, postcode, basis)

    def of_region(request: Request, from_: From, regionid: Number, basis: Factor = "direct") -> Response:
        return region_between(request, from_, ahead, regionid, basis)

    return national, regions, of_postcode, of_region


def regions_between(request: Request, from_: From, to: To, basis: Factor = "direct") -> Response:
    """The half-hours of a span, with all regions."""
    return _every_region(request, _span(GREAT_BRITAIN.zone, *_ends_s(from_, to), basis))


def postcode_between(
    request: Request, from_: From, to: To, postcode: Postcode, basis: Factor = "direct"
) -> Response:
    """The region of a postcode with its half-hours, as an object."""
    region, outward = region_of_postcode(postcode)
    return _one_region(request, region, _ends_s(from_, to), basis, outward)


def region_between(
    request: Request, from_: From, to: To, regionid: Number, basis: Factor = "direct"
) -> Response:
    """A region with its half-hours, as an object."""
    return _one_region(request, region_of(regionid), _ends_s(from_, to), basis)


def _paths() -> list[tuple[str, Handler, type[BaseModel], str]]:
    """Path, handler, shape and summary; what is fixed comes before what takes anything."""
    found: list[tuple[str, Handler, type[BaseModel], str]] = [
        ("/intensity", intensity_now, shapes.IntensityBody, "Great Britain, this half-hour"),
        ("/intensity/date", intensity_today, shapes.IntensityBody, "Great Britain today"),
        ("/intensity/date/{date}", intensity_of_day, shapes.IntensityBody, "Great Britain on a day"),
        ("/intensity/date/{date}/{period}", intensity_of_period, shapes.IntensityBody, "One half-hour of a day"),
        ("/intensity/factors", factors, shapes.FactorsBody, "Emission factors by fuel"),
        ("/intensity/stats/{from}/{to}", statistics, shapes.StatisticsBody, "Highest, mean and lowest of a span"),
        (
            "/intensity/stats/{from}/{to}/{block}", statistics_by_block, shapes.StatisticsBody,
            "The same by blocks of hours"),
        ("/intensity/{from}", intensity_at, shapes.IntensityBody, "Great Britain at a moment"),
        ("/generation", generation_now, shapes.MixBody, "What is generated, this half-hour"),
        ("/generation/{from}/pt24h", generation_before, shapes.MixesBody, "What was generated in the day before"),
        ("/generation/{from}/{to}", generation_between, shapes.MixesBody, "What was generated in a span"),
        ("/regional", regions_now, shapes.RegionsBody, "All regions, this half-hour"),
        ("/regional/postcode/{postcode}", postcode_now, shapes.RegionNowBody, "A postcode, this half-hour"),
        ("/regional/regionid/{regionid}", region_now, shapes.RegionNowBody, "A region, this half-hour"),
    ]
    found += [
        (f"/regional/{name}", _nation_now(region), shapes.RegionNowBody, f"{region.name}, this half-hour")
        for name, region in NATIONS.items()
    ]
    handlers = {ahead: _around(ahead) for ahead in AROUND_S}
    handlers["{to}"] = (intensity_between, regions_between, postcode_between, region_between)
    for ahead, (national, regions, of_postcode, of_region) in handlers.items():
        inside = f"/regional/intensity/{{from}}/{ahead}"
        found += [
            (f"/intensity/{{from}}/{ahead}", national, shapes.IntensityBody, f"Great Britain, {ahead}"),
            (inside, regions, shapes.RegionsBody, f"All regions, {ahead}"),
            (f"{inside}/postcode/{{postcode}}", of_postcode, shapes.RegionBody, f"A postcode, {ahead}"),
            (f"{inside}/regionid/{{regionid}}", of_region, shapes.RegionBody, f"A region, {ahead}"),
        ]
    return found


def router() -> APIRouter:
    """Every path, without a version before it."""
    made = APIRouter(tags=["UK Carbon Intensity"], route_class=route(_told))
    refusals = {status: {"model": shapes.UkRefusal, "description": NAMES[status]} for status in (400, 404)}
    for path, handler, model, summary in _paths():
        told: dict[str, Any] = {"model": model}
        if model in (shapes.IntensityBody, shapes.StatisticsBody):
            told["content"] = bodies.TABLES
        responses: Any = documented() | refusals | {200: told}
        made.add_api_route(path, handler, summary=summary, responses=responses, operation_id=f"uk {path}")
    return made
