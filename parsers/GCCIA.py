"""GCCIA, the interconnection authority of the Gulf states: the map of demand on its home page, public, no key.

Docs     https://www.gccia.com.sa/ (the page itself)
Serves   consumption AE, BH, OM, QA, SA; second choice for KW
Time     an instant without a stamp: it starts when it is received
Unit     MW
Sign     none: load only
History  none, the present only
Licence  none stated

One page has all states. A state whose load is not known shows ` - `.
The other project does not read Kuwait here; it is asked for where the ministry's own page does not answer.
"""

from core import consumption, errors, http, number, source, times

SOURCE = "gccia.com.sa"
URL = "https://www.gccia.com.sa/"
TIMEZONE = "Asia/Riyadh"
STATES = {"AE": "uae", "BH": "bah", "KW": "kuw", "OM": "omn", "QA": "qat", "SA": "ksa"}
LOAD = "-mw-val"
"""How the names (id or class) of the elements end that hold a load."""


@source(resolution_min=None, window_h=0.02, delay_h=0)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("GCCIA shows the present only.")
    return [parse_consumption(http.get(session, URL).content, zone_key, times.now())]


def parse_consumption(page, zone_key, received):
    """The load of one state."""
    ending = f"{STATES[zone_key]}{LOAD}"
    elements = [one for one in http.body_html(page).find_all(True) if any(name.endswith(ending) for name in names(one))]
    if not elements:
        raise http.not_expected(page.decode(errors="replace"), f"HTML with a load named {ending}", SOURCE)
    load_mw = number(elements[0].get_text().strip().upper().removesuffix("MW"))
    if load_mw is None:
        raise errors.NoData(f"GCCIA's page shows no load of {zone_key}.")
    return consumption(zone_key, start=received, source=SOURCE, load_mw=load_mw)


def names(element):
    return [element.get("id", ""), *element.get("class", [])]
