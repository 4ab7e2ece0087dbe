"""Slots of interruptible jobs and rolling means, against numbers worked out by hand."""

import numpy as np
import pytest

from core.errors import CannotSchedule, NoForecast
from core.scheduling import Series, Slot, best_slots, minima_s, rolling_means
from tests.core.scheduling.test_windows import HOUR_S, MINUTE_S, at, hourly


def test_the_cheapest_hours_need_not_be_neighbours() -> None:
    found = best_slots(hourly(300, 100, 400, 200, 100), 3 * HOUR_S, [(at(0), at(5))])
    assert found.slots == (Slot(at(1), at(2), 100.0), Slot(at(3), at(4), 200.0), Slot(at(4), at(5), 100.0))
    assert found.value == pytest.approx(400 / 3)
    assert found.vs_naive == pytest.approx(50.0)  # against (300 + 100 + 400) / 3


def test_90_minutes_take_the_beginning_of_the_second_slot() -> None:
    found = best_slots(hourly(300, 100, 400, 200), 90 * MINUTE_S, [(at(0), at(4))])
    assert found.slots == (Slot(at(1), at(2), 100.0), Slot(at(3), at(3.5), 200.0))
    assert found.value == pytest.approx((60 * 100 + 30 * 200) / 90)


def test_of_equal_slots_the_earliest_and_only_the_part_within_the_edges() -> None:
    found = best_slots(hourly(100, 200, 100, 100), HOUR_S, [(at(0.5), at(4))])
    assert found.slots == (Slot(at(0.5), at(1), 100.0), Slot(at(2), at(2.5), 100.0))


def test_slots_of_the_highest_shares() -> None:
    found = best_slots(hourly(0.1, 0.5, 0.3), HOUR_S, [(at(0), at(3))], metric_is_better="higher")
    assert found.slots == (Slot(at(1), at(2), 0.5),) and found.vs_naive == pytest.approx(400.0)


def test_a_gap_is_no_slot_and_spoils_the_comparison() -> None:
    found = best_slots(hourly(300, np.nan, 100), 2 * HOUR_S, [(at(0), at(3))])
    assert [slot.value for slot in found.slots] == [300.0, 100.0] and found.vs_naive is None


def test_too_long_a_job_is_refused() -> None:
    with pytest.raises(CannotSchedule, match="7201 s do not fit into the 7200 s that are known"):
        best_slots(hourly(1, np.nan, 1), 7201, [(at(0), at(3))])
    with pytest.raises(NoForecast, match=r"for DE reaches from .*T22:00:00Z to .*T23:00:00Z"):
        best_slots(hourly(1), HOUR_S, [(at(0), at(2))], place="DE")


def test_rolling_means_of_half_an_hour_over_quarters() -> None:
    """[10, 20, 5, 10] by quarters, windows of half an hour: (10 + 20) / 2, (20 + 5) / 2, (5 + 10) / 2."""
    quarters = Series(at(0), 15 * MINUTE_S, np.array([10.0, 20.0, 5.0, 10.0]))
    found = rolling_means(quarters, 30 * MINUTE_S, at(0), at(1))
    assert found.values.tolist() == [15.0, 12.5, 7.5] and found.step_s == 15 * MINUTE_S
    assert minima_s(found).tolist() == [at(0.5)]


def test_windows_are_weighted_by_time_and_lie_wholly_inside() -> None:
    """From 22:20 on, in windows of 70 minutes and steps of an hour: 40 of 100 and 30 of 200, 40 of 200 and 30 of 100;
    a third one would end at 1:30, after 1:00."""
    found = rolling_means(hourly(100, 200, 100, 100), 70 * MINUTE_S, at(1 / 3), at(3))
    assert found.start_s == at(1 / 3) and found.values == pytest.approx([10000 / 70, 11000 / 70])


def test_all_minima_are_given_and_gaps_are_none() -> None:
    found = rolling_means(hourly(100, np.nan, 200, 100), HOUR_S, at(0), at(4))
    assert np.isnan(found.values[1]) and minima_s(found).tolist() == [at(0), at(3)]


def test_a_window_that_does_not_fit_is_refused() -> None:
    with pytest.raises(CannotSchedule, match="No window of 7201 s fits between 2026-03-10T22:00:00Z and"):
        rolling_means(hourly(1, 1), 7201, at(0), at(2))
    with pytest.raises(NoForecast, match="this place reaches"):
        rolling_means(hourly(1, 1), HOUR_S, at(0), at(2.5))
