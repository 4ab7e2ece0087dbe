from tests.support import events


def test_production_by_hand() -> None:
    """19:58:12 in Ulaanbaatar (UTC+8) is 11:58 UTC. dts 1018.6 is coal; the sun's -0.3 at night is 0."""
    (mix,) = events("MN/production_MN")
    assert mix.start.isoformat() == "2026-03-10T11:58:00+00:00"
    assert mix.production == {"coal": 1018.6, "solar": 0.0, "wind": 96.8}
    assert mix.corrected_modes == ["solar"]
    assert mix.storage == {}, "nobody says what the sign of the battery at Songino means"


def test_load_is_what_is_made_and_imported() -> None:
    """1018.6 - 0.3 + 96.8 + 172.3 of import = 1287.4."""
    (load,) = events("MN/consumption_MN")
    assert load.consumption == round(1018.6 - 0.3 + 96.8 + 172.3, 1)


def test_an_hour_of_2016_that_the_clock_showed_twice() -> None:
    """Summer time ended on 24 September at 00:00: 23:30 came at 14:30 and at 15:30 UTC; it was asked at 15:32."""
    (load,) = events("MN/odd/autumn_2016")
    assert load.start.isoformat() == "2016-09-23T15:30:00+00:00"
