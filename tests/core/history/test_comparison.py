"""core.history.comparison: what is ours beside what is stored, what others see, and a zone's balance."""

import numpy as np
import pytest

from core import schemas, times
from core.history.comparison import against_stored, balance, by_hour, views
from core.schemas import Event

TEN = times.read("2026-03-10T10:00Z")
HOUR = int(TEN.timestamp())


def mix(minutes: int, gas: float, pumped: float = 0.0, length: int = 15) -> Event:
    start = times.shift(TEN, minutes=minutes)
    return schemas.read("production", schemas.production(
        "XM", start=start, end=times.shift(start, minutes=length), source="x", modes={"gas": gas},
        storage={"hydro": pumped}))


def flow(first: str, second: str, mw: float, minutes: int = 0) -> Event:
    start = times.shift(TEN, minutes=minutes)
    return schemas.read("exchange", schemas.exchange(
        first, second, start=start, end=times.shift(start, minutes=30), source="x", flow_mw=mw))


def load(mw: float) -> Event:
    return schemas.read("consumption", schemas.consumption(
        "XM", start=TEN, end=times.shift(TEN, hours=1), source="x", load_mw=mw))


def test_ours_beside_what_is_stored() -> None:
    found = against_stored([mix(0, 100), mix(15, 120)], [mix(0, 100.04), mix(30, 90)])
    said = {(f"{one.start:%H:%M}", one.name): (one.stored, one.ours, one.is_one) for one in found}
    assert said["10:00", "gas"] == (100.04, 100.0, False), "a rounding is no difference"
    assert said["10:15", "gas"] == (None, 120.0, True)
    assert said["10:30", "gas"] == (90.0, None, True)


def test_views_meet_in_hours() -> None:
    ours, theirs = [flow("XA", "XM", 50), flow("XA", "XM", 70, 30)], [flow("XA", "XM", 61, 60)]
    hours, found = views({"ours": ours, "theirs": theirs})
    assert hours == [TEN, times.shift(TEN, hours=1)]
    assert found["ours"][0] == 60.0 and np.isnan(found["ours"][1])
    assert np.isnan(found["theirs"][0]) and found["theirs"][1] == 61.0


def test_a_balance() -> None:
    """(100 + 120) / 2 made, 10 pumped, 30 in from A, 5 out to Z: 110 − 10 + 30 − 5 = 125 MW."""
    events = [mix(0, 100, 10, 30), mix(30, 120, 10, 30)]
    flows = {"XA->XM": [flow("XA", "XM", 30)], "XM->XZ": [flow("XM", "XZ", 5)]}
    found = balance("XM", [HOUR], events, [load(125)], flows, "XM->XZ")
    assert (found.production_mw, found.charge_mw, found.net_import_mw, found.consumption_mw) == (110, 10, 25, 125)
    assert found.flow_mw == -5, "it leaves the zone"


def test_what_nobody_says_is_not_known() -> None:
    found = balance("XM", [HOUR], [], [], {"XA->XM": []})
    assert all(np.isnan(one).all() for one in (found.production_mw, found.net_import_mw, found.consumption_mw))
    assert balance("XM", [HOUR], [mix(0, 100)], [], {}).net_import_mw == pytest.approx(0), "it has no link"
    assert np.isnan(by_hour([mix(0, 100)], [HOUR + 3600])[0]).all()
