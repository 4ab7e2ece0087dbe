"""The simulated grid: it balances, keeps to its limits, and is the same whenever it is asked."""

import numpy as np
import pytest

from core import times
from core.config import load
from core.flowtrace.supply import sum_by_zone
from core.kinds import MODES, STORAGE_MODES
from core.sandbox.grid import Grid, State
from core.sandbox.plants import ASSUMED_MW
from core.sandbox.weather import Climate, unit_vectors

HOUR_S, DAY_S = 3600, 86_400
MARCH_S = times.read("2026-03-10T00:00Z").timestamp()
HOURS = MARCH_S + HOUR_S * np.arange(0, 365 * 24, 5)
"""Every fifth hour of a year, so that all hours of the day come."""
WHERE = {"FR": (2.2, 46.2), "AU-SA": (135.0, -30.0)}


@pytest.fixture(scope="module")
def grid() -> Grid:
    return Grid(load())


@pytest.fixture(scope="module")
def year(grid: Grid) -> State:
    return grid.at(HOURS)


def at(grid: Grid, state: State, zone: str, mode: str) -> np.ndarray:
    return state.production_mw[MODES.index(mode), grid.zone_at[zone]]


def test_it_has_every_zone_with_capacities_and_every_exchange_between_zones(grid: Grid) -> None:
    config = load()
    moment = times.read("2026-01-01T00:00Z")
    wanted = {key for key in config.solved_zones() if any(config.zones[key].capacity_at(moment).values())}
    assert len(wanted) > 300
    has_plants = {key for key, at in grid.zone_at.items() if grid.plants.has_plants[at]}
    assert wanted <= has_plants
    solved = set(config.solved_zones())
    assert set(grid.network.links) == {key for key, link in config.exchanges.items() if solved.issuperset(link.zones)}


def test_every_zone_balances_at_every_moment(grid: Grid, year: State) -> None:
    """Production + net import = load + net charging, to rounding of the sum."""
    zones = len(grid.network.zones)
    into, out_of = (sum_by_zone(ends, year.flow_mw, zones) for ends in (grid.network.second, grid.network.first))
    entering = year.production_mw.sum(axis=0) + into - out_of
    leaving = year.load_mw + year.charge_mw.sum(axis=0)
    assert np.abs(entering - leaving).max() < 1e-6


def test_nothing_is_below_zero_or_beyond_what_is_installed(grid: Grid, year: State) -> None:
    assert year.production_mw.min() >= 0
    assert year.load_mw.min() >= 0
    assert (year.production_mw <= grid.plants.installed_mw[..., None] + 1e-9).all()
    for key, zone in load().zones.items():
        if key in grid.zone_at:
            stores = zone.capacity_at(times.read("2026-01-01T00:00Z"))
            for store, values in zip(STORAGE_MODES, year.charge_mw[:, grid.zone_at[key]], strict=True):
                assumed_mw = ASSUMED_MW.get(key, {}).get(f"{store} storage", 0)
                assert np.abs(values).max() <= stores.get(f"{store} storage", assumed_mw)


def test_flows_keep_to_the_configured_limits_and_use_both_directions(grid: Grid, year: State) -> None:
    config, turned = load(), 0
    for key, flow in zip(grid.network.links, year.flow_mw, strict=True):
        low, high = config.exchanges[key].capacity or (-np.inf, np.inf)
        assert low <= flow.min() and flow.max() <= high, key
        turned += flow.min() < 0 < flow.max()
    assert turned > 100


def test_the_same_moment_is_the_same_however_it_is_asked_for(grid: Grid) -> None:
    moments = MARCH_S + HOUR_S * np.arange(24)
    whole, alone = grid.at(moments), grid.at([moments[7]])
    other = Grid(load()).at(moments[::-1])
    for name in State.__dataclass_fields__:
        expected = getattr(whole, name)
        np.testing.assert_allclose(getattr(alone, name)[..., 0], expected[..., 7], rtol=1e-9, atol=1e-9, err_msg=name)
        np.testing.assert_allclose(getattr(other, name)[..., ::-1], expected, rtol=1e-9, atol=1e-9, err_msg=name)
    assert not np.allclose(Grid(load(), seed=2).at(moments).load_mw, whole.load_mw)


def test_it_is_continuous_in_time(grid: Grid) -> None:
    """Between two minutes nothing moves by more than 2 % of what is installed or usual."""
    state = grid.at(MARCH_S + 60 * np.arange(0, 1440))
    scale = grid.plants.installed_mw.sum(axis=0) + grid.plants.load_mw + 1.0
    steps = np.abs(np.diff(state.production_mw)).max(axis=(0, 2))
    assert (steps / scale).max() < 0.02
    assert (np.abs(np.diff(state.load_mw)).max(axis=1) / scale).max() < 0.02


def test_the_sun_shines_by_day_and_more_in_summer(grid: Grid, year: State) -> None:
    """France at 12 UTC and at midnight; June beside December."""
    solar = at(grid, year, "FR", "solar")
    hour = (HOURS / HOUR_S) % 24
    assert solar[hour == 0].max() == 0
    assert solar[hour == 12].min() > 0
    month = np.array([times.epoch(moment).month for moment in HOURS])
    noon = np.isin(hour, (10, 11, 12, 13))
    assert solar[noon & (month == 6)].mean() > 2 * solar[noon & (month == 12)].mean()
    south = at(grid, year, "AU-SA", "solar")
    noon = np.isin(hour, (2, 3, 4))
    assert south[noon & (month == 12)].mean() > 1.2 * south[noon & (month == 6)].mean()


def test_load_follows_the_clock_the_week_and_the_season(grid: Grid, year: State) -> None:
    load_mw = year.load_mw[grid.zone_at["FR"]]
    local = [times.local(times.epoch(moment), "Europe/Paris") for moment in HOURS]
    hour, day, month = (np.array([getattr(one, name)() if name == "weekday" else getattr(one, name) for one in local])
                        for name in ("hour", "weekday", "month"))
    assert load_mw[hour == 19].mean() > 1.2 * load_mw[hour == 4].mean()
    assert load_mw[day == 2].mean() > 1.05 * load_mw[day == 6].mean()
    assert load_mw[month == 1].mean() > 1.1 * load_mw[month == 5].mean()


def test_dear_plants_run_only_when_cheap_ones_are_used_up(grid: Grid, year: State) -> None:
    """Oil is last in the merit order: where it runs, gas gives all that is ready, 0.85 ± 5 × 0.04 of it."""
    installed = grid.plants.installed_mw[MODES.index("gas")][:, None]
    oil, gas = (year.production_mw[MODES.index(mode)] for mode in ("oil", "gas"))
    is_running = (oil > 0) & (installed > 0)
    assert is_running.sum() > 1000
    assert (gas >= 0.65 * installed)[is_running].all()


def test_prices_rise_with_scarcity_and_fall_below_zero_now_and_then(grid: Grid, year: State) -> None:
    price, load_mw = year.price_mwh[grid.zone_at["DE"]], year.load_mw[grid.zone_at["DE"]]
    assert np.corrcoef(price, load_mw)[0, 1] > 0.3
    served = [grid.zone_at[key] for key in ("DE", "DK-DK1", "ES", "AU-SA", "GB", "SE-SE4")]
    assert year.price_mwh[served].min() < 0 < year.price_mwh.max() < 400


def test_forecasts_are_near_and_not_exact(grid: Grid, year: State) -> None:
    big = grid.plants.load_mw > 1000
    error = (year.load_forecast_mw / np.maximum(year.load_mw, 1e-9) - 1)[big]
    assert 0.01 < np.abs(error).mean() < 0.04
    total = year.production_mw.sum(axis=0)[big]
    error = year.generation_forecast_mw[big] / np.maximum(total, 1e-9) - 1
    assert 0.01 < np.abs(error[total > 100]).mean() < 0.06


def test_the_weather_has_no_edge_at_the_antimeridian_or_the_pole() -> None:
    lon, lat = np.array([179.999, -179.999, 0.0, 180.0]), np.array([10.0, 10.0, 89.999, 89.999])
    weather = Climate(lon, lat, seed=1).at(MARCH_S + HOUR_S * np.arange(48))
    for values in (weather.wind_ms, weather.cloud, weather.temperature_c):
        assert np.abs(values[0] - values[1]).max() < 0.01
        assert np.abs(values[2] - values[3]).max() < 0.01


def test_weather_is_alike_nearby_and_not_far_away() -> None:
    """100 km apart winds go together (the shortest wave is 1,500 km long), 8,000 km apart they do not."""
    lon, lat = np.array([0.0, 0.9, 100.0]), np.array([0.0, 0.0, 10.0])
    wind = Climate(lon, lat, seed=3).at(MARCH_S + 6 * HOUR_S * np.arange(1460)).wind_ms
    assert np.corrcoef(wind[0], wind[1])[0, 1] > 0.9
    assert abs(np.corrcoef(wind[0], wind[2])[0, 1]) < 0.4


def test_the_sun_stands_where_it_should() -> None:
    """Sines of its height by hand: at the equinox over the equator at noon sin 90° = 1; in Paris (48.85° N) on 21 June
    at solar noon sin(90 − 48.85 + 23.44)° = sin 64.59° = 0.903; in the polar night 0."""
    lon, lat = np.array([0.0, 0.0, 0.0]), np.array([0.0, 48.85, 80.0])
    moments = [times.read(text).timestamp() for text in ("2026-03-20T12:00Z", "2026-06-21T12:00Z", "2026-12-21T12:00Z")]
    sun = Climate(lon, lat, seed=1).at(np.array(moments)).sun
    assert sun[0, 0] == pytest.approx(1.0, abs=0.002)
    assert sun[1, 1] == pytest.approx(0.903, abs=0.003)
    assert sun[2, 2] == 0


def test_unit_vectors_have_length_one() -> None:
    assert np.linalg.norm(unit_vectors(np.array([10.0, -170.0]), np.array([80.0, -35.0])), axis=1) == pytest.approx(1.0)
