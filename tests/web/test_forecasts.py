"""Forecasts that were issued, in the panel and on the page of sources, over the store of tests/core/api/small.py.

XB's intensity never changes. A day and two days ago it was foreseen 6 % too high in the first six hours, 10 % too low
up to 24 and 20 % too high up to 48. Its band held it in the first six hours, and not in those up to 24.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core import times
from core.api.app import create_app
from core.api.grid import Grid
from core.api.static import export_page, export_static
from core.plugins import Manager
from core.store import Store, open_store
from tests.core.api import small
from tests.core.api.foreseen import CI, METHOD, issued, newest
from tests.core.api.serving import Served, serving
from tests.core.api.small import NOON_S, of_xb
from tests.web.conftest import DESKTOP, PHONE, new_page, show
from tests.web.test_page import AXE, _files

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

YESTERDAY = "Yesterday's forecast was off by 9% (boosted trees with weather)."
PARTS = (7, 18, 24, 24)


def fill(store: Store) -> None:
    """Also what was issued at noon: of XB as foreseen.newest has it, of XA by two methods."""
    values, low, high = (of_xb() * np.repeat(one, PARTS) for one in (
        (1.06, 0.9, 1.2, 1.0), (0.95, 0.8, np.nan, np.nan), (1.1, 0.95, np.nan, np.nan)))
    store.forecasts.write([
        *(issued(-24 * days, {CI: values}, {CI: low}, {CI: high}) for days in (1, 2)),
        newest(), issued(0, {CI: 40.0}, zone="XA", method="boosting+blend")])
    store.forecasts.write_model({
        "zone_key": "XB", "format": 1, "method": METHOD, "trained_s": NOON_S, "until_s": NOON_S - 48 * 3600,
        "content": b""})


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with open_store(tmp_path_factory.mktemp("issued") / "store.db") as store:
        with times.frozen(small.NOW):
            small.fill(store)
            fill(store)
        with serving(store, app=create_app(Grid(small.CONFIG, store))) as served:
            yield served


@pytest.fixture(scope="module")
def tab(browser: "Browser", instance: Served) -> Iterator["Page"]:
    with new_page(browser, instance.url) as page:
        page.goto("/")
        yield page


@pytest.fixture
def panel(tab: "Page") -> Iterator[Callable[..., "Page"]]:
    tab.said.clear()  # type: ignore[attr-defined]

    def opened(zone: str, more: str = "") -> "Page":
        tab.evaluate("location.hash = ''")
        tab.locator("#panel").wait_for(state="hidden")
        tab.evaluate("hash => { location.hash = hash }", f"#zone={zone}{more}")
        tab.locator("[data-chart=intensity] canvas").wait_for()
        return tab

    yield opened
    assert tab.said == []  # type: ignore[attr-defined]


def test_how_far_off_yesterdays_forecast_was(panel: Callable[..., "Page"]) -> None:
    """(6 · 6 % + 17 · 10 %) / 23 = 8.96 %; it is of the life cycle of consumption, and is not said of anything else."""
    page = panel("XB")
    assert page.locator("[data-figure=lastDay]").inner_text() == YESTERDAY
    assert "know the forecast of the weather" in page.locator(".panel-best .panel-small").inner_text()
    for zone, more in (("XB", "&basis=direct"), ("XB", "&mode=production"), ("XC", ""), ("XA", "")):
        assert panel(zone, more).locator("[data-figure=lastDay]").count() == 0, (zone, more)


def test_a_method_whose_last_hours_are_the_blends_says_so(panel: Callable[..., "Page"]) -> None:
    said = panel("XA").locator(".panel-best .panel-small").inner_text()
    assert said == (
        "Foreseen by boosted trees that learnt from this zone's past. They know no weather. "
        "The last hours are those of a simple blend of the past week.")


def test_the_band_is_behind_the_dashed_line_in_the_table_and_in_the_tooltip(panel: Callable[..., "Page"]) -> None:
    """From 12:00 on 100, 101, …, 10 above its lower end, with 40 in between; before it a line that goes on from 11:00.
    """
    page = panel("XB")
    with_chart = (
        "import('/web/vendor/echarts/echarts.mjs').then(echarts => echarts.getInstanceByDom("
        "document.querySelector('[data-chart=intensity] .panel-canvas'))).then(chart => chart.{})")
    *others, low, height = page.evaluate(with_chart.format(
        "getOption().series.map(one => ({data: one.data, z: one.z, fill: one.areaStyle}))"))
    last = round(of_xb())
    assert [low["data"][23:26], height["data"][23:26]] == [[last, 90, 91], [0, 40, 40]]
    assert low["data"][48] == 114 and set(low["data"][:23]) == {None} and low["fill"] is None
    assert height["fill"]["opacity"] < 0.3 and height["z"] < others[2]["z"] and others[2]["data"][24:26] == [100, 101]
    rows = page.evaluate(
        "() => [...document.querySelectorAll('[data-chart=intensity] tbody tr')]"
        ".map(row => [...row.children].map(cell => cell.textContent))")
    assert rows[24] == ["12:00", "100", "Forecast", "between 90 and 130"] and rows[23][3] == ""
    page.evaluate(with_chart.format("dispatchAction({type: 'showTip', seriesIndex: 2, dataIndex: 26})"))
    tip = page.locator(".panel-tip").inner_text()
    assert "102 gCO₂eq/kWh foreseen (boosted trees with weather)" in tip
    assert "Nine in ten are expected between 92 and 132." in tip


def test_the_sources_say_how_forecasts_are_doing(browser: "Browser", instance: Served) -> None:
    """Issued three minutes before; XB alone has a day to compare."""
    with new_page(browser, instance.url) as page:
        show(page, "/#page=status")
        page.wait_for_selector("table.skill")
        assert page.locator("#status section p").inner_text() == (
            "Issued 3 minutes ago. Zones by method: boosted trees, the last hours by the blend of the past week (1); "
            "boosted trees with weather (1). The oldest model knows hours until Sun 8 Mar, 12:00.")
        rows = [row.split("\t") for row in page.locator("table.skill tbody tr").all_inner_texts()]
        assert rows == [["1–6", "6%", "100%", "1"], ["7–24", "10%", "0%", "1"], ["25–48", "20%", "–", "1"]]
        assert not page.said  # type: ignore[attr-defined]


def test_exported_files_have_it_too(browser: "Browser", instance: Served, tmp_path: Path) -> None:
    with times.frozen(small.NOW):
        export_static(instance.grid, Manager(), tmp_path)
    export_page(small.CONFIG, tmp_path)
    with _files(tmp_path) as url, new_page(browser, url) as page:
        page.goto("/index.html#zone=XB")
        page.locator("[data-chart=intensity] canvas").wait_for()
        assert page.locator("[data-figure=lastDay]").inner_text() == YESTERDAY
        page.goto("/index.html#page=status")
        page.wait_for_selector("table.skill")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: run `python scripts/fetch_web.py`")
@pytest.mark.parametrize("address", ["/#zone=XB", "/#page=status"])
@pytest.mark.parametrize("options", [
    {"viewport": DESKTOP}, {"viewport": DESKTOP, "color_scheme": "dark"}, {"viewport": PHONE}])
def test_everybody_can_read_it(
    browser: "Browser", instance: Served, address: str, options: dict[str, Any]
) -> None:
    with new_page(browser, instance.url, **options) as page:
        show(page, address)
        page.wait_for_selector("[data-chart=intensity] canvas, table.skill")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("() => axe.run({resultTypes: ['violations']})")
        widest = "[...document.querySelectorAll('table.skill, .panel-best, html')].map(one => one.scrollWidth)"
        assert page.evaluate(f"() => Math.max(...{widest}) <= innerWidth")
    serious = [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]
               if one["impact"] in ("serious", "critical")]
    assert not serious
