"""The page's files over the API, and badges."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from core.api.badge import badge, colour, text_on
from core.api.static import export_page
from core.api.web import POLICY, shapes, web_files, web_root
from core.places.topojson import read_polygons
from core.store import Store
from tests.core.api.serving import serving
from tests.core.api.small import CONFIG, of_xc
from tests.fakes import zone

LANGUAGES = ("en", "de", "fr", "es", "pt")
NAMED = re.compile(r"\{\w+\}")


def texts(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((web_root() / "text" / f"{language}.json").read_text(encoding="utf-8"))
    return found


class TestFiles:
    def test_the_page_may_load_nothing_from_elsewhere(self, client: TestClient) -> None:
        if not (web_root() / "vendor").exists():
            pytest.skip("web/vendor is not there: run `python scripts/fetch_web.py`")
        found = client.get("/")
        assert found.status_code == 200 and found.headers["content-type"].startswith("text/html")
        assert found.headers["content-security-policy"] == POLICY
        assert "unsafe" not in POLICY and "default-src 'self'" in POLICY
        assert not re.search(r'(src|href)="(https?:)?//', found.text), "an address of another machine"

    @pytest.mark.parametrize("name, kind", [
        ("src/main.js", "text/javascript"), ("text/de.json", "application/json"), ("style.css", "text/css"),
        ("zones.topo.json", "application/json")])
    def test_what_it_loads(self, client: TestClient, name: str, kind: str) -> None:
        found = client.get(f"/web/{name}")
        assert found.content == (web_root() / name).read_bytes()
        assert found.headers["content-type"].partition(";")[0] == kind
        assert found.headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize("name", [
        "../zones.json", "..%2fzones.json", "%2e%2e/zones.json", "package.json", "package-lock.json", "tsconfig.json",
        "node_modules/typescript/package.json", "src/", "", ".npmrc"])
    def test_nothing_else_is_given_away(self, client: TestClient, name: str) -> None:
        assert client.get(f"/web/{name}").status_code == 404

    def test_the_page_needs_no_token_and_the_numbers_do(self, small_store: Store) -> None:
        with serving(small_store, needs_token=True, per_minute=1) as served:
            for _ in range(3):
                assert served.client.get("/web/src/main.js").status_code == 200
            assert served.client.get("/state").status_code == 401

    def test_an_exported_page_is_written_once(self, tmp_path: Path) -> None:
        count = len(list(web_files(web_root())))
        assert export_page(CONFIG, tmp_path) == count
        assert (tmp_path / "index.html").exists() and (tmp_path / "web/src/main.js").exists()
        (tmp_path / "web/src/main.js").write_text("old")
        assert export_page(CONFIG, tmp_path) == 1

    def test_a_zone_that_brings_its_shape_is_drawn_with_the_others(self, tmp_path: Path) -> None:
        """A square with a hole in it, 1 − 0.25 square degrees, on a grid of 0.0036 by 0.0014 degrees."""
        rings = [[[-30, 40], [-29, 40], [-29, 41], [-30, 41], [-30, 40]],
                 [[-29.75, 40.25], [-29.25, 40.25], [-29.25, 40.75], [-29.75, 40.75], [-29.75, 40.25]]]
        config = CONFIG.with_more({"XS": zone("Square") | {"shape": {"type": "Polygon", "coordinates": rings}}}, {})
        (tmp_path / "web").mkdir()
        assert export_page(config, tmp_path) == len(list(web_files(web_root())))
        topology = json.loads((tmp_path / "web" / "zones.topo.json").read_text())
        read = {area["id"]: drawn for area, drawn in read_polygons(topology, "zones")}
        (square,) = read.pop("XS")
        assert square.area == pytest.approx(0.75, abs=0.01)
        assert square.bounds == pytest.approx((-30, 40, -29, 41), abs=0.004)
        assert not square.exterior.is_ccw and square.interiors[0].is_ccw
        plain = read_polygons(json.loads((web_root() / "zones.topo.json").read_text()), "zones")
        assert read == {area["id"]: drawn for area, drawn in plain}
        assert shapes(CONFIG) == (web_root() / "zones.topo.json").read_bytes()


class TestTexts:
    @pytest.mark.parametrize("language", LANGUAGES[1:])
    def test_every_language_says_everything(self, language: str) -> None:
        english, found = texts("en"), texts(language)
        assert found.keys() == english.keys()
        for key, text in found.items():
            assert sorted(NAMED.findall(text)) == sorted(NAMED.findall(english[key])), key

    def test_there_is_no_other_language(self) -> None:
        assert {path.stem for path in (web_root() / "text").iterdir()} == set(LANGUAGES)


class TestBadges:
    def test_a_badge_says_the_newest_intensity(self, client: TestClient) -> None:
        found = client.get("/badge/XC.svg")
        assert found.headers["content-type"] == "image/svg+xml"
        title = ElementTree.fromstring(found.text).findtext("{http://www.w3.org/2000/svg}title")
        assert title == f"XC: {of_xc():.0f} gCO₂eq/kWh"
        assert colour(of_xc(), web_root()) in found.text

    def test_a_zone_without_data_has_none(self, client: TestClient) -> None:
        assert client.get("/badge/FR.svg").status_code == 404

    def test_colours_lie_between_those_of_the_stops(self) -> None:
        """Half-way from #0b8a53 at 0 to #5fb35a at 100: (11+95)/2, (138+179)/2 and (83+90)/2, halves rounded up."""
        assert colour(50, web_root()) == "#359f57"
        assert (colour(-5, web_root()), colour(5000, web_root())) == ("#0b8a53", "#4f1d12")

    def test_text_that_can_be_read(self) -> None:
        assert (text_on("#f2d35c"), text_on("#4f1d12")) == ("#000000", "#ffffff")

    def test_what_is_written_stays_text(self) -> None:
        ElementTree.fromstring(badge("<script>alert(1)</script>&", 5.0, web_root()))
