"""The map, its legend, toggles, arrows, slider and search, in a real browser."""

import math
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from core.api.bodies import stamp
from core.config import load
from tests.core.api.serving import Served
from tests.web import world
from tests.web.conftest import DESKTOP, PHONE, new_page, show

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CONFIG = load()
CENTER, ZOOM = (12.0, 32.0), 1.7
"""Where the map stands at first on a desk: web/src/map.js."""


def place(page: "Page", lon: float, lat: float) -> tuple[float, float]:
    """Where in the window a point of the world is drawn at first (web Mercator, 512 px at zoom 0)."""
    box = page.locator("#map").bounding_box()
    assert box is not None
    size = 512 * 2**ZOOM

    def down(latitude: float) -> float:
        return (0.5 - math.asinh(math.tan(math.radians(latitude))) / (2 * math.pi)) * size

    return (
        box["x"] + box["width"] / 2 + (lon - CENTER[0]) / 360 * size,
        box["y"] + box["height"] / 2 + down(lat) - down(CENTER[1]))


def hover(page: "Page", lon: float, lat: float) -> str:
    """Point at a place, and what is said of it. Areas are drawn by a worker: until they are, it is tried again."""
    x, y = place(page, lon, lat)
    for nudge in range(100):
        page.mouse.move(x + nudge % 3, y)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        if page.locator("#tooltip").is_visible():
            return page.locator("#tooltip").inner_text()
    raise AssertionError("nothing was said of this place")


def said(page: "Page") -> dict[str, str]:
    """What the address says after its #."""
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).fragment).items()}


def dark_pixels(page: "Page", lon: float, lat: float, *, until: Callable[[int], bool] = lambda found: True) -> int:
    """How many pixels around a place are nearly black; looked at again, as images come late, `until` it fits."""
    x, y = place(page, lon, lat)
    clip = {"x": x - 8, "y": y - 8, "width": 16, "height": 16}
    for _ in range(100):
        shot = Image.open(BytesIO(page.screenshot(clip=clip))).convert("L")  # type: ignore[arg-type]
        found = sum(shot.histogram()[:48])
        if until(found):
            break
    return found


FRANCE, SPAIN, JUTLAND, CZECHIA, BRITAIN = (2.5, 47.0), (-3.7, 40.0), (9.2, 56.1), (15.3, 49.8), (-1.5, 52.5)
PORTUGAL = (-8.0, 39.6)


class TestAreas:
    def test_pointing_at_a_zone_tells_its_number(self, page: "Page") -> None:
        show(page)
        expected = str(round(world.factor("FR", "nuclear")))
        text = hover(page, *FRANCE)
        assert "France" in text and f"{expected} gCO₂eq/kWh" in text and "consumption, life cycle" in text
        assert "60 MW consumed" in text, "100 made, 40 sent away"
        assert page.locator("#legend .marker").inner_text() == expected

    def test_what_is_estimated_says_so(self, page: "Page") -> None:
        show(page, f"/#at={stamp(world.LAST_S)}")
        assert "estimated: mean of the same hour of past days" in hover(page, *PORTUGAL)

    def test_a_zone_without_data_says_why(self, page: "Page") -> None:
        show(page)
        text = hover(page, *CZECHIA)
        assert "No data. Its source has not been asked yet." in text
        assert page.locator("#legend .marker").is_hidden()

    def test_a_click_opens_the_panel_and_the_back_button_closes_it(self, page: "Page") -> None:
        show(page)
        hover(page, *SPAIN)
        page.mouse.click(*place(page, *SPAIN))
        page.wait_for_selector("#panel:not([hidden])")
        assert said(page) == {"zone": "ES"}
        page.go_back()
        page.wait_for_selector("#panel", state="hidden")
        assert said(page) == {}

    def test_countries_are_means_weighted_by_consumption(self, page: "Page") -> None:
        """(30 MW × wind + 10 MW × coal) / 40 MW."""
        show(page, "/#view=countries")
        text = hover(page, *JUTLAND)
        assert "Denmark" in text and f"{world.of_denmark():.0f} gCO₂eq/kWh" in text
        assert "Mean of 2 of 2 zones, weighted by their consumption." in text


class TestArrows:
    @pytest.mark.parametrize("view", ["zones", "countries"])
    def test_a_flow_between_places_has_an_arrow(self, page: "Page", view: str) -> None:
        """France sends to Spain. Only the edge of an arrow is that dark."""
        show(page, f"/#view={view}")
        between = CONFIG.exchanges["ES->FR"].lonlat
        assert dark_pixels(page, *between, until=lambda found: found > 3) > 3
        assert dark_pixels(page, *FRANCE) == 0

    def test_it_points_where_the_power_goes(self, page: "Page") -> None:
        """Along A->B at the angle of exchanges.json, the other way round for what B sends; nothing below a megawatt."""
        show(page)
        flow = {"lonlat": [0, 0], "rotation": 20, "lifecycle": 104, "direct": None}
        flows = {"A->B": {**flow, "mw": 3000}, "B->C": {**flow, "mw": -750}, "C->D": {**flow, "mw": 0.5}}
        found = page.evaluate(
            "async flows => (await import('/web/src/arrows.js')).points(flows, 'lifecycle').features", flows)
        assert [one["properties"] for one in found] == [
            {"key": "A->B", "image": "arrow-100", "turn": 20, "size": 1, "mw": 3000},
            {"key": "B->C", "image": "arrow-100", "turn": 200, "size": 0.75, "mw": 750}]

    def test_a_country_without_a_panel_shows_its_zones(self, page: "Page") -> None:
        """Chile is four zones, and no aggregate of them has a key."""
        show(page, "/#view=countries")
        page.keyboard.press("/")
        page.keyboard.type("chile")
        page.keyboard.press("Enter")
        page.locator("input[name=view][value=zones]:checked").wait_for(state="attached")
        assert said(page) == {} and page.locator("#panel").is_hidden()


class TestControls:
    def test_production_and_direct(self, page: "Page") -> None:
        show(page, "/#page=ranking")
        entry = page.locator("#ranking li", has_text="Spain").first
        assert entry.locator("b").inner_text() == f"{world.of_es():.0f}"
        page.get_by_text("production", exact=True).click()
        assert entry.locator("b").inner_text() == f"{world.factor('ES', 'coal'):,.0f}"
        page.get_by_text("direct", exact=True).click()
        assert entry.locator("b").inner_text() == f"{world.factor('ES', 'coal', 'direct'):,.0f}"
        assert said(page) == {"page": "ranking", "mode": "production", "basis": "direct"}

    def test_shares_are_of_consumption_only(self, page: "Page") -> None:
        show(page, "/#page=ranking")
        page.select_option("[data-choice=metric]", "carbonFree")
        assert page.locator("#ranking li", has_text="Spain").locator("b").inner_text() == "40", "nuclear, from France"
        assert page.locator("input[value=production]").is_disabled()

    def test_prices_in_another_currency_have_no_colour(self, page: "Page") -> None:
        show(page, "/#metric=price&page=ranking")
        assert page.locator("#ranking li").all_inner_texts()[0].split("\n")[0] == "50.00"
        assert page.locator("#ranking li").count() == 1
        page.get_by_role("button", name="Map", exact=True).click()
        assert "No data" in hover(page, *BRITAIN)

    def test_a_palette_for_all_eyes(self, page: "Page") -> None:
        """FR's 5 g is near the first stop of the palette, #fde725; in the standard one it would be green."""
        show(page, "/#page=ranking")
        page.get_by_text("Display").click()
        page.select_option("[data-choice=palette]", "safe")
        shown = page.locator("#ranking li", has_text="France").locator("b")
        red, green, _ = shown.evaluate("node => getComputedStyle(node).backgroundColor.match(/\\d+/g).map(Number)")
        assert red > 240 and green > 220

    def test_the_theme_is_kept_by_the_browser(self, page: "Page") -> None:
        show(page)
        page.get_by_text("Display").click()
        page.select_option("[data-choice=theme]", "dark")
        page.reload()
        page.wait_for_selector("[data-theme=dark]")
        assert said(page) == {}, "a choice of the reader is in no link"

    def test_languages(self, page: "Page") -> None:
        show(page, "/#page=ranking")
        page.get_by_text("Display").click()
        page.select_option("[data-choice=language]", "de")
        page.wait_for_selector("html[lang=de]")
        assert page.locator("#ranking li", has_text="Spanien").count() == 1
        assert page.locator("#legend").inner_text().startswith("CO₂-Intensität")


class TestTime:
    def test_the_slider_goes_back_by_keyboard(self, page: "Page") -> None:
        """Four hours before NOON France burned gas."""
        show(page, "/#page=ranking")
        page.locator("#hour").focus()
        for _ in range(4):
            page.keyboard.press("ArrowLeft")
        figure = page.locator("#ranking li", has_text="France").locator("b")
        page.wait_for_function("expected => document.querySelector('#ranking').innerText.includes(expected)",
                               arg=f"{world.factor('FR', 'gas'):.0f}")
        assert figure.inner_text() == f"{world.factor('FR', 'gas'):.0f}"
        assert said(page)["at"] == stamp(world.GASSY_S)
        page.get_by_role("button", name="Back to now").click()
        assert "at" not in said(page)

    def test_playback_steps_from_a_day_ago(self, page: "Page") -> None:
        show(page)
        page.get_by_role("button", name="Play the last 24 hours").click()
        first = said(page)["at"]
        assert first == stamp(world.NOON_S - 24 * 3600)
        page.wait_for_function("first => !location.hash.includes(encodeURIComponent(first))", arg=first)
        page.get_by_role("button", name="Stop").click()
        assert said(page)["at"] > first

    def test_a_link_to_a_zone_at_a_time(self, page: "Page") -> None:
        show(page, f"/#zone=FR&at={stamp(world.GASSY_S)}&mode=production")
        page.wait_for_selector("#panel:not([hidden]) h2")
        assert page.locator("#hour").get_attribute("aria-valuetext") == "Tue 10 Mar, 08:00"
        assert f"{world.factor('FR', 'gas'):.0f} gCO₂eq/kWh" in page.locator("#panel").inner_text().replace("\n", " ")


class TestFinding:
    def test_search_by_keyboard(self, page: "Page") -> None:
        show(page)
        page.keyboard.press("/")
        page.keyboard.type("Dinam")
        assert page.locator("#search-list").inner_text() == "No zone has this name."
        page.locator("#search-field").fill("denmark")
        assert page.locator("#search-list li").count() == 2, "its two zones; the sum of both lies over them"
        page.keyboard.press("ArrowDown")
        active = page.locator("#search-field").get_attribute("aria-activedescendant")
        chosen = page.locator(f"#{active} code").inner_text()
        page.keyboard.press("Enter")
        assert said(page) == {"zone": chosen}
        assert page.locator("#search-list").is_hidden()

    def test_the_ranking_in_both_orders(self, page: "Page") -> None:
        show(page, "/#page=ranking")
        names = page.locator("#ranking li span").all_inner_texts()
        assert names[0] == "France"
        page.get_by_role("button", name="Lowest first").click()
        assert page.locator("#ranking li span").all_inner_texts() == names[::-1]
        page.locator("#ranking li button").last.press("Enter")
        assert said(page) == {"page": "ranking", "zone": "FR"}
        page.get_by_role("button", name="Highest first").click()
        page.select_option("[data-choice=metric]", "carbonFree")
        shares = [int(text) for text in page.locator("#ranking li b").all_inner_texts()]
        assert shares == sorted(shares, reverse=True) and shares[0] == 100, "the cleanest first"

    def test_sources(self, page: "Page") -> None:
        show(page, "/#page=status")
        page.wait_for_selector("#status table")
        # FR, ES, PT by its hour before, both parts of Denmark and their sum, XZ
        assert "7 zones with data of their own, 0 estimated" in page.locator("#status").inner_text()


class TestLayout:
    @pytest.mark.parametrize("size, scheme", [(DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")])
    def test_nothing_is_wider_than_the_window(
        self, browser: "Browser", site: Served, size: dict[str, Any], scheme: str
    ) -> None:
        with new_page(browser, site.url, viewport=size, color_scheme=scheme) as made:
            show(made, "/#zone=FR")
            made.wait_for_selector("#panel:not([hidden])")
            assert made.evaluate("document.documentElement.scrollWidth") == size["width"]
            canvas = made.locator("#map canvas.maplibregl-canvas").bounding_box()
            panel = made.locator("#panel").bounding_box()
            assert canvas and panel and canvas["height"] > 200
            if size is PHONE:
                assert panel["y"] >= canvas["y"] + canvas["height"] - 1, "the panel stands below the map"
            assert not made.said  # type: ignore[attr-defined]

    def test_embedded_it_is_the_map_alone(self, page: "Page") -> None:
        show(page, "/?embed=1#view=countries")
        assert page.locator("header").is_hidden() and page.locator("#slider").is_hidden()
        link = page.get_by_role("link", name="Open the full map")
        assert link.get_attribute("href") == "./#view=countries" and link.get_attribute("target") == "_blank"
