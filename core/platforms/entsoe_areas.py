"""ENTSO-E's areas: the EIC code to ask for a zone, a price or a border.

A zone or border that is not named in the exceptions is asked by its own code in DOMAINS. Keys of DOMAINS that are no
zone of ours (DE-LU, IT, IT-CA, UA-IPS, …) are there for the exceptions alone. Published rarely or not at all today: RU,
RU-KGD, BY, AM, AZ, and GB since June 2021.
"""

from core.errors import ConfigError
from core.kinds import sorted_key, split_key

Pair = tuple[str, str]

DOMAINS = {
    "AL": "10YAL-KESH-----5",
    "AM": "10Y1001A1001B004",
    "AT": "10YAT-APG------L",
    "AZ": "10Y1001A1001B05V",
    "BA": "10YBA-JPCC-----D",
    "BE": "10YBE----------2",
    "BG": "10YCA-BULGARIA-R",
    "BY": "10Y1001A1001A51S",
    "CH": "10YCH-SWISSGRIDZ",
    "CY": "10YCY-1001A0003J",
    "CZ": "10YCZ-CEPS-----N",
    "DE": "10Y1001A1001A83F",  # country
    "DE-LU": "10Y1001A1001A82H",  # bidding zone
    "DK": "10Y1001A1001A65H",  # country
    "DK-DK1": "10YDK-1--------W",
    "DK-DK2": "10YDK-2--------M",
    "EE": "10Y1001A1001A39I",
    "ES": "10YES-REE------0",
    "FI": "10YFI-1--------U",
    "FR": "10YFR-RTE------C",
    "GB": "10YGB----------A",
    "GB-NIR": "10Y1001A1001A016",
    "GE": "10Y1001A1001B012",
    "GR": "10YGR-HTSO-----Y",
    "HR": "10YHR-HEP------M",
    "HU": "10YHU-MAVIR----U",
    "IE": "10YIE-1001A00010",
    "IE-SEM": "10Y1001A1001A59C",  # single market of both Irelands
    "IS": "10Y1001A1001A958",
    "IT": "10YIT-GRTN-----B",  # country
    "IT-CA": "10Y1001C--00096J",  # Calabria
    "IT-CNO": "10Y1001A1001A70O",
    "IT-CSO": "10Y1001A1001A71M",
    "IT-NO": "10Y1001A1001A73I",
    "IT-SACOAC": "10Y1001A1001A885",  # AC cable to Corsica
    "IT-SACODC": "10Y1001A1001A893",  # DC cable to Corsica and the mainland
    "IT-SAR": "10Y1001A1001A74G",
    "IT-SIC": "10Y1001A1001A75E",
    "IT-SO": "10Y1001A1001A788",
    "LT": "10YLT-1001A0008Q",
    "LU": "10YLU-CEGEDEL-NQ",
    "LV": "10YLV-1001A00074",
    "MD": "10Y1001A1001A990",
    "ME": "10YCS-CG-TSO---S",
    "MK": "10YMK-MEPSO----8",
    "MT": "10Y1001A1001A93C",
    "NL": "10YNL----------L",
    "NO": "10YNO-0--------C",  # country
    "NO-NO1": "10YNO-1--------2",
    "NO-NO2": "10YNO-2--------T",
    "NO-NO3": "10YNO-3--------J",
    "NO-NO4": "10YNO-4--------9",
    "NO-NO5": "10Y1001A1001A48H",
    "PL": "10YPL-AREA-----S",
    "PT": "10YPT-REN------W",
    "RO": "10YRO-TEL------P",
    "RS": "10YCS-SERBIATSOV",
    "RU": "10Y1001A1001A49F",
    "RU-KGD": "10Y1001A1001A50U",
    "SE": "10YSE-1--------K",  # country
    "SE-SE1": "10Y1001A1001A44P",
    "SE-SE2": "10Y1001A1001A45N",
    "SE-SE3": "10Y1001A1001A46L",
    "SE-SE4": "10Y1001A1001A47J",
    "SI": "10YSI-ELES-----O",
    "SK": "10YSK-SEPS-----K",
    "TR": "10YTR-TEIAS----W",
    "UA": "10YUA-WEPS-----0",  # former Burshtyn island; the country's own 10Y1001C--00003F is the other candidate
    "UA-IPS": "10Y1001C--000182",  # integrated system
    "XK": "10Y1001C--00100H",  # Kosovo
}

AGGREGATES = {"IT-SO": ("IT-CA", "IT-SO")}
"""Zones of ours that ENTSO-E has in parts: production, load and forecasts are the sum; the price is IT-SO's own."""

PRICE_AREAS = {"AX": "SE-SE3", "DE": "DE-LU", "GB-NIR": "IE-SEM", "IE": "IE-SEM", "LU": "DE-LU", "UA": "UA-IPS"}
"""Bidding zones that set the price of several zones, or under another code."""

BORDERS: dict[str, tuple[Pair, ...]] = {
    "AT->IT-NO": (("AT", "IT"),),
    "BY->UA": (("BY", "UA-IPS"),),
    "CH->DE": (("CH", "DE-LU"),),
    "DE->DK-DK1": (("DE-LU", "DK-DK1"),),
    "DE->DK-DK2": (("DE-LU", "DK-DK2"),),
    "DE->NL": (("DE-LU", "NL"),),
    "DE->NO-NO2": (("DE-LU", "NO-NO2"),),
    "DE->SE-SE4": (("DE", "SE"),),
    "EE->RU-1": (("EE", "RU"),),
    "FI->RU-1": (("FI", "RU"),),
    "FR-COR->IT-CNO": (("IT-SACODC", "IT-CNO"),),
    "FR-COR->IT-SAR": (("IT-SACOAC", "IT-SAR"), ("IT-SACODC", "IT-SAR")),
    "GE->RU-1": (("GE", "RU"),),
    "HU->UA": (("HU", "UA-IPS"),),
    "IT-CSO->ME": (("IT", "ME"),),
    "IT-SIC->IT-SO": (("IT-SIC", "IT-CA"),),
    "LV->RU-1": (("LV", "RU"),),
    "MD->UA": (("MD", "UA-IPS"),),
    "PL->UA": (("PL", "UA-IPS"),),
    "RO->UA": (("RO", "UA-IPS"),),
    "RU-1->UA": (("RU", "UA-IPS"),),
    "SK->UA": (("SK", "UA-IPS"),),
}
"""The pairs whose flows add up to an exchange, in the order of its key."""


def domain(area: str) -> str:
    """The EIC code of an area; ConfigError if ENTSO-E has none."""
    code = DOMAINS.get(area)
    if code is None:
        raise ConfigError(f"core/platforms/entsoe_areas.py has no EIC code for {area}.")
    return code


def zone_domains(zone_key: str) -> list[str]:
    """The codes whose figures add up to a zone's."""
    return [domain(area) for area in AGGREGATES.get(zone_key, (zone_key,))]


def price_domain(zone_key: str) -> str:
    """The code of the bidding zone that sets a zone's price."""
    return domain(PRICE_AREAS.get(zone_key, zone_key))


def border_domains(key: str) -> list[Pair]:
    """The pairs of codes (first zone, second zone) whose flows add up to an exchange's."""
    own = split_key(key)
    if own is None or sorted_key(*own) != key:
        raise ConfigError(f"{key!r} is not two zones in ascending order.")
    return [(domain(first), domain(second)) for first, second in BORDERS.get(key, (own,))]
