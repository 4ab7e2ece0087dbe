import pytest

from core import errors
from core.recording import read_case
from parsers import DE
from tests.support import SAMPLES, run

ANSWER = {"time": ["2025", "2026"], "production_types": [{"name": name, "data": [1.5, None]} for name in DE.MODES]}


def test_capacity_by_hand() -> None:
    """2026, the newest year: 68.412 GW onshore + 9.3 GW offshore = 77 712 MW wind; oil, which is null, is not there."""
    (found,) = run(read_case(SAMPLES / "DE/capacity_DE.json"))
    assert found["wind"] == {"datetime": "2026-01-01", "value": 77712, "source": "Fraunhofer ISE"}
    assert found["solar"]["value"] == 118300, "of the panels: DC"
    assert found["battery storage"]["value"] == 17031, "power, not energy"
    assert "oil" not in found


def test_the_newest_year_with_any_number_counts_and_none_of_the_future() -> None:
    """Of 2026 there are nulls only: 1.5 GW in 2025 are two series of coal, 3000 MW."""
    newest = DE.parse_production_capacity(ANSWER, 2026, is_newest_wanted=True)
    assert newest["coal"] == {"datetime": "2025-01-01", "value": 3000, "source": "Fraunhofer ISE"}
    with pytest.raises(errors.NoData, match="of 2024"):
        DE.parse_production_capacity(ANSWER, 2024, is_newest_wanted=True)
    with pytest.raises(errors.NoData, match="of 2026"):
        DE.parse_production_capacity(ANSWER, 2026)
