"""Where the answers of `gridtrace best`, `now` and `wait` are from: the store here, or another Gridtrace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from core.cli import arguments, common

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config import Config
    from core.decisions import Daily, Job, Metric, Wanted

TOKEN_VARIABLE = "GRIDTRACE_API_TOKEN"
"""The token that `gridtrace best`, `now` and `wait` show another Gridtrace (`--api`); without it, none is sent."""
DEFAULT_METRIC = "carbon-intensity"

ApiOption = Annotated[
    str | None, typer.Option("--api", metavar="URL", help="Ask the Gridtrace that is served there, not a store here.")]
TokenOption = Annotated[
    str | None,
    typer.Option("--token", metavar="TOKEN", envvar=TOKEN_VARIABLE, show_envvar=False,
                 help=f"For --api; better in ${TOKEN_VARIABLE}, where others do not see it.")]
MetricOption = Annotated[
    str,
    typer.Option("--metric", metavar="NAME",
                 help="carbon-intensity, carbon-intensity-direct, renewable-share, carbon-free-share, price; "
                 "ahead also net-load.")]
DurationOption = Annotated[
    str | None, typer.Option("--duration", "-d", metavar="LENGTH", help="Of the job: 2h, 90m, 1h30m or PT2H.")]
ByOption = Annotated[
    str | None,
    typer.Option("--by", metavar="MOMENT", help="When it must have ended: 18:00 (the next one) or ISO 8601.")]
ClockOption = Annotated[
    str | None, typer.Option("--tz", metavar="CLOCK", help="Of 18:00 and of --daily; default the first zone's.")]


class Source(Protocol):
    """Who answers: rows as core.decisions gives them."""

    def decide(self, names: Sequence[str], job: Job) -> dict[str, Any]: ...

    def green(self, name: str, metric: Metric, wanted: Wanted) -> dict[str, Any]: ...


class Here:
    """The store."""

    def __init__(self, config: Config, store: str | None) -> None:
        self._config, self._store = config, store

    def decide(self, names: Sequence[str], job: Job) -> dict[str, Any]:
        from core.decisions import best, decision_row, place_of

        places = [place_of(self._config, name) for name in names]
        with common.open_existing(self._store) as opened:
            return decision_row(best(opened, places, job, now_s()))

    def green(self, name: str, metric: Metric, wanted: Wanted) -> dict[str, Any]:
        from core.decisions import green_now, greenness_row, place_of

        place = place_of(self._config, name)
        with common.open_existing(self._store) as opened:
            return greenness_row(green_now(opened, place, metric, wanted, now_s()))


class There:
    """A Gridtrace that is served; it decides with its own clock and store."""

    def __init__(self, url: str, token: str | None) -> None:
        self._url, self._headers = url.rstrip("/"), {"auth-token": token} if token else {}

    def decide(self, names: Sequence[str], job: Job) -> dict[str, Any]:
        from core import http
        from core.decisions import point_of

        points = [point_of(name) for name in names]
        body = {
            "zones": [point[::-1] if point else name for name, point in zip(names, points, strict=True)],
            "duration": job.duration_s, "metric": job.metric.name, "num_options": job.count, "power": list(job.power),
            "windows": [{"start": common.iso(first_s), "end": common.iso(last_s)} for first_s, last_s in job.windows],
            "daily": [_hours(one) for one in job.daily], "timezone": job.clock,
            "deadline": common.iso(job.deadline_s),
            "is_interruptible": job.is_interruptible, "min_saving": job.min_saving}
        return _told(http.post(None, f"{self._url}/schedule", json=body, headers=self._headers, allowed=REFUSED))

    def green(self, name: str, metric: Metric, wanted: Wanted) -> dict[str, Any]:
        from core import http
        from core.decisions import point_of

        point = point_of(name)
        where = {"zone": name} if point is None else dict(zip(("lat", "lon"), point, strict=True))
        limit = {"below" if metric.better == "lower" else "above": wanted.limit}
        asked = where | limit | {
            "metric": metric.name, "percentile": wanted.percentile, "days": wanted.days,
            "oldest": f"PT{wanted.oldest_s:.0f}S"}
        return _told(http.get(None, f"{self._url}/now", params=asked, headers=self._headers, allowed=REFUSED))


REFUSED = (400, 404)
"""With a message that says what to mend."""


def _told(answer: Any) -> dict[str, Any]:
    """The body; a refusal is as it would be here."""
    from core import http
    from core.errors import CannotSchedule, SourceChanged

    body = http.body_json(answer)
    if answer.status_code in REFUSED:
        said = body.get("message") if isinstance(body, dict) else None
        raise CannotSchedule(str(said or f"The API answered with status {answer.status_code}."))
    if not isinstance(body, dict) or "advice" not in body:
        raise SourceChanged("What answers there is no Gridtrace that decides: check the address of --api.")
    return body


def source_of(config: Config, store: str | None, api: str | None, token: str | None) -> Source:
    """Who is to answer."""
    if api is None:
        return Here(config, store)
    if store is not None:
        raise typer.BadParameter("Choose one of --store and --api.")
    return There(api, token)


def metric_of(name: str) -> Metric:
    """The metric of a name."""
    from core.decisions import METRICS

    return METRICS[arguments.one_of(name, METRICS, "a metric")]


def duration_of(text: str | None) -> int:
    """Whole seconds of a length of time."""
    if text is None:
        raise typer.BadParameter("Say how long the job takes: -d 2h.")
    return max(1, round(arguments.seconds_of(text)))


def moment_s(text: str, clock: str) -> int:
    """The next time that the clock shows this hour and minute, or another moment."""
    import re

    from core import times
    from core.errors import SourceChanged

    if not re.fullmatch(r"\d{1,2}:\d\d", text):
        return int(arguments.moment(text, clock).timestamp())
    try:
        return int(times.next_shown(text.zfill(5), clock).timestamp())
    except SourceChanged as err:
        raise typer.BadParameter(f"{text!r} is not a time of day: write 18:00.") from err


def clock_of(config: Config, names: Sequence[str], given: str | None) -> str:
    """The clock that is given, or that of the first zone."""
    from core import times
    from core.decisions import place_of

    if given is None:
        return place_of(config, names[0]).zone.timezone
    if not times.is_zone(given):
        raise typer.BadParameter(f"{given!r} is not an IANA name such as Europe/Paris.")
    return given


def _hours(daily: Daily) -> str:
    (first_h, first), (end_h, end) = (divmod(minute, 60) for minute in daily)
    return f"{first_h:02}:{first:02}-{end_h:02}:{end:02}"


def now_s() -> int:
    """This moment."""
    from core import times

    return int(times.now().timestamp())
