"""The blend and its bands, against numbers worked out by hand: e^(-1/3) = 0.716531, e^(-2/3) = 0.513417."""

import numpy as np
import pytest

from core.forecast.bands import READ_DAYS, blend_bands, edges
from core.forecast.blend import blend

WEEK, NAN = 168, np.nan


def test_yesterday_gives_way_to_the_week() -> None:
    """Six days of 100 and one of 130, which the running hour goes on with."""
    past = np.array(144 * [100.0] + 25 * [130.0])
    found = blend(past, 24, 25)
    # 12 hours after the newest one: 104.2857 is (6 × 100 + 130) / 7, and 0.716531 of 25.7143 are left
    assert found[0] == 130 and found[12] == pytest.approx(122.7108, abs=1e-4)
    # of its own hour of day there are six of 100 and two of 130, in the mean 107.5: 107.5 + 0.513417 × 22.5
    assert found[24] == pytest.approx(119.0519, abs=1e-4)


def test_what_the_newest_hour_differs_by_fades() -> None:
    """A day of 170, six of 100, a running hour of 112: yesterday 100, the mean 110, and 12 more than yesterday."""
    past = np.array(24 * [170.0] + 144 * [100.0] + [112.0])
    # 0.716531 × 100 + 0.283469 × 110 + 12 / e
    assert blend(past, 24, 13)[12] == pytest.approx(107.2492, abs=1e-4)
    late = past.copy()
    late[-1], late[-8:-1], late[-9] = NAN, NAN, 112
    # the newest is now 8 hours before: four hours ahead are 12 after it
    assert blend(late, 24, 5)[4] == pytest.approx(107.2492, abs=1e-4)


def test_nothing_leaves_the_range_of_the_week() -> None:
    past = np.where(np.arange(WEEK + 1) % 24 < 12, 5.0, 40.0)
    past[:24], past[-1] = past[:24] + 3, 0.0
    # an hour ahead: 0.972604 × 5 + 0.027396 × 5.4286, less 5 × 0.920044, and nowhere less than 0
    found = blend(past, 24, 12)
    assert found[0] == 0 and (found >= 0).all() and found[1] == pytest.approx(0.4115, abs=1e-4)
    past[-1] = 60.0
    # twelve hours ahead 40 and 55 / e, at the most what the week had
    assert blend(past, 24, 13)[12] == 60.0


def test_a_sunny_noon_makes_no_sun_at_night() -> None:
    sun = np.where(np.arange(WEEK + 1) % 24 < 6, 10.0, 0.0)
    sun[24:30] = 8.0
    sun[-1] = 15.0
    found = blend(sun, 24, 24)
    assert (found[6:] == 0).all() and found[1] > 13


def test_nothing_known_is_nan_and_an_unknown_hour_of_day_the_mean() -> None:
    assert np.isnan(blend(np.full((2, WEEK + 1), NAN), 24, 3)).all()
    past = np.full(WEEK + 1, NAN)
    past[[0, 25]] = 10.0, 20.0
    assert blend(past, 24, 3).tolist() == [10.0, 20.0, 15.0]


def test_a_band_holds_nine_of_ten_errors_and_a_little_more_as_they_are_few() -> None:
    errors = np.arange(28.0)[None, :, None] - 13.5
    # 0.455 × 29 / 28 = 0.47125 each side of the middle: 27 × 0.47125 from it
    assert edges(errors)[:, 0, 0] == pytest.approx([-12.72375, 12.72375])
    assert np.isnan(edges(errors[:, :9])).all(), "nine are too few"


def test_of_ten_values_about_nine_are_in_the_band() -> None:
    random, hours = np.random.default_rng(1), np.arange(READ_DAYS * 24 + 1 + 48)
    values = 300 + 50 * np.sin(hours / 12 * np.pi) + random.normal(0, 20, (100, len(hours)))
    low, high = blend_bands(values[:, :-48], 49)
    actual = values[:, -49:]
    assert (low[:, 0] == actual[:, 0]).all() and (high[:, 0] == actual[:, 0]).all(), "the running hour is known"
    inside = ((low <= actual) & (actual <= high))[:, 1:].mean()
    assert 0.87 < inside < 0.94


def test_a_band_needs_weeks_and_is_as_wide_as_data_are_late() -> None:
    random = np.random.default_rng(2)
    walk = 500 + np.cumsum(random.normal(0, 5, (1, READ_DAYS * 24 + 1)))[None]
    late = walk.copy()
    late[:, -6:] = NAN
    in_time, after = (np.diff(blend_bands(one, 3), axis=0)[0, 0] for one in (walk, late))
    assert in_time[0] == 0 and (after[1:] > 1.5 * in_time[1:]).all()
    young = walk.copy()
    young[:, : -10 * 24] = NAN
    assert np.isnan(blend_bands(young, 3)[:, :, 1:]).all(), "in ten days nine forecasts can be compared"
