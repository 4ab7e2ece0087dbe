"""Where messages go: the log, webhooks, a command, and by the library apprise e-mail and messengers.

    GRIDTRACE_ALERT_WEBHOOK=https://ops.example.org/hook        JSON by POST; several with spaces between
    GRIDTRACE_ALERT_COMMAND=/usr/local/bin/on-alert --loud      JSON on standard input; no shell
    GRIDTRACE_ALERT_APPRISE=mailtos://user:secret@example.org   whatever apprise knows; several with spaces between

Before each may stand the parsers or zones that it is told of: FR,ENTSOE=https://… Addresses may hold credentials, so no
text of ours shows more of one than its host.
"""

import hashlib
import json
import logging
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from core import http
from core.errors import AlertError, ConfigError, GridtraceError
from core.health.incidents import Policy
from core.health.messages import document, is_for, subject, text
from core.store.reports import Message
from core.store.rows import Row

WEBHOOK = "GRIDTRACE_ALERT_WEBHOOK"
"""Addresses that get alerts as JSON by POST, several with spaces between; `FR,ENTSOE=` before one: only these."""
COMMAND = "GRIDTRACE_ALERT_COMMAND"
"""A command that gets each alert as JSON on its standard input; no shell is involved."""
APPRISE = "GRIDTRACE_ALERT_APPRISE"
"""Addresses of e-mail and messengers as the library apprise writes them, several with spaces between."""
AFTER = "GRIDTRACE_ALERT_AFTER"
"""After how many bad jobs in a row a series is told of; default 3."""
REMIND_H = "GRIDTRACE_ALERT_REMIND_H"
"""How many hours later an incident that goes on is told of again; default never."""
PING = "GRIDTRACE_ALERT_PING"
"""An address that is asked after each cycle, and with /fail after one that broke: a dead man's switch."""
ONLY = re.compile(r"([\w>-]+(?:,[\w>-]+)*)=(?=\S)")
LIMIT_S = 10.0
"""How long one message may take."""
HASTE = http.Patience(connect_s=5, read_s=LIMIT_S, body_s=LIMIT_S, retries=0)
EVERY_STATUS = tuple(range(100, 600))
LOG = "log"


@dataclass(frozen=True)
class Channel:
    """One way to people or programs. `name` is the same in each process and tells no secret, `label` is for people."""

    name: str
    label: str
    send: Callable[[Message], None]
    """Raises AlertError."""
    only: tuple[str, ...] = ()
    """The parsers and zones it is told of; none for all."""


@dataclass(frozen=True)
class Settings:
    """What the environment says of alerts."""

    channels: tuple[Channel, ...]
    policy: Policy = field(default_factory=Policy)
    ping: str | None = None

    def channels_of(self, items: Sequence[Row]) -> list[str]:
        """The names of the channels that some of the items are for."""
        return [one.name for one in self.channels if any(is_for(item, one.only) for item in items)]


def read_settings(say: Callable[[str], None]) -> Settings:
    """The settings of the environment, `say` being the log. Raises ConfigError for what makes no sense."""
    channels = [Channel(LOG, "log", lambda message: say(text(message)))]
    channels += [_webhook(*_only(word)) for word in _variable(WEBHOOK).split()]
    channels += [_command(*_only(_variable(COMMAND)))] if _variable(COMMAND) else []
    channels += [_apprise(*_only(word)) for word in _variable(APPRISE).split()]
    remind = _variable(REMIND_H)
    policy = Policy(int(_positive(AFTER, is_whole=True) or Policy.after), _positive(REMIND_H) if remind else None)
    ping = _variable(PING)
    return Settings(tuple(channels), policy, _address(ping, PING) if ping else None)


def call(ping: str, *, is_well: bool) -> None:
    """Tell a dead man's switch that a cycle has ended, or (`/fail`) that it could not. Raises AlertError."""
    _ask(lambda: http.get(_session(), ping if is_well else f"{ping.rstrip('/')}/fail", allowed=EVERY_STATUS), ping)


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip()


def _positive(name: str, *, is_whole: bool = False) -> float | None:
    """The number of a variable above zero; None if it is not set."""
    value = _variable(name)
    if not value:
        return None
    if not re.fullmatch(r"\d+" if is_whole else r"\d+(\.\d+)?", value) or float(value) <= 0:
        raise ConfigError(f"{name} is {value!r}, not a{' whole' if is_whole else ''} number above 0.")
    return float(value)


def _only(value: str) -> tuple[str, tuple[str, ...]]:
    """What stands behind the names of parsers and zones, and these."""
    found = ONLY.match(value)
    return (value[found.end():], tuple(found[1].split(","))) if found else (value, ())


def _address(value: str, variable: str) -> str:
    try:
        part = urlsplit(value)
    except ValueError:
        part = urlsplit("")
    if part.scheme not in ("http", "https") or not part.hostname:
        raise ConfigError(f"{variable} holds what is no address: write https://host/path.")
    return value


def _named(kind: str, value: str) -> str:
    return f"{kind}:{hashlib.sha256(value.encode()).hexdigest()[:8]}"


def _webhook(url: str, only: tuple[str, ...]) -> Channel:
    host = urlsplit(_address(url, WEBHOOK)).hostname

    def send(message: Message) -> None:
        _ask(lambda: http.post(
            _session(), url, json=document(message), headers={"Idempotency-Key": f"gridtrace-{message.id}"},
            allowed=EVERY_STATUS), url)

    return Channel(_named("webhook", url), f"webhook at {host}", send, only)


def _session() -> http.Session:
    return http.session(patience=HASTE)


def _ask(request: Callable[[], http.Response], url: str) -> None:
    host = urlsplit(url).hostname
    try:
        answer = request()
    except GridtraceError as err:
        raise AlertError(str(err)) from err
    if not 200 <= answer.status_code < 300:
        raise AlertError(f"{host} answered with status {answer.status_code}.")


def _command(line: str, only: tuple[str, ...]) -> Channel:
    try:
        words = shlex.split(line)
    except ValueError as err:
        raise ConfigError(f"{COMMAND} cannot be split into words: {err}.") from err
    program = os.path.basename(words[0])

    def send(message: Message) -> None:
        try:
            done = subprocess.run(
                words, input=json.dumps(document(message)).encode(), timeout=LIMIT_S, check=False,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise AlertError(f"The command {program} did not end within {LIMIT_S:g} s.") from None
        except OSError as err:
            raise AlertError(f"The command {program} cannot be run: {err.strerror}.") from err
        if done.returncode:
            raise AlertError(f"The command {program} ended with exit code {done.returncode}.")

    return Channel(_named("command", line), f"command {program}", send, only)


def _apprise(url: str, only: tuple[str, ...]) -> Channel:
    try:
        import apprise
    except ImportError as err:
        raise ConfigError(f"{APPRISE} needs the library apprise: pip install 'gridtrace[alerts]'.") from err
    with apprise.LogCapture():  # type: ignore[no-untyped-call]
        made = apprise.Apprise.instantiate(url)
    scheme = url.partition(":")[0]
    if made is None:
        raise ConfigError(f"{APPRISE} holds a {scheme}:// address that apprise cannot use: see its docs.")

    def send(message: Message) -> None:
        with apprise.LogCapture(level=logging.WARNING) as said:  # type: ignore[no-untyped-call]
            is_sent = made.notify(title=subject(message), body=text(message))
            words = said.getvalue()
        if not is_sent:
            why = _shown(words, url) or "it does not say why"
            raise AlertError(f"{made.service_name} did not take the message: {why}.")

    return Channel(_named(scheme, url), f"{made.service_name} ({scheme})", send, only)


def _shown(words: str, url: str) -> str:
    """What apprise said last, without any part of an address but its host."""
    last = next((one.strip() for one in reversed(words.splitlines()) if one.strip()), "").rstrip(".")
    for part in sorted(_parts(url), key=len, reverse=True):
        last = last.replace(part, "***")
    return last


def _parts(url: str) -> Iterator[str]:
    host = urlsplit(url).hostname or ""
    for part in re.split(r"[/:@?&=]+", url):
        for spelled in {part, unquote(part)}:
            if len(spelled) >= 3 and spelled.lower() not in (host, url.partition(":")[0]):
                yield spelled
