import logging

import pytest

from core.paging import pages


def test_pages_follow_until_one_is_empty() -> None:
    asked: list[int] = []

    def ask(at: int) -> list[int]:
        asked.append(at)
        return [10 * at, 10 * at + 1] if at < 3 else []

    assert pages(ask, most=9) == [10, 11, 20, 21]
    assert asked == [1, 2, 3]


def test_a_source_that_ignores_the_page_is_read_once() -> None:
    assert pages(lambda at: [1, 2], most=9) == [1, 2]
    assert pages(lambda at: [], most=9) == []


def test_what_is_left_out_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "gridtrace.parsers"):
        assert pages(lambda at: [at], most=3) == [1, 2, 3]
    assert "more than 3 pages" in caplog.text


def test_rows_that_change_meanwhile_are_known_by_their_names() -> None:
    found = pages(lambda at: [("14:00", 5), ("15:00", at)], most=9, name=lambda row: row[0])
    assert found == [("14:00", 5), ("15:00", 1)]
