import json

import pytest

from core import times
from core.recording import read_case
from parsers import DK
from tests.support import SAMPLES, events

LINKS = (
    "exchange_DE_DK-DK1", "exchange_DE_DK-DK2", "exchange_DK-DK1_DK-DK2", "exchange_DK-DK1_NL",
    "exchange_DK-DK1_NO-NO2", "odd/second_choice_DK-DK1_SE-SE3", "odd/second_choice_DK-DK2_SE-SE4",
)


def test_exchanges_by_hand() -> None:
    """At 09:00 UTC, + into the area: West Denmark gets -651.25 from Germany, so DE->DK-DK1 is -651.25. It gets -238.25
    over the Great Belt and sends it east: DK-DK1->DK-DK2 is 238.25. Norway sends 846: DK-DK1->NO-NO2 is -846."""
    first = {link: events(f"DK/{link}")[0] for link in LINKS}
    assert {one.start.isoformat() for one in first.values()} == {"2026-03-10T09:00:00+00:00"}
    assert [one.net_flow for one in first.values()] == [-651.25, -350.5, 238.25, 397.5, -846.0, 147.75, 251.5]
    assert first["exchange_DE_DK-DK1"].end.isoformat() == "2026-03-10T09:05:00+00:00"


def test_the_great_belt_has_the_same_flow_from_both_sides() -> None:
    """The east's rows say 238.25 into the east where the west's say -238.25 into the west."""
    (one,) = read_case(SAMPLES / "DK/exchange_DK-DK1_DK-DK2.json").http
    records = json.loads((SAMPLES / "DK/bodies" / one["body"]).read_text())["records"]
    east = {row["Minutes5UTC"]: row["ExchangeGreatBelt"] for row in records if row["PriceArea"] == "DK2"}
    flows = {f"{e.start:%Y-%m-%dT%H:%M:%S}": e.net_flow for e in events("DK/exchange_DK-DK1_DK-DK2")}
    assert flows == east and len(east) == 4


def test_forecast_by_hand() -> None:
    """Offshore 624 and onshore 1012 are 1636 MW of wind, the newest edition and not the 0.9 times as much of the day
    before; the next day's row is there."""
    mixes = events("DK/wind_solar_DK-DK1")
    assert (mixes[0].start.isoformat(), mixes[0].production) == (
        "2026-03-10T09:00:00+00:00", {"wind": 1636.0, "solar": 903.75})
    assert mixes[0].source_type == "forecasted"
    assert mixes[-1].start.isoformat() == "2026-03-11T11:55:00+00:00"


def test_a_type_that_stands_twice_counts_once() -> None:
    (mix,) = events("DK/odd/type_twice")
    assert mix.production["wind"] == 1636.0


def test_all_borders_ask_the_same_within_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """One request per data set and minute is allowed: 12:00 and 12:59 ask alike, for the 24 hours before both."""
    asked = []
    monkeypatch.setattr(DK.http, "get", lambda session, url, params: asked.append((url, params)))
    monkeypatch.setattr(DK.http, "body_json", lambda answer: {"records": []})
    for clock in ("12:00", "12:59"):
        DK.ask(None, DK.FLOWS, times.read(f"2026-03-10T{clock}Z"))
    assert asked[0] == asked[1]
    assert (asked[0][1]["start"], asked[0][1]["end"]) == ("2026-03-09T12:00", "2026-03-10T13:00")
    assert (asked[0][1]["timezone"], asked[0][1]["limit"]) == ("UTC", 0)
