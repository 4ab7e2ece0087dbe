"""NDC, the national dispatching center of Mongolia: its newest readings as one flat JSON object, no key.

Docs     https://ndc.energy.mn (the page that shows them)
Serves   production and consumption MN
Time     a snapshot, stamped when taken, Asia/Ulaanbaatar (no summer time since 2017)
Unit     MW
Sign     output and load only; `energyimport` (Russia and China together, + is into Mongolia) is not read
History  none, the present only
Licence  none stated

`dts` are the thermal plants, combined heat and power on coal with very few exceptions. dts + sumnar + sumsalhit +
energyimport = syssum. Hydro is not told. `Songino` is the battery at Ulaanbaatar: nothing says whether + is charging,
and in the balance it has no place, so it is left out. The address has led to a login page, and its keys have changed,
for months on end: an answer that lacks one of them is refused, not filled in.
Differs from the other project: the little that solar plants draw at night counts as 0, not as missing; load is served
without a number for the sun, and both without one for the import.
"""

from core import by_label, consumption, errors, http, number, production, require, source, times

SOURCE = "https://ndc.energy.mn/"
URL = "https://disnews.energy.mn/convertt.php"
TIMEZONE = "Asia/Ulaanbaatar"
STAMP, LOAD = "date", "syssum"
MODES = {
    "dts": "coal",
    "sumnar": "solar",
    "sumsalhit": "wind",
}


@source(resolution_min=None, window_h=0.02, delay_h=0.2)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return [parse_production(readings(session, target_datetime), zone_key)]


@source(resolution_min=None, window_h=0.02, delay_h=0.2)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return [parse_consumption(readings(session, target_datetime), zone_key)]


def readings(session, target_datetime):
    """The object of the present."""
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("NDC shows the present only.")
    answer = http.body_json(http.get(session, URL))
    if not isinstance(answer, dict):
        raise errors.SourceChanged(f"NDC sent no readings but {str(answer)[:60]!r}.")
    if all(value in (None, "") for value in answer.values()):
        raise errors.NoData("NDC's readings are blank.")
    return answer


def parse_production(answer, zone_key):
    """The mix, of which every part must be there: two parts without the third would be no mix."""
    found = {name: power_of(answer, name) for name in MODES}
    return production(zone_key, start=taken(answer), source=SOURCE, modes=by_label(found, MODES), negative="zero")


def parse_consumption(answer, zone_key):
    return consumption(zone_key, start=taken(answer), source=SOURCE, load_mw=power_of(answer, LOAD))


def power_of(answer, name):
    return require(number(answer.get(name)), name)


def taken(answer):
    """When the snapshot was taken."""
    return times.read_taken(require(answer.get(STAMP), STAMP), TIMEZONE, "YYYY-MM-DD HH:mm:ss")
