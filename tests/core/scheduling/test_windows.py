"""The best starts of a job, against numbers worked out by hand."""

import numpy as np
import pytest

from core import times
from core.errors import CannotSchedule, NoForecast
from core.scheduling import Choice, Series, best_windows

NIGHT_S = int(times.read("2026-03-10T22:00Z").timestamp())
HOUR_S, MINUTE_S = 3600, 60


def hourly(*values: float, start_s: int = NIGHT_S) -> Series:
    return Series(start_s, HOUR_S, np.array(values))


def at(hours: float) -> int:
    """So long after ten in the evening."""
    return NIGHT_S + int(hours * HOUR_S)


def test_90_minutes_over_midnight_count_to_the_minute() -> None:
    """Ten to two with 300, 200, 100 and 400: each start has 60 or 30 of the 90 minutes in the first hour it touches."""
    found = best_windows({"DE": hourly(300, 200, 100, 400)}, 90 * MINUTE_S, [(at(0), at(2.5))], count=6)
    assert [(one.start_s, one.end_s) for one in found.options] == [
        (at(start), at(start + 1.5)) for start in (1.5, 1, 2, 0.5, 0, 2.5)]
    # 23:30 (30 × 200 + 60 × 100) / 90; 23:00 (60 × 200 + 30 × 100) / 90; 0:00 (60 × 100 + 30 × 400) / 90;
    # 22:30 (30 × 300 + 60 × 200) / 90; 22:00 (60 × 300 + 30 × 200) / 90; 0:30 (30 × 100 + 60 × 400) / 90
    values = [12000 / 90, 15000 / 90, 200.0, 21000 / 90, 24000 / 90, 300.0]
    assert [one.value for one in found.options] == pytest.approx(values)
    assert found.ideal == found.options[0] and found.naive == found.options[4] and found.worst == found.options[5]
    assert found.median == found.options[2], "of six the third"
    assert found.savings == pytest.approx((50.0, 100 / 3, 500 / 9))  # 133⅓ against 266⅔, 200 and 300


def test_a_job_of_minutes_may_end_where_a_dear_hour_begins() -> None:
    """Seven minutes from 22:30 on: the last start in the cheap hour is 22:53."""
    found = best_windows({"DE": hourly(100, 300)}, 7 * MINUTE_S, [(at(0.5), at(1.5))], count=9)
    assert [one.start_s for one in found.options] == [at(0.5), at(1) - 7 * MINUTE_S, at(1), at(1.5)]
    assert found.options[1].value == 100 and found.ideal.start_s == at(0.5), "the earlier of equal ones"


def test_the_best_of_several_places_and_the_first_named_of_equal_ones() -> None:
    series = {"FR": hourly(80, 60, 90), "DE": hourly(60, 70, 60), "SE": hourly(60, 60, 60)}
    found = best_windows(series, HOUR_S, [(at(0), at(2))], count=4)
    assert [(one.place, one.start_s) for one in found.options] == [
        ("DE", at(0)), ("SE", at(0)), ("FR", at(1)), ("SE", at(1))]
    assert found.naive == Choice("FR", at(0), at(1), 80.0) and found.worst == Choice("FR", at(2), at(3), 90.0)
    assert found.savings.vs_naive == pytest.approx(25.0)


def test_several_windows_leave_out_what_lies_between_them() -> None:
    series = {"DE": hourly(300, 250, 10, 200, 220)}
    found = best_windows(series, HOUR_S, [(at(3), at(4)), (at(0), at(1))], count=9)
    assert [one.start_s for one in found.options] == [at(3), at(4), at(1), at(0)]
    assert found.naive.start_s == at(0), "the earliest start that is allowed, in whatever order they are given"


def test_a_deadline_bounds_the_end() -> None:
    series = {"DE": hourly(300, 200, 100, 50)}
    found = best_windows(series, HOUR_S, [(at(0), at(3))], deadline_s=at(2.5), count=1)
    assert found.ideal.start_s == at(1.5) and found.ideal.end_s == at(2.5)
    assert found.ideal.value == pytest.approx(150.0)  # half an hour of 200 and of 100


def test_power_weighs_the_parts_of_a_job() -> None:
    """Two hours on 100, 300, 200, 100: flat the means are 200, 250 and 150; with 3 : 1 (3 × 100 + 300) / 4 = 150 is
    before (3 × 200 + 100) / 4 = 175."""
    series, window = {"DE": hourly(100, 300, 200, 100)}, [(at(0), at(2))]
    assert best_windows(series, 2 * HOUR_S, window).ideal == Choice("DE", at(2), at(4), 150.0)
    assert best_windows(series, 2 * HOUR_S, window, power=(3, 1)).ideal == Choice("DE", at(0), at(2), 150.0)
    huge = best_windows(series, 2 * HOUR_S, window, power=(1.5e308, 0.5e308))
    assert huge.ideal == Choice("DE", at(0), at(2), 150.0), "their sum is not infinite"


def test_where_a_part_of_a_job_meets_an_edge_between_seconds_both_are_compared() -> None:
    """Only the second half of five seconds draws power: it begins in the cheap ten seconds from the eighth start on,
    as 7.5 s + 2.5 s is their edge; from 7 s on it has 0.5 s of 100 and 2 s of 50."""
    found = best_windows({"DE": Series(0, 10, np.array([100.0, 50.0]))}, 5, [(0, 9)], power=(0, 1), count=3)
    assert [(one.start_s, one.value) for one in found.options] == [(8, 50.0), (9, 50.0), (7, 60.0)]


def test_higher_may_be_better() -> None:
    found = best_windows({"DE": hourly(0.2, 0.5, 0.0)}, HOUR_S, [(at(0), at(2))], metric_is_better="higher")
    assert found.ideal.value == 0.5 and found.worst.value == 0.0
    assert found.savings.vs_naive == pytest.approx(150.0)  # 0.5 is 150 % more than 0.2
    assert found.savings.vs_worst is None, "nothing is a share of 0"


def test_negative_prices_save_more_than_all() -> None:
    found = best_windows({"DE": hourly(40, -20)}, HOUR_S, [(at(0), at(1))])
    assert found.savings.vs_naive == pytest.approx(150.0)  # from 40 to −20: 60 of 40


def test_where_there_is_nothing_to_gain_the_first_start_is_ideal() -> None:
    found = best_windows({"DE": hourly(0, 0, 0)}, HOUR_S, [(at(0), at(2))])
    assert found.ideal == found.naive == found.worst and found.savings == (0.0, 0.0, 0.0)


def test_a_gap_is_passed_over_and_never_counted_as_zero() -> None:
    found = best_windows({"DE": hourly(300, 200, np.nan, 400, 250)}, HOUR_S, [(at(0), at(4))], count=9)
    assert [one.start_s for one in found.options] == [at(1), at(4), at(0), at(3)]


def test_windows_beyond_the_forecast_are_refused_with_how_far_it_reaches() -> None:
    """The last hour is not known: the forecast ends at midnight."""
    series = {"FR": hourly(1, 1, 1), "DE": hourly(300, 200, np.nan)}
    with pytest.raises(NoForecast, match=r"for DE reaches from 2026-03-10T22:00:00Z to 2026-03-11T00:00:00Z, .*T00:30"):
        best_windows(series, HOUR_S, [(at(0), at(1.5))])
    assert best_windows(series, HOUR_S, [(at(0), at(1))]).ideal.place == "FR"
    with pytest.raises(NoForecast, match="T21:00:00Z to"):
        best_windows(series, HOUR_S, [(at(-1), at(1))])
    with pytest.raises(NoForecast, match="Nothing is foreseen for XX"):
        best_windows({"XX": hourly(np.nan)}, HOUR_S, [(at(0), at(0))])
    with pytest.raises(NoForecast, match="gaps"):
        best_windows({"DE": hourly(1, np.nan, 1)}, 2 * HOUR_S, [(at(0), at(1))])


def test_what_cannot_be_placed_is_refused() -> None:
    series = {"DE": hourly(300, 200)}
    with pytest.raises(CannotSchedule, match="3600 s could begin and end by 2026-03-10T22:30:00Z"):
        best_windows(series, HOUR_S, [(at(0), at(1))], deadline_s=at(0.5))
    with pytest.raises(CannotSchedule, match="No window"):
        best_windows(series, HOUR_S, [])
    with pytest.raises(CannotSchedule, match="ends before it begins"):
        best_windows(series, HOUR_S, [(at(1), at(0))])
    for wrong in ({"duration_s": 0}, {"count": 0}, {"series": {}}):
        with pytest.raises(CannotSchedule, match="needs a place"):
            best_windows(**{"series": series, "duration_s": HOUR_S, "windows": [(at(0), at(0))]} | wrong)
    for power in ((), (0, 0), (1, -1), (1, np.nan)):
        with pytest.raises(CannotSchedule, match="power profile"):
            best_windows(series, HOUR_S, [(at(0), at(1))], power=power)
