"""core.samples.making: a sample has a name, bodies named after it, what is expected, and nobody's agreement yet."""

import json
from pathlib import Path
from typing import Any

import pytest

from core import http, times
from core.recording import read_case
from core.samples.making import is_reviewed, make, place_of, put
from core.samples.outcomes import expected_events
from core.schemas import production
from tests.core.samples.support import case_of, fetching


def parse(*answers: http.Response) -> list[Any]:
    return [production("XM", start=times.read(row["at"]), source="moon.example", modes={"gas": row["mw"]})
            for answer in answers for row in http.body_json(answer)]


def made(folder: Path, path: Path, *bodies: str) -> None:
    folder.mkdir()
    case = case_of(folder, *bodies)
    assert make(case, fetching(parse, len(bodies)), keep=3) == []
    put(case, path)


def test_a_sample_is_a_pair_that_nobody_has_reviewed(tmp_path: Path) -> None:
    path = place_of(tmp_path, "MOON", "production_XM")
    made(tmp_path / "one", path, '[{"at": "2026-03-10T11:00Z", "mw": 5}]')
    case = read_case(path)
    assert (case.id, case.rest["reviewed"]) == ("MOON/production_XM", False)
    (event,) = expected_events(case)
    assert event.production == {"gas": 5.0} and event.start == times.read("2026-03-10T11:00Z")
    assert [one["body"] for one in case.http] == ["production_XM.txt"]
    assert (tmp_path / "MOON/bodies/production_XM.txt").read_text() == '[{"at": "2026-03-10T11:00Z", "mw": 5}]'
    assert not is_reviewed(path)


def test_a_newer_sample_takes_its_place_and_leaves_no_body_behind(tmp_path: Path) -> None:
    path = place_of(tmp_path, "MOON", "production_XM")
    made(tmp_path / "one", path, *(json.dumps([{"at": f"2026-03-1{n}T00:00Z", "mw": n}]) for n in range(3)))
    assert sorted(p.name for p in (tmp_path / "MOON/bodies").iterdir()) == [
        "production_XM.txt", "production_XM_2.txt", "production_XM_3.txt"]
    made(tmp_path / "two", path, '[{"at": "2026-03-11T00:00Z", "mw": 8}]')
    assert [p.name for p in (tmp_path / "MOON/bodies").iterdir()] == ["production_XM.txt"]


def test_an_odd_one_expects_the_error(tmp_path: Path) -> None:
    path, folder = place_of(tmp_path, "MOON", "production_XM", "refused"), tmp_path / "one"
    folder.mkdir()
    case = case_of(folder, "<html>Forbidden</html>")
    case.http[0]["status"] = 403
    make(case, fetching(parse), keep=3)
    put(case, path)
    found = read_case(tmp_path / "MOON/odd/refused.json")
    assert (found.id, found.rest["expected_error"], "expected" in found.rest) == ("MOON/odd/refused", "Blocked", False)


def test_a_parser_that_breaks_makes_no_sample(tmp_path: Path) -> None:
    case = case_of(tmp_path, '[{"at": "2026-03-10T11:00Z"}]')
    with pytest.raises(KeyError, match="mw"):
        make(case, fetching(parse), keep=3)
