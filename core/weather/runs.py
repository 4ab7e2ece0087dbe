"""When a model begins anew, and which of its hours belong together.

GFS begins every six hours, at 0, 6, 12 and 18 UTC, and its means of radiation begin anew after every six hours of a
run. A block is six such hours: hours 1 to 6 of a run, 7 to 12, and so on. They are asked for together, as an hour's
radiation is the difference of two of these means.
"""

from datetime import datetime

from core import times

BLOCK_H = 6
HOURS_AHEAD = 84
"""Of each run: 72 to foresee, and what passes until the next run is out, up to 12."""


def newest_run(now: datetime, delay_h: float) -> datetime:
    """The begin of the newest run that may be out, `delay_h` after it began."""
    return times.floor(times.shift(now, hours=-delay_h), 60 * BLOCK_H)


def block_of(issued: datetime, moment: datetime) -> range:
    """The hours of a run, counted from its begin, of the block in which a moment lies; the end of a block is in it."""
    lead_h = (moment - issued).total_seconds() / 3600
    first = max(0, -int(-lead_h // BLOCK_H) - 1) * BLOCK_H + 1
    return range(first, first + BLOCK_H)
