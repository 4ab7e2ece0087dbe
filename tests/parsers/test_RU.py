import json

import pytest

from core import errors
from parsers import RU
from tests.support import SAMPLES, events

KEYS = ("CN->RU-AS", "KZ->RU-1", "KZ->RU-2", "MN->RU-2", "RU-1->RU-2")


def flow_mw(key: str, name: str = "flows_13") -> float:
    """The flow that an answer of the samples holds."""
    answer = json.loads((SAMPLES / f"RU/bodies/{name}.json").read_text())
    (event,) = RU.parse_exchange({RU.times.read("2026-03-10T10:00Z"): answer}, key)
    return event["netFlow"]


def node(node_id: int, field: str) -> float:
    answer = json.loads((SAMPLES / "RU/bodies/flows_13.json").read_text())
    return next(one[field] for one in answer["Nodes"] if one["Id"] == node_id)


def test_production_by_hand() -> None:
    """Hour 13 of Moscow (UTC+3) is 10:00 UTC. Thermal: 48050.25 + 7880.5 + 2410.0 = 58340.75, without a fuel."""
    mix = events("RU/production_RU-1")[1]
    assert (mix.start.isoformat(), mix.end.isoformat()) == ("2026-03-10T10:00:00+00:00", "2026-03-10T11:00:00+00:00")
    assert mix.production == {"nuclear": 24805.5, "hydro": 7150.25, "unknown": 58340.75, "solar": 540.2, "wind": 1210.4}


def test_null_is_not_zero() -> None:
    assert events("RU/production_RU-2")[0].production["nuclear"] is None


@pytest.mark.parametrize("zone", ["RU", "RU-1", "RU-2", "RU-AS"])
def test_hours_that_are_not_over_are_cut(zone: str) -> None:
    """It is 15:00 in Moscow: the rows of hours 15 and 16 are the schedule."""
    assert [mix.start.hour for mix in events(f"RU/production_{zone}")] == [9, 10, 11]


def test_russia_is_the_sum_of_its_parts_by_hand() -> None:
    """Hour 13, hydro: 7150.25 + 9800.5 + 2900.125 = 19850.875."""
    assert events("RU/production_RU")[1].production["hydro"] == 19850.875
    assert [mix.start.hour for mix in events("RU/odd/production_RU_part_late")] == [9], "only the hour that all have"


def test_exchanges_by_hand() -> None:
    """139 is -1530.25: from the Urals to Siberia. 764 is -312.25 and 276 is -205.75: out of Russia, where China and
    Mongolia stand first. 344 is +412.5: into Siberia. 2394 is -1650.5: out of the Urals."""
    assert [flow_mw(key) for key in KEYS] == [-312.25, -1650.5, 412.5, -205.75, 1530.25]
    assert events("RU/exchange_KZ_RU-2")[0].start.isoformat() == "2026-03-10T10:00:00+00:00", "hour 13 of Moscow"


def test_balance_of_siberia_and_the_east() -> None:
    """Production and net import are what the node uses; flow 1611, East to Siberia, is no exchange of ours: 96.5."""
    siberia = sum(v or 0 for v in events("RU/production_RU-2")[1].production.values())
    into = flow_mw("KZ->RU-2") + flow_mw("MN->RU-2") + flow_mw("RU-1->RU-2") + 96.5
    assert siberia + into == pytest.approx(node(610000, "UseFact"))
    east = sum(v or 0 for v in events("RU/production_RU-AS")[1].production.values())
    assert east + flow_mw("CN->RU-AS") - 96.5 == pytest.approx(node(540000, "UseFact"))


def test_all_that_goes_to_kazakhstan() -> None:
    """Flow 785: 1650.5 from the Urals less 412.5 that Siberia gets: 1238.0."""
    answer = json.loads((SAMPLES / "RU/bodies/flows_13.json").read_text())
    to_kazakhstan = next(one["NumValue"] for one in answer["Flows"] if one["Id"] == 785)
    assert to_kazakhstan == -flow_mw("KZ->RU-1") - flow_mw("KZ->RU-2") == 1238.0


def test_zero_is_a_flow_only_of_an_hour_that_is_published() -> None:
    (event,) = events("RU/odd/exchange_hour_not_published")
    assert (event.start.hour, event.net_flow) == (10, 0.0)


def test_a_border_that_it_does_not_have_is_refused() -> None:
    with pytest.raises(errors.ConfigError):
        RU.fetch_exchange("JP", "RU-AS")
