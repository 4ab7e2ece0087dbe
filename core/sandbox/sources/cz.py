"""ČEPS: SOAP answers about what the Czech plants give and what flows over the Czech borders, by quarter hour.

Traps it has: questions in the time of Prague, both ends included, answers with the offset; columns that are named apart
from the rows, in no lasting order; two operators on the German side, one of which may send what the other takes; flows
that are + into the country beside their own sum; plans beside what was measured, also of quarters to come, whose other
columns are empty; no `data` where there is no row; numbers of seven digits.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

import numpy as np

from core import http, times
from core.errors import SourceError
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("www.ceps.cz",)
PATH = "/_layouts/CepsData.asmx"
CLOCK = "Europe/Prague"
ZONE = "CZ"
QUARTER_S = 900
MOST_QUARTERS = 4 * 24 * 31

TABLE = {
    "biomass": {"AltPP": 1.0}, "coal": {"TPP": 1.0}, "gas": {"CCGT": 1.0}, "geothermal": {"ApPP": 1.0},
    "hydro": {"HPP": 1.0}, "nuclear": {"NPP": 1.0}, "oil": {"ApPP": 1.0}, "solar": {"PVPP": 1.0},
    "unknown": {"ApPP": 0.9, "unknown": 0.1}, "wind": {"WPP": 1.0},
}
PLANTS = ("TPP", "CCGT", "NPP", "HPP", "PsPP", "AltPP", "ApPP", "PVPP", "WPP", "unknown")
OPERATORS = {
    "PSE": ("PL", 1.0), "SEPS": ("SK", 1.0), "APG": ("AT", 1.0), "TenneT": ("DE", -0.6), "50HzT": ("DE", 1.6),
}
"""Neighbour, and the part of its border's flow that goes over this operator's lines."""
TITLES = {"Generation": "Generation", "CrossborderPowerFlows": "Cross-border power flows"}
Columns = Mapping[str, FloatArray]


class Question(NamedTuple):
    operation: str
    first: datetime
    last: datetime

    def steps(self) -> Steps:
        """The quarters that begin between both ends."""
        start_s = -(-int(self.first.timestamp()) // QUARTER_S) * QUARTER_S
        count = (int(self.last.timestamp()) - start_s) // QUARTER_S + 1
        return Steps(start_s, QUARTER_S, max(0, min(count, MOST_QUARTERS)))


def answer(asked: Asked, readings: Readings) -> Reply:
    """One of two operations; a fault for anything else that is asked."""
    if asked.path != PATH:
        return NOT_FOUND
    try:
        question = read(asked.body)
    except SourceError:
        return envelope("<soap:Fault><soap:Reason><soap:Text>The question cannot be read.</soap:Text></soap:Reason>"
                        "</soap:Fault>", 500)
    steps = question.steps()
    columns = plants(readings, steps) if question.operation == "Generation" else flows(readings, steps)
    return envelope(
        f'<{question.operation}Response xmlns="https://www.ceps.cz/CepsData/"><{question.operation}Result>'
        f"{document(question, columns, steps)}</{question.operation}Result></{question.operation}Response>")


def read(body: bytes) -> Question:
    """What the envelope asks; a SourceError if that is no question."""
    found = {str(one.tag): one.text or "" for one in http.body_xml(body).iter()}
    operation = next((name for name in TITLES if name in found), "")
    steps = (found.get("agregation"), found.get("function"), found.get("version"))
    if not operation or steps != ("QH", "AVG", "RT") or (operation == "Generation" and found.get("para1") != "all"):
        raise SourceError("not a question of quarter hours")
    first, last = (times.read(found.get(name, ""), CLOCK, "YYYY-MM-DDTHH:mm:ss") for name in ("dateFrom", "dateTo"))
    return Question(operation, first, last)


def envelope(content: str, status: int = 200) -> Reply:
    return text_reply(
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope">'
        f"<soap:Body>{content}</soap:Body></soap:Envelope>", "application/soap+xml; charset=utf-8", status)


def plants(readings: Readings, steps: Steps) -> Columns:
    """MW by type of plant, as far as they are out."""
    charge = readings.charge(ZONE, steps).get("hydro", np.zeros(steps.count))
    found = dict.fromkeys(PLANTS, np.zeros(steps.count)) | readings.labelled(ZONE, steps, TABLE) | {"PsPP": -charge}
    return {name: until_now(values, steps, readings.now) for name, values in found.items()}


def flows(readings: Readings, steps: Steps) -> Columns:
    """What comes in from each operator and from all, measured and planned."""
    found: dict[str, FloatArray] = {}
    sums = {"Actual": np.zeros(steps.count), "Planned": np.zeros(steps.count)}
    for operator, (neighbour, part) in OPERATORS.items():
        measured = until_now(part * readings.flow([neighbour], [ZONE], steps), steps, readings.now)
        planned = part * readings.schedule([neighbour], [ZONE], steps)
        found |= {f"{operator} Actual": measured, f"{operator} Planned": planned}
        sums = {"Actual": sums["Actual"] + measured, "Planned": sums["Planned"] + planned}
    return found | {f"CEPS {edition}": values for edition, values in sums.items()}


def until_now(values: FloatArray, steps: Steps, now: datetime) -> FloatArray:
    """Nothing for the quarters that are not over; the real source gives the running one as far as it has come."""
    ends_s = steps.start_s + QUARTER_S * np.arange(1, steps.count + 1)
    return np.where(ends_s <= now.timestamp(), values, np.nan)


def document(question: Question, columns: Columns, steps: Steps) -> str:
    """Names of columns, then rows; no rows without a number."""
    first, last = (written(at) for at in (question.first, question.last))
    series = "".join(f'<serie id="value{i}" name={quoteattr(f"{name} [MW]")} />' for i, name in enumerate(columns, 1))
    items = "".join(rows(columns.values(), steps))
    return (
        '<root xmlns="https://www.ceps.cz/CepsData/StructuredData/1.0"><information>'
        f"<name>{TITLES[question.operation]}</name><date_from>{first}</date_from><date_to>{last}</date_to>"
        "<version>RT</version><function>AVG</function><aggregation>QH</aggregation></information>"
        f"<series>{series}</series>{f'<data>{items}</data>' if items else ''}</root>")


def rows(columns: Iterable[FloatArray], steps: Steps) -> Iterable[str]:
    for start, *values in zip(steps.starts(), *columns, strict=True):
        cells = ["" if np.isnan(value) else f"{value:.7g}" for value in values]
        if any(cells):
            numbered = " ".join(f'value{i}="{cell}"' for i, cell in enumerate(cells, 1))
            yield f'<item date="{written(start)}" {numbered} />'


def written(at: datetime) -> str:
    return times.text(at, "YYYY-MM-DDTHH:mm:ssZZ", CLOCK)
