import json
from datetime import UTC, datetime

from core import times, values
from core.platforms import opendatasoft
from parsers import FR
from tests.support import SAMPLES, events


def test_production_by_hand() -> None:
    """Half hour 09:00Z = quarters 10:00 and 10:15 in Paris (UTC+1).

    Nuclear (45210 + 45190) / 2. Hydro run-of-river (4300 + 4290) / 2 + lakes (1850 + 1790) / 2 = 4295 + 1820.
    Pumped storage: turbines (420 + 260) / 2 = 340 generating, no pumping: 340 MW discharging, so -340.
    Batteries: discharge (6 + 4) / 2 = 5, charge (-2 - 4) / 2 = -3: 2 MW discharging net, so -2.
    """
    first = events("FR/production_FR")[0]
    assert first.start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert first.production["nuclear"] == 45200
    assert first.production["hydro"] == 6115
    assert first.storage == {"hydro": -340, "battery": -2}


def test_pumping_is_charging() -> None:
    """12:00 and 12:15 in Paris: pumping -1790 and -1920, so +1855; charging -48 and -52, so +50."""
    assert events("FR/production_FR")[4].storage == {"hydro": 1855, "battery": 50}


def test_consumption_by_hand() -> None:
    """Quarters 10:00 and 10:15 in Paris: 60196 and 60362 MW."""
    first = events("FR/consumption_FR")[0]
    assert (first.start.isoformat(), first.consumption) == ("2026-03-10T09:00:00+00:00", 60279)


def test_production_less_charging_plus_imports_is_the_load() -> None:
    rows = opendatasoft.rows(json.loads((SAMPLES / "FR/bodies/live_FR.json").read_text()))
    imports = {start: row["ech_physiques"] for start, row in FR.half_hours(rows, ["ech_physiques"])}
    loads = {event.start: event.consumption for event in events("FR/consumption_FR")}
    for event in events("FR/production_FR"):
        given = values.total(event.production.values()) - values.total(event.storage.values())
        assert given + imports[event.start] == loads[event.start]


def test_a_half_hour_is_cut_only_at_the_edges_of_the_request() -> None:
    def at(minute: int) -> datetime:
        return datetime(2026, 3, 10, 9, minute, tzinfo=UTC)

    assert FR.is_cut(at(0), times.Window(at(1), at(59)))
    assert FR.is_cut(at(0), times.Window(at(15), at(59)))
    assert not FR.is_cut(at(0), times.Window(at(0), at(59)))
    assert FR.is_cut(at(30), times.Window(at(0), at(44)))
    assert not FR.is_cut(at(30), times.Window(at(0), at(45)))
