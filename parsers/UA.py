"""Ukrenergo, the transmission operator of Ukraine: the table behind its web page, public, no key.

Docs     https://ua.energy (page on the operation of the power system; the call behind it is not documented)
Serves   production UA with pumping
Time     hourly, named by the clock on the wall at the end of the hour, 01:00 to 24, Europe/Kiev
Unit     MW
Sign     consumptiongaespump: source - is pumping; what pumped storage generates is in gesgaes, hydro
History  any day (the first one is not documented), one day per call
Licence  no stated terms

Nothing has been published since martial law in 2022, so an empty answer is what to expect. Some clients are refused
with 403 for the way they ask. Renewables (vde) come as one number and are unknown.
Differs from the other project: an hour is stamped at its start. It reads the names as starts; but a day goes from 01:00
to 24, which as starts would leave out a day's first hour and end with one of the next day.
"""

from core import by_label, errors, http, number, production, source, times
from core.values import field

SOURCE = "ua.energy"
URL = "https://ua.energy/wp-admin/admin-ajax.php"
TIMEZONE = "Europe/Kiev"
MODES = {
    "aes": "nuclear",
    "tec": "gas",  # heat and power
    "tes": "coal",
    "vde": "unknown",
    "gesgaes": "hydro",
}
STORAGE = {"consumptiongaespump": "hydro"}
NOT_OUTPUT = ("hour", "consumption", "consumption_diff")


@source(resolution_min=60, window_h=24, day_of=TIMEZONE, delay_h=1, history="any", refetch_h=24)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    day = times.day(target_datetime, TIMEZONE)
    form = {"action": "get_data_oes", "report_date": f"{day:%d.%m.%Y}", "type": "day"}
    return list(parse_production(http.body_json(http.post(session, URL, data=form)), zone_key, day))


def parse_production(answer, zone_key, day):
    """One mix per hour of a day, of those with any number; an hour that the clock leaves out is none."""
    if not isinstance(answer, list | None):
        raise errors.SourceChanged(f"Ukrenergo sent no list of hours but {str(answer)[:120]!r}.")
    rows = [(f"{day} {hour_of(row) - 1:02}:00", row) for row in answer or ()]
    check_labels({label for _, row in rows for label in row})
    rows = [(stamp, row) for stamp, row in rows if has_number(row) and not times.is_skipped(stamp, TIMEZONE)]
    if not rows:
        raise errors.NoData(f"Ukrenergo has published nothing of {day}.")
    for start, (_, row) in zip(times.read_in_order((stamp for stamp, _ in rows), TIMEZONE), rows, strict=True):
        yield production(
            zone_key, start=start, source=SOURCE, modes=by_label(row, MODES, known={*STORAGE, *NOT_OUTPUT}),
            storage=by_label(row, STORAGE, sign=-1))


def hour_of(row):
    """The hour of the clock at which a row's hour ends, 1 to 24: it is written `01:00`, but 24 as a number."""
    hour = number(str(field(row, "hour")).partition(":")[0])
    if hour not in range(1, 25):
        raise errors.SourceChanged(f"Ukrenergo names an hour {row['hour']!r}.")
    return int(hour)


def check_labels(labels):
    """Refuse rows that lack a type of plant."""
    if labels and (missing := {*MODES, *STORAGE} - labels):
        raise errors.SourceChanged(f"Ukrenergo's hours have no {', '.join(sorted(missing))}.")


def has_number(row):
    return any(number(row.get(label)) is not None for label in (*MODES, *STORAGE))
