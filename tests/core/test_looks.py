"""core.validation.looks: each suspicious thing is seen where it is, and nothing where all is well."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core import schemas, times
from core.config import Link, Zone
from core.declare import source
from core.schemas import Event
from core.validation import Answer, Balance, look
from core.weather.sun import height

NOW = times.read("2026-06-10T12:00Z")
NOON = [times.shift(NOW, minutes=-15 * (8 - number)) for number in range(8)]
"""Eight quarters, the last of which ends now."""
ZONE = Zone.model_validate({
    "key": "XM", "name": "Moon", "country": None, "region": "Europe", "timezone": "UTC", "bbox": (0, 45, 2, 47),
    "capacity": {"gas": [{"mw": 1000.0}], "solar": [{"mw": 500.0}], "wind": [{"mw": 300.0}]}})
LINK = Link.model_validate({"key": "XA->XM", "lonlat": (0, 0), "rotation": 0, "capacity": (-200.0, 300.0)})


def facts(**more: Any) -> Any:
    @source(**{"resolution_min": 15, "window_h": 2, "delay_h": 0.5, **more})
    def fetch() -> None:
        """Nothing but its declaration."""

    return fetch.declaration  # type: ignore[attr-defined]


def mix(starts: Any = NOON, storage: Any = None, minutes: int = 15, **modes: Any) -> list[Event]:
    """A mix at each start; a number stands for all of them, and a list for one each."""
    found = []
    for at, start in enumerate(starts):
        values = {mode: value[at] if isinstance(value, list) else value + at for mode, value in modes.items()}
        found.append(schemas.read("production", schemas.production(
            "XM", start=start, end=times.shift(start, minutes=minutes), source="moon.org", modes=values,
            storage=storage)))
    return found


def flows(*values: float) -> list[Event]:
    starts = NOON[-len(values):]
    return [schemas.read("exchange", schemas.exchange("XA", "XM", start=start, source="moon.org", flow_mw=mw))
            for start, mw in zip(starts, values, strict=True)]


def answer(events: list[Event], **more: Any) -> Answer:
    return Answer("production", "XM", events, NOW, None, facts(), ZONE, **more)


def seen(given: Answer) -> dict[str, str]:
    return {one.name: one.seen for one in look(given)}


WELL = mix(gas=500.0, solar=300.0, wind=50.0)


def test_nothing_is_said_of_a_good_answer_or_of_none() -> None:
    assert look(answer(WELL)) == [] == look(answer([]))


@pytest.mark.parametrize(("name", "events", "said"), [
    ("all_zero", mix(gas=[0] * 8, wind=[None] * 8), "Every value of 8 events is 0 or missing."),
    ("idle_mode", mix(gas=500.0, wind=[0] * 8), "Wind is 0 in all of 8 events, and 300 MW are installed."),
    ("future", mix([times.shift(at, hours=2) for at in NOON], gas=500.0),
     "6 of 8 events begin after now, the last at 2026-06-10 13:45Z."),
    ("above_capacity", mix(gas=500.0, wind=[400] * 8), "Wind reaches 400 MW; 300 MW are installed."),
    ("above_capacity", mix(gas=500.0, unknown=1600.0),
     "All modes together reach 2,114 MW; 1,800 MW are installed."),
    ("unit", mix(gas=500_000.0), "The usual value is 500,004; installed are 1,800 MW, 278 times less."),
    ("unit", mix(gas=[0.5] * 8), "The usual value is 0.5; installed are 1,800 MW, 3,600 times more."),
    ("unchanging", mix(gas=[500] * 8), "8 intervals from 2026-06-10 10:00Z on say exactly the same."),
    ("interval", mix(gas=500.0, minutes=5), "Most intervals last 5 min; the function declares 15 min."),
    ("gap", mix([*NOON[:3], *NOON[6:]], gas=500.0), "1 gaps, the first from 2026-06-10 10:30Z to 2026-06-10 11:30Z."),
    ("late", mix([times.shift(at, hours=-3) for at in NOON], gas=500.0),
     "The newest interval ended 3.0 h ago; the function declares a delay of 0.5 h."),
    ("all_unknown", mix(unknown=500.0, gas=[20] * 8), "96 % of the production is of the mode unknown."),
    ("night_sun", mix([times.shift(at, hours=-12) for at in NOON], gas=500.0, solar=20.0),
     "Solar gives 27 MW at 2026-06-09 23:45Z, and it is night in all of the zone."),
])
def test_what_is_suspicious_is_told(name: str, events: list[Event], said: str) -> None:
    assert seen(answer(events))[name] == said


def test_every_look_says_why_and_where() -> None:
    for one in look(answer(mix(unknown=5.0))):
        assert one.why.endswith(".") and one.where


def test_the_sun_may_rest_at_night() -> None:
    night = mix([times.shift(at, hours=-12) for at in NOON], gas=500.0, solar=[0] * 8)
    assert {"idle_mode", "night_sun"}.isdisjoint(seen(answer(night)))
    assert "idle_mode" in seen(answer(mix(gas=500.0, solar=[0] * 8))), "but not at noon"


def test_a_capacity_that_the_answer_itself_says_goes_first() -> None:
    said = [one.model_copy(update={"capacity": {"wind": 450.0}}) for one in mix(gas=500.0, wind=[400] * 8)]
    assert "above_capacity" not in seen(answer(said))


def test_a_flow_beyond_its_link() -> None:
    given = Answer("exchange", "XA->XM", flows(100.0, -350.0), NOW, None, None, None, LINK)
    assert seen(given) == {"above_capacity": "The flow reaches -350 MW; the link carries -200 to 300 MW."}
    given = replace(given, events=flows(100_000.0, 90_000.0))
    assert "the link carries are 300 MW" in seen(given)["unit"]
    assert seen(replace(given, events=flows(0.0, 0.0)))["all_zero"]


def balance(charge: float = 0.0, flow: float = np.nan, load: float = 900.0, net_import: float = 0.0) -> Balance:
    return Balance("XM", *(np.full(3, value) for value in (850.0, charge, net_import, load, flow)))


def test_a_sign_against_the_balance() -> None:
    """850 MW made and 50 MW given back by a store (-50 charging) are a load of 900 MW; with +50 100 MW are missing."""
    assert "sign" not in seen(answer(WELL, balances=[balance(charge=-50.0)]))
    assert seen(answer(WELL, balances=[balance(charge=50.0)]))["sign"] == (
        "Production and net import of XM miss its consumption by 100 MW on average, and by 0 MW with the storage "
        "turned.")
    given = answer(WELL, balances=[balance(flow=-50.0, net_import=-50.0)])
    assert "by 0 MW with the flow turned" in seen(given)["sign"]
    assert "sign" not in seen(answer(WELL, balances=[balance(charge=50.0, load=np.nan)])), "nobody knows the load"


def test_a_target_that_is_ignored() -> None:
    asked = times.shift(NOW, days=-30)
    assert seen(replace(answer(WELL), target=asked))["target_ignored"] == (
        "2026-05-11 12:00Z was asked for, and 2026-06-10 10:00Z and later came.")
    then = mix([times.shift(at, days=-30) for at in NOON], gas=500.0)
    assert look(replace(answer(then), target=asked)) == []


@pytest.mark.parametrize(("place", "at", "wanted_deg"), [
    ((0.0, 51.5), "2026-06-21T12:00Z", 62), ((0.0, 51.5), "2026-12-21T12:00Z", 15),
    ((139.7, 35.7), "2026-03-20T03:00Z", 54), ((0.0, 0.0), "2026-03-20T00:00Z", -90),
    ((15.6, 78.2), "2026-06-21T23:00Z", 12)])
def test_the_height_of_the_sun(place: tuple[float, float], at: str, wanted_deg: float) -> None:
    """At noon 90° − latitude ± 23.4°: London 62° in June, 15° in December; Tokyo's noon is at 3 h UTC; Svalbard has no
    night in June (78.2° + 23.4° − 90° = 11.6° at midnight). The equation of time moves it by up to a quarter hour."""
    (found,) = height(times.read(at).timestamp(), np.array([place[1]]), np.array([place[0]])).ravel()
    assert math.degrees(math.asin(found)) == pytest.approx(wanted_deg, abs=3.5)


def test_a_naive_stamp_is_refused_with_what_to_do() -> None:
    from datetime import datetime

    from core.validation import check

    naive = {"zoneKey": "XM", "datetime": datetime(2026, 6, 10, 12), "production": {"gas": 5}, "source": "x"}  # noqa: DTZ001
    (refusal,) = check("production", "XM", [naive], now=NOW).refusals
    assert "has no time zone: read the source's stamp with times.read(stamp, TIMEZONE)" in refusal.reason
