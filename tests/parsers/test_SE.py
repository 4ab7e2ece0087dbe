from core import times
from tests.support import events


def test_production_by_hand() -> None:
    """SE-SE4 at 11:00Z, ENTSO-E: gas 1.1 (B04), hydro 140.3 (B12, held from 10:00Z), solar 560.9, wind 960.2; thermal
    plants come as other (B20), 211.2."""
    found = events("SE/production_SE-SE4")[2]
    assert found.start == times.read("2026-03-10T11:00Z")
    assert found.production == {"gas": 1.1, "hydro": 140.3, "solar": 560.9, "wind": 960.2, "unknown": 211.2}


def test_settled_production_by_hand() -> None:
    """SE-SE4, 2021-06-10 11:00 in Stockholm is 09:00Z: 840.4 + 48.25 MWh of wind in the hour are 888.65 MW; thermal
    60.7 + other 4.4 are unknown; no nuclear plant; stores give -2.25, so they charge with 2.25 MW."""
    (found,) = events("SE/odd/settled_SE-SE4")
    assert (found.start, found.end) == (times.read("2021-06-10T09:00Z"), times.read("2021-06-10T10:00Z"))
    assert found.production == {"hydro": 95.2, "nuclear": None, "solar": 310.6, "wind": 888.65, "unknown": 65.1}
    assert found.storage == {"battery": 2.25}
    assert found.source == "eSett"


def test_what_is_read_adds_up_to_the_total() -> None:
    """2021-06-10 10:00Z: the answer's own total is 8670.003 MWh."""
    found = events("SE/odd/settled_SE-SE3")[1]
    assert round(sum(found.production.values()) - sum(found.storage.values()), 3) == 8670.003


def test_each_hour_comes_from_the_source_of_its_year() -> None:
    found = events("SE/odd/new_year")
    assert [(f"{event.start:%Y-%m-%d %H}", event.source) for event in found] == [
        ("2021-12-31 22", "eSett"), ("2021-12-31 23", "eSett"),
        ("2022-01-01 00", "entsoe.eu"), ("2022-01-01 01", "entsoe.eu")]
