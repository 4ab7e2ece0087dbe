"""The log of one parser on the page of sources: hour by hour, its incidents, series and jobs."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core import times
from core.api.app import create_app
from core.api.grid import Grid
from core.api.static import export_page, export_static
from core.plugins import Manager
from core.store import open_store
from core.store.reports import Book, Incident
from tests.core.api.serving import NOW, Served, serving
from tests.core.health.world import NOON_S, job
from tests.web import world
from tests.web.conftest import PHONE, new_page, show
from tests.web.test_page import AXE, _files

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ADDRESS = "/#page=status&source=NZ"


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """NZ was asked at each hour from 23 hours before NOON on, and was away at the last two, 10:00 and 11:00."""
    def decide(book: Book) -> None:
        series = [f"production {world.HOSTILE}"]
        book.open(Incident("NZ", "failing", world.HOSTILE, "live", series, NOON_S - 7200, NOON_S - 6600, NOON_S - 6600))

    with open_store(tmp_path_factory.mktemp("logs") / "store.db") as store:
        with times.frozen(NOW):
            world.fill(store)
        for minutes in range(-23 * 60, 0, 60):
            outcome = "failed" if minutes >= -120 else "ok"
            job(store, "NZ", outcome, minutes, newest_min=minutes - 60, message=world.HOSTILE)
        store.reports.update(NOON_S, "live", decide, lambda items: [])
        with serving(store, app=create_app(Grid(world.CONFIG, store))) as served:
            yield served


def draw(page: "Page", address: str = ADDRESS) -> None:
    show(page, address)
    page.wait_for_selector(".strip")


def test_hours_incidents_series_and_jobs(browser: "Browser", logged: Served) -> None:
    with new_page(browser, logged.url) as page:
        draw(page)
        assert page.locator("#status h2").inner_text().split() == ["NZ", "failing"]
        assert "91.3% in 24 hours" in page.locator("#status").inner_text(), "21 of 23"
        assert page.locator(".hour").count() == 168
        assert (page.locator(".hour.good").count(), page.locator(".hour.bad").count()) == (21, 2)
        assert page.locator(".day").last.get_attribute("aria-label") == "Tue 10 Mar: 83.3% of its jobs went well"
        assert page.locator(".incidents li").count() == 1 and "not over" in page.locator(".incidents").inner_text()
        first = page.locator("#status table").first.locator("tbody tr").first.locator("td").all_inner_texts()
        assert first[:3] == ["production", "NZ", "failing"] and first[5] == "2", "errors in a row"
        assert page.locator("#status table").last.locator("tbody tr").count() == 23
        assert page.locator("img[src=x]").count() == 0 and page.title() == "Gridtrace", "what a source says stays text"
        href = page.get_by_role("link", name="Its incidents as a feed").get_attribute("href")
        assert href == f"{logged.url}/status/NZ/feed"
        assert not page.said  # type: ignore[attr-defined]


def test_the_table_of_sources_leads_there_and_back(browser: "Browser", logged: Served) -> None:
    with new_page(browser, logged.url) as page:
        show(page, "/#page=status")
        page.locator("#status").get_by_role("link", name="NZ", exact=True).click()
        page.wait_for_selector(".strip")
        assert page.url.endswith(ADDRESS)
        page.get_by_role("link", name="All sources").click()
        page.wait_for_selector("#status th a")
        page.go_back()
        page.wait_for_selector(".strip")
        page.get_by_role("button", name="Sources").click()
        page.wait_for_selector("#status th a")


def test_exported_files_have_it_too(browser: "Browser", logged: Served, tmp_path: Path) -> None:
    with times.frozen(NOW):
        export_static(logged.grid, Manager(), tmp_path)
    export_page(world.CONFIG, tmp_path)
    with _files(tmp_path) as url, new_page(browser, url) as page:
        draw(page, "/index.html#page=status&source=NZ")
        assert page.locator(".hour.bad").count() == 2 and page.get_by_text("as a feed").count() == 0
        page.get_by_role("link", name="All sources").click()
        page.wait_for_selector("#status th a")


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"viewport": PHONE}])
def test_everybody_can_read_it(browser: "Browser", logged: Served, options: dict[str, object]) -> None:
    """Nothing serious that axe finds, and nothing wider than the window."""
    if not AXE.exists():
        pytest.skip("axe-core is not there: run `python scripts/fetch_web.py`")
    with new_page(browser, logged.url, **options) as page:
        draw(page)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("() => axe.run({resultTypes: ['violations']})")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    serious = [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]
               if one["impact"] in ("serious", "critical")]
    assert not serious
