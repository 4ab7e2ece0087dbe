"""RTE's éCO2mix pages: XML of days, series and numbered periods, behind the market and the regional page.

    <liste><day date="2026-03-10"><series v="…" perimetre="FR" granularite="Global"><valeur periode="0">41.2</valeur>

The day and series elements have other names in each feed and are not looked at. To set: the length of a period. `read`
gives the values of granularity Global, moments in UTC; `ND` and `-` are None. What goes wrong: `v` sometimes arrives
as UTF-8 read as Latin-1, so compare `plain(v)`; an error page may come with status 200.

Periods count from 0 at midnight in Paris. How RTE numbers the days of the clock changes is not documented. We read
elapsed time (92 or 100 quarter hours). Only a spring day that numbers more periods than it has is read by the clock on
the wall, and what stands in the skipped hour is left out. An autumn day of 96 would be read an hour early in its
second part: it cannot be told from a day that is not over yet.
"""

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from lxml import etree

from core import http, times
from core.errors import NoData, SourceChanged
from core.values import folded, number

SOURCE = "rte-france.com"
TIMEZONE = "Europe/Paris"
GRANULARITY = "Global"


class Value(NamedTuple):
    """One published value; `series` is the attribute v, `area` the attribute perimetre."""

    start: datetime
    end: datetime
    series: str
    area: str
    value: float | None


def read(content: bytes, minutes: int | None = None) -> list[Value]:
    """Every value of an answer. `minutes` is the length of a period; None lets each day's number of periods say it.

    Raises SourceChanged for anything but this XML and NoData if it holds no value.
    """
    root = http.body_xml(content)
    if root.tag.lower() == "html":
        raise SourceChanged("éCO2mix answered with a page instead of its XML.")
    found = [value for series in _series(root) for value in _values(series, minutes)]
    if not found:
        raise NoData("éCO2mix has no values for these days.")
    return found


def plain(word: str) -> str:
    """A word of the feed without accents and capitals, whether or not it was decoded wrongly on the way."""
    with contextlib.suppress(UnicodeError):
        word = word.encode("latin-1").decode("utf-8")
    return folded(word)


def starts(when: date, count: int, minutes: int) -> list[datetime | None]:
    """Start of each of the first `count` periods of a day; None for those in an hour that the clock skips."""
    elapsed = [times.period(when, n + 1, minutes, TIMEZONE) for n in range(count)]
    day_after = times.day(times.shift(times.midnight(when, TIMEZONE), hours=36), TIMEZONE)
    if not elapsed or elapsed[-1] < times.midnight(day_after, TIMEZONE):
        return list(elapsed)
    if count * minutes > 24 * 60:
        raise SourceChanged(f"éCO2mix numbers {count} periods of {minutes} min on {when}.")
    return [_by_the_wall(when, n * minutes) for n in range(count)]


def _by_the_wall(when: date, minute: int) -> datetime | None:
    written = f"{when}T{minute // 60:02}:{minute % 60:02}"
    return None if times.is_skipped(written, TIMEZONE) else times.read(written, TIMEZONE)


def _series(root: etree._Element) -> Iterator[tuple[date, etree._Element, dict[int, str | None]]]:
    """(day, series element, text by period) of every series of the kept granularity."""
    by_series: dict[etree._Element, dict[int, str | None]] = defaultdict(dict)
    for element in root.iter("valeur"):
        series, period = element.getparent(), element.get("periode", "")
        if series is None or series.getparent() is None or not period.isdecimal():
            raise SourceChanged("A value of éCO2mix has no series, day or period.")
        if series.get("granularite") == GRANULARITY:
            by_series[series][int(period)] = element.text
    for series, texts in by_series.items():
        day = series.getparent()
        yield times.read_day(day.get("date", "") if day is not None else ""), series, texts


def _values(one: tuple[date, etree._Element, dict[int, str | None]], minutes: int | None) -> Iterator[Value]:
    when, series, texts = one
    count = max(texts) + 1
    step = minutes or next((m for m in (60, 30) if count <= 25 * 60 // m), 15)
    moments = starts(when, count, step)
    for period, text in sorted(texts.items()):
        if (start := moments[period]) is not None:
            yield Value(
                start, times.shift(start, minutes=step), series.get("v", ""), series.get("perimetre", ""), number(text)
            )
