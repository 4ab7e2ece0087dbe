from core.recording import read_case
from tests.support import SAMPLES, run


def test_capacity_by_hand() -> None:
    """Queensland: black coal 350 + 350.25 (280 retired); gas 385 + 32.123 (120 only committed) = 417.12;
    the battery's load of 150 is not counted beside its 150.5 as a generator; the NSW plant is another zone's."""
    (found,) = run(read_case(SAMPLES / "OPENELECTRICITY/capacity_AU-QLD.json"))
    values_mw = {mode: one["value"] for mode, one in found.items()}
    assert values_mw["coal"] == 700.25
    assert values_mw["gas"] == 417.12
    assert values_mw["battery storage"] == 150.5
    assert values_mw["hydro storage"] == 480.0
    assert {one["datetime"] for one in found.values()} == {"2026-01-01"}
