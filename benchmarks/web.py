"""How soon the map is seen, how much it loads, and how smoothly it pans with arrows on, in a headless Chromium; the
frames of the weather's layers too, standing and panning.

    gridtrace serve --store gridtrace-sandbox.db &
    python benchmarks/web.py http://127.0.0.1:8764

The processor draws what a graphics card would. Needs Python's playwright and Chromium on the path.
"""

import shutil
import statistics
import sys
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FLAGS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
SIZE = {"width": 1440, "height": 900}
RUNS, STEPS = 5, 90
FRAMES = """steps => new Promise(done => {
    const times = [], canvas = document.querySelector("#map canvas"), {left, top} = canvas.getBoundingClientRect();
    const say = (type, x) => canvas.dispatchEvent(new MouseEvent(type, {
        bubbles: true, cancelable: true, button: 0, buttons: 1, clientX: left + x, clientY: top + 300}));
    say("mousedown", 700);
    let last = performance.now();
    const next = now => {
        times.push(now - last);
        last = now;
        if (times.length === steps) { say("mouseup", 700); done(times); return; }
        say("mousemove", 700 - 5 * Math.abs(45 - (times.length % 90)) + 225);
        requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
})"""

STILL = """steps => new Promise(done => {
    const times = [];
    let last = performance.now();
    const next = now => {
        times.push(now - last);
        last = now;
        if (times.length === steps) done(times); else requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
})"""


def first_view(browser: "Browser", url: str) -> tuple[float, float, int, int]:
    """Milliseconds to the first paint and to a coloured map, bytes over the wire, and requests, with empty memory."""
    context = browser.new_context(viewport=SIZE)
    page, sizes = context.new_page(), list[int]()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url)
    page.wait_for_selector("main[aria-busy=false]")
    paint_ms, drawn_ms = page.evaluate(
        "() => [performance.getEntriesByName('first-contentful-paint')[0].startTime, performance.now()]")
    context.close()
    return paint_ms, drawn_ms, int(sum(sizes)), len(sizes)


def frames_ms(page: "Page", url: str) -> list[float]:
    """How long each frame takes while the map of Europe is dragged, with arrows."""
    page.goto(f"{url}/#zone=CH")
    page.wait_for_selector("main[aria-busy=false]")
    page.wait_for_timeout(3000)
    found: list[float] = page.evaluate(FRAMES, STEPS)
    return sorted(found[5:])


def layers_ms(page: "Page", url: str, steps: int) -> tuple[list[float], list[float]]:
    """The same with wind and sunshine switched on: while nothing is dragged, and while Europe is."""
    page.goto(f"{url}/#zone=CH")
    page.wait_for_selector("main[aria-busy=false]")
    page.locator("#controls summary").press("Enter")
    for layer in ("wind", "sun"):
        page.locator(f'[data-choice="{layer}"]').check()
    page.locator("#controls summary").press("Enter")
    page.wait_for_timeout(3000)
    still: list[float] = page.evaluate(STILL, steps)
    dragged: list[float] = page.evaluate(FRAMES, steps)
    return sorted(still[5:]), sorted(dragged[5:])


def told(what: str, times: list[float]) -> None:
    print(f"{what}: median {statistics.median(times):.0f} ms a frame, 95th percentile "
          f"{times[int(0.95 * len(times))]:.0f} ms, longest {times[-1]:.0f} ms")


def main(url: str) -> None:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        views = [first_view(browser, url) for _ in range(RUNS)]
        paint_ms, drawn_ms, size, count = (statistics.median(column) for column in zip(*views, strict=True))
        print(f"first paint {paint_ms:.0f} ms, map drawn {drawn_ms:.0f} ms; "
              f"{size / 1000:.0f} kB in {count:.0f} requests")
        with browser.new_page(viewport=SIZE) as page:  # closed, as its arrows would go on glowing
            told("panning", frames_ms(page, url))
        with browser.new_page(viewport=SIZE) as page:
            still, dragged = layers_ms(page, url, STEPS)
        told("with wind and sunshine, standing", still)
        told("with wind and sunshine, panning", dragged)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
