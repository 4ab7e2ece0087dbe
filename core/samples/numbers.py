"""Numbers of one's own in the place of a source's, so that a sample shows its format and is not a part of its data.

A number is replaced by one of the same form and size, always the same for the same number. It is a value, and not a
stamp, a code or a position, if the events keep their kinds, keys, times and modes without it, and if what changes in
them is in proportion to the change: another code would be another plant. What the parser does not read is replaced,
too, where it stands alone and is no year and no long number, which may be a stamp.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from core.plugins import Fetch
from core.recording import Case
from core.samples.cutting import MOST_BYTES, Tell
from core.samples.outcomes import STAMPS, Said, outcome
from core.samples.spans import Span, is_text

NUMBER = re.compile(r"(?<![\w:/#&.])(?<!\w-)\d+(?:\.\d+)?(?![\w:/])(?!\.\d)(?!-\w)")
TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
KEY = re.compile(r"\"\s*:")
YEARS = range(1990, 2101)
LONGEST_VALUE = 8
"""Digits of a number that may be replaced although nothing reads it; a longer one is a stamp or a code."""
SPREAD = 0.2
BATCH = 40
"""Numbers that are tried at once."""
NEARLY = 1e-6


def own_numbers(case: Case, function: Fetch, tell: Tell = lambda: None) -> list[str]:
    """Replace what are values in the bodies of a case; what was left and may be the source's, in sentences."""
    notes = []
    for name in sorted({one["body"] for one in case.http if one["body"]}):
        path = case.bodies / name
        if not is_text(path.read_bytes()):
            notes.append(f"{name} is not text: its numbers are the source's.")
            continue
        if path.stat().st_size > MOST_BYTES:
            notes.append(f"{name} is too large for a sample: its numbers are the source's.")
            continue
        left = _Numbers(case, function, name, tell).replace()
        if left:
            notes.append(f"{name} keeps {len(left)} numbers that may be values: {', '.join(sorted(left)[:8])}.")
    return notes


class _Numbers:
    """One body, number by number."""

    def __init__(self, case: Case, function: Fetch, name: str, tell: Tell) -> None:
        self.case, self.function, self.path, self.tell = case, function, case.bodies / name, tell
        self.text = self.path.read_bytes().decode("latin-1")
        self.before = outcome(case, function)
        begins = self.text.lstrip("\xef\xbb\xbf \r\n\t")[:1]
        self.tags = [Span(*tag.span()) for tag in TAG.finditer(self.text)] if begins == "<" else []
        self.is_page = "<html" in self.text[:2000].lower()

    def replace(self) -> list[str]:
        """Replace all that are values; the decimal numbers that are left."""
        left: list[Span] = []
        spans = [span for span in _numbers(self.text) if another(self._at(span)) != self._at(span)]
        for batch in (spans[at : at + BATCH] for at in range(0, len(spans), BATCH)):
            if not self._are_unread(batch):
                left += [span for span in batch if not self._is_kept_with(span, another(self._at(span)))]
        self.path.write_bytes(self.text.encode("latin-1"))
        return [self._at(span) for span in left if "." in self._at(span) and not self._is_in_tag(span)]

    def _at(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def _are_unread(self, spans: list[Span]) -> bool:
        """Put several numbers in at once if nothing reads them; most of a page's are such."""
        text = self.text
        for span in spans:
            if self._may_be_unread(span):
                text = text[: span.start] + another(self._at(span)) + text[span.end :]
        said = self._try(text) if all(self._may_be_unread(span) or self._is_in_tag(span) for span in spans) else None
        if said != self.before:
            return False
        self.text = text
        return True

    def _is_kept_with(self, span: Span, new: str) -> bool:
        """Put a number in if it is a value; whether it was."""
        old, text = self._at(span), self._with(span, new)
        said = self._try(text)
        if said is None or _skeleton(said) != _skeleton(self.before):
            return False
        if _values(said) == _values(self.before):
            is_value = self._may_be_unread(span)
        elif "." in old:
            is_value = True
        else:
            further = another(old, further=True)
            other = self._try(self._with(span, further))
            is_value = other is not None and _is_in_proportion(
                [_values(one) for one in (self.before, said, other)], [float(one) for one in (old, new, further)])
        if is_value:
            self.text, self.before = text, said
        return is_value

    def _with(self, span: Span, new: str) -> str:
        return self.text[: span.start] + new + self.text[span.end :]

    def _may_be_unread(self, span: Span) -> bool:
        """Whether a number that nothing reads looks like a value: not a year, a long number, a name, or in a tag."""
        old = self._at(span)
        is_stamp = "." not in old and (len(old) > LONGEST_VALUE or int(old) in YEARS)
        is_name = KEY.match(self.text, span.end) is not None
        return not (is_stamp or is_name or self._is_in_tag(span))

    def _is_in_tag(self, span: Span) -> bool:
        """Whether a number is of a page's make-up; an attribute of XML may be a value."""
        tag = next((tag for tag in self.tags if tag.start < span.start < tag.end), None)
        if tag is None:
            return False
        around = self.text[span.start - 1] + self.text[span.end]
        return self.is_page or self.text.startswith("<?", tag.start) or around not in ('""', "''")

    def _try(self, text: str) -> Said | None:
        self.path.write_bytes(text.encode("latin-1"))
        try:
            return outcome(self.case, self.function)
        except Exception:  # noqa: BLE001  a parser may fail in any way at a number that is no value
            return None
        finally:
            self.tell()


def _numbers(text: str) -> Iterator[Span]:
    return (Span(*match.span()) for match in NUMBER.finditer(text))


def another(number: str, *, further: bool = False) -> str:
    """A number of as many digits, the point where it was and zeros in front, up to a fifth away; zero stays zero."""
    digits = number.replace(".", "")
    significant = digits.lstrip("0")
    if not significant:
        return number
    seed = int.from_bytes(hashlib.sha256(number.encode()).digest()[:8])
    factor = 1 + SPREAD * (2 * seed / 2**64 - 1)
    low, high, value = 10 ** (len(significant) - 1), 10 ** len(significant) - 1, int(significant)
    factor = factor if low <= value * factor <= high else 2 - factor  # the other way, to keep the digits
    made = min(max(round(value * factor), low), high)
    if made == value:
        made = value + 1 if value < high else value - 1
    if further:
        made = made + 1 if made < high and made + 1 != value else made - 1
        made = made if low <= made and made != value else value  # a single digit may leave no third one
    written = str(made).rjust(len(digits), "0")
    return "".join(written[sum(c != "." for c in number[:at])] if c != "." else c for at, c in enumerate(number))


def _skeleton(said: Said) -> str:
    """All that a value does not decide: kinds, keys, times and modes, errors and warnings without their numbers."""
    warnings = [re.sub(r"\d+", "", text) for text in said.warnings]
    return json.dumps([said.error, warnings, [_without_values(event) for event in said.events]])


def _without_values(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: v if k in STAMPS else _without_values(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_without_values(one) for one in value]
    return type(value).__name__ if isinstance(value, int | float) and not isinstance(value, bool) else value


def _values(said: Said) -> list[float]:
    """Every number of the events, in order."""
    return list(_leaves(said.events))


def _leaves(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def _is_in_proportion(values: list[list[float]], numbers: list[float]) -> bool:
    """Whether three answers lie on one line over the three numbers that made them."""
    (zero, one, two), (x0, x1, x2) = values, numbers
    if x2 in (x0, x1):
        return True  # there is no third number of this form to look at
    return all(
        abs((b - a) / (x1 - x0) - (c - a) / (x2 - x0)) <= NEARLY * max(1.0, abs(b - a))
        for a, b, c in zip(zero, one, two, strict=True))
