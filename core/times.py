"""The only place that reads, shifts, floors or localises a clock.

Every moment that leaves this module is an aware `datetime` in UTC unless a function says otherwise. Intervals
are named by their start. `now()` is the project's one clock: `frozen(moment)` sets it for a replay or a test, in
this thread and whatever it calls.
"""

import contextlib
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

import arrow
from arrow.parser import DateTimeParser, ParserError

from core.errors import SourceChanged

UNREAD = re.compile(
    r"\d\s*[ap]\.?\s*m\b|:\d\d([:.,]\d+)*\s*((Z|UTC|GMT)$|[+-]\d\d(:?\d\d)?$)", re.IGNORECASE)
"""An hour's half of the day or offset. arrow looks for a pattern anywhere in a text, and would pass over them, as it
does over the name of a local zone (`EST`), which is the caller's to know."""

UNITS_S = {"weeks": 7 * 24 * 3600, "days": 24 * 3600, "hours": 3600, "minutes": 60, "seconds": 1}
_WEEKS, _DAYS, _HOURS, _MINUTES, _SECONDS = (
    rf"(?:(?P<{unit}>\d{{1,6}}(?:\.\d{{1,6}})?){unit[0].upper()})?" for unit in UNITS_S)
ISO_DURATION = re.compile(f"P{_WEEKS}{_DAYS}(?:T{_HOURS}{_MINUTES}{_SECONDS})?")
SHORT_DURATION = re.compile(f"{_DAYS}{_HOURS}{_MINUTES}{_SECONDS}")

AHEAD = timedelta(minutes=15)
"""How far a source's clock may be ahead of ours."""

Step = Literal["hour", "day", "week", "month", "quarter", "year"]
"""A period of a clock's calendar; a week begins on Monday."""
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}

_frozen: ContextVar[datetime | None] = ContextVar("gridtrace_frozen", default=None)


class Window(NamedTuple):
    """A span of time, UTC, `end` excluded."""

    start: datetime
    end: datetime


def now() -> datetime:
    """This moment, UTC; the frozen one inside `frozen`."""
    return _frozen.get() or arrow.utcnow().datetime


@contextlib.contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` (aware) within the block."""
    token = _frozen.set(_aware(moment).astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def frozen_at() -> datetime | None:
    """The moment that `now()` answers here, to freeze the clock of another process alike; None if it runs."""
    return _frozen.get()


def instant(value: Any) -> datetime:
    """A date-time object of any library (arrow and pandas have their own) as a plain one; ValueError if it is none."""
    value = getattr(value, "datetime", value)
    if not isinstance(value, datetime) or value != value:
        raise ValueError("is not a date-time")
    if value.utcoffset() is None:
        raise ValueError(f"{value} has no time zone: read the source's stamp with times.read(stamp, TIMEZONE)")
    try:
        moment = _aware(value).astimezone(UTC)
    except OverflowError as err:
        raise ValueError("is not a moment of UTC's calendar") from err
    return datetime.combine(moment.date(), moment.timetz())


def at(target: datetime | None, timezone: str = "UTC") -> datetime:
    """The moment a caller asked for: `now()` if None; a naive one is read on the source's clock."""
    if target is None:
        return now()
    if target.tzinfo is None:
        target = target.replace(tzinfo=zone(timezone))
    return target.astimezone(UTC)


def is_past(target: datetime | None, hours: float, timezone: str = "UTC") -> bool:
    """Whether the asked moment lies more than `hours` before now; what a live-only source must refuse."""
    return target is not None and now() - at(target, timezone) > timedelta(hours=hours)


def window(
    target: datetime | None, *, hours: float, ahead_hours: float = 0, timezone: str = "UTC"
) -> Window:
    """From `hours` before the asked moment to `ahead_hours` after it."""
    moment = at(target, timezone)
    return Window(moment - timedelta(hours=hours), moment + timedelta(hours=ahead_hours))


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The clock of an IANA name; a fixed offset is `Etc/GMT+5`, whose sign is turned: five hours behind UTC."""
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Whether there is a clock of this name."""
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, or too long for a file
        return False
    return True


def standard_offset_h(timezone: str) -> float:
    """Hours that a clock is ahead of UTC now, without its summer time."""
    moment = local(now(), timezone)
    offset, summer = moment.utcoffset() or timedelta(), moment.dst() or timedelta()
    return (offset - summer).total_seconds() / 3600


def zone_data() -> str | None:
    """The release of the time zone data in use, as `2026a`: the operating system's, else Python's package."""
    for folder in TZPATH:
        with contextlib.suppress(OSError), (Path(folder) / "tzdata.zi").open(encoding="utf-8") as file:
            if found := re.search(r"# version (\d{4}\w*)", file.readline()):
                return found[1]
    try:
        from tzdata import IANA_VERSION
    except ImportError:
        return None
    return str(IANA_VERSION)


def local(moment: datetime, timezone: str) -> datetime:
    """The same moment on a local clock."""
    return _aware(moment).astimezone(zone(timezone))


def text(moment: datetime, pattern: str, timezone: str = "UTC") -> str:
    """A moment written for a request, in arrow's tokens (`YYYY-MM-DDTHH:mm`), on the given clock."""
    return arrow.get(local(moment, timezone)).format(pattern)


def day(target: datetime | None, timezone: str, shift_days: int = 0) -> date:
    """The local day of the asked moment, moved by whole days."""
    return local(at(target, timezone), timezone).date() + timedelta(days=shift_days)


def recent_days(target: datetime | None, timezone: str, late_hours: float) -> list[date]:
    """The local day of the asked moment; for the present also the day before, while its end may be coming in late."""
    first = day(now() - timedelta(hours=late_hours), timezone) if target is None else day(target, timezone)
    return list(_days(first, day(target, timezone)))


def midnight(when: date, timezone: str) -> datetime:
    """The first instant of a local day, UTC."""
    return datetime(when.year, when.month, when.day, tzinfo=zone(timezone)).astimezone(UTC)


def month_start(when: date, shift_months: int = 0) -> date:
    """The first day of a day's month, moved by whole months."""
    months = when.year * 12 + when.month - 1 + shift_months
    return date(months // 12, months % 12 + 1, 1)


def month_end(when: date) -> date:
    """The last day of a day's month."""
    return month_start(when, 1) - timedelta(days=1)


def quarter_end(when: date) -> date:
    """The last day of the last whole quarter of a year before the day's own."""
    return month_start(when, -((when.month - 1) % 3)) - timedelta(days=1)


def period(when: date, number: int, minutes: float, timezone: str) -> datetime:
    """Start of the `number`-th period (from 1) of a local day; counts elapsed time, so clock changes fit."""
    return midnight(when, timezone) + timedelta(minutes=minutes * (number - 1))


def edges(first: datetime, last: datetime, step: Step, timezone: str) -> list[datetime]:
    """Where a local calendar's periods meet, UTC: from the start of the one that holds `first` to the end of the one
    that holds `last`, rising.

    Where a clock changes a day has 23 or 25 hours; if it moves by half an hour, an hour has 30 or 90 minutes.
    """
    days = day(first, timezone), day(last, timezone)
    if step == "hour":
        found = [moment for each in _days(*days) for moment in _hours(each, timezone)]
        found.append(midnight(days[1] + timedelta(days=1), timezone))
        begin = max(moment for moment in found if moment <= first)
        end = min(moment for moment in found if moment > last)
        return [moment for moment in found if begin <= moment <= end]
    if step in ("day", "week"):
        length = 7 if step == "week" else 1
        begins = days[0] - timedelta(days=days[0].weekday() if step == "week" else 0)
        starts = [begins + timedelta(days=at) for at in range(0, (days[1] - begins).days + length + 1, length)]
    else:
        starts = _month_starts(*days, MONTHS[step])
    return sorted({midnight(start, timezone) for start in starts})  # a day that a clock left out has no length


def _month_starts(first: date, last: date, length: int) -> list[date]:
    """The first days of periods of so many months, which a year is made of, up to the first after `last`."""
    begins = month_start(first, -((first.month - 1) % length))
    months = (last.year - begins.year) * 12 + last.month - begins.month
    return [month_start(begins, at) for at in range(0, months + length + 1, length)]


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=i) for i in range((last - first).days + 1))


def _hours(when: date, timezone: str) -> list[datetime]:
    """The first instants of a local day's hours, UTC; an hour that the clock shows twice counts as two."""
    start, end = midnight(when, timezone), midnight(when + timedelta(days=1), timezone)
    if end - start == timedelta(hours=24):
        return [start + timedelta(hours=i) for i in range(24)]
    shown = [datetime(when.year, when.month, when.day, hour, tzinfo=zone(timezone)) for hour in range(24)]
    once = [one.astimezone(UTC) for one in shown]
    # Of an hour that the clock leaves out, the second reading comes before the first: it is no moment of its own.
    twice = [max(at, one.replace(fold=1).astimezone(UTC)) for at, one in zip(once, shown, strict=True)]
    return sorted({moment for moment in (*once, *twice) if start <= moment < end})


def shift(moment: datetime, *, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    """A moment moved by elapsed time."""
    return moment + timedelta(days=days, hours=hours, minutes=minutes)


def calendar_shift(moment: datetime, timezone: str, *, days: int = 0, months: int = 0) -> datetime:
    """A moment moved by days or months of a local calendar: it keeps its hour there across a clock change."""
    there = local(moment, timezone)
    shifted = arrow.get(there).shift(months=months, days=days).datetime
    return shifted.replace(fold=there.fold).astimezone(UTC)


def shown(
    start: datetime, end: datetime, daily: Sequence[tuple[int, int]], timezone: str
) -> list[Window]:
    """The stretches of [start, end), to whole minutes around it, in which a clock shows a time of day within any of
    these spans (minutes after midnight; one that ends before it begins crosses it).

    A time that the clock leaves out, or shows twice, makes its span so much shorter or longer.
    """
    first, minute = floor(start, 1), timedelta(minutes=1)
    found: list[Window] = []
    for at in range(math.ceil((end - first) / minute)):
        moment = first + at * minute
        there = local(moment, timezone)
        if any(_is_within(60 * there.hour + there.minute, *span) for span in daily):
            begin = found.pop().start if found and found[-1].end == moment else moment
            found.append(Window(begin, moment + minute))
    return found


def _is_within(minute: int, first: int, end: int) -> bool:
    return first <= minute < end if first < end else minute >= first or minute < end


def floor(moment: datetime, minutes: int) -> datetime:
    """The start of the period of `minutes` (a divisor of a day, counted in UTC) that holds the moment."""
    start = _aware(moment).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    steps = int((moment - start).total_seconds() // (minutes * 60))
    return start + timedelta(minutes=minutes * steps)


def lengths(starts: Iterable[datetime], usual_minutes: float) -> dict[datetime, float]:
    """Minutes that each of some intervals lasts, where only starts are known: up to an hour, until the nearer of the
    two beside it; the usual length where there is none so near."""
    known = sorted(set(starts))
    gaps = [(later - earlier).total_seconds() / 60 for earlier, later in itertools.pairwise(known)]
    near = map(min, [math.inf, *gaps], [*gaps, math.inf])
    return {start: gap if gap <= 60 else usual_minutes for start, gap in zip(known, near, strict=False)}


def epoch(seconds: float) -> datetime:
    """A moment from its Unix seconds; SourceChanged if they lie outside the calendar, as milliseconds do."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError) as err:
        raise SourceChanged(f"The time {seconds!r} is not in Unix seconds.") from err


def read(
    value: str, timezone: str | None = None, pattern: str | tuple[str, ...] | None = None, *, fold: int = 0,
    locale: str = "en-us",
) -> datetime:
    """A source's stamp as a moment, UTC.

    `pattern` is in arrow's tokens, None for ISO 8601, of several the first that fits; months are named as in `locale`,
    24:00 is the next day's midnight. A stamp without zone is read on `timezone`; where the clock shows it twice, `fold`
    1 means the second time. Raises SourceChanged if it cannot be read or has no zone.
    """
    try:
        if isinstance(pattern, tuple):
            moment = _parse_one_of(value.strip(), pattern, locale)
        else:
            moment = _parse(value.strip(), pattern, locale)
    except (ValueError, ParserError, AttributeError) as err:
        ways = " or ".join(pattern) if isinstance(pattern, tuple) else pattern or "ISO 8601"
        raise SourceChanged(f"The time {value!r} is not written as {ways}.") from err
    if moment.tzinfo is None:
        if timezone is None:
            raise SourceChanged(f"The time {value!r} has no zone.")
        moment = moment.replace(tzinfo=zone(timezone), fold=fold)
    try:
        return moment.astimezone(UTC)
    except OverflowError as err:
        raise SourceChanged(f"The time {value!r} is outside the calendar.") from err


def duration_s(value: str) -> float:
    """Seconds of a duration as people write it (`2h`, `1h30m`) or in ISO 8601 without months (`PT1H30M`); ValueError if
    it is neither."""
    text = value.strip().upper()
    match = ISO_DURATION.fullmatch(text) or SHORT_DURATION.fullmatch(text)
    parts = {unit: float(number) for unit, number in match.groupdict().items() if number} if match else {}
    if not parts:
        raise ValueError(f"{value[:40]!r} is not a duration: write 2h, 1h30m or PT1H30M")
    return sum(UNITS_S[unit] * number for unit, number in parts.items())


def read_day(value: str, pattern: str | None = None, locale: str = "en-us") -> date:
    """A source's calendar day; the names of its month are in the language of `locale`."""
    try:
        return _parse(value.strip(), pattern, locale).date()
    except (ValueError, ParserError, AttributeError) as err:
        raise SourceChanged(f"The day {value!r} is not written as {pattern or 'ISO 8601'}.") from err


def read_in_order(values: Iterable[str], timezone: str, pattern: str | None = None) -> list[datetime]:
    """Local stamps without zone that rise in time, UTC; the repeated autumn hour is told apart by their order."""
    moments: list[datetime] = []
    for value in values:
        moment = read(value, timezone, pattern)
        if moments and moment <= moments[-1]:
            later = read(value, timezone, pattern, fold=1)
            moment = later if later >= moments[-1] else moment
        moments.append(moment)
    return moments


def read_half_days(values: Iterable[str], timezone: str, pattern: str) -> list[datetime]:
    """Local stamps in order whose hours are 1 to 12 and do not say which half of the day they are in, UTC.

    A day begins with its first half; where the time falls within a day, noon has passed. A little disorder (less than
    half an hour) is none. A day whose first half is missing cannot be told.
    """
    found: list[datetime] = []
    before: datetime | None = None
    half = timedelta(0)
    for value in values:
        shown = local(read(value, timezone, pattern), timezone).replace(tzinfo=None)
        if not 1 <= shown.hour <= 12:
            raise SourceChanged(f"The time {value!r} is not of a clock of twelve hours.")
        shown = shown.replace(hour=shown.hour % 12)
        if before is None or shown.date() != before.date():
            half = timedelta(0)
        elif before - shown > timedelta(minutes=30):
            if half:
                raise SourceChanged(f"The times of a day are not in order: at {value!r} they fall again.")
            half = timedelta(hours=12)
        before = shown
        found.append((shown + half).replace(tzinfo=zone(timezone)).astimezone(UTC))
    return found


def read_taken(value: str, timezone: str, pattern: str | None = None) -> datetime:
    """The local stamp of a snapshot, UTC; where the clock shows it twice, the second time once that has come."""
    second = read(value, timezone, pattern, fold=1)
    return second if second <= now() + AHEAD else read(value, timezone, pattern)


def is_skipped(value: str, timezone: str, pattern: str | None = None) -> bool:
    """Whether a local stamp names a time that its clock leaves out, as some sources' days of a clock change do."""
    moment = local(read(value, timezone, pattern), timezone)
    return moment.replace(tzinfo=None) != _parse(value.strip(), pattern).replace(tzinfo=None)


def last_shown(value: str, timezone: str) -> datetime:
    """The last moment up to now at which a clock showed this hour and minute (`HH:mm`), UTC."""
    for back in range(3):
        stamp = f"{day(None, timezone, -back)} {value.strip()}"
        if is_skipped(stamp, timezone, "YYYY-MM-DD HH:mm"):
            continue
        for fold in (1, 0):
            if (moment := read(stamp, timezone, "YYYY-MM-DD HH:mm", fold=fold)) <= now():
                return moment
    raise SourceChanged(f"The clock of {timezone} has not shown {value!r} of late.")


def next_shown(value: str, timezone: str) -> datetime:
    """The first moment after now at which a clock shows this hour and minute (`HH:mm`), UTC."""
    for ahead in range(3):
        stamp = f"{day(None, timezone, ahead)} {value.strip()}"
        if is_skipped(stamp, timezone, "YYYY-MM-DD HH:mm"):
            continue
        for fold in (0, 1):
            if (moment := read(stamp, timezone, "YYYY-MM-DD HH:mm", fold=fold)) > now():
                return moment
    raise SourceChanged(f"The clock of {timezone} does not show {value!r} soon.")


@lru_cache(maxsize=4)
def _parser(locale: str = "en-us") -> DateTimeParser:
    return DateTimeParser(locale, cache_size=64)


def _parse(value: str, pattern: str | None, locale: str = "en-us") -> datetime:
    if pattern is None:
        return datetime.fromisoformat(value)
    if UNREAD.search(value) and pattern[-1:] not in "AaZ]":
        raise ValueError(f"{pattern} leaves out how {value!r} ends")
    return _parser(locale).parse(value, pattern)


def _parse_one_of(value: str, patterns: tuple[str, ...], locale: str) -> datetime:
    for pattern in patterns:
        with contextlib.suppress(ValueError, ParserError):
            return _parse(value, pattern, locale)
    raise ValueError(f"none of {len(patterns)} patterns fits")


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no zone")
    return moment
