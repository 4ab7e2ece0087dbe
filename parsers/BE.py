"""Elia, the Belgian transmission operator: generation by fuel as open data, public, no key; storage from ENTSO-E.

Docs     https://opendata.elia.be/explore/dataset/ods201/
Serves   production with storage BE
Time     15 min, stamped at the start with an offset; what ENTSO-E has of an hour stands for each of its quarters
Unit     MW
Sign     storage is ENTSO-E's: generation is discharging, consumption is charging
History  2015, as far as ENTSO-E's; Elia's quarters as far back as its data set; 48 h per call
Token    ENTSOE_TOKEN, free: register at transparency.entsoe.eu, then ask its helpdesk for "Restful API access"
Licence  Elia's open data licence, attribution; ENTSO-E's General Terms

Elia's own rows of storage are not used: the pumped one only shows discharging, ENTSO-E has both sides.
An hour of which Elia has no quarter at all is ENTSO-E's, mix and all; one with some quarters has only these. The newest
quarters come before ENTSO-E's storage of their hour; each is asked for again for three days.
One export gives all rows; in pages of 100 rows, two hours of the twelve types each, it would be 24 requests.
"""

from core import by_label, errors, production, require, source, times
from core.platforms import entsoe, opendatasoft
from core.values import field, number

SOURCE = "opendata.elia.be"
URL = "https://opendata.elia.be"
DATASET = "ods201"
PERIOD_MIN = 15
MODES = {
    "Biomass": "biomass",
    "Fossil Gas": "gas",
    "Fossil Oil": "oil",
    "Hydro Run-of-river and poundage": "hydro",
    "Nuclear": "nuclear",
    "Other": "unknown",
    "Solar": "solar",
    "Waste": "biomass",
    "Wind Offshore": "wind",
    "Wind Onshore": "wind",
}
NOT_USED = ("Energy Storage", "Hydro Pumped Storage")


@source(
    resolution_min=15, window_h=48, delay_h=2, history="2015-01-01", refetch_h=72, tokens=(entsoe.TOKEN,),
    rate_per_min=400)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    asked = times.window(target_datetime, hours=48)
    asked = asked._replace(start=times.floor(asked.start, 60))  # where ENTSO-E's first hour begins
    start, end = (times.text(moment, "YYYY-MM-DDTHH:mm:ss") for moment in asked)
    where = f"datetime >= date'{start}' AND datetime < date'{end}'"
    contents = entsoe.ask_zone(session, zone_key, entsoe.PRODUCTION, asked)
    return parse_production(
        opendatasoft.export(session, URL, DATASET, where=where, order_by="datetime"), contents, zone_key)


def parse_production(answer, contents, zone_key):
    """Elia's mix per quarter hour with ENTSO-E's storage, and ENTSO-E's where Elia has no quarter."""
    quarters, hours = read_quarters(answer), read_hours(contents, zone_key)
    if not quarters and not hours:
        raise errors.NoData("Neither Elia nor ENTSO-E has anything of this time.")
    storage, events = {}, []
    for hour in hours:
        inside = [start for start in quarters if hour["datetime"] <= start < hour["end_datetime"]]
        events += [] if inside else [hour]
        storage.update(dict.fromkeys(inside, hour["storage"]))
    for start, items in quarters.items():
        stored = storage.get(start, {})
        events.append(production(
            zone_key, start=start, end=times.shift(start, minutes=PERIOD_MIN), storage=stored,
            source=f"{entsoe.SOURCE},{SOURCE}" if stored else SOURCE, modes=by_label(items, MODES, known=NOT_USED)))
    return sorted(events, key=lambda event: event["datetime"])


def read_quarters(answer):
    """Start → (type, MW) pairs of the quarter hours of which Elia has any number; a row given twice counts once."""
    found = {}
    for row in opendatasoft.rows(answer):
        start, label = times.read(require(row.get("datetime"), "datetime")), field(row, "fueltypeentsoe")
        quarter = found.setdefault(start, {})
        quarter[label, row.get("fueltypepublication")] = label, field(row, "generatedpower")
    return {
        start: list(quarter.values()) for start, quarter in found.items()
        if any(label not in NOT_USED and number(power_mw) is not None for label, power_mw in quarter.values())}


def read_hours(contents, zone_key):
    """ENTSO-E's mixes; none if it has no data."""
    try:
        return entsoe.productions(zone_key, contents)
    except errors.NoData:
        return []
