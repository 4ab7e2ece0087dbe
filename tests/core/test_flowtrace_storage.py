"""What discharge carries: hours worked out by hand, what each method conserves, and continuing where a run ended."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.flowtrace import Balance, Factors, Network, Share, trace
from core.flowtrace.storage import EFFICIENCY, Stored, discharge_factors
from core.kinds import MODES, STORAGE_MODES

GAS, WIND = MODES.index("gas"), MODES.index("wind")
BATTERY, HYDRO = STORAGE_MODES.index("battery"), STORAGE_MODES.index("hydro")
STATIC, FALLBACK = 300.0, 460.0
seeds = st.integers(0, 2**32 - 1)


class Hours:
    """A few hours by name: gas of 1000 g/kWh, wind of 0 g/kWh, stores, flows + from the first zone to the second."""

    def __init__(self, zones, hours, links=()):
        self.zones, self.hours = tuple(zones.split()), hours
        self.network = Network(self.zones, tuple(links))
        size = len(self.zones)
        self.production = np.full((10, size, hours), np.nan)
        self.discharge, self.charge = np.full((2, 2, size, hours), np.nan)
        self.flow = np.zeros((len(links), hours))
        self.has_production = np.ones((size, hours), dtype=bool)
        self.static = np.full((2, size, hours), STATIC)
        self.by_mode = np.zeros(10)
        self.by_mode[GAS] = 1000.0
        self.fallback = np.full((size, 1), FALLBACK)

    def put(self, zone, *, gas=None, wind=None, charge=None, discharge=None, store=HYDRO):
        at = self.zones.index(zone)
        for table, row, mw in (
            (self.production, GAS, gas),
            (self.production, WIND, wind),
            (self.charge, store, charge),
            (self.discharge, store, discharge),
        ):
            if mw is not None:
                table[row, at] = mw
        return self

    def cut(self, at):
        part = Hours.__new__(Hours)
        part.__dict__.update(self.__dict__)
        for name in ("production", "discharge", "charge", "flow", "has_production", "static"):
            setattr(part, name, getattr(self, name)[..., at])
        return part

    @property
    def balance(self):
        return Balance(self.production, self.discharge, self.charge, self.flow, self.has_production)

    @property
    def factors(self):
        return Factors(self.by_mode, self.static, self.fallback)

    def run(self, method, factors=None, **options):
        return discharge_factors(method, self.network, self.balance, factors or self.factors, **options)

    def intensity(self, factors):
        return trace(self.network, self.balance, {"direct": factors}, {}).consumption_g_per_kwh["direct"]

    def carbon_charged(self, result):
        """(2, zones, hours) kg: every charge at the traced intensity, at the fallback where there is none."""
        x = self.intensity(result.factors)
        told = np.where(self.has_production, np.nan_to_num(self.charge), 0.0)
        return told * np.where(np.isnan(x), self.fallback, x)

    def carbon_discharged(self, result):
        """(2, zones, hours) kg: every discharge at its factor, without the part at the static factor."""
        told = np.where(self.has_production, np.nan_to_num(self.discharge), 0.0)
        return told * result.factors.discharge_g_per_kwh - result.static_mwh * self.static


def four_hours():
    """x while charging: 10 gas of 10 → 1000, then 5 gas of 20 → 250, both charging; then two hours of discharge."""
    return Hours("A", 4).put(
        "A", gas=[10, 5, 10, 10], wind=[0, 15, 10, 10], charge=[4, 6, 0, np.nan], discharge=[0, np.nan, 5, 5]
    )


def any_hours(seed, hours, zones=4, most=12):
    """A random ring with islands by chance: gaps, zones without data, stores that charge and discharge at once."""
    rng = np.random.default_rng(seed)
    names = "ABCDEFGH"[: rng.integers(1, zones + 1)]
    links = [f"{one}->{two}" for one, two in pairwise(names) if rng.random() < 0.8]
    case = Hours(" ".join(names), hours, links)

    def some(*shape):
        values = rng.integers(1, most, shape).astype(float)
        values[rng.random(shape) < 0.4] = 0.0
        values[rng.random(shape) < 0.1] = np.nan
        return values

    size = len(names)
    case.production[[GAS, WIND]] = some(2, size, hours)
    case.charge, case.discharge = some(2, size, hours), some(2, size, hours)
    case.flow = some(len(links), hours) * rng.choice([-1.0, 1.0], (len(links), hours))
    case.has_production = rng.random((size, hours)) < 0.9
    case.static = rng.uniform(0, 800, (2, size, hours))
    case.fallback = rng.uniform(0, 800, (size, hours))
    return case


def scale(*carbon):
    return max(1.0, *(np.abs(each).sum() for each in carbon))


def test_static_leaves_factors_untouched():
    case = four_hours()
    factors = case.factors
    result = case.run("static", factors)
    assert result.factors is factors
    np.testing.assert_array_equal(result.static_mwh[HYDRO, 0], [0, 0, 5, 5])
    assert (result.state, result.content, result.rounds, result.residual) == (None, None, 0, 0.0)


def test_charging_mean_by_hand():
    """Before hours 2 and 3: (4·1000 + 6·250) / 10 = 550, over an efficiency of 0.5: 1100 g/kWh.

    Hour 0 has nothing before it: static. Hour 1 only has hour 0: 1000 / 0.5. x of hour 2 = (10·1000 + 5·1100) / 25.
    """
    case = four_hours()
    result = case.run("charging mean", efficiency=(0.8, 0.5))
    np.testing.assert_allclose(result.factors.discharge_g_per_kwh[HYDRO, 0], [STATIC, 2000, 1100, 1100])
    np.testing.assert_allclose(result.factors.discharge_g_per_kwh[BATTERY, 0], STATIC)
    np.testing.assert_allclose(case.intensity(result.factors)[0], [1000, 250, 620, 620])
    assert result.static_mwh.sum() == 0
    # 10 MWh discharged at 1100 are the 10 MWh charged at 550: half of them lost, none of their carbon
    assert case.carbon_discharged(result).sum() == pytest.approx(11_000)


def test_charging_mean_forgets_what_left_the_window():
    """A window of 2 h: hour 3 looks at hours 1 and 2, where only 6 MWh at 250 were charged."""
    result = four_hours().run("charging mean", efficiency=(1, 1), window_hours=2)
    np.testing.assert_allclose(result.factors.discharge_g_per_kwh[HYDRO, 0], [STATIC, 1000, 550, 250])
    result = four_hours().run("charging mean", efficiency=(1, 1), window_hours=1)
    np.testing.assert_allclose(result.factors.discharge_g_per_kwh[HYDRO, 0], [STATIC, 1000, 250, STATIC])
    np.testing.assert_array_equal(result.static_mwh[HYDRO, 0], [0, 0, 0, 5])


def test_reservoir_by_hand():
    """Efficiency 0.5: after hour 0 2 MWh and 4000 kg, after hour 1 5 MWh and 5500 kg, a mean of 1100.

    Hour 2 takes all 5 MWh; hour 3 finds nothing and is static.
    """
    case = four_hours()
    result = case.run("reservoir", efficiency=(0.8, 0.5))
    np.testing.assert_allclose(result.content.energy_mwh[HYDRO, 0], [2, 5, 0, 0])
    np.testing.assert_allclose(result.content.carbon_kg[HYDRO, 0], [4000, 5500, 0, 0])
    np.testing.assert_allclose(result.factors.discharge_g_per_kwh[HYDRO, 0], [STATIC, 2000, 1100, STATIC])
    np.testing.assert_allclose(result.static_mwh[HYDRO, 0], [0, 0, 0, 5])
    assert result.rounds == 1


def test_reservoir_prices_what_it_cannot_hold_at_the_static_factor():
    """8 MWh of content at 685 (efficiency 0.8: 3.2 then 8 MWh, 5500 kg); 10 MWh discharged: 8 at it, 2 at 300."""
    case = four_hours().put("A", discharge=[0, 0, 10, 0])
    result = case.run("reservoir", efficiency=(0.8, 0.8))
    assert result.factors.discharge_g_per_kwh[HYDRO, 0, 2] == pytest.approx((5500 + 2 * 300) / 10)
    np.testing.assert_allclose(result.static_mwh[HYDRO, 0], [0, 0, 2, 0])


def test_reservoir_serves_an_hour_from_what_it_held_before():
    """Charge and discharge of one hour: discharge finds an empty store, the charge stays in it."""
    case = Hours("A", 1).put("A", gas=[10], charge=[4], discharge=[3])
    result = case.run("reservoir", efficiency=(1, 1))
    assert result.factors.discharge_g_per_kwh[HYDRO, 0, 0] == STATIC
    assert result.state.energy_mwh[HYDRO, 0, 0] == 4
    assert result.state.carbon_kg[HYDRO, 0, 0] == pytest.approx(4 * (10 * 1000 + 3 * STATIC) / 13)


def two_zones():
    """A has wind and a battery, B gas and pumped hydro. Hour 0: B charges. 1: B discharges into A, whose battery
    charges. 2: A discharges into B, whose hydro charges. 3: B discharges."""
    case = Hours("A B", 4, ["A->B"])
    case.put("A", wind=[10, 10, 0, 10], charge=[0, 8, 0, 0], discharge=[0, 0, 4, 0], store=BATTERY)
    case.put("B", gas=[10, 0, 6, 10], charge=[10, 0, 5, 0], discharge=[0, 5, 0, 2])
    case.flow[0] = [0, -5, 4, 0]
    return case


@pytest.mark.parametrize("method", ["charging mean", "reservoir"])
def test_two_zones_charge_from_each_other(method):
    """Efficiency 0.5 for both. Hour 0: hydro takes 10 MWh at 1000 → 5 MWh, 10,000 kg: 2000 g/kWh.

    Hour 1: B = 2000, A = 5·2000 / 15 = 666.67; the battery takes 8 MWh of it → 4 MWh at 1333.33.
    Hour 2: A = 1333.33, B = (6·1000 + 4·1333.33) / 10 = 1133.33; hydro takes 5 MWh of it: 2.5 MWh at 2266.67.
    Hour 3: the reservoir is at 2266.67, the mean of 15 MWh at (10·1000 + 5·1133.33) / 15 / 0.5 = 2088.89.
    """
    case = two_zones()
    result = case.run(method, efficiency=(0.5, 0.5))
    last = {"charging mean": 2 * (10_000 + 5 * 3400 / 3) / 15, "reservoir": 2 * 3400 / 3}[method]
    factor = result.factors.discharge_g_per_kwh
    drawn = [factor[HYDRO, 1, 1], factor[BATTERY, 0, 2], factor[HYDRO, 1, 3]]
    np.testing.assert_allclose(drawn, [2000, 4000 / 3, last])
    expected = [[0, 2000 / 3, 4000 / 3, 0], [1000, 2000, 3400 / 3, (10_000 + 2 * last) / 12]]
    np.testing.assert_allclose(case.intensity(result.factors), expected)
    assert result.static_mwh.sum() == 0


def test_static_factor_does_not_conserve():
    """4 MWh charged at 1000 and 6 at 250, 5500 kg, come back as 10 MWh at 300: 2500 kg are lost."""
    case = four_hours()
    charged = case.carbon_charged(case.run("static")).sum()
    assert charged == pytest.approx(5500)
    assert STATIC * np.nansum(case.discharge) == pytest.approx(3000)
    mean = case.run("charging mean", efficiency=(1, 1))
    assert case.carbon_discharged(mean).sum() == pytest.approx(charged)


def test_shares_are_not_concentrated_by_losses():
    """Hours 0 and 1 charge 4 MWh without wind and 6 MWh of 0.75 wind: 0.45, whatever is lost."""
    case = four_hours()
    wind = Share(np.eye(10)[WIND], fallback=0.2)
    tables = wind.as_factors("wind", 1, 4)
    mean = case.run("charging mean", tables, efficiency=(0.5, 0.5), is_share=True)
    np.testing.assert_allclose(mean.factors.discharge_g_per_kwh[HYDRO, 0], [0.2, 0, 0.45, 0.45])
    reservoir = case.run("reservoir", tables, efficiency=(0.5, 0.5), is_share=True)
    np.testing.assert_allclose(reservoir.factors.discharge_g_per_kwh[HYDRO, 0], [0.2, 0, 0.45, 0.2])
    np.testing.assert_allclose(reservoir.content.carbon_kg[HYDRO, 0], [0, 2.25, 0, 0], atol=1e-12)
    carried = Share(wind.by_mode, wind.fallback, mean.factors.discharge_g_per_kwh)
    traced = trace(case.network, case.balance, {}, {"wind": carried}).share["wind"]
    np.testing.assert_allclose(traced[0], [0, 0.75, (10 + 5 * 0.45) / 25, (10 + 5 * 0.45) / 25])


def test_missing_data():
    """Hour 0: B reports nothing but charging, so it has no value and charges at the fallback. Hour 1: no event at
    all, so its charging is not counted. Hour 2: gas beside discharge. A never stores."""
    case = Hours("A B", 3).put("A", wind=[1, 1, 1])
    case.put("B", gas=[np.nan, 10, 10], charge=[4, 4, np.nan], discharge=[np.nan, np.nan, 2])
    case.has_production[1, 1] = False
    for method in ("charging mean", "reservoir"):
        result = case.run(method, efficiency=(1, 1))
        assert result.factors.discharge_g_per_kwh[HYDRO, 1, 2] == pytest.approx(FALLBACK)
        assert result.state.energy_mwh.sum() == (4 if method == "charging mean" else 2)
        assert result.static_mwh.sum() == 0
        assert np.isnan(case.intensity(result.factors)[1, :2]).all()


def test_import_only_zone_stores_its_imports():
    case = Hours("A B", 2, ["A->B"]).put("A", gas=[10, 10]).put("B", charge=[4, 0], discharge=[0, 2])
    case.has_production[1] = False
    case.flow[0] = [5, 0]
    result = case.run("reservoir", is_import_only=np.array([False, True]), efficiency=(1, 1))
    np.testing.assert_allclose(result.factors.discharge_g_per_kwh[HYDRO, 1], [STATIC, 1000])


@pytest.mark.parametrize("method", ["charging mean", "reservoir"])
def test_zero_discharge_shows_what_it_would_carry(method):
    result = four_hours().put("A", discharge=[0, 0, 0, 0]).run(method, efficiency=(1, 1))
    np.testing.assert_allclose(result.factors.discharge_g_per_kwh[HYDRO, 0], [STATIC, 1000, 550, 550])
    assert result.static_mwh.sum() == 0


@pytest.mark.parametrize("method", ["charging mean", "reservoir"])
def test_nothing_stored_at_all_is_static(method):
    case = Hours("A", 3).put("A", gas=[1, 1, 1], discharge=[1, 0, 2])
    result = case.run(method)
    np.testing.assert_array_equal(result.factors.discharge_g_per_kwh, case.static)
    np.testing.assert_array_equal(result.static_mwh[HYDRO, 0], [1, 0, 2])


def test_efficiency_per_zone_and_default():
    assert dict(zip(STORAGE_MODES, EFFICIENCY, strict=True)) == {"battery": 0.82, "hydro": 0.79}
    case = four_hours()
    given_per_zone = case.run("reservoir", efficiency=np.array([[0.82], [0.79]]))
    by_default = case.run("reservoir")
    np.testing.assert_array_equal(
        given_per_zone.factors.discharge_g_per_kwh, by_default.factors.discharge_g_per_kwh
    )
    assert by_default.factors.discharge_g_per_kwh[HYDRO, 0, 2] == pytest.approx(550 / 0.79)


def test_static_factor_may_be_missing_where_it_prices_nothing():
    case = four_hours().put("A", discharge=[0, 0, 2, 2])
    case.static[:] = np.nan
    for method in ("charging mean", "reservoir"):
        result = case.run(method, efficiency=(0.5, 0.5))
        np.testing.assert_allclose(result.factors.discharge_g_per_kwh[HYDRO, 0, 1:], [2000, 1100, 1100])


def without_static(case):
    case.put("A", discharge=[5, 0, 0, 0])
    case.static[:] = np.nan


def without_fallback(case):
    case.production[:] = np.nan
    case.fallback[:] = np.nan


@pytest.mark.parametrize(
    ("spoil", "options", "named"),
    [
        (without_static, {}, "storage: discharge factor.*hydro, A, hour 0"),
        (without_fallback, {}, "fallback is missing where energy is charged: A, hour 0"),
        (None, {"efficiency": (0, 1)}, None),
        (None, {"efficiency": (0.8, 1.1)}, "efficiency"),
        (None, {"efficiency": (0.8, np.nan)}, "efficiency"),
        (None, {"efficiency": np.ones(3)}, "efficiency has shape"),
        (None, {"is_share": True}, "production_g_per_kwh"),
        (None, {"state": Stored(np.zeros((2, 1, 3)), np.zeros((2, 1, 3)))}, r"state\.energy_mwh has shape"),
        (None, {"state": Stored(np.ones((2, 1, 1)), np.full((2, 1, 1), np.nan)), "window_hours": 1}, "carbon_kg is"),
        (None, {"window_hours": 0}, r"window_hours \(0"),
        (None, {"max_rounds": 0}, r"max_rounds \(0"),
        (None, {"is_import_only": np.zeros(3, dtype=bool)}, "is_import_only has shape"),
    ],
)
@pytest.mark.parametrize("method", ["charging mean", "reservoir"])
def test_refuses(method, spoil, options, named):
    case = four_hours()
    if spoil:
        spoil(case)
    if named is None:
        case.run(method, **options)  # no battery here, so its efficiency matters to nobody
        return
    with pytest.raises(ValueError, match=named):
        case.run(method, **options)


@settings(max_examples=150, deadline=None)
@given(seeds, st.sampled_from([(1, 1), (0.5, 0.5), EFFICIENCY]), st.booleans())
def test_reservoir_always_conserves(seed, efficiency, has_state):
    """Per store: at the start + charged = discharged (without what was static) + at the end."""
    case = any_hours(seed, hours=12)
    rng = np.random.default_rng(seed)
    shape = (2, len(case.zones), 1)
    state = Stored(rng.uniform(1, 9, shape), rng.uniform(0, 9000, shape)) if has_state else None
    result = case.run("reservoir", efficiency=efficiency, state=state)
    first = state or Stored(np.zeros(shape), np.zeros(shape))
    charged, discharged = case.carbon_charged(result).sum(axis=2), case.carbon_discharged(result).sum(axis=2)
    held = result.state.carbon_kg[..., 0] - first.carbon_kg[..., 0]
    np.testing.assert_allclose(charged - discharged - held, 0, atol=1e-9 * scale(charged, discharged, held))
    energy = result.content.energy_mwh
    assert (energy >= 0).all()
    drawn = np.where(case.has_production, np.nan_to_num(case.discharge), 0.0) - result.static_mwh
    told = np.where(case.has_production, np.nan_to_num(case.charge), 0.0)
    balance = (told * np.array(efficiency)[:, None, None] - drawn).sum(axis=2) + first.energy_mwh[..., 0]
    np.testing.assert_allclose(energy[..., -1], balance, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from([(1, 1), (0.5, 0.5), EFFICIENCY]))
def test_one_mean_conserves_where_discharge_is_what_charge_leaves(seed, efficiency):
    """Every store discharges efficiency × charge in total; then all its carbon comes out, to the tolerance."""
    case = any_hours(seed, hours=12)
    case.has_production[:] = True
    charged, discharged = np.nan_to_num(case.charge), np.nan_to_num(case.discharge)
    is_both = (charged.sum(axis=2, keepdims=True) > 0) & (discharged.sum(axis=2, keepdims=True) > 0)
    case.charge = np.where(is_both, charged, 0.0)
    into = case.charge.sum(axis=2, keepdims=True) * np.array(efficiency)[:, None, None]
    total = np.where(is_both, discharged.sum(axis=2, keepdims=True), 1.0)
    case.discharge = np.where(is_both, discharged * into / total, 0.0)
    case.production[GAS] = 20.0
    result = case.run("charging mean", efficiency=efficiency, window_hours=None, tolerance=1e-10)
    assert result.residual < 1e-10
    carbon = case.carbon_charged(result).sum(axis=2), case.carbon_discharged(result).sum(axis=2)
    np.testing.assert_allclose(*carbon, rtol=1e-9, atol=1e-9 * scale(*carbon))


def test_rolling_mean_conserves_a_pattern_that_repeats():
    """Days of 3 h, a window of two days: from the third day on, each day's discharge carries what its charge did."""
    case = Hours("A", 30).put("A", gas=[10, 5, 10] * 10, wind=[0, 15, 10] * 10, charge=[4, 6, 0] * 10)
    case.put("A", discharge=[0, 0, 8] * 10)
    result = case.run("charging mean", efficiency=(0.8, 0.8), window_hours=6)
    carbon = case.carbon_charged(result), case.carbon_discharged(result)
    charged, discharged = (each[HYDRO, 0].reshape(10, 3).sum(axis=1) for each in carbon)
    np.testing.assert_allclose(charged, 5500)
    np.testing.assert_allclose(discharged[2:], 5500)


@settings(max_examples=100, deadline=None)
@given(seeds, st.sampled_from(["charging mean", "reservoir"]), st.integers(1, 19))
def test_two_runs_are_one_long_run(seed, method, cut):
    case = any_hours(seed, hours=20)
    options = {"window_hours": 7, "tolerance": 1e-11} if method == "charging mean" else {}
    whole = case.run(method, **options)
    begin = case.cut(slice(0, cut))
    begin.fallback = case.fallback[:, :cut]
    end = case.cut(slice(cut, 20))
    end.fallback = case.fallback[:, cut:]
    first = begin.run(method, **options)
    second = end.run(method, state=first.state, **options)
    for one, two, long in (
        (first.factors.discharge_g_per_kwh, second.factors.discharge_g_per_kwh, whole.factors.discharge_g_per_kwh),
        (first.static_mwh, second.static_mwh, whole.static_mwh),
    ):
        np.testing.assert_allclose(np.concatenate([one, two], axis=2), long, rtol=1e-9, atol=1e-9)
    for ours, theirs in zip(second.state, whole.state, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_rounds_shrink_the_change_by_the_stored_part_of_what_is_charged():
    """A tenth of what is charged came out of the store, efficiency 0.8: every round leaves 0.125 of the change."""
    hours = 2000
    case = Hours("A", hours).put("A", gas=np.full(hours, 9.0), charge=np.full(hours, 1.25), discharge=np.ones(hours))
    residuals = [
        case.run("charging mean", efficiency=(0.8, 0.8), window_hours=None, max_rounds=rounds).residual
        for rounds in (3, 4, 5)
    ]
    assert residuals[1] / residuals[0] == pytest.approx(0.125)
    assert residuals[2] / residuals[1] == pytest.approx(0.125)
    result = case.run("charging mean", efficiency=(0.8, 0.8), window_hours=None)
    assert result.rounds < 15
    # 0.8 f = x = 0.9 · 1000 + 0.1 f
    np.testing.assert_allclose(result.factors.discharge_g_per_kwh[HYDRO, 0], 900 / 0.7, atol=1e-5)


def test_rolling_rounds_end_even_where_only_storage_feeds_storage():
    """Nothing but discharge feeds the zone after hour 0, so no round shrinks anything: every round settles an hour."""
    case = Hours("A", 12).put("A", gas=[10] + [0] * 11, charge=[8] + [1] * 11, discharge=[0] + [1] * 11)
    result = case.run("charging mean", efficiency=(0.5, 0.5), window_hours=1)
    np.testing.assert_allclose(result.factors.discharge_g_per_kwh[HYDRO, 0, 1:], 1000 * 2.0 ** np.arange(1, 12))
    assert result.rounds <= 12
    assert result.residual == 0
    stopped = case.run("charging mean", efficiency=(0.5, 0.5), window_hours=1, max_rounds=3)
    assert stopped.rounds == 3
    assert stopped.residual > 100


def test_nearly_empty_window_is_exact():
    """1e-9 MWh after 1e9 MWh have left the window: a difference of running sums would see nothing of it."""
    charge = np.zeros(12)
    charge[[0, 6]] = 1e9, 1e-9
    case = Hours("A", 12).put("A", gas=np.full(12, 5.0), wind=[0] * 6 + [15] * 6, charge=charge)
    result = case.run("charging mean", efficiency=(1, 1), window_hours=3)
    expected = [STATIC, 1000, 1000, 1000, STATIC, STATIC, STATIC, 250, 250, 250, STATIC, STATIC]
    np.testing.assert_allclose(result.factors.discharge_g_per_kwh[HYDRO, 0], expected, rtol=1e-15)
