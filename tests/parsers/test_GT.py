import json

from core import times
from tests.support import SAMPLES, events


def test_production_by_hand() -> None:
    """Number 5 ends at 05:00, so it starts at 04:00 in Guatemala, 10:00Z. Biomass 290.9 + biogas 0.35 = 291.25; coal
    203.9 + petcoke 262.7 = 466.6; gas 12.5 + synthetic 0.8 = 13.3; oil 52.25 + 1.5 diesel = 53.75."""
    found = events("GT/production_GT")[3]
    assert (found.start, found.end) == (times.read("2026-03-10T10:00Z"), times.read("2026-03-10T11:00Z"))
    assert found.production == {
        "hydro": 214.6, "biomass": 291.25, "unknown": 150.3, "oil": 53.75, "coal": 466.6, "gas": 13.3, "solar": 0.0,
        "geothermal": 34.1, "wind": 84.4}


def test_consumption_by_hand() -> None:
    """Number 23 of 9 March starts at 22:00, 04:00Z of the 10th: DEM SNI 1539.5, not the planned 1561.4."""
    found = events("GT/consumption_GT")[0]
    assert (found.start, found.consumption) == (times.read("2026-03-10T04:00Z"), 1539.5)


def test_load_is_generation_and_imports() -> None:
    """Of every hour that is over, in both days: the source's identity, with its own INTERCONEXIÓN."""
    imports = {
        (body, row["hora"]): row["potencia"] for body in ("day_09", "day_10")
        for row in json.loads((SAMPLES / f"GT/bodies/{body}.json").read_text()) if row["tipo"] == "INTERCONEXIÓN"}
    loads = {event.start: event.consumption for event in events("GT/consumption_GT")}
    for event in events("GT/production_GT"):
        there = times.local(times.shift(event.start, hours=1), "America/Guatemala")
        body, number = ("day_09", 24) if there.hour == 0 else (f"day_{there.day:02}", there.hour)
        made = sum(value or 0 for value in event.production.values())
        assert abs(loads[event.start] - made - imports[body, f"{number}"]) < 0.01


def test_hours_that_are_not_over_are_left_out() -> None:
    """At 06:00 in Guatemala the list has the plan of number 7, which is running, and zeros from 8 on."""
    assert [event.start for event in events("GT/production_GT")][-1] == times.read("2026-03-10T11:00Z")


def test_an_hour_whose_load_is_the_plan_is_estimated() -> None:
    kinds = [event.source_type for event in events("GT/production_GT")]
    assert kinds == ["measured"] * 4 + ["estimated"]
    assert events("GT/consumption_GT")[-1].source_type == "estimated"


def test_a_day_of_the_past_is_asked_with_the_one_before() -> None:
    """Number 24 of 14 September 2025 starts at 23:00, 05:00Z of the 15th; number 13 of the 15th at 18:00Z."""
    found = events("GT/odd/past")
    assert [event.start.isoformat()[:13] for event in found] == ["2025-09-15T05", "2025-09-15T06", "2025-09-15T18"]
    assert found[2].production["solar"] == 88.6


def test_null_is_not_zero() -> None:
    found = events("GT/odd/nulls")[0]
    assert found.production["hydro"] is None and found.production["solar"] == 0.0
