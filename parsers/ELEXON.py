"""Elexon, the settlement company of Great Britain: load, interconnectors and generation by fuel; public, no key.

Docs     https://bmrs.elexon.co.uk/api-documentation, https://developer.data.elexon.co.uk
Serves   consumption GB; flows between GB and FR, BE, DK-DK1, IE, NL, GB-NIR, NO-NO2, IM; production GB (second choice)
Time     30 min, stamped at the start, UTC; generation by fuel: a snapshot every 5 min; Isle of Man: as notified
Unit     MW
Sign     interconnectors: source + is into GB; Isle of Man: source - is demand, so out of GB; PS: source + is generating
History  2019-01-01; load 24 h per call, flows and generation two days
Licence  BMRS data licence (free, attribution to Elexon)

The load is that of the transmission system, and generation by fuel is what is connected to it: embedded wind and all
solar are missing from both, which is why GB's first source of production is NESO (GB.py). The flow to the Isle of Man
is what its unit notified, an estimate, and reaches into the coming hours. A cable that was not open yet is not asked
for; a half hour for which one of a border's open cables is missing is left out with a warning, since the rest of the
cables are not the flow. Revised values come for days, so three are read again.

Differs: the other project leaves the sign of GB->GB-NIR and GB->NO-NO2 unturned and counts pumped storage as solar.
"""


from core import by_label, consumption, errors, exchange, production, source, times
from core.platforms import elexon
from core.values import field, log, number

SOURCE = elexon.SOURCE
URL = elexon.URL
TIMEZONE = elexon.TIMEZONE
BORDERS = {
    "BE": ("Belgium (Nemolink)",),
    "DK-DK1": ("Denmark (Viking link)",),
    "FR": ("Eleclink (INTELEC)", "France(IFA)", "IFA2 (INTIFA2)"),
    "GB-NIR": ("Northern Ireland(Moyle)",),
    "IE": ("Ireland(East-West)", "Ireland (Greenlink)"),
    "NL": ("Netherlands(BritNed)",),
    "NO-NO2": ("North Sea Link (INTNSL)",),
}
OPENED = {
    "Belgium (Nemolink)": "2019-01-31",
    "Denmark (Viking link)": "2023-12-29",
    "Eleclink (INTELEC)": "2022-05-25",
    "IFA2 (INTIFA2)": "2021-01-22",
    "Ireland (Greenlink)": "2025-01-29",
    "North Sea Link (INTNSL)": "2021-10-01",
}
"""First day of commercial operation of the cables that opened since the data begin."""
MAN, MAN_UNIT = "IM", "MANXENR-1"
MODES = {
    "BIOMASS": "biomass",
    "CCGT": "gas",
    "COAL": "coal",
    "NPSHYD": "hydro",
    "NUCLEAR": "nuclear",
    "OCGT": "gas",
    "OIL": "oil",
    "OTHER": "unknown",
    "WIND": "wind",
}
STORAGE = {"PS": "hydro"}
PUBLISHED_AFTER_H = 2
"""The load is asked for by when it was published: that of an hour is by then."""
CABLE = "INT"
"""How the fuel types begin that are interconnectors."""


@source(resolution_min=30, window_h=24, history=elexon.FIRST_DAY, refetch_h=72)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    elexon.check_history(target_datetime)
    ahead_hours = 0 if target_datetime is None else PUBLISHED_AFTER_H
    window = times.window(target_datetime, hours=24, ahead_hours=ahead_hours, timezone=TIMEZONE)
    published = {"publishDateTimeFrom": elexon.stamp(window.start), "publishDateTimeTo": elexon.stamp(window.end)}
    return parse_consumption(elexon.ask(session, "/datasets/ATL/stream", {**published, "format": "json"}))


@source(resolution_min=30, window_h=48, history=elexon.FIRST_DAY, refetch_h=72)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    elexon.check_history(target_datetime)
    neighbour = zone_key1 if zone_key2 == "GB" else zone_key2
    first, last = times.day(target_datetime, TIMEZONE, -2), times.day(target_datetime, TIMEZONE)
    if {zone_key1, zone_key2} == {"GB", MAN}:
        day_after = times.day(target_datetime, TIMEZONE, 1)
        params = {"bmUnit": MAN_UNIT, "dataset": "PN", "from": f"{first}", "to": f"{day_after}", "format": "json"}
        return parse_man(elexon.ask(session, "/balancing/physical", params))
    if "GB" not in (zone_key1, zone_key2) or neighbour not in BORDERS:
        raise errors.ConfigError(f"Elexon has no flow between {zone_key1} and {zone_key2}.")
    days = {"settlementDateFrom": f"{first}", "settlementDateTo": f"{last}", "format": "json"}
    return parse_exchange(neighbour, {
        cable: elexon.ask(session, "/generation/outturn/interconnectors", {**days, "interconnectorName": cable})
        for cable in open_cables(neighbour, last)
    })


@source(resolution_min=5, window_h=24, history=elexon.FIRST_DAY, delay_h=0.2, refetch_h=72)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    elexon.check_history(target_datetime)
    first, last = times.day(target_datetime, TIMEZONE, -1), times.day(target_datetime, TIMEZONE)
    days = {"settlementDateFrom": f"{first}", "settlementDateTo": f"{last}", "format": "json"}
    return parse_production(elexon.ask(session, "/datasets/FUELINST/stream", days))


def open_cables(neighbour, day):
    cables = [name for name in BORDERS[neighbour] if times.read_day(OPENED.get(name, elexon.FIRST_DAY)) <= day]
    if not cables:
        raise errors.NoHistory(f"There was no cable between GB and {neighbour} on {day}.")
    return cables


def parse_consumption(answer):
    """One load per half hour, the last published; rows without start or quantity are skipped."""
    latest = {}
    for row in sorted(given(answer), key=lambda row: row.get("publishTime") or ""):
        if row.get("startTime") and number(row.get("quantity")) is not None:
            latest[times.read(row["startTime"])] = number(row["quantity"])
    if not latest:
        raise errors.SourceChanged("No record of Elexon's load has a startTime and a quantity.")
    return [
        consumption("GB", start=start, end=times.shift(start, minutes=30), source=SOURCE, load_mw=load_mw)
        for start, load_mw in sorted(latest.items())
    ]


def parse_exchange(neighbour, answers):
    """The sum of a border's cables per half hour, from the answers by cable."""
    cables = [flows_mw(given(answer, cable)) for cable, answer in answers.items()]
    starts = sorted(set().union(*cables))
    whole = [start for start in starts if all(cable.get(start) is not None for cable in cables)]
    if len(whole) < len(starts):
        log.warning("%d half hours of GB and %s lack a cable; left out", len(starts) - len(whole), neighbour)
    if not whole:
        raise errors.NoData(f"No half hour has a number of every cable between GB and {neighbour}.")
    return [
        exchange(
            neighbour, "GB", start=start, end=times.shift(start, minutes=30), source=SOURCE,
            flow_mw=sum(cable[start] for cable in cables))
        for start in whole
    ]


def flows_mw(rows):
    return {times.read(field(row, "startTime")): number(field(row, "generation")) for row in rows}


def parse_man(answer):
    """What the Isle of Man's unit notified: positive from the island into GB."""
    return [
        exchange(
            MAN, "GB", start=times.read(field(row, "timeFrom")), end=times.read(field(row, "timeTo")),
            source=SOURCE, source_type="estimated", flow_mw=number(field(row, "levelFrom")))
        for row in given(answer, MAN_UNIT)
    ]


def parse_production(answer):
    """One mix per snapshot; of several publications of one number the last counts."""
    mixes = {}
    for row in sorted(given(answer), key=lambda row: row.get("publishTime") or ""):
        fuel, start = field(row, "fuelType"), times.read(field(row, "startTime"))
        if not fuel.startswith(CABLE):
            mixes.setdefault(start, {})[fuel] = field(row, "generation")
    return [
        production(
            "GB", start=start, source=SOURCE, modes=by_label(mix, MODES, known=STORAGE),
            storage=by_label(mix, STORAGE, sign=-1), negative="zero")
        for start, mix in sorted(mixes.items())
    ]


def given(answer, name="this window"):
    """The records of an answer; NoData if there is none."""
    rows = elexon.rows(answer)
    if not rows:
        raise errors.NoData(f"Elexon has no records of {name} for these days.")
    return rows
