from core.config import load
from core.kinds import CAPACITY_KIND
from core.recording import read_case
from parsers import EMBER
from tests.support import SAMPLES, run

SOURCE = "Ember, Yearly electricity data"


def test_capacity_by_hand() -> None:
    """Kenya, 2024: 0.8395 GW are 839.5 MW; other fossil 640.6 + other renewables 940 = 1580.6 MW, no sum."""
    (found,) = run(read_case(SAMPLES / "EMBER/capacity_KE.json"))
    assert found["hydro"] == {"datetime": "2024-01-01", "value": 839.5, "source": SOURCE}
    assert found["unknown"]["value"] == 1580.6
    assert found["wind"]["value"] == 436, "of 2024, not added to 2023"
    assert "nuclear" not in found, "null is not 0"


def test_other_fuels_are_known_by_country() -> None:
    """Costa Rica: other fossil is oil, other renewables are geothermal."""
    (found,) = run(read_case(SAMPLES / "EMBER/odd/capacity_other_fuels_by_country.json"))
    assert {mode: one["value"] for mode, one in found.items()} == {
        "geothermal": 262.7, "hydro": 2371.2, "oil": 471.2, "wind": 393.7,
    }


def test_every_wired_zone_has_a_country_and_none_else() -> None:
    reference = "EMBER.fetch_production_capacity"
    wired = {key for key, zone in load().zones.items() if reference in zone.parsers.get(CAPACITY_KIND, ())}
    assert EMBER.COUNTRIES.keys() == wired
    assert EMBER.OTHER_NAMES.keys() | EMBER.OTHER_MODES.keys() <= wired
    assert len(set(EMBER.COUNTRIES.values())) == 153
