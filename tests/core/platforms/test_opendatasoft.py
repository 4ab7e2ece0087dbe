import logging

import pytest

from core.errors import SourceChanged, SourceDown
from core.platforms import opendatasoft

ROW = {"consommation": 58000}


def test_the_rows_are_the_fields_of_the_records() -> None:
    assert opendatasoft.rows({"nhits": 1, "records": [{"fields": ROW}]}) == [ROW]


def test_a_cut_answer_warns(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "gridtrace.parsers"):
        assert opendatasoft.rows({"nhits": 300, "records": [{"fields": ROW}]}) == [ROW]
    assert "only 1 of 300 rows" in caplog.text


def test_a_quota_is_waited_for_and_any_other_object_is_a_change() -> None:
    with pytest.raises(SourceDown, match="until 2026-03-11"):
        opendatasoft.rows({"errorcode": 10002, "reset_time": "2026-03-11T00:00:00Z"})
    with pytest.raises(SourceChanged, match="ODSQLError"):
        opendatasoft.rows({"error_code": "ODSQLError"})
    with pytest.raises(SourceChanged, match="no rows"):
        opendatasoft.rows(None)


def test_the_second_api_gives_rows_as_they_are() -> None:
    assert opendatasoft.rows([ROW]) == [ROW], "an export"
    assert opendatasoft.rows({"total_count": 1, "results": [ROW]}) == [ROW], "records"
    assert opendatasoft.rows([]) == []
    with pytest.raises(SourceChanged, match="no rows"):
        opendatasoft.rows(["a", "b"])
