"""Taipower: every generating unit of Taiwan in one table, taken anew every ten minutes.

Traps it has: an empty string for the stamp's name; numbers as text, `-` and `N/A` for what is not known; HTML around
the fuel; a subtotal with a percentage below every group; fuels in two groups each; the others told apart by the unit's
name; storage in two groups, what it takes as a negative number. Plants that the simulated grid lacks stand at 0.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("www.taipower.com.tw",)
PATH = "/d006/loadGraph/loadGraph/data/genary_eng.json"
CLOCK = "Asia/Taipei"
ZONE = "TW"
STEP_S = 600

TABLE = {
    "biomass": {"Biofuel": 1.0}, "coal": {"COAL": 0.8, "IPPCOAL": 0.2}, "gas": {"LNG": 0.75, "IPPLNG": 0.25},
    "geothermal": {"Geothermal": 1.0}, "hydro": {"HYDRO": 1.0}, "nuclear": {"NUCLEAR": 1.0},
    "oil": {"OIL": 0.75, "DIESEL": 0.25}, "solar": {"SOLAR": 1.0}, "unknown": {"COGEN": 1.0}, "wind": {"WIND": 1.0},
}
ANCHORS = {
    "OTHERRENEWABLEENERGY": "OtherRenewableEnergy", "ENERGYSTORAGESYSTEM": "EnergyStorageSystem",
    "ENERGYSTORAGESYSTEMLOAD": "EnergyStorageSystemLoad",
}
SUBTOTALS = {"DIESEL": "Subtotal(Remark V)"}
NOT_RATED = "(Remark X)"
"""Units on test have no capacity."""


class Plants(NamedTuple):
    """The units of a label, which share its output alike."""

    group: str
    units: tuple[str, ...]
    kind: str = ""
    not_metered: str = ""


PLANTS = {
    "NUCLEAR": Plants("NUCLEAR", ("NPP3#2",)),
    "COAL": Plants("COAL", ("Linkou#1", "Linkou#2", "Taichung#1", "Talin#1")),
    "COGEN": Plants("COGEN", ("Co-Generation",)),
    "IPPCOAL": Plants("IPPCOAL", ("Hoping#1", "Mailiao#1")),
    "LNG": Plants("LNG", ("Datan#1", "Datan#2", f"Datan#7{NOT_RATED}", "Tunghsiao#1")),
    "IPPLNG": Plants("IPPLNG", ("Haihu#1", f"Fongde#3{NOT_RATED}")),
    "OIL": Plants("OIL", ("Xiehe#3", "Xiehe#4")),
    "DIESEL": Plants("DIESEL", ("Taichung Gas1&2",), not_metered="Other outlying Islands(Remark IV)"),
    "HYDRO": Plants("HYDRO", ("Deji#1", "Cingshan#1"), not_metered="Remaining Small Hydropower Purchases"),
    "WIND": Plants("WIND", ("Guanyuan", f"OWF Formosa{NOT_RATED}"), "Offshore Wind Purchases(Remark XIII)"),
    "SOLAR": Plants("SOLAR", ("Jhangbin Solar Power", "Tainan Salt Field Solar Power"), "SOLAR TPC(Remark XIII)"),
    "Geothermal": Plants("OTHERRENEWABLEENERGY", ("TPC Geothermal",)),
    "Biofuel": Plants("OTHERRENEWABLEENERGY", ("Biofuel Purchases(Remark VI)",)),
    "hydro": Plants("ENERGYSTORAGESYSTEM", ("DaGuan2#1", "Mingtan#1"), "Pumped Hydro"),
    "battery": Plants("ENERGYSTORAGESYSTEM", ("Battery(Remark XVI)",), "Battery"),
    "hydro load": Plants("ENERGYSTORAGESYSTEMLOAD", ("DaGuan2#1", "Mingtan#1"), "Pumped Hydro"),
    "battery load": Plants("ENERGYSTORAGESYSTEMLOAD", ("Battery(Remark XVI)",), "Battery"),
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """The newest table."""
    if asked.path != PATH:
        return NOT_FOUND
    steps = Steps(int(readings.now.timestamp()) // STEP_S * STEP_S, RASTER_S, 1)
    made, installed = output(readings, steps), capacities(readings)
    stamp = f"{times.local(times.epoch(steps.start_s), CLOCK):%Y-%m-%d %H:%M}"
    return json_reply({"": stamp, "dataset": [*table(made, installed)], "SubUnitSet": []})


def output(readings: Readings, steps: Steps) -> dict[str, float]:
    """MW by label, of all that the table has and what it has no place for yet."""
    found = {label: values.item() for label, values in readings.labelled(ZONE, steps, TABLE).items()}
    for store, charge in readings.charge(ZONE, steps).items():
        found |= {store: max(-charge.item(), 0.0), f"{store} load": min(-charge.item(), 0.0)}
    return dict.fromkeys(PLANTS, 0.0) | found


def capacities(readings: Readings) -> dict[str, float]:
    """MW by label; nothing for what stores take."""
    found: dict[str, float] = {}
    for mode, capacity_mw in readings.installed(ZONE).items():
        for label, share in TABLE.get(mode, {mode.removesuffix(" storage"): 1.0}).items():
            found[label] = found.get(label, 0.0) + share * capacity_mw
    return found


def table(made: Mapping[str, float], installed: Mapping[str, float]) -> Iterator[list[str]]:
    """The units, group by group, and the subtotal of each."""
    plants = {label: PLANTS.get(label) or Plants(label, (label.title(),)) for label in made}
    all_mw, all_installed = sum(made.values()), sum(installed.values())
    for group in dict.fromkeys(one.group for one in plants.values()):
        labels = [label for label, one in plants.items() if one.group == group]
        for label in labels:
            yield from units(plants[label], made[label], installed.get(label, 0.0))
        capacity = with_share(sum(installed.get(label, 0.0) for label in labels), all_installed)
        power = with_share(sum(made[label] for label in labels), all_mw)
        yield [heading(group), "", SUBTOTALS.get(group, "Subtotal"), capacity, power, "", "", ""]


def heading(group: str) -> str:
    return f"<A NAME='{ANCHORS.get(group, group.lower())}'></A><b>{group}</b>"


def with_share(part: float, whole: float) -> str:
    return f"{part:.1f}({100 * part / whole if whole else 0:.3f}%)"


def units(plants: Plants, power_mw: float, capacity_mw: float) -> Iterator[list[str]]:
    count = len(plants.units)
    power = f"{power_mw / count:.3f}" if plants.group == "SOLAR" else f"{power_mw / count:.1f}"
    for name in plants.units:
        is_rated = capacity_mw > 0 and not name.endswith(NOT_RATED)
        capacity = f"{capacity_mw / count:.1f}" if is_rated else "-"
        factor = f"{100 * power_mw / capacity_mw:.3f}%" if is_rated else "-"
        yield [heading(plants.group), plants.kind, name, capacity, power, factor, " ", ""]
    if plants.not_metered:
        yield [heading(plants.group), plants.kind, plants.not_metered, "5.5", "N/A", "N/A", " ", ""]
