"""Where values are from, for dialects whose bodies have no place to say so."""

from collections.abc import Iterable

from core.api.grid import Grid
from core.store import LIVE

HEADER = "X-Gridtrace-Origin"


def origin_of(grid: Grid, zones: Iterable[str]) -> dict[str, str]:
    """A header that says so if the newest result of any of the zones is not live: simulated, replayed, or both."""
    newest = grid.newest.with_estimates
    known = {name for zone in zones if zone in newest for name in newest[zone]["origin"].split("+")} - {LIVE}
    return {HEADER: "+".join(sorted(known))} if known else {}
