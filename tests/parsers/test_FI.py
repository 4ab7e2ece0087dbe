from core.recording import read_case
from tests.support import SAMPLES, run


def test_capacity_by_hand() -> None:
    """Coal is 980 MW hard coal + 1120 MW peat = 2100 MW at the year's beginning; the sun's is that of midnight UTC."""
    (found,) = run(read_case(SAMPLES / "FI/capacity_FI.json"))
    assert found["coal"] == {"datetime": "2026-01-01", "value": 2100, "source": "entsoe.eu"}
    assert found["solar"] == {"datetime": "2026-03-10", "value": 1624.5, "source": "fingrid.fi"}
    assert found["wind"]["value"] == 9508, "not ENTSO-E's 6900, nor that of 01:00"


def test_what_fingrid_lacks_is_left_out() -> None:
    """ENTSO-E has 6900 MW of wind beside it, which would be taken back half a year."""
    (found,) = run(read_case(SAMPLES / "FI/odd/capacity_no_wind_at_midnight.json"))
    assert "wind" not in found
    assert found["solar"]["source"] == "fingrid.fi"
