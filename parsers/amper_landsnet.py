"""Landsnet, Iceland's transmission operator: what its map shows of generation now; public, no key.

Docs     https://amper.landsnet.is/generation/api/Values (not documented)
Serves   production IS
Time     a snapshot, stamped when taken, Atlantic/Reykjavik (UTC all year)
Unit     MW
Sign     output only, no storage
History  none, the present only
Licence  none stated
"""

from core import by_label, errors, http, production, require, source, times

SOURCE = "amper.landsnet.is"
URL = "https://amper.landsnet.is/generation/api/Values"
TIMEZONE = "Atlantic/Reykjavik"
MODES = {"hydro": "hydro", "geothermal": "geothermal", "oil": "oil"}
STAMP = "timestamp"


@source(resolution_min=None, window_h=0.1, delay_h=0.1)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("Landsnet publishes the present only.")
    return [parse_production(http.body_json(http.get(session, URL)), zone_key)]


def parse_production(answer, zone_key):
    """The mix of one snapshot."""
    if not isinstance(answer, dict):
        raise errors.SourceChanged(f"Landsnet sent no object but {str(answer)[:60]!r}.")
    if not answer:
        raise errors.NoData("Landsnet's snapshot is empty.")
    if missing := [label for label in MODES if label not in answer]:
        raise errors.SourceChanged(f"Landsnet's snapshot has no {', '.join(missing)}.")
    taken = times.read(require(answer.get(STAMP), STAMP), TIMEZONE)
    return production(zone_key, start=taken, source=SOURCE, modes=by_label(answer, MODES, known={STAMP}))
