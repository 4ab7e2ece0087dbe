"""IESO's two publishing systems, Ontario: XML report files per day, and tables of notices on its website.

Reports: days are those of EST all year (UTC-5), hours 1-24 are named by their end. Two schemas coexist, whose
namespaces body_xml drops. They come from reports-public.ieso.ca; its former host is asked only when that does not
answer. A file that is not there (404) is None: a day too old or too far ahead.
Notices: a table lists type, subject with a link, and when it was updated; the rest is on the page behind the link.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

from lxml.etree import _Element

from core import http, times, values
from core.errors import SourceChanged, SourceDown, SourceError

TIMEZONE = "Etc/GMT+5"
HOSTS = ("https://reports-public.ieso.ca", "http://reports.ieso.ca")
REPORT = "{0}/public/{1}/PUB_{1}_{2:%Y%m%d}.xml"
SITE = "https://www.ieso.ca"
TABLE = f"{SITE}/ieso/api/table/data"
TYPE, LINK, UPDATED = 0, 1, 3
STAMP = "D MMM YYYY HH:mm"


def report(session: http.Session | None, name: str, day: date) -> bytes | None:
    """A report's file of one day; None where there is none."""
    present, former = (REPORT.format(host, name, day) for host in HOSTS)
    try:
        answer = http.get(session, present, allowed=(404,))
    except SourceDown as down:
        try:
            answer = http.get(session, former, allowed=(404,))
        except SourceError:
            raise down from None  # what went wrong at the present host
    return answer.content if answer.ok else None


def whole(element: _Element, tag: str) -> int:
    """A child's whole number."""
    return int(values.require(values.number(element.findtext(tag)), tag))


def day_of(root: _Element, *tags: str) -> date:
    """The day a report is of, which one of these tags has."""
    written = (root.findtext(f".//{tag}") for tag in tags)
    return times.read_day(values.require(next(filter(None, written), None), " or ".join(tags)))


def hours(
    elements: Iterable[_Element], day: date, hour_tag: str, value_tag: str
) -> Iterator[tuple[datetime, float | None]]:
    """(start, value) of hourly elements."""
    for element in elements:
        start = times.period(day, whole(element, hour_tag), 60, TIMEZONE)
        yield start, values.number(element.findtext(value_tag))


def notices(session: http.Session | None, table: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Every notice in a table: type, subject, when it was issued, starts and ends, and the texts of its page."""
    for type_, link, issued in listed(http.body_json(http.get(session, TABLE, params=table))):
        page = http.get(session, urljoin(SITE, str(link["href"])), allowed=(404,))
        html = http.body_html(page.text if page.ok else "")
        paragraphs = [paragraph.get_text(" ", strip=True) for paragraph in html.select("p")]
        yield {
            "type": http.body_html(type_).get_text(" ", strip=True), "issued": issued,
            "texts": [
                link.get("title") or link.get_text(strip=True),
                *(cell.get_text(" ", strip=True) for cell in html.select("table td:nth-of-type(2)"))],
            "start": _after("Start:", paragraphs), "end": _after("End:", paragraphs),
        }


def listed(answer: Any) -> list[tuple[str, Any, datetime]]:
    """(type, link, when it was issued) of every row of a table."""
    try:
        rows = [row["Cells"] for row in answer[0]["TableRows"]]
        return [
            (row[TYPE], values.require(http.body_html(row[LINK]).find("a", href=True), "link to a notice"),
             times.read(row[UPDATED], TIMEZONE, STAMP)) for row in rows]
    except (KeyError, IndexError, TypeError) as err:
        raise SourceChanged("IESO's table of notices has another shape.") from err


def _after(word: str, paragraphs: list[str]) -> datetime | None:
    """The moment behind a word; None where the page has none, as for a notice without an end."""
    text = next((text for text in paragraphs if text.startswith(word)), None)
    try:
        return times.read(text, TIMEZONE, STAMP) if text else None
    except SourceChanged:
        values.log.warning("no moment in %r", text)
        return None
