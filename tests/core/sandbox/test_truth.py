"""What came out of the parsers is what the grid put in, zone by zone, for every source that is simulated.

Codes, signs, units and clocks stand twice: in the parser, and in the simulated source with `truths/`. Neither looks at
the other, so that a wrong one shows as a difference.
"""

from datetime import timedelta

import pytest

from core import http, times, tokens
from core.config import load
from core.ingest import jobs as room
from core.plugins import Manager, is_written
from core.sandbox import TOKENS
from core.sandbox.readings import Readings
from core.sandbox.server import Sandbox
from core.sandbox.steps import RASTER_S, Steps
from tests.core.sandbox.compare import differences
from tests.core.sandbox.truths import truths

ORDINARY = "2026-03-10T12:02Z"
SPRING, AUTUMN = "2026-03-29T10:02Z", "2026-10-25T10:02Z"
"""Days on which the clocks of Europe change."""
SPRING_USA, AUTUMN_USA = "2026-03-08T20:02Z", "2026-11-01T20:02Z"
EUROPE = (
    "AX", "BE", "CY", "CZ", "DK", "ECO2MIX", "ELEXON", "ENTSOE", "ES", "ESIOS", "FO", "FR", "GB", "JAO", "JAO_Auctions",
    "MD", "NORDPOOL", "SMARTGRIDDASHBOARD", "UA",
)
AMERICA = ("CA_AB", "CA_QC", "US_CA", "US_ERCOT", "US_NY", "US_PJM", "US_SPP")
MOMENTS = {
    **dict.fromkeys(truths(), (ORDINARY,)),
    **dict.fromkeys(EUROPE, (ORDINARY, SPRING, AUTUMN)),
    **dict.fromkeys(AMERICA, (ORDINARY, SPRING_USA, AUTUMN_USA)),
    "CA_BC": (ORDINARY, "2026-04-12T20:02Z", "2026-12-05T20:02Z"),  # loads of the days of clock changes are out
    "CL": (ORDINARY, "2026-04-06T10:02Z", "2026-09-07T10:02Z"),  # the day before has 25 hours, and 23
    "EIA": (ORDINARY, "2025-02-13T12:02Z"),  # the end of days on which a series stood twice
    "ESKOM": (ORDINARY, "2026-04-01T02:02Z"),  # no file of the new month yet
    "FR_O": (ORDINARY, "2026-03-30T10:02Z", "2026-10-26T10:02Z"),  # hours come out with their whole day
    "NED": (ORDINARY, "2020-06-10T12:02Z"),  # every type, and those of sun and wind beside ENTSO-E's
    "SE": (ORDINARY, "2021-06-10T12:02Z", "2022-01-02T12:02Z"),  # eSett's years, ENTSO-E's, and a call of both
    "US_NEISO": (ORDINARY, "2026-03-08T14:02Z", "2026-11-01T14:02Z"),  # with the report of the day before
}
CASES = [(module, moment) for module, moments in sorted(MOMENTS.items()) if module in truths() for moment in moments]
NOT_COMPARED = ("gridAlerts", "intradayContractStatistics")
"""Kinds that say nothing of the grid in numbers, or whose contracts are of several lengths."""


@pytest.mark.parametrize(("module", "moment"), CASES)
def test_parsers_give_back_what_the_grid_put_in(sandbox: Sandbox, module: str, moment: str) -> None:
    config, plugins, truth, now = load(), Manager(), truths()[module], times.read(moment)
    wrong, late, compared = [], [], 0
    with times.frozen(now), tokens.given(TOKENS), http.session(is_cycle=True, gateway=sandbox.url) as session:
        for job in jobs_of(module):
            outcome = room.run(job, plugins, room.rules_of(config, plugins), session)
            where = f"{job.kind} {job.key} ({outcome.parser})"
            if outcome.outcome != "ok" and not is_nothing(sandbox, job):
                wrong.append(f"{where}: {outcome.outcome}: {outcome.message}")
            wrong += [f"{where}: refused: {refusal.reason}" for refusal in outcome.checked.refusals]
            wrong += [f"{where}: warns: {warning}" for warning in outcome.checked.warnings]
            readings = Readings(sandbox.world, now)
            found = differences(readings, truth, job.kind, job.key, outcome.checked.events)
            wrong += [f"{where}: {one}" for one in found[:3]]
            compared += len(outcome.checked.events)
            allowed = timedelta(hours=truth.newest_h.get(job.kind, 3))
            if outcome.newest is not None and now - outcome.newest > allowed:
                late.append(f"{where}: newest is {outcome.newest}")
    assert not wrong, "\n".join(wrong)
    assert not late, "\n".join(late)
    assert compared > 0


def jobs_of(module: str) -> list[room.Job]:
    """Every configured series of one parser module, asked of that module alone."""
    found = []
    for job in room.plan(load(), only=[module]):
        references = tuple(one for one in job.references if one.partition(".")[0] == module)
        if references and job.kind not in NOT_COMPARED:
            found.append(room.Job(job.kind, job.key, references))
    return found


def is_nothing(sandbox: Sandbox, job: room.Job) -> bool:
    """Whether the grid has nothing of what a job asks for: no plants of sun and wind to forecast; no load where nothing
    makes or brings power, as in a zone alone whose plants nobody has told."""
    readings = Readings(sandbox.world, times.now())
    if job.kind == "consumption":
        return not readings.load(job.key, Steps(int(times.floor(times.now(), 5).timestamp()), RASTER_S, 1)).any()
    return job.kind.startswith("productionPerMode") and not {"solar", "wind"} & readings.installed(job.key).keys()


def test_at_least_120_zones_have_live_production() -> None:
    config = load()
    served = {
        key for key, zone in config.zones.items() if not zone.sub_zones
        for reference in zone.parsers.get("production", ()) if reference.partition(".")[0] in truths()
    }
    assert len(served) >= 120


def test_every_written_parser_of_several_zones_is_simulated() -> None:
    keys: dict[str, set[str]] = {}
    config = load()
    for key, place in {**config.zones, **config.exchanges}.items():
        for kind, references in place.parsers.items():
            for reference in references if kind not in ("productionCapacity", *NOT_COMPARED) else ():
                keys.setdefault(reference.partition(".")[0], set()).add(key)
    several = {name for name, served in keys.items() if len(served) > 1 and is_written(name)}
    assert len(several) >= 8
    assert several <= set(truths())
