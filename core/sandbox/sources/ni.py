"""CNDC, Nicaragua: what its home page asks for, of the day and of now.

Traps it has: a row per hour and type; trade among the types; lines as text with a decimal comma, + out of the country,
whose time stands elsewhere; midnight as the hour 24 of the day before.
"""

from collections.abc import Iterator
from typing import Any

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("www.cndc.org.ni",)
CLOCK = "America/Managua"
ZONE = "NI"
HOUR_S = 3600
LINES = {"amy": ("CR", 0.6), "lvg": ("CR", 0.4), "snd": ("HN", 1.3), "leon": ("HN", -0.3)}

THERMAL = {"TERMICA": 1.0}
TABLE = {
    "biomass": {"BIOMASA": 1.0}, "coal": THERMAL, "gas": THERMAL, "geothermal": {"GEOTERMICA": 1.0},
    "hydro": {"HIDROELECTRICA": 1.0}, "nuclear": THERMAL, "oil": THERMAL, "solar": {"SOLAR": 1.0}, "unknown": THERMAL,
    "wind": {"EOLICA": 1.0},
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """Three questions without parameters."""
    match asked.path:
        case "/graficos/consultarGeneracionPorTipo":
            return json_reply({"GeneracionTipo": [*rows(readings)]})
        case "/Inicio/ConsultarTipoGeneracion":
            return json_reply(ties(readings))
        case "/Inicio/consultarInfoTecnicaRelevante":
            return json_reply(cost(readings))
    return NOT_FOUND


def rows(readings: Readings) -> Iterator[dict[str, Any]]:
    """The hours of the day that are over, and the last one of yesterday."""
    first = times.shift(times.midnight(times.day(readings.now, CLOCK), CLOCK), hours=-1)
    steps = steps_between(first, readings.now, HOUR_S)
    made = readings.labelled(ZONE, steps, TABLE)
    made["MER"] = readings.flow(["CR", "HN"], [ZONE], steps)
    for label, values in made.items():
        for at, value in zip(steps.starts(), values.tolist(), strict=True):
            yield {"fecha_hora": stamp(at), "tipo": label, "valor": round(value, 2)}


def ties(readings: Readings) -> dict[str, Any]:
    now = Steps(int(readings.now.timestamp()) // RASTER_S * RASTER_S, RASTER_S, 1)
    flows = {name: part * readings.flow([ZONE], [other], now).item() for name, (other, part) in LINES.items()}
    return {
        "interconexion": [{name: f"{value:.2f}".replace(".", ",") for name, value in flows.items()}],
        "tipoGeneracion": [{"fecha_hora": stamp(times.epoch(now.start_s)), "tipo": "SOLAR", "valor": "0,00"}],
    }


def cost(readings: Readings) -> dict[str, Any]:
    """Of the hour that is running."""
    hour = Steps(int(readings.now.timestamp()) // HOUR_S * HOUR_S, HOUR_S, 1)
    before = times.local(times.epoch(hour.start_s - HOUR_S), CLOCK)
    return {
        "fecha": f"{before:%d/%m/%Y}", "hora": before.hour + 1,
        "costoMarginal": [{"valor": round(readings.price(ZONE, hour).item(), 2)}],
    }


def stamp(at: Any) -> str:
    return f"{times.local(at, CLOCK):%Y-%m-%d %H:%M:%S}"
