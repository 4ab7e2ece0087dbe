import pytest

from core.errors import Blocked, NoData, SourceChanged
from core.platforms import japan

ROWS = "単位[MW平均],,,供給力\nDATE,火力（ＬＮＧ）,その他\n2026/3/1,1,2\n,,\n2026/3/2,3,4\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_names_are_found_below_captions_in_narrow_characters(encoding: str) -> None:
    rows = japan.table(ROWS.replace("\n", "\r\n").encode(encoding), "DATE", "火力(LNG)")
    assert rows == [
        {"DATE": "2026/3/1", "火力(LNG)": "1", "その他": "2"}, {"DATE": "2026/3/2", "火力(LNG)": "3", "その他": "4"}]


def test_units_are_no_part_of_names() -> None:
    content = "日付(yyyymmdd),エリア総需要量[30分kWh],\"時間帯＿自\n\"\n20260301,5,0:00\n".encode("cp932")
    assert japan.table(content, "エリア総需要量", has_units=True) == [
        {"日付": "20260301", "エリア総需要量": "5", "時間帯_自": "0:00"}]


def test_a_last_line_that_was_cut_is_left_out() -> None:
    assert len(japan.table(ROWS.removesuffix(",4\n").encode(), "DATE")) == 1


def test_what_is_no_table_is_said() -> None:
    with pytest.raises(SourceChanged, match="no column 原子力"):
        japan.table(ROWS.encode(), "DATE", "原子力")
    with pytest.raises(NoData):
        japan.table(b" \r\n", "DATE")
    with pytest.raises(SourceChanged, match="CSV"):
        japan.table(b"<html>" + b'"' + b"x" * 200_000, "DATE")
    with pytest.raises(SourceChanged, match="CSV"):
        japan.table(b'"' + b"x" * 200_000, "DATE")
    with pytest.raises(Blocked):
        japan.table(b"<html><title>Access Denied</title>", "DATE")
