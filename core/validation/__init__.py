"""What stands between a parser's answer and the store: events are accepted, refused or suspected, each with its reason.

`check` holds each event against its schema, the clock and the asked key: what fails is refused. `quality` holds the
numbers of a series against its limits and its past: what fails is suspect, and goes into quarantine.
"""

from core.validation.check import Checked, Refusal, Rule, Suspect, as_list, check, jsonable
from core.validation.quality import RULES, SeriesRule, Suspicion, judge
from core.validation.series import Ends, Series, is_judged, limits_of, values_of

__all__ = [
    "RULES",
    "Checked",
    "Ends",
    "Refusal",
    "Rule",
    "Series",
    "SeriesRule",
    "Suspect",
    "Suspicion",
    "as_list",
    "check",
    "is_judged",
    "jsonable",
    "judge",
    "limits_of",
    "values_of",
]
