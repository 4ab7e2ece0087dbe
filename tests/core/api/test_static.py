"""The static export: files that say what the API says, each replaced whole."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from core import times
from core.api.grid import Grid
from core.api.static import export_static
from core.errors import FileError
from core.ingest.jobs import plan
from core.plugins import Manager
from tests.core.api.small import CONFIG, NOW, get, of_xc


def test_files_say_what_the_api_says(grid: Grid, client: TestClient, tmp_path: Path) -> None:
    """Every zone has details; only XA, XB and XC have results, seven files each; and three are of all."""
    told: list[int] = []
    with times.frozen(NOW):
        count = export_static(grid, Manager(), tmp_path, lambda: told.append(1))
    logs = {path.stem for path in (tmp_path / "status").glob("*.json")}
    assert logs == {job.source for job in plan(CONFIG)}, "a log of each parser that is configured"
    assert count == len(CONFIG.zones) + 3 * 7 + 4 + len(logs) == len([*tmp_path.rglob("*.json")])
    assert len(told) == len(CONFIG.zones) and not [*tmp_path.rglob("*.part")]
    for file, path, asked in (
        ("latest/XC", "/v4/carbon-intensity/latest", {"zone": "XC"}),
        ("history/XC", "/v4/carbon-intensity/history", {"zone": "XC"}),
        ("breakdown/XB", "/v4/power-breakdown/latest", {"zone": "XB"}),
        ("forecast/XC", "/v4/carbon-intensity/forecast", {"zone": "XC"}),
        ("skill/XC", "/forecast/skill", {"zone": "XC"}),
        ("explain/XB", "/explain", {"zone": "XB"}), ("details/AD", "/zone-details", {"zone": "AD"}),
        ("state", "/state", {}), ("zones", "/v4/zones", {}),
    ):
        assert json.loads((tmp_path / f"{file}.json").read_text()) == get(client, path, **asked), file


def test_the_forms_of_carbon_aware_tools(grid: Grid, tmp_path: Path) -> None:
    with times.frozen(NOW):
        export_static(grid, Manager(), tmp_path)
    ahead = json.loads((tmp_path / "forecasts" / "XC.json").read_text())
    assert ahead.keys() == {"GeneratedAt", "UpdatedAt", "Emissions"} and len(ahead["Emissions"]) == 25
    assert ahead["Emissions"][20] == {
        "Time": "2026-03-11T08:00:00.000Z", "Rating": round(0.705357 * of_xc("wind") + 0.294643 * of_xc()),
        "Duration": "01:00:00"}
    past = json.loads((tmp_path / "emissions.json").read_text())["Emissions"]
    assert len(past) == 3 * 24 and {one["Location"] for one in past} == {"XA", "XB", "XC"}


def test_a_folder_that_cannot_be_written(grid: Grid, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with times.frozen(NOW), pytest.raises(FileError, match="cannot be written"):
        export_static(grid, Manager(), tmp_path / "file")
