"""Open Electricity (The Superpower Institute): the registered capacity of Australia's generating units.

Docs     https://docs.openelectricity.org.au (API reference, facilities)
Serves   productionCapacity AU-NSW, AU-QLD, AU-SA, AU-TAS, AU-VIC, AU-WA
Time     the present register, dated 1 January of the year it was made, Etc/GMT-10 or Etc/GMT-8
Unit     MW, registered
Sign     none: capacities only
History  none, the present year only
Token    OPENELECTRICITY_TOKEN (free, https://platform.openelectricity.org.au)
Licence  CC BY-NC 4.0, attribution "Open Electricity" (community plan)

Operating units dispatched as generators count; a battery is listed once more as a load, which does not. Rooftop solar
is counted only where it is listed as a unit, which it was not in 2025.
"""

from core import by_label, errors, installed, source, times, values
from core.platforms import openelectricity
from core.platforms.openelectricity import IGNORED, MODES, NETWORKS, STORAGE, TOKEN

SOURCE = "https://openelectricity.org.au/"
COUNTED = ("GENERATOR", "operating")
CAPACITY = {**MODES, **{fueltech: f"{mode} storage" for fueltech, mode in STORAGE.items()}}


@source(resolution_min=None, window_h=8760, tokens=(TOKEN,))
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    answer = openelectricity.ask(session, "/facilities/")
    timezone = NETWORKS[zone_key].timezone
    made_at = times.read(values.field(answer, "created_at"))
    if times.day(target_datetime or made_at, timezone).year != times.day(made_at, timezone).year:
        raise errors.NoHistory("Open Electricity publishes the units of the present year only.")
    return parse_production_capacity(answer, zone_key)


def parse_production_capacity(answer, zone_key):
    """The registered MW of a zone per mode."""
    network = NETWORKS[zone_key]
    units = [unit for facility in values.field(answer, "data")
             if values.field(facility, "network_region") == network.region for unit in facility["units"]]
    if not units:
        raise errors.NoData(f"Open Electricity lists no unit of {network.region}.")
    row = [(str(unit.get("fueltech_id")).lower(), unit.get("capacity_registered")) for unit in units
           if (values.field(unit, "dispatch_type"), values.field(unit, "status_id")) == COUNTED]
    year = times.day(times.read(answer["created_at"]), network.timezone).year
    return installed(times.read_day(f"{year}-01-01"), by_label(row, CAPACITY, known=IGNORED), source=SOURCE)
