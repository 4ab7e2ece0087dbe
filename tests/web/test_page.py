"""What holds of the whole page: nothing from elsewhere, text that stays text, a server that is away, other readers."""

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from core import times
from core.api.static import export_page, export_static
from core.api.web import POLICY, web_root
from core.plugins import Manager
from core.store import Store, open_store
from tests.core.api.serving import NOW, Served, serving
from tests.web import world
from tests.web.conftest import PHONE, new_page, show

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = web_root() / "node_modules" / "axe-core" / "axe.min.js"
LONG_MS = 20_000
"""More than all the waits of api.js together."""


class TestSafety:
    def test_markup_in_a_name_stays_text(self, page: "Page") -> None:
        show(page, "/#page=ranking")
        assert page.locator("#ranking li", has_text=world.HOSTILE).count() == 1
        page.locator("#search-field").fill("xz")
        assert world.HOSTILE in page.locator("#search-list li").first.inner_text()
        page.keyboard.press("Enter")
        page.wait_for_selector("#panel h2")
        assert world.HOSTILE in page.locator("#panel h2").inner_text()
        assert page.locator("img[src=x]").count() == 0 and page.title() == "Gridtrace"

    def test_a_script_of_the_pages_own_would_not_run(self, browser: "Browser", site: Served) -> None:
        with new_page(browser, site.url) as made:
            answer = made.goto("/")
            assert answer and answer.headers["content-security-policy"] == POLICY
            made.evaluate("""() => {
                const script = document.createElement("script");
                script.textContent = "document.title = 'hacked'";
                document.head.append(script);
            }""")
            assert made.title() == "Gridtrace"
            assert any("Content Security Policy" in line for line in made.said)  # type: ignore[attr-defined]


def test_a_page_that_may_remember_nothing_works(browser: "Browser", site: Served) -> None:
    """As in a frame of another site whose browser keeps such data apart: reading raises, and so does writing."""
    forbidden = "Object.defineProperty(window, '{}', {{ get() {{ throw new DOMException('no', 'SecurityError'); }} }});"
    with new_page(browser, site.url) as made:
        made.add_init_script("".join(map(forbidden.format, ("localStorage", "sessionStorage"))))
        show(made, "/#page=ranking")
        made.locator("#search-field").fill("xz")
        made.keyboard.press("Enter")
        made.wait_for_selector("#panel h2")
        assert not made.said  # type: ignore[attr-defined]


class TestServer:
    def test_one_that_is_away_is_asked_again(self, browser: "Browser", site: Served) -> None:
        with new_page(browser, site.url) as made:
            show(made)
            asked: list[str] = []

            def refuse(route: Any) -> None:
                asked.append(route.request.url)
                route.abort()

            made.route("**/state*", refuse)
            made.locator("#hour").press("ArrowLeft")
            made.get_by_text("The server does not answer. Trying again …").wait_for()
            made.clock.fast_forward(LONG_MS)
            made.clock.fast_forward(LONG_MS)
            made.clock.fast_forward(LONG_MS)
            made.get_by_text("The server cannot be reached. What you see may be old.").wait_for()
            assert len(asked) == 4, "at once, and after each of three waits"
            assert made.locator("#legend").is_visible(), "what was known stays"
            made.unroute("**/state*")
            made.get_by_role("button", name="Try again").click()
            made.locator(".notice.failed").wait_for(state="detached")

    def test_an_instance_that_wants_a_token(self, browser: "Browser", web_store: Store) -> None:
        token = web_store.access.create("reader")
        with serving(web_store, needs_token=True) as served, new_page(browser, served.url) as made:
            made.goto("/#page=ranking")
            made.get_by_text("This instance answers only with an access token.").wait_for()
            made.get_by_label("Access token").fill(token)
            made.keyboard.press("Enter")
            made.wait_for_selector("#ranking li")

    def test_simulated_numbers_are_labelled(self, browser: "Browser", page: "Page", tmp_path: Path) -> None:
        show(page)
        assert page.get_by_text("SIMULATED").count() == 0
        with open_store(tmp_path / "simulated.db") as store:
            with times.frozen(NOW):
                world.fill(store, origin="simulated")
            with serving(store) as served, new_page(browser, served.url) as made:
                show(made, "/?embed=1")
                assert made.locator(".simulated").is_visible()

    def test_exported_files_are_a_site(self, browser: "Browser", site: Served, tmp_path: Path) -> None:
        with times.frozen(NOW):
            export_static(site.grid, Manager(), tmp_path / "below")
        export_page(site.grid.config, tmp_path / "below")
        with _files(tmp_path) as url, new_page(browser, url) as made:
            show(made, "/below/index.html#page=ranking")
            assert made.locator("#ranking li").first.inner_text().startswith("5")
            assert made.locator("#slider").is_hidden()
            made.locator("#ranking li button").first.click()
            made.wait_for_selector("#panel h2")
            assert made.url.startswith(f"{url}/below/index.html#")


@contextmanager
def _files(folder: Path) -> Iterator[str]:
    """A plain web server of a folder, which knows nothing of an API."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("address, options", [
    ("/#page=ranking&zone=ES", {}), ("/", {"color_scheme": "dark"}), ("/#page=status", {}), ("/", {"viewport": PHONE})])
def test_everybody_can_read_it(browser: "Browser", site: Served, address: str, options: dict[str, Any]) -> None:
    """No serious violation of the Web Content Accessibility Guidelines that axe can find."""
    if not AXE.exists():
        pytest.skip("axe-core is not there: run `python scripts/fetch_web.py`")
    with new_page(browser, site.url, **options) as made:
        show(made, address)
        if "zone" in address:
            made.wait_for_selector("#panel h2")
        made.evaluate(AXE.read_text(encoding="utf-8"))
        found = made.evaluate("() => axe.run({resultTypes: ['violations']})")
    serious = [
        (one["id"], [node["target"] for node in one["nodes"]], one["nodes"][0]["failureSummary"])
        for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert len(found["passes"]) > 15, "axe looked at the page"
    assert not serious
