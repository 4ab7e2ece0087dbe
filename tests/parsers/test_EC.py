from tests.support import events


def test_production_by_hand() -> None:
    """00:00 at -05:00 is 05:00 UTC. Unknown is thermal 930.5 + renewable 118.75 = 1049.25; 07:00 is the 15th point."""
    found = events("EC/production_EC")
    assert found[0].start.isoformat() == "2026-03-10T05:00:00+00:00"
    assert found[0].production == {"hydro": 2950.25, "unknown": 1049.25}
    assert found[-1].start.isoformat() == "2026-03-10T12:00:00+00:00", "07:30 is drawn, but is to come"


def test_consumption_by_hand() -> None:
    """2950.25 + 930.5 + 118.75 + 0.5 of trade = 4000."""
    assert events("EC/consumption_EC")[0].consumption == 4000.0


def test_older_pages_pack_numbers_beside_their_trace() -> None:
    """Hydro is packed in the trace, its second point no number; Térmica's -0.5 is none, Gas Natural is gas."""
    first, second, third = events("EC/odd/old_page")
    assert first.production == {"hydro": 2950.25, "gas": 210.5, "unknown": 118.75}
    assert first.corrected_modes == ["unknown"]
    assert second.production == {"gas": 211.0, "unknown": 720.25}
    assert third.production["unknown"] == 116.5


def test_a_page_that_was_not_made_anew_is_of_its_own_day() -> None:
    """Ten past midnight; the heading still says the 9th, whose 48 points are all over."""
    found = events("EC/odd/page_of_yesterday")
    assert len(found) == 48 and found[-1].start.isoformat() == "2026-03-10T04:30:00+00:00"


def test_a_load_of_zero_or_less_is_none() -> None:
    assert [event.consumption for event in events("EC/odd/old_page_load")] == [3290.0]
