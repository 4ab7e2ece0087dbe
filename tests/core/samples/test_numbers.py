"""core.samples.numbers: values get other numbers; stamps, codes and positions stay, and the events keep their form."""

import json
from pathlib import Path
from typing import Any

import pytest

from core import http, times
from core.samples.numbers import another, own_numbers
from core.samples.outcomes import outcome
from core.schemas import production
from tests.core.samples.support import body_of, case_of, fetching

FUELS = {4: "gas", 5: "wind", 6: "coal"}


def event(stamp: str, **modes: Any) -> Any:
    return production("XM", start=times.read(stamp), source="moon.example", modes=modes)


@pytest.mark.parametrize("number", ["5", "12", "99", "100", "845.12", "0.35", "0.004", "1000000", "9.9"])
def test_another_number_has_the_same_form_and_size(number: str) -> None:
    new = another(number)
    assert new != number and len(new) == len(number)
    assert [c == "." for c in new] == [c == "." for c in number]
    assert 0.5 <= float(new) / float(number) <= 1.5 or float(number) < 10
    assert another(number) == new, "the same number always becomes the same"


def test_zero_stays_zero() -> None:
    assert [another(one) for one in ("0", "0.0", "00.000")] == ["0", "0.0", "00.000"]


def test_values_change_and_stamps_codes_and_positions_do_not(tmp_path: Path) -> None:
    """Code 5 made 4 or 6 would be a fuel as well: what it changes is not in proportion, so it is no value."""
    row = {"at": "2026-03-10T11:00Z", "epoch": 1773140400, "year": 2026, "fuel": 5, "mw": 123.4, "mwh": 61.7, "n": 1}
    case = case_of(tmp_path, json.dumps([row]))

    def parse(answer: http.Response) -> list[Any]:
        return [event(r["at"], **{FUELS[r["fuel"]]: r["mw"]}) for r in http.body_json(answer)]

    assert own_numbers(case, fetching(parse)) == []
    (new,) = json.loads(body_of(case))
    assert {k: new[k] for k in ("at", "epoch", "year", "fuel")} == {k: row[k] for k in ("at", "epoch", "year", "fuel")}
    assert new["mw"] != 123.4 and new["mwh"] != 61.7, "also what the parser does not read"
    (said,) = outcome(case, fetching(parse)).events
    assert said["production"] == {"wind": new["mw"]} and said["datetime"] == "2026-03-10T11:00:00Z"


def test_a_position_that_makes_the_time_stays(tmp_path: Path) -> None:
    case = case_of(tmp_path, "hour,MW\n7,812\n8,845\n")

    def parse(answer: http.Response) -> list[Any]:
        rows = [line.split(",") for line in http.body_text(answer).splitlines()[1:]]
        return [event(f"2026-03-10T{int(hour):02}:00Z", gas=float(mw)) for hour, mw in rows]

    own_numbers(case, fetching(parse))
    heading, first, second = body_of(case).splitlines()
    assert (heading, first[:2], second[:2]) == ("hour,MW", "7,", "8,")
    assert "812" not in first and "845" not in second


def test_a_total_that_is_checked_stays_and_is_said(tmp_path: Path) -> None:
    """Neither the part nor the sum can be another alone: the parser would leave the event out."""
    case = case_of(tmp_path, '{"gas": 10.5, "total": 10.5}')

    def parse(answer: http.Response) -> list[Any]:
        found = http.body_json(answer)
        return [event("2026-03-10T11:00Z", gas=found["gas"])] if found["gas"] == found["total"] else []

    (note,) = own_numbers(case, fetching(parse))
    assert "2 numbers that may be values: 10.5, 10.5" in note
    assert body_of(case) == '{"gas": 10.5, "total": 10.5}'


def test_the_make_up_of_a_page_stays(tmp_path: Path) -> None:
    page = '<html><body style="width: 720px"><td width="62">845.5</td><p>2026-03-10</p><i>31.5</i></body></html>'
    case = case_of(tmp_path, page)

    def parse(answer: http.Response) -> list[Any]:
        cell = http.body_html(answer.content).find("td")
        return [event("2026-03-10T11:00Z", gas=float(cell.get_text() if cell else 0))]

    own_numbers(case, fetching(parse))
    assert body_of(case).startswith('<html><body style="width: 720px"><td width="62">')
    assert "<p>2026-03-10</p>" in body_of(case)
    assert "845.5" not in body_of(case) and "31.5" not in body_of(case)
