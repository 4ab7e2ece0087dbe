"""What a doctor says: an area, how bad it is, what was found, and what to do."""

from dataclasses import dataclass

OK, WARNING, PROBLEM = "ok", "warning", "problem"
LEVELS = (PROBLEM, WARNING, OK)
"""The worst first."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `todo` is one sentence, empty where nothing is to be done."""

    area: str
    level: str
    found: str
    todo: str = ""
