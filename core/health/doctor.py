"""What is wrong with an instance, and what to do: each check looks at one thing and gives findings."""

import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from core import times, tokens
from core.config import Config
from core.errors import PluginError, StoreError
from core.headers import read_header
from core.health import reach
from core.health.findings import LEVELS, OK, PROBLEM, WARNING, Finding
from core.health.parsers import ParserHealth, parsers_health
from core.health.series import OK as WELL
from core.health.series import SKIPPED, TROUBLED, facts_of, series_health
from core.ingest.jobs import plan
from core.plugins import Manager, is_written
from core.store import Store, open_store
from core.store.examine import Examined, examine, growth_bytes
from core.store.forecasts import USABLE_S

DAY_S = 24 * 3600
CYCLE_LATE_S, CYCLE_GONE_S = 15 * 60, 3600
GROWTH_D = 7
"""Of so many days the store's growth is taken."""
FEW_DAYS, FEWER_DAYS = 30, 7
"""How long the disk must last."""
LEAST_FREE_BYTES = 2**30
LARGE_WAL_BYTES = 2**30
ZONE_DATA_YEARS = 1
PROGRAMS = {"ocr": "tesseract"}
"""What an extra needs beside Python's packages."""
TODO = {
    "Blocked": "Check the credential and the region: gridtrace test-parser {key}; a proxy may help.",
    "SourceChanged": "The parser must be adapted: gridtrace test-parser {key} --record DIR keeps what it sends.",
    "SourceDown": "Wait; if it lasts, see reachability above and the source's page in docs/sources.md.",
}
LOOK_CLOSER = "See `gridtrace status {parser}`."


@dataclass(frozen=True)
class Patient:
    """What is looked at."""

    config: Config
    plugins: Manager
    where: str
    """The store."""
    gateway: str | None = None
    is_offline: bool = False


def diagnose(patient: Patient, told: Callable[[], None] = lambda: None) -> list[Finding]:
    """Every finding, the worst of each area first; `told` hears of each host that was asked."""
    found = [*_configuration(patient), *_keys(patient), *_extras(patient), *_zone_data(), *_store(patient)]
    if not patient.is_offline:
        names = sorted({name for job in plan(patient.config) for name in job.sources if is_written(name)})
        addresses = reach.addresses_of(patient.plugins, names)
        found += reach.findings(reach.look_at(addresses, patient.gateway, told))
    areas = list(dict.fromkeys(one.area for one in found))
    return sorted(found, key=lambda one: (areas.index(one.area), LEVELS.index(one.level)))


def _references(config: Config) -> Mapping[str, int]:
    """Function → how many series name it."""
    found = defaultdict[str, int](int)
    for job in plan(config):
        for reference in job.references:
            found[reference] += 1
    return found


def _configuration(patient: Patient) -> Iterator[Finding]:
    area, broken = "configuration", dict[str, PluginError](patient.plugins.broken)
    for reference in _references(patient.config):
        try:
            patient.plugins.function(reference)
        except PluginError as err:
            broken.setdefault(reference, err)
    for reason in broken.values():
        yield Finding(area, PROBLEM, str(reason), "Mend or remove it; `gridtrace check` names the place.")
    counts = f"{len(patient.config.zones)} zones and {len(patient.config.exchanges)} exchanges keep every rule."
    yield Finding(area, OK, counts)


def _keys(patient: Patient) -> Iterator[Finding]:
    used, wanted = _references(patient.config), defaultdict[str, list[str]](list)
    for reference in used:
        facts = facts_of(patient.plugins, reference)
        for variable in facts.tokens if facts else ():
            wanted[variable].append(reference)
    for variable, references in sorted(wanted.items()):
        count, parsers = sum(used[one] for one in references), sorted({one.partition(".")[0] for one in references})
        if tokens.missing((variable,)) is None:
            yield Finding("keys", OK, f"{variable} is set, for {count} series of {', '.join(parsers)}.")
        else:
            header = read_header(patient.plugins.docstring(parsers[0]))
            where = header.fields.get("Token", "see docs/sources.md").rstrip(".")
            skipped = f"{variable} is not set: {count} series of {', '.join(parsers)} are skipped."
            yield Finding("keys", WARNING, skipped, f"Get it, and set it: {where}.")


def _extras(patient: Patient) -> Iterator[Finding]:
    used, wanted = _references(patient.config), defaultdict[str, int](int)
    for reference, count in used.items():
        if (facts := facts_of(patient.plugins, reference)) and facts.extra:
            wanted[facts.extra] += count
    for extra, count in sorted(wanted.items()):
        absent = [name for name in _packages(extra) if not _is_installed(name)]
        program = PROGRAMS.get(extra)
        if absent:
            yield Finding("extras", WARNING, f"{count} series need {', '.join(absent)}, which is not installed.",
                          f"pip install 'gridtrace[{extra}]'")
        elif program and shutil.which(program) is None:
            yield Finding("extras", WARNING, f"{count} series need the program {program}, which is not here.",
                          f"Install it with the operating system's packages, as {program}-ocr.")
        else:
            yield Finding("extras", OK, f"What the extra {extra} needs is installed, for {count} series.")


def _packages(extra: str) -> list[str]:
    """The packages of one of our extras."""
    wanted = metadata.requires("gridtrace") or []
    own = (one for one in wanted if re.search(rf"extra\s*==\s*['\"]{re.escape(extra)}['\"]", one))
    return [found[0] for one in own if (found := re.match(r"[\w.-]+", one))]


def _is_installed(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def _zone_data() -> Iterator[Finding]:
    release = times.zone_data()
    if release is None:
        yield Finding("clock", PROBLEM, "There are no time zone data.", "pip install tzdata")
    elif int(release[:4]) < times.now().year - ZONE_DATA_YEARS:
        yield Finding("clock", WARNING, f"The time zone data are of {release}; clocks have changed their rules since.",
                      "Update the operating system's tzdata, or pip install --upgrade tzdata.")
    else:
        yield Finding("clock", OK, f"The time zone data are of {release}.")


def _store(patient: Patient) -> Iterator[Finding]:
    is_file = "://" not in patient.where
    if is_file and not Path(patient.where).exists():
        yield Finding("store", PROBLEM, f"There is no store at {patient.where}.", "Run `gridtrace run`, or name one.")
        return
    try:
        with open_store(patient.where) as store:
            examined = examine(store)
            yield from _database(examined)
            yield from _disk(store, examined)
            yield from _cycles(store)
            yield from _parsers(patient, store)
            yield from _forecasts(store)
    except StoreError as err:
        yield Finding("store", PROBLEM, str(err), "Mend what it says; until then nothing is stored.")


def _database(found: Examined) -> Iterator[Finding]:
    area = "store"
    if found.not_writable:
        yield Finding(area, PROBLEM, f"Nobody can write: {found.not_writable}.",
                      "Check the file's owner and mode, or the user's rights, and that no other command holds it.")
    if found.fault:
        yield Finding(area, PROBLEM, f"SQLite's quick check says: {found.fault}.",
                      "Stop the cycles, keep a copy, and restore a backup, or export what can be read and import it.")
    if found.wal_bytes is not None and found.wal_bytes > LARGE_WAL_BYTES:
        yield Finding(area, WARNING, f"Its log (-wal) has {_size(found.wal_bytes)}.",
                      "A reader that never ends keeps it: end that one, then `gridtrace db vacuum`.")
    if found.waiting_locks:
        yield Finding(area, WARNING, f"{found.waiting_locks} sessions wait for locks.", "See pg_stat_activity for who.")
    yield Finding(area, OK, f"{found.engine}, schema {found.schema}, {_size(found.bytes)}.")


def _disk(store: Store, found: Examined) -> Iterator[Finding]:
    now_s = int(times.now().timestamp())
    growth = growth_bytes(store, now_s - GROWTH_D * DAY_S, now_s)
    grows = f"The store grows by {_size(growth)} a day" if growth else "How fast the store grows is not known yet"
    if found.folder is None:
        yield Finding("disk", OK, f"{grows}; the server's disk is not seen from here.")
        return
    free = shutil.disk_usage(found.folder).free
    days = free / growth if growth else None
    lasts = f", enough for {days:,.0f} days" if days is not None else ""
    level = OK if free >= LEAST_FREE_BYTES else WARNING
    if days is not None and days < FEW_DAYS:
        level = PROBLEM if days < FEWER_DAYS else WARNING
    todo = "" if level == OK else "Make room, or forget what is old: `gridtrace db prune`."
    yield Finding("disk", level, f"{_size(free)} are free{lasts}. {grows}.", todo)


def _cycles(store: Store) -> Iterator[Finding]:
    ended = [row["ended_s"] for row in store.last_runs(20) if row["ended_s"] is not None]
    if not ended:
        todo = "Run `gridtrace run`, from cron every five minutes."
        yield Finding("cycles", PROBLEM, "No cycle has ended yet.", todo)
        return
    age_s = int(times.now().timestamp()) - max(ended)
    level = OK if age_s <= CYCLE_LATE_S else WARNING if age_s <= CYCLE_GONE_S else PROBLEM
    todo = "" if level == OK else "See that cron, the timer or `gridtrace run --every 5m` is alive, and what it logs."
    yield Finding("cycles", level, f"The last cycle ended {max(0, age_s) // 60} min ago.", todo)


def _parsers(patient: Patient, store: Store) -> Iterator[Finding]:
    parsers = parsers_health(series_health(patient.config, patient.plugins, store))
    for one in parsers:
        if one.troubled:
            yield _parser(one)
    well = sum(one.state == WELL for one in parsers)
    skipped = sum(set(one.states) == {SKIPPED} for one in parsers)
    yield Finding("parsers", OK, f"{well} of {len(parsers)} parsers are ok in all series, {skipped} are skipped.")


def _parser(one: ParserHealth) -> Finding:
    """A problem if at least half of its series are in trouble."""
    asked = sum(count for state, count in one.states.items() if state in (WELL, *TROUBLED))
    states = ", ".join(f"{count} of {asked} {state}" for state, count in one.states.items() if state in TROUBLED)
    worst = one.problem
    reason = f"; {worst.name}: {worst.reason}" if worst else ""
    kind, key = (worst.reason.partition(":")[0], worst.key) if worst else ("", "")
    todo = TODO.get(kind, LOOK_CLOSER).format(parser=one.parser, key=f"'{key}'" if ">" in key else key)
    level = PROBLEM if 2 * one.troubled >= asked else WARNING
    return Finding("parsers", level, f"{one.parser}: {states}{reason}", todo)


def _forecasts(store: Store) -> Iterator[Finding]:
    """Whether what was learnt is young enough to be used."""
    area, models = "forecasts", store.forecasts.models()
    if not models:
        yield Finding(area, OK, "Nothing is learnt: zones are foreseen by the blend of their past week.")
        return
    ages_s = [int(times.now().timestamp()) - row["until_s"] for row in models]
    if old := sum(age_s > USABLE_S for age_s in ages_s):
        yield Finding(
            area, WARNING,
            f"{old} of {len(models)} models know nothing newer than {USABLE_S // DAY_S} days and are not used.",
            "Run `gridtrace forecast train`, from cron once a week.")
    yield Finding(area, OK, f"{len(models) - old} zones are foreseen by what was learnt; "
                  f"the oldest model ends {max(ages_s) // DAY_S} days ago.")


def worst(found: Sequence[Finding]) -> str:
    """How bad the worst is."""
    return min((one.level for one in found), key=LEVELS.index, default=OK)


def _size(count: float) -> str:
    """Bytes for people."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
