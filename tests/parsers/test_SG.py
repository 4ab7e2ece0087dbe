import logging
from typing import Any

import pytest

from core import errors, times
from core.platforms import pictures
from core.recording import playing, read_case
from parsers import SG
from tests.support import SAMPLES, events, outcome

SAYS = {SG.STAMP_BOX: "2026-03-10 19:27", SG.OUTPUT_BOX: "Est. PV Output: 412.75MWac"}


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> dict[Any, str]:
    """A picture that is read as this says."""
    says = dict(SAYS)
    monkeypatch.setattr(pictures, "require_reader", lambda: None)
    monkeypatch.setattr(pictures, "line", lambda content, box: says[box])
    return says


def sun() -> Any:
    with times.frozen(times.read("2026-03-10T12:00Z")):
        return SG.parse_sun(b"picture")


def test_production_by_hand() -> None:
    """Half hour 40 of Singapore's day starts at 19:30 (UTC+8), 11:30 UTC. Generation is 6812 + 34 = 6846 MW. Gas:
    96.5 % and 0.25 % of it, 6623.505; steam, unknown: 3.25 %, 222.495. The sun is missing, not 0."""
    (mix,) = events("SG/production_SG")
    assert mix.start.isoformat() == "2026-03-10T11:30:00+00:00"
    assert mix.production == {"gas": pytest.approx(6623.505), "unknown": pytest.approx(222.495), "solar": None}


def test_price_by_hand() -> None:
    """-$12.30/MWh in the first half hour of 10 March, 16:00 UTC of the 9th."""
    assert events("SG/price_SG")[0].price == 118.46
    (first,) = events("SG/odd/negative_price")
    assert (first.start.isoformat(), first.price, first.currency) == ("2026-03-09T16:00:00+00:00", -12.3, "SGD")


def test_the_sun_is_added(reader: dict[Any, str]) -> None:
    """The picture was taken at 19:27, which is 33 minutes ago."""
    assert sun() == 412.75
    mix = SG.parse_production(ticker(), "SG", sun())
    assert (mix["production"]["solar"], mix["source"]) == (412.75, "emcsg.com,ema.gov.sg")


def ticker() -> Any:
    case = read_case(SAMPLES / "SG/price_SG.json")
    with playing(case) as session:
        return SG.ticker(session, None)


@pytest.mark.parametrize(("says", "mw"), [
    ("Est. PV Output: OMWac", 0.0), ("Est. PV Output: 0MWac", 0.0), ("Est. PV Output: 1,012.4MW", 1012.4),
    ("Est. PV Output: 7.5MWi", 7.5),
])
def test_what_is_easily_misread(reader: dict[Any, str], says: str, mw: float) -> None:
    reader[SG.OUTPUT_BOX] = says
    assert sun() == mw


def test_an_old_picture_says_nothing(reader: dict[Any, str]) -> None:
    reader[SG.STAMP_BOX] = "2026-03-10 18:59"
    with pytest.raises(errors.NoData, match="10:59 UTC"):
        sun()
    reader[SG.STAMP_BOX] = "2026-03-10 20:05"
    assert sun() == 412.75, "a clock that is a little fast"


def test_a_picture_that_cannot_be_read_costs_only_the_sun(
    reader: dict[Any, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reader[SG.OUTPUT_BOX] = "Est. Wind: 3kts"
    monkeypatch.setattr(SG.http, "get", lambda *args, **kwargs: type("Answer", (), {"content": b"picture"}))
    with times.frozen(times.read("2026-03-10T12:00Z")), caplog.at_level(logging.WARNING, "gridtrace.parsers"):
        assert SG.sun(None) is None
    assert "no output in its picture" in caplog.text


def test_without_a_reader_nothing_is_asked_of_ema(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise errors.MissingExtra("ocr")

    monkeypatch.setattr(pictures, "require_reader", refuse)
    case = read_case(SAMPLES / "SG/production_SG.json")
    case.http.pop()
    found, error, warnings = outcome(case)
    assert len(found) == 1 and error is None and warnings == []
