"""Workbooks as plain rows of cell values: XLSX, the old binary XLS, and ODS, told apart by their content.

Needs python-calamine, the extra `spreadsheets`: a parser that calls this declares `@source(…, extra="spreadsheets")`.
Numbers come as float or int, dates as naive datetimes, times of day as time, truth values as bool, a formula as the
value saved with it, an empty cell as None. What goes wrong: a file that is called a workbook may be a page.
"""

import io
from datetime import date, datetime, time
from typing import Any

from core.errors import MissingExtra, SourceChanged

Row = tuple[Any, ...]


def rows(content: bytes, sheet: str | int = 0) -> list[Row]:
    """Every row of one sheet (by name or position), all as long as the longest; SourceChanged if it is no workbook."""
    try:
        import python_calamine as calamine
    except ImportError as err:
        raise MissingExtra("spreadsheets") from err
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except calamine.CalamineError as err:
        raise SourceChanged(f"The answer is not a workbook: it begins {content[:40]!r}.") from err
    names = book.sheet_names
    name = names[sheet] if isinstance(sheet, int) and sheet < len(names) else sheet
    if name not in names:
        raise SourceChanged(f"The workbook has no sheet {sheet!r}, only {', '.join(names)}.")
    try:
        found = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except calamine.CalamineError as err:
        raise SourceChanged(f"The sheet {name!r} of the workbook is damaged.") from err
    return [tuple(map(_plain, row)) for row in found]


def _plain(cell: Any) -> Any:
    """A cell's value; the library says of a moment that is midnight only its day."""
    if type(cell) is date:
        return datetime.combine(cell, time())
    return None if cell == "" else cell


def text(cell: Any, pattern: str) -> str:
    """A cell as text: a date or time in Python's codes (`%H:%M`), anything else as it is, nothing as ""."""
    return cell.strftime(pattern) if hasattr(cell, "strftime") else "" if cell is None else str(cell)
