"""The quality rules on hand-made series: each once where it must speak and where it must be silent."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core import config, schemas, times
from core.validation import Ends, Series, is_judged, judge, limits_of, values_of
from core.validation.series import ENOUGH, NAMES, FloatArray, Limits
from tests import fakes

START_S = times.read("2026-03-01T00:00Z").timestamp()
HOURS = np.arange(96)
DAY = np.sin(2 * np.pi * (HOURS - 9) / 24)
"""A smooth day, 1 at 15:00, −1 at 03:00."""
FLAT = np.ones(len(HOURS))
RULES = {"capacity", "range", "doubling", "other_end", "balance", "sign", "vanished", "jump", "frozen"}


def series(kind: str, values: FloatArray, *, new: int = 1, minutes: int = 60, **more: Any) -> Series:
    """A series of hours of which the last `new` are to be judged."""
    count = values.shape[1]
    start_s = START_S + 60.0 * minutes * np.arange(count)
    return Series(kind, "XA", start_s, values, np.arange(count) >= count - new, **more)


def mix(**modes: FloatArray | float) -> FloatArray:
    """A production series with these modes; the others are missing."""
    values = np.full((len(NAMES), len(HOURS)), np.nan)
    for mode, mw in modes.items():
        values[NAMES.index(mode)] = mw
    return values


def load(base: float = 1000.0) -> FloatArray:
    return (base * (1 + 0.2 * DAY) + np.arange(96) * 0.1)[None]


def flow(base: float = 500.0) -> FloatArray:
    return (base * (1 + 0.1 * DAY) + np.arange(96) * 0.1)[None]


def rules(found: Series) -> dict[int, str]:
    """Place → rule; a warning of a rule that failed fails the test."""
    warnings: list[str] = []
    suspicions = judge(found, warnings)
    assert warnings == []
    assert all(found.is_new[at] for at in suspicions), "what is stored is not judged again"
    return {at: one.rule for at, one in suspicions.items()}


def changed(values: FloatArray, at: int | slice, to: Callable[[FloatArray], Any]) -> FloatArray:
    """The values with some places changed."""
    values = values.copy()
    values[..., at] = to(values[..., at])
    return values


MIX = mix(coal=300 + 50 * DAY, gas=200 - 30 * DAY + HOURS * 0.1, wind=100 + 40 * np.cos(HOURS / 7))
SOUND = {"production": MIX, "consumption": load(), "exchange": flow(), "price": load(60.0)}


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize("new", [1, 48, 96])
def test_a_sound_series_is_not_suspected(kind: str, new: int) -> None:
    assert rules(series(kind, SOUND[kind], new=new)) == {}


@pytest.mark.parametrize("kind", SOUND)
def test_a_first_answer_of_one_value_is_not_suspected(kind: str) -> None:
    one = series(kind, SOUND[kind])
    assert rules(replace(one, start_s=one.start_s[-1:], values=one.values[:, -1:], is_new=one.is_new[-1:])) == {}


# capacity


def capped(**most: float) -> Limits:
    row = np.full(len(NAMES), np.nan)
    for mode, mw in most.items():
        row[NAMES.index(mode)] = mw
    return Limits(row)


def test_a_mode_above_its_capacity_with_margin() -> None:
    limits = capped(wind=400.0, battery_storage=50.0)
    for mw, found in ((399.0, {}), (401.0, {95: "capacity"})):
        values = MIX.copy()
        values[NAMES.index("wind"), 95] = mw
        assert rules(series("production", values, limits=limits)) == found
    values = changed(MIX, 95, lambda old: old)
    values[NAMES.index("battery_storage"), 95] = -60.0  # discharging above what is installed
    (suspicion,) = judge(series("production", values, limits=limits), []).values()
    assert suspicion.figures == {"battery_storage_mw": -60.0, "most_mw": 50.0}
    assert "battery_storage_mw -60, most_mw 50" in suspicion.reason


def test_a_capacity_that_the_accepted_past_exceeds_is_out_of_date() -> None:
    past = changed(MIX, 40, lambda old: old)
    past[NAMES.index("wind"), 40] = 420.0
    past[NAMES.index("wind"), 95] = 430.0
    assert rules(series("production", past, limits=capped(wind=400.0))) == {}
    assert rules(series("production", MIX, new=96, limits=capped(wind=50.0))) == {}, "so is one below most of a batch"


def test_margins_grow_with_the_age_of_the_figure() -> None:
    """By hand, 100 MW of solar from 2024-01-01 at 2026-01-01 (731 days, 2.0014 years): 1.5 · (1 + 0.4·2.0014) · 100 =
    270.1, and a floor of 20 MW; gas without a date counts as five years old: 1.5 · (1 + 0.05·5) · 400 + 20 = 770."""
    entries = {"solar": [{"from": "2024-01-01", "mw": 100}], "gas": [{"mw": 400}]}
    world = config.load().with_more({"XA": fakes.zone("Z") | {"capacity": entries}}, {})
    limits = limits_of(world, "XA", times.read("2026-01-01T00:00Z"))
    assert limits.most_mw[NAMES.index("solar")] == pytest.approx(290.1, abs=0.1)
    assert limits.most_mw[NAMES.index("gas")] == pytest.approx(770.0)
    assert np.isnan(limits.most_mw[NAMES.index("coal")])
    assert limits.installed_mw == 500.0


@pytest.mark.parametrize(
    ("key", "low", "high"),
    [
        ("XA->XB", -525.8, 653.4),  # a tenth of 478 and of 594: the margin widens both sides
        ("XA->XC", 0, 1100),  # one way only: a tenth of nothing is nothing
        ("XB->XC", -1100, 0),
    ],
)
def test_a_flow_stays_within_its_links_capacity_and_a_tenth(key: str, low: float, high: float) -> None:
    capacities = {"XA->XB": (-478, 594), "XA->XC": (0, 1000), "XB->XC": (-1000, 0)}
    links = {name: {"lonlat": [0, 50], "rotation": 0, "capacity": [*both]} for name, both in capacities.items()}
    world = config.load().with_more(dict.fromkeys(("XA", "XB", "XC"), fakes.zone("Z")), links)
    limits = limits_of(world, key, times.now())
    for kind in ("exchange", "exchangeForecast"):
        for mw in (low, low + 0.1, 0, high - 0.1, high):
            assert rules(series(kind, np.array([[mw]]), limits=limits)) == {}
        for mw in (low - 0.1, high + 0.1):
            assert rules(series(kind, np.array([[mw]]), limits=limits)) == {0: "capacity"}


def test_the_limits_are_the_projects_own() -> None:
    at = times.read("2026-03-01T00:00Z")
    assert config.load().exchanges["AU-TAS->AU-VIC"].capacity == (-478, 594), "choose another link for this test"
    assert limits_of(config.load(), "AU-TAS->AU-VIC", at).link_mw == pytest.approx((-525.8, 653.4))
    stranger = limits_of(config.load(), "XX", at)
    assert (stranger.installed_mw, stranger.link_mw, np.isnan(stranger.most_mw).all()) == (0.0, None, True)


# range


def test_what_cannot_be() -> None:
    """Installed 2 000 MW: three times that is 6 000."""
    limits = Limits(installed_mw=2000.0)
    assert rules(series("consumptionForecast", changed(load(), 95, lambda old: 5999.0), limits=limits)) == {}
    assert rules(series("consumptionForecast", changed(load(), 95, lambda old: 6001.0), limits=limits)) == {95: "range"}
    assert rules(series("consumption", changed(load(), 95, lambda old: 100.0))) == {95: "range"}, "a load collapses"
    assert rules(series("consumption", changed(load(), 95, lambda old: 700.0))) == {}


def test_prices_spike_but_not_beyond_every_cap() -> None:
    """A currency of small units is known by its own usual prices: 12 000 a MWh, so that 100 times that is a limit."""
    assert rules(series("price", changed(SOUND["price"], 95, lambda old: 20_300.0))) == {}
    assert rules(series("price", changed(SOUND["price"], 95, lambda old: -31_000.0))) == {95: "range"}
    assert rules(series("price", changed(load(12_000.0), 95, lambda old: 300_000.0))) == {}
    assert rules(series("price", changed(load(12_000.0), 95, lambda old: 1_300_000.0))) == {95: "range"}
    first = np.array([[302_000.0, 298_000.0, 311_000.0]])
    assert rules(series("price", first, new=3)) == {}, "three pesos' prices tell that these are pesos"
    assert rules(series("price", first[:, :2], new=2)) == {0: "range", 1: "range"}


# doubling


@pytest.mark.parametrize("kind", ["production", "consumption", "exchange"])
@pytest.mark.parametrize("new", [3, 96])
def test_doubled_values_are_seen_to_the_end_of_the_fault(kind: str, new: int) -> None:
    values = changed(SOUND[kind], slice(93, 96), lambda old: 2 * old)
    assert rules(series(kind, values, new=new)) == {93: "doubling", 94: "doubling", 95: "doubling"}


def test_one_mode_that_doubles_is_no_doubled_mix() -> None:
    values = MIX.copy()
    values[NAMES.index("coal"), 95] *= 3
    assert values[:10, 95][~np.isnan(values[:10, 95])].sum() > 1.8 * np.nansum(MIX[:10, 95])
    assert "doubling" not in rules(series("production", values)).values()


def test_a_load_that_doubles_every_day_may() -> None:
    """The heaters of a small zone: on at 18:00, off at 22:00, every day."""
    values = load(100.0) * np.where((HOURS % 24 >= 18) & (HOURS % 24 < 22), 2.0, 1.0)
    assert rules(series("consumption", values, new=24)) == {}


# sign, balance, other end


def test_a_turned_flow_is_known_by_its_own_past() -> None:
    turned = changed(flow(), slice(93, 96), lambda old: -old)
    assert rules(series("exchange", turned, new=3)) == {93: "sign", 94: "sign", 95: "sign"}
    assert rules(series("exchange", turned, new=96)) == {93: "sign", 94: "sign", 95: "sign"}


def test_a_link_that_often_turns_at_once_may() -> None:
    values = flow() * np.where(HOURS // 5 % 2, 1.0, -1.0)
    assert rules(series("exchange", values, new=20)) == {}


def test_a_flow_that_turns_slowly_may() -> None:
    assert rules(series("exchange", np.linspace(800, -800, 96)[None], new=60)) == {}


def test_a_turn_that_lasts_is_a_turn() -> None:
    """Within one batch 13 hours the other way: the first 12 of them were suspects when they came alone."""
    assert rules(series("exchange", changed(flow(), slice(83, 96), lambda old: -old), new=13)) == {}
    assert set(rules(series("exchange", changed(flow(), slice(84, 96), lambda old: -old), new=12)).values()) == {"sign"}


def ends(missing: float = 0.0) -> Ends:
    """A zone that exports 500 of 1500 MW and one that imports them; loads of 1000 (and what is missing) and 2500."""
    hours = START_S + 3600.0 * HOURS
    rest = np.stack([1500.0 * FLAT, 2000.0 * FLAT])
    return Ends(hours, rest, np.stack([1000.0 * FLAT + missing, 2500.0 * FLAT]))


@pytest.mark.parametrize(("mw", "expected"), [(500.0, {}), (-500.0, {95: "balance"}), (1000.0, {95: "balance"})])
def test_a_flow_must_close_the_balances_of_its_ends(mw: float, expected: dict[int, str]) -> None:
    """At +500 both balances close. At −500 A has 1500 + 500 − 1000 = 1000 MW too many, and none if it is turned; at
    1000 A lacks 500 MW, and none if it is halved. The link's past says nothing: it drops by 450 MW every ten hours."""
    values = np.where(HOURS % 10, 500.0 + DAY, 50.0)[None]
    values[0, 95] = mw
    assert rules(series("exchange", values, ends=ends(), limits=Limits(link_mw=(-2000.0, 2000.0)))) == expected


def test_a_balance_that_is_always_open_says_nothing() -> None:
    values = changed(500.0 * FLAT[None] + DAY, 95, lambda old: -500.0)
    open_ends = ends(missing=400.0)
    nobody = replace(open_ends, load_mw=np.stack([open_ends.load_mw[0], np.nan * FLAT]))
    assert rules(series("exchange", values, ends=nobody)) == {95: "sign"}, "its own past still speaks"


def test_the_balances_may_clear_a_turned_flow() -> None:
    """The link really turned: A makes 500 MW, consumes 1000 and imports 500."""
    values = changed(500.0 * FLAT[None] + DAY, 95, lambda old: -500.0)
    turned = ends()
    turned.rest_mw[:, 95] = (500.0, 3000.0)
    assert rules(series("exchange", values, ends=turned)) == {}
    assert rules(series("exchange", values)) == {95: "sign"}


def test_a_flow_against_its_schedule_which_it_always_followed() -> None:
    values = changed(flow(), 95, lambda old: -0.6 * old)
    assert rules(series("exchange", values, other_mw=flow()[0])) == {95: "other_end"}
    loose = np.where(HOURS % 3, 1.0, -1.0) * flow()[0]
    loose[95] = 500.0
    assert "other_end" not in rules(series("exchange", values, other_mw=loose)).values()
    assert rules(series("exchange", values, other_mw=np.nan * FLAT)).get(95) != "other_end"


# vanished


@pytest.mark.parametrize("new", [1, 96])
@pytest.mark.parametrize("gone", [np.nan, 0.0])
def test_a_mode_that_always_ran_is_gone(gone: float, new: int) -> None:
    values = MIX.copy()
    values[NAMES.index("coal"), 95] = gone
    assert rules(series("production", values, new=new)) == {95: "vanished"}


def test_a_mode_that_comes_and_goes_may() -> None:
    solar = mix(gas=500 + 50 * DAY, solar=np.maximum(0, 300 * DAY))
    assert rules(series("production", solar, new=48)) == {}
    solar[NAMES.index("solar"), 95] = np.nan
    assert rules(series("production", solar)) == {}


def test_a_mode_that_is_run_down_may_end_at_zero() -> None:
    values = mix(nuclear=300 * FLAT + DAY, gas=500 + 50 * DAY)
    values[NAMES.index("nuclear"), 92:] = [200.0, 120.0, 60.0, 0.0]
    assert rules(series("production", values, new=4)) == {}


def test_a_plant_that_stays_at_zero_is_accepted_after_twelve_hours_and_a_missing_mode_is_not() -> None:
    values = mix(nuclear=300 * FLAT + DAY, gas=500 + 50 * DAY)
    for gone, count in ((0.0, 0), (np.nan, 14)):
        values[NAMES.index("nuclear"), 82:] = gone
        assert len(rules(series("production", values, new=14))) == count


# jump


def test_a_step_far_beyond_the_recent_spread() -> None:
    assert rules(series("consumption", changed(load(), 95, lambda old: 2900.0))) == {95: "jump"}
    assert rules(series("consumption", changed(load(), 95, lambda old: 1500.0))) == {}
    assert rules(series("exchange", changed(flow(), 95, lambda old: -1400.0))) == {95: "jump"}
    wide = Limits(link_mw=(-2000.0, 2000.0))
    assert rules(series("exchange", changed(flow(), 95, lambda old: -1400.0), limits=wide)) == {}, "its link can do it"


def test_a_new_level_that_lasts_is_no_spike() -> None:
    values = changed(load(), slice(83, 96), lambda old: old + 1900.0)
    assert rules(series("consumption", values, new=13)) == {}
    assert len(rules(series("consumption", values[:, :95], new=12))) == 12


def test_a_link_that_wakes_up_may() -> None:
    assert rules(series("exchange", changed(0 * flow(), 95, lambda old: 400.0))) == {}


# frozen


@pytest.mark.parametrize(
    ("kind", "hours"), [("production", 4), ("consumption", 4), ("exchange", 7)]
)
def test_what_repeats_for_hours_is_frozen_beyond_the_first(kind: str, hours: int) -> None:
    """Three hours from the first to the last repeat make a mix or load frozen, six a flow."""
    first = 96 - hours
    stuck = changed(SOUND[kind], slice(first, 96), lambda old: old[:, :1])
    assert rules(series(kind, stuck, new=hours)) == dict.fromkeys(range(first + 1, 96), "frozen")
    shorter = changed(SOUND[kind], slice(first + 1, 96), lambda old: old[:, :1])
    assert rules(series(kind, shorter, new=hours)) == {}


def test_five_minutes_repeat_as_long() -> None:
    values = changed(load(), slice(60, 96), lambda old: old[:, :1])
    assert rules(series("consumption", values, new=36, minutes=5)) == {}, "35 · 5 min are not yet three hours"
    values = changed(load(), slice(59, 96), lambda old: old[:, :1])
    assert len(rules(series("consumption", values, new=37, minutes=5))) == 36


@pytest.mark.parametrize(
    "values",
    [0 * flow(), np.repeat(np.arange(12) * 50.0 + 100, 8)[None], changed(flow(), slice(60, 96), lambda old: 900.0)],
    ids=["rests", "has steps of eight hours", "is full"],
)
def test_a_flow_that_may_stand_still(values: FloatArray) -> None:
    limits = Limits(link_mw=(-990.0, 990.0))
    assert rules(series("exchange", values, new=40, limits=limits)) == {}


def test_the_sun_may_be_down_all_night() -> None:
    assert rules(series("production", mix(solar=np.maximum(0, 90 * DAY)), new=48)) == {}


# all together


def test_what_is_stored_as_it_comes_is_not_judged() -> None:
    assert rules(series("consumption", changed(load(), slice(90, 95), lambda old: 1e5))) == {}


def test_a_suspect_does_not_mislead_the_rules_after_it() -> None:
    """A spike of 50 000 MW would make any level usual."""
    values = changed(load(), 50, lambda old: 5e4)
    values[0, 95] = 2900.0
    assert rules(series("consumption", values, new=96)) == {50: "range", 95: "jump"}


def test_a_rule_that_raises_suspects_nothing_and_is_warned_of() -> None:
    def broken(found: Series) -> Mapping[int, Mapping[str, float]]:
        raise ZeroDivisionError("by hand")

    def all_of_it(found: Series) -> Mapping[int, Mapping[str, float]]:
        """everything"""
        return {95: {"mw": 1.0}}

    warnings: list[str] = []
    found = judge(series("consumption", load()), warnings, {"broken": broken, "all": all_of_it})
    assert warnings == ["the quality rule broken failed: ZeroDivisionError('by hand')"]
    assert [(at, one.rule, one.reason) for at, one in found.items()] == [(95, "all", "everything: mw 1")]


def test_every_rule_is_tried_here() -> None:
    from core.validation import RULES as known

    assert set(known) == RULES
    assert ENOUGH <= 24


def test_values_of_events() -> None:
    modes, storage = {"gas": 5.0, "coal": None}, {"hydro": -2}
    made = schemas.production("XA", start=times.now(), source="s", modes=modes, storage=storage)
    row = dict(zip(NAMES, values_of([schemas.read("production", made)])[:, 0].tolist(), strict=True))
    assert (row["gas"], row["hydro_storage"]) == (5.0, -2.0)
    assert np.isnan(row["coal"]) and np.isnan(row["hydro"])
    assert is_judged("price") and not is_judged("gridAlerts")


# whole answers


def again(kind: str, values: FloatArray, factor: float, new: int = 72, **more: Any) -> Series:
    """An answer whose last 73 hours are all of it changed by a factor; the newest hour is not stored yet."""
    wrong = changed(values, slice(-new - 1, None), lambda mw: factor * mw)
    total = np.nansum(values[: len(NAMES) - 2], axis=0)
    replaced = np.where(np.arange(96) >= 95 - new, total, np.nan)
    replaced[-1] = np.nan
    return series(kind, wrong, new=new + 1, replaced=replaced, **more)


@pytest.mark.parametrize(("kind", "factor", "rule"), [
    ("production", 2.0, "doubling"), ("consumption", 2.0, "doubling"), ("exchange", 2.0, "doubling"),
    ("exchange", -1.0, "sign"), ("production", 0.0, "vanished"),
])
def test_an_answer_that_changes_all_that_is_stored_alike(kind: str, factor: float, rule: str) -> None:
    """However long it lasts within the answer, the newest hour included, of which nothing is stored."""
    assert rules(again(kind, SOUND[kind], factor)) == dict.fromkeys(range(23, 96), rule)


def test_an_answer_that_revises_by_some_percent_may() -> None:
    assert rules(again("production", MIX, 1.03)) == {}
    assert rules(again("consumption", load(), 0.95)) == {}


def test_an_answer_that_turns_what_a_balance_speaks_against_may() -> None:
    """What was stored left the importing end open by twice the flow, hour for hour; turned, it closes."""
    values = flow()
    load_mw = np.full((2, 96), 3000.0)
    rest_mw = np.stack([load_mw[0] - values[0], load_mw[1] + values[0]])
    ends = Ends(START_S + 3600.0 * HOURS, rest_mw, load_mw)
    assert rules(again("exchange", values, -1.0, ends=ends)) == {}
    assert rules(again("exchange", values, -1.0)) != {}


def test_a_mix_without_any_number_where_there_always_is_one() -> None:
    gone = changed(MIX, slice(-2, None), lambda mw: np.nan)
    assert rules(series("production", gone, new=2)) == dict.fromkeys((94, 95), "vanished")
    seldom = MIX.copy()
    seldom[:, ::2] = np.nan
    assert rules(series("production", changed(seldom, 95, lambda mw: np.nan), new=1)) == {}
