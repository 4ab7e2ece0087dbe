from tests.support import events


def test_exchange_by_hand() -> None:
    """231.44 of load, less 11.04 of fossil plants and 101.2 of wind: 119.2 into the island, the second of the key.

    8:45 AM in Halifax in March is UTC-3: 11:45Z.
    """
    (flow,) = events("PrinceEdwardIsland/exchange_CA-NB_CA-PE")
    assert (flow.start.isoformat(), flow.net_flow) == ("2026-03-10T11:45:00+00:00", 119.2)


def test_production_by_hand() -> None:
    (mix,) = events("PrinceEdwardIsland/production_CA-PE")
    assert mix.production == {"oil": 11.04, "wind": 101.2}, "and not the 41.1 that contracts say are exported"


def test_noon_is_pm() -> None:
    """12:15 PM at UTC-3 is 15:15Z; the load of 1,031.5 has a mark between its thousands."""
    (flow,) = events("PrinceEdwardIsland/odd/afternoon")
    assert (flow.start.isoformat(), flow.net_flow) == ("2026-03-10T15:15:00+00:00", 919.26)


def test_the_second_of_the_repeated_hours() -> None:
    """At 05:40Z on 1 November it is 1:40 AST: 1:30 AM is 05:30Z, not an hour before."""
    assert events("PrinceEdwardIsland/odd/november_change")[0].start.isoformat() == "2026-11-01T05:30:00+00:00"


def test_what_is_not_said_is_not_zero() -> None:
    assert events("PrinceEdwardIsland/odd/wind_missing")[0].production == {"oil": 11.04, "wind": None}
