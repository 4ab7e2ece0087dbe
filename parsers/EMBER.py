"""Ember, the energy think tank: what is installed by country and year, free key.

Docs     https://ember-energy.org/data/api/
Serves   productionCapacity of 153 zones, most of them countries without an operator that publishes more
Time     years, dated 1 January, UTC
Unit     GW, read as MW
Sign     none: capacities only
History  2017
Token    EMBER_CAPACITY_KEY, free: https://ember-energy.org/data/api/
Licence  CC BY 4.0, attribution "Ember, Yearly electricity data"

The figures of a year appear in the summer of the next; some countries' sun and wind come first. Countries are asked for
by name; where two spellings are in use, the second is asked for if there is nothing under the first. "Other fossil" is
mostly oil, "Other renewables" geothermal in some countries: so where that is known, else `unknown`. Aggregates (Clean,
Fossil, Wind and solar, …) repeat the others.
"""

from core import by_label, errors, http, installed, number, require, source, times, token
from core.values import each, field

SOURCE = "Ember, Yearly electricity data"
URL = "https://api.ember-energy.org/data-tools/electricity-capacity/yearly"
TOKEN = "EMBER_CAPACITY_KEY"
TIMEZONE = "UTC"
FIRST_YEAR = 2017
PER_MINUTE = 60
MW_PER_GW = 1000
COUNTRIES = {
    "AE": "United Arab Emirates", "AF": "Afghanistan", "AG": "Antigua and Barbuda", "AM": "Armenia", "AO": "Angola",
    "AR": "Argentina", "AW": "Aruba", "AZ": "Azerbaijan", "BB": "Barbados", "BD": "Bangladesh", "BF": "Burkina Faso",
    "BH": "Bahrain", "BI": "Burundi", "BJ": "Benin", "BM": "Bermuda", "BN": "Brunei Darussalam", "BO": "Bolivia",
    "BS": "Bahamas", "BT": "Bhutan", "BW": "Botswana", "BY": "Belarus", "BZ": "Belize", "CA": "Canada",
    "CD": "Democratic Republic of the Congo", "CF": "Central African Republic", "CG": "Congo", "CH": "Switzerland",
    "CI": "Côte d'Ivoire", "CM": "Cameroon", "CN": "China", "CO": "Colombia", "CR": "Costa Rica", "CU": "Cuba",
    "CV": "Cabo Verde", "CY": "Cyprus", "DJ": "Djibouti", "DM": "Dominica", "DO": "Dominican Republic",
    "DZ": "Algeria", "EC": "Ecuador", "EG": "Egypt", "ER": "Eritrea", "ET": "Ethiopia", "FJ": "Fiji",
    "FK": "Falkland Islands [Malvinas]", "FM": "Micronesia", "GA": "Gabon", "GE": "Georgia", "GF": "French Guiana",
    "GH": "Ghana", "GL": "Greenland", "GM": "Gambia", "GN": "Guinea", "GQ": "Equatorial Guinea", "GT": "Guatemala",
    "GU": "Guam", "GW": "Guinea-Bissau", "GY": "Guyana", "HN": "Honduras", "HT": "Haiti", "IE": "Ireland",
    "IL": "Israel", "IQ": "Iraq", "IR": "Iran", "IS": "Iceland", "JM": "Jamaica", "JO": "Jordan", "KE": "Kenya",
    "KG": "Kyrgyzstan", "KH": "Cambodia", "KM": "Comoros", "KP": "North Korea", "KR": "South Korea", "KW": "Kuwait",
    "KY": "Cayman Islands", "KZ": "Kazakhstan", "LA": "Lao", "LB": "Lebanon", "LC": "Saint Lucia", "LK": "Sri Lanka",
    "LR": "Liberia", "LS": "Lesotho", "LY": "Libya", "MA": "Morocco", "MD": "Moldova", "MG": "Madagascar",
    "ML": "Mali", "MM": "Myanmar", "MN": "Mongolia", "MO": "Macao (SAR of China)", "MR": "Mauritania", "MT": "Malta",
    "MU": "Mauritius", "MV": "Maldives", "MW": "Malawi", "MX": "Mexico", "MZ": "Mozambique", "NC": "New Caledonia",
    "NE": "Niger", "NG": "Nigeria", "NI": "Nicaragua", "NZ": "New Zealand", "PA": "Panama", "PE": "Peru",
    "PF": "French Polynesia", "PG": "Papua New Guinea", "PK": "Pakistan", "PM": "Saint Pierre and Miquelon",
    "PR": "Puerto Rico", "PS": "Palestine (State of)", "PY": "Paraguay", "QA": "Qatar", "RU": "Russia",
    "RW": "Rwanda", "SA": "Saudi Arabia", "SB": "Solomon Islands", "SC": "Seychelles", "SD": "Sudan",
    "SG": "Singapore", "SL": "Sierra Leone", "SN": "Senegal", "SO": "Somalia", "SR": "Suriname", "SS": "South Sudan",
    "ST": "Sao Tome and Principe", "SV": "El Salvador", "SY": "Syria", "SZ": "Eswatini", "TD": "Chad", "TG": "Togo",
    "TH": "Thailand", "TJ": "Tajikistan", "TL": "Timor-Leste", "TM": "Turkmenistan", "TN": "Tunisia", "TO": "Tonga",
    "TR": "Türkiye", "TT": "Trinidad and Tobago", "TW": "Taiwan (China)", "TZ": "Tanzania (the United Republic of)",
    "UG": "Uganda", "US": "United States", "UY": "Uruguay", "VC": "Saint Vincent and the Grenadines",
    "VE": "Venezuela", "VI": "Virgin Islands (U.S.)", "VN": "Viet Nam", "VU": "Vanuatu", "WS": "Samoa", "YE": "Yemen",
    "ZA": "South Africa", "ZM": "Zambia", "ZW": "Zimbabwe",
}
OTHER_NAMES = {
    "BN": "Brunei",
    "BO": "Bolivia (Plurinational State of)",
    "BS": "Bahamas (the)",
    "CD": "Congo (the Democratic Republic of the)",
    "CG": "Congo (the)",
    "CI": "Cote d'Ivoire",
    "FM": "Micronesia (Federated States of)",
    "GM": "Gambia (the)",
    "IR": "Iran (Islamic Republic of)",
    "MD": "Moldova (the Republic of)",
    "ST": "São Tomé and Príncipe",
    "US": "United States of America",
    "VE": "Venezuela (Bolivarian Republic of)",
    "VN": "Vietnam",
}
MODES = {
    "Bioenergy": "biomass",
    "Coal": "coal",
    "Gas": "gas",
    "Hydro": "hydro",
    "Nuclear": "nuclear",
    "Oil": "oil",
    "Other fossil": "unknown",
    "Other renewables": "unknown",
    "Solar": "solar",
    "Wind": "wind",
}
OTHER_MODES = {
    **{zone: {"Other fossil": "oil"} for zone in ("BD", "BO", "CO", "CY", "IE", "KR", "KW", "TW", "ZA")},
    **{zone: {"Other fossil": "coal"} for zone in ("MN", "SG")},
    **{zone: {"Other fossil": "oil", "Other renewables": "geothermal"} for zone in ("CR", "NI", "TR")},
    **{zone: {"Other renewables": "geothermal"} for zone in ("NZ", "SV")},
}


@source(resolution_min=None, window_h=8784, delay_h=24 * 240, history="2017-01-01", tokens=(TOKEN,),
        rate_per_min=PER_MINUTE)
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    asked = times.day(target_datetime, TIMEZONE).year if target_datetime else None
    if asked is not None and asked < FIRST_YEAR:
        raise errors.NoHistory(f"Ember's capacities are read from {FIRST_YEAR} on.")
    for name in [COUNTRIES[zone_key], *filter(None, [OTHER_NAMES.get(zone_key)])]:
        if rows := ask(session, name):
            return parse_production_capacity(rows, zone_key, asked)
    raise errors.NoData(f"Ember has nothing of {COUNTRIES[zone_key]}.")


def ask(session, name):
    """The rows of all years of a country; none if there is none of that name."""
    reply = http.get(session, URL, params={"entity": name, "api_key": token(TOKEN)}, allowed=(400, 404))
    answer = http.body_json(reply) if reply.ok else {"data": []}
    return require(answer.get("data") if isinstance(answer, dict) else None, "data")


def parse_production_capacity(rows, zone_key, asked=None):
    """MW per mode in a year, the newest if none is asked for."""
    given = [one for one in each(rows, read) if one is not None]
    year = asked or max((year for year, _, _ in given), default=None)
    modes = by_label(
        [(series, capacity_mw) for at, series, capacity_mw in given if at == year],
        {**MODES, **OTHER_MODES.get(zone_key, {})}, known=())
    if not modes:
        raise errors.NoData(f"Ember has nothing of {COUNTRIES[zone_key]}{f' in {asked}' if asked else ''}.")
    return installed(times.read_day(f"{year}-01-01"), modes, source=SOURCE)


def read(row):
    """(year, series, MW) of a row; None if it is an aggregate or has no number."""
    capacity_gw = number(field(row, "capacity_gw"))
    if field(row, "is_aggregate_series") or capacity_gw is None:
        return None
    year = int(require(number(str(field(row, "date"))[:4]), "year"))
    return year, field(row, "series").strip().capitalize(), capacity_gw * MW_PER_GW
