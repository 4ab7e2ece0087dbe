"""What stands between a parser's answer and the store: events are accepted, refused or suspected, each with its reason.

`check` holds each event against its schema, the clock and the asked key: what fails is refused. `quality` holds the
numbers of a series against its limits and its past: what fails is suspect, and goes into quarantine. `looks` and `past`
are for whoever writes a parser: what is suspicious in its answer, and whether it keeps what it declares.
"""

from core.validation.check import Checked, Refusal, Rule, Suspect, as_list, check, jsonable
from core.validation.looks import Answer, Balance, Look, look
from core.validation.past import Promise, past_moment, promises
from core.validation.quality import RULES, SeriesRule, Suspicion, judge
from core.validation.series import Ends, Series, is_judged, limits_of, values_of

__all__ = [
    "RULES",
    "Answer",
    "Balance",
    "Checked",
    "Ends",
    "Look",
    "Promise",
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
    "look",
    "past_moment",
    "promises",
    "values_of",
]
