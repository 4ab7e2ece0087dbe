import io
import zipfile

import pytest

from core.errors import SourceChanged
from core.platforms import opendocument

HEAD = (
    '<office:document-content xmlns:office="urn:o" xmlns:table="urn:t" xmlns:text="urn:x"><office:body>'
    "<office:spreadsheet>"
)
TAIL = "</office:spreadsheet></office:body></office:document-content>"
UNITS = (
    '<table:table table:name="Units"><table:table-column/>'
    '<table:table-row><table:table-cell office:value-type="string"><text:p>name</text:p></table:table-cell>'
    '<table:table-cell/><table:table-cell office:value-type="string"><text:p>M<text:span>W</text:span></text:p>'
    "</table:table-cell></table:table-row>"
    '<table:table-row><table:table-cell office:value-type="date" office:date-value="2026-03-10T06:10:00">'
    '<text:p>2026-03-10 06</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2" '
    'office:value-type="float" office:value="1.5"><text:p>1,5</text:p></table:table-cell>'
    '<table:table-cell table:number-columns-repeated="16380"/></table:table-row>'
    '<table:table-row table:number-rows-repeated="2"><table:covered-table-cell/><table:table-cell '
    'office:value-type="boolean" office:boolean-value="true"><text:p>WAHR</text:p></table:table-cell>'
    "</table:table-row>"
    '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="9"/>'
    "</table:table-row></table:table>"
)
SECOND = '<table:table table:name="Second"/>'


def spreadsheet(tables: str = UNITS + SECOND) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", HEAD + tables + TAIL)
    return content.getvalue()


def test_cells_by_their_values_and_repeated_ones_repeated() -> None:
    """A date is what the cell holds, not what it shows; nothing is made of the million empty cells at the edge."""
    assert opendocument.rows(spreadsheet(), "Units") == [
        ("name", None, "MW"), ("2026-03-10T06:10:00", 1.5, 1.5), (None, "true", None), (None, "true", None)]


def test_a_sheet_without_rows_is_empty() -> None:
    assert opendocument.rows(spreadsheet(), "Second") == []


def test_a_sheet_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(SourceChanged, match="Units, Second"):
        opendocument.rows(spreadsheet(), "Third")


@pytest.mark.parametrize("content", [b"", b"<html>busy</html>", spreadsheet()[:200]])
def test_anything_but_a_spreadsheet_is_a_changed_source(content: bytes) -> None:
    with pytest.raises(SourceChanged, match="not an OpenDocument spreadsheet"):
        opendocument.rows(content, "Units")


def test_a_document_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opendocument, "MOST_BYTES", 1000)
    with pytest.raises(SourceChanged, match="more than 1,000 bytes"):
        opendocument.rows(spreadsheet(), "Units")
