"""What of the weather a cycle asks for: blocks of hours of a model's newest run, the nearest first.

A cycle takes a few, so that it never waits long for them; a run is whole after seven cycles. While nothing is stored of
the newest run it may not be out: then one job asks whether it is, and the others for what is missing of the one before.
"""

from datetime import datetime

from core import declare, times
from core.config import Config
from core.errors import PluginError
from core.ingest.jobs import Job
from core.kinds import WEATHER_KIND, WORLD_KEY
from core.plugins import Manager
from core.store import Store
from core.weather import BLOCK_H, HOURS_AHEAD, newest_run

BLOCKS_A_CYCLE = 2


def plan_weather(config: Config, store: Store, plugins: Manager) -> list[Job]:
    """The jobs of this cycle about the weather; none if everything is there, or no source is configured."""
    if not config.weather:
        return []
    try:
        facts = declare.declaration(plugins.function(config.weather[0]))
    except PluginError:
        facts = None
    newest = newest_run(times.now(), facts.delay_h if facts else 0)
    before = times.shift(newest, hours=-BLOCK_H)
    lacking, is_known = _lacking(store, newest)
    wanted = [(newest, block) for block in lacking]
    if not is_known:
        older, _ = _lacking(store, before)
        wanted = [*wanted[:1], *((before, block) for block in older)]
    return [
        Job(WEATHER_KIND, WORLD_KEY, config.weather, target=block, issued=run)
        for run, block in wanted[:BLOCKS_A_CYCLE]]


def _lacking(store: Store, run: datetime) -> tuple[list[datetime], bool]:
    """The ends of a run's blocks that are not stored and not over for an hour; whether any of the run is stored.

    Whoever wants the weather of now needs the hour before it too.
    """
    ends = [times.shift(run, hours=lead_h) for lead_h in range(BLOCK_H, HOURS_AHEAD + 1, BLOCK_H)]
    told = store.weather.hours_of(int(run.timestamp()))
    since = times.shift(times.now(), hours=-1)
    return [end for end in ends if int(end.timestamp()) not in told and end > since], bool(told)
