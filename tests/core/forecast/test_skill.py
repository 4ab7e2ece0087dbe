"""What is said of issued forecasts, against numbers worked out by hand."""

import numpy as np
import pytest

from core.forecast.kept import REACH_H, Numbers, pack
from core.forecast.skill import last, skill, skill_of_all
from core.store import Store
from tests.core.forecast.test_results import CI, HALF_PAST_S, put
from tests.core.history.test_periods import HOUR_S, NOON_S

DAY_H = 24


def keep(store: Store, zone_key: str, hours: range, value: float, low: float, high: float) -> None:
    """Forecasts of these hours of issue (from noon), each the same number for all hours."""
    numbers = ({CI: np.full(REACH_H + 1, one)} for one in (value, low, high))
    content = pack(Numbers(*numbers))
    store.forecasts.write([
        {"zone_key": zone_key, "hour_s": NOON_S + hour * HOUR_S, "issued_s": NOON_S + hour * HOUR_S + 60,
         "made_from_s": NOON_S + (hour - 1) * HOUR_S, "method": "boosting", "origin": "live", "content": content}
        for hour in hours])


def test_errors_by_how_far_ahead_it_looked(store: Store) -> None:
    """100 g came, then 200 g from 24 hours ago on; 150 g was foreseen each hour, the band from 90 to 160 g."""
    put(store, {"FR": {hour: 100.0 if hour < -24 else 200.0 for hour in range(-80, 0)}})
    keep(store, "FR", range(-48, 0), 150.0, 90.0, 160.0)
    found = skill(store, "FR", HALF_PAST_S, days=4)
    assert [(one.from_h, one.to_h) for one in found] == [(1, 6), (7, 24), (25, 48)], "no hour came 49 hours later"
    far = found[2]
    # 25 to 48 hours after -48 … -26 come the hours -23 … -1 of 200 g: 23 + 22 + … + 1
    assert far.hours == 276
    assert (far.error_percent, far.error_g_per_kwh, far.bias_g_per_kwh) == pytest.approx((25, 50, -50), abs=0.1)
    assert far.in_band_percent == 0
    near = found[0]
    # of 48 forecasts six hours each, but for 21 that lie ahead still; before -24 it was 50 %, from then on 25 %
    low = sum(1 for issue in range(-48, 0) for ahead in range(1, 7) if issue + ahead < -24)
    high = sum(1 for issue in range(-48, 0) for ahead in range(1, 7) if -24 <= issue + ahead < 0)
    assert near.hours == low + high == 48 * 6 - 21
    assert near.in_band_percent == pytest.approx(100 * low / (low + high))
    assert near.error_percent == pytest.approx((50 * low + 25 * high) / (low + high), abs=0.1)


def test_the_forecast_of_a_day_ago(store: Store) -> None:
    """It said 150 g of a day of 120 g: off by 25 %."""
    put(store, {"FR": dict.fromkeys(range(-30, 0), 120.0)})
    keep(store, "FR", range(-24, -23), 150.0, 100.0, 200.0)
    found = last(store, "FR", HALF_PAST_S)
    assert found is not None and found.error_percent == pytest.approx(25, abs=0.1)
    assert (found.issued_s, found.method) == (NOON_S - DAY_H * HOUR_S + 60, "boosting")


def test_nothing_is_said_of_few_hours_or_of_estimates(store: Store) -> None:
    put(store, {
        "FR": {hour: {CI: 120.0, "estimation": "mean_of_days"} for hour in range(-30, 0)},
        "DE": dict.fromkeys(range(-30, -13), 120.0)})
    for key in ("FR", "DE"):
        keep(store, key, range(-24, -23), 150.0, 100.0, 200.0)
        assert last(store, key, HALF_PAST_S) is None
    assert skill(store, "FR", HALF_PAST_S) == [] and last(store, "ES", HALF_PAST_S) is None


def test_of_all_zones_one_forecast_a_day_counts(store: Store) -> None:
    zones = {"DE": dict.fromkeys(range(-100, 0), 100.0), "FR": dict.fromkeys(range(-100, 0), 200.0)}
    put(store, zones)
    for key in zones:
        keep(store, key, range(-96, 0), 150.0, 90.0, 160.0)
    found = skill_of_all(store, HALF_PAST_S, days=4)
    assert found.keys() == {"DE", "FR"}
    # issued 96, 72, 48 and 24 hours ago: 24 hours of each but the last, whose hours end before noon
    assert [one.hours for one in found["FR"]] == [24, 71, 71, 47]
    assert found["DE"][0].error_percent == pytest.approx(50, abs=0.1)
    assert found["FR"][0].error_percent == pytest.approx(25, abs=0.1)
