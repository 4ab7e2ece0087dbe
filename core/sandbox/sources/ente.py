"""EOR, the regional operator of Central America: all points of its SCADA at this moment.

Traps it has: no stamp; positions of switches among the MW; names of points that say neither direction nor that one is
only a circuit of a border; single precision.
"""

from typing import Any

import numpy as np

from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("mapa.enteoperador.org",)
PATH = "/WebServiceScadaEORRest/webresources/generic"
FLOWS = {
    "2LBR.LT400.1FR2-2LBR-01A.-.MW": ("GT", "MX", 1.0), "3SISTEMA.LT230.INTER_NET_GT.CMW.MW": ("SV", "GT", 1.0),
    "3SISTEMA.LT230.INTER_NET_HO.CMW.MW": ("SV", "HN", 1.0), "4LEC.LT230.2FR4-4LEC-01B.-.MW": ("HN", "GT", 1.0),
    "5SISTEMA.LT230.INTER_NET_CR.CMW.MW": ("NI", "CR", 0.57), "5SISTEMA.LT230.INTER_NET_CR_2.CMW.MW": ("NI", "CR", 1.0),
    "5SISTEMA.LT230.INTER_NET_HN.CMW.MW": ("NI", "HN", 1.0), "6SISTEMA.LT230.INTER_NET_PAN.CMW.MW": ("CR", "PA", 1.0),
}
"""From where to where it is +, and its part of the border."""
COUNTRIES = {"2": "GT", "3": "SV", "4": "HN", "5": "NI", "6": "CR", "7": "PA"}
SWITCHES = ("2LBR.IN400.INACPL.-.EST", "5AMY.IN230.INL9030.-.EST", "6LIB.IN230.INLIAMAYO.-.EST")


def answer(asked: Asked, readings: Readings) -> Reply:
    """The list, whatever else is asked."""
    if asked.path != PATH:
        return NOT_FOUND
    now = Steps(int(readings.now.timestamp()) // RASTER_S * RASTER_S, RASTER_S, 1)
    points = [point(name, 1.0, 1, 0) for name in SWITCHES]
    for number, zone in COUNTRIES.items():
        load = "2SISTEMA.DTOT.OSYMDEMTOT.CMW2.MW" if number == "2" else f"{number}SISTEMA.CTOT.OSYMCARTOTR.-.MW"
        made = sum(values.item() for values in readings.production(zone, now).values())
        points += [
            point(load, readings.load(zone, now).item()), point(f"{number}SISTEMA.GTOT.OSYMGENTOTR.-.MW", made)]
    for name, (from_key, to_key, part) in FLOWS.items():
        points.append(point(name, part * readings.flow([from_key], [to_key], now).item()))
    return json_reply(points)


def point(name: str, value: float, good: int = 9, bad: int = 9) -> dict[str, Any]:
    return {"nombre": name, "value": float(np.float32(value)), "good": good, "bad": bad}
