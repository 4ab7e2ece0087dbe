from tests.support import events


def test_production_by_hand() -> None:
    """Thermique 61240 kW are 61.24 MW of oil, the sun gives 12 kW. Stamped when received, 12:00Z."""
    (event,) = events("PF/production_PF")
    assert event.start.isoformat() == "2026-03-10T12:00:00+00:00"
    assert event.production == {"oil": 61.24, "hydro": 18.765, "solar": 0.012}


def test_a_part_without_a_number_is_missing() -> None:
    assert events("PF/odd/blank_value")[0].production["hydro"] is None
