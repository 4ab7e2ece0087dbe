"""SEAPA, the Southeast Alaska Power Agency: the newest readings of its control system as JSON, no key.

Docs     https://seapahydro.org/scada (the page that shows them)
Serves   production US-AK-SEAPA
Time     an instant without a stamp: it starts when it is received
Unit     MW
Sign     production only; a plant that draws a little power shows a negative output, which counts as 0
History  none, the present only
Licence  none stated

`ss_mw` is the sum of SEAPA's two plants, Swan Lake and Tyee Lake; Ketchikan's own plants stand beside it. What the
answer says of water levels and of other utilities is not read.
Differs from the other project: diesel below 0 is 0, as hydro is, not missing.
"""

from core import by_label, errors, http, production, require, source, times
from core.values import field

SOURCE = "seapahydro.org"
URL = "https://seapahydro.org/api/scada/index"
TIMEZONE = "America/Anchorage"
MODES = {"ss_mw": "hydro", "ktn_hydro_mw": "hydro", "ktn_diesel_mw": "oil"}


@source(resolution_min=None, window_h=0.02, delay_h=0)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("SEAPA shows the present only.")
    return [parse_production(http.body_json(http.get(session, URL)), zone_key, times.now())]


def parse_production(answer, zone_key, received):
    """The mix of the readings; one that has no text is missing."""
    if not isinstance(answer, dict):
        raise errors.SourceChanged(f"SEAPA sent no readings but {str(answer)[:60]!r}.")
    readings = {name: field(require(answer.get(name), name), "text") for name in MODES}
    modes = by_label(readings, MODES)
    if not any(power_mw is not None for items in modes.values() for power_mw in items):
        raise errors.NoData("SEAPA's readings of its plants are blank.")
    return production(zone_key, start=received, source=SOURCE, modes=modes, negative="zero")
