"""RTE, the French transmission operator: éCO2mix national, on the Opendatasoft portal ODRÉ.

Docs     https://odre.opendatasoft.com/explore/dataset/eco2mix-national-tr/ and …/eco2mix-national-cons-def/
Serves   production with storage and consumption FR
Time     real time 15 min, consolidated 30 min, stamped at the start with an offset; asked for on Europe/Paris
Unit     MW
Sign     storage: turbines and discharge are + (generating), pumping and charging are - (consuming), both published
History  2012, 24 h per call; real time for the current and the last month, consolidated values months later
Token    RESEAUX_ENERGIES_TOKEN, free account on odre.opendatasoft.com
Licence  Licence Ouverte 2.0 (Etalab)

Real-time quarters are averaged to half hours, :00 with :15 and :30 with :45, so that they and the consolidated values
share one grid and the later replace the earlier. Each request reaches 15 minutes further than the day at both ends; a
half hour that it still cuts in two is left out, and the running one is given from its first quarter on. Fields are
averaged over the rows that have them; a half hour that then lacks one is left out. A field that no row has does not
count against them: with no fuel at all there is no data, with some missing there is a warning and the rest is used.
Real-time values are corrected in the days after, so three are read again.
Differs: a negative fuel (solar at night) is 0, not missing.
"""

from core import by_label, consumption, errors, production, source, times, token, values
from core.platforms import opendatasoft

SOURCE = "opendata.reseaux-energies.fr"
URL = "https://opendata.reseaux-energies.fr"
TIMEZONE = "Europe/Paris"
DATASETS = ("eco2mix-national-cons-def", "eco2mix-national-tr")
TOKEN = "RESEAUX_ENERGIES_TOKEN"
LOAD = "consommation"
MODES = {
    "nucleaire": "nuclear",
    "charbon": "coal",
    "gaz": "gas",
    "fioul": "oil",
    "eolien": "wind",
    "solaire": "solar",
    "bioenergies": "biomass",
    "hydraulique_fil_eau_eclusee": "hydro",
    "hydraulique_lacs": "hydro",
}
STORAGE = {
    "hydraulique_step_turbinage": "hydro",
    "pompage": "hydro",
    "destockage_batterie": "battery",
    "stockage_batterie": "battery",
}


@source(resolution_min=30, window_h=24, delay_h=0.5, history="2012-01-01", refetch_h=72, tokens=(TOKEN,))
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return published(session, target_datetime, parse_production)


@source(resolution_min=30, window_h=24, delay_h=0.5, history="2012-01-01", refetch_h=72, tokens=(TOKEN,))
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return published(session, target_datetime, parse_consumption)


def published(session, target_datetime, parse):
    """The events of the consolidated data set, or of the real-time one where that has none yet."""
    asked = times.window(times.floor(times.at(target_datetime, TIMEZONE), 1), hours=24.25, ahead_hours=0.25)
    start, end = (times.text(moment, "YYYY-MM-DDTHH:mm", TIMEZONE) for moment in asked)
    query = f"date_heure >= {start} AND date_heure <= {end}"
    for dataset in DATASETS:
        answer = opendatasoft.search(session, URL, dataset, query=query, timezone=TIMEZONE, key=token(TOKEN))
        if events := [event for event in parse(answer) if not is_cut(event["datetime"], asked)]:
            return events
    raise errors.NoData(f"éCO2mix has nothing between {start} and {end}, Paris time.")


def is_cut(start, asked):
    """Whether the request holds only one quarter of a half hour."""
    second = times.shift(start, minutes=15)
    return start < asked.start <= second or start <= asked.end < second


def parse_production(answer):
    """One mix per half hour."""
    found = opendatasoft.rows(answer)
    fuels = in_any(found, MODES)
    if not fuels:
        return
    for field in sorted({*MODES, *STORAGE} - set(used := fuels + in_any(found, STORAGE))):
        values.log.warning("no row has the field %r", field)
    for start, row in half_hours(found, used):
        yield production(
            "FR", start=start, source=SOURCE, negative="zero",
            modes=by_label(row, MODES), storage=by_label(row, STORAGE, sign=-1))


def parse_consumption(answer):
    """One load per half hour."""
    for start, row in half_hours(opendatasoft.rows(answer), [LOAD]):
        yield consumption("FR", start=start, source=SOURCE, load_mw=row[LOAD])


def in_any(rows, fields):
    """The fields that at least one row has a number for."""
    return [field for field in fields if any(values.number(row.get(field)) is not None for row in rows)]


def half_hours(rows, fields):
    """(start, the mean of each field) of every half hour that has them all, oldest first."""
    groups = {}
    for row in rows:
        moment = times.read(values.require(row.get("date_heure"), "date_heure"))
        groups.setdefault(times.floor(moment, 30), []).append(row)
    for start, group in sorted(groups.items()):
        means = {field: values.mean(values.number(row.get(field)) for row in group) for field in fields}
        if None not in means.values():
            yield start, means
