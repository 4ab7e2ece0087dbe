import pytest

from parsers import ERP_PGCB
from tests.support import events

BORDERS = ("IN-EA", "IN-NE", "NP")


def test_production_by_hand() -> None:
    """16:00 in Dhaka (UTC+6) is the END of the hour from 15:00, 09:00 UTC. Imports 940 + 112 + 410 + 38 = 1500, fuels
    5280 + 702 + 3712 + 60 + 310 + 22 = 10086; the generation of 11620 leaves 34 unknown."""
    mix = events("ERP_PGCB/production_BD")[-1]
    assert mix.start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert mix.production == {
        "gas": 5280.0, "oil": 702.0, "coal": 3712.0, "hydro": 60.0, "solar": 310.0, "wind": 22.0, "unknown": 34.0}


def test_the_24th_hour_ends_its_own_day() -> None:
    """24:00 of the 9th is 18:00 UTC, so its hour starts at 17:00 UTC; 01:00 of the 10th follows it."""
    first, second = events("ERP_PGCB/consumption_BD")[:2]
    assert (first.start.isoformat(), first.consumption) == ("2026-03-09T17:00:00+00:00", 9655.0)
    assert (second.start.isoformat(), second.consumption) == ("2026-03-09T18:00:00+00:00", 9012.0)


def test_flows_by_hand() -> None:
    """The neighbours' columns are into Bangladesh: Bheramara 940 + Adani 410 are -1350 on BD->IN-EA."""
    last = {border: events(f"ERP_PGCB/exchange_BD_{border}")[-1].net_flow for border in BORDERS}
    assert last == {"IN-EA": -1350.0, "IN-NE": -112.0, "NP": -38.0}


def test_generation_is_production_and_import() -> None:
    made = [sum(mix.production.values()) for mix in events("ERP_PGCB/production_BD")]
    flows = zip(*(events(f"ERP_PGCB/exchange_BD_{border}") for border in BORDERS), strict=True)
    into = [-sum(flow.net_flow for flow in row) for row in flows]
    assert [one + other for one, other in zip(made, into, strict=True)] == [9655.0, 9012.0, 11544.0, 11620.0]


def test_a_line_that_was_not_there_yet_brought_nothing() -> None:
    """2 June 2019, 20:00: Bheramara alone, 702. The row of 19:30 ends half an hour before."""
    flows = events("ERP_PGCB/odd/past_border")
    assert [flow.net_flow for flow in flows] == [-660.0, -702.0]
    assert flows[0].start.isoformat() == "2019-06-02T12:30:00+00:00"


def test_half_past_midnight_began_the_day_before() -> None:
    start, _ = ERP_PGCB.named(["11-03-2026", "00:30", *["1"] * 13, ""])
    assert start.isoformat() == "2026-03-10T17:30:00+00:00"


@pytest.mark.parametrize("mode", ["gas", "solar", "unknown"])
def test_what_is_not_filled_in_is_missing(mode: str) -> None:
    """The unknown part too: Adani's cell is empty, so nobody knows what was imported."""
    (mix,) = events("ERP_PGCB/odd/half_filled_in")
    assert mix.production[mode] is None
