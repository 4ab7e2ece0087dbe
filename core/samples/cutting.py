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
MOST_TRIALS = 400
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
        gone: list[Span] = []
        text = self.path.read_bytes().decode("latin-1")
        self._is_enough(text)
        for group in groups(text):
            if self.is_done:
                break
            if not all(_lies_in(run.spans[0], gone) for run in group):
                gone = self._cut_group(text, group, gone)
        self._write(without(text, gone))

    def _cut_group(self, text: str, group: Group, gone: list[Span]) -> list[Span]:
        """What is left out once this group is as short as it can be."""

        def spans(kept: Sequence[int]) -> list[Span]:
            chosen = set(kept)
            return [*gone, *(span for run in group for span in run.left_out(chosen))]

        kept = reduced(range(len(group[0].spans)), lambda some: self._is_enough(without(text, spans(some))))
        self._is_enough(without(text, spans(kept)))
        return spans(kept)

    def _is_enough(self, text: str) -> bool:
        """Whether the parser makes the wanted events of this text, and nothing that it did not make before."""
        if self.trials >= MOST_TRIALS:
            return False
        self.trials += 1
        self._write(text)
        try:
            found = outcome(self.case, self.function)
        except Exception:  # noqa: BLE001  a parser may fail in any way at an answer that lacks what it looks for
            return False
        finally:
            self.tell()
        events = {_text(event) for event in found.events}
        is_same = found.error is None and self.wanted <= events <= self.known
        self.is_done = is_same and events == self.wanted and len(text) <= MOST_BYTES
        return is_same and {_wordless(text) for text in found.warnings} <= self.warned

    def _write(self, text: str) -> None:
        self.path.write_bytes(text.encode("latin-1"))


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
