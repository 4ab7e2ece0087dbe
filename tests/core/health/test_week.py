"""Six simulated hours with outages, a kill, and a receiver that is away for an hour: benchmarks/week.py, shortened."""

import importlib.util
import sys
from pathlib import Path

SPEC = importlib.util.spec_from_file_location("week", Path(__file__).parents[3] / "benchmarks" / "week.py")
assert SPEC is not None and SPEC.loader is not None
week = importlib.util.module_from_spec(SPEC)
sys.modules["week"] = week
SPEC.loader.exec_module(week)

PLAN = (
    week.Outage("NZ", "503", 0.9, 2.6, ("failing",), within_h=1.6),
    week.Outage("TAIPOWER", "503", 1.0, 1.2, ()),
    week.Outage("SG", "403", 3.9, 6.0, ("failing",)),
)
"""NZ is told when the receiver is back, TAIPOWER's one bad cycle not at all, and SG's outage goes on beyond the end."""


def test_each_alert_is_right_and_none_is_missing_or_repeated(tmp_path: Path) -> None:
    changes, inbox, killed = week.week(PLAN, (1.1,), (1.0, 2.1), 0.25, 20, tmp_path, "NZ,TAIPOWER,SG")
    assert killed == 1 and inbox.refused > 0
    assert week.judge(changes, PLAN, 0.25) == []
    assert [(one["change"], one["parser"]) for one in changes] == [
        ("failed", "NZ"), ("recovered", "NZ"), ("failed", "SG")]


def test_the_comparison_sees_what_is_missing_repeated_or_too_late() -> None:
    told = {"change": "failed", "parser": "NZ", "parsers": ["NZ"], "state": "failing", "series": [],
            "since": None, "over": None, "at": "2026-03-09T01:22:00Z"}
    one = (week.Outage("NZ", "503", 1.0, 24.0, ("failing",)),)
    assert week.judge([told], one, 1) == []
    assert week.judge([], one, 1) == ["NZ 503: nothing said that it is failing"]
    assert len(week.judge([told, told], one, 1)) == 1
    assert len(week.judge([told | {"at": "2026-03-09T03:22:00Z"}], one, 1)) == 2
    assert len(week.judge([told | {"state": "stale"}], one, 1)) == 2
