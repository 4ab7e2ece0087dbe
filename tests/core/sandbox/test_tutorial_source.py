"""The invented publisher of the tutorial: what it says is what the grid does, with the traps that its page promises."""

import json
from typing import Any

import pytest

from core import times
from core.sandbox.readings import Readings, World
from core.sandbox.sources import tutorial
from core.sandbox.steps import Steps
from core.sandbox.wire import Asked

URL = "https://data.atlas-grid.example/api/production"


def asked(world: World, query: str, now: str) -> tuple[int, Any]:
    moment = times.read(now)
    reply = tutorial.answer(Asked("GET", URL + query, moment), Readings(world, moment))
    return reply.status, json.loads(reply.body)


def test_its_parts_are_what_the_grid_makes(world: World) -> None:
    """11:00Z on 10 June is 12:00 in Casablanca. The stores of the grid are none here: step is a part of its hydro."""
    _, answer = asked(world, "?date=2026-06-10", "2026-06-11T12:00Z")
    (row,) = [one for one in answer["mesures"] if one["heure"] == "10/06/2026 12:00"]
    steps = Steps(int(times.read("2026-06-10T11:00Z").timestamp()), 900, 1)
    made = Readings(world, times.read("2026-06-11T12:00Z")).production("MA", steps)
    assert row["charbon"] == pytest.approx(made["coal"].item() / 1000, abs=0.0005)
    assert row["hydraulique"] + row["step"] == pytest.approx(made["hydro"].item() / 1000, abs=0.001)
    assert row["photovoltaique"] + row["thermosolaire"] == pytest.approx(made["solar"].item() / 1000, abs=0.001)
    assert row["total"] == pytest.approx(sum(one.item() for one in made.values()) / 1000, abs=0.0005)


@pytest.mark.parametrize(("day", "records"), [("2026-06-10", 96), ("2026-02-15", 100), ("2026-03-22", 92)])
def test_a_day_is_one_of_its_clock(world: World, day: str, records: int) -> None:
    """During Ramadan 2026, from 15 February to 22 March, Morocco's clock is an hour behind."""
    _, answer = asked(world, f"?date={day}", "2026-07-01T12:00Z")
    assert len(answer["mesures"]) - 1 == records
    assert answer["mesures"][-1]["total"] is None, "one that is announced"


def test_the_running_day_ends_now(world: World) -> None:
    _, answer = asked(world, "", "2026-06-10T11:07Z")
    last, running = answer["mesures"][-2:]
    assert (last["heure"], running["heure"]) == ("10/06/2026 11:45", "10/06/2026 12:00")
    assert last["total"] > 0 and {running[name] for name in running if name != "heure"} == {None}


def test_tomorrow_is_empty_and_nonsense_an_error(world: World) -> None:
    assert asked(world, "?date=2026-06-12", "2026-06-10T11:07Z") == (200, {
        "exploitant": "Atlas Grid (fictif)", "unite": "GW", "jour": "12/06/2026", "mesures": []})
    assert asked(world, "?date=demain", "2026-06-10T11:07Z")[0] == 400
