"""core.samples.cutting: what stays of an answer is what its newest events need, in the source's own bytes."""

import json
from pathlib import Path
from typing import Any

import pytest

from core import http, times, values
from core.errors import SourceChanged
from core.samples.cutting import MOST_BYTES, counted, cut, reduced
from core.samples.outcomes import outcome
from core.samples.spans import Run, Span, without
from core.schemas import production
from tests.core.samples.support import body_of, case_of, fetching

HOURS = [f"2026-03-10T{hour:02}:00Z" for hour in range(12)]


def event(stamp: str, **modes: Any) -> Any:
    return production("XM", start=times.read(stamp), source="moon.example", modes=modes)


def starts(case: Any, fetch: Any) -> list[str]:
    return [one["datetime"] for one in outcome(case, fetch).events]


def test_records_of_json_go_but_the_newest_and_the_rest_stays_to_the_byte(tmp_path: Path) -> None:
    rows = ",\n  ".join(f'{{"at":"{stamp}" , "mw": {number}.50}}' for number, stamp in enumerate(HOURS))
    case = case_of(tmp_path, f'{{"name": "Måne", "rows": [\n  {rows}\n ]}}')
    fetch = fetching(lambda answer: [event(r["at"], gas=r["mw"]) for r in http.body_json(answer)["rows"]])
    assert cut(case, fetch, 2) == []
    assert body_of(case) == (
        '{"name": "Måne", "rows": [\n  {"at":"2026-03-10T10:00Z" , "mw": 10.50},\n'
        '  {"at":"2026-03-10T11:00Z" , "mw": 11.50}\n ]}')


def test_columns_lose_the_same_places(tmp_path: Path) -> None:
    answer = {"at": HOURS, "series": [{"of": "gas", "mw": list(range(12))}, {"of": "wind", "mw": list(range(20, 32))}]}
    case = case_of(tmp_path, json.dumps(answer))

    def parse(got: http.Response) -> list[Any]:
        found = http.body_json(got)
        gas, wind = (one["mw"] for one in found["series"])
        return [event(at, gas=g, wind=w) for at, g, w in zip(found["at"], gas, wind, strict=True)]

    assert cut(case, fetching(parse), 1) == []
    assert json.loads(body_of(case)) == {
        "at": HOURS[-1:], "series": [{"of": "gas", "mw": [11]}, {"of": "wind", "mw": [31]}]}


def test_the_cells_of_a_row_are_no_records(tmp_path: Path) -> None:
    """The parser reads two of five cells: the three others are the source's format all the same."""
    case = case_of(tmp_path, json.dumps([[at, number, "x", "y", "z"] for number, at in enumerate(HOURS)]))
    assert cut(case, fetching(lambda answer: [event(r[0], gas=r[1]) for r in http.body_json(answer)]), 1) == []
    assert json.loads(body_of(case)) == [[HOURS[-1], 11, "x", "y", "z"]]


def test_a_count_goes_with_the_records_it_counts(tmp_path: Path) -> None:
    case = case_of(tmp_path, json.dumps({"total": 12, "rows": [{"at": at} for at in HOURS]}))

    def parse(answer: http.Response) -> list[Any]:
        found = http.body_json(answer)
        if found["total"] != len(found["rows"]):
            raise SourceChanged("A page is missing.")
        return [event(row["at"], gas=1) for row in found["rows"]]

    assert cut(case, fetching(parse), 3) == []
    assert json.loads(body_of(case)) == {"total": 3, "rows": [{"at": at} for at in HOURS[-3:]]}
    assert counted('{"n": 112, "m": 12}', 12, 3) == '{"n": 112, "m":  3}'


def test_of_two_records_that_make_one_event_both_go_or_stay(tmp_path: Path) -> None:
    """Quarters in no order; an hour is the mean of those that are there, so a lost quarter makes another event."""
    rows = [{"at": at, "mw": 10 * number + part} for part in (0, 4) for number, at in enumerate(HOURS)]
    case = case_of(tmp_path, json.dumps(rows))

    def parse(answer: http.Response) -> list[Any]:
        by_hour: dict[str, list[float]] = {}
        for row in http.body_json(answer):
            by_hour.setdefault(row["at"], []).append(row["mw"])
        return [event(at, gas=values.mean(found)) for at, found in by_hour.items()]

    assert cut(case, fetching(parse), 1) == []
    assert json.loads(body_of(case)) == [{"at": HOURS[-1], "mw": 110}, {"at": HOURS[-1], "mw": 114}]


def test_lines_of_a_table_go_and_its_heading_stays(tmp_path: Path) -> None:
    lines = "".join(f"{at};{number}\r\n" for number, at in enumerate(HOURS))
    case = case_of(tmp_path, f"Production of the moon\r\ntime;MW\r\n{lines}")

    def parse(answer: http.Response) -> list[Any]:
        rows = [line.split(";") for line in http.body_text(answer).splitlines()[2:]]
        return [event(at, gas=float(mw)) for at, mw in rows]

    assert cut(case, fetching(parse), 1) == []
    assert body_of(case) == "Production of the moon\r\ntime;MW\r\n2026-03-10T11:00Z;11\r\n"


def test_siblings_of_xml_go(tmp_path: Path) -> None:
    points = "".join(f'<p at="{at}"><mw>{number}</mw></p>\n' for number, at in enumerate(HOURS))
    case = case_of(tmp_path, f'<?xml version="1.0"?>\n<doc><unit>MW</unit>{points}</doc>')

    def parse(answer: http.Response) -> list[Any]:
        return [event(p.get("at") or "", gas=float(p.findtext("mw") or 0))
                for p in http.body_xml(answer.content).iter("p")]

    assert cut(case, fetching(parse), 1) == []
    assert body_of(case) == (
        '<?xml version="1.0"?>\n<doc><unit>MW</unit><p at="2026-03-10T11:00Z"><mw>11</mw></p>\n</doc>')


def test_rows_and_scripts_of_a_page_go(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>{at}</td><td>{number}</td></tr>\n" for number, at in enumerate(HOURS))
    page = f"<html><head>{'<script>let a = 1;</script>' * 5}</head><table><tr><th>Zeit</tr>\n{rows}</table></html>"
    case = case_of(tmp_path, page)

    def parse(answer: http.Response) -> list[Any]:
        cells = [row.find_all("td") for row in http.body_html(answer.content).find_all("tr")]
        return [event(at.get_text(), gas=float(mw.get_text())) for at, mw in filter(None, cells)]

    assert cut(case, fetching(parse), 1) == []
    assert "2026-03-10T11:00Z" in body_of(case) and body_of(case).count("<tr>") <= 2


def test_what_is_no_text_stays_whole_and_is_said(tmp_path: Path) -> None:
    content = b"PK\x03\x04" + bytes(MOST_BYTES)
    case = case_of(tmp_path, content)
    (note,) = cut(case, fetching(lambda answer: [event(HOURS[0], gas=len(answer.content))]), 1)
    assert (tmp_path / "0.txt").read_bytes() == content
    assert "50,004 bytes" in note and "not text" in note


def test_a_parser_that_takes_no_less_gets_the_whole(tmp_path: Path) -> None:
    body = json.dumps(HOURS)
    case = case_of(tmp_path, body)

    def parse(answer: http.Response) -> list[Any]:
        if len(found := http.body_json(answer)) != len(HOURS):
            raise IndexError("a day has twelve hours here")
        return [event(at, gas=1) for at in found]

    cut(case, fetching(parse), 1)
    assert body_of(case) == body


def test_a_cut_that_makes_the_parser_warn_is_taken_back(tmp_path: Path) -> None:
    case = case_of(tmp_path, json.dumps([{"at": at} for at in HOURS]))

    def parse(answer: http.Response) -> list[Any]:
        if len(found := http.body_json(answer)) < 6:
            values.log.warning("only %d rows", len(found))
        return [event(row["at"], gas=1) for row in found]

    cut(case, fetching(parse), 1)
    assert json.loads(body_of(case)) == [{"at": at} for at in HOURS[6:]]


@pytest.mark.parametrize(
    ("needed", "left"), [({7}, [7]), ({0, 9}, [0, 9]), (set(), []), (set(range(10)), list(range(10)))])
def test_reduced_leaves_what_is_needed(needed: set[int], left: list[int]) -> None:
    assert reduced(range(10), lambda some: needed <= set(some)) == left


def test_what_is_left_out_of_a_list_takes_its_comma() -> None:
    """The elements of `[a, b, c, d]` stand at 1, 4, 7 and 10."""
    text, run = "[a, b, c, d]", Run(tuple(Span(at, at + 1) for at in (1, 4, 7, 10)), is_separated=True)
    kept = {(): "[]", (0,): "[a]", (3,): "[d]", (0, 3): "[a, d]", (1, 2): "[b, c]", (0, 1, 2, 3): text}
    for places, wanted in kept.items():
        assert without(text, list(run.left_out(set(places)))) == wanted
