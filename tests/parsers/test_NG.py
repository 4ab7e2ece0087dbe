from core.recording import playing, read_case
from parsers import NG
from tests.support import SAMPLES, events


def test_production_by_hand() -> None:
    """The first column is 00:00 at UTC+1, 23:00Z. Gas: EGBIN 512.25 of steam + AFAM VI 388.5 + OMOTOSHO 104.1 =
    1004.85; hydro: KAINJI 402.75 + SHIRORO 355.0 = 757.75. The second: 515.75 + 387.25 + 106.1 = 1009.1."""
    first, second = events("NG/production_NG")[:2]
    assert (first.start.isoformat(), first.end) == ("2026-03-09T23:00:00+00:00", second.start)
    assert first.production == {"gas": 1004.85, "hydro": 757.75}
    assert second.production["gas"] == 1009.1


def test_an_hour_is_left_out_while_it_runs() -> None:
    """At 12:00Z the column of 13:00 has numbers already; the last whole hour is that of 12:00, 11:00Z."""
    assert events("NG/production_NG")[-1].start.isoformat() == "2026-03-10T11:00:00+00:00"


def test_before_noon_the_day_before_is_asked_for_too() -> None:
    """02:40 at UTC+1: 24 hours of yesterday, two of today."""
    starts = [event.start.isoformat() for event in events("NG/odd/before_noon")]
    assert (len(starts), starts[0], starts[-1]) == (26, "2026-03-08T23:00:00+00:00", "2026-03-10T00:00:00+00:00")
    assert len(events("NG/odd/nothing_of_today_yet")) == 24


def test_an_hour_of_zeros_is_not_filled_in_yet_but_a_plant_may_stand_still() -> None:
    found = events("NG/odd/a_plant_stands_still")
    assert [event.production for event in found] == [{"gas": 512.25, "hydro": 0.0}, {"gas": 515.75, "hydro": 0.0}]


def test_a_kind_that_is_not_known_counts_as_unknown() -> None:
    """DADIN KOWA without a kind 31.5, and 7.25 of a kind that was not there before."""
    assert events("NG/odd/unknown_kind")[0].production == {"gas": 512.25, "unknown": 38.75}


def test_a_blank_is_missing() -> None:
    found = events("NG/odd/blank_cells")
    assert [event.production for event in found] == [{"gas": None, "hydro": 402.75}, {"gas": 519.25, "hydro": 412.75}]


def test_the_whole_form_goes_back() -> None:
    case = read_case(SAMPLES / "NG/production_NG.json")
    with playing(case) as session:
        sent = []
        session.hooks["response"] = lambda answer, **_: sent.append(answer.request.body)
        NG.fetch_production("NG", session=session)
    assert sent == [None, case.http[1]["request_body"]]
    assert "__EVENTVALIDATION=mZ4%2Bt%2F0%3D" in sent[1] and "txtReadingDate=2026%2F03%2F10" in sent[1]
