"""OpenDocument spreadsheets (.ods) as plain rows of cell values; no other library is needed.

A number comes as a float, a date as the ISO text that its cell holds (the text beside it may be shorter), anything else
as its text, an empty cell as None. Cells and rows that are written once and said to repeat are repeated.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from core.errors import SourceChanged
from core.http import body_xml
from core.values import number

Row = tuple[Any, ...]

MOST_BYTES = 100_000_000
MOST_REPEATED = 1_000
"""An application fills a sheet to its edge with one empty cell, said to repeat a million times."""
NUMBERS = ("float", "percentage", "currency")
VALUES = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}


def rows(content: bytes, sheet: str) -> list[Row]:
    """Every row of one sheet, all as long as the longest; SourceChanged if it is no spreadsheet or lacks the sheet."""
    tables = {_attributes(table).get("name"): table for table in body_xml(_document(content)).iter("table")}
    if sheet not in tables:
        raise SourceChanged(f"The spreadsheet has no sheet {sheet!r}, only {', '.join(map(str, tables))}.")
    found = [row for element in tables[sheet].iter("table-row") for row in _repeated(element, _cells(element))]
    while found and not found[-1]:
        found.pop()
    width = max(map(len, found), default=0)
    return [row + (None,) * (width - len(row)) for row in found]


def _document(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.getinfo("content.xml").file_size > MOST_BYTES:
                raise SourceChanged(f"The spreadsheet has more than {MOST_BYTES:,} bytes.")
            return archive.read("content.xml")
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError) as err:
        raise SourceChanged(f"The answer is not an OpenDocument spreadsheet: it begins {content[:40]!r}.") from err


def _cells(row: Any) -> Row:
    """A row's values, without the empty ones at its end."""
    found = [value for cell in row if str(cell.tag).endswith("table-cell") for value in _repeated(cell, _value(cell))]
    while found and found[-1] is None:
        found.pop()
    return tuple(found)


def _repeated(element: Any, value: Any) -> Iterator[Any]:
    given = _attributes(element)
    times = given.get("number-columns-repeated") or given.get("number-rows-repeated") or "1"
    return iter([value] * min(int(times), MOST_REPEATED))


def _value(cell: Any) -> Any:
    given = _attributes(cell)
    kind = given.get("value-type")
    if kind in NUMBERS:
        return number(given.get("value"))
    if kind in VALUES:
        return given.get(VALUES[kind])
    return "\n".join("".join(text.itertext()) for text in cell if text.tag == "p") or None


def _attributes(element: Any) -> dict[str, str]:
    """By their names without namespace."""
    return {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
