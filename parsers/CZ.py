"""ČEPS, the Czech transmission operator: SOAP web service, public, no key.

Docs     https://www.ceps.cz/en/web-services (WSDL at https://www.ceps.cz/_layouts/CepsData.asmx?wsdl)
Serves   production CZ with pumped storage; measured and planned flows to AT, DE, PL, SK
Time     quarter hours, stamped at the start, with their own offset; a question is in the time of Prague
Unit     MW, the mean of the quarter
Sign     flows: source + is into CZ (the column CEPS is their sum); pumped storage: source + is generating
History  any day (the first one is not documented), 48 hours per call
Licence  terms of the website

Columns are named in `series` and only there: `value3` is another one in the next answer. Germany's two operators are
one border, which has no flow where one of them is missing. The newest quarter may still be running.
"""

from core import by_label, errors, exchange, http, number, production, require, source, times
from core.kinds import sorted_key

SOURCE = "ceps.cz"
URL = "https://www.ceps.cz/_layouts/CepsData.asmx"
TIMEZONE = "Europe/Prague"
HEADERS = {"Content-Type": "application/soap+xml; charset=utf-8"}
QUARTER_MIN = 15
MODES = {
    "TPP": "coal",
    "CCGT": "gas",
    "NPP": "nuclear",
    "HPP": "hydro",
    "AltPP": "biomass",
    "ApPP": "unknown",  # of industry
    "PVPP": "solar",
    "WPP": "wind",
    "unknown": "unknown",
}
STORAGE = {"PsPP": "hydro"}
BORDERS = {
    "AT->CZ": ("AT", ("APG",)),
    "CZ->DE": ("DE", ("TenneT", "50HzT")),
    "CZ->PL": ("PL", ("PSE",)),
    "CZ->SK": ("SK", ("SEPS",)),
}
ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soap12:Envelope xmlns:soap12="http://www.w3.org/2003/05/soap-envelope"><soap12:Body>'
    '<{operation} xmlns="https://www.ceps.cz/CepsData/"><dateFrom>{first}</dateFrom><dateTo>{last}</dateTo>'
    "<agregation>QH</agregation><function>AVG</function><version>RT</version>{more}</{operation}>"
    "</soap12:Body></soap12:Envelope>"
)


@source(resolution_min=QUARTER_MIN, window_h=48, delay_h=0.5, history="any")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    content = ask(session, "Generation", target_datetime, more="<para1>all</para1>")
    return list(parse_production(content, zone_key))


@source(resolution_min=QUARTER_MIN, window_h=48, delay_h=0.5, history="any")
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    content = ask(session, "CrossborderPowerFlows", target_datetime)
    return list(parse_exchange(content, sorted_key(zone_key1, zone_key2)))


@source(resolution_min=QUARTER_MIN, window_h=48, delay_h=0, history="any")
def fetch_exchange_forecast(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    content = ask(session, "CrossborderPowerFlows", target_datetime, ahead_hours=24)
    return list(parse_exchange(content, sorted_key(zone_key1, zone_key2), "Planned"))


def ask(session, operation, target, ahead_hours=0, more=""):
    """The answer for two days up to the quarter hour of the asked moment, which is the same for a while."""
    moment = times.floor(times.at(target, TIMEZONE), QUARTER_MIN)
    first, last = (
        times.text(at, "YYYY-MM-DDTHH:mm:ss", TIMEZONE)
        for at in times.window(moment, hours=48, ahead_hours=ahead_hours))
    envelope = ENVELOPE.format(operation=operation, first=first, last=last, more=more)
    return http.post(session, URL, data=envelope.encode(), headers=HEADERS).content


def parse_production(content, zone_key):
    """One mix per quarter hour, of those that have any number yet."""
    for start, row in rows(content, {*MODES, *STORAGE} - {"unknown"}):
        yield production(
            zone_key, start=start, source=SOURCE, modes=by_label(row, MODES, known=STORAGE),
            storage=by_label(row, STORAGE, sign=-1))


def parse_exchange(content, key, edition="Actual"):
    """One flow per quarter hour, of those that all operators of the border have a number for."""
    neighbour, operators = BORDERS[key]
    columns = [f"{operator} {edition}" for operator in operators]
    for start, row in rows(content, columns):
        parts = [row[column] for column in columns]
        if None not in parts:
            yield exchange(
                neighbour, "CZ", start=start, source=SOURCE, flow_mw=sum(parts),
                source_type="measured" if edition == "Actual" else "forecasted")


def rows(content, columns):
    """(start, MW by column) of every row with a number in any of the columns; NoData if there is none."""
    root = http.body_xml(content)
    if (fault := next(root.iter("Fault"), None)) is not None:
        raise errors.SourceChanged(f"ČEPS refused the question: {' '.join(fault.itertext()).strip()[:200]}.")
    series = require(next(root.iter("series"), None), "list of series")
    names = {one.get("id"): one.get("name", "").removesuffix("[MW]").strip() for one in series.iter("serie")}
    items = list(root.iter("item"))
    if not items and any(len(data) for data in root.iter("data")):
        raise errors.SourceChanged("The answer has data, but no item.")
    if items and (missing := {*columns} - {*names.values()}):
        raise errors.SourceChanged(f"The answer has no column {', '.join(sorted(missing))}.")
    found = [(times.read(item.get("date"), TIMEZONE), read_row(item, names)) for item in items]
    found = [(start, row) for start, row in found if any(row[column] is not None for column in columns)]
    if not found:
        raise errors.NoData("ČEPS has no values for these days.")
    return found


def read_row(item, names):
    """MW by column."""
    return {name: number(item.get(column)) for column, name in names.items()}
