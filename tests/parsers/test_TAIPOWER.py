from tests.support import events


def test_production_by_hand() -> None:
    """19:50 in Taipei (UTC+8) is 11:50 UTC. Coal: 0 + 412.5 + the independent producer's 590.5 = 1003 MW."""
    (event,) = events("TAIPOWER/production_TW")
    assert event.start.isoformat() == "2026-03-10T11:50:00+00:00"
    assert event.production["coal"] == 1003.0
    assert event.production["gas"] == 700.0, "a unit without a value (N/A) is not 0 and does not void the others"
    assert event.storage["hydro"] == 250.0, "pumping 250 MW is written -250 by the source and is charging, +250"
    assert event.storage["battery"] == 5.0, "3 MW out and 8 MW in are 5 MW charging, net"
