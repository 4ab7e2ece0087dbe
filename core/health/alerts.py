"""After each cycle: decide what is told, record it, send it.

What is told and its message are recorded in one transaction before anything is sent, and a message is marked as sent
once it was. A process that is killed before loses nothing, as the next cycle sends what is recorded; one that is killed
between sending and marking has its message sent again, with the same id.
"""

import concurrent.futures
import contextlib
import hashlib
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core import times
from core.config import Config
from core.errors import AlertError, StoreBusy, StoreError
from core.health.channels import LIMIT_S, Channel, Settings, call, read_settings
from core.health.incidents import FAILED, RECOVERED, STORE, Decision
from core.health.messages import is_for
from core.health.series import STALE, series_health
from core.ingest.executor import DaemonExecutor
from core.plugins import Manager
from core.store import LIVE, Store
from core.store.reports import Book, Message
from core.store.rows import Row

MOST_S = 2 * LIMIT_S
"""How long a cycle waits for its messages."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Watch:
    """Looks after the cycles on one store."""

    where: str
    origin: str
    settings: Settings
    say: Say
    """The log."""

    def ended(self, config: Config, plugins: Manager, store: Store) -> None:
        """Tell what has changed since it was last told; a channel that fails is tried again after the next cycle."""
        series, now_s, settings = series_health(config, plugins, store), _now_s(), self.settings

        def decide(book: Book) -> None:
            Decision(book, series, now_s, self.origin, settings.policy).make()

        store.reports.update(now_s, self.origin, decide, settings.channels_of)
        deliver(store, settings.channels, self.say)
        self._ping(is_well=True)
        self._count_back()

    def failed(self, err: StoreError) -> None:
        """Tell that the store cannot be used, in the bad cycle in a row in which it is told of a source too.

        As the store cannot keep what was told, a file in the machine's temporary folder counts. There is no second try.
        """
        if isinstance(err, StoreBusy):
            return
        self._ping(is_well=False)
        with contextlib.suppress(OSError), self._counted().open("a+") as counted:
            counted.write(f"{_now_s()}\n")  # a line for each bad cycle
            counted.flush()
            counted.seek(0)
            cycles = counted.read().split()
            if len(cycles) == self.settings.policy.after:
                self._tell_of_store(FAILED, str(err), int(cycles[0]), None)

    def _count_back(self) -> None:
        """Tell that the store can be used again, if it was told that it cannot."""
        with contextlib.suppress(OSError):
            cycles = self._counted().read_text().split()
            self._counted().unlink()
            if len(cycles) >= self.settings.policy.after:
                self._tell_of_store(RECOVERED, "", int(cycles[0]), _now_s())

    def _counted(self) -> Path:
        mark = hashlib.sha256(self.where.encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"gridtrace-{os.getuid()}-{mark}.failed"

    def _tell_of_store(self, change: str, reason: str, since_s: int, over_s: int | None) -> None:
        item: Row = {
            "change": change, "incident": 0, "parser": None, "state": STORE, "since_s": since_s, "over_s": over_s,
            "reason": reason, "series": [], "of": 0, "parsers": [], "is_asked": True}
        message = Message(_now_s(), "", 1, _now_s(), self.origin, [item])
        sent = [DaemonExecutor().submit(try_out, channel, message) for channel in self.settings.channels]
        concurrent.futures.wait(sent, timeout=MOST_S)

    def _ping(self, *, is_well: bool) -> None:
        if self.settings.ping is not None:
            try:
                call(self.settings.ping, is_well=is_well)
            except AlertError as err:
                self.say(f"The dead man's switch was not told: {err}")


def watch(where: str, origin: str, say: Say) -> Watch:
    """What looks after the cycles on a store, as the environment wants it. Raises ConfigError."""
    return Watch(where, origin, read_settings(say), say)


@contextlib.contextmanager
def telling(watched: Watch | None) -> Iterator[None]:
    """Within the block, tell of a store that cannot be used."""
    try:
        yield
    except StoreError as err:
        if watched is not None:
            watched.failed(err)
        raise


def deliver(store: Store, channels: Sequence[Channel], say: Say) -> None:
    """Send what is to be sent, all channels at once, for at most MOST_S."""
    waiting: dict[str, list[Message]] = defaultdict(list)
    for message in store.reports.lease([one.name for one in channels], _now_s()):
        waiting[message.channel].append(message)
    results: list[tuple[Message, str | None]] = []
    executor, busy = DaemonExecutor(), []
    for channel in channels:
        if waiting[channel.name]:
            busy.append(executor.submit(_send, channel, waiting[channel.name], results))
    concurrent.futures.wait(busy, timeout=MOST_S)
    if busy:  # what is under way still is held until its lease is over
        store.reports.settle(list(results), _now_s())
    # Said once, not after each cycle in which it fails again.
    first = (f"{message.channel}: {said}" for message, said in results if said and message.attempt == 1)
    for error in dict.fromkeys(first):
        say(f"An alert was not delivered; it is tried again after each cycle for a day. {error}")


def _send(channel: Channel, messages: Sequence[Message], results: list[tuple[Message, str | None]]) -> None:
    """Send one message after the other, in their order: after one that fails, the others are not tried."""
    error: str | None = None
    for message in messages:
        if error is None:
            error = try_out(channel, message)
        results.append((message, error))


def try_out(channel: Channel, message: Message) -> str | None:
    """Send a message; None, or why that failed."""
    items = [item for item in message.items if is_for(item, channel.only)]
    try:
        channel.send(message._replace(items=items))
    except AlertError as err:
        return str(err)
    except Exception as err:  # noqa: BLE001  a library's own, of which one channel must not cost the others
        return f"{type(err).__name__} in {channel.label}."
    return None


def test_all(say: Say) -> Iterator[tuple[str, str | None]]:
    """Send a test message to every channel of the environment: the label of each, and what it failed of."""
    settings = read_settings(say)
    item: Row = {
        "change": FAILED, "incident": 0, "parser": "TEST", "state": STALE, "since_s": _now_s(), "over_s": None,
        "reason": "This is a test: no source is meant.", "series": ["production XX"], "of": 1, "parsers": ["TEST"],
        "is_asked": True}
    for channel in settings.channels:
        yield channel.label, try_out(replace(channel, only=()), Message(0, channel.name, 1, _now_s(), LIVE, [item]))
    if settings.ping is not None:
        error = None
        try:
            call(settings.ping, is_well=True)
        except AlertError as err:
            error = str(err)
        yield "dead man's switch", error


def _now_s() -> int:
    return int(times.now().timestamp())
