"""The strong forecast: what it must not see, what must not break it, and its files. The grids are made up."""

import csv
import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from core import times
from core.cli import app
from core.errors import FileError
from core.forecast.strong import learning
from core.forecast.strong.files import WEATHER, read_files
from core.forecast.strong.hourly import AHEAD_H, MARGIN_H, Hourly, Published, share
from core.forecast.strong.learning import TAIL_DAYS, Edges, Said, foresee, learn
from core.forecast.strong.once import issue, issue_blend
from core.forecast.strong.packing import Trained, pack, unpack

FIRST = times.read("2021-01-01T00:00Z")
FIRST_S = int(FIRST.timestamp())
DAYS = 105
ORIGIN = 24 * 97 + 7
NAN = float("nan")


def made(days: int = DAYS) -> Hourly:
    """A grid whose wind moves its intensity: 900 MW per m/s take the place of coal at 900 g/kWh."""
    random, hours = np.random.default_rng(1), np.arange(days * 24 + AHEAD_H + MARGIN_H)
    wind = 5 + 3 * np.sin(hours / 37) + random.normal(0, 0.3, len(hours))
    sun = np.maximum(0, 400 * np.sin((hours % 24 - 6) / 12 * np.pi))
    past = days * 24
    windy = np.maximum(100, 900 * wind)
    coal = np.maximum(500, 12000 - windy - 3 * sun)
    generation = {"wind": windy[:past], "solar": 3 * sun[:past], "coal": coal[:past]}
    weather = dict(zip(WEATHER, (wind, 285 + sun / 50, 280 + 0 * sun, sun, 0 * sun), strict=True))
    total = np.sum(list(generation.values()), axis=0)
    return Hourly(FIRST_S, 900 * generation["coal"] / total + 10, generation, weather)


def spoilt(grid: Hourly, origin: int) -> Hourly:
    """The same past and weather of the hours that count; noise for everything else."""
    random = np.random.default_rng(2)

    def noise(values: np.ndarray, begin: int) -> np.ndarray:
        return np.append(values[:begin], random.uniform(1, 1000, len(values) - begin))

    return replace(
        grid, intensity_g_per_kwh=noise(grid.intensity_g_per_kwh, origin),
        generation_mw={name: noise(one, origin) for name, one in grid.generation_mw.items()},
        weather={name: noise(one, origin + AHEAD_H + MARGIN_H) for name, one in grid.weather.items()})


def ended(grid: Hourly, end: int) -> Hourly:
    """Its hours before one."""
    return replace(
        grid, intensity_g_per_kwh=grid.intensity_g_per_kwh[:end],
        generation_mw={name: one[:end] for name, one in grid.generation_mw.items()},
        weather={name: one[: end + AHEAD_H + MARGIN_H] for name, one in grid.weather.items()})


@pytest.mark.parametrize("has_weather", [True, False])
def test_the_future_does_not_change_a_forecast(has_weather: bool) -> None:
    grid = made() if has_weather else replace(made(), weather={})
    other, origins = spoilt(grid, ORIGIN), np.array([ORIGIN])
    one, two = learn(grid, ORIGIN), learn(other, ORIGIN)
    assert one and two
    before, after = foresee(one, grid, origins), foresee(two, other, origins)
    np.testing.assert_array_equal(before.intensity_g_per_kwh, after.intensity_g_per_kwh)


def test_it_knows_what_the_wind_does() -> None:
    """Of this grid the weather says nearly all, and the hours before nearly nothing of what comes in four days."""
    grid = made()
    origins = np.array([ORIGIN])
    found, blended = issue(ended(grid, ORIGIN), origins), issue_blend(ended(grid, ORIGIN), origins)
    actual = grid.intensity_g_per_kwh[ORIGIN : ORIGIN + AHEAD_H]
    assert (found.method, blended.method) == ("boosting_with_weather", "blend")
    error, other = (np.mean(np.abs(one.values[0] / actual - 1)) for one in (found, blended))
    assert error < 0.06 and error < other / 2
    assert np.isnan(found.high).all() and (blended.low < blended.high).all(), "four weeks less are too few"


def test_the_band_is_of_forecasts_that_did_not_know_the_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four weeks that a model did not know its forecasts were 20 % too low: the band ends there or above."""
    grid = ended(made(), ORIGIN)
    intensity = grid.intensity_g_per_kwh.copy()

    def said(end: int, known: Hourly, origins: np.ndarray, threads: int) -> Said:
        actual = np.append(intensity, np.full(AHEAD_H, 300.0))[origins[:, None] + np.arange(AHEAD_H)]
        return Said(actual / 1.25 if end < ORIGIN else actual, {})

    monkeypatch.setattr(learning, "learn", lambda known, end, threads: end)
    monkeypatch.setattr(learning, "foresee", said)
    assert np.exp(learning.backtest(grid).log_intensity) == pytest.approx(1.25)


def test_a_gap_in_the_past_leaves_a_forecast_whole() -> None:
    grid = made()
    intensity = grid.intensity_g_per_kwh.copy()
    intensity[ORIGIN - 30 : ORIGIN], intensity[500:600] = NAN, NAN
    gappy = replace(grid, intensity_g_per_kwh=intensity)
    learnt = learn(gappy, ORIGIN)
    assert learnt and np.isfinite(foresee(learnt, gappy, np.array([ORIGIN])).intensity_g_per_kwh).all()


def cut(grid: Hourly, first: int) -> Hourly:
    """Its hours from one on."""
    return replace(
        grid, first_s=grid.first_s + first * 3600, intensity_g_per_kwh=grid.intensity_g_per_kwh[first:],
        generation_mw={name: one[first:] for name, one in grid.generation_mw.items()},
        weather={name: one[first:] for name, one in grid.weather.items()},
        others={name: one[first:] for name, one in grid.others.items()})


@pytest.mark.parametrize("has_weather", [True, False])
def test_the_last_weeks_and_what_was_packed_say_the_same(has_weather: bool) -> None:
    """Of 97 days the last 35; packed, numbers have seven digits."""
    grid = ended(made(), ORIGIN)
    grid = replace(grid, others={"wind_share": share(grid, "wind"), "rest_share": 1 - share(grid, "wind")},
                   weather=grid.weather if has_weather else {})
    learnt, origin = learn(grid, ORIGIN), TAIL_DAYS * 24
    assert learnt and learnt.companions
    whole = foresee(learnt, grid, np.array([ORIGIN]))
    nothing = np.full((2, AHEAD_H), 0.5)
    packed = pack(Trained(learnt, Edges(nothing, {"wind_share": nothing})))
    for one, digits in ((learnt, 1e-9), (unpack(packed).learnt, 1e-4)):
        tail = foresee(one, cut(grid, ORIGIN - origin), np.array([origin]), is_tail=True)
        assert tail.intensity_g_per_kwh == pytest.approx(whole.intensity_g_per_kwh, rel=digits)
        assert tail.others["wind_share"] == pytest.approx(whole.others["wind_share"], rel=digits)
    assert unpack(packed).edges.others["wind_share"].tolist() == nothing.tolist()
    with pytest.raises(ValueError):
        unpack(b"no model")


def test_what_operators_foresee_is_learnt_from_as_far_as_it_was_known() -> None:
    """Without weather: the wind of the next day as it comes, known at noon of the day before; later days are not."""
    hours, random = np.arange(DAYS * 24), np.random.default_rng(3)
    wind_mw = np.repeat(random.uniform(1000, 8000, DAYS * 4), 6)  # anew every six hours, so that the past tells nothing
    grid = Hourly(FIRST_S, 10 + 900 * (1 - wind_mw / 12000), {"wind": wind_mw, "coal": 12000 - wind_mw}, {})
    wind_mw = np.append(wind_mw, np.full(AHEAD_H, NAN))
    known_hour = np.append((hours // 24) * 24 - 12.0, np.full(AHEAD_H, NAN))
    published = replace(grid, published={"wind": Published(wind_mw, known_hour)})
    origins = np.array([24 * 97 + 13])  # 13:00: the next day is known, the one after it is not
    actual = grid.intensity_g_per_kwh[origins[0] :][:AHEAD_H]
    errors = []
    for one in (grid, published):
        learnt = learn(one, int(origins[0]))
        assert learnt
        said = foresee(learnt, one, origins).intensity_g_per_kwh[0]
        errors.append(np.abs(said / actual - 1))
    bare, knowing = (error[: 24 + 11].mean() for error in errors)
    assert bare > 0.15 and knowing < 0.08
    spoiled = wind_mw.copy()
    spoiled[origins[0] + 24 + 11 :] = 9e9  # the day after the next, which nobody had published by then
    other = replace(published, published={"wind": Published(spoiled, known_hour)})
    learnt = learn(other, int(origins[0]))
    assert learnt
    assert foresee(learnt, other, origins).intensity_g_per_kwh[0] == pytest.approx(said)


def test_a_short_past_gives_the_blend_and_weather_that_ends_early_is_not_used() -> None:
    grid = ended(made(), 24 * 60)
    assert learn(grid, grid.hours) is None and issue(grid, np.array([grid.hours])).method == "blend"
    late = ended(made(), ORIGIN)
    unknown = np.full(AHEAD_H + MARGIN_H - 60, NAN)
    early = {name: np.append(one[: ORIGIN + 60], unknown) for name, one in late.weather.items()}
    assert issue(replace(late, weather=early), np.array([ORIGIN])).method == "boosting"


def write_files(folder: Path, days: int, noise_from: int | None = None) -> None:
    """emissions.csv and weather.csv of a made-up grid from 20 June 2021 on, the weather stamped 24 hours too early."""
    grid, random = made(days), np.random.default_rng(7)
    begin = times.read("2021-06-20T00:00Z")
    with (folder / "emissions.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["", "UTC time", "carbon_intensity", *grid.generation_mw])
        for at in range(grid.hours):
            is_noise = noise_from is not None and at >= noise_from
            known = [grid.intensity_g_per_kwh[at], *(one[at] for one in grid.generation_mw.values())]
            writer.writerow([at, times.text(times.shift(begin, hours=at), "YYYY-MM-DD HH:mm:ss"),
                             *(random.uniform(1, 900, 4) if is_noise else known)])
    with (folder / "weather.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["datetime", "wind", "temperature", "dewpoint", "dswrf", "precipitation"])
        for at in range(grid.hours + AHEAD_H + MARGIN_H):
            is_noise = noise_from is not None and at >= noise_from + AHEAD_H + MARGIN_H
            known = [one[at] for one in grid.weather.values()]
            writer.writerow([times.text(times.shift(begin, hours=at - 24), "YYYY-M-D H:mm:ssZ"),
                             *(random.uniform(1, 900, 5) if is_noise else known)])


def test_files_are_joined_by_their_moments_and_weather_is_shifted_to_where_it_fits(tmp_path: Path) -> None:
    write_files(tmp_path, 20)
    grid = made(20)
    found = read_files(tmp_path / "emissions.csv", tmp_path / "weather.csv", FIRST_S // 3600 + 170 * 24 + 240)
    assert found.first_s == int(times.read("2021-06-20T00:00Z").timestamp()) and found.hours == 240
    np.testing.assert_allclose(found.intensity_g_per_kwh, grid.intensity_g_per_kwh[:240])
    np.testing.assert_allclose(found.weather["wind_m_per_s"], grid.weather["wind_m_per_s"][: 240 + AHEAD_H + MARGIN_H])
    assert found.generation_mw.keys() == {"wind", "solar", "coal"}


def forecast_csv(folder: Path, *more: str) -> list[dict[str, str]]:
    emissions, weather, out = (str(folder / name) for name in ("emissions.csv", "weather.csv", "ahead.csv"))
    found = CliRunner().invoke(app, ["forecast", "csv", emissions, weather, "--out", out, *more])
    assert found.exit_code == 0, found.output
    return list(csv.DictReader((folder / "ahead.csv").read_text().splitlines()))


def test_the_command_does_not_see_the_future(tmp_path: Path) -> None:
    """Issued on 25 September at seven, 97 days and seven hours from the begin on."""
    asked = "--issued", "2021-09-25T07:20Z", "--hours", "96"
    write_files(tmp_path, DAYS)
    rows = forecast_csv(tmp_path, *asked)
    write_files(tmp_path, DAYS, noise_from=ORIGIN)
    assert forecast_csv(tmp_path, *asked) == rows and len(rows) == 96
    assert (rows[0]["datetime"], rows[-1]["datetime"]) == ("2021-09-25T07:00:00Z", "2021-09-29T06:00:00Z")
    actual = made().intensity_g_per_kwh[ORIGIN:][:96]
    foreseen = np.array([float(row["carbon_intensity_g_per_kwh"]) for row in rows])
    assert {row["method"] for row in rows} == {"boosting_with_weather"}
    assert np.mean(np.abs(foreseen / actual - 1)) < 0.06


def test_many_forecasts_are_by_what_was_learnt_at_the_first(tmp_path: Path) -> None:
    """Thirty days apart by one model; the band of the 29th is made of the errors of the 28 before it."""
    write_files(tmp_path, 150)
    rows = forecast_csv(tmp_path, "--issued", "2021-09-25T07:00Z", "--hours", "24", "--days", "30")
    assert len(rows) == 30 * 24 and rows[24]["issued"] == rows[24]["datetime"] == "2021-09-26T07:00:00Z"
    one = forecast_csv(tmp_path, "--issued", "2021-09-25T07:00Z", "--hours", "24")
    assert one == rows[:24]
    actual = made(150).intensity_g_per_kwh
    widths = []
    for row in rows:
        at = int((times.read(row["datetime"]) - times.read("2021-06-20T00:00Z")).total_seconds()) // 3600
        foreseen = float(row["carbon_intensity_g_per_kwh"])
        assert foreseen == pytest.approx(actual[at], rel=0.25)
        widths.append(float(row["high_g_per_kwh"] or "nan") / foreseen)
    assert np.isnan(widths[: 9 * 24]).all() and np.isfinite(widths[-24:]).all(), "ten forecasts make a band"
    assert 1 < np.median(widths[-24:]) < 1.15


def test_without_history_enough_the_command_names_the_blend(tmp_path: Path) -> None:
    write_files(tmp_path, 15)
    rows = forecast_csv(tmp_path, "--issued", "2021-07-05T00:00Z", "--hours", "2")
    assert [row["method"] for row in rows] == ["blend", "blend"] and len(rows) == 2
    assert 0 < float(rows[0]["low_g_per_kwh"]) < float(rows[0]["high_g_per_kwh"])


def test_without_the_extra_the_command_says_so_and_gives_the_blend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    write_files(tmp_path, 100)
    words = [str(tmp_path / "emissions.csv"), "--issued", "2021-09-25T00:00Z", "--out", str(tmp_path / "ahead.csv")]
    found = CliRunner().invoke(app, ["forecast", "csv", *words])
    assert found.exit_code == 0 and "pip install 'gridtrace[forecast]'" in found.stderr
    assert found.stdout == f"72 hours by blend: {tmp_path / 'ahead.csv'}\n"


@pytest.mark.parametrize(("name", "text", "told"), [
    ("emissions.csv", "UTC time,other\n2021-01-01,3\n", "has no column carbon_intensity"),
    ("emissions.csv", "a,b\n1,2\n", "with moments in a column UTC time"),
    ("emissions.csv", "UTC time,carbon_intensity\n2031-01-01,3\n", "has nothing before the forecast is issued"),
    ("weather.csv", "datetime,wind\n2021-01-01,3\n", "the columns wind_m_per_s, temperature_k"),
])
def test_files_of_another_shape_are_refused(tmp_path: Path, name: str, text: str, told: str) -> None:
    write_files(tmp_path, 3)
    (tmp_path / name).write_text(text)
    hour = math.floor(times.read("2021-06-22T00:00Z").timestamp()) // 3600
    with pytest.raises(FileError, match=told):
        read_files(tmp_path / "emissions.csv", tmp_path / "weather.csv", hour)
