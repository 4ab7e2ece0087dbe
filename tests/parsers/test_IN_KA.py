from tests.support import events


def test_production_by_hand() -> None:
    """Hydro: sixteen plants of 1000 and 96 MW of small ones; coal 905 + 640 + 520 + 480 + 355; 17:24 in Kolkata
    (UTC+5:30) is 11:54Z."""
    (mix,) = events("IN_KA/production_IN-KA")
    assert mix.start.isoformat() == "2026-03-10T11:54:00+00:00"
    assert mix.production == {
        "coal": 2900, "hydro": 1096, "unknown": 2310, "biomass": 140, "wind": 744, "solar": 1205}


def test_consumption_by_hand() -> None:
    (load,) = events("IN_KA/consumption_IN-KA")
    assert (load.start.isoformat(), load.consumption) == ("2026-03-10T11:55:00+00:00", 11480)


def test_a_new_plant_is_unknown_and_a_missing_one_is_left_out() -> None:
    """150 more; hydro less 80 of an empty figure and 40 of a negative one: 1000 − 120 + 96."""
    (mix,) = events("IN_KA/odd/new_plant")
    assert (mix.production["unknown"], mix.production["hydro"], mix.corrected_modes) == (2460, 976, ["hydro"])
