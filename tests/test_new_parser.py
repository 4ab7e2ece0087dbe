"""scripts/new_parser.py: what it makes of an answer of any format passes ruff, runs, and asks to be filled in."""

import argparse
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from core.config import load
from core.errors import ConfigError, NoHistory, SourceChanged

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import new_parser  # noqa: E402
from scaffold.modules import Wish, hand_check, module  # noqa: E402
from scaffold.shapes import Shape, shape_of  # noqa: E402

URL = "https://grid.example/api?zone=1"
ANSWERS = {
    "json": '{"data": {"rows": [{"zeit": "10.03.2026 12:00", "Wind": 5, "Kohle": "7.5", "Ort": "x"}]}}',
    "xml": "<doc><row><at>2026-03-10T12:00Z</at><wind>5</wind></row><row><at>2026-03-10T13Z</at>"
           "<wind>6</wind></row></doc>",
    "attributes": '<d><i at="2026-03-10T12:00Z" wind="5"/><i at="2026-03-10T13:00Z" wind="6"/></d>',
    "csv": "Zeit,Wind,Kohle\n2026-03-10 12:00,5,7\n",
    "html": "<!doctype html><html><body><table><tr><td>12:00</td><td>5</td></tr></table></body></html>",
    "nothing": '{"error": "no"}',
}


def answer(text: str) -> requests.Response:
    made = requests.Response()
    made._content, made.status_code, made.url = text.encode(), 200, URL
    return made


def asked(**more: object) -> argparse.Namespace:
    return argparse.Namespace(**{"name": "MOON", "url": URL, "zone": "MA", "kind": "", "second": False, **more})


@pytest.mark.parametrize(("name", "shape"), [
    ("json", Shape("json", 'values.field(values.field(answer, "data"), "rows")', "zeit", "DD.MM.YYYY HH:mm",
                   ("Wind", "Kohle"))),
    ("xml", Shape("xml", '[{field.tag: field.text for field in one} for one in answer.iter("row")]', "at", None,
                  ("wind",))),
    ("attributes", Shape("xml", '[dict(one.attrib) for one in answer.iter("i")]', "at", None, ("wind",))),
    ("csv", Shape("csv", 'values.csv_rows(answer, "Zeit", "Wind", "Kohle")', "Zeit", None, ("Wind", "Kohle"))),
    ("html", Shape("html")),
    ("nothing", Shape("json")),
])
def test_the_shape_of_an_answer(name: str, shape: Shape) -> None:
    assert shape_of(answer(ANSWERS[name])) == shape


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize(("key", "kind"), [
    ("MA", "production"), ("MA", "consumptionForecast"), ("MA", "generationForecast"), ("FR", "price"),
    ("ES->MA", "exchange")])
def test_what_it_writes_is_ready_for_lint_and_runs(
    name: str, key: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish, shape = Wish("MOON", URL, key, kind, "Africa/Casablanca", "EUR"), shape_of(answer(ANSWERS[name]))
    (tmp_path / "MOON.py").write_text(module(wish, shape))
    (tmp_path / "test_MOON.py").write_text(hand_check(wish))
    ruff = [sys.executable, "-m", "ruff", "check", "--config", str(ROOT / "pyproject.toml"), str(tmp_path)]
    done = subprocess.run(ruff, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    spec = importlib.util.spec_from_file_location("MOON", tmp_path / "MOON.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    monkeypatch.setattr("core.http.get", lambda session, url: answer(ANSWERS[name]))
    fetch, keys = getattr(made, wish.function), key.split("->")
    if not shape.rows:
        with pytest.raises(SourceChanged, match=f"Write parse_{wish.what}"):
            fetch(*keys)
        return
    events = fetch(*keys)
    assert events[0].get("zoneKey", events[0].get("sortedZoneKeys")) == key
    assert events[0]["source"] == "grid.example" and events[0]["datetime"].year == 2026
    from core import times

    with pytest.raises(NoHistory):
        fetch(*keys, target_datetime=times.read("2020-01-01T00:00Z"))


def test_it_asks_to_be_filled_in() -> None:
    wish = Wish("MOON", URL, "MA", "production", "Africa/Casablanca", "MAD")
    text = module(wish, shape_of(answer(ANSWERS["json"])))
    header = text.split('"""')[1]
    assert [line.split()[0] for line in header.splitlines() if "FILL IN" in line] == [
        "FILL", "Docs", "Time", "Unit", "Sign", "History", "Licence"]
    assert '    "Wind": "unknown",\n    "Kohle": "unknown",\n' in text and 'TIMEZONE = "Africa/Casablanca"' in text
    assert "pytest.fail(" in hand_check(wish) and "FILL IN" in hand_check(wish)


@pytest.mark.parametrize(("more", "said"), [
    ({"name": "1X"}, "is no name of a module"), ({"name": "A-B"}, "is no name of a module"),
    ({"name": "taipower"}, r"There is a parsers/TAIPOWER\.py already"),
    ({"url": "grid.example"}, "is no address"), ({"url": "ftp://grid.example/x"}, "is no address"),
    ({"url": 'https://grid.example/"'}, "is no address"),
    ({"zone": "QQ"}, "There is no zone QQ: `gridtrace zone new QQ`"),
    ({"zone": "FR->MA"}, "There is no exchange FR->MA"),
    ({"zone": "FR"}, "FR.fetch_production.* serves production of FR already: --second"),
    ({"kind": "exchange"}, "is no kind of a zone"), ({"kind": "wind"}, "is no kind of a zone"),
    ({"kind": "productionCapacity"}, "shape of their own"), ({"kind": "gridAlerts"}, "no scaffold for gridAlerts"),
])
def test_what_cannot_be_is_refused(more: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        new_parser.wish_of(load(), asked(**more))


def test_a_second_choice_and_the_other_order_of_an_exchange() -> None:
    wish, is_second = new_parser.wish_of(load(), asked(zone="MA->ES", second=True))
    assert (wish.key, wish.kind, wish.function, is_second) == ("ES->MA", "exchange", "fetch_exchange", True)
    wish, is_second = new_parser.wish_of(load(), asked(kind="consumptionForecast"))
    assert (wish.function, wish.timezone, is_second) == ("fetch_consumption_forecast", "Africa/Casablanca", False)
