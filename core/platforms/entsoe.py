"""The ENTSO-E Transparency Platform: one address for all of Europe, one XML shape for every kind of series.

Set         the variable ENTSOE_TOKEN (free: register, then ask the helpdesk for "Restful API access"); the query of
            a kind; the areas, in entsoe_areas.
Time        UTC, stamped at the start of each step. Steps of a day or more follow the calendar of Brussels.
Unit        mean MW over the step; prices per MWh
Goes wrong  "Nothing there" is an Acknowledgement document, sent with any status; refusals look the same, so its
            text decides. After 400 requests a minute the answer is an HTML page for ten minutes. On curve A03 a point
            is left out when it repeats the one before. The newest steps hold only wind and solar at first. A zone's
            series, or a border's two directions, may differ in resolution: `table` holds the coarse ones on the finest
            grid. Some items come as a ZIP of documents. A document without series is an empty list, not an error.
"""

import re
import zipfile
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Literal, NamedTuple

from lxml import etree

from core import http, times
from core.errors import Blocked, NoData, SourceChanged, SourceDown, SourceError
from core.platforms.entsoe_areas import border_domains, price_domain, zone_domains
from core.schemas import RawEvent, price, production
from core.tokens import token
from core.values import Parts, mode_of, number, require

SOURCE = "entsoe.eu"
URL = "https://web-api.tp.entsoe.eu/api"
TOKEN = "ENTSOE_TOKEN"
MARKET_TIMEZONE = "Europe/Brussels"

PRODUCTION = {"documentType": "A75", "processType": "A16"}
PRICE = {"documentType": "A44"}
INSTALLED = {"documentType": "A68", "processType": "A33"}
DAY_AHEAD, WEEK_AHEAD, MONTH_AHEAD, TOTAL = "A01", "A02", "A03", "A05"
POINT_BY_POINT, CHANGES_ONLY = "A01", "A03"

MODES = {
    "B01": "biomass",
    "B02": "coal",  # lignite
    "B03": "gas",  # from coal
    "B04": "gas",
    "B05": "coal",  # hard coal
    "B06": "oil",
    "B07": "coal",  # oil shale
    "B08": "coal",  # peat
    "B09": "geothermal",
    "B11": "hydro",  # run of river
    "B12": "hydro",  # reservoir
    "B13": "unknown",  # marine
    "B14": "nuclear",
    "B15": "unknown",  # other renewable
    "B16": "solar",
    "B17": "biomass",  # waste
    "B18": "wind",  # offshore
    "B19": "wind",  # onshore
    "B20": "unknown",  # other
}
STORAGE = {"B10": "hydro", "B25": "battery"}
EQUIPMENT = frozenset({"B21", "B22", "B23", "B24"})
"""Links, substations and transformers: no generation."""

STORAGE_LEFT_OUT = frozenset({"BE"})
"""Zones that leave out a storage series while it is 0, so that its absence does not make a step incomplete."""

INTO_ZONE, OUT_OF_ZONE = "inBiddingZone_Domain.mRID", "outBiddingZone_Domain.mRID"
"""Which of the two a series names: generation into a zone, or load and plants' consumption out of it."""

MOST_STEPS = 200_000
"""Of one period: more than a year of five minutes."""
RESOLUTION = re.compile(
    r"P(?:(?P<days>[1-9]\d*)D|(?P<months>[1-9]\d*)M|(?P<years>[1-9]\d*)Y)|PT(?:(?P<hours>[1-9]\d*)H|(?P<minutes>[1-9]\d*)M)"
)


class Point(NamedTuple):
    start: datetime
    end: datetime
    value: float


class Series(NamedTuple):
    """One TimeSeries: its plain fields by their names in the XML, and its points in order."""

    facts: dict[str, str]
    points: list[Point]


class Row(NamedTuple):
    """What several series say of one step; a series without a value there is absent."""

    start: datetime
    end: datetime
    values: dict[Any, float]


class Mix(NamedTuple):
    """Generation of one step in MW, items apart; storage is positive when charging."""

    start: datetime
    end: datetime
    modes: Parts
    storage: Parts


class Channel(NamedTuple):
    """What one series of a mix is counted as."""

    part: int
    psr_type: str
    mode: str
    sign: int
    """+1 generation, -1 consumption of a plant or store."""


class Flow(NamedTuple):
    """What one series of a border is: which pair of areas, which way, day-ahead or total schedule."""

    pair: int
    direction: str
    agreement: str | None


Direction = Literal["export", "import"]


class BorderAnswer(NamedTuple):
    """The answer for one direction of one pair of areas: export is from the key's first zone to its second."""

    pair: int
    direction: Direction
    content: bytes


def ask(session: http.Session | None, query: Mapping[str, str], span: times.Window) -> bytes:
    """One answer as it came, whole hours; an acknowledgement with an error status is an answer too."""
    hours = {"periodStart": span.start, "periodEnd": span.end}
    window = {name: times.text(moment, "YYYYMMDDHH[00]") for name, moment in hours.items()}
    params = {**query, **window, "securityToken": token(TOKEN)}
    return http.get(session, URL, params=params, allowed=(400, 404)).content


def ask_zone(
    session: http.Session | None, zone_key: str, query: Mapping[str, str], span: times.Window, domain: str = "in_Domain"
) -> list[bytes]:
    """The answers for every part of a zone; `domain` is the parameter this kind names it with."""
    return [ask(session, {**query, domain: code}, span) for code in zone_domains(zone_key)]


def ask_price(session: http.Session | None, zone_key: str, span: times.Window) -> bytes:
    """Day-ahead prices of the bidding zone that sets a zone's price."""
    code = price_domain(zone_key)
    domains = {"in_Domain": code, "out_Domain": code}
    return ask(session, {**PRICE, **domains, "contract_MarketAgreement.type": DAY_AHEAD}, span)


def ask_installed(
    session: http.Session | None, zone_key: str, target: datetime | None
) -> tuple[list[bytes], datetime]:
    """The answers for what is installed in a zone, and the moment asked for.

    No look-back: a window that touches the year before is answered with that year's figures too.
    """
    span = times.window(target, hours=0, ahead_hours=72)
    return ask_zone(session, zone_key, INSTALLED, span), span.start


def ask_border(
    session: http.Session | None, key: str, query: Mapping[str, str], span: times.Window,
    order: tuple[Direction, Direction] = ("import", "export"),
) -> list[BorderAnswer]:
    """Both directions of every pair of areas of an exchange; power moves from out_Domain into in_Domain."""
    found = []
    for pair, (first, second) in enumerate(border_domains(key)):
        for direction in order:
            into, out_of = (second, first) if direction == "export" else (first, second)
            content = ask(session, {**query, "in_Domain": into, "out_Domain": out_of}, span)
            found.append(BorderAnswer(pair, direction, content))
    return found


def series(content: bytes) -> list[Series]:
    """Every series of an answer; NoData if the platform says that nothing matches."""
    found = []
    for document in _documents(content):
        if b"banned until" in document[:2000].lower():
            raise SourceDown("The platform bans this token for some minutes: too many requests.")
        root = http.body_xml(document)
        if root.tag == "Acknowledgement_MarketDocument":
            raise _refusal(" ".join(text.text or "" for text in root.iterfind("Reason/text")))
        if not root.tag.endswith("MarketDocument") and len(root):
            raise SourceChanged(f"The platform answered with a document {root.tag!r}.")
        found += [_read(element) for element in root.iter("TimeSeries")]
    return found


def _documents(content: bytes) -> list[bytes]:
    if not content.startswith(b"PK"):
        return [content]
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return [archive.read(name) for name in archive.namelist()]
    except (zipfile.BadZipFile, zlib.error, EOFError) as err:
        raise SourceChanged("The answer is a broken ZIP.") from err


def _refusal(reason: str) -> SourceError:
    said = reason.lower()
    if "no matching data" in said:
        return NoData(f"ENTSO-E: {reason}")
    if "authentication" in said or "security token" in said:
        return Blocked(f"ENTSO-E refuses the token in {TOKEN}: {reason}")
    return SourceChanged(f"ENTSO-E refuses the request: {reason or 'no reason given'}")


def _text(element: etree._Element, path: str) -> str:
    return require(element.findtext(path), path).strip()


def _read(element: etree._Element) -> Series:
    facts = {str(child.tag): child.text.strip() for child in element if not len(child) and child.text}
    psr_type = element.findtext("MktPSRType/psrType")
    if psr_type is not None:
        facts["psrType"] = psr_type.strip()
    curve = facts.get("curveType", POINT_BY_POINT)
    return Series(facts, [point for period in element.iter("Period") for point in _points(period, curve)])


def _points(period: etree._Element, curve: str) -> Iterator[Point]:
    """The points of one Period with their own start and end."""
    start = times.read(_text(period, "timeInterval/start"))
    end = times.read(_text(period, "timeInterval/end"))
    given = dict(_point(point) for point in period.iter("Point"))
    edges = _edges_until(end, max(given, default=0), _edges(start, _text(period, "resolution")))
    if curve == CHANGES_ONLY:
        given = _held(given, steps=len(edges) - 1)
    elif curve != POINT_BY_POINT:
        raise SourceChanged(f"The curve type {curve!r} is not one we know how to expand.")
    for position in sorted(given):
        value = given[position]
        if value is not None:
            yield Point(edges[position - 1], edges[position], value)


def _edges_until(end: datetime, position: int, edge: Callable[[int], datetime]) -> list[datetime]:
    """The edges of all steps until the end of a period and of the last position in it."""
    edges = [edge(0)]
    while edges[-1] < end or len(edges) <= position:
        if len(edges) > MOST_STEPS:
            raise SourceChanged(f"A period has more than {MOST_STEPS} steps.")
        edges.append(edge(len(edges)))
    return edges


def _point(point: etree._Element) -> tuple[int, float | None]:
    """(position, amount) of a Point."""
    said = {child.tag: child.text for child in point}
    amount = number(said.get("quantity", said.get("price.amount")))
    position = int(require(number(said.get("position")), "position"))
    if position < 1:
        raise SourceChanged(f"A point stands at position {position}.")
    return position, amount


def _held(given: Mapping[int, float | None], steps: int) -> dict[int, float | None]:
    """Every position of a period whose repeated values are left out."""
    held: dict[int, float | None] = {}
    value = None
    for position in range(1, steps + 1):
        value = held[position] = given.get(position, value)
    return held


def _edges(start: datetime, resolution: str) -> Callable[[int], datetime]:
    """The start of the n-th step (from 0). Days and longer are local: 23 or 25 hours when the clock changes."""
    match = RESOLUTION.fullmatch(resolution)
    if match is None:
        raise SourceChanged(f"The resolution {resolution!r} is not one we know.")
    size = {unit: int(written) for unit, written in match.groupdict(default="0").items()}
    days, months = size["days"], size["months"] + 12 * size["years"]
    if days or months:
        return lambda n: times.calendar_shift(start, MARKET_TIMEZONE, days=n * days, months=n * months)
    minutes = size["hours"] * 60 + size["minutes"]
    return lambda n: times.shift(start, minutes=n * minutes)


def table(given: Iterable[tuple[Hashable, Sequence[Point]]]) -> list[Row]:
    """Series side by side, by start. Coarse steps are cut where a finer series steps, and keep their MW in each piece.

    Of two values of one key at one start the later one in the document counts.
    """
    columns = list(given)
    edges = sorted({moment for _, points in columns for point in points for moment in (point.start, point.end)})
    rows: dict[datetime, Row] = {}
    for key, points in columns:
        for piece in (piece for point in points for piece in _cut(point, edges)):
            rows.setdefault(piece.start, Row(piece.start, piece.end, {})).values[key] = piece.value
    return [rows[start] for start in sorted(rows)]


def _cut(point: Point, edges: Sequence[datetime]) -> Iterator[Point]:
    inner = edges[bisect_right(edges, point.start) : bisect_left(edges, point.end)]
    for start, end in zip([point.start, *inner], [*inner, point.end], strict=True):
        yield Point(start, end, point.value)


def mixes(contents: Sequence[bytes], *, is_storage_left_out: bool = False) -> list[Mix]:
    """Generation by mode, one answer per part of a zone; only the steps at which no series of any part is missing."""
    columns = [
        (_channel(part, one), one.points)
        for part, content in enumerate(contents)
        for one in series(content)
        if one.facts.get("psrType") not in EQUIPMENT
    ]
    rows = table(columns)

    def present(row: Row, part: int) -> int:
        counted = (channel for channel in row.values if not (is_storage_left_out and channel.psr_type in STORAGE))
        return sum(channel.part == part for channel in counted)

    wanted = [max((present(row, part) for row in rows), default=0) for part in range(len(contents))]
    whole = (row for row in rows if [present(row, part) for part in range(len(contents))] == wanted)
    return [_mix(row) for row in whole] if all(wanted) else []


def _channel(part: int, one: Series) -> Channel:
    psr_type = require(one.facts.get("psrType"), "psrType")
    mode = STORAGE[psr_type] if psr_type in STORAGE else mode_of(psr_type, MODES)
    return Channel(part, psr_type, mode, sign=-1 if OUT_OF_ZONE in one.facts else 1)


def _mix(row: Row) -> Mix:
    mix = Mix(row.start, row.end, {}, {})
    for channel, value_mw in row.values.items():
        if channel.psr_type in STORAGE:
            mix.storage.setdefault(channel.mode, []).append(-channel.sign * value_mw)
        else:
            mix.modes.setdefault(channel.mode, []).append(channel.sign * value_mw)
    return mix


def productions(zone_key: str, contents: Sequence[bytes], source_type: str = "measured") -> list[RawEvent]:
    """The mixes of a zone as events; negative generation is a plant's own use and counts as 0."""
    return [
        production(
            zone_key, start=mix.start, end=mix.end, source=SOURCE, modes=mix.modes, storage=mix.storage,
            negative="zero", source_type=source_type)
        for mix in mixes(contents, is_storage_left_out=zone_key in STORAGE_LEFT_OUT)
    ]


def totals(contents: Sequence[bytes], side: str) -> list[Point]:
    """One total per step, the series of one side only; only the steps that every part of the zone has."""
    rows = table(
        (part, one.points) for part, content in enumerate(contents) for one in series(content) if side in one.facts
    )
    return [Point(row.start, row.end, sum(row.values.values())) for row in rows if len(row.values) == len(contents)]


def prices(zone_key: str, content: bytes) -> list[RawEvent]:
    """Day-ahead prices as events: the common auction only, in euro where a step has several currencies."""
    rows = table(
        (require(one.facts.get("currency_Unit.name"), "currency"), one.points)
        for one in series(content)
        if is_common_auction(one)
    )
    found = []
    for row in rows:
        currency = "EUR" if "EUR" in row.values else next(iter(row.values))
        found.append(
            price(
                zone_key, start=row.start, end=row.end, source=SOURCE, currency=currency,
                price_mwh=row.values[currency]))
    return found


def installed_parts(contents: Sequence[bytes], at: datetime) -> Parts:
    """Installed MW per mode of capacity in the year, which begins at midnight in Brussels, that holds a moment."""
    parts: Parts = {}
    for one in (one for content in contents for one in series(content)):
        psr_type = require(one.facts.get("psrType"), "psrType")
        values_mw = [step.value for step in one.points if step.start <= at < step.end]
        if values_mw and psr_type not in EQUIPMENT:
            stored = STORAGE.get(psr_type)
            mode = f"{stored} storage" if stored else mode_of(psr_type, MODES)
            parts.setdefault(mode, []).append(values_mw[0])
    if not parts:
        raise NoData(f"ENTSO-E has no installed capacity of {times.day(at, MARKET_TIMEZONE).year}.")
    return parts


def is_common_auction(one: Series) -> bool:
    """Whether a price series is of the day-ahead coupling, not of EXAA's auction (AT, DE-LU) or an intraday one."""
    sequence = one.facts.get("classificationSequence_AttributeInstanceComponent.position", "1")
    return sequence == "1" and one.facts.get("contract_MarketAgreement.type", DAY_AHEAD) == DAY_AHEAD


def border_rows(answers: Sequence[BorderAnswer]) -> list[Row]:
    """Every step of an exchange, values by Flow. A direction without data is left empty; if all are, NoData."""
    columns: list[tuple[Flow, list[Point]]] = []
    refusals: list[NoData] = []
    for answer in answers:
        try:
            found = series(answer.content)
        except NoData as err:
            refusals.append(err)
            continue
        for one in found:
            agreement = one.facts.get("contract_MarketAgreement.type")
            columns.append((Flow(answer.pair, answer.direction, agreement), one.points))
    if refusals and len(refusals) == len(answers):
        raise refusals[0]
    return table(columns)
