import builtins
import io
import zipfile
from datetime import date, time
from typing import Any

import openpyxl
import pytest

from core.errors import PluginError, SourceChanged
from core.platforms import spreadsheets


def workbook() -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Units"
    page.append(["name", "MW", "note"])
    page.append(["A", 1.5])
    page.append([None, "2"])
    book.create_sheet("Second").append(["x"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_rows_are_as_long_as_the_longest_and_empty_cells_none() -> None:
    assert spreadsheets.rows(workbook()) == [("name", "MW", "note"), ("A", 1.5, None), (None, "2", None)]


@pytest.mark.parametrize("sheet", [1, "Second"])
def test_sheet_by_name_or_position(sheet: str | int) -> None:
    assert spreadsheets.rows(workbook(), sheet) == [("x",)]


@pytest.mark.parametrize("sheet", [2, "Third"])
def test_a_sheet_that_is_not_there_names_those_that_are(sheet: str | int) -> None:
    with pytest.raises(SourceChanged, match="Units, Second"):
        spreadsheets.rows(workbook(), sheet)


@pytest.mark.parametrize("content", [b"", b"<html>busy</html>", workbook()[:200]])
def test_anything_but_a_workbook_is_a_changed_source(content: bytes) -> None:
    with pytest.raises(SourceChanged, match="not a workbook"):
        spreadsheets.rows(content)


def test_a_sheet_damaged_on_the_way_is_a_changed_source() -> None:
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as whole, zipfile.ZipFile(damaged, "w") as written:
        for name in whole.namelist():
            content = whole.read(name)
            end = content.index(b'<row r="3"') if name.endswith("sheet1.xml") else None
            written.writestr(name, content[:end])
    with pytest.raises(SourceChanged, match="'Units' of the workbook is damaged"):
        spreadsheets.rows(damaged.getvalue())


def test_without_its_library_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def no_calamine(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "python_calamine":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_calamine)
    with pytest.raises(PluginError, match=r"pip install gridtrace\[spreadsheets\]"):
        spreadsheets.rows(workbook())


def test_the_open_document_format_is_read_too() -> None:
    """Repeated cells and rows are written once in it."""
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))
    cells = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>MW</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="1.5" table:number-columns-repeated="2"/>'
        '</table:table-row>')
    body = f'<office:body><office:spreadsheet><table:table table:name="Units">{cells}</table:table>'
    content = f'<office:document-content{names}>{body}</office:spreadsheet></office:body></office:document-content>'
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    assert spreadsheets.rows(written.getvalue()) == [("MW", 1.5, 1.5)]


def test_cells_as_text() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append([date(2020, 6, 1), time(9, 30), "－", None, 12.5])
    content = io.BytesIO()
    book.save(content)
    day, clock, *others = spreadsheets.rows(content.getvalue())[0]
    assert (spreadsheets.text(day, "%Y/%m/%d"), spreadsheets.text(clock, "%H:%M")) == ("2020/06/01", "09:30")
    assert [spreadsheets.text(cell, "%H:%M") for cell in others] == ["－", "", "12.5"]
