"""IEC, the Israel Electric Corporation: the state of supply on a page of its dashboard, public, no key.

Docs     https://www.iec.co.il/en/pages/default.aspx
Serves   consumption IL
Time     an instant without a stamp: it starts when it is received
Unit     MW
Sign     none: load only
History  none, the present only
Licence  none stated

The page shows some numbers side by side, of which the first is the present demand. It is guarded against robots: who
comes without cookies may get no more than these, and is answered when he comes again with them.
Foreign addresses are often refused: GRIDTRACE_PROXY_IL names a proxy.
The other project can read the total output from Noga, the system operator, and does not use it; neither does this one,
as a mix of one number that is all unknown says less than what is estimated without it.
"""

from core import consumption, errors, http, number, source, times

SOURCE = "iec.co.il"
URL = "https://www.iec.co.il/_layouts/iec/applicationpages/lackmanagment.aspx"
TIMEZONE = "Asia/Jerusalem"
VALUES = "span.statusVal"


@source(resolution_min=None, window_h=0.02, delay_h=0)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("IEC shows the present only.")
    page = http.get(session, URL).content
    if not values(page):
        page = http.get(session, URL, headers={"Referer": URL}).content  # with the cookies that the first answer set
    return [parse_consumption(page, zone_key, times.now())]


def parse_consumption(page, zone_key, received):
    """The first number of the page."""
    found = values(page)
    if not found:
        raise http.not_expected(page.decode(errors="replace"), "HTML with the state of supply", SOURCE)
    load_mw = number(found[0])
    if load_mw is None:
        raise errors.NoData("IEC's page shows no demand.")
    return consumption(zone_key, start=received, source=SOURCE, load_mw=load_mw)


def values(page):
    """The numbers of the page as they are written."""
    return [element.get_text().strip() for element in http.body_html(page).select(VALUES)]
