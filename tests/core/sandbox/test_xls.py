from datetime import date, datetime

from core.platforms import spreadsheets
from core.sandbox.xls import workbook


def test_a_workbook_is_read_as_it_was_written() -> None:
    rows = [["Größe", 1.5, None], [], [None, -2.0, "Ж"], [date(2026, 3, 10)]]
    first, empty, third, last = spreadsheets.rows(workbook(rows), "Sheet1")
    assert (first, empty, third) == (("Größe", 1.5, None), (None,) * 3, (None, -2.0, "Ж"))
    assert last[0] in (date(2026, 3, 10), datetime(2026, 3, 10))  # noqa: DTZ001


def test_a_long_workbook_has_several_tables_of_sectors() -> None:
    rows = [[float(row), "x"] for row in range(9000)]
    assert spreadsheets.rows(workbook(rows)) == [tuple(row) for row in rows]
