"""Flow tracing: one real hour worked out by hand (2022-01-04T08Z), every edge case, and what is refused by name."""

from fractions import Fraction

import numpy as np
import pytest

from core.flowtrace import Balance, Factors, Network, Share, trace
from core.kinds import MODES

MODE = {mode: at for at, mode in enumerate(MODES)}
BATTERY, HYDRO = 0, 1
FALLBACK = 460.0
RENEWABLE = Share(np.isin(MODES, ("biomass", "geothermal", "hydro", "solar", "wind")).astype(float), fallback=0.3)
CARBON_FREE = Share(np.isin(MODES, ("geothermal", "hydro", "nuclear", "solar", "wind")).astype(float), fallback=0.4)
SHARES = {"renewable": RENEWABLE, "carbon_free": CARBON_FREE}


class Grid:
    """Builds one hour by name: zones with data, storage, flows as `("from", "to", MW)`."""

    def __init__(self, zones, flows=(), missing=(), import_only=()):
        self.zones = tuple(zones.split())
        keys = {"->".join(sorted(pair[:2])) for pair in (*flows, *missing)}
        self.network = Network(self.zones, tuple(sorted(keys)))
        size, hours = len(self.zones), 1
        self.production = np.full((10, size, hours), np.nan)
        self.discharge = np.full((2, size, hours), np.nan)
        self.charge = np.full((2, size, hours), np.nan)
        self.flow = np.full((len(keys), hours), np.nan)
        self.has_production = np.zeros((size, hours), dtype=bool)
        self.factor = np.full((10, size, hours), np.nan)
        self.discharge_factor = np.full((2, size, hours), np.nan)
        self.fallback = np.full((size, hours), FALLBACK)
        self.import_only = np.isin(self.zones, import_only)
        for start, end, mw in flows:
            self.flow[self.network.links.index("->".join(sorted((start, end))))] = mw if start < end else -mw

    def at(self, zone):
        return self.zones.index(zone)

    def produce(self, zone, mw, factor, mode="gas"):
        self.production[MODE[mode], self.at(zone)] = mw
        self.factor[MODE[mode], self.at(zone)] = factor
        self.has_production[self.at(zone)] = True
        return self

    def store(self, zone, mw=np.nan, factor=np.nan, charge=np.nan, storage=HYDRO):
        self.discharge[storage, self.at(zone)] = mw
        self.charge[storage, self.at(zone)] = charge
        self.discharge_factor[storage, self.at(zone)] = factor
        self.has_production[self.at(zone)] = True
        return self

    def price(self, zone, fallback):
        self.fallback[self.at(zone)] = fallback
        return self

    def balance(self):
        return Balance(self.production, self.discharge, self.charge, self.flow, self.has_production)

    def factors(self):
        return Factors(self.factor, self.discharge_factor, self.fallback)

    def trace(self, shares=SHARES):
        factors = {"lifecycle": self.factors()}
        return Result(self, trace(self.network, self.balance(), factors, shares, self.import_only))


class Result:
    """A traced hour, by name of the zone."""

    def __init__(self, grid, traced):
        self.grid, self.traced = grid, traced

    def __getattr__(self, name):
        values = getattr(self.traced, name)
        values = values["lifecycle"] if isinstance(values, dict) else values
        return {zone: values[at, 0] for at, zone in enumerate(self.grid.zones)}

    def share_of(self, name):
        return dict(zip(self.grid.zones, self.traced.share[name][:, 0], strict=True))

    @property
    def intensity(self):
        return self.consumption_g_per_kwh


def test_worked_hour_chain():
    """PT = (1,194,300 + 619·191.5425) / (6189 + 619) = 1,312,864.8 / 6808 = 192.84, and on downstream.

    P is in MW, Σ f P in MW·g/kWh, fed as one mode with the factor Σ f P / P; ES charges 985 MW, which changes nothing.
    """
    grid = Grid(
        "PT ES MA FR ES-IB-MA ES-IB-IZ",
        [
            ("PT", "ES", 2998),
            ("MA", "ES", 61.28),
            ("ES", "FR", 2308),
            ("ES", "ES-IB-MA", 42.13),
            ("ES-IB-MA", "ES-IB-IZ", 94.75),
        ],
    )
    grid.produce("PT", 6189, 1_194_300 / 6189).store("PT", 619, 191.5425)
    grid.produce("ES", 29297, 4_527_115 / 29297).store("ES", charge=985)
    grid.produce("FR", 67031, 4_530_251 / 67031).store("FR", 3085, 48.15)
    grid.produce("ES-IB-MA", 559.85, 260_766.8 / 559.85).produce("ES-IB-IZ", 0, np.nan).price("MA", 539.27)
    result = grid.trace()
    expected = {"PT": 192.84, "ES": 158.80, "FR": 69.66, "ES-IB-MA": 444.30, "ES-IB-IZ": 444.30}
    assert {zone: result.intensity[zone] for zone in expected} == pytest.approx(expected, abs=0.005)
    assert np.isnan(result.intensity["MA"])
    assert result.production_g_per_kwh["FR"] == pytest.approx(67.58, abs=0.005)
    assert np.isnan(result.production_g_per_kwh["ES-IB-IZ"])
    assert result.consumption_mw["ES"] == pytest.approx(29297 + 2998 + 61.28 - 985 - 2308 - 42.13)
    assert result.fallback_share["ES"] == pytest.approx(61.28 / (29297 + 2998 + 61.28))
    assert result.fallback_share["FR"] == pytest.approx(result.fallback_share["ES"] * 2308 / (67031 + 3085 + 2308))


def test_worked_hour_loop_through_finland():
    grid = Grid(
        "EE FI RU-1 NO-NO4 SE RU-2",
        [
            ("FI", "EE", 980.98),
            ("NO-NO4", "FI", 38.35),
            ("SE", "FI", 1859.79),
            ("RU-1", "FI", 1468.48),
            ("EE", "RU-1", 415.12),
            ("RU-2", "RU-1", 212.23),
            ("NO-NO4", "RU-1", 0.04),
        ],
    )
    grid.produce("EE", 975, 1_102_978.0 / 975).produce("FI", 9024, 1_888_758.0 / 9024)
    grid.produce("RU-1", 110_447.89, 40_627_700.4 / 110_447.89)
    grid.price("NO-NO4", 28.91).price("SE", 42.87).price("RU-2", 402.54)
    expected = {"EE": 665.56, "FI": 202.69, "RU-1": 369.02}
    intensity = grid.trace().intensity
    assert {zone: intensity[zone] for zone in expected} == pytest.approx(expected, abs=0.005)


def test_worked_hour_loop_through_ukraine():
    """Published: DE 407.68 and UA 237.93, of inputs with more digits than these, which give 407.674 and

    UA = (4,675,030 + 556.84 · 369.02 + 512 · 308.36) / (20111 + 556.84 + 512) = 237.886.
    """
    priced = {"RU-1": 369.02, "DK-DK1": 255.34, "DK-DK2": 182.27, "FR": 69.66, "NO-NO2": 23.84, "SE": 42.87}
    priced["LT"] = 313.75
    grid = Grid(
        f"SK UA DE PL CZ {' '.join(priced)}",
        [
            ("CZ", "SK", 1450),
            ("PL", "SK", 839),
            ("RU-1", "UA", 556.84),
            ("SK", "UA", 512),
            ("CZ", "DE", 331),
            ("DK-DK1", "DE", 651.2),
            ("DK-DK2", "DE", 429.72),
            ("FR", "DE", 226),
            ("NO-NO2", "DE", 1403),
            ("SE", "DE", 314.73),
            ("DE", "PL", 824),
            ("UA", "PL", 138),
            ("LT", "PL", 475.65),
            ("SE", "PL", 494.71),
            ("PL", "CZ", 1056),
        ],
    )
    grid.produce("SK", 3962, 711_371.7 / 3962).produce("UA", 20111, 4_675_030 / 20111)
    grid.produce("DE", 62467, 26_372_461.8 / 62467).produce("PL", 21322, 14_414_560.4 / 21322)
    grid.produce("CZ", 10516, 4_721_283.8 / 10516)
    for zone, fallback in priced.items():
        grid.price(zone, fallback)
    expected = {"SK": 308.36, "UA": 237.886, "DE": 407.674, "PL": 643.05, "CZ": 466.67}
    intensity = grid.trace().intensity
    assert {zone: intensity[zone] for zone in expected} == pytest.approx(expected, abs=0.005)


def test_import_only_zone_takes_the_mix_of_its_imports():
    """(30·900 + 10·100) / 40 = 700; renewable 10 of 40."""
    grid = Grid("A B C", [("A", "C", 30), ("B", "C", 10)], import_only=("C",))
    result = grid.produce("A", 100, 900).produce("B", 100, 100, mode="wind").trace()
    assert result.intensity["C"] == pytest.approx(700)
    assert result.share_of("renewable")["C"] == pytest.approx(0.25)
    assert result.consumption_mw["C"] == 40
    assert not result.is_boundary["C"]
    assert np.isnan(result.production_g_per_kwh["C"])


def test_zone_without_production_and_import_is_missing_alone():
    grid = Grid("A B C", [("A", "B", 10), ("B", "C", 0)])
    result = grid.produce("A", 20, 500).produce("B", 5, 100).produce("C", 0, 300).trace()
    assert result.intensity["B"] == pytest.approx((10 * 500 + 5 * 100) / 15)
    assert np.isnan(result.intensity["C"])
    assert np.isnan(result.consumption_mw["C"])
    assert result.has_no_supply == {"A": False, "B": False, "C": True}
    assert not any(result.is_priced_at_fallback.values())


def test_closed_loop_without_production_is_missing_alone():
    grid = Grid("A B C D", [("A", "B", 7), ("B", "C", 7), ("C", "A", 7)], import_only=("A", "B", "C"))
    result = grid.produce("D", 10, 50).trace()
    assert result.has_no_supply == {"A": True, "B": True, "C": True, "D": False}
    assert np.isnan([result.intensity[zone] for zone in "ABC"]).all()
    assert result.intensity["D"] == pytest.approx(50)
    assert not any(result.is_priced_at_fallback.values())


def test_closed_loop_without_production_that_exports_is_priced():
    """D gets 5 at the fallback 300 of C beside its own 15 at 100: 150. E only gets from A, at 460."""
    flows = [("A", "B", 7), ("B", "C", 7), ("C", "A", 7), ("C", "D", 5), ("A", "E", 2)]
    grid = Grid("A B C D E", flows, import_only=("A", "B", "C", "E"))
    result = grid.produce("D", 15, 100).price("C", 300).trace()
    assert result.intensity["D"] == pytest.approx(150)
    assert result.intensity["E"] == pytest.approx(FALLBACK)
    assert result.fallback_share["D"] == pytest.approx(0.25)
    assert result.fallback_share["E"] == 1
    assert result.has_no_supply == {"A": True, "B": True, "C": True, "D": False, "E": False}
    assert result.is_priced_at_fallback == {"A": True, "B": False, "C": True, "D": False, "E": False}


def test_dead_zone_that_exports_is_priced_not_diluted():
    """A says 0 MW, yet 10 MW flow out: 10·300 + 20·550 over 30 is 466.67, not 550·20/30 = 366.67."""
    grid = Grid("A B C", [("A", "B", 10), ("B", "C", 3)])
    result = grid.produce("A", 0, 1).produce("B", 20, 550).produce("C", 0, 1).price("A", 300).trace()
    assert result.intensity["B"] == pytest.approx((10 * 300 + 20 * 550) / 30)
    assert result.intensity["C"] == pytest.approx(result.intensity["B"])
    assert np.isnan(result.intensity["A"])
    assert result.has_no_supply == {"A": True, "B": False, "C": False}
    assert result.is_priced_at_fallback == {"A": True, "B": False, "C": False}
    assert not result.is_boundary["A"]


def test_zones_fed_only_by_a_dead_zone_pass_its_fallback_on():
    grid = Grid("A B C", [("A", "B", 10), ("B", "C", 4)], import_only=("B",))
    result = grid.produce("A", 0, 1).produce("C", 4, 100).price("A", 300).trace()
    assert result.intensity["B"] == pytest.approx(300)
    assert result.intensity["C"] == pytest.approx(200)
    assert result.fallback_share["B"] == 1
    assert result.fallback_share["C"] == pytest.approx(0.5)


def test_exporter_without_data_is_a_boundary():
    """A has no event: its 10 MW enter B at A's fallback, B passes a third of it on, A has no value."""
    grid = Grid("A B C", [("A", "B", 10), ("B", "C", 15), ("C", "A", 5)])
    result = grid.produce("B", 20, 100).produce("C", 15, 0, mode="wind").price("A", 700).trace()
    assert result.intensity["B"] == pytest.approx(300)
    assert result.intensity["C"] == pytest.approx(150)
    assert np.isnan(result.intensity["A"])
    assert np.isnan(result.consumption_mw["A"])
    assert (result.import_mw["A"], result.export_mw["A"]) == (5, 10)
    assert result.fallback_share["C"] == pytest.approx(1 / 6)
    assert result.is_boundary == {"A": True, "B": False, "C": False}
    assert result.is_priced_at_fallback == {"A": True, "B": False, "C": False}
    # B: a third is the world's mix, 0.3 of it renewable; C: half its own wind
    assert result.share_of("renewable")["B"] == pytest.approx(0.1)
    assert result.share_of("renewable")["C"] == pytest.approx(0.55)
    assert result.share_of("carbon_free")["B"] == pytest.approx(0.4 / 3)


def test_flow_between_two_boundaries_matters_to_nobody():
    grid = Grid("A B C", [("A", "B", 10), ("B", "C", 5)])
    result = grid.produce("C", 5, 100).price("B", 300).trace()
    assert result.intensity["C"] == pytest.approx(200)
    assert result.is_priced_at_fallback == {"A": False, "B": True, "C": False}


def test_no_event_hides_numbers_unless_import_only():
    grid = Grid("A B C", [("A", "B", 10)], import_only=("C",))
    grid.produce("A", 100, 900).produce("B", 10, 100).produce("C", 3, 50)
    grid.has_production[[0, 2]] = False
    result = grid.trace()
    assert result.is_boundary == {"A": True, "B": False, "C": False}
    assert result.intensity["B"] == pytest.approx((FALLBACK + 100) / 2)
    assert result.intensity["C"] == pytest.approx(50)


def test_event_without_any_number_is_no_data():
    grid = Grid("A B", [("A", "B", 10)]).produce("A", np.nan, 900).produce("B", 10, 100)
    result = grid.trace()
    assert result.is_boundary == {"A": True, "B": False}
    assert result.intensity["B"] == pytest.approx((FALLBACK + 100) / 2)


def test_unknown_mode_beside_known_ones_is_none():
    grid = Grid("A").produce("A", np.nan, 900, mode="coal").produce("A", 10, 100)
    assert grid.trace().intensity["A"] == pytest.approx(100)


def test_negative_production_is_clamped_per_mode_and_flagged():
    """−5 MW of coal beside 10 MW of gas and 15 MW of imports: 25 MW enter, not 20."""
    grid = Grid("A B", [("A", "B", 15)]).produce("A", 20, 550)
    result = grid.produce("B", -5, 900, mode="coal").produce("B", 10, 300).trace()
    assert result.intensity["B"] == pytest.approx((15 * 550 + 10 * 300) / 25)
    assert result.production_g_per_kwh["B"] == pytest.approx(300)
    assert result.consumption_mw["B"] == 25
    assert result.is_clamped == {"A": False, "B": True}


def test_only_negative_production_beside_imports_takes_the_imports():
    grid = Grid("A B", [("A", "B", 15)]).produce("A", 20, 550).produce("B", -5, 900)
    result = grid.trace()
    assert result.intensity["B"] == pytest.approx(550)
    assert np.isnan(result.production_g_per_kwh["B"])


def test_missing_flow_is_no_flow_and_flagged_at_both_ends():
    grid = Grid("A B C", [("A", "C", 10)], missing=[("A", "B")])
    result = grid.produce("A", 20, 500).produce("B", 5, 100).produce("C", 10, 100).trace()
    assert (result.intensity["B"], result.intensity["C"]) == pytest.approx((100, 300))
    assert result.has_missing_flow == {"A": True, "B": True, "C": False}
    assert result.import_mw["B"] == 0


@pytest.mark.parametrize("mw", [1e-12, 1e-6, 1e9])
def test_flow_of_any_size_needs_no_threshold(mw):
    grid = Grid("A B C", [("A", "B", mw), ("B", "C", mw)], import_only=("B", "C")).produce("A", 1000, 500)
    result = grid.trace()
    assert (result.intensity["B"], result.intensity["C"]) == pytest.approx((500, 500), rel=1e-14)
    assert result.has_no_supply == {"A": False, "B": False, "C": False}


def test_storage_as_the_only_supply_and_its_shares():
    """No table: discharge counts like the fallback mix. With one: its own share."""
    grid = Grid("A B", [("A", "B", 4)], import_only=("B",)).store("A", 10, 200, storage=BATTERY)
    result = grid.trace()
    assert (result.intensity["A"], result.intensity["B"]) == pytest.approx((200, 200))
    assert np.isnan(result.production_g_per_kwh["A"])
    assert result.share_of("renewable")["B"] == pytest.approx(0.3)
    stated = Share(RENEWABLE.by_mode, fallback=0.3, by_storage=np.array([[0.75, 0.1], [np.nan, 0.2]]))
    result = grid.trace({"renewable": stated})
    assert result.share_of("renewable")["B"] == pytest.approx(0.75)


def test_every_zone_may_have_a_fallback_share_of_its_own():
    """A is a boundary, 0.9 renewable, and sends 10 to B, which makes 10: (10·0.9 + 10·1) / 20 = 0.95.

    Where the table is silent of gas, B's energy has B's own fallback, 0.1: (10·0.9 + 10·0.1) / 20 = 0.5.
    """
    grid = Grid("A B", [("A", "B", 10)]).produce("B", 10, 100)
    fallback = np.array([[0.9], [0.1]])
    assert grid.trace({"all": Share(np.ones(10), fallback)}).share_of("all")["B"] == pytest.approx(0.95)
    assert grid.trace({"none": Share(np.full(10, np.nan), fallback)}).share_of("none")["B"] == pytest.approx(0.5)
    with pytest.raises(ValueError, match=r"odd\.fallback must lie between 0 and 1"):
        grid.trace({"odd": Share(np.ones(10), np.array([[0.9], [1.1]]))})
    with pytest.raises(ValueError, match=r"odd\.fallback has shape"):
        grid.trace({"odd": Share(np.ones(10), np.ones(3))})


def test_charging_leaves_intensity_alone_and_lowers_consumption():
    grid = Grid("A").produce("A", 10, 200).store("A", 2, 500, charge=3)
    result = grid.trace()
    assert result.intensity["A"] == pytest.approx((10 * 200 + 2 * 500) / 12)
    assert result.consumption_mw["A"] == 9
    assert result.production_g_per_kwh["A"] == pytest.approx(200)


def test_exports_above_supply_show_as_negative_consumption():
    grid = Grid("A B", [("A", "B", 30)]).produce("A", 10, 200).produce("B", 30, 100)
    result = grid.trace()
    assert result.consumption_mw["A"] == -20
    assert (result.intensity["A"], result.intensity["B"]) == pytest.approx((200, 150))


def test_islands_do_not_touch():
    one = Grid("A B C D", [("A", "B", 10), ("C", "D", 10)]).produce("A", 20, 500).produce("B", 5, 100)
    other = one.trace().intensity
    two = one.produce("C", 30, 900).produce("D", 1, 10).trace().intensity
    assert (two["A"], two["B"]) == (other["A"], other["B"])
    assert two["D"] == pytest.approx(9010 / 11)


@pytest.mark.parametrize("produced", [1.0, 1e-6, 1e-12])
def test_ring_with_a_strong_loop_flow_is_exact(produced):
    """12 zones, 10 GW around; zones 0 and 5 produce; compared with exact fractions."""
    size, loop = 12, 10_000.0
    names = [f"Z{at:02}" for at in range(size)]
    pairs = [(names[at], names[(at + 1) % size], loop) for at in range(size)]
    grid = Grid(" ".join(names), pairs, import_only=names)
    grid.produce("Z00", produced, 820).produce("Z05", 2 * produced, 11)
    own = [Fraction(produced) if at == 0 else Fraction(2 * produced) if at == 5 else Fraction(0) for at in range(size)]
    flow, x = Fraction(loop), []
    # x_i (v_i + F) = b_i + F x_(i-1): go once round with x_0 unknown, x_i = a_i + c_i x_0, then close the ring
    a, c = Fraction(0), Fraction(1)
    line = [(a, c)]
    for at in [*range(1, size), 0]:
        b = own[at] * (820 if at == 0 else 11)
        a, c = (b + flow * a) / (own[at] + flow), flow * c / (own[at] + flow)
        line.append((a, c))
    first = line[-1][0] / (1 - line[-1][1])
    x = [float(a + c * first) for a, c in line[:-1]]
    result = grid.trace().intensity
    assert [result[name] for name in names] == pytest.approx(x, rel=1e-13)


def test_bases_are_solved_side_by_side():
    grid = Grid("A B", [("A", "B", 10)]).produce("A", 10, 500).produce("B", 10, 100)
    direct = Factors(grid.factor * 0.5, grid.discharge_factor, grid.fallback)
    traced = trace(grid.network, grid.balance(), {"lifecycle": grid.factors(), "direct": direct}, {})
    assert traced.consumption_g_per_kwh["lifecycle"][1, 0] == pytest.approx(300)
    assert traced.consumption_g_per_kwh["direct"][1, 0] == pytest.approx(150)
    assert traced.production_g_per_kwh["direct"][1, 0] == pytest.approx(50)
    assert traced.share == {}


def test_no_links_no_hours_no_zones():
    for size, hours in ((2, 3), (2, 0), (0, 3)):
        network = Network(("A", "B")[:size], ())
        balance = Balance(
            np.ones((10, size, hours)),
            np.zeros((2, size, hours)),
            np.zeros((2, size, hours)),
            np.zeros((0, hours)),
            np.ones((size, hours), dtype=bool),
        )
        traced = trace(network, balance, {"direct": Factors(np.ones(10), np.ones(2), np.ones(size))}, SHARES)
        assert traced.consumption_g_per_kwh["direct"] == pytest.approx(np.ones((size, hours)))


@pytest.mark.parametrize(
    ("zones", "links", "named"),
    [
        (("A", "B"), ("A->C",), "'A->C'.*: C"),
        (("A", "B"), ("B->A",), "'B->A'.*sorted"),
        (("A", "B"), ("A->A",), "'A->A'"),
        (("A", "B"), ("AB",), "'AB'"),
        (("A", "B"), ("A->B", "A->B"), "links.*A->B"),
        (("A", "B", "A"), (), "zones.*A"),
    ],
)
def test_network_refuses(zones, links, named):
    with pytest.raises(ValueError, match=named):
        Network(zones, links)


def test_network_knows_the_ends_of_its_links():
    network = Network(("FR", "ES", "PT"), ("ES->PT", "ES->FR"))
    assert network.first.tolist() == [1, 1]
    assert network.second.tolist() == [2, 0]
    assert network == Network(("FR", "ES", "PT"), ("ES->PT", "ES->FR"))


def break_factor(grid):
    grid.factor[MODE["gas"], 1] = np.nan


def break_discharge_factor(grid):
    grid.store("B", 5, np.nan)


def break_fallback(grid):
    grid.has_production[0] = False
    grid.fallback[0] = np.nan


def break_production(grid):
    grid.production[MODE["gas"], 1] = np.inf


def break_charge(grid):
    grid.store("B", charge=-1)


def break_flow(grid):
    grid.flow[0] = -np.inf


def break_shape(grid):
    grid.flow = np.zeros((2, 1))


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (break_factor, "lifecycle: production factor.*gas, B, hour 0"),
        (break_discharge_factor, "lifecycle: discharge factor.*hydro, B"),
        (break_fallback, "lifecycle: fallback.*: A"),
        (break_production, "production_mw is infinite: gas, B"),
        (break_charge, "charge_mw is negative.*hydro, B"),
        (break_flow, "flow_mw is infinite: A->B"),
        (break_shape, r"flow_mw has shape \(2, 1\)"),
    ],
)
def test_trace_refuses(spoil, named):
    grid = Grid("A B", [("A", "B", 10)]).produce("A", 10, 500).produce("B", 10, 100)
    spoil(grid)
    with pytest.raises(ValueError, match=named):
        grid.trace()


def test_trace_refuses_shares_outside_0_and_1():
    with pytest.raises(ValueError, match=r"renewable\.by_mode"):
        Grid("A").produce("A", 1, 1).trace({"renewable": Share(np.full(10, 1.5), fallback=0.3)})
    with pytest.raises(ValueError, match=r"renewable\.fallback"):
        Grid("A").produce("A", 1, 1).trace({"renewable": Share(np.ones(10), fallback=np.nan)})
