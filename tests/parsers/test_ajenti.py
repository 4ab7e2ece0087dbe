import pytest

from tests.support import events


def test_production_by_hand() -> None:
    """King Island: of 640 kW of diesel 12.5 % are biodiesel: 80 kW of biomass, 560 kW of oil; 88 kW are 0.088 MW. It is
    stamped when received."""
    (event,) = events("ajenti/production_AU-TAS-KI")
    assert event.production == {"wind": 1.432, "solar": 0.088, "biomass": 0.08, "oil": 0.56}
    assert event.start.isoformat() == "2026-03-10T12:00:00+00:00"


def test_storage_by_hand() -> None:
    """Battery -112 kW is charging and the flywheel gives 26: -(-112 + 26) = 86 kW are charged. On Flinders Island 38
    are given and 9 taken: -29."""
    assert events("ajenti/production_AU-TAS-KI")[0].storage == {"battery": 0.086}
    assert events("ajenti/production_AU-TAS-FI")[0].storage == {"battery": -0.029}
    assert events("ajenti/production_AU-WA-RI")[0].storage == {}


@pytest.mark.parametrize(("zone", "load_mw"), [("AU-TAS-FI", 0.686 + 0.12), ("AU-WA-RI", 0.848 + 0.14)])
def test_what_is_made_is_used(zone: str, load_mw: float) -> None:
    """The dashboard's load and what resistor and desalination take."""
    (event,) = events(f"ajenti/production_{zone}")
    assert sum(event.production.values()) - sum(event.storage.values()) == pytest.approx(load_mw)


def test_a_little_negative_wind_is_own_use_and_other_negatives_are_missing() -> None:
    (event,) = events("ajenti/odd/own_use")
    assert (event.production["wind"], event.production["solar"]) == (0.0, None)
    assert events("ajenti/odd/wind_below_own_use")[0].production["wind"] is None


def test_no_biodiesel_is_zero_where_it_is_said_and_absent_where_it_is_not() -> None:
    assert events("ajenti/odd/own_use")[0].production["biomass"] == 0.0
    assert "biomass" not in events("ajenti/production_AU-TAS-FI")[0].production
