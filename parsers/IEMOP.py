"""IEMOP, the market operator of the Philippines: what each unit is scheduled to give, CSV in ZIP, no key.

Docs     https://www.iemop.ph/market-data/ (DIPC energy results raw, RTD HVDC schedules)
Serves   production PH-LU, PH-MI, PH-VI; flows PH-LU->PH-VI, PH-MI->PH-VI
Time     5 min, stamped at the END, Asia/Manila; midnight is written as a bare date; files are named by their end
Unit     MW, scheduled by the market as it is dispatched, not metered
Sign     a unit's schedule: + is output, also of storage; HVDC: MW sent from the Visayas (VISLUZ1), Mindanao (MINVIS1)
History  what the list of files names, some weeks
Licence  none stated

Plants that are registered with the market: from 10 MW in Luzon, 5 MW elsewhere, and those with feed-in tariffs. A
negative schedule is a load. A resource is the number of its market zone, written with two digits, a plant and a unit;
new ones are in IEMOP's updates of the market network model. The list's filter by date is left out: it is for a form,
and all recent files come without it. Asked for now, some newest files are read, not those of a whole day.
The files of HVDC have not been seen: nothing but the production's says that their stamps are ends.
Differs from the other project: Unified Leyte is geothermal; Limay, a combined cycle on diesel, and Malaya, on heavy
fuel oil, are oil; HVDC is stamped at its start, like production; only noughts in front of a name are dropped, so that
the tenth units of CPPC and WMPC are known; what is asked for is the time up to a moment, not the labels of a day.
"""

import re
from collections import defaultdict
from operator import itemgetter

from core import errors, exchange, http, number, production, require, source, times
from core.kinds import sorted_key
from core.values import csv_rows, each, log

SOURCE = "iemop.ph"
URL = "https://www.iemop.ph"
TIMEZONE = "Asia/Manila"
PERIOD_MIN = 5
STAMPS = ("MM/DD/YYYY hh:mm:ss A", "MM/DD/YYYY")
PRODUCTION, HVDC = ("5754", "dipc-energy-results-raw", 1), ("5770", "rtd-hvdc-schedules", PERIOD_MIN / 60)
"""The number of a list of files, the page that gives them, and how many hours one of them holds."""
PAST_H, LIVE_H = 24, 3
HVDC_PAST_H, HVDC_LIVE_H = 4, 0.5
KEPT = "30 days"
REGIONS = {"PH-LU": "LUZON", "PH-MI": "MINDANAO", "PH-VI": "VISAYAS"}
BORDERS = {"PH-LU->PH-VI": ("VISLUZ1", "PH-VI", "PH-LU"), "PH-MI->PH-VI": ("MINVIS1", "PH-MI", "PH-VI")}
PLANTS = {
    "biomass": (
        "1ACNPC 1BT2020 1CAGBIO 1CLEANG 1GFII 1GIFT 1GRGOLD 1HYPGRN 1IBEC 1IPOWER 1LASUER 1VSGRIP 3BBEC 3CADPI "
        "6BISCOM 6CABI 6FFHC 6HPCO 6NTNEGB 6SCBIOP 6STNEGB 6URC 6VMC 8CASA 11KEGMAR 14BIOGS 14BIOMS 14GERBIO 14LAMSAN "
        "14SPGI"),
    "coal": (
        "1ANDA 1APEC 1GNPD 1MARVEL 1MPGC 1MSINLO 1SMC 1SUAL 1UPPC 3CALACA 3PAGBIL 3QPPL 3SBPL 3SLPGC 3SLTEC 5CEDC "
        "5EAUC 5KSPC 5THVI 5TPC 8PALM 8PEDC 10GNPK 10PPEI 11FDC 11STEAG 13DCPP 13SMC 14SARANG"),
    "gas": (
        "2MMPP 2PNGEA 3AVION 3ILIJAN 3SNGAB 3STA-RI"),
    "geothermal": (
        "3BACMAN 3MGI 3MGPP 3MKBN 3ORMAT 3TIWI 4LEYTE 4LGPP 6NASULO 6PAL1A 6PAL2A 14MTAPO"),
    "hydro": (
        "1AMBUK 1AMPHAW 1ANGAT 1BAKSIP 1BAKUN 1BINENG 1BINGA 1BUTAO 1CASECN 1MAGAT 1MARIS 1MASIWA 1MATUNO 1NIABAL "
        "1NMHC 1PNTBNG 1SABANG 1SLANGN 1SMBELL 1SROQUE 3BALUG 3BART 3BOTOCA 3CALIRY 3CLBATO 3INARI 3LWERLAB 3MAJAY "
        "3PALAK 3TIBAG 3UPLAB 4TAFT 6AMLA 7JANOPO 7LOBOC 7SEVILL 8SUWECO 8TIMBA 10AGUS1 10AGUS2 10AGUS4 10AGUS5 "
        "10AGUS6 10AGUS7 11FGBPC 11MANFOR 11MINBU 11MNCBLG 11PULA4 12ASIGA 12LKMAINIT 13EUROH 13SIBULAN 13TALOM1 "
        "13TALOM23 13TUDAY2 14ALMADA 14MARBEL"),
    "oil": (
        "1BAUANG 1CIP2 1LIMAY 1S_ENRO 1T_ASIA 2TMOBIL 3INGRID 3MALAYA 3RCBMI 4CLBYBNK 4IASMOD 5CPPC 5TPVI 6CENPRI "
        "6SCBE 7BDPP 7TPLPB4 8PDPP1 8PDPP3 8STBPB1 9KEGJIM 9WMPC 10IDPP 10MEGC 11MINBAL 11MNRGY 11NBPC 11PACERM "
        "11PKBUK 12KEGGIN 12KEGTAN 12NACSUR 12PKSFRA 12TM2 13MAGDBNK 13MATIBNK 13MPCDIG 13TM1 14PKPSOC 14SUPKOR"),
    "solar": (
        "1ARAYSOL 1ARMSOL 1BOSUNG 1BTNSOL 1BTSOLEN 1BULSOL 1BURGOS 1CABSOL 1CLASOL 1CONSOL 1CURSOL 1DALSOL 1GIGSOL "
        "1MAEC 1MARSOL 1PASQSOL 1PETSOL 1RASLAG 1SPABUL 1SUBSOL 1TERASU 1YHGRN 1ZAMSOL 2ECOPRK 2ECOTAGA 2PNGYSOL "
        "2SMNRTH 2VALSOL 3ADISOL 3CALSOL 3MEC 3SOLACE 4PHSOL 4SEPSOL 5TOLSOL 6CARSOL 6HELIOS 6MANSOL 6MNTSOL 6SACASL "
        "6SACSUN 6SLYSOL 8COSMO 11KBSOL 11KIRAS 13DIGSOL 14ASTROSOL 14NVSOL"),
    "unknown": (
        "1PETRON 8GLOBAL 9PANABNK"),
    "wind": (
        "1BALWIND 1CAPRIS 1NWIND 3AWOC 8PWIND 8SLWIND"),
}
"""Plants by mode, each behind the number of its zone: 1-3 are Luzon, 4-8 the Visayas, 9-14 Mindanao."""
MODES = {plant: mode for mode, plants in PLANTS.items() for plant in plants.split()}
UNITS = {"1BURGOS_G01": "wind", "1IPOWER_G02": "unknown", "5TPC_G01": "oil"}
"""Units of another mode than the rest of their plant."""
STORAGE = {"3KAL": "hydro"}
GENERATOR, BATTERY = re.compile(r"(G|GS|U)\d+|[A-Z]"), re.compile(r"BAT\d*")
"""What units are called; loads are L01 or T1L1, a station's own use SS, S01 or AUX."""


@source(resolution_min=PERIOD_MIN, window_h=PAST_H, delay_h=1.5, history=KEPT)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    answers = ask(session, PRODUCTION, target_datetime, PAST_H if target_datetime else LIVE_H)
    return parse_production([text for answer in answers for text in tables(answer)], zone_key)


@source(resolution_min=PERIOD_MIN, window_h=HVDC_PAST_H, delay_h=0.5, history=KEPT)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    answers = ask(session, HVDC, target_datetime, HVDC_PAST_H if target_datetime else HVDC_LIVE_H)
    return parse_exchange([http.body_text(answer) for answer in answers], sorted_key(zone_key1, zone_key2))


def ask(session, series, target_datetime, hours):
    """The files of some hours up to the asked moment, with the one that holds it, or up to the newest file's end."""
    post_id, page, length_h = series
    form = {"action": "display_filtered_market_data_files", "post_id": post_id, "page": "1", "sort": ""}
    listed = labels(http.body_json(http.post(session, f"{URL}/wp-admin/admin-ajax.php", data=form)))
    (oldest, _), (last, _) = listed[0], listed[-1]
    first = times.shift(last, hours=-hours)
    if target_datetime:
        moment = times.at(target_datetime, TIMEZONE)
        first, last = times.shift(moment, hours=-hours), times.shift(moment, hours=length_h)
    if last < oldest:
        raise errors.NoHistory(f"IEMOP's list of files begins on {oldest:%Y-%m-%d}.")
    names = [name for end, name in listed if first < end <= last]
    answers = [answer for name in names if (answer := file(session, page, name)) is not None]
    if not answers:
        raise errors.NoData(f"IEMOP has no file of the {hours} hours up to {last:%Y-%m-%d %H:%M}.")
    return answers


def labels(answer):
    """(end, id) of the files of a list, oldest first."""
    files = require(answer.get("data") if isinstance(answer, dict) else None, "list of files") or {}
    if not isinstance(files, dict):
        raise errors.SourceChanged(f"IEMOP's list of files is {str(files)[:60]!r}.")
    found = each(files.items(), lambda one: (times.read(one[1]["date"], TIMEZONE, "DD MMMM YYYY HH:mm"), one[0]))
    if not found:
        raise errors.NoData("IEMOP lists no files.")
    return sorted(found)


def file(session, page, name):
    """One file's answer; None with a warning for one that is listed and not there."""
    try:
        return http.get(session, f"{URL}/market-data/{page}/", params={"md_file": name})
    except errors.NoData as err:
        log.warning("a file is listed and not there: %s", err)
        return None


def tables(answer):
    """The CSV texts of an archive."""
    return [content.decode("utf-8-sig", "replace") for _, content in sorted(http.body_zip_files(answer).items())]


def parse_production(texts, zone_key):
    """One mix per interval; of a unit that is told twice for one, the first counts."""
    scheduled = defaultdict(dict)
    for text in texts:
        for row in csv_rows(text, "TIME_INTERVAL", "REGION_NAME", "RESOURCE_NAME", "SCHED_MW"):
            if row["REGION_NAME"] == REGIONS[zone_key]:
                scheduled[row["TIME_INTERVAL"]].setdefault(row["RESOURCE_NAME"].lstrip("0"), number(row["SCHED_MW"]))
    mixes = each(scheduled.items(), lambda one: (start_of(one[0]), *mix(one[1])))
    if not mixes:
        raise errors.NoData(f"IEMOP's files have no unit of {zone_key}.")
    for name in sorted({name for *_, new in mixes for name in new}):
        log.warning("unknown unit %r; counted as unknown", name)
    modes = {mode for _, made, _, _ in mixes for mode in made}
    return [
        production(
            zone_key, start=start, end=times.shift(start, minutes=PERIOD_MIN), source=SOURCE,
            modes={mode: made.get(mode, [0]) for mode in sorted(modes)}, storage=stored)
        for start, made, stored, _ in sorted(mixes, key=itemgetter(0))]


def mix(units):
    """What the units of a zone are scheduled to make by mode and to store, and the names of those nobody knows."""
    made, stored, new = defaultdict(list), defaultdict(list), []
    for name, power_mw in units.items():
        plant, _, unit = name.rpartition("_")
        is_generator = GENERATOR.fullmatch(unit) is not None
        is_load = power_mw is not None and power_mw < 0
        if BATTERY.fullmatch(unit):
            stored["battery"].append(charging(power_mw))
        elif is_generator and plant in STORAGE:
            stored[STORAGE[plant]].append(charging(power_mw))
        elif is_generator and plant in MODES and not is_load:
            made[UNITS.get(name, MODES[plant])].append(power_mw)
        elif power_mw and not is_load:
            made["unknown"].append(power_mw)
            new.append(name)
    return made, stored, new


def charging(power_mw):
    return None if power_mw is None else -power_mw


def parse_exchange(texts, key):
    """One flow per run of the market; of one that is told twice, the first counts."""
    name, from_key, to_key = BORDERS[key]
    sent = {}
    for text in texts:
        for row in csv_rows(text, "RUN_TIME", "HVDC_NAME", "FLOW_FROM"):
            if row["HVDC_NAME"].strip() == name and (flow_mw := number(row["FLOW_FROM"])) is not None:
                sent.setdefault(row["RUN_TIME"], flow_mw)
    flows = sorted(each(sent.items(), lambda one: (start_of(one[0]), one[1])))
    if not flows:
        raise errors.NoData(f"IEMOP's files have no flow of {name}.")
    return [
        exchange(
            from_key, to_key, start=start, end=times.shift(start, minutes=PERIOD_MIN), source=SOURCE, flow_mw=flow_mw)
        for start, flow_mw in flows]


def start_of(stamp):
    """The start of an interval whose end is written so."""
    return times.shift(times.read(stamp, TIMEZONE, STAMPS), minutes=-PERIOD_MIN)
