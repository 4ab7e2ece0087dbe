"""CAMMESA, the Argentine market operator: generation of the country and flows of its corridors, public, no key.

Docs     https://api.cammesa.com/demanda-svc/swagger-ui.html; https://cammesaweb.cammesa.com/generacion-real/
Serves   production AR; flows AR to BO, BR-S, CL-SEN, PY, UY, and between the eight regions of Argentina
Time     5 min, instantaneous, with its own offset (-0300 all year); corridors: one snapshot
Unit     MW
Sign     a corridor's MW are absolute, its arrow's angle gives the direction: counter-clockwise from east
History  none: the day so far (corridors: the present)
Licence  none stated

Conventional plants and renewables are two lists; only instants in both are returned, and the hydro of both is added.
`termico` is one number; it is split by the year's shares of gas, oil and coal (IEA, annual), so these three are
measured in their sum only. `renovable` repeats the second list.
Zones of the regions (AR-BAS, …) are not configured now, nor is the link to Bolivia; their corridors are read all the
same. A corridor at 0 MW keeps any arrow, which is not looked at.
Differs from the other project: it returns nothing for a corridor that is not in its configuration; here the parser
does not look there. Bolivia's angle is deduced from one answer.
"""

from core import by_label, errors, exchange, http, merge, number, production, require, source, times
from core.kinds import sorted_key

SOURCE = "cammesaweb.cammesa.com"
URL = "https://api.cammesa.com/demanda-svc/"
CONVENTIONAL_URL = f"{URL}generacion/ObtieneGeneracioEnergiaPorRegion/"
CORRIDORS_URL = f"{URL}demanda/IntercambioCorredoresGeo/"
RENEWABLES_URL = "https://cdsrenovables.cammesa.com/exhisto/RenovablesService/GetChartTotalTRDataSource/"
COUNTRY = 1002
TIMEZONE = "America/Argentina/Buenos_Aires"
MODES = {
    "hidraulico": "hydro",
    "hidraulica": "hydro",
    "nuclear": "nuclear",
    "eolica": "wind",
    "fotovoltaica": "solar",
    "biocombustible": "biomass",
}
NOT_OUTPUT = ("fecha", "momento", "sumTotal", "renovable", "cubrimientoDem", "termico")
THERMAL = {
    2017: {"gas": 0.85, "oil": 0.12, "coal": 0.03},
    2018: {"gas": 0.90, "oil": 0.07, "coal": 0.03},
    2019: {"gas": 0.95, "oil": 0.04, "coal": 0.01},
    2020: {"gas": 0.90, "oil": 0.075, "coal": 0.025},
    2021: {"gas": 0.85, "oil": 0.12, "coal": 0.03},
    2022: {"gas": 0.80, "oil": 0.17, "coal": 0.03},
}
# Corridor: where it comes from and goes to when its arrow has this angle.
BORDERS = {
    "ARG-BOL": ("AR", "BO", 90),
    "ARG-BRA": ("AR", "BR-S", 45),
    "ARG-CHI": ("AR", "CL-SEN", 180),
    "ARG-PAR": ("AR", "PY", 45),
    "ARG-URU": ("AR", "UY", 0),
    "CEN-COM": ("AR-CEN", "AR-COM", 270),
    "CEN-CUY": ("AR-CEN", "AR-CUY", 225),
    "CEN-NOA": ("AR-CEN", "AR-NOA", 135),
    "COM-PAT": ("AR-COM", "AR-PAT", 270),
    "CUY-COM": ("AR-CUY", "AR-COM", 315),
    "CUY-NOA": ("AR-CUY", "AR-NOA", 45),
    "LIT-CEN": ("AR-LIT", "AR-CEN", 225),
    "LIT-NEA": ("AR-LIT", "AR-NEA", 45),
    "LIT-NOA": ("AR-LIT", "AR-NOA", 135),
    "NEA-NOA": ("AR-NEA", "AR-NOA", 180),
    "PBA-CEN": ("AR-BAS", "AR-CEN", 135),
    "PBA-COM": ("AR-BAS", "AR-COM", 225),
    "PBA-LIT": ("AR-BAS", "AR-LIT", 90),
}
CORRIDORS = {sorted_key(from_key, to_key): name for name, (from_key, to_key, _) in BORDERS.items()}


@source(resolution_min=5, window_h=24, delay_h=0.2)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime)
    today = times.text(times.now(), "DD-MM-YYYY", TIMEZONE)
    conventional = http.get(session, CONVENTIONAL_URL, params={"id_region": COUNTRY})
    renewables = http.get(session, RENEWABLES_URL, params={"desde": today, "hasta": today})
    return parse_production(http.body_json(conventional), http.body_json(renewables))


@source(resolution_min=None, window_h=0.1, delay_h=0.2)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime)
    corridors = http.body_json(http.get(session, CORRIDORS_URL))
    return [parse_exchange(corridors, sorted_key(zone_key1, zone_key2))]


def refuse_past(target_datetime):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("CAMMESA publishes the present day's generation and the present flows only.")


def parse_production(conventional, renewables):
    """One mix per instant that both lists have."""
    renewable_at = {start_of(row, "momento"): row for row in renewables}
    mixes = [mix(start, row, renewable_at[start])
             for row in conventional if (start := start_of(row, "fecha")) in renewable_at]
    if not mixes:
        raise errors.NoData("CAMMESA's two lists of generation have no instant in common.")
    return mixes


def mix(start, conventional, renewable):
    """The mix of one instant."""
    modes = by_label({**conventional, **renewable}, MODES, known=NOT_OUTPUT)
    thermal_mw = number(conventional.get("termico"))
    year = times.local(start, TIMEZONE).year
    shares = THERMAL[min(max(year, min(THERMAL)), max(THERMAL))]
    thermal = {mode: [None if thermal_mw is None else thermal_mw * share] for mode, share in shares.items()}
    return production("AR", start=start, source=SOURCE, modes=merge(modes, thermal))


def start_of(row, column):
    return times.read(require(row.get(column), column))


def parse_exchange(corridors, key):
    """The flow of one corridor: its arrow points either as BORDERS has it or the other way."""
    name = CORRIDORS[key]
    features = [feature.get("properties") or {} for feature in require(corridors.get("features"), "features")]
    found = next((one for one in features if one.get("nombre") == name), None)
    if found is None:
        raise errors.NoData(f"CAMMESA's answer has no corridor {name}.")
    flow_mw = require(number(found.get("text")), f"MW of {name}")
    from_key, to_key = ends(name, found) if flow_mw else BORDERS[name][:2]
    return exchange(from_key, to_key, start=start_of(found, "fecha"), source=SOURCE, flow_mw=flow_mw)


def ends(name, corridor):
    """Where a corridor's MW come from and go to, by its arrow."""
    from_key, to_key, angle = BORDERS[name]
    arrow = require(corridor.get("url"), f"arrow of {name}")
    turn = (require(number(arrow.removeprefix("flecha")), f"angle of {name}") - angle) % 360
    if turn not in (0, 180):
        raise errors.SourceChanged(f"The arrow of {name} is {arrow}, along another line than {angle} degrees.")
    return (from_key, to_key) if turn == 0 else (to_key, from_key)
