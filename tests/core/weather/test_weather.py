"""Grids, blocks, the sun, what is kept of an hour, and the weather in between; numbers worked out by hand."""

import numpy as np
import pytest
from shapely import box

from core import times
from core.weather import THIN, WORLD, Forecast, Frame, Grid, at_moment, block_of, faults, keep, sun, unpack, weights_of
from core.weather.zones import zone_means

RUN = times.read("2026-03-10T06:00Z")
SMALL = Grid(north=2.0, west=0.0, step=1.0, rows=5, columns=360)
"""From 2° north to 2° south, around the globe."""


def forecast(grid: Grid = WORLD, east: float = 3.0, north: float = 4.0, kelvin: float = 280.0, sun: float = 100.0,
             ) -> Forecast:
    fields = (np.full((grid.rows, grid.columns), value, dtype=np.float32) for value in (east, north, kelvin, sun))
    return Forecast(RUN, times.shift(RUN, hours=3), grid, *fields)


@pytest.mark.parametrize(("moment", "first"), [
    ("2026-03-10T06:00Z", 1), ("2026-03-10T07:00Z", 1), ("2026-03-10T12:00Z", 1), ("2026-03-10T12:01Z", 7),
    ("2026-03-13T18:00Z", 79),
])
def test_a_block_is_six_hours_and_its_end_is_in_it(moment: str, first: int) -> None:
    assert [*block_of(RUN, times.read(moment))] == [*range(first, first + 6)]


def test_the_sun_stands_where_almanacs_have_it() -> None:
    """At noon of the June solstice, 12:02 on Greenwich's clock, it is 23.44° north: overhead there, and in London 51.5
    - 23.44 = 28.06° from that; at 90° east it sets on the equator then. At midnight it is below our feet."""
    solstice_s = times.read("2026-06-21T12:02Z").timestamp()
    heights = np.degrees(np.arcsin(sun.height(solstice_s, np.array([23.44, 51.5]), np.array([0.0]))))[:, 0]
    assert heights == pytest.approx([90, 90 - 28.06], abs=0.7)
    assert sun.height(solstice_s, np.array([0.0]), np.array([90.0]))[0, 0] == pytest.approx(0, abs=0.01)
    assert sun.height(times.read("2026-03-20T00:08Z").timestamp(), np.array([0.0]), np.array([0.0]))[0, 0] < -0.99


def test_the_mean_of_an_hour_at_noon_on_the_equator() -> None:
    """Of cos over ±7.5° around noon at the equinox: sin(7.5°) / 7.5° = 0.13053 / 0.13090 = 0.9971."""
    end_s = times.read("2026-03-20T12:37:30Z").timestamp()  # the sun is 7 min 30 s late that day
    assert sun.mean_height(end_s, np.array([0.0]), np.array([0.0]))[0, 0] == pytest.approx(0.9971, abs=0.001)


def why(**values: float) -> str:
    return "; ".join(faults(forecast(**values)))


def test_values_that_cannot_be_are_faults() -> None:
    assert [*faults(forecast())] == []
    assert "wind_east_m_per_s is -121 at 836640 points" in why(east=-121)
    assert "radiation_w_per_m2 is 1501" in why(sun=1501)
    assert "temperature_k is nan" in why(kelvin=np.nan)
    assert [*faults(forecast(sun=-19))] == [], "a difference of rounded means"
    assert "grid" in "; ".join(faults(forecast(SMALL)))


def test_what_is_kept_comes_back_in_its_steps() -> None:
    """Every fourth point: at 84° N and 1° E stand what the fifth row and column say. 3.14 m/s are kept as 3.1."""
    given = forecast()
    given.wind_east_m_per_s[4, 4], given.wind_north_m_per_s[4, 4], given.radiation_w_per_m2[4, 4] = 3.14, -119.96, -3
    given.wind_east_m_per_s[5, 5] = 77.0
    found = unpack(keep(given, weights_of({"XA": [box(1, 1, 2, 2)]}, WORLD)).content, 7200)
    assert found.at_s == 7200 and found.wind_east_m_per_s.shape == (146, 360) == (THIN.rows, THIN.columns)
    assert (THIN.latitudes[1], THIN.longitudes[1], THIN.latitudes[-1]) == (84.0, 1.0, -60.0)
    assert found.wind_east_m_per_s[1, 1] == pytest.approx(3.1) and found.wind_north_m_per_s[1, 1] == pytest.approx(-120)
    assert found.radiation_w_per_m2[1, 1] == 0 and found.radiation_w_per_m2[1, 2] == 100
    assert found.wind_east_m_per_s.max() == pytest.approx(3.1)


def test_a_zone_is_the_mean_of_the_points_near_it_weighted_by_area() -> None:
    """From 0.5° to 2.5° E and 0.5° S to 1.5° N: four points' squares, whole. At 1° N a square is cos 1° as large. The
    northern two have wind of 10 m/s, the southern two of 20: (10 cos 1° + 20) / (cos 1° + 1) = 15.0004. The root of
    the mean cube is that of (1000 + 8000) / 2 = 4500: 16.51."""
    given = forecast(SMALL, east=0, north=0)
    given.wind_east_m_per_s[1], given.wind_north_m_per_s[2] = 10, -20
    weights = weights_of({"XA": [box(0.5, -0.5, 2.5, 1.5)]}, SMALL)
    assert weights.matrix.sum() == pytest.approx(1) and weights.matrix.nnz == 4
    wind, cube, kelvin, radiation = zone_means(weights, given)[0]
    assert wind == pytest.approx(15.0004, abs=0.0001) and cube == pytest.approx(16.51, abs=0.005)
    assert (kelvin, radiation) == (pytest.approx(280), pytest.approx(100))


def test_a_zone_across_two_squares_across_the_antimeridian_and_a_very_small_one() -> None:
    """From 179.75° E on to 179.25° W, a degree: the last quarter of it is nearer to 179° W than to 180°. A rock between
    points is the nearest one."""
    given = forecast(SMALL, east=0, north=0)
    given.wind_east_m_per_s[:, 181] = 8
    rock = box(-179.0001, 0, -179, 0.0001)
    across = [box(179.75, -0.4, 180, 0.4), box(-180, -0.4, -179.25, 0.4)]
    weights = weights_of({"XA": across, "XB": [rock]}, SMALL)
    found = zone_means(weights, given)
    assert weights.zones == ("XA", "XB")
    assert found[0, 0] == pytest.approx(8 * 0.25) and found[1, 0] == pytest.approx(8)


def test_a_zone_beyond_the_grid_has_no_weights() -> None:
    assert weights_of({"XA": [box(0, 80, 1, 81)], "XB": [box(0, 0, 1, 1)]}, SMALL).zones == ("XB",)


def frame(at_s: int, east: float = 0, radiation: float = 0) -> Frame:
    shape = (SMALL.rows, SMALL.columns)
    return Frame(at_s, np.full(shape, east), np.zeros(shape), np.full(shape, radiation))


NOON_S = int(times.read("2026-03-20T12:00Z").timestamp())


def test_wind_changes_evenly_between_two_hours() -> None:
    """A quarter of the way from 4 to 8 m/s is 5."""
    frames = {NOON_S: frame(NOON_S, east=4), NOON_S + 3600: frame(NOON_S + 3600, east=8)}
    found = at_moment(frames, NOON_S + 900, SMALL)
    assert found is not None and found.wind_east_m_per_s == pytest.approx(np.full((5, 360), 5.0))


def test_without_the_hour_of_a_moment_or_that_before_nothing_is_known() -> None:
    assert at_moment({NOON_S: frame(NOON_S)}, NOON_S + 900, SMALL) is None
    assert at_moment({NOON_S + 3600: frame(NOON_S + 3600)}, NOON_S + 900, SMALL) is None


def test_radiation_follows_the_sun_within_an_hour() -> None:
    """A clear sky that lets half of 1000 W/m² times the sun's height through gives it at every moment; a cloud that
    halves the next hour is felt by half of that between the two middles."""
    def at(hour: int, part: float) -> Frame:
        end_s = NOON_S + 3600 * hour
        return frame(end_s)._replace(
            radiation_w_per_m2=part * 1000 * sun.mean_height(end_s, SMALL.latitudes, SMALL.longitudes))

    frames = {NOON_S + 3600 * hour: at(hour, 0.5) for hour in range(3)}
    for moment_s in (NOON_S + 60, NOON_S + 1800, NOON_S + 3500):
        found = at_moment(frames, moment_s, SMALL)
        height = np.maximum(sun.height(moment_s, SMALL.latitudes, SMALL.longitudes), 0)
        assert found is not None
        is_day = height > 0.3
        assert found.radiation_w_per_m2[is_day] == pytest.approx(500 * height[is_day])
        assert (found.radiation_w_per_m2[height == 0] == 0).all(), "the night is dark"
    frames[NOON_S + 7200] = at(2, 0.25)
    found = at_moment(frames, NOON_S + 3600 - 1, SMALL)
    height = sun.height(NOON_S + 3600 - 1, SMALL.latitudes, SMALL.longitudes)[2, 0]
    assert found is not None and found.radiation_w_per_m2[2, 0] == pytest.approx(375 * height, rel=0.001)
