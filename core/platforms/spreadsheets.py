"""XLSX workbooks as plain rows of cell values.

Needs openpyxl, the extra `spreadsheets`: a parser that calls this declares `@source(…, extra="spreadsheets")`. Numbers,
text and naive datetimes come as the cell holds them, a formula as the value saved with it, an empty cell as None. The
old binary .xls is not read.
"""

import io
import threading
import warnings
import zipfile
import zlib
from typing import Any

from core.errors import MissingExtra, SourceChanged

Row = tuple[Any, ...]

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, OSError, SyntaxError)
"""What openpyxl raises for an answer that is no workbook or a damaged one; a SyntaxError is the XML reader's."""

_lock = threading.Lock()


def rows(content: bytes, sheet: str | int = 0) -> list[Row]:
    """Every row of one sheet (by name or position), all as long as the longest; SourceChanged if it is no workbook."""
    book = _open(content)
    names = book.sheetnames
    name = names[sheet] if isinstance(sheet, int) and sheet < len(names) else sheet
    if name not in names:
        raise SourceChanged(f"The workbook has no sheet {sheet!r}, only {', '.join(names)}.")
    page = book[name]
    # Some publishers write a wrong extent into the file, which would cut the sheet off.
    page.reset_dimensions()
    try:
        found = [tuple(row) for row in page.iter_rows(values_only=True)]
    except BROKEN as err:
        raise SourceChanged(f"The sheet {name!r} of the workbook is damaged.") from err
    width = max(map(len, found), default=0)
    return [row + (None,) * (width - len(row)) for row in found]


def _open(content: bytes) -> Any:
    try:
        import openpyxl
    except ImportError as err:
        raise MissingExtra("spreadsheets") from err
    try:
        # openpyxl warns of styles and filters it does not know; none of them holds a value.
        with _lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except BROKEN as err:
        raise SourceChanged(f"The answer is not an XLSX workbook: it begins {content[:40]!r}.") from err
