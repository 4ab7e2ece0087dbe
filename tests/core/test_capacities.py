from core import times
from core.capacities import installed
from tests.support import warnings_of_parsers

DAY = times.read_day("2026-01-01")


def test_items_of_a_mode_are_added() -> None:
    """Two plants of 12.5 and 30.127 MW make 42.63 MW, to the hundredth that is asked for by default."""
    found = installed(DAY, {"wind": [12.5, 30.127, None], "coal": [0.0]}, source="x.org")
    assert found == {
        "coal": {"datetime": "2026-01-01", "value": 0.0, "source": "x.org"},
        "wind": {"datetime": "2026-01-01", "value": 42.63, "source": "x.org"},
    }
    assert list(found) == ["coal", "wind"]


def test_what_is_not_known_is_left_out_and_not_zero() -> None:
    assert installed(DAY, {"wind": [None], "solar": []}, source="x.org") == {}


def test_a_negative_capacity_is_left_out_with_a_warning() -> None:
    with warnings_of_parsers() as seen:
        found = installed(DAY, {"gas": [100.0, -5.0], "oil": [-1.0]}, source="x.org", digits=0)
    assert {mode: one["value"] for mode, one in found.items()} == {"gas": 100.0}
    assert seen == ["a capacity of gas is below 0; left out", "a capacity of oil is below 0; left out"]
