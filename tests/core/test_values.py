"""Numbers, labels and JSON as sources write them."""

import logging
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core import values
from core.errors import SourceChanged


def test_json_in_reads_a_scripts_variable() -> None:
    page = "var xx = [9];\nfunction f() { var  x = [ 1,2 ];\nvar y=[{\"a\": \"]\"}]; var x = [3]; }"
    assert values.json_in(page, "x") == [1, 2]
    assert values.json_in(page, "y") == [{"a": "]"}]
    assert values.json_in(' {"a": 1} and more') == {"a": 1}


def test_json_in_reads_a_string_that_a_script_parses() -> None:
    page = r"""var n = 1; var jsonval = JSON.parse('[{"at": "2018\/01\/15", "name": "\u5317 \x41\'s \\"x\\""}]');"""
    assert values.json_in(page, "jsonval") == [{"at": "2018/01/15", "name": "北 A's \"x\""}]


def test_wide_signs_and_dashes(caplog: pytest.LogCaptureFixture) -> None:
    """As Japanese files write numbers, and that there is none."""
    written = {"－１２": -12.0, "１，２３４．５": 1234.5, "−3": -3.0, "＋7": 7.0, **dict.fromkeys("－−ー―—")}
    assert {text: values.number(text) for text in written} == written
    assert not caplog.records


def test_text_is_decoded_by_the_first_encoding_that_fits() -> None:
    ways = ("utf-8-sig", "cp932")
    for encoding in (*ways, "utf-8"):
        assert values.decoded("火力①".encode(encoding), *ways) == "火力①"
    assert values.decoded(b"\x81,2", *ways) == "\ufffd,2", "a bad byte costs only itself"


def test_a_row_that_cannot_be_read_costs_only_itself(caplog: pytest.LogCaptureFixture) -> None:
    rows: list[Any] = [{"mw": 1}, {"mv": 2}, None, 7, {"mw": 3}]
    with caplog.at_level(logging.WARNING, "gridtrace.parsers"):
        assert values.each(rows, lambda row: values.field(row, "mw")) == [1, 3]
    assert "3 of 5 rows" in caplog.text and "no mw" in caplog.text
    assert values.each([], lambda row: values.field(row, "mw")) == []
    with pytest.raises(SourceChanged, match="no mw"):
        values.each([{"mv": 2}, None], lambda row: values.field(row, "mw"))
    with pytest.raises(SourceChanged, match="None"):
        values.each([None], lambda row: values.field(row, "mw"))


def test_a_row_that_is_too_short_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    assert values.each([[1, 2], [3]], lambda row: row[1]) == [2]
    assert "1 of 2 rows" in caplog.text


def test_a_stream_of_whole_rows_leaves_out_what_is_cut_off() -> None:
    """Of the last number, 1234.5, two digits have come."""
    rows = values.csv_stream("Time, Coal,Gas\n10:00,1200.5,\n\n10:05,12", is_whole=True)
    assert next(rows) == {"Time": "10:00", "Coal": "1200.5", "Gas": ""}
    assert list(rows) == []
    with pytest.raises(SourceChanged, match="no column Wind"):
        values.csv_stream("Time,Coal\n", "Wind")


def test_csv_rows_go_by_the_names_of_columns() -> None:
    table = 'time, Natural gas ,Flag    \n00:00,"1,5",N\n\n00:05,2\n00:10,3,Y,more\n'
    assert values.csv_rows(table, "Time", "Natural Gas", "Flag") == [
        {"Time": "00:00", "Natural Gas": "1,5", "Flag": "N"}, {"Time": "00:10", "Natural Gas": "3", "Flag": "Y"}]
    assert values.csv_rows(table, "Time")[1] == {"Time": "00:05", "Natural gas": "2"}
    with pytest.raises(SourceChanged, match="no column Coal, Other"):
        values.csv_rows(table, "Time", "Coal", "Other")
    with pytest.raises(SourceChanged, match="no column Time"):
        values.csv_rows("", "Time")


@pytest.mark.parametrize("text, variable", [("var x = 1", "y"), ("var x = [1, ", "x"), ("", None), ("<html>", None)])
def test_json_in_refuses_what_is_not_there(text: str, variable: str | None) -> None:
    with pytest.raises(SourceChanged):
        values.json_in(text, variable)


def test_folded_is_the_same_however_a_label_is_written() -> None:
    assert values.folded(" BARAHONA  CARB\u00d3N ") == values.folded("Barahona carbo\u0301n") == "barahona carbon"


def test_field_tells_null_from_not_there() -> None:
    assert values.field({"a": None}, "a") is None
    with pytest.raises(SourceChanged, match="no b"):
        values.field({"a": None}, "b")


@pytest.mark.parametrize(
    "written, decimal, expected",
    [
        ("1 234,5", ",", 1234.5), ("1.234,5", ",", 1234.5), ("1,234.5", ".", 1234.5), ("1234.5", ".", 1234.5),
        ("1\u00a0234.5", ".", 1234.5), ("1\u202f234,5", ",", 1234.5), ("1\u2009234,5", ",", 1234.5),
        ("1'234.5", ".", 1234.5), ("1’234.5", ".", 1234.5), ("12,34,567.5", ".", 1234567.5),
        ("1.234.567", ",", 1234567.0), ("\u22125", ".", -5.0), ("- 5", ".", -5.0), ("-1,234", ".", -1234.0),
        ("\u20101,234", ".", -1234.0), ("\u20115", ",", -5.0),
        ("+3", ".", 3.0), (" 7 \n", ".", 7.0), ("\u00a07\u00a0", ".", 7.0), ("1e3", ".", 1000.0), (".5", ".", 0.5),
        (",5", ",", 0.5), ("0,5", ",", 0.5), ("-0", ".", 0.0),
    ],
)
def test_number_in_any_notation(written: str, decimal: str, expected: float) -> None:
    assert values.number(written, decimal=decimal) == expected


@pytest.mark.parametrize(
    "value", [7, 7.0, np.int64(7), np.float32(7), np.float64(7), Decimal("7.0"), Fraction(7)], ids=lambda v: repr(v)
)
@pytest.mark.parametrize("decimal", [".", ","])
def test_number_of_any_library_whatever_the_decimal_mark_of_text(value: Any, decimal: str) -> None:
    found = values.number(value, decimal=decimal)
    assert (found, type(found)) == (7.0, float)
    assert values.number(Decimal("1.5"), decimal=decimal) == values.number(np.float32(1.5), decimal=decimal) == 1.5


@pytest.mark.parametrize(
    "value",
    [None, "", " ", "-", "--", "N/A", "n/a", "NA", "n/d", "ND", "NaN", "null", "None", "s/d", "-nan", math.nan,
     np.float32("nan"), Decimal("NaN"), True, False],
    ids=repr,
)
def test_what_says_missing_is_none_without_a_word(value: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "gridtrace.parsers"):
        assert values.number(value) is None
    assert caplog.messages == []


@pytest.mark.parametrize(
    "value, decimal",
    [
        ("five", "."), ("5 MW", "."), ("1.2.3", "."), ("5-", "."), ("1_000", "."), ("inf", "."), ("9" * 400, "."),
        (math.inf, "."), (-math.inf, "."), (10**400, "."), (Decimal("Infinity"), "."), (Decimal("sNaN"), "."),
        ({}, "."), ([1], "."), (b"5", "."), (np.True_, "."), (pd.NA, "."), (1 + 2j, "."),
        ("12,5", "."), ("0,125", "."), ("1,23", "."), ("1234,567", "."), ("1,234,5", "."), ("1.5", ","), ("0.125", ","),
    ],
    ids=lambda v: repr(v)[:12],
)
def test_nonsense_is_none_with_a_warning_that_quotes_it(
    value: Any, decimal: str, caplog: pytest.LogCaptureFixture
) -> None:
    # A comma that cannot stand between thousands is a decimal comma: dropping it would be wrong by a power of ten.
    with caplog.at_level(logging.WARNING, "gridtrace.parsers"):
        assert values.number(value, decimal=decimal) is None
    assert caplog.messages == [f"not a number: {value!r}; read as missing"]


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.decimals(), st.lists(st.integers())
)


@given(value=JUNK, decimal=st.sampled_from(".,"))
@example(value=10**400, decimal=".")
def test_number_gives_a_finite_float_or_none(value: Any, decimal: str) -> None:
    found = values.number(value, decimal=decimal)
    assert found is None or (type(found) is float and math.isfinite(found))


@given(number=st.decimals(-(10**9), 10**9, places=2))
def test_number_reads_back_what_was_written_in_either_notation(number: Decimal) -> None:
    english = f"{number:,}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert values.number(english) == values.number(german, decimal=",") == float(number)


def test_is_number_tells_numbers_from_truth_and_text() -> None:
    numbers = [1, 1.5, np.int64(1), np.float32(1), Decimal(1), Fraction(1, 2), math.nan]
    others = [True, np.True_, "1", b"1", None, [1], 1j, pd.NaT, np.array([1.0])]
    assert [values.is_number(v) for v in numbers] == [True] * len(numbers)
    assert [values.is_number(v) for v in others] == [False] * len(others)


TABLE = {"Wind on": "wind", "Wind off": "wind", "PV": "solar", "Pump": "hydro"}


def test_by_label_keeps_the_items_of_a_mode_apart() -> None:
    row = {"Wind on": "10", "Wind off": "-5", "PV": None, "Load": 99}
    assert values.by_label(row, TABLE) == {"wind": [10.0, -5.0], "solar": [None]}
    assert values.by_label(iter([("PV", 1), ("PV", "2")]), TABLE) == {"solar": [1.0, 2.0]}
    assert values.by_label({}, TABLE, known=()) == {}


def test_by_label_turns_the_sign_and_reads_the_sources_notation() -> None:
    assert values.by_label({"Pump": "1.234,5", "PV": ""}, TABLE, sign=-1, decimal=",") == {
        "hydro": [-1234.5], "solar": [None]}


def test_by_label_counts_a_label_nobody_knows_as_unknown(caplog: pytest.LogCaptureFixture) -> None:
    row = {"PV": 1, "Load": 50, "Fusion": 3, "Tidal": "4"}
    assert values.by_label(row, TABLE, known=["Load"]) == {"solar": [1.0], "unknown": [3.0, 4.0]}
    assert [r.args[0] for r in caplog.records if r.args] == ["Fusion", "Tidal"]


def test_by_label_passes_over_strange_labels_unless_told_which_are_known(caplog: pytest.LogCaptureFixture) -> None:
    assert values.by_label({"Fusion": 3}, TABLE) == {}
    assert caplog.messages == []


def test_mode_of(caplog: pytest.LogCaptureFixture) -> None:
    assert values.mode_of("PV", TABLE) == "solar"
    assert caplog.messages == []
    assert values.mode_of("Fusion", TABLE) == "unknown"
    assert caplog.messages == ["unknown label 'Fusion'; counted as unknown"]


def test_total_and_mean_leave_out_what_is_missing() -> None:
    assert values.total([1.0, None, 2.5, math.nan]) == 3.5
    assert values.mean([1.0, None, 2.0, math.nan]) == 1.5
    for nothing in ([], [None], [math.nan, None]):
        assert values.total(nothing) is None
        assert values.mean(nothing) is None
    assert values.total([0.0, None]) == values.mean(iter([0.0])) == 0.0


def test_merge_puts_items_side_by_side() -> None:
    first: dict[str, list[float | None]] = {"wind": [1.0, None]}
    merged = values.merge(first, {"wind": 2.0, "gas": None}, {})
    assert merged == {"wind": [1.0, None, 2.0], "gas": [None]}
    assert first == {"wind": [1.0, None]}
    assert values.merge() == {}


def test_require_takes_zero_and_refuses_none() -> None:
    assert values.require(0, "load") == 0
    with pytest.raises(SourceChanged, match="no load"):
        values.require(None, "load")


@pytest.mark.parametrize(
    "items, negative, expected",
    [
        # The sheet's cases: each item is judged before summing.
        ([10, -5], "missing", (10, True)), ([-10], "missing", (None, True)), ([-10, 15], "missing", (15, True)),
        ([10, -5], "zero", (10, True)), ([-10], "zero", (0, True)), ([-10, 15], "zero", (15, True)),
        ([10, -5], "keep", (5, False)), ([-10], "keep", (-10, False)), ([-10, 15], "keep", (5, False)),
        # Missing and NaN leave a number as it is, and are no negative.
        ([10, None, math.nan], "missing", (10, False)), ([None, 10], "zero", (10, False)),
        ([None, math.nan], "zero", (None, False)), ([], "missing", (None, False)),
        ([None, -1], "missing", (None, True)),
        ([0, -0.0], "missing", (0, False)), ([0.1, 0.2], "missing", (0.3, False)),
        ([1.00000049], "missing", (1, False)), ([1.0000006], "missing", (1.000001, False)),
    ],
)
def test_settle(items: list[float | None], negative: str, expected: tuple[float | None, bool]) -> None:
    assert values.settle(items, negative) == expected


POWERS = st.lists(st.none() | st.floats(-1e6, 1e6) | st.just(math.nan), max_size=6)


@given(items=POWERS)
def test_a_negative_never_lowers_a_total(items: list[float | None]) -> None:
    positive = [v for v in items if v is not None and v >= 0]
    settled, is_corrected = values.settle(items)
    assert settled == (pytest.approx(math.fsum(positive), abs=1e-5) if positive else None)
    assert is_corrected == any(v is not None and v < 0 for v in items)
    assert (values.settle(items, "zero")[0] or 0.0) == (settled or 0.0)


def test_unknown_modes() -> None:
    assert values.unknown_modes(["wind", "tidal", "biomass", "coal2", "tidal"]) == ["coal2", "tidal"]
    assert values.unknown_modes(["battery", "wind"], ("battery", "hydro")) == ["wind"]
