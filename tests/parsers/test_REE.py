from core.recording import read_case
from tests.support import SAMPLES, run


def test_capacity_by_hand() -> None:
    """February, as March is not out: gas is 8.0 + 24 560.9 combined + 5510.6 cogeneration = 30 079.5, so 30 080."""
    (found,) = run(read_case(SAMPLES / "REE/capacity_ES.json"))
    assert found["gas"] == {"datetime": "2026-02-01", "value": 30080, "source": "ree.es"}
    assert found["hydro storage"]["value"] == 3320, "stands in both answers, and counts once"
    assert found["battery storage"]["value"] == 191
    assert sum(one["value"] for one in found.values()) < 140_000, "without the total of 136 795.8"


def test_a_system_without_storage_has_its_generation() -> None:
    (found,) = run(read_case(SAMPLES / "REE/capacity_ES-ML.json"))
    assert found["oil"] == {"datetime": "2026-03-01", "value": 64, "source": "ree.es"}
    assert "hydro storage" not in found
