"""KPTCL, the load despatch centre of Karnataka: pages whose figures have names, public, no key.

Docs     https://kptclsldc.in
Serves   production and consumption of IN-KA, a retired zone: no series names it, its recordings can be replayed
Time     snapshots, stamped when taken, Asia/Kolkata
Unit     MW
Sign     none: output and load only
History  none, the present only
Licence  not stated

Renewables are on a page of their own, whose stamp must be near that of the plants' page.
`unknown` is the state's share of the central stations, whose fuels the page does not tell.
A plant whose figure is missing is left out with a warning; one that is new counts as unknown.
"""

from core import by_label, consumption, errors, http, merge, number, production, require, source, times
from core.values import log

SOURCE = "kptclsldc.in"
URL = "https://kptclsldc.in/"
TIMEZONE = "Asia/Kolkata"
RETIRED = ("IN-KA",)
STAMP, STAMP_OF_LOAD = "DD/MM/YYYY HH:mm:ss", "DD/MM/YYYY HH:mm"
NEAR_MIN = 10
TOTAL = "tot"
MODES = {
    **dict.fromkeys(("lblrtptot", "lblbtptot", "ytptot", "lblupctot", "lbljintot"), "coal"),
    **dict.fromkeys(
        ("lblshvytot", "lblngjtot", "lblvrhtot", "lblkdsltot", "lblkdrtot", "lblgrsptot", "lbljogtot", "lbllphtot",
         "lblsupatot", "lblshimtot", "lblshivtot", "lblmanitot", "lblmbdtot", "lblbdratot", "lblgtprtot",
         "lblalmttot"), "hydro"),
    "lblcgs": "unknown",
}
RENEWABLE_MODES = {
    "lbl_tm": "hydro", "lbl_tb": "biomass", "lbl_tc": "biomass", "lbl_tw": "wind", "lbl_kar_slr": "solar",
}
FACTS = {"resolution_min": None, "window_h": 0.05, "delay_h": 0.2}


@source(**FACTS)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    pages = [figures(session, name, target_datetime) for name in ("StateGen.aspx", "StateNCEP.aspx")]
    return [parse_production(*pages, zone_key)]


@source(**FACTS)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return [parse_consumption(figures(session, "Default.aspx", target_datetime), zone_key)]


def figures(session, name, target):
    """A page's texts by their names."""
    if times.is_past(target, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("KPTCL shows the present only.")
    text = http.get(session, URL + name).text
    if not text.strip():
        raise errors.NoData("KPTCL sent an empty page.")
    return {span["id"]: span.get_text().strip() for span in http.body_html(text).select("span[id]")}


def parse_production(plants, renewables, zone_key):
    """The mix of both pages, at the moment of the plants'."""
    taken, other = (
        times.read(require(page.get(name), name), TIMEZONE, STAMP)
        for page, name in ((plants, "lbldate"), (renewables, "Label1")))
    first, last = sorted((taken, other))
    if times.shift(first, minutes=NEAR_MIN) < last:
        raise errors.SourceDown(f"KPTCL's pages are of different times: {taken} and {other}.")
    for label in sorted({*MODES, *RENEWABLE_MODES} - {*plants, *renewables}):
        log.warning("no figure %r: left out", label)
    totals = {label: text for label, text in plants.items() if label.endswith(TOTAL) or label in MODES}
    modes = merge(by_label(totals, MODES, known=()), by_label(renewables, RENEWABLE_MODES))
    return production(zone_key, start=taken, source=SOURCE, modes=modes)


def parse_consumption(page, zone_key):
    """The state's demand."""
    taken = times.read(require(page.get("Label6"), "Label6"), TIMEZONE, STAMP_OF_LOAD)
    load_mw = number(require(page.get("Label5"), "Label5"))
    if load_mw is None:
        raise errors.NoData("KPTCL has no demand now.")
    return consumption(zone_key, start=taken, source=SOURCE, load_mw=load_mw)
