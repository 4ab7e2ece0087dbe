"""SEV, the utility of the Faroe Islands: undocumented JSON behind its pages, no key.

Docs     https://www.sev.fo/framleidsla/el-orka-i-foroyum (now), https://www.sev.fo/framleidsla/hagtoel (statistics)
Serves   production FO, FO-MI (main islands), FO-SI (Suðuroy)
Time     hourly by plant, stamped at the start, UTC; now: a snapshot every two minutes in the time of Atlantic/Faroe
Unit     MWh of an hour = MW; now: MW
Sign     production only
History  since 2022-01-01, whole local days, two per call; an hour is out about 2 h 25 min after its end
Licence  no stated terms

The snapshot of now stands for the hour that is running, until SEV publishes that hour; the two or three hours between
have nothing yet. Of `now` only sums by area are read (`VindH_E`: wind, main islands), not plants nor percentages.
"""

from core import by_label, errors, http, production, require, source, times
from core.values import field, log

SOURCE = "sev.fo"
URL = "https://www.sev.fo/api"
TIMEZONE = "Atlantic/Faroe"
FIRST_DAY = times.read_day("2022-01-01")
HOUR_MIN = 60
MODES = {"Water": "hydro", "Oil": "oil", "Wind": "wind", "Solar": "solar", "Biogas": "biomass"}
NOW_MODES = {
    "Vand": "hydro",
    "Olie": "oil",
    "Diesel": "oil",
    "Vind": "wind",
    "Sol": "solar",
    "Biogas": "biomass",
    "Tidal": "unknown",
}
AREAS = {"FO-MI": "Main", "FO-SI": "South"}
ENDINGS = {"FO": "Sev_E", "FO-MI": "H_E", "FO-SI": "S_E"}
NOT_TYPES = ("Sum", "Test", "VnVand")


@source(resolution_min=HOUR_MIN, window_h=48, day_of=TIMEZONE, delay_h=2.5, history="2022-01-01")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    if times.day(target_datetime, TIMEZONE) < FIRST_DAY:
        raise errors.NoHistory(f"SEV has the production of plants since {FIRST_DAY} only.")
    first, last = times.day(target_datetime, TIMEZONE, -1), times.day(target_datetime, TIMEZONE)
    params = {"type": "item", "group": "powerplant", "from": f"{first:%Y%m%d}170000", "to": f"{last:%Y%m%d}170000"}
    found = parse_production(http.body_json(http.get(session, f"{URL}/elproduction/search", params=params)), zone_key)
    ends = [times.shift(event["datetime"], minutes=HOUR_MIN) for event in found]
    if not found and times.is_past(target_datetime, hours=3, timezone=TIMEZONE):
        raise errors.NoData(f"SEV has no production of {zone_key} on {first} and {last}.")
    return found if ends and times.at(target_datetime, TIMEZONE) < max(ends) else found + now(session, zone_key, found)


def now(session, zone_key, found):
    """The snapshot of now, unless its hour is found already; where it cannot be had, what is found must do."""
    try:
        event = parse_now(http.body_json(http.get(session, f"{URL}/realtimemap/now")), zone_key)
    except errors.SourceError as err:
        if not found:
            raise
        log.warning("no snapshot of now: %s", err)
        return []
    return [event] if event["datetime"] not in {one["datetime"] for one in found} else []


def parse_production(answer, zone_key):
    """One mix per hour, summed over the plants of the zone; a row that stands twice counts once."""
    if not isinstance(answer, list):
        raise errors.SourceChanged(f"SEV sent no list of plants but {str(answer)[:120]!r}.")
    for area in sorted({field(row, "area") for row in answer} - {*AREAS.values()}):
        log.warning("unknown area %r; counted for all islands only", area)
    hours = {}
    for row in answer:
        if AREAS.get(zone_key, row["area"]) == row["area"]:
            plants = hours.setdefault(times.read(field(row, "date"), "UTC"), {})
            plants[row.get("powerplant"), field(row, "motivepower"), row["area"]] = field(row, "mwh")
    mixes = {start: [(power, energy_mwh) for (_, power, _), energy_mwh in one.items()] for start, one in hours.items()}
    return [
        production(zone_key, start=start, source=SOURCE, modes=by_label(mix, MODES, known=()))
        for start, mix in sorted(mixes.items())
        if any(energy_mwh is not None for _, energy_mwh in mix)
    ]


def parse_now(answer, zone_key):
    """The mix of the running hour, of the sums of one area."""
    ending = ENDINGS[zone_key]
    sums = {
        name.removesuffix(ending): value for name, value in (answer.items() if isinstance(answer, dict) else ())
        if name.endswith(ending) and not any(word in name for word in NOT_TYPES)
    }
    if not NOW_MODES.keys() & sums.keys():
        raise errors.SourceChanged(f"What SEV says of now has no sum that ends in {ending}.")
    taken = times.read(require(answer.get("tiden"), "tiden"), TIMEZONE, "YYYY-MM-DD HH:mm")
    return production(
        zone_key, start=times.floor(taken, HOUR_MIN), source=SOURCE,
        modes=by_label(sums, NOW_MODES, known=(), decimal=","))
