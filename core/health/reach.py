"""Whether the hosts of sources can be reached from here, and what time they have.

A host is asked with HEAD for its root: any answer means that it is there. What its parser asks it for may still fail;
that is what the records of jobs say.
"""

import contextvars
import re
import ssl
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from socket import gaierror
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from core import http, proxies, times
from core.errors import ConfigError, PluginError, SourceChanged
from core.health.findings import OK, PROBLEM, WARNING, Finding
from core.plugins import Manager

AREA_REACH, AREA_CLOCK = "reachability", "clock"
AT_ONCE = 24
HASTE = http.Patience(connect_s=5, read_s=10, body_s=10, retries=0)
ADDRESS = re.compile(r"https?://[^/{}?#\s]+")
NOT_ASKED = ("SOURCE",)
"""Constants of parsers that name a source and are never asked."""
DATE = "ddd, DD MMM YYYY HH:mm:ss"
REFUSED = (401, 403, 407, 451)
MUCH_S, TOO_MUCH_S = 30, 300
"""How wrong this machine's clock may be: the newest data are cut off, and certificates are refused at some point."""
LEAST_CLOCKS = 3


@dataclass(frozen=True)
class Look:
    """What one host said."""

    host: str
    parsers: tuple[str, ...]
    status: int | None
    trouble: str = ""
    todo: str = ""
    ahead_s: float | None = None
    """How far its clock is ahead of ours."""


def addresses_of(plugins: Manager, names: Sequence[str]) -> Mapping[str, list[str]]:
    """Address of a host → the modules of `parsers/` whose constants, or those of their platform, name it."""
    found = defaultdict[str, list[str]](list)
    for name in names:
        try:
            module = plugins.module(name)
        except PluginError:
            continue
        for address in sorted({one for space in _spaces(module) for one in _addresses(space)}):
            found[address].append(name)
    return found


def _spaces(module: ModuleType) -> Iterator[ModuleType]:
    """A module and the platforms that it takes something from."""
    yield module
    own = vars(module).values()
    names = {str(getattr(one, "__module__", None) or getattr(one, "__name__", "")) for one in own}
    yield from (sys.modules[name] for name in names if name.startswith("core.platforms.") and name in sys.modules)


def _addresses(space: ModuleType) -> Iterator[str]:
    for name, value in vars(space).items():
        if name.isupper() and name not in NOT_ASKED:
            yield from (found[0] for text in _texts(value) if (found := ADDRESS.match(text)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for one in value.values() for text in _texts(one))
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from (text for one in value for text in _texts(one))


def look_at(
    addresses: Mapping[str, Sequence[str]], gateway: str | None, told: Callable[[], None] = lambda: None
) -> list[Look]:
    """Ask every host, several at a time; `told` after each."""
    with http.session(patience=HASTE, gateway=gateway) as session, ThreadPoolExecutor(AT_ONCE) as executor:
        asked = [
            executor.submit(contextvars.copy_context().run, _look, session, address, tuple(parsers), gateway is None)
            for address, parsers in addresses.items()]
        found = []
        for one in asked:
            found.append(one.result())
            told()
    return found


def _look(session: http.Session, address: str, parsers: tuple[str, ...], is_real: bool) -> Look:
    host = urlsplit(address).netloc
    with http.asking(parsers[0]):
        before = times.now()
        try:
            proxy = proxies.find(parsers[0]) if is_real else None
            answer = session.head(f"{address}/")
        except ConfigError as err:
            return Look(host, parsers, None, str(err), "Correct the variable.")
        except OSError as err:  # every error of requests is one
            return Look(host, parsers, None, *_why(host, parsers[0], err))
        ahead_s = _ahead_s(answer.headers.get("Date"), before.timestamp(), times.now().timestamp())
    way = f" (by the proxy of {proxy.variable})" if proxy else ""
    if answer.status_code in REFUSED:
        return Look(host, parsers, answer.status_code, f"{host} refused this machine with status "
                    f"{answer.status_code}{way}.", _by_proxy(parsers[0]), ahead_s)
    if answer.status_code >= 500 and answer.status_code != 501:  # HEAD itself is not known there
        return Look(host, parsers, answer.status_code, f"{host} answered with status {answer.status_code}{way}.",
                    "Wait; if it lasts, see the source's page in docs/sources.md.", ahead_s)
    return Look(host, parsers, answer.status_code, ahead_s=ahead_s)


def _by_proxy(parser: str) -> str:
    return (f"If the jobs of {parser} fail too, the source may answer its own country only: name a proxy there in "
            f"{proxies.variable_of(parser)}.")


def _why(host: str, parser: str, err: OSError) -> tuple[str, str]:
    """What broke, and what to do."""
    behind = http.behind(err)
    reasons = [getattr(one, "reason", None) for one in behind]
    every = [*behind, *(one for one in reasons if isinstance(one, BaseException))]
    text = " ".join(map(str, every))
    if any(isinstance(one, gaierror) for one in every) or "NameResolutionError" in text:
        return (f"The name {host} is not known (DNS).",
                "Check this machine's name server; if it knows others, the source has moved: see docs/sources.md.")
    if any(isinstance(one, ssl.SSLError) for one in every):
        return (f"{host} has a certificate that is not trusted here (TLS).",
                "Check this machine's clock and its certificates (ca-certificates); if others work, tell the source.")
    if any("ProxyError" in type(one).__name__ for one in every):
        return f"The proxy to {host} did not answer.", f"Check the address in {proxies.variable_of(parser)}."
    return (f"{host} did not answer ({type(err).__name__}).",
            f"Wait; if it lasts, check the firewall. {_by_proxy(parser)}")


def _ahead_s(date: str | None, before_s: float, after_s: float) -> float | None:
    """A clock's distance from the middle of asking, from an HTTP date, which has no parts of seconds."""
    try:
        moment = times.read((date or "").removesuffix(" GMT"), "UTC", DATE)
    except SourceChanged:
        return None
    return moment.timestamp() + 0.5 - (before_s + after_s) / 2


def findings(looks: Sequence[Look]) -> Iterator[Finding]:
    """What was found of the hosts, and of this machine's clock."""
    lost = [one for one in looks if one.status is None]
    if looks and len(lost) == len(looks):
        yield Finding(
            AREA_REACH, PROBLEM, f"None of {len(looks)} hosts can be reached; the first: {lost[0].trouble}",
            "Check this machine's network, name server and firewall.")
    else:
        for one in looks:
            if one.trouble:
                yield Finding(AREA_REACH, WARNING, f"{one.trouble} It serves {', '.join(one.parsers)}.", one.todo)
        well = sum(not one.trouble for one in looks)
        yield Finding(AREA_REACH, OK, f"{well} of {len(looks)} hosts answer.")
    yield _clock([one.ahead_s for one in looks if one.ahead_s is not None])


def _clock(ahead_s: Sequence[float]) -> Finding:
    if len(ahead_s) < LEAST_CLOCKS:
        return Finding(
            AREA_CLOCK, WARNING, f"Only {len(ahead_s)} hosts said what time it is: this clock was not compared.",
            "Compare it by hand, or run `timedatectl`.")
    wrong_s = statistics.median(ahead_s)
    found = f"This machine's clock is {abs(wrong_s):.0f} s {'behind' if wrong_s > 0 else 'ahead of'} " \
        f"the median of {len(ahead_s)} hosts."
    if abs(wrong_s) < MUCH_S:
        return Finding(AREA_CLOCK, OK, found)
    level = PROBLEM if abs(wrong_s) >= TOO_MUCH_S else WARNING
    return Finding(AREA_CLOCK, level, found, "Set it by NTP: `timedatectl set-ntp true`.")
