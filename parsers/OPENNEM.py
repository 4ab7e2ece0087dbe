"""Open Electricity (formerly OpenNEM, The Superpower Institute): the Australian markets NEM and WEM, from AEMO's data.

Docs     https://docs.openelectricity.org.au (API reference, guides to fueltechs and batteries)
Serves   production, consumption and price AU-NSW, AU-QLD, AU-SA, AU-TAS, AU-VIC, AU-WA;
         exchange AU-NSW->AU-QLD, AU-NSW->AU-VIC, AU-SA->AU-VIC, AU-TAS->AU-VIC
Time     5 min, passed on as stamped (whether that is the start or the end is not documented; AEMO stamps the end);
         requests are on the network's clock: NEM Etc/GMT-10, WEM Etc/GMT-8, no summer time
Unit     MW; price AUD/MWh
Sign     battery_charging, battery_discharging, pumps: source is >= 0; net battery: source + is discharging;
         flows: exports and imports of a region, both >= 0
History  API: years, 7 days asked per call (8 allowed); exchange: public files of the last 7 or 30 days
Token    OPENELECTRICITY_TOKEN (free, https://platform.openelectricity.org.au); none for exchange
Licence  CC BY-NC 4.0, attribution "Open Electricity" (community plan)

Rooftop solar is the source's estimate and reaches further than the plants' values: a point with nothing but solar is
dropped. NSW borders only QLD and VIC, so its flow to VIC is its own balance and Queensland's together; the new line
from SA to NSW (EnergyConnect) would break this, and the API's flow metrics would then be the way.
Differs  from the other project: the net series `battery` is used alone where it has a value (that one adds it to the
split series, twice the power in AU-WA); requests are on the network's clock, not Sydney's with its summer time.
"""

from collections import defaultdict

from core import by_label, consumption, errors, exchange, http, price, production, require, source, times, values
from core.kinds import sorted_key
from core.platforms import openelectricity
from core.platforms.openelectricity import CHARGING, DISCHARGING, MODES, NETWORKS, SOURCE, TOKEN

URL = "https://data.openelectricity.org.au/v4/stats/au/NEM"
TIMEZONE = "Etc/GMT-10"
CURRENCY = "AUD"
DAYS = 7
SPLIT = ("battery_charging", "battery_discharging")
BORDERS = {
    "AU-NSW->AU-QLD": {"QLD1": -1},
    "AU-NSW->AU-VIC": {"NSW1": 1, "QLD1": 1},
    "AU-SA->AU-VIC": {"SA1": 1},
    "AU-TAS->AU-VIC": {"TAS1": 1},
}
"""The regions whose exports less imports add up to the flow, and with which sign."""


@source(resolution_min=5, window_h=168, delay_h=0.3, history="any", tokens=(TOKEN,))
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    answer = ask(session, "data", "power", zone_key, target_datetime, secondary_grouping="fueltech")
    return until_now(parse_production(answer, zone_key))


@source(resolution_min=5, window_h=168, delay_h=0.3, history="any", tokens=(TOKEN,))
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return until_now(parse_consumption(ask(session, "market", "demand", zone_key, target_datetime), zone_key))


@source(resolution_min=5, window_h=168, delay_h=0.3, history="any", tokens=(TOKEN,))
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    return until_now(parse_price(ask(session, "market", "price", zone_key, target_datetime), zone_key))


@source(resolution_min=5, window_h=24, delay_h=0.3, history="30 days")
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    has_day = not times.is_past(target_datetime, hours=24 * (DAYS - 1), timezone=TIMEZONE)  # the day up to the target
    span = "7d" if has_day else "30d"
    files = [http.get(session, f"{URL}/{region}/power/{span}.json") for region in BORDERS[key]]
    flows = until_now(parse_exchange([http.body_json(file) for file in files], key))
    if target_datetime is not None and times.at(target_datetime, TIMEZONE) < flows[0]["datetime"]:
        raise errors.NoHistory(f"Open Electricity's public files reach back to {flows[0]['datetime']} only.")
    return flows


def ask(session, subject, metric, zone_key, target, **grouping):
    """One metric of a zone: the days up to the target, or the newest values."""
    network = NETWORKS[zone_key]
    period = openelectricity.period(target, DAYS, network.timezone)
    params = {"metrics": metric, **period, "network_region": network.region, **grouping}
    return openelectricity.ask(session, f"/{subject}/network/{network.code}", params)


def until_now(events):
    """What the source says of the past; its files run ahead of the clock with estimates."""
    found = [event for event in events if event["datetime"] <= times.now()]
    if not found:
        raise errors.NoData("Open Electricity has no values for that time.")
    return found


def parse_production(answer, zone_key):
    """The mix of every point at which anything but solar has a value."""
    points = defaultdict(list)
    for code, pairs in openelectricity.series(answer, "power"):
        label = openelectricity.fueltech(require(code, "fueltech"))
        for stamp, power_mw in pairs:
            points[stamp].append((label, power_mw))
    for stamp, row in points.items():
        if any(power_mw is not None and MODES.get(label, "solar") != "solar" for label, power_mw in row):
            row = without_double(row)
            yield production(
                zone_key, start=times.read(stamp), source=SOURCE, modes=by_label(row, MODES), negative="zero",
                storage=values.merge(by_label(row, CHARGING), by_label(row, DISCHARGING, sign=-1)))


def without_double(row):
    """A point without the split battery series where the net one, which repeats them, has a value."""
    is_net = any(label == "battery" and power_mw is not None for label, power_mw in row)
    return [(label, power_mw) for label, power_mw in row if not (is_net and label in SPLIT)]


def parse_consumption(answer, zone_key):
    """The demand of a market answer, 5 min."""
    for start, load_mw in points_of(answer, "demand"):
        yield consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw)


def parse_price(answer, zone_key):
    """The spot price of a market answer, 5 min."""
    for start, price_mwh in points_of(answer, "price"):
        yield price(zone_key, start=start, source=SOURCE, price_mwh=price_mwh, currency=CURRENCY)


def points_of(answer, metric):
    """The start and value of every point of a market metric that has one."""
    for _, pairs in openelectricity.series(answer, metric):
        yield from ((times.read(stamp), value) for stamp, value in pairs if value is not None)


def parse_exchange(files, key):
    """Net flows by the exports and imports of each region that the border is made of; one file per region."""
    signs, histories = [], []
    for file, sign in zip(files, BORDERS[key].values(), strict=True):
        signs += [sign, -sign]
        histories += [history(file, "exports"), history(file, "imports")]
    if len({(one["start"], one["last"], one["interval"], len(one["data"])) for one in histories}) > 1:
        raise errors.SourceDown(f"The series of {key} do not cover the same time: a file was just being renewed.")
    start = times.read(histories[0]["start"])
    for i, found in enumerate(zip(*(one["data"] for one in histories), strict=True)):
        if None not in found:
            yield exchange(
                *key.split("->"), start=times.shift(start, minutes=5 * i), source=SOURCE,
                flow_mw=sum(sign * power_mw for sign, power_mw in zip(signs, found, strict=True)))


def history(file, direction):
    """A region's 5-minute series of one direction in a stats file."""
    ending = f".fuel_tech.{direction}.power"
    found = [one["history"] for one in values.field(file, "data") if one["id"].endswith(ending)]
    if not found or found[0]["interval"] != "5m":
        raise errors.SourceChanged(f"The file has no 5-minute series that ends in {ending}.")
    return found[0]
