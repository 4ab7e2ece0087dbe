"""ENTSO-E Transparency Platform, the European operators' association: prices of zones inside another's bidding zone.

Docs     https://transparencyplatform.zendesk.com, https://documenter.getpostman.com/view/7009892/2s93JtP3F6
Serves   day-ahead prices of AX, which is in the bidding zone SE3 of Sweden, and of LU, in that of Germany (DE-LU)
Time     60 min until 2025-09-30, then 15, stamped at the start, UTC
Unit     prices per MWh in the stated currency (EUR)
Sign     prices may be negative
History  from 2015, a year per call at most
Token    ENTSOE_TOKEN, free: register at transparency.entsoe.eu, then ask its helpdesk for "Restful API access"
Licence  ENTSO-E's General Terms; only what its list of data for free re-use names is CC BY 4.0

Which bidding zone sets whose price is in core/platforms/entsoe_areas.py, as for the zones of ENTSOE.py.
DE-LU has a second auction, EXAA's, in the same answer: it is left out.
Differs from the other project: it takes the prices of both auctions for LU.
"""

from core import source, times
from core.platforms import entsoe

SOURCE = entsoe.SOURCE
TIMEZONE = "UTC"


@source(
    resolution_min=None, window_h=72, ahead_h=24, delay_h=0, history="2015-01-01", refetch_h=72, tokens=(entsoe.TOKEN,),
    rate_per_min=400)
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    span = times.window(target_datetime, hours=72, ahead_hours=24, timezone=TIMEZONE)
    return parse_price(zone_key, entsoe.ask_price(session, zone_key, span))


def parse_price(zone_key, content):
    """The prices of the bidding zone that was asked for, as those of the zone within it."""
    return entsoe.prices(zone_key, content)
