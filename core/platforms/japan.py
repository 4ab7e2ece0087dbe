"""CSV files of Japan's grid operators: captions above the names of columns, in UTF-8 or in Shift-JIS (cp932).

To set: the columns a table must have. Names are compared in narrow characters (`火力（石炭）` is `火力(石炭)`); with
`has_units` what stands in brackets after a name is its unit and left out (`エリア総需要量[30分kWh]`). What goes wrong:
a caption may have any number of commas; a page may come with status 200 in the place of a file.
"""

import csv
import io
import re
import unicodedata

from core import http
from core.errors import NoData, SourceChanged
from core.values import decoded

ENCODINGS = ("utf-8-sig", "cp932")
MOST_CAPTIONS = 10
UNIT = re.compile(r"[(\[〔].*")


def lines(content: bytes) -> list[list[str]]:
    """The cells of every line; NoData for an empty file, SourceChanged or Blocked for a page."""
    text = decoded(content, *ENCODINGS)
    if not text.strip():
        raise NoData("The file is empty.")
    if text.lstrip().startswith("<"):
        raise http.not_expected(text, "CSV")
    try:
        return list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as err:
        raise http.not_expected(text, "CSV") from err


def table(content: bytes, *needed: str, has_units: bool = False) -> list[dict[str, str]]:
    """The cells by column of the lines below the names, without a last one that was cut off; SourceChanged says what
    of `needed` no line names."""
    found = lines(content)
    named = [[name(cell, has_units=has_units) for cell in line] for line in found[:MOST_CAPTIONS]]
    at = max(range(len(named)), key=lambda i: len({*needed} & {*named[i]}))
    if missing := sorted({*needed} - {*named[at]}):
        raise SourceChanged(f"The file has no column {', '.join(missing)}.")
    below = found[at + 1 :]
    if below and len(below[-1]) < len(named[at]):
        below = below[:-1]
    return [dict(zip(named[at], line, strict=False)) for line in below if any(map(str.strip, line))]


def name(cell: str, *, has_units: bool = False) -> str:
    """A column's name in narrow characters."""
    narrow = re.sub(r"\s", "", unicodedata.normalize("NFKC", cell))
    return UNIT.sub("", narrow) if has_units else narrow
