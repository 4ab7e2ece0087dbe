import pytest

from tests.support import events


def test_exchange_by_hand() -> None:
    """QUEBEC -456 is into New Brunswick, NOVA SCOTIA 187 out of it; New Brunswick comes first in both keys."""
    (quebec,) = events("CA_NB/exchange_CA-NB_CA-QC")
    assert (quebec.start.isoformat(), quebec.net_flow) == ("2026-03-10T12:00:00+00:00", -456)
    assert events("CA_NB/exchange_CA-NB_CA-NS")[0].net_flow == 187


def test_maine_is_three_columns() -> None:
    """EMEC 8, ISO-NE -212, MPS 41."""
    assert events("CA_NB/odd/second_choice_CA-NB_US-NE-ISNE")[0].net_flow == -163


def test_the_stamp_is_the_last_full_five_minutes() -> None:
    """Asked at 12:04:59."""
    assert events("CA_NB/odd/between_two_stamps")[0].start.isoformat() == "2026-03-10T12:00:00+00:00"


def test_both_ends_of_the_cable_agree() -> None:
    """PEI 119 is what Prince Edward Island lacks: 231.44 of load, 11.04 and 101.2 of its own."""
    here, there = events("CA_NB/odd/second_choice_CA-NB_CA-PE"), events("PrinceEdwardIsland/exchange_CA-NB_CA-PE")
    assert here[0].net_flow == pytest.approx(there[0].net_flow, abs=0.5)
