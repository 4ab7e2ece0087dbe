"""Every sample pair: the source's answer goes in, the expected events come out.

A new pair has no `expected` (or `expected_error`): the first run writes it with `"reviewed": false` and fails; read
what was written against the source's documentation, set `reviewed` to true, run again.
"""

import json
from pathlib import Path

import pytest

from core.recording import read_case
from tests.support import SAMPLES, outcome, sample_paths


@pytest.mark.parametrize("path", sample_paths(), ids=lambda p: str(p.relative_to(SAMPLES).with_suffix("")))
def test_sample(path: Path) -> None:
    case = read_case(path)
    found, error, warnings = outcome(case)
    if not {"expected", "expected_error"} & case.rest.keys():
        case.rest |= {"expected_error": error} if error else {"expected": found}
        case.rest |= {"warnings": warnings} if warnings else {}
        case.rest["reviewed"] = False
        case.write(path)
    if case.rest.get("expected_error") is None and error:
        pytest.fail(f"{case.id} raised {error}")
    assert error == case.rest.get("expected_error")
    assert found == case.rest.get("expected", [])
    assert warnings == case.rest.get("warnings", [])
    assert case.rest.get("reviewed") is True, f"Read what {path.name} expects, then set reviewed to true."


def test_bodies_are_used_small_and_there() -> None:
    named, present = set(), set()
    for path in sample_paths():
        named |= {path.parent / "bodies" / one["body"] for one in read_case(path).http if one["body"]}
    for folder in SAMPLES.rglob("bodies"):
        present |= set(folder.iterdir())
    assert named == present
    assert [p.name for p in present if p.stat().st_size > 50_000] == []
    assert len(named) > 3


def test_ids_are_the_files_names() -> None:
    for path in sample_paths():
        assert json.loads(path.read_text())["id"] == str(path.relative_to(SAMPLES).with_suffix(""))
