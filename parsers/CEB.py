"""CEB, the Ceylon Electricity Board: load curve by plant type in one JSON text per day, public, no key.

Docs     https://cebcare.ceb.lk/gensum/details (the chart this feeds)
Serves   production LK
Time     15 min, Asia/Colombo; whether a stamp is the start or the end is not documented: taken as the start
Unit     MW
Sign     production only
History  any day, one day per call; a day's rows appear about one day later
Licence  none stated

The JSON is encoded twice: a string that holds the array. A day that is still empty or ends early is asked for together
with the day before. Solar is what is connected to the grid; roofs are not in it.
"""

from core import by_label, errors, http, production, source, times, values

SOURCE = "ceb.lk"
URL = "https://cebcare.ceb.lk/GenSum/GetLoadCurveData"
TIMEZONE = "Asia/Colombo"
STAMP = "DateTime"
MODES = {
    "Coal": "coal",
    "Major Hydro": "hydro",
    "SPP Minihydro": "hydro",
    "SPP Biomass": "biomass",
    "Thermal-Oil": "oil",
    "Solar": "solar",
    "Wind": "wind",
}


@source(resolution_min=15, window_h=24, day_of=TIMEZONE, delay_h=24, history="any", refetch_h=48)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    found = {}
    for shift_days in (0, -1):
        day = times.day(target_datetime, TIMEZONE, shift_days)
        events = list(parse_production(load_curve(session, day)))
        found = {event["datetime"]: event for event in events} | found
        if times.period(day, 96, 15, TIMEZONE) in found:
            break
    if not found:
        raise errors.NoData(f"CEB has not published {day} nor the day after it.")
    return [event for _, event in sorted(found.items())]


def load_curve(session, day):
    """A day's answer; None where CEB has nothing at all."""
    try:
        return http.body_json(http.get(session, URL, params={"date": f"{day}"}))
    except errors.NoData:
        return None


def parse_production(answer):
    """One mix per row of a load curve; the answer is a JSON text within JSON."""
    rows = decoded(answer)
    labels = {label for row in rows for label in row}
    for label in sorted(labels - {STAMP, *MODES}):
        values.log.warning("unknown label %r; left out", label)
    for label in sorted(set(MODES) - labels if rows else ()):
        values.log.warning("no row has the label %r", label)
    for row in rows:
        yield production(
            "LK", start=times.read(values.require(row.get(STAMP), STAMP), TIMEZONE, "YYYY-MM-DD HH:mm:ss"),
            source=SOURCE, modes=by_label([(label, row.get(label)) for label in MODES], MODES))


def decoded(answer):
    """The rows within the text."""
    inner = answer.strip() if isinstance(answer, str) else answer
    rows = (values.json_in(inner) if inner and isinstance(inner, str) else inner) or []
    if not isinstance(rows, list):
        raise errors.SourceChanged("CEB's answer holds no list of rows.")
    return rows
