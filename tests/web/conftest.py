"""A page of a real, headless Chromium before an instance that serves tests/web/world.py on loopback."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from core.api.app import create_app
from core.api.grid import Grid
from core.api.web import web_root
from core.store import Store, open_store
from tests.core.api.serving import NOW, Served, serving
from tests.web import world

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
WAIT_MS = 15_000
"""For what comes at once unless something is broken."""


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Closed with the module: its event loop would be in the way of other tests."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Python's playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    if not (web_root() / "vendor").exists():
        pytest.skip("web/vendor is not there: run `python scripts/fetch_web.py`")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def web_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("web") / "store.db") as opened:
        world.fill(opened)
        yield opened


@pytest.fixture(scope="module")
def site(web_store: Store) -> Iterator[Served]:
    """The instance."""
    with serving(web_store, app=create_app(Grid(world.CONFIG, web_store))) as served:
        yield served


@contextmanager
def new_page(browser: "Browser", url: str, **options: Any) -> Iterator["Page"]:
    """A page in which the clock says NOW; what it says on its console is in `page.said`."""
    made = {"viewport": DESKTOP, "locale": "en-GB", "timezone_id": "UTC", "reduced_motion": "reduce", **options}
    context = browser.new_context(base_url=url, **made)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.clock.install(time=NOW)
    page.said = []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.said.append(str(error)))  # type: ignore[attr-defined]
    yield page
    context.close()


@pytest.fixture(scope="module")
def tab(browser: "Browser", site: Served) -> Iterator["Page"]:
    """One page for all tests of a module, as much of what it loads is then in its memory."""
    with new_page(browser, site.url) as made:
        yield made


@pytest.fixture
def page(tab: "Page", site: Served) -> Iterator["Page"]:
    """A page at a desk, as for a new reader. A test fails if it asked another machine, or its console has an error."""
    outside: list[str] = []

    def note(request: "Request") -> None:
        if not request.url.startswith((site.url, "data:", "blob:")):
            outside.append(request.url)

    tab.goto("/web/icon.svg")
    tab.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    tab.said.clear()  # type: ignore[attr-defined]
    tab.on("request", note)
    yield tab
    tab.remove_listener("request", note)
    assert not outside, "the page asked another machine"
    assert not tab.said, "the console has errors"  # type: ignore[attr-defined]


def show(page: "Page", address: str = "/") -> None:
    """Open an address and wait until all is drawn."""
    page.goto(address)
    page.wait_for_selector("main[aria-busy=false]")
