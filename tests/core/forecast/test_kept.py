"""What a kept forecast is packed to, and what comes back."""

import numpy as np
import pytest

from core.forecast.kept import COLUMNS, REACH_H, Numbers, pack, unpack

HOURS = np.arange(REACH_H + 1)
NAN = float("nan")


def test_numbers_come_back_in_their_steps_and_nulls_as_nulls() -> None:
    """Steps are 1/2000 of the largest: 0.3 of 600 g, 5 MW of 10,000."""
    intensity = 300 + 300 * np.sin(HOURS / 5)
    intensity[7] = NAN
    load_mw = np.linspace(-10_000, 10_000, REACH_H + 1)
    values = {"lifecycle_g_per_kwh": intensity, "consumption_mw": load_mw, "gas_share": 0 * HOURS,
              "coal_share": np.full(REACH_H + 1, NAN)}
    packed = pack(Numbers(values, {"consumption_mw": load_mw - 5000}, {"consumption_mw": load_mw + 5000}))
    found = unpack(packed)
    assert found.values.keys() == {"lifecycle_g_per_kwh", "consumption_mw", "gas_share"}, "nothing was known of coal"
    assert found.values["lifecycle_g_per_kwh"] == pytest.approx(intensity, abs=0.15, nan_ok=True)
    assert found.values["consumption_mw"] == pytest.approx(load_mw, abs=2.5)
    assert (found.values["gas_share"] == 0).all()
    assert found.low.keys() == found.high.keys() == {"consumption_mw"}
    assert found.low["consumption_mw"] == pytest.approx(load_mw - 5000, abs=3.75)
    assert found.high["consumption_mw"] == pytest.approx(load_mw + 5000, abs=3.75)


def test_a_whole_forecast_takes_little_room() -> None:
    """24 a day of 380 zones: a kilobyte each is 9 MB a day; as floats with bands they would take 16 kB."""
    random = np.random.default_rng(1)
    values = {name: 100 + 30 * np.sin(HOURS / 4) + np.cumsum(random.normal(0, 2, REACH_H + 1)) for name in COLUMNS}
    banded = {name: values[name] for name in COLUMNS[:5]}
    assert len(pack(Numbers(values, banded, banded))) < 1800


def test_nothing_at_all_is_kept_as_nothing() -> None:
    found = unpack(pack(Numbers({}, {}, {})))
    assert (found.values, found.low, found.high) == ({}, {}, {})
