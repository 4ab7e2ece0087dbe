"""The documentation as a site: built without a warning, and complete in itself."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOADED = {("link", "href"), *((tag, "src") for tag in ("script", "img", "iframe", "source", "video", "audio", "embed"))}
FOREIGN = re.compile(r"(?:[a-z]+:)?//", re.I)


class Assets(HTMLParser):
    """What a browser loads for a page, beside what a reader may click."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.maths = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.maths += tag == "math"
        self.found += [value for name, value in attributes if (tag, name) in LOADED and value]


def build(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    options = ("--quiet", "--fail-on-warning", "--keep-going", "--conf-dir", "docs")
    command = [sys.executable, "-m", "sphinx", *options, ".", str(target)]
    return subprocess.run(command, cwd=source, capture_output=True, text=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """As `make docs` builds it, so that a warning is a failure."""
    target = tmp_path_factory.mktemp("site")
    done = build(ROOT, target)
    assert done.returncode == 0, done.stderr
    yield target


def pages(site: Path) -> dict[str, str]:
    return {path.stem: path.read_text() for path in (site / "docs").glob("*.html")}


def test_every_page_is_built(site: Path) -> None:
    assert pages(site).keys() == {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert (site / "CONTRIBUTING.html").exists() and (site / "CHANGELOG.html").exists()
    assert 'href="docs/index.html"' in (site / "index.html").read_text()


def test_it_loads_nothing_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        assets = Assets(path.read_text()).found
        assert [one for one in assets if FOREIGN.match(one)] == [], path.name
        if path.parent.name == "docs":
            assert len(assets) >= 5
            missing = [one for one in assets if not (path.parent / one.partition("?")[0]).exists()]
            assert missing == [], path.name
    for path in site.rglob("*.css"):
        assert re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", path.read_text()) == [], path.name


def test_equations_are_mathml(site: Path) -> None:
    """The first equation of the method: x_i and the sum of the flows N_ij in a row of its own."""
    method = pages(site)["method"]
    assert Assets(method).maths >= 30
    assert "$$" not in method and "\\sum" not in method
    (first, *_) = re.findall(r'<div class="math">(.*?)</div>', method, re.S)
    assert re.sub(r"<[^>]+>|\s", "", first).startswith("xi(vi+∑jNij)−∑jNijxj=bi")


def test_code_can_be_copied_and_the_page_made_dark(site: Path) -> None:
    clients = pages(site)["clients"]
    assert "copybutton.js" in clients and "theme-toggle" in clients


def test_a_broken_link_breaks_the_build(tmp_path: Path) -> None:
    """The same settings on a page that links to a heading and to a page that are not there."""
    for name in ("docs/conf.py", "docs/static/site.css", "docs/static/to_index.html", "web/icon.svg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text())
    (tmp_path / "docs" / "index.md").write_text("# A\n\n[b](#nowhere) [c](gone.md)\n")
    done = build(tmp_path, tmp_path / "site")
    assert done.returncode == 1
    assert "nowhere" in done.stderr and "gone.md" in done.stderr
