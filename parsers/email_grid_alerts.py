"""CAISO, SPP and ERCOT: grid alerts they send by e-mail, read from a mailbox of one's own at Mailgun; one is needed.

Docs     https://documentation.mailgun.com (Logs, Messages)
Serves   alerts US-CAL-CISO (Flex Alert), US-CENT-SWPP, US-TEX-ERCO
Time     when a message was sent, by its header
Unit     none: text
Sign     none: text
History  two days, 5 hours per call; Mailgun keeps messages for less than three
Token    MAILGUN_TOKEN, the key of an account at Mailgun's European region, and MAILGUN_DOMAIN, the domain that receives
Licence  the operators' terms for their lists

These operators tell their alerts by e-mail: subscribe an address of the domain at each of them and let Mailgun store
what comes in. A sender says whose zone it is. The text of a message is its subject; SPP's says more in its body, up to
the sentence before a chart of severities. Neither begin nor end of an alert is read.
"""

import re
from base64 import b64encode
from urllib.parse import quote

from core import errors, grid_alert, http, require, source, times, token
from core.values import each, field, log

SOURCE = "mailgun.com"
URL = "https://api.eu.mailgun.net"
TOKENS = ("MAILGUN_TOKEN", "MAILGUN_DOMAIN")
HOURS, KEPT_H, MOST = 5, 48, 100
SENDERS = {"US-CAL-CISO": "flexalert", "US-CENT-SWPP": "spp", "US-TEX-ERCO": "ercot"}
"""What the sender of a zone's alerts has in its name."""
WITH_BODY = ("US-CENT-SWPP",)
BODY_ENDS = "The following chart shows the relative severity of"
COMMENT = re.compile(r"\s*\([^)]*\)\s*$")


@source(resolution_min=None, window_h=HOURS, delay_h=0.1, history="2 days", tokens=TOKENS)
def fetch_grid_alerts_emails(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=KEPT_H):
        raise errors.NoHistory("Mailgun keeps messages for two days.")
    key, domain = (token(name) for name in TOKENS)
    headers = {"Authorization": f"Basic {b64encode(f'api:{key}'.encode()).decode()}"}
    span = times.window(times.floor(times.at(target_datetime), 1), hours=HOURS)
    logged = http.body_json(http.post(session, f"{URL}/v1/analytics/logs", json=query(domain, span), headers=headers))
    found = []
    for storage_key in keys(logged):
        address = f"{URL}/v3/domains/{quote(domain, safe='')}/messages/{quote(storage_key, safe='')}"
        try:
            found.append(http.body_json(http.get(session, address, headers=headers)))
        except errors.NoData:
            log.warning("a message is gone from Mailgun's store")
    return parse_grid_alerts(found, zone_key)


def query(domain, span):
    """The question for messages that were stored for a domain."""
    start, end = (times.text(moment, "ddd, DD MMM YYYY HH:mm:ss [-0000]") for moment in span)
    conditions = [
        {"attribute": name, "comparator": "=", "values": [{"label": value, "value": value}]}
        for name, value in (("domain", domain), ("event", "stored"))]
    return {
        "start": start, "end": end, "events": ["stored"], "filter": {"AND": conditions}, "include_subaccounts": True,
        "include_totals": True, "pagination": {"sort": "timestamp:asc", "limit": MOST}}


def keys(logged):
    """The keys of the stored messages."""
    items = require(logged.get("items") if isinstance(logged, dict) else None, "items")
    if len(items) >= MOST:
        log.warning("%d messages in %d hours: what follows is left out", len(items), HOURS)
    return each(items, lambda item: field(item["storage"], "key"))


def parse_grid_alerts(messages, zone_key):
    """One alert per message that a zone's operator sent; NoData if there is none."""
    own = [one for one in messages if SENDERS[zone_key] in str(one.get("From", "")).lower()]
    if not own:
        raise errors.NoData(f"No message about {zone_key} has come in.")
    return each(own, lambda one: grid_alert(
        zone_key, issued=times.read(COMMENT.sub("", field(one, "Date")), None, "ddd, D MMM YYYY HH:mm:ss Z"),
        source=one["From"].strip(), message=text_of(one, zone_key)))


def text_of(message, zone_key):
    """The subject, and what of the body says more."""
    body = (message.get("body-plain") or "").partition(BODY_ENDS)[0] if zone_key in WITH_BODY else ""
    return f"{field(message, 'subject').strip()}\n{body.strip()}".strip()
