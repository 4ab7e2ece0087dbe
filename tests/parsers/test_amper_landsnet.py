from tests.support import events


def test_production_by_hand() -> None:
    """11:56 in Reykjavik is 11:56 UTC, in summer too: MW as they are."""
    (event,) = events("amper_landsnet/production_IS")
    assert event.start.isoformat() == "2026-03-10T11:56:00+00:00"
    assert event.production == {"hydro": 1604.3718, "geothermal": 641.2054, "oil": 0.35}
    assert events("amper_landsnet/odd/null_is_not_zero")[0].start.isoformat() == "2026-07-10T11:56:00+00:00"


def test_null_is_not_zero() -> None:
    (event,) = events("amper_landsnet/odd/null_is_not_zero")
    assert event.production == {"hydro": 1604.5, "geothermal": None, "oil": 0.0}
