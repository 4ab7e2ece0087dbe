"""The layers of wind and sunshine, in a real browser: off until chosen, by keys too, remembered, drawn in place."""

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core import times
from core.store import Store
from core.weather import Kept
from core.weather.fields import WORLD, Forecast
from core.weather.thinned import pack
from tests.core.api.serving import NOW, Served
from tests.web.conftest import PHONE, new_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PIXEL = """([name, x, y]) => {
  const canvas = document.querySelector(`canvas.weather.${name}`);
  return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data];
}"""
IS_DRAWN = """(name) => {
  const canvas = document.querySelector(`canvas.weather.${name}`);
  return !!canvas && canvas.width > 0
    && canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((part) => part);
}"""


@pytest.fixture(scope="module", autouse=True)
def weather(web_store: Store) -> None:
    """It blows with 10 m/s to the east all over the world, around NOW, and nowhere shines the sun."""
    shape = (WORLD.rows, WORLD.columns)
    fields = [np.full(shape, value, dtype=np.float32) for value in (10, 0, 280, 0)]
    run = times.floor(times.shift(NOW, hours=-4), 360)
    hours = [times.shift(times.floor(NOW, 60), hours=at) for at in range(3)]
    kept = [Kept(run, at, pack(Forecast(run, at, WORLD, *fields)), (), np.empty((0, 4))) for at in hours]
    with web_store.writing() as connection:
        web_store.weather.write(connection, kept, "live", int(NOW.timestamp()))


def choose(page: "Page", name: str) -> None:
    """Turn a layer on with the keyboard alone."""
    page.locator("#controls summary").press("Enter")
    page.locator(f'[data-choice="{name}"]').press("Space")


def test_nothing_is_asked_for_or_drawn_until_a_layer_is_chosen(browser: "Browser", site: Served) -> None:
    with new_page(browser, site.url) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/")
        page.locator("canvas.weather.wind").wait_for(state="attached")
        assert not page.locator("canvas.weather.sun").is_visible() and not page.evaluate(IS_DRAWN, "wind")
        assert page.locator("#weather").inner_text() == "" and not page.locator('[data-choice="wind"]').is_checked()
        assert [url for url in asked if "/weather/" in url] == []
        assert page.said == []  # type: ignore[attr-defined]


def test_wind_stands_still_as_arrows_where_less_motion_is_wanted(browser: "Browser", site: Served) -> None:
    """An arrow every 44 px, the first around (22, 22). At 10 m/s it is 6 + 1.6 * 10 = 22 px long: from 11 to 33."""
    with new_page(browser, site.url) as page:
        page.goto("/")
        choose(page, "wind")
        page.wait_for_function(IS_DRAWN, arg="wind")
        drawn = [x for x in range(44) if page.evaluate(PIXEL, ["wind", x, 22])[3] > 60]
        assert drawn[0] in (10, 11) and drawn[-1] in (32, 33) and len(drawn) == drawn[-1] - drawn[0] + 1
        assert page.evaluate(PIXEL, ["wind", 22, 12])[3] == 0, "it points to the east"
        legend = page.locator("#weather").inner_text()
        assert "Wind 10 m above the ground" in legend and "NOAA/NWS" in legend and "W/m²" not in legend
        assert "wind" not in page.url
        page.reload()
        page.wait_for_function(IS_DRAWN, arg="wind")  # the browser remembers it


def test_wind_moves_otherwise(browser: "Browser", site: Served) -> None:
    with new_page(browser, site.url, reduced_motion="no-preference") as page:
        page.goto("/")
        choose(page, "wind")
        page.wait_for_function(IS_DRAWN, arg="wind")
        seen = "() => document.querySelector('canvas.weather.wind').toDataURL()"
        before = page.evaluate(seen)
        page.wait_for_function(f"(before) => ({seen})() !== before", arg=before)
        choose(page, "wind")  # the sheet closes, and opens again …
        page.locator('[data-choice="wind"]').uncheck()
        page.wait_for_function(f"() => !({IS_DRAWN})('wind')")


def drawn_in(page: "Page", span_ms: int) -> int:
    """How often the map is drawn within a time."""
    before: int = page.evaluate("() => window.drawn")
    page.wait_for_timeout(span_ms)
    after: int = page.evaluate("() => window.drawn")
    return after - before


def test_arrows_stand_still_while_wind_moves(browser: "Browser", site: Served) -> None:
    """Each glow of theirs has the whole map drawn anew: without a graphics card a frame took 117 ms."""
    with new_page(browser, site.url, reduced_motion="no-preference") as page:
        page.goto("/")
        page.evaluate("""() => {
            window.drawn = 0;
            const {prototype} = WebGL2RenderingContext, clear = prototype.clear;
            prototype.clear = function (...of) { window.drawn += 1; return clear.apply(this, of); };
        }""")
        page.mouse.move(700, 400)
        for _ in range(4):
            page.mouse.wheel(0, -400)
            page.wait_for_timeout(200)
        page.wait_for_function("() => window.drawn > 20")
        page.wait_for_timeout(1000)  # the zoom has ended
        glowing = drawn_in(page, 3000)
        choose(page, "wind")
        page.wait_for_function(IS_DRAWN, arg="wind")
        assert glowing > 3 > drawn_in(page, 3000)


def test_sunshine_is_dark_where_there_is_none_on_a_phone_too(browser: "Browser", site: Served) -> None:
    """0 W/m² has the first colour of the palette: #0c1a3d66."""
    with new_page(browser, site.url, viewport=PHONE) as page:
        page.goto("/")
        choose(page, "sun")
        page.wait_for_function(IS_DRAWN, arg="sun")
        red, green, blue, opacity = page.evaluate(PIXEL, ["sun", 10, 10])
        assert opacity == 0x66
        assert (red, green, blue) == pytest.approx((0x0C, 0x1A, 0x3D), abs=2)  # canvases keep colours times opacity
        assert "1,000 W/m²" in page.locator("#weather").inner_text()


def test_an_hour_without_a_forecast_says_so(browser: "Browser", site: Served) -> None:
    with new_page(browser, site.url) as page:
        page.goto("/#at=2026-03-09T00:00:00.000Z")
        choose(page, "wind")
        page.locator("#weather", has_text="There is no forecast of the weather for this hour.").wait_for()
        assert not page.evaluate(IS_DRAWN, "wind")
