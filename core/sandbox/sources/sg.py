"""EMC's ticker of Singapore: the running half hour.

Traps it has: numbers with units and signs of money around them; half hours numbered from 1 in a local day; a mix in
per cent of demand and losses; a section that is no energy. The sun is not in it, and EMA's picture of it is not drawn.
"""

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("www.emcsg.com", "www.ema.gov.sg")
PATH = "/ChartServer/blue/ticker"
CLOCK = "Asia/Singapore"
ZONE = "SG"
STEP_S = 1800
LOSS = 0.004
DOLLARS = 1.45
"""For what is worth a euro."""

STEAM = {"ST": 1.0}
TABLE = {
    **dict.fromkeys(("biomass", "coal", "geothermal", "hydro", "nuclear", "oil", "unknown", "wind"), STEAM),
    "gas": {"CCGT/COGEN/TRIGEN": 0.98, "GT": 0.02}, "solar": {"hidden": 1.0},
}
TURBINES = ("CCGT/COGEN/TRIGEN", "GT", "ST")


def answer(asked: Asked, readings: Readings) -> Reply:
    """The ticker; there is no picture."""
    if asked.host != HOSTS[0] or asked.path != PATH:
        return NOT_FOUND
    start_s = int(readings.now.timestamp()) // STEP_S * STEP_S
    steps = Steps(start_s, STEP_S, 1)
    made = {label: values.item() for label, values in readings.labelled(ZONE, steps, TABLE).items()}
    shown = {label: mw for label, mw in made.items() if label != "hidden"}
    total = sum(shown.values())
    shares = {label: 100 * shown.get(label, 0.0) / total for label in (*TURBINES, *(shown.keys() - {*TURBINES}))}
    dollars = DOLLARS * readings.price(ZONE, steps).item()
    day = times.day(times.epoch(start_s), CLOCK)
    return json_reply({
        "Date": f"{day:%d %b %Y}",
        "Period": (start_s - int(times.midnight(day, CLOCK).timestamp())) // STEP_S + 1,
        "Sections": [
            section("Energy", {
                "Demand": f"{total * (1 - LOSS):,.0f}MW", "System Loss": f"{total * LOSS:,.0f}MW",
                "USEP": f"{'-' if dollars < 0 else ''}${abs(dollars):,.2f}/MWh"}),
            section("Reserve", {"Primary": "$0.01/MWh"}),
            section("Generator Type Share", {label: f"{share:.2f}%" for label, share in shares.items()}),
        ],
    })


def section(name: str, values: dict[str, str]) -> dict[str, object]:
    return {"Name": name, "SectionData": [{"Label": label, "Value": value} for label, value in values.items()]}
