from datetime import date, datetime

from core import times
from core.platforms import spreadsheets
from core.sandbox.wire import workbook
from parsers import CA_BC
from tests.support import SAMPLES, events

HEAD = ["Date ?", "HE", "Control Area Load"]


def test_consumption_by_hand() -> None:
    """Hour ending 22 on 30 January is 21:00 to 22:00 at UTC-8: from 05:00Z on the 31st."""
    load = events("CA_BC/consumption_CA-BC")[0]
    assert (load.start.isoformat(), load.consumption) == ("2026-01-31T05:00:00+00:00", 8412)


def test_exchange_by_hand() -> None:
    """-214.3 is out of the USA into British Columbia, the first of the key; 04:56:30 in Vancouver is UTC-7 in March."""
    (flow,) = events("CA_BC/exchange_CA-BC_US-NW-BPAT")
    assert (flow.start.isoformat(), flow.net_flow) == ("2026-03-10T11:56:00+00:00", -214.3)


def test_flow_to_alberta_is_turned() -> None:
    """-408 is out of Alberta, the first of the key; Alberta's own report says 412 two minutes later."""
    assert events("CA_BC/odd/second_choice_CA-AB_CA-BC")[0].net_flow == 408
    assert events("CA_AB/exchange_CA-AB_CA-BC")[0].net_flow == 412


def test_the_hour_that_the_clock_leaves_out_is_none() -> None:
    """HE 3 of 9 March 2025 would begin at 02:00; its row holds a 0. HE 4 begins at 03:00, UTC-7: 10:00Z."""
    found = {load.start.hour: load.consumption for load in events("CA_BC/odd/load_march_change")}
    assert found == {8: 6500, 9: 6450, 10: 6400, 11: 6480}


def test_the_repeated_hour_with_two_rows_and_with_one() -> None:
    twice, once = events("CA_BC/odd/load_november_change"), events("CA_BC/odd/load_november_once")
    assert [load.start.hour for load in twice] == [7, 8, 9, 10]
    assert [load.start.hour for load in once] == [7, 8, 10]


def test_a_call_gives_32_days() -> None:
    rows = [[f"{month:02d}/{day:02d}/2025", 1.0, 7000.0] for month in (1, 2) for day in range(1, 29)]
    found = CA_BC.parse_consumption(CA_BC.table(workbook({"2025": [HEAD, *rows]})), "CA-BC")
    assert found[0]["datetime"] == times.read("2025-01-28T08:00Z") and found[-1]["datetime"].month == 2


def test_a_day_is_text_or_a_date() -> None:
    cells = ("01/31/2026", " 1/31/2026", date(2026, 1, 31), datetime(2026, 1, 31))  # noqa: DTZ001
    assert {CA_BC.day_in(cell) for cell in cells} == {date(2026, 1, 31)}
    assert {CA_BC.day_in(cell) for cell in (None, 46053.0, "Preliminary data")} == {None}


def test_the_samples_are_of_the_old_binary_format() -> None:
    content = (SAMPLES / "CA_BC/bodies/load_2026.xls").read_bytes()
    assert content.startswith(bytes.fromhex("d0cf11e0a1b11ae1"))
    assert spreadsheets.rows(content)[3] == ("Date ?", "HE", "Control Area Load")
