"""Where the records of an answer stand in its text, whatever its format.

Bodies are read as Latin-1, a character for a byte, so that what is left in is left as it was to the byte.
"""

import itertools
import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

FEWEST = 4
"""Records of a group that can be cut: fewer are no series."""
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}",:]+')
ASSIGNED = re.compile(r"[=(]\s*(?=[\[{])")
ROW = re.compile(r"<(tr|li|option|script|style|svg)\b(?:(?!<\1\b).)*?</\1\s*>\s*", re.DOTALL | re.IGNORECASE)
PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"GIF8", b"\xff\xd8", b"%PDF", b"\xd0\xcf\x11\xe0")
DELIMITERS = ",;\t|"


class Span(NamedTuple):
    start: int
    end: int


@dataclass(frozen=True)
class Run:
    """Records of one kind that follow each other: the elements of a list, lines, rows of a table."""

    spans: tuple[Span, ...]
    is_separated: bool = False
    """Whether something stands between two of them that goes with one: a comma."""

    def left_out(self, kept: Collection[int]) -> Iterator[Span]:
        """What of the text goes where only these records stay."""
        gone = [at for at in range(len(self.spans)) if at not in kept]
        for _, group in itertools.groupby(enumerate(gone), key=lambda pair: pair[1] - pair[0]):
            places = [at for _, at in group]
            yield self._gap(places[0], places[-1])

    def _gap(self, first: int, last: int) -> Span:
        spans = self.spans
        if self.is_separated and last + 1 < len(spans):
            return Span(spans[first].start, spans[last + 1].start)
        if self.is_separated and first > 0:
            return Span(spans[first - 1].end, spans[last].end)
        return Span(spans[first].start, spans[last].end)


Group = tuple[Run, ...]
"""Runs of as many records, of which the same are left out: the columns of a table that is written by columns."""


def is_text(content: bytes) -> bool:
    """Whether a body can be cut: not a workbook, an archive or a picture."""
    return b"\0" not in content and not content.startswith(PACKED)


def groups(text: str) -> list[Group]:
    """What can be cut together, the longest first: runs of the same length all at once, then each alone."""
    runs = [run for run in _runs(text) if len(run.spans) >= FEWEST]
    by_length: defaultdict[int, list[Run]] = defaultdict(list)
    for run in runs:
        by_length[len(run.spans)].append(run)
    found: list[Group] = []
    for _, alike in sorted(by_length.items(), reverse=True):
        found += [tuple(alike)] if len(alike) > 1 else []
        found += [(run,) for run in alike]
    return found


def without(text: str, gone: Sequence[Span]) -> str:
    """The text without these spans, which may overlap."""
    parts, at = [], 0
    for span in sorted(gone):
        if span.end > at:
            parts.append(text[at : max(at, span.start)])
            at = span.end
    return "".join([*parts, text[at:]])


def _runs(text: str) -> list[Run]:
    begins = text.lstrip("\xef\xbb\xbf \r\n\t")[:1]
    if begins in ("{", "["):
        return _lists(text)
    if begins == "<":
        return _siblings(text) or [*_rows(text), *_assigned(text)]
    return [*_lines(text), *_assigned(text)]


@dataclass
class _Open:
    """A JSON list or object that is being read."""

    is_list: bool
    parent: "_Open | None"
    spans: list[Span] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    begin: int | None = None
    is_of_scalars: bool = True

    def close_member(self, end: int) -> None:
        if self.begin is not None:
            self.spans.append(Span(self.begin, end))
        self.begin = None

    @property
    def is_records(self) -> bool:
        """Whether its members are records: not the cells of one, and of an object only what is named by a stamp."""
        if not self.is_list:
            return all(re.search(r"\d", key) for key in self.keys)
        around = self.parent
        while around is not None and not around.is_list:
            around = around.parent
        return not self.is_of_scalars or around is None or len(around.spans) + 1 < len(self.spans)


def _lists(text: str, offset: int = 0) -> list[Run]:
    """The lists of JSON, and its objects whose members are named by stamps or numbers."""
    top, closed, end = None, list[_Open](), 0
    for token in TOKEN.finditer(text):
        mark = token[0]
        if mark in "]}" and top is not None:
            top.close_member(end)
            closed.append(top)
            top = top.parent
        elif mark == "," and top is not None:
            top.close_member(end)
            continue
        elif mark != ":":
            top = _entered(top, mark, token.start())
        end = token.end()
    found = [one for one in closed if one.is_records]
    return [Run(tuple(Span(a + offset, b + offset) for a, b in one.spans), is_separated=True) for one in found]


def _entered(top: _Open | None, mark: str, at: int) -> _Open | None:
    """What is open after a value, a key, or the begin of a list or object."""
    if top is not None and top.begin is None:
        top.begin = at
        if not top.is_list:
            top.keys.append(mark)
    if mark not in "[{":
        return top
    if top is not None:
        top.is_of_scalars = False
    return _Open(mark == "[", top)


def _assigned(text: str) -> Iterator[Run]:
    """The lists of JSON that a script assigns or passes on."""
    for match in ASSIGNED.finditer(text):
        try:
            _, end = json.JSONDecoder().raw_decode(text, match.end())
        except (json.JSONDecodeError, RecursionError):
            continue
        yield from _lists(text[match.end() : end], match.end())


def _siblings(text: str) -> list[Run]:
    """The elements of XML that follow others of their name; none if it is not XML."""
    parser, open_, runs = expat.ParserCreate(), list[tuple[str, int]](), defaultdict[tuple[int, str], list[Span]](list)
    numbers = itertools.count()
    parents = [next(numbers)]

    def start(name: str, _: object) -> None:
        open_.append((name, parser.CurrentByteIndex))
        parents.append(next(numbers))

    def end(_: str) -> None:
        name, begin = open_.pop()
        parents.pop()
        stop = text.index(">", parser.CurrentByteIndex) + 1
        blank = re.compile(r"\s*").match(text, stop)
        runs[parents[-1], name].append(Span(begin, blank.end() if blank else stop))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(text.encode("latin-1"), True)
    except (expat.ExpatError, ValueError):
        return []
    return [Run(tuple(spans)) for spans in runs.values()]


def _rows(text: str) -> Iterator[Run]:
    """The rows of all tables of a page, the items of its lists, and what is no data: scripts, styles, drawings."""
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for row in ROW.finditer(text):
        found[row[1].lower()].append(Span(*row.span()))
    return (Run(tuple(spans)) for spans in found.values())


def _lines(text: str) -> Iterator[Run]:
    """The lines of a table of text: those of the most usual number of cells, a heading without a digit apart."""
    lines = [match for match in re.finditer(r"[^\n]*\n|[^\n]+\Z", text) if re.search(r"\d", match[0])]
    delimiter = max(DELIMITERS, key=text.count)
    cells = Counter(match[0].count(delimiter) for match in lines)
    if cells:
        usual = cells.most_common(1)[0][0]
        yield Run(tuple(Span(*match.span()) for match in lines if match[0].count(delimiter) == usual))
