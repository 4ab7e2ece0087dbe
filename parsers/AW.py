"""WEB Aruba, the utility of Aruba: the figures of its renewable energy dashboard as JSON, no key.

Docs     https://www.webaruba.com/renewable-energy-dashboard/aruba (the dashboard)
Serves   production AW
Time     a snapshot about every minute, stamped when taken, on the clock of America/Aruba
Unit     MW
Sign     production only
History  none, the present only
Licence  none stated

`unknown` is what the total leaves. An outage of the dashboard shows 0 everywhere, which is no answer, and neither is a
sum far above the total. Only a browser is answered. The series of its charts have no usable stamps and are not read.
Every figure has a stamp of its own, whose day cannot be relied on: in an answer of September 2023 all but that of
biogas named 1 January, at the very minute. The newest stamp counts, and the others must show nearly its time of day.
Differs from the other project: that one takes the stamp of biogas and does not look at the others.
"""

from core import by_label, errors, http, number, production, require, source, times
from core.values import field, log, total

SOURCE = "webaruba.com"
URL = "https://www.webaruba.com/renewable-energy-dashboard/app/rest/results.json"
TIMEZONE = "America/Aruba"
TOTAL = "TotalPower"
MODES = {"Fossil": "oil", "Wind": "wind", "TotalSolar": "solar", "total_bio_gas": "biomass"}
NOT_OUTPUT = ("RenewablePerc", "DailyCarbonRed", "DailyEquivCars")
APART_MIN = 60
MOST_ABOVE = 1.1


@source(resolution_min=None, window_h=0.02, delay_h=0.1)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("WEB Aruba shows the present only.")
    return [parse_production(http.body_json(http.get(session, URL, headers=http.AS_BROWSER)), zone_key)]


def parse_production(answer, zone_key):
    """The mix of the dashboard, and what it does not tell apart."""
    figures = require(answer.get("dashboard_top_data") if isinstance(answer, dict) else None, "dashboard_top_data")
    for label in sorted(figures.keys() - {TOTAL, *MODES, *NOT_OUTPUT}):
        log.warning("unknown label %r; left out", label)
    power_mw = {label: number(field(field(figures, label), "value")) for label in (TOTAL, *MODES)}
    total_mw, known_mw = power_mw[TOTAL], total(power_mw[label] for label in MODES)
    if total_mw is None or known_mw is None:
        raise errors.NoData("WEB Aruba's dashboard has no figures.")
    if total_mw <= 0 or known_mw > MOST_ABOVE * total_mw:
        raise errors.SourceDown(f"WEB Aruba's dashboard is out of order: {known_mw:g} MW of a total of {total_mw:g}.")
    return production(
        zone_key, start=taken(figures), source=SOURCE, negative="zero",
        modes={**by_label(power_mw, MODES), "unknown": [total_mw - known_mw]})


def taken(figures):
    """The newest stamp, which the others must agree with but for their day."""
    stamps = {label: require(figures[label].get("timestamp"), f"stamp of {label}") for label in (TOTAL, *MODES)}
    newest = max(times.read(stamp, TIMEZONE) for stamp in stamps.values())
    first, last = (times.shift(newest, minutes=minutes) for minutes in (-APART_MIN, APART_MIN))
    days = [times.day(newest, TIMEZONE, shift_days) for shift_days in (-1, 0, 1)]
    for label, stamp in stamps.items():
        if not any(first <= times.read(f"{day}{stamp[10:]}", TIMEZONE) <= last for day in days):
            raise errors.SourceDown(f"WEB Aruba's figures are of different hours: {label} is of {stamp}.")
    return newest
