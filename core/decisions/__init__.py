"""When and where to run: one implementation for Python, the command and the API.

`best` compares all starts of a job that its windows and its deadline allow, in what is foreseen of several places, and
says what to do; without a forecast it says that too. `green_now` holds the newest hour of a place against a limit or
against the place's own past. `decision_row` and `greenness_row` are their answers for JSON.
"""

from core.decisions.decide import Decision, Found, Job, Option, Saving, best
from core.decisions.metrics import METRICS, Foreseen, Metric, series_of, series_of_places
from core.decisions.now import Greenness, Wanted, green_now, limit_of
from core.decisions.places import Place, place_of, point_of, regions, zone_key_of
from core.decisions.told import decision_row, greenness_row
from core.decisions.windows import Daily, read_daily

__all__ = [
    "METRICS",
    "Daily",
    "Decision",
    "Foreseen",
    "Found",
    "Greenness",
    "Job",
    "Metric",
    "Option",
    "Place",
    "Saving",
    "Wanted",
    "best",
    "decision_row",
    "green_now",
    "greenness_row",
    "limit_of",
    "place_of",
    "point_of",
    "read_daily",
    "regions",
    "series_of",
    "series_of_places",
    "zone_key_of",
]
