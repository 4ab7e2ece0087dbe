"""What people write on a command line, read in one place: moments, kinds, zones, exchanges, parsers and lists of them.

What is wrong is told with what it may have been meant to be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from core.config import Config

NEAR = 3
"""How many names an error suggests."""
SHORT_DAY = re.compile(r"\d{4}(-\d{2})?")
DAYS_AGO = {"today": 0, "yesterday": -1}
MOMENTS = "2026-01-31, 2026-01-31T12:00Z, 2026-01, today, yesterday or now"


def moment(text: str, timezone: str = "UTC") -> datetime:
    """A moment: ISO 8601, a month or a year for its begin, or a word; on the clock unless it names another."""
    from core import times
    from core.errors import SourceChanged

    if text == "now":
        return times.now()
    if text in DAYS_AGO:
        return times.midnight(times.day(None, timezone, DAYS_AGO[text]), timezone)
    if SHORT_DAY.fullmatch(text):
        text += "-01-01"[len(text) - 4:]
    try:
        return times.read(text, timezone)
    except SourceChanged as err:
        raise typer.BadParameter(f"{text!r} is not a moment: write {MOMENTS}.") from err


def span(start: str, end: str | None) -> tuple[datetime, datetime]:
    """The moments of --from and --to, which is now if it is not given."""
    from core import times

    first, last = moment(start), moment(end) if end else times.floor(times.now(), 1)
    if first >= last:
        raise typer.BadParameter("--to must be later than --from, and --from than now.")
    return first, last


def span_s(start: str, end: str | None) -> tuple[int, int]:
    """The same in Unix seconds."""
    first, last = span(start, end)
    return int(first.timestamp()), int(last.timestamp())


def words_of(text: str | None) -> list[str] | None:
    """The words of a comma-separated list; None for none."""
    return [part.strip() for part in text.split(",") if part.strip()] if text else None


def one_of(text: str, possible: Collection[str], what: str) -> str:
    """The word, if it is one of those that are possible; they are named with their article: a kind, an origin."""
    if text not in possible:
        hint = _hint(near(text, dict.fromkeys(possible, "")))
        raise typer.BadParameter(f"{text!r} is not {what}.{hint} There are {', '.join(possible)}.")
    return text


def kinds_of(text: str | None, possible: Collection[str] | None = None) -> list[str] | None:
    """The kinds of a comma-separated list, checked; None for none."""
    from core.kinds import KINDS

    found = words_of(text)
    return None if found is None else [one_of(word, possible or KINDS, "a kind") for word in found]


def zone_of(config: Config, key: str) -> str:
    """The key, if there is such a zone."""
    _check(config, (key,), config.zones, "zone")
    return key


def zones_of(config: Config, text: str | None) -> list[str] | None:
    """The zones of a comma-separated list, checked; None for none."""
    found = words_of(text)
    _check(config, found or (), config.zones, "zone")
    return found


def place_of(config: Config, key: str) -> str:
    """The key, if there is such a zone or exchange, or was: stored events may name it."""
    from core.kinds import sorted_key, split_key

    pair = split_key(key)
    if pair and key not in config.exchanges and (other := sorted_key(*pair)) in config.exchanges:
        raise typer.BadParameter(f"There is no exchange {key}: it is written {other}.")
    known = config.exchanges if pair else config.zones
    _check(config, (key,), [*known, *config.retired], "exchange" if pair else "zone")
    return key


def names_of(config: Config, names: Sequence[str]) -> Sequence[str]:
    """The names, if each is a zone, an exchange or a parser that serves one."""
    series = [zone.parsers for zone in config.zones.values()] + [link.parsers for link in config.exchanges.values()]
    references = [*config.weather, *(one for by_kind in series for found in by_kind.values() for one in found)]
    parsers = {reference.partition(".")[0] for reference in references}
    _check(config, names, [*config.zones, *config.exchanges, *sorted(parsers)], "zone, exchange or parser")
    return names


def _check(config: Config, given: Iterable[str], known: Collection[str], what: str) -> None:
    """An error about the first of the names that is not known."""
    for name in given:
        if name not in known:
            called = {key: config.zones[key].name if key in config.zones else "" for key in known}
            hint = _hint(near(name, called))
            raise typer.BadParameter(f"There is no {what} {name}.{hint} `gridtrace zones` lists them.")


def near(given: str, names: Mapping[str, str]) -> list[str]:
    """The keys that are spelled much like what was given, or are those of names that are."""
    from difflib import get_close_matches

    by_key, by_name = {key.upper(): key for key in names}, {name.lower(): key for key, name in names.items() if name}
    found = [by_key[key] for key in get_close_matches(given.upper(), by_key, NEAR)]
    found += [by_name[name] for name in get_close_matches(given.lower(), by_name, NEAR)]
    return list(dict.fromkeys(found))[:NEAR]


def _hint(names: Sequence[str]) -> str:
    return f" Did you mean {' or '.join(names)}?" if names else ""


def seconds_of(text: str) -> float:
    """A length of time such as 5m, 90s, 1h30m or PT2H in seconds, more than none."""
    from core import times

    try:
        found = times.duration_s(text)
    except ValueError as err:
        raise typer.BadParameter(f"{text!r} is not a length of time: write 5m, 2h, 1h30m or PT2H.") from err
    if found <= 0:
        raise typer.BadParameter(f"{text!r} must be longer than nothing.")
    return found


def complete_zones(incomplete: str) -> list[tuple[str, str]]:
    """What a shell offers for a zone, or for the last of a list of them.

    Not exchanges: a shell would take the sign in `ES->FR` for a file to write to.
    """
    from core.config import load

    before, comma, _ = incomplete.rpartition(",")
    return [(f"{before}{comma}{key}", zone.name) for key, zone in load().zones.items()]


def complete_kinds(incomplete: str) -> list[str]:
    """What a shell offers for a kind, or for the last of a list of them."""
    from core.kinds import KINDS

    before, comma, _ = incomplete.rpartition(",")
    return [f"{before}{comma}{kind}" for kind in KINDS]


PlaceArgument = Annotated[
    str, typer.Argument(metavar="ZONE|EXCHANGE", help="FR, or with quotes 'ES->FR'.", autocompletion=complete_zones)
]

KindsOption = Annotated[
    str | None,
    typer.Option(
        "--kind", metavar="KIND,…", help="Only these kinds: production,exchange.", autocompletion=complete_kinds),
]
KindOption = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", help="Only this kind: production, price, …", autocompletion=complete_kinds),
]
EndOption = Annotated[
    str | None, typer.Option("--to", metavar="MOMENT", help="Up to this moment, not included; default now.")
]
