"""Hydro-Québec: open data on production and demand, one JSON file each of yesterday and today, no key.

Docs     https://www.hydroquebec.com/documents-data/open-data/
Serves   production and consumption CA-QC
Time     production: readings at every half past, stamped then; demand: every 15 min; America/Toronto
Unit     MW
Sign     none: output and load only
History  none, yesterday and today
Licence  CC BY-NC 4.0

Hydro-Québec says that it reads output "hourly, on the half hour", so a stamp of 00:30 is the moment itself and no
middle of an hour to be moved to its start. What is still to come stands there as well, without values or with a total
of 0 alone. Other renewables are small producers' biomass, biogas and water, counted as biomass. Churchill Falls, in
Labrador, is not in the output.
"""

from core import by_label, consumption, errors, http, number, production, source, times
from core.values import each, field

SOURCE = "hydroquebec.com"
URL = "https://hydroquebec.com/data/documents-donnees/donnees-ouvertes/json/{}.json"
TIMEZONE = "America/Toronto"
MODES = {
    "hydraulique": "hydro",
    "thermique": "gas",  # Bécancour
    "solaire": "solar",
    "eolien": "wind",
    "autres": "biomass",
}
TOTAL, DEMAND = "total", "demandeTotal"


@source(resolution_min=60, window_h=24, delay_h=1)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return some(parse_production(ask(session, "production", target_datetime), zone_key))


@source(resolution_min=15, window_h=24, delay_h=0.5)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return some(parse_consumption(ask(session, "demande", target_datetime), zone_key))


def ask(session, name, target):
    """The decoded file."""
    if times.is_past(target, hours=24, timezone=TIMEZONE):
        raise errors.NoHistory("Hydro-Québec's files hold yesterday and today.")
    return http.body_json(http.get(session, URL.format(name)))


def some(found):
    """What is not still to come; NoData if there is none."""
    if not (past := [event for event in found if event["datetime"] <= times.now()]):
        raise errors.NoData("Hydro-Québec's file has no values yet.")
    return past


def parse_production(answer, zone_key):
    """One mix per reading."""
    return [
        production(
            zone_key, start=start, source=SOURCE, modes=by_label(values, MODES, known=(TOTAL,)), negative="zero")
        for start, values in rows(answer) if any(values[label] is not None for label in values.keys() - {TOTAL})
    ]


def parse_consumption(answer, zone_key):
    """One load per quarter hour."""
    return [
        consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw)
        for start, values in rows(answer) if values and (load_mw := number(field(values, DEMAND))) is not None
    ]


def rows(answer):
    """(moment, values) of the rows; the repeated hour of autumn is told apart by the order."""
    details = answer.get("details") if isinstance(answer, dict) else None
    if not isinstance(details, list):
        raise errors.SourceChanged(f"Hydro-Québec sent no details but {str(answer)[:80]!r}.")
    read = each(details, lambda row: (row["date"], times.read(row["date"], TIMEZONE), row.get("valeurs")))
    kept = [(date, values) for date, _, values in read if not times.is_skipped(date, TIMEZONE)]
    starts = times.read_in_order([date for date, _ in kept], TIMEZONE)
    return [(start, values) for start, (_, values) in zip(starts, kept, strict=True) if isinstance(values, dict)]
