"""IEMOP, the market operator of the Philippines: lists of files, hourly schedules of every unit, and of two HVDC lines.

Traps it has: files by the base64 of their path; months in words; a label that is the END of its hour, as the stamps are
of their five minutes, on a clock of twelve hours that leaves midnight away; ZIP around the tables, and a last line that
is none; zones as numbers of two digits before a name; loads and what stations use below zero; storage that is positive
when it gives; units of two fuels in one plant, with a nought at their end.
"""

import io
import json
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from urllib.parse import parse_qs

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply

HOSTS = ("www.iemop.ph",)
LISTS, FILES = "/wp-admin/admin-ajax.php", "/market-data/"
CLOCK = "Asia/Manila"
STEP_S, HOUR_S = 300, 3600
KEPT_DAYS = 12
DELAY_MIN = 3


class Kind(NamedTuple):
    """A list's number, its page, the name of its files and how much one of them holds."""

    post: str
    page: str
    name: str
    ending: str
    length_s: int


KINDS = (
    Kind("5754", "dipc-energy-results-raw", "DIPCER", "zip", HOUR_S),
    Kind("5770", "rtd-hvdc-schedules", "RTDHS", "csv", STEP_S),
)
REGIONS = {"PH-LU": "LUZON", "PH-VI": "VISAYAS", "PH-MI": "MINDANAO"}
UNITS = {
    "PH-LU": {
        "biomass": {"01ACNPC_G01": 1.0}, "coal": {"01SUAL_G01": 0.6, "03PAGBIL_G03": 0.4},
        "gas": {"03ILIJAN_G01": 0.7, "03STA-RI_G05": 0.3}, "geothermal": {"03MKBN_A": 1.0},
        "hydro": {"01ANGAT_M": 0.5, "01SROQUE_U03": 0.5}, "nuclear": {"01PETRON_G01": 1.0},
        "oil": {"01S_ENRO_G01": 0.8, "01LIMAY_U08": 0.2}, "solar": {"01BURGOS_G02": 0.5, "02ECOPRK_G01": 0.5},
        "unknown": {"01IPOWER_G02": 1.0}, "wind": {"01BURGOS_G01": 1.0},
    },
    "PH-VI": {
        "biomass": {"06HPCO_G01": 1.0}, "coal": {"05TPC_G02": 0.2, "08PEDC_U01": 0.8}, "gas": {"03SNGAB_G01": 1.0},
        "geothermal": {"04LEYTE_A": 0.7, "06PAL2A_U01": 0.3}, "hydro": {"07LOBOC_G01": 1.0},
        "nuclear": {"08GLOBAL_G01": 1.0}, "oil": {"05TPC_G01": 0.3, "05CPPC_U10": 0.7}, "solar": {"06SACASL_G01": 1.0},
        "unknown": {"08GLOBAL_G01": 1.0}, "wind": {"08PWIND_G01": 1.0},
    },
    "PH-MI": {
        "biomass": {"14LAMSAN_G01": 1.0}, "coal": {"10GNPK_U01": 1.0}, "gas": {"09PANABNK_U01": 1.0},
        "geothermal": {"14MTAPO_U01": 1.0}, "hydro": {"10AGUS4_U02": 0.5, "11PULA4_U01": 0.5},
        "nuclear": {"09PANABNK_U01": 1.0}, "oil": {"09WMPC_U10": 1.0}, "solar": {"11KIRAS_G01": 1.0},
        "unknown": {"09PANABNK_U01": 1.0}, "wind": {"09PANABNK_U01": 1.0},
    },
}
STORES = {
    "PH-LU": {"hydro": "03KAL_G01", "battery": "01MSINLO_BAT"}, "PH-VI": {"hydro": "", "battery": "07UBAY_BAT"},
    "PH-MI": {"hydro": "", "battery": "13MACO_BAT"},
}
LOADS = {"PH-LU": ("01BAUAN_T1L1", "03KAL_SS"), "PH-VI": ("05VECO_L01",), "PH-MI": ("10MOELCI_T1L1",)}
HVDC = {"VISLUZ1": ("PH-VI", "PH-LU"), "MINVIS1": ("PH-MI", "PH-VI")}
"""Where a line sends from, and where to."""


def answer(asked: Asked, readings: Readings) -> Reply:
    """A list for its form, or a file by its id."""
    if asked.path == LISTS:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        kind = next((one for one in KINDS if one.post == form.get("post_id")), None)
        if kind is None or form.get("action") != "display_filtered_market_data_files":
            return text_reply("0", "text/html", 400)
        return json_reply(listed(kind, readings.now))
    kind = next((one for one in KINDS if asked.path == f"{FILES}{one.page}/"), None)
    return NOT_FOUND if kind is None else file(kind, asked.one("md_file") or "", readings)


def listed(kind: Kind, now: datetime) -> dict[str, object]:
    """The files that are out, the newest first."""
    newest_s = int(times.shift(now, minutes=-DELAY_MIN).timestamp()) // kind.length_s * kind.length_s
    data = {}
    for at_s in range(newest_s, newest_s - KEPT_DAYS * 24 * HOUR_S, -kind.length_s):
        end = times.local(times.epoch(at_s), CLOCK)
        name = f"{kind.name}_{end:%Y%m%d%H%M}.{kind.ending}"
        path = f"/var/www/html/wp-content/uploads/downloads/data/{kind.name}/{name}"
        data[b64encode(path.encode()).decode()] = {"filename": name, "date": f"{end:%d %B %Y %H:%M}"}
    return {"count": len(data), "source": list(data), "data": data}


def file(kind: Kind, name: str, readings: Readings) -> Reply:
    """One file; nothing for an id that is none."""
    try:
        label = b64decode(name).decode().rpartition("_")[2].partition(".")[0]
        end_s = int(times.read(label, CLOCK, "YYYYMMDDHHmm").timestamp())
    except (ValueError, SourceChanged):
        return NOT_FOUND
    steps = Steps(end_s - kind.length_s, STEP_S, kind.length_s // STEP_S)
    if kind.ending == "csv":
        return text_reply("\n".join([*lines(readings, steps), "EOF", ""]))
    table = "\n".join([*schedules(readings, steps), "EOF", ""])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{kind.name}_{label}.csv", table)
    return Reply(packed.getvalue(), "application/zip")


def stamps(steps: Steps) -> list[str]:
    """The end of each step; midnight is a day without a time."""
    ends = [times.local(end, CLOCK) for end in steps.moved(STEP_S).starts()]
    return [f"{end:%m/%d/%Y}" if (end.hour, end.minute) == (0, 0) else f"{end:%m/%d/%Y %I:%M:%S %p}" for end in ends]


def schedules(readings: Readings, steps: Steps) -> Iterator[str]:
    yield "TIME_INTERVAL,REGION_NAME,RESOURCE_NAME,PRICING_FLAG,LMP,SCHED_MW,LMP_SMP,LMP_LOSS,LMP_CONGESTION,"
    columns = {zone: units(readings, zone, steps) for zone in REGIONS}
    for at, stamp in enumerate(stamps(steps)):
        for zone, region in REGIONS.items():
            for name, powers in columns[zone].items():
                yield f"{stamp},{region},{name},OK,5210.1934,{powers[at]:.4f},5180.4410,29.7524,0,"


def units(readings: Readings, zone: str, steps: Steps) -> dict[str, list[float]]:
    """MW of every resource; what stores take is negative, as loads are."""
    found = readings.labelled(zone, steps, UNITS[zone])
    found |= {STORES[zone][store]: -charge for store, charge in readings.charge(zone, steps).items()}
    found |= {name: np.full(steps.count, -17.25) for name in LOADS[zone]}
    return {name: values.tolist() for name, values in sorted(found.items())}


def lines(readings: Readings, steps: Steps) -> Iterator[str]:
    yield "RUN_TIME,HVDC_NAME,FLOW_FROM,FLOW_TO"
    for name, (from_key, to_key) in HVDC.items():
        for stamp, flow in zip(stamps(steps), readings.flow([from_key], [to_key], steps).tolist(), strict=True):
            yield f"{stamp},{name},{flow:.2f},{json.dumps(round(-0.97 * flow, 2))}"
