"""Hydro Tasmania's hybrid systems of three Australian islands, shown live on dashboards by Ajenti; public, no key.

Docs     https://data.ajenti.com.au/KIREIP/index.html (the dashboard of King Island; its SignalR is not documented)
Serves   production with storage AU-TAS-KI, AU-TAS-FI, AU-WA-RI
Time     an instant every second or two, without a stamp: it starts when it is received
Unit     kW
Sign     battery, flywheel: source + is feeding the grid, - is charging
History  none, the present only
Licence  none stated

King Island says what part of its diesel is biodiesel: biomass. Wind of 0 to -100 kW is the turbines' own use, and 0.
Differs from the other project: a technology that is not in the message is not said to give 0.
"""

from core import by_label, errors, number, production, require, source, times
from core.platforms import signalr

SOURCE = "hydro.com.au"
URL = "https://data.ajenti.com.au/live/signalr"
KW_PER_MW = 1000
POLLS = 6
HUBS = {
    "AU-TAS-KI": ("TagHub", "Dashboard"),
    "AU-TAS-FI": ("flindershub", "SendDashboard"),
    "AU-WA-RI": ("HogsHub", "SendDashboard"),
}
"""Zone → (hub, the method by which it sends)."""
MODES = {
    "biomass": "biomass",
    "coal": "coal",
    "diesel": "oil",
    "gas": "gas",
    "geothermal": "geothermal",
    "hydro": "hydro",
    "nuclear": "nuclear",
    "oil": "oil",
    "solar": "solar",
    "unknown": "unknown",
    "wind": "wind",
}
STORAGE = {"battery": "battery", "flywheel": "battery"}
LOADS = ("desal", "resistor")
OWN_USE_MW = -0.1


@source(resolution_min=None, window_h=0.02, delay_h=0)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1):
        raise errors.NoHistory("The dashboards show the present only.")
    message = signalr.first_call(session, URL, *HUBS[zone_key], polls=POLLS)
    if message is None:
        raise errors.NoData(f"The dashboard of {zone_key} said nothing within {POLLS} polls.")
    return [parse_production(message, zone_key, times.now())]


def parse_production(message, zone_key, received):
    """The mix of one message."""
    if not isinstance(message, dict):
        raise errors.SourceChanged(f"The dashboard sent no object but {str(message)[:60]!r}.")
    named = [(require(one.get("id"), "id"), one) for one in require(message.get("technologies"), "technologies")]
    output = [(label, power_mw(label, one)) for label, one in named if label not in LOADS]
    if not output:
        raise errors.NoData(f"The message of {zone_key} names no technology.")
    percent = number((message.get("biodiesel") or {}).get("percent"))
    modes = by_label(with_biodiesel(output, percent), MODES, known=STORAGE)
    if any(power is not None and OWN_USE_MW <= power < 0 for power in modes.get("wind", ())):
        modes["wind"].append(0.0)  # makes a lone negative 0 instead of missing
    return production(
        zone_key, start=received, source=SOURCE, modes=modes, storage=by_label(output, STORAGE, sign=-1))


def power_mw(label, technology):
    """What a technology gives; it is always said in kW."""
    if (unit := technology.get("unit")) != "kW":
        raise errors.SourceChanged(f"The power of {label} is in {unit!r}, not in kW.")
    power_kw = number(technology.get("value"))
    return None if power_kw is None else power_kw / KW_PER_MW


def with_biodiesel(output, percent):
    """The output, of whose diesel so many percent are biomass; None where the island says nothing of it."""
    for label, power in output:
        if label == "diesel" and percent is not None and power is not None:
            yield "biomass", power * percent / 100
            power -= power * percent / 100
        yield label, power
