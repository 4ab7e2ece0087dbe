"""core.config.writing names a parser on one line, and all else of the file stays to the character."""

import difflib
import json
import shutil
from pathlib import Path

import pytest

from core.config import load, shipped_root
from core.config.writing import write_parser
from core.errors import ConfigError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("zones.json", "exchanges.json", "emission_factors.csv"):
        shutil.copy(shipped_root() / name, tmp_path / name)
    return tmp_path


def changes(root: Path, file: str) -> list[str]:
    before, after = ((folder / file).read_text().splitlines() for folder in (shipped_root(), root))
    found = [line for line in difflib.unified_diff(before, after, n=0, lineterm="") if line[:1] in "+-"]
    return [line for line in found if not line.startswith(("+++", "---"))]


@pytest.mark.parametrize(("key", "kind", "wanted"), [
    ("MA", "production", ['+        "production": "MOON.fetch_x",']),
    ("AE", "consumptionForecast", ['+        "consumptionForecast": "MOON.fetch_x",']),
    ("AE", "consumption", [
        '-        "consumption": "GCCIA.fetch_consumption",',
        '+        "consumption": ["GCCIA.fetch_consumption", "MOON.fetch_x"],']),
    ("ES->MA", "exchangeForecast", [
        '-      "exchange": "ESIOS.fetch_exchange"', '+      "exchange": "ESIOS.fetch_exchange",',
        '+      "exchangeForecast": "MOON.fetch_x"']),
])
def test_one_line(root: Path, key: str, kind: str, wanted: list[str]) -> None:
    write_parser(root, key, kind, "MOON.fetch_x")
    assert changes(root, "exchanges.json" if "->" in key else "zones.json") == wanted
    config = load(root)
    place = config.exchanges.get(key) or config.zones[key]
    assert place.parsers[kind][-1] == "MOON.fetch_x"


def test_a_zone_without_parsers_gets_them(root: Path) -> None:
    without = next(key for key, zone in load(root).zones.items() if not zone.parsers)
    write_parser(root, without, "price", "MOON.fetch_price")
    assert load(root).zones[without].parsers == {"price": ("MOON.fetch_price",)}
    assert len([line for line in changes(root, "zones.json") if line[0] == "-"]) == 1, "a comma at the most"


def test_a_list_on_several_lines_grows_by_one(root: Path) -> None:
    path = root / "exchanges.json"
    entry = {"lonlat": [0, 0], "rotation": 0, "parsers": {"exchange": ["A.fetch", "B.fetch"]}}
    path.write_text(json.dumps({"ES->FR": entry}, indent=2) + "\n")
    write_parser(root, "ES->FR", "exchange", "C.fetch")
    entry["parsers"] = {"exchange": ["A.fetch", "B.fetch", "C.fetch"]}
    assert path.read_text() == json.dumps({"ES->FR": entry}, indent=2) + "\n"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"zones\.json cannot be read"):
        write_parser(tmp_path, "MA", "production", "MOON.fetch_x")
