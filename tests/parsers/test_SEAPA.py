from tests.support import events


def test_production_by_hand() -> None:
    """Hydro is SEAPA's 19.8 and Ketchikan's 6.35 MW, oil Ketchikan's diesel. Stamped when received, 12:00Z."""
    (event,) = events("SEAPA/production_US-AK-SEAPA")
    assert event.start.isoformat() == "2026-03-10T12:00:00+00:00"
    assert event.production == {"hydro": 26.15, "oil": 1.2}


def test_own_use_is_zero_and_takes_nothing_from_other_plants() -> None:
    """SEAPA draws 0.2 MW, Ketchikan gives 6.35; the diesel draws 0.05."""
    assert events("SEAPA/odd/negative")[0].production == {"hydro": 6.35, "oil": 0.0}


def test_a_blank_reading_is_missing() -> None:
    assert events("SEAPA/odd/blank_diesel")[0].production["oil"] is None
