"""Kuwait's Ministry of Electricity, Water and Renewable Energy: the gauge on its home page, public, no key.

Docs     https://www.mew.gov.kw/en/ (the page itself)
Serves   consumption KW
Time     an instant without a stamp: it starts when it is received
Unit     MW
Sign     none: load only
History  none, the present only
Licence  none stated

The number is in the script that draws the gauge: `var obj= {"maxValue":…,"currentValue":…,…};`. Its ends and colours
are no data. The server cannot renegotiate safely, which is let pass; its certificate is checked.
"""

import re

from core import consumption, errors, http, number, source, times, tls
from core.values import json_in

SOURCE = "mew.gov.kw"
URL = "https://www.mew.gov.kw/en"
TIMEZONE = "Asia/Kuwait"
LOAD = re.compile(r"\bcurrentValue[\"']?\s*:")


@source(resolution_min=None, window_h=0.02, delay_h=0)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("Kuwait's ministry shows the present only.")
    with tls.legacy():
        page = http.get(session, URL).text
    return [parse_consumption(page, zone_key, times.now())]


def parse_consumption(page, zone_key, received):
    """The load that the gauge points at."""
    found = LOAD.search(page)
    if found is None:
        raise http.not_expected(page, "HTML with a gauge", SOURCE)
    load_mw = number(json_in(page[found.end() :]))
    if load_mw is None:
        raise errors.NoData("The gauge of Kuwait's ministry points at nothing.")
    return consumption(zone_key, start=received, source=SOURCE, load_mw=load_mw)
