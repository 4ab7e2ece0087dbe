from urllib.parse import parse_qs

import pytest

from core.recording import playing, read_case
from parsers import KPX
from tests.support import SAMPLES, events


def test_production_by_hand() -> None:
    """19:45 in Seoul (UTC+9) is 10:45 UTC. Coal: bituminous 15020.2 + domestic anthracite 201.5 = 15221.7 MW."""
    first, *_, last = events("KPX/production_KR")
    assert first.start.isoformat() == "2026-03-10T10:45:00+00:00"
    assert first.production["coal"] == 15221.7
    assert first.storage["hydro"] == -850.75, "the source writes generating as +850.75; that is discharging, negative"
    assert last.start.isoformat() == "2026-03-10T11:10:00+00:00", "the slots after 20:10 are not reached yet"


def test_pumping_by_hand() -> None:
    """raisingWater -1250.5 is pumping: charging, +1250.5."""
    assert events("KPX/odd/negative")[0].storage["hydro"] == 1250.5


def test_market_demand_is_market_production() -> None:
    """The page rounds demand to whole MW: 61436.2 of plants and 850.75 of pumped storage are 62287 MW at 10:45 UTC."""
    assert events("KPX/consumption_KR")[0].consumption == 62287.0
    for mix, load in zip(events("KPX/production_KR"), events("KPX/consumption_KR"), strict=True):
        assert mix.start == load.start
        assert load.consumption == pytest.approx(sum(mix.production.values()) - mix.storage["hydro"], abs=0.5)


def test_price_by_hand() -> None:
    """Row 1 of 10 March is 00:00 to 01:00 in Seoul, so 15:00 UTC of the 9th: 119.75 KRW/kWh = 119750 KRW/MWh.
    Row 20 holds 19:00 to 20:00, 10:00 UTC: 120 - 20 * 0.25 = 115 KRW/kWh."""
    prices = {event.start.isoformat(): event.price for event in events("KPX/price_KR")}
    assert prices["2026-03-09T15:00:00+00:00"] == 119_750.0
    assert prices["2026-03-10T10:00:00+00:00"] == 115_000.0
    assert max(prices) == "2026-03-10T14:00:00+00:00", "rows after the 24th are summaries"


def test_past_day_sends_the_cookie_back() -> None:
    case, sent = read_case(SAMPLES / "KPX/odd/past_day.json"), []
    with playing(case) as session:
        session.cookies.set("XSRF-TOKEN", "given-by-the-first-visit")
        session.hooks["response"].append(lambda answer, **_: sent.append(answer.request))
        KPX.fetch_production(session=session, **case.call)
    assert [request.method for request in sent] == ["GET", "POST"]
    form = parse_qs(sent[1].body)
    assert form["_csrf"] == ["given-by-the-first-visit"]
    assert form["view_sdate"] == form["view_edate"] == ["2026-03-08"]
