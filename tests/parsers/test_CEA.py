from core.recording import read_case
from tests.support import SAMPLES, run


def test_capacity_by_hand() -> None:
    """January 2026 is the newest month: 46 780 MW of coal in the North; Diesel is oil."""
    (found,) = run(read_case(SAMPLES / "CEA/capacity_IN-NO.json"))
    assert found["coal"] == {"datetime": "2026-01-01", "value": 46780, "source": "cea.nic.in"}
    assert found["oil"]["value"] == 0


def test_a_part_does_not_stand_in_for_the_sum() -> None:
    """CEA's 22 010.3 MW of hydro are without small plants, which zones.json has in its figure."""
    (found,) = run(read_case(SAMPLES / "CEA/capacity_IN-NO.json"))
    assert sorted(found) == ["coal", "gas", "nuclear", "oil"]


def test_the_north_east_is_found_however_it_is_written() -> None:
    (found,) = run(read_case(SAMPLES / "CEA/odd/capacity_hyphen_and_null.json"))
    assert found["coal"]["value"] == 750
    assert "gas" not in found, "null is not 0"
