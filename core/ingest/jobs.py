"""One job: one kind of one zone or exchange, asked of the parsers that serve it, in order of preference."""

import logging
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core import declare, http, times, tokens, values
from core.config import Capacity, Config, capacities
from core.errors import ConfigError, MissingExtra, MissingToken, NoData, NoHistory, NotWritten, PluginError, SourceError
from core.ingest.zone_weather import read_weather
from core.kinds import CAPACITY_KIND, KINDS, WEATHER_KIND, WORLD_KEY, split_key
from core.plugins import WEATHER_FUNCTION, Fetch, Manager
from core.recording import Case, playing
from core.store import GOOD
from core.validation import Checked, Rule, as_list, check
from core.weather import Kept

NO_HISTORY = "no history"
OUTCOMES = ("ok", "empty", "suspect", "refused", "skipped", "failed", "timeout", NO_HISTORY)
BAD = ("suspect", "refused", "failed", "timeout", NO_HISTORY)
"""Outcomes that somebody should look at."""
JUDGED = ("ok", "suspect")
"""Outcomes of an answer with events for the quality rules."""
MEASURED_KINDS = ("production", "exchange", "consumption")
"""What the grid does, as opposed to what somebody expects of it."""
FRESH_HOURS = 2
LONGEST_MESSAGE = 1000


@dataclass(frozen=True)
class Job:
    """What to ask, of whom, for when; with a case it is answered from the recording at the recorded moment.

    With a window it asks for that part of the past, not for what is new.
    """

    kind: str
    key: str
    references: tuple[str, ...]
    target: datetime | None = None
    case: Case | None = None
    window: times.Window | None = None
    issued: datetime | None = None
    """Of weather: the begin of the model's run."""

    @property
    def parser(self) -> str:
        return self.references[0] if self.references else ""

    @property
    def source(self) -> str:
        """The module of its first parser."""
        return self.parser.partition(".")[0]

    @property
    def sources(self) -> tuple[str, ...]:
        """The modules of all its parsers."""
        return tuple(reference.partition(".")[0] for reference in self.references)

    @property
    def is_planned(self) -> bool:
        """Whether it asks for what is new or a window, as other runners do; not for a stated moment or a recording."""
        is_asked = self.target is not None and self.window is None and self.issued is None
        return self.case is None and not is_asked

    @property
    def arguments(self) -> dict[str, Any]:
        """What a fetch function is called with, but for the session and the logger."""
        run = {"issued": self.issued} if self.kind == WEATHER_KIND else {}
        return {**self.zone_keys, **run, "target_datetime": self.target}

    @property
    def zone_keys(self) -> dict[str, str]:
        """The keys a fetch function is called with, in the order of a recorded call."""
        if self.kind == WEATHER_KIND:
            return {}
        if self.case is not None:
            return {k: v for k, v in self.case.args.items() if k.startswith("zone_key")}
        pair = split_key(self.key)
        return {"zone_key1": pair[0], "zone_key2": pair[1]} if pair else {"zone_key": self.key}


@dataclass
class Outcome:
    """What became of one job."""

    job: Job
    outcome: str
    parser: str
    started: datetime
    """By the job's own clock: the recorded moment in a replay."""
    seconds: float = 0.0
    checked: Checked = field(default_factory=Checked)
    message: str | None = None
    new: int = 0
    changed: int = 0
    """Events stored that were not there, and that replaced others; known when they are stored."""
    installed: dict[str, Capacity] = field(default_factory=dict)
    """What a job about installed capacities brought, which are no events."""
    weather: list[Kept] = field(default_factory=list)
    """What a job about weather brought."""

    @property
    def newest(self) -> datetime | None:
        return max([*(event.start for event in self.checked.events), *(hour.at for hour in self.weather)], default=None)

    @property
    def accepted(self) -> int:
        """How many events, or hours of weather."""
        return len(self.checked.events) + len(self.weather)

    @property
    def has_suspect_end(self) -> bool:
        """Whether what its source says of the newest interval is suspect."""
        suspect = max((one.event.start for one in self.checked.suspects), default=None)
        return suspect is not None and (self.newest is None or suspect > self.newest)

    @property
    def is_fresh(self) -> bool:
        """Whether its newest event was at most FRESH_HOURS old when it was asked for."""
        return self.newest is not None and self.started - self.newest <= timedelta(hours=FRESH_HOURS)


def plan(config: Config, *, kinds: Sequence[str] | None = None, only: Sequence[str] | None = None) -> list[Job]:
    """One job per series that the configuration wires; `only` names keys or parser modules."""
    jobs = []
    wired = {key: zone.parsers for key, zone in config.zones.items()}
    wired |= {key: link.parsers for key, link in config.exchanges.items()}
    for key, by_kind in wired.items():
        for kind, references in by_kind.items():
            modules = {reference.partition(".")[0] for reference in references}
            if kind == CAPACITY_KIND or (kinds and kind not in kinds):
                continue
            if only and key not in only and not modules & set(only):
                continue
            jobs.append(Job(kind, key, references))
    return sorted(jobs, key=_order)


def _order(job: Job) -> tuple[int, int]:
    """What is measured first, kind by kind; then all else, mixed.

    Jobs of several kinds may share a request (a border's schedules, a zone's forecasts of wind and sun). Mixed, they
    neither wait for each other nor come all at once when their answers are there, while their host has nothing to do.
    """
    if job.kind in MEASURED_KINDS:
        return MEASURED_KINDS.index(job.kind), 0
    return len(MEASURED_KINDS), zlib.crc32(f"{job.kind} {job.key}".encode())


def of_case(config: Config, case: Case) -> Job:
    """The job of a recorded case: of the kind the configuration wires its function to, else the one it names."""
    reference = f"{case.source}.{case.function}"
    if case.function == WEATHER_FUNCTION:
        call = case.call
        return Job(WEATHER_KIND, WORLD_KEY, (reference,), call["target_datetime"], case, issued=call["issued"])
    place = config.exchanges.get(case.key) if split_key(case.key) else config.zones.get(case.key)
    wired = [kind for kind, refs in place.parsers.items() if reference in refs] if place else []
    kind = str(case.rest.get("kind") or (wired[0] if wired else kind_of_function(case.function)))
    return Job(kind, case.key, (reference,), case.call["target_datetime"], case)


def of_cases(config: Config, cases: Sequence[Case]) -> tuple[list[Job], list[tuple[Case, str]]]:
    """The jobs of recorded cases, and the cases that are none, with the reason.

    Where the configured parser of a series is recorded too, another parser's case of the same series is left out: both
    would write the same rows.
    """
    jobs = [of_case(config, case) for case in cases]
    wired = {(job.kind, job.key, reference) for job in plan(config) for reference in job.references}
    served = {(job.kind, job.key) for job in jobs if (job.kind, job.key, job.parser) in wired}
    kept, left_out = [], []
    for job, case in zip(jobs, cases, strict=True):
        if job.kind not in (*KINDS, WEATHER_KIND):
            left_out.append((case, f"{case.function} gives no series"))
        elif (job.kind, job.key) in served and (job.kind, job.key, job.parser) not in wired:
            left_out.append((case, f"another parser is configured for {job.kind} of {job.key}, and recorded"))
        else:
            kept.append(job)
    return kept, left_out


def kind_of_function(name: str) -> str:
    """The kind a function's name speaks of: `fetch_exchange_forecast` → exchangeForecast; for what nothing wires."""
    words = name.removeprefix("fetch_").split("_")
    camel = words[0] + "".join(word.title() for word in words[1:])
    aliases = {
        "productionMix": "production", "windSolarForecasts": "productionPerModeForecast",
        "windForecastsDayAhead": "productionPerModeForecastDayAhead",
        "windSolarForecastsDayAhead": "productionPerModeForecastDayAhead",
        "windSolarForecastsIntraday": "productionPerModeForecastIntraday",
        "windSolarForecastsCurrent": "productionPerModeForecastLatest",
        "exchangeCapacityForecastsDayAhead": "exchangeCapacityForecastDayAhead",
        "exchangeCapacityForecastsWeekAhead": "exchangeCapacityForecastWeekAhead",
        "exchangeCapacityForecastsMonthAhead": "exchangeCapacityForecastMonthAhead",
    }
    return aliases.get(camel, camel)


def rules_of(config: Config, plugins: Manager) -> list[Rule]:
    """The quality rules of plugins, which judge each event by itself."""
    more = plugins.gather("gridtrace_quality_rules", config=config).values()
    return [rule for rules in more for rule in rules]


def run(job: Job, plugins: Manager, rules: Sequence[Rule], session: http.Session | None) -> Outcome:
    """Ask the job's parsers until one answers; never raises, whatever a parser does."""
    if job.case is None:
        return _run_parsers(job, plugins, rules, session)
    with playing(job.case) as recorded:
        return _run_parsers(job, plugins, rules, recorded)


def _run_parsers(job: Job, plugins: Manager, rules: Sequence[Rule], session: http.Session | None) -> Outcome:
    outcomes = []
    for reference in job.references:
        outcomes.append(_run_parser(job, reference, plugins, rules, session))
        if outcomes[-1].outcome in GOOD:
            break
    best = min(outcomes, key=lambda o: OUTCOMES.index(o.outcome), default=None)
    if best is None:
        return Outcome(job, "skipped", "", times.now(), message="No parser is configured.")
    best.seconds = sum(o.seconds for o in outcomes)
    return best


def _run_parser(
    job: Job, reference: str, plugins: Manager, rules: Sequence[Rule], session: http.Session | None
) -> Outcome:
    began, outcome = time.perf_counter(), Outcome(job, "failed", reference, times.now())
    with parser_warnings() as warnings:
        try:
            function = plugins.function(reference)
            require_usable(function)
            with http.asking(reference.partition(".")[0]):
                answer = call(function, job, session)
            if job.kind == CAPACITY_KIND:
                _read_installed(outcome, answer)
            elif job.kind == WEATHER_KIND:
                _read_weather(outcome, answer)
            else:
                outcome.checked = check(job.kind, job.key, answer, now=times.now(), rules=rules)
                outcome.outcome, outcome.message = verdict(outcome.checked)
        except (NotWritten, MissingExtra, MissingToken) as err:
            outcome.outcome, outcome.message = "skipped", str(err)
        except NoData as err:
            outcome.outcome, outcome.message = "empty", str(err)
        except NoHistory as err:
            outcome.outcome, outcome.message = NO_HISTORY, str(err)
        except (SourceError, PluginError, ConfigError) as err:
            outcome.message = f"{type(err).__name__}: {err}"
        except KeyboardInterrupt:
            raise
        except BaseException as err:  # noqa: BLE001  a parser may raise anything, even SystemExit; only its job fails
            outcome.message = f"{type(err).__name__}: {_text(err)} at {_place(err)}"
    outcome.checked.warnings = [one_line(text) for text in (*outcome.checked.warnings, *sorted(set(warnings)))]
    outcome.message = one_line(outcome.message) if outcome.message else None
    outcome.seconds = time.perf_counter() - began
    return outcome


def _read_installed(outcome: Outcome, answer: Any) -> None:
    outcome.installed, wrong = capacities.read(answer)
    outcome.checked.warnings = wrong if outcome.installed else []
    if outcome.installed:
        outcome.outcome = "ok"
    else:
        outcome.outcome = "refused" if wrong else "empty"
        outcome.message = "; ".join(wrong) or "The parser returned no capacity."


def _read_weather(outcome: Outcome, answer: Any) -> None:
    outcome.weather, outcome.checked.refusals = read_weather(as_list(answer))
    outcome.outcome, outcome.message = ("ok", None) if outcome.weather else verdict(outcome.checked)


def failed(job: Job, err: BaseException) -> Outcome:
    """The outcome of a job that broke outside its parser: on its way here, or on its way into the store."""
    return Outcome(job, "failed", job.parser, times.now(), message=one_line(f"{type(err).__name__}: {_text(err)}"))


def one_line(text: str) -> str:
    """A message as one printable line: it may quote a source, with line breaks, terminal codes, half characters."""
    plain = " ".join(text.split())
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in plain)
    return shown if len(shown) <= LONGEST_MESSAGE else shown[: LONGEST_MESSAGE - 1] + "…"


def _text(err: BaseException) -> str:
    try:
        return str(err)
    except Exception as wrong:  # noqa: BLE001  an error that cannot even say what it is
        return f"its message fails with {type(wrong).__name__}"


def call(function: Fetch, job: Job, session: http.Session | None) -> Any:
    """Call a fetch function for a job; what it returns."""
    facts = declare.declaration(function)
    more = {} if job.kind == CAPACITY_KIND else {"logger": values.log.getChild(job.source)}
    with http.rate(facts.rate_per_min if facts else None):
        return function(**job.arguments, session=session, **more)


def require_usable(function: Fetch) -> None:
    """Raise what makes a parser unusable here before it is called: a dead source, a missing credential."""
    facts = declare.declaration(function)
    if facts and facts.dead:
        raise NotWritten(f"The source is dead: {facts.dead}.")
    if facts and (variable := tokens.missing(facts.tokens)):
        raise MissingToken(variable)


def verdict(checked: Checked) -> tuple[str, str | None]:
    """The outcome of an answer, and what to say of it."""
    if checked.events:
        return "ok", None
    if checked.suspects:
        return "suspect", checked.suspects[0].reason
    if checked.refusals:
        return "refused", checked.refusals[0].reason
    return "empty", "The parser returned no event."


def _place(err: BaseException) -> str:
    """File and line of the innermost frame of an error."""
    trace = err.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"


_seen: ContextVar[list[str] | None] = ContextVar("gridtrace_parser_warnings", default=None)


class _Collect(logging.Handler):
    """One for all jobs, each with its own list: handlers that come and go would make others miss a warning."""

    def emit(self, record: logging.LogRecord) -> None:
        if (seen := _seen.get()) is not None:
            seen.append(_message(record))


_collect = _Collect(logging.WARNING)


@contextmanager
def parser_warnings() -> Iterator[list[str]]:
    """Collect what the parser that is called within the block warns of."""
    logger, seen = values.log, list[str]()
    logger.propagate = False
    logger.addHandler(_collect)
    mark = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(mark)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001  arguments that do not fit; a warning must not cost the job
        return f"{record.msg} {record.args!r}"
