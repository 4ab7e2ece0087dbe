"""Enercal, the utility of New Caledonia: hourly output of a local day, as its page on CO2 draws it; JSON, no key.

Docs     https://www.enercal.nc (the chart this feeds)
Serves   production NC
Time     60 min, stamped at the start: a day and an hour on the clock of Pacific/Noumea
Unit     MW
Sign     production only
History  any day (the first one is not documented) up to 2024-06-30, one per call
Licence  none stated

Since July 2024 the service answers that it has nothing, so that a cycle finds NC empty and a backfill fills the years
before. Of the answer's members, `mix` has a list of numbers per technology, in the order of MODES and without names;
each list is JSON text within a string. The sums of the day and the grams of CO2 are not read.
The other project has this parser too, and asks it for nothing: here it is wired, for the past.
"""

from core import by_label, errors, http, production, source, times
from core.values import field, json_in

SOURCE = "enercal.nc"
URL = "https://www.enercal.nc/wp-content/themes/enercal/ajax-e-co2.php"
TIMEZONE = "Pacific/Noumea"
HOUR_MIN = 60
MODES = dict(enumerate(("solar", "hydro", "wind", "coal", "oil")))


@source(resolution_min=HOUR_MIN, window_h=24, day_of=TIMEZONE, delay_h=24, history="any", refetch_h=48)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    day = times.day(target_datetime, TIMEZONE)
    return parse_production(http.body_json(http.get(session, URL, params={"date_day": f"{day}"})), zone_key)


def parse_production(answer, zone_key):
    """The mixes of a day's hours, of those that have a number."""
    if not isinstance(answer, dict):
        raise errors.SourceChanged(f"Enercal sent no chart but {str(answer)[:60]!r}.")
    days, hours = (first(field(answer, name)) for name in ("time", "prettyTime"))
    if not days:
        raise errors.NoData("Enercal has nothing of this day.")
    columns = [decoded(column) for column in field(answer, "mix")]
    if len(columns) < len(MODES) or any(len(column) != len(days) for column in (hours, *columns)):
        raise errors.SourceChanged(f"Enercal's {len(columns)} technologies are not each of {len(days)} hours.")
    found = [
        production(
            zone_key, start=times.read(f"{day} {hour}:00", TIMEZONE), source=SOURCE,
            modes=by_label(enumerate(row), MODES, known=()))
        for day, hour, *row in zip(days, hours, *columns, strict=True)
        if any(power_mw is not None for power_mw in row)
    ]
    if not found:
        raise errors.NoData("Enercal has no number of this day.")
    return found


def first(texts):
    """The list in the first text, which may not be there."""
    return decoded(texts[0]) if texts else []


def decoded(text):
    """The list that a text holds."""
    found = (json_in(text) if isinstance(text, str) else text) if text else []
    if not isinstance(found, list):
        raise errors.SourceChanged(f"What should be a list is {text!r:.60}.")
    return found
