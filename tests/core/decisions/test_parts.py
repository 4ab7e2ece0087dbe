"""Windows, places, savings with their bands and advice, against numbers worked out by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core import times
from core.config import load
from core.decisions import METRICS, Decision, Foreseen, Job, Place, best, decide, decision_row, place_of, read_daily
from core.decisions.windows import allowed
from core.errors import CannotSchedule, InvalidPoint, UnknownPlace
from core.scheduling import Series

HOUR_S = 3600
NOON_S = int(times.read("2026-03-10T12:00Z").timestamp())
FRANCE = Place("FR", load().zones["FR"])


def at(stamp: str) -> int:
    return int(times.read(stamp, "UTC").timestamp())


def night(day: str, hours: str, duration_s: int, clock: str = "Europe/Paris") -> list[tuple[int, int]]:
    """The allowed starts from noon on within these hours."""
    return [*allowed(duration_s, at(f"{day}T12:00"), daily=[read_daily(hours)], clock=clock).starts]


def test_hours_across_midnight_hold_the_whole_job() -> None:
    """22:00 to 06:00 in Paris in winter is 21:00Z to 05:00Z; two hours begin by 03:00Z."""
    assert night("2026-03-10", "22:00-06:00", 2 * HOUR_S) == [(at("2026-03-10T21:00"), at("2026-03-11T03:00"))]


def test_the_spring_change_cuts_hours_short() -> None:
    """On 29 March 2026 the clock jumps at 01:00Z from 02:00 to 03:00: 01:00 to 04:00 is 00:00Z to 02:00Z."""
    assert night("2026-03-28", "01:00-04:00", 2 * HOUR_S) == [(at("2026-03-29T00:00"), at("2026-03-29T00:00"))]
    with pytest.raises(CannotSchedule, match="No window is left"):
        night("2026-03-28", "01:00-04:00", 2 * HOUR_S + 60)
    # ends in the hour that is left out: at 01:00Z the clock shows 03:00
    assert night("2026-03-28", "01:00-02:30", HOUR_S) == [(at("2026-03-29T00:00"), at("2026-03-29T00:00"))]


def test_the_autumn_change_makes_hours_longer() -> None:
    """On 25 October 2026 the clock goes back at 01:00Z from 03:00 to 02:00: 01:00 to 04:00 is 23:00Z to 03:00Z."""
    assert night("2026-10-24", "01:00-04:00", 4 * HOUR_S) == [(at("2026-10-24T23:00"), at("2026-10-24T23:00"))]
    # 02:15 to 02:45 is shown twice: from 00:15Z and from 01:15Z on
    assert night("2026-10-24", "02:15-02:45", HOUR_S // 2) == [
        (at("2026-10-25T00:15"), at("2026-10-25T00:15")), (at("2026-10-25T01:15"), at("2026-10-25T01:15"))]


def test_hours_that_touch_are_one_and_windows_cut_them() -> None:
    left = allowed(
        4 * HOUR_S, NOON_S, daily=[read_daily("22:00-24:00"), read_daily("0:00-06:00")],
        windows=[(at("2026-03-10T20:00"), at("2026-03-10T23:30"))])
    assert left.starts == ((at("2026-03-10T22:00"), at("2026-03-10T23:30")),)
    assert left.spans == ((at("2026-03-10T22:00"), at("2026-03-11T03:30")),)


def test_a_job_may_begin_at_any_second_of_its_hours() -> None:
    now_s = at("2026-03-10T22:10") + 7
    assert allowed(HOUR_S, now_s, daily=[read_daily("22:00-24:00")]).starts[0] == (now_s, at("2026-03-10T23:00"))


@pytest.mark.parametrize("text", ["22-06", "25:00-06:00", "22:60-06:00", "22:00-22:00", "24:00-06:00", "22:00-24:01"])
def test_what_are_no_hours_of_the_day(text: str) -> None:
    with pytest.raises(CannotSchedule):
        read_daily(text)


def test_places_by_key_region_and_point() -> None:
    config = load()
    assert place_of(config, "DE").zone.key == "DE"
    assert [place_of(config, name).zone.key for name in ("eu-west-3", "aws:EU-WEST-3", "48.86,2.35")] == ["FR"] * 3
    assert place_of(config, "48.86, 2.35").name == "48.86, 2.35"


@pytest.mark.parametrize(("name", "said"), [
    ("US-TEX-ERCOT", "Did you mean .*US-TEX-ERCO"), ("eu-wset-3", "Did you mean .*eu-west-3"), ("%%", "region '%%'.$"),
    ("0,-30", "open sea"),
])
def test_an_unknown_place_is_told_with_what_is_near(name: str, said: str) -> None:
    with pytest.raises(UnknownPlace, match=said):
        place_of(load(), name)
    with pytest.raises(InvalidPoint):
        place_of(load(), "91,0")


def chosen(monkeypatch: pytest.MonkeyPatch, rows: list[tuple[float, float, float]], **job: Any) -> Decision:
    """The decision about a job of an hour, of hours with value, low and high from noon on, of which the first is now.
    """
    value, low, high = (Series(NOON_S, HOUR_S, np.array(column)) for column in zip(*rows, strict=True))
    monkeypatch.setattr(decide, "series_of", lambda *_: Foreseen(value, "g", "drawn", low, high))
    asked = Job(**{"duration_s": HOUR_S, "deadline_s": NOON_S + HOUR_S * len(rows)} | job)
    return best(SimpleNamespace(), [FRANCE], asked, NOON_S)  # type: ignore[arg-type]


def test_a_saving_has_the_bands_of_both_ends_in_quadrature(monkeypatch: pytest.MonkeyPatch) -> None:
    """150 (130 to 160) against 100 (90 to 120): at least 50 − √(20² + 20²), at most 50 + √(10² + 10²)."""
    found = chosen(monkeypatch, [(150, 130, 160), (100, 90, 120)]).found
    assert found is not None and found.vs_now is not None
    assert (found.vs_now.amount, found.vs_now.percent) == (50.0, pytest.approx(100 / 3))
    assert (found.vs_now.low, found.vs_now.high) == (pytest.approx(21.7157, abs=1e-4), pytest.approx(64.1421, abs=1e-4))
    assert (found.ideal.low, found.ideal.high) == (90.0, 120.0)


def test_where_higher_is_better_the_edges_change_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """40 (30 to 45) against 60 (50 to 70): at least 20 − √(5² + 10²), at most 20 + √(10² + 10²)."""
    found = chosen(monkeypatch, [(40, 30, 45), (60, 50, 70)], metric=METRICS["renewable-share"]).found
    assert found is not None and found.vs_now is not None and found.vs_now.amount == 20.0
    assert (found.vs_now.low, found.vs_now.high) == (pytest.approx(8.8197, abs=1e-4), pytest.approx(34.1421, abs=1e-4))


def test_the_band_of_a_job_is_the_mean_of_the_edges_by_its_power(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hours, the second with three times the power: (100 + 3 × 200) / 4, (90 + 3 × 150) / 4, (130 + 3 × 250) / 4.
    """
    found = chosen(monkeypatch, [(100, 90, 130), (200, 150, 250)], duration_s=2 * HOUR_S, power=[1, 3]).found
    assert found is not None
    assert (found.ideal.value, found.ideal.low, found.ideal.high) == (175.0, 135.0, 220.0)


def test_no_saving_against_itself_is_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    found = chosen(monkeypatch, [(100, 50, 150), (120, 50, 150)]).found
    assert found is not None and found.vs_now is not None and not found.is_worth_waiting
    assert (found.vs_now.amount, found.vs_now.low, found.vs_now.high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("rows", "job", "said"), [
    ([(100, 1, 1), (50, 1, 1)], {},
     "Start at 2026-03-10 14:00 CET in FR: 50.0 g, 50.0 % less than at once (100.0 g)."),
    ([(50, 1, 1), (50, 1, 1)], {}, "Start at once in FR: 50.0 g, and no other start is better."),
    ([(100, 1, 1), (98, 1, 1)], {"min_saving": 5},
     "Start at once in FR: 100.0 g; 2026-03-10 14:00 CET in FR has 2.0 % less, and 5 % are asked for."),
    ([(0, 1, 1), (20, 1, 1)], {"metric": METRICS["renewable-share"]},
     "Start at 2026-03-10 14:00 CET in FR: 20.0 g, 20.0 g more than at once (0.0 g)."),
    ([(100, 1, 1), (50, 1, 1), (90, 1, 1)], {"daily": [read_daily("14:00-16:00")], "clock": "UTC"},
     "Start at 2026-03-10 14:00 UTC in FR: 90.0 g, and no other start is better."),
    ([(60, 1, 1), (90, 1, 1), (50, 1, 1)], {"duration_s": 2 * HOUR_S, "is_interruptible": True},
     "Start at 2026-03-10 14:00 CET in FR: 70.0 g, 6.7 % less than at once (75.0 g). In pieces: 2026-03-10 13:00 CET"
     " for 60 min, 2026-03-10 15:00 CET for 60 min in FR, 55.0 g."),
])
def test_advice(
    monkeypatch: pytest.MonkeyPatch, rows: list[tuple[float, float, float]], job: dict[str, Any], said: str
) -> None:
    assert decision_row(chosen(monkeypatch, rows, **job))["advice"] == said


def test_a_job_that_makes_no_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    for job in ({"min_saving": -1}, {"power": [-1]}, {"count": 0}, {"min_saving": float("nan")}):
        with pytest.raises(CannotSchedule):
            chosen(monkeypatch, [(1, 1, 1), (1, 1, 1)], **job)
    with pytest.raises(CannotSchedule, match="needs a place"):
        best(SimpleNamespace(), [], Job(HOUR_S), NOON_S)  # type: ignore[arg-type]
