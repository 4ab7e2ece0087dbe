"""A recorded case cut to its newest intervals: records go as long as the parser makes the same events of the rest.

What is tried is delta debugging: leave out half of the records, quarters, eighths, down to single ones, and keep each
cut after which the newest events are exactly as they were, none is new, and the parser warns of nothing new.
"""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from core.plugins import Fetch
from core.recording import Case
from core.samples.outcomes import Said, outcome
from core.samples.spans import Group, Span, groups, is_text, without

MOST_BYTES = 50_000
"""Of one body of a sample."""
MOST_TRIALS = 600
"""Calls of a parser that one body is worth."""

Tell = Callable[[], object]


def newest(events: Sequence[Any], keep: int) -> list[str]:
    """The last events by their start, as text to compare."""
    ordered = sorted(events, key=lambda event: str(event.get("datetime", "")))
    return [_text(event) for event in ordered[-keep:]]


def cut(case: Case, function: Fetch, keep: int, tell: Tell = lambda: None) -> list[str]:
    """Cut the bodies of a case, which must lie in a folder of its own; what could not be cut, in sentences.

    `tell` is called after each trial.
    """
    whole = outcome(case, function)
    wanted = newest(whole.events, keep)
    names = sorted({one["body"] for one in case.http if one["body"]}, key=lambda name: -_size(case.bodies / name))
    for name in names if whole.error is None else ():
        _Body(case, function, name, whole, wanted, tell).cut()
    return [_too_large(case.bodies / name) for name in names if _size(case.bodies / name) > MOST_BYTES]


def _size(path: Path) -> int:
    return path.stat().st_size


def _too_large(path: Path) -> str:
    why = "no record of it can be left out" if is_text(path.read_bytes()) else "it is not text, and stays whole"
    return f"{path.name} has {_size(path):,} bytes, more than the {MOST_BYTES:,} of a sample: {why}."


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


class _Body:
    """One body on its way to its smallest."""

    def __init__(
        self, case: Case, function: Fetch, name: str, whole: Said, wanted: Sequence[str], tell: Tell
    ) -> None:
        self.case, self.function, self.path, self.tell = case, function, case.bodies / name, tell
        self.wanted, self.known = set(wanted), {_text(event) for event in whole.events}
        self.warned, self.trials = {_wordless(text) for text in whole.warnings}, 0
        self.is_done = False

    def cut(self) -> None:
        if not is_text(self.path.read_bytes()):
            return
        text = self.path.read_bytes().decode("latin-1")
        gone: list[Span] = []
        self._is_same(text)
        for group in groups(text):
            if self.is_done:
                break
            if not all(_lies_in(run.spans[0], gone) for run in group):
                text, gone = self._shortest(text, group, gone)
        self._write(without(text, gone))

    def _shortest(self, text: str, group: Group, gone: list[Span]) -> tuple[str, list[Span]]:
        """The text and what is left out of it once this group is as short as it can be.

        Where an answer counts its records (`"total_count": 96`), the count goes with them. Of two records that make one
        event neither can go alone unless what is not wanted may change on the way, so that is tried first.
        """
        count = len(group[0].spans)
        for has_count in (True, False) if counted(text, count, 0) != text else (False,):

            def rest(kept: Sequence[int], has_count: bool = has_count) -> tuple[str, list[Span]]:
                chosen = set(kept)
                spans = [*gone, *(span for run in group for span in run.left_out(chosen))]
                return counted(text, count, len(kept)) if has_count else text, spans

            for is_enough in (self._has_wanted, self._is_same):
                kept = reduced(range(count), lambda some: is_enough(without(*rest(some))))  # noqa: B023
                if len(kept) < count and self._is_same(without(*rest(kept))):
                    return rest(kept)
        return text, gone

    def _has_wanted(self, text: str) -> bool:
        """Whether the parser makes the wanted events of this text, whatever else."""
        found = self._try(text)
        return found is not None and self.wanted <= {_text(event) for event in found.events}

    def _is_same(self, text: str) -> bool:
        """Whether it makes the wanted events, none that it did not make before, and warns of nothing new."""
        found = self._try(text)
        events = {_text(event) for event in found.events} if found else set()
        is_same = found is not None and self.wanted <= events <= self.known
        self.is_done = is_same and events == self.wanted and len(text) <= MOST_BYTES
        return is_same and found is not None and {_wordless(text) for text in found.warnings} <= self.warned

    def _try(self, text: str) -> Said | None:
        """What the parser says of this text; None if it fails, or was called often enough."""
        if self.trials >= MOST_TRIALS:
            return None
        self.trials += 1
        self._write(text)
        try:
            found = outcome(self.case, self.function)
        except Exception:  # noqa: BLE001  a parser may fail in any way at an answer that lacks what it looks for
            return None
        finally:
            self.tell()
        return None if found.error else found

    def _write(self, text: str) -> None:
        self.path.write_bytes(text.encode("latin-1"))


def counted(text: str, count: int, left: int) -> str:
    """The text with a count of records that a field gives made another, as long as it was: blanks fill it up."""
    return re.sub(rf"(?<=:)(\s*){count}(?=\s*[,}}])", lambda match: str(left).rjust(len(match[0])), text)


def _wordless(warning: str) -> str:
    """A warning without its numbers: `2 of 9 rows` says the same as `2 of 3`."""
    return re.sub(r"\d+", "", warning)


def _lies_in(span: Span, gone: Sequence[Span]) -> bool:
    return any(one.start <= span.start and span.end <= one.end for one in gone)


def reduced(items: Sequence[int], is_enough: Callable[[list[int]], bool]) -> list[int]:
    """The items without all that can go: halves first, then ever smaller parts, at last single ones."""
    kept, size = list(items), len(items) // 2
    while size >= 1:
        at = 0
        while at < len(kept):
            rest = kept[:at] + kept[at + size :]
            if is_enough(rest):
                kept = rest
            else:
                at += size
        size //= 2
    return kept
