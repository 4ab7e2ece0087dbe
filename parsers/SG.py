"""EMC, Singapore's market operator: its page's ticker as JSON; EMA, its regulator: a picture of solar output; no key.

Docs     https://www.nems.emcsg.com/Guide-To-Prices (terms of the ticker); https://www.ema.gov.sg (solar irradiance map)
Serves   production, price SG
Time     30 min, numbered from 1 in a local day, stamped at the start, Asia/Singapore; solar: printed when taken
Unit     MW, and per cent of generation; prices SGD/MWh, the uniform energy price USEP
Sign     none: output and price only
History  none, the present half hour only
Licence  none stated

Generation is demand and losses together; the ticker gives each kind of turbine's share of it. Steam turbines burn
waste, oil, coal and wood in one number, unknown. The sun is not in it: EMA prints an estimate, in MW of alternating
current, into a picture, which is read if the extra `ocr` and the program tesseract are there; without them, or if the
picture is older than an hour, solar is missing. EMC sends its chain of certificates incomplete; they stay checked: an
operator gives requests the chain by the variable REQUESTS_CA_BUNDLE.
"""

import re

from core import by_label, errors, http, number, price, production, require, source, times
from core.platforms import pictures
from core.values import each, field, log

SOURCE = "emcsg.com"
SOURCE_WITH_SUN = "emcsg.com,ema.gov.sg"
URL = "https://www.emcsg.com/ChartServer/blue/ticker"
SOLAR_URL = "https://www.ema.gov.sg//content/dam/corporate/solar-irradiance-map/plot.png"
TIMEZONE = "Asia/Singapore"
CURRENCY = "SGD"
PERIOD_MIN = 30
PERIODS = range(1, 49)
ENERGY, SHARES = "Energy", "Generator Type Share"
MODES = {
    "CCGT/COGEN/TRIGEN": "gas",
    "GT": "gas",
    "ST": "unknown",
}
OUTPUT_BOX, STAMP_BOX = (0.55, 0.70, 0.87, 0.75), (0.64, 0.80, 0.87, 0.86)
OUTPUT = re.compile(r":\s*([\dO.,]+)\s*MW", re.IGNORECASE)
STAMP = re.compile(r"(\d{4}-\d\d-\d\d)\s*(\d\d:\d\d)")
SUN_MAX_AGE_H = 1


@source(resolution_min=PERIOD_MIN, window_h=0.5, delay_h=0.5)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    answer = ticker(session, target_datetime)
    return [parse_production(answer, zone_key, sun(session))]


@source(resolution_min=PERIOD_MIN, window_h=0.5, delay_h=0.5)
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    return [parse_price(ticker(session, target_datetime), zone_key)]


def ticker(session, target_datetime):
    """The decoded ticker of the present."""
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("EMC's ticker shows the present half hour only.")
    return http.body_json(http.get(session, URL))


def sun(session):
    """MW of the sun; None where they cannot be known, which must not cost the rest."""
    try:
        pictures.require_reader()
        return parse_sun(http.get(session, SOLAR_URL, headers=http.AS_BROWSER).content)
    except (errors.MissingExtra, errors.NoData) as err:
        log.info("solar is left out: %s", err)
    except errors.SourceError as err:
        log.warning("solar is left out: %s", err)
    return None


def parse_sun(picture):
    """MW that the picture says; NoData if it is old."""
    said = require(STAMP.search(pictures.line(picture, STAMP_BOX)), "stamp in its picture")
    taken = times.read(f"{said[1]} {said[2]}", TIMEZONE, "YYYY-MM-DD HH:mm")
    if times.is_past(taken, hours=SUN_MAX_AGE_H):
        raise errors.NoData(f"EMA's picture is of {taken:%Y-%m-%d %H:%M} UTC.")
    output = require(OUTPUT.search(pictures.line(picture, OUTPUT_BOX)), "output in its picture")
    return number(output[1].upper().replace("O", "0"))  # a lone nought is easily read as a letter


def parse_production(answer, zone_key, sun_mw=None):
    """The mix of the ticker's half hour, with the sun where it is known."""
    energy, shares = section(answer, ENERGY), section(answer, SHARES)
    made = [plain(field(energy, label)) for label in ("Demand", "System Loss")]
    percents = {label: plain(value) for label, value in shares.items()}
    if None in made or not any(percent is not None for percent in percents.values()):
        raise errors.NoData("EMC's ticker has no demand, or no shares.")
    powers = {label: None if percent is None else sum(made) * percent / 100 for label, percent in percents.items()}
    modes = {**by_label(powers, MODES, known=()), "solar": sun_mw}
    return production(
        zone_key, start=start_of(answer), source=SOURCE if sun_mw is None else SOURCE_WITH_SUN, modes=modes)


def parse_price(answer, zone_key):
    price_mwh = plain(field(section(answer, ENERGY), "USEP"))
    if price_mwh is None:
        raise errors.NoData("EMC's ticker has no price.")
    return price(zone_key, start=start_of(answer), source=SOURCE, price_mwh=price_mwh, currency=CURRENCY)


def section(answer, name):
    """The values of a section by label."""
    if not isinstance(answer, dict):
        raise errors.SourceChanged(f"EMC sent no ticker but {str(answer)[:60]!r}.")
    sections = dict(each(field(answer, "Sections") or [], lambda one: (one["Name"], one.get("SectionData"))))
    return dict(each(require(sections.get(name), f"section {name}"), lambda one: (one["Label"], one.get("Value"))))


def plain(value):
    """The number within `5,156MW`, `97.92%` or `-$70.57/MWh`."""
    return number(re.sub(r"[^-\d.,]", "", str(value)))


def start_of(answer):
    """The start of the ticker's half hour."""
    period = number(answer.get("Period"))
    if period not in PERIODS:
        raise errors.SourceChanged(f"EMC's ticker is of the half hour {answer.get('Period')!r}.")
    day = times.read_day(require(answer.get("Date"), "Date"), "D MMM YYYY")
    return times.period(day, int(period), PERIOD_MIN, TIMEZONE)
