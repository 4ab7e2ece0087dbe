"""When and where to run: the best starts of a job, or its best slots, in what is foreseen of one place or several.

Pure: arrays and Unix seconds in, values out. Values may be intensities, shares or prices; lower or higher is better.

**Decisions.**
- A job is judged by the mean over its own time, to the second: 90 minutes are not two hours. With a power profile each
  part of the job counts by its weight.
- Windows bound the start of a job, both ends included; a deadline bounds its end.
- Options are the best starts, also where jobs begun at them would overlap, and of all places together. Where values are
  equal the earliest start is first, then the place named first. Means that differ by less than SAME of the largest
  one are equal: they differ by how they were summed up.
- Naive is the first start that is allowed, in the first place; worst and median are of all starts compared, and of an
  even number of them the median is the better of the two in the middle.
- What is not known is never guessed: a start whose job would run into it is passed over, and windows that reach beyond
  what is known of a place raise NoForecast. Who would rather have the other places leaves that one out.
"""

from core.scheduling.rolling import minima_s, rolling_means
from core.scheduling.series import Better, Series, ranks, saving_percent
from core.scheduling.slots import Slot, Slots, best_slots
from core.scheduling.windows import Choice, Savings, Schedule, best_windows, job_means

__all__ = [
    "Better",
    "Choice",
    "Savings",
    "Schedule",
    "Series",
    "Slot",
    "Slots",
    "best_slots",
    "best_windows",
    "job_means",
    "minima_s",
    "ranks",
    "rolling_means",
    "saving_percent",
]
