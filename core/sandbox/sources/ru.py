"""SO-UPS, Russia's system operator: a day's hours of generation by price zone, and all flows of one hour.

Traps it has: hours by number, from midnight in Moscow, with the day beside them as a midnight; two tables whose columns
have other names; all thermal plants without a fuel, in three columns or one; a schedule in the hours that are not over;
flows by numeric ids, each with a sign of its own; zeros for an hour that is not published yet.
"""

from datetime import date
from typing import Any

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("br.so-ups.ru",)
CLOCK = "Europe/Moscow"
HOUR_S, HOURS = 3600, 24
PRICE_ZONES = {"1": "RU-1", "2": "RU-2"}
EAST, EAST_ID = "RU-AS", 540000

STEAM = {"P_TES": 0.8, "P_GRES": 0.15, "P_BS": 0.05}
TABLE = {
    "biomass": STEAM, "coal": STEAM, "gas": STEAM, "geothermal": STEAM, "hydro": {"P_GES": 1.0},
    "nuclear": {"P_AES": 1.0}, "oil": STEAM, "solar": {"P_REN": 1.0}, "unknown": STEAM, "wind": {"P_WIND": 1.0},
}
ALL_STEAM = {"P_tes": 1.0}
EAST_TABLE = {
    **dict.fromkeys(TABLE, ALL_STEAM), "hydro": {"ges_gen": 1.0}, "nuclear": {"aes_gen": 1.0},
}
"""It has no column for sun and wind."""
PLANNED = 1.07
"""What the schedule of an hour that is not over says, as a part of what will be."""

FLOWS = {
    598: ("AZ", "RU-1"), 321: ("BY", "RU-1"), 764: ("CN", "RU-AS"), 276: ("MN", "RU-2"), 2394: ("KZ", "RU-1"),
    344: ("KZ", "RU-2"), 139: ("RU-2", "RU-1"), 880: ("UA", "RU-1"), 5688: ("RU-1", "UA-CR"),
    187: ("RU-1", "FI"), 752: ("RU-1", "GE"), 212: ("RU-KGD", "LT"), 1611: ("RU-2", "RU-AS"),
}
"""Id → where its positive numbers come from and go to."""


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET /webapi/api/… of one of the three services."""
    try:
        match asked.path.removeprefix("/webapi/api/"):
            case "CommonInfo/PowerGeneration":
                return power_generation(asked, readings)
            case "CommonInfo/GenEquipOptions_Z2":
                return equipment(asked, readings)
            case "flowDiagramm/GetData":
                return diagram(asked, readings)
    except SourceChanged:
        return json_reply({"$id": "1", "Message": "An error has occurred."}, 400)
    return NOT_FOUND


def power_generation(asked: Asked, readings: Readings) -> Reply:
    """The days from startDate to endDate of a price zone."""
    number = asked.one("priceZone[]") or ""
    zone = PRICE_ZONES.get(number)
    first, last = (times.read_day(asked.one(name) or "", "YYYY.MM.DD") for name in ("startDate", "endDate"))
    days = [date.fromordinal(one) for one in range(first.toordinal(), last.toordinal() + 1)]
    rows = [
        {"INTERVAL": hour, "M_DATE": midnight(day), "PRICE_ZONE_ID": int(number), "POWER_SYS_ID": None,
         **{label: given(label, values[hour]) for label, values in made(readings, zone, day, TABLE).items()}}
        for day in days for hour in range(HOURS)
    ] if zone else []
    return json_reply([{"$id": "1", "m_Item1": int(number or 0), "m_Item2": rows}])


def equipment(asked: Asked, readings: Readings) -> Reply:
    """One day of the East."""
    day = times.read_day(asked.one("startDate") or "", "YYYY.MM.DD")
    if asked.one("oesTerritory[]") != str(EAST_ID):
        return json_reply([])
    by_label = made(readings, EAST, day, EAST_TABLE)
    rows = [
        {"date": midnight(day), "hour": hour, "fHour": str(hour), "price_zone_id": 0, "power_sys_id": EAST_ID,
         "Pmin_tes": 1200.5, **{label: float(values[hour]) for label, values in by_label.items()}, "Pmax_tes": 2900.5,
         "priority_gen_SO": 1100.5, "priority_gen_req": 300.5}
        for hour in range(HOURS)
    ]
    return json_reply([{"$id": "1", "m_Item1": EAST_ID, "m_Item2": rows}])


def made(
    readings: Readings, zone: str | None, day: date, table: dict[str, dict[str, float]]
) -> dict[str, FloatArray]:
    """MW by column over a Moscow day: what was, and from the running hour on what was planned."""
    if zone is None:
        return {}
    steps = Steps(int(times.midnight(day, CLOCK).timestamp()), HOUR_S, HOURS)
    is_over = [times.shift(start, hours=1) <= readings.now for start in steps.starts()]
    idle = {label: 0.0 * readings.load(zone, steps) for labels in table.values() for label in labels}
    found = idle | readings.labelled(zone, steps, table)
    for values in found.values():
        values[[not over for over in is_over]] *= PLANNED
    return {label if label in idle else f"P_{label}": values for label, values in found.items()}


def given(label: str, value: float) -> float | None:
    """A price zone without reactors or turbines has null there, not 0."""
    return None if label in ("P_AES", "P_WIND") and not value else float(value)


def midnight(day: date) -> str:
    return f"{day}T00:00:00+03:00"


def diagram(asked: Asked, readings: Readings) -> Reply:
    """All flows of one hour; 0 as long as it is not over."""
    day, hour = times.read_day(asked.one("Date") or ""), int(asked.one("Hour") or 0)
    start_s = int(times.midnight(day, CLOCK).timestamp()) + hour * HOUR_S
    steps = Steps(start_s, HOUR_S, 1)
    is_over = start_s + HOUR_S <= readings.now.timestamp()
    flows = [
        flow(at, flow_id, readings.flow([first], [second], steps).item() if is_over else 0.0)
        for at, (flow_id, (first, second)) in enumerate(FLOWS.items(), 2)
    ]
    return json_reply({"$id": "1", "Flows": flows, "Nodes": []})


def flow(at: int, flow_id: int, value: float) -> dict[str, Any]:
    arrow = "empty" if not value else "forward" if value < 0 else "backward"
    return {
        "$id": str(at), "Id": flow_id, "Name": None, "PositiveDirection": 1, "IsVisible": True, "NumValue": value,
        "ArrowClass": f"arrow-{arrow}", "Value": f"{abs(value):.2f} МВт".replace(".", ","), "VisibilityClass": "",
    }
