"""XM (Colombia): the API of its metrics, and the live demand of its portal.

Traps it has: numbers are strings, of kWh in an hour, prices per kWh; hours have the number at which they end; a metric
is days late, and a day that is not out has no item; fuels are in another list; live stamps drift by 1.2 s, beside a
forecast of the whole day.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

API, PORTAL = "servapibi.xm.com.co", "serviciosfacturacion.xm.com.co"
HOSTS = (API, PORTAL)
LIVE = "/XM.Portal.Indicadores/api/Operacion/DemandaTiempoReal"
CLOCK = "America/Bogota"
ZONE = "CO"
HOUR_S, HOURS = 3600, 24
LATE_DAYS, MOST_DAYS = 3, 30
DRIFT_S = 1.202

TABLE = {
    "biomass": {"BAG1": 0.7, "BIG1": 0.1, "BIO1": 0.2}, "coal": {"CAR1": 1.0}, "gas": {"GAS1": 1.0},
    "geothermal": {"NEW1": 1.0}, "hydro": {"AGU1": 0.6, "AGU2": 0.4}, "nuclear": {"NEW1": 1.0},
    "oil": {"FUE1": 0.5, "ACP1": 0.2, "JET1": 0.2, "GLP1": 0.1}, "solar": {"SOL1": 1.0}, "unknown": {"NEW1": 1.0},
    "wind": {"VIE1": 1.0},
}
FUELS = {
    "ACP1": "ACPM", "AGU1": "AGUA", "AGU2": "AGUA", "BAG1": "BAGAZO", "BIG1": "BIOGAS", "BIO1": "BIOMASA",
    "CAR1": "CARBON", "FUE1": "COMBUSTOLEO", "GAS1": "GAS", "GLP1": "GLP", "JET1": "JET-A1", "SOL1": "RAD SOLAR",
    "VIE1": "VIENTO",
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """Live demand, the list of plants, or the days of a metric."""
    if asked.host == PORTAL:
        return json_reply(live(readings)) if asked.path == LIVE else NOT_FOUND
    try:
        query = json.loads(asked.body)
        wanted = query["MetricId"], query["Entity"]
        if (asked.path, *wanted) == ("/lists", "ListadoRecursos", "Sistema"):
            return json_reply(plants(readings))
        first, last = (times.read_day(query[name]) for name in ("StartDate", "EndDate"))
    except (ValueError, KeyError, TypeError, SourceChanged):
        return json_reply({"Message": "An error has occurred."}, 400)
    make = METRICS.get(wanted)
    if asked.path != "/hourly" or make is None or (last - first).days > MOST_DAYS:
        return json_reply({"Message": "An error has occurred."}, 400)
    newest = times.day(readings.now, CLOCK, -LATE_DAYS)
    days = [first + timedelta(days=at) for at in range((min(last, newest) - first).days + 1)]
    return json_reply({"Metric": {"Id": wanted[0]}, "Items": [item(readings, day, make, wanted[1]) for day in days]})


def item(readings: Readings, day: date, make: "Make", entity: str) -> dict[str, Any]:
    steps = Steps(int(times.midnight(day, CLOCK).timestamp()), HOUR_S, HOURS)
    hourly = [
        {"Id": entity, "Values": {"code": code} | {f"Hour{at:02}": f"{one:.5f}" for at, one in enumerate(values, 1)}}
        for code, values in make(readings, steps).items()
    ]
    return {"Date": f"{day}", "HourlyEntities": hourly}


def generation(readings: Readings, steps: Steps) -> dict[str, FloatArray]:
    return {code: 1000 * values for code, values in readings.labelled(ZONE, steps, TABLE).items()}


def demand(readings: Readings, steps: Steps) -> dict[str, FloatArray]:
    return {"Sistema": 1000 * readings.load(ZONE, steps)}


def prices(readings: Readings, steps: Steps) -> dict[str, FloatArray]:
    return {"Sistema": readings.price(ZONE, steps) / 1000}


def plants(readings: Readings) -> dict[str, Any]:
    listed = [
        {"Id": "Recurso", "Values": {"Code": code, "Name": code, "Type": "TERMICA", "EnerSource": fuel}}
        for code, fuel in FUELS.items()
    ]
    return {"Metric": {"Id": "ListadoRecursos"},
            "Items": [{"Date": f"{times.day(readings.now, CLOCK)}", "ListEntities": listed}]}


def live(readings: Readings) -> dict[str, Any]:
    """Today so far."""
    start_s = int(times.midnight(times.day(readings.now, CLOCK), CLOCK).timestamp())
    steps = Steps(start_s, RASTER_S, int(readings.now.timestamp() - start_s) // RASTER_S)
    measured = [
        {"Fecha": f"{times.local(times.epoch(at.timestamp() + DRIFT_S), CLOCK):%Y-%m-%dT%H:%M:%S}.202", "Valor": value}
        for at, value in zip(steps.starts(), readings.load(ZONE, steps).tolist(), strict=True)
    ]
    whole = Steps(start_s, RASTER_S, HOURS * HOUR_S // RASTER_S)
    forecast = [
        {"Fecha": times.local(at, CLOCK).isoformat(), "Valor": value}
        for at, value in zip(whole.starts(), readings.load_forecast(ZONE, whole).tolist(), strict=True)
    ]
    series = {"Tiempo real": measured, "Pronóstico": forecast}
    return {
        "Nombre": "Demanda en tiempo real", "Resolucion": "Horaria",
        "Variables": [{"Nombre": name, "UnidadMedida": "MW", "Datos": rows} for name, rows in series.items()],
    }


Make = Callable[[Readings, Steps], dict[str, FloatArray]]
METRICS: dict[tuple[str, str], Make] = {
    ("Gene", "Recurso"): generation, ("DemaReal", "Sistema"): demand, ("PrecBolsNaci", "Sistema"): prices,
}
