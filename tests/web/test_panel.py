"""The zone panel, in a real browser: every number in it is the API's, over the store of tests/core/api/small.py."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import times
from core.api.app import create_app
from core.api.grid import Grid
from core.store import open_store
from tests.core.api import small
from tests.core.api.serving import Served, serving
from tests.core.api.small import factor, of_xb, of_xc
from tests.web.conftest import DESKTOP, PHONE, new_page

HOSTILE = "<img src=x onerror=\"document.title='broken'\"><b id=hostile>{name}</b>"
AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """XC has 200 MW of gas and a battery of 20; its link from XB carries 80 MW in and 70 out. XB's name is hostile."""
    config = small.world({"XC": {"gas": 200.0, "battery storage": 20.0}})
    zones = {**config.zones, "XB": config.zones["XB"].model_copy(update={"name": HOSTILE})}
    link = config.exchanges["XB->XC"].model_copy(update={"capacity": (-70.0, 80.0)})
    config = replace(config, zones=zones, exchanges={**config.exchanges, "XB->XC": link})
    with open_store(tmp_path_factory.mktemp("panel") / "store.db") as store:
        with times.frozen(small.NOW):
            small.fill(store)
        with serving(store, app=create_app(Grid(config, store))) as served:
            yield served


class Opened:
    """The panel of a zone in a tab, and the errors that the tab printed."""

    def __init__(self, page: Any, served: Served) -> None:
        self.page, self.served, self.said = page, served, page.said
        page.goto("/")

    def show(self, zone: str, more: str = "") -> None:
        """Close what is open, and follow the link to a zone."""
        self.page.set_viewport_size(DESKTOP)
        self.page.evaluate("location.hash = ''")
        self.page.locator("#panel").wait_for(state="hidden")
        self.page.evaluate("hash => { location.hash = hash }", f"#zone={zone}{more}")
        self.page.locator("#panel h2").wait_for()

    def api(self, path: str, **parameters: Any) -> Any:
        return self.served.client.get(path, params=parameters).raise_for_status().json()

    def text(self, selector: str) -> str:
        return " ".join(self.page.locator(f"#panel {selector}").first.inner_text().split())

    def table(self, chart: str) -> list[list[str]]:
        """The rows of the table behind a chart."""
        self.page.locator(f"[data-chart={chart}]").wait_for()
        found: list[list[str]] = self.page.evaluate(
            "key => [...document.querySelectorAll(`[data-chart=${key}] tbody tr`)]"
            ".map(row => [...row.children].map(cell => cell.textContent))", chart)
        return found


@pytest.fixture(scope="module")
def tab(browser: Any, instance: Served) -> Iterator[Opened]:
    """One tab for all, as the map takes its time where a processor draws it."""
    with new_page(browser, instance.url) as page:
        yield Opened(page, instance)


@pytest.fixture
def panel(tab: Opened) -> Iterator[Callable[..., Opened]]:
    """Opens the panel of a zone; at the end no error may have been printed."""
    tab.said.clear()

    def show(zone: str, more: str = "") -> Opened:
        tab.show(zone, more)
        return tab

    yield show
    assert tab.said == []


def test_the_head_says_what_the_api_says(panel: Callable[..., Opened]) -> None:
    found = panel("XC")
    row = found.api("/v4/carbon-intensity/latest", zone="XC")
    assert found.text("[data-figure=intensity]") == str(row["carbonIntensity"]) == str(round(of_xc()))
    breakdown = found.api("/v4/power-breakdown/latest", zone="XC")
    assert found.text("[data-figure=renewable]") == f"{breakdown['renewablePercentage']}%"
    assert found.text("[data-figure=carbonFree]") == f"{breakdown['fossilFreePercentage']}%"
    assert found.text(".panel-time") == "Tue 10 Mar, 11:00 to 12:00 (UTC), ended 5 minutes ago"
    assert "consumption, life cycle" in found.text(".panel-meaning")


def test_how_much_is_estimated(panel: Callable[..., Opened]) -> None:
    """XA's last hour is taken from the two days before; 40 % of XB's supply came from there, 50 % of XC's from XB."""
    found = panel("XC")
    assert found.text(".panel-tags") == "80% measured 20% estimated"


def test_bars_of_modes_storage_and_exchanges(panel: Callable[..., Opened]) -> None:
    """In the last hour XC made 50 MW by gas, charged 10 and took 50 from XB: half of the 100 MW that entered."""
    found = panel("XC")
    rows = {name: found.text(f"[data-bar='{name}'] .panel-value") for name in ("gas", "battery storage", "XB")}
    assert rows == {"gas": "50 MW", "battery storage": "-10 MW", "XB": "50 MW"}
    assert found.page.locator("[data-bar=coal]").count() == 0, "neither known nor installed"
    found.page.get_by_role("button", name="Gas").focus()
    source = found.api("/zone-details", zone="XC")["factors"]["lifecycle"]["gas"]["source"]
    tonnes = 50 * factor("gas") / 1000
    assert found.text("[data-bar=gas] [role=tooltip]") == (
        "Gas produced 50 MW. That is 50% of all that entered the grid of Test XC. "
        f"Its factor is {factor('gas'):.0f} gCO₂eq/kWh, from {source}: {tonnes:.1f} t CO₂eq per hour. "
        "Installed: 200 MW.")
    found.page.locator("[data-bar=XB] button").focus()
    hint = found.text("[data-bar=XB] [role=tooltip]")
    assert f"{round(of_xb())} gCO₂eq/kWh" in hint and hint.endswith("The links can carry 80 MW in and 70 MW out.")


def test_emissions_are_power_times_intensity(panel: Callable[..., Opened]) -> None:
    found = panel("XC")
    found.page.get_by_role("button", name="Emissions").click()
    assert found.text("[data-bar=gas] .panel-value") == f"{50 * factor('gas') / 1000 + 1e-9:.0f}"
    assert found.text("[data-bar=XB] .panel-value") == f"{50 * of_xb() / 1000 + 1e-9:.0f}"
    assert found.page.get_by_role("button", name="Emissions").get_attribute("aria-pressed") == "true"
    found.page.get_by_role("button", name="Electricity").click()
    assert found.text("[data-bar=gas] .panel-value") == "50 MW"


def test_direct_emissions_of_production(panel: Callable[..., Opened]) -> None:
    found = panel("XC", "&basis=direct&mode=production")
    row = found.api("/v4/carbon-intensity/latest", zone="XC", emissionFactorType="direct", flowTraced=False)
    assert found.text("[data-figure=intensity]") == str(row["carbonIntensity"]) == str(round(factor("gas", "direct")))
    assert "production, direct" in found.text(".panel-meaning")


def test_explain_unfolds_an_import(panel: Callable[..., Opened]) -> None:
    """XB's balance: 60 MW by coal and 40 from XA."""
    found = panel("XC")
    found.page.get_by_text("Explain this number").click()
    total = sum(term["contribution"] or 0 for term in found.api("/explain", zone="XC")["terms"])
    assert f"{total:.1f} gCO₂eq/kWh" in found.text(".panel-explain p")
    found.page.locator("[data-term='import XB'] button").click()
    inner = found.page.locator(".panel-inner [data-term='production coal']")
    inner.wait_for()
    assert " ".join(inner.locator("td").all_inner_texts()) == (
        f"60 MW 60% {factor('coal'):.1f} {0.6 * factor('coal'):.1f}")


def test_charts_have_the_api_s_rows_behind_them(panel: Callable[..., Opened]) -> None:
    found = panel("XC")
    known = found.api("/v4/carbon-intensity/history", zone="XC")["history"]
    ahead = found.api("/v4/carbon-intensity/forecast", zone="XC")["forecast"]
    table = found.table("intensity")
    assert [row[1] for row in table] == [str(row["carbonIntensity"]) for row in (*known, *ahead)]
    assert [row[2] for row in table].count("Forecast") == 25
    found.page.locator("[data-chart=intensity] canvas").wait_for()
    assert found.table("origin")[0] == ["12:00", "–", "50", "50"], "wind, gas, and from XB"
    assert {row[1] for row in found.table("load")} == {"90"} and {row[1] for row in found.table("exchange")} == {"50"}
    emitted = {f"{90 * row['carbonIntensity'] / 1000 + 1e-9:.0f}" for row in known}
    assert {row[1] for row in found.table("emissions")} == emitted


def test_longer_spans(panel: Callable[..., Opened]) -> None:
    """60 hours are stored, on three days of one month; a forecast does not go on from means of days."""
    found = panel("XC", "&span=72h")
    assert len(found.table("load")) == 60
    for name, span, count in (("30 days", "30d", 3), ("12 months", "12m", 1)):
        found.page.get_by_role("button", name=name).click()
        found.page.wait_for_function(
            "count => document.querySelectorAll('[data-chart=load] tr').length === count + 1", arg=count)
        assert f"span={span}" in found.page.url and len(found.table("intensity")) == count


def test_a_moment_of_the_past(panel: Callable[..., Opened]) -> None:
    """At 08:00 XC made its power by wind; of then there is no forecast."""
    found = panel("XC", "&at=2026-03-10T08:00:00.000Z")
    assert found.text("[data-figure=intensity]") == str(round(of_xc("wind")))
    assert found.text("[data-bar=wind] .panel-value") == "50 MW" and found.page.locator(".panel-best").count() == 0
    assert len(found.table("intensity")) == 24


def test_best_hours(panel: Callable[..., Opened]) -> None:
    """The windy hour comes again at 08:00, so of three hours in a row those with it are best."""
    found = panel("XC")
    values = [row["carbonIntensity"] for row in found.api("/v4/carbon-intensity/forecast", zone="XC")["forecast"]]
    best = min(sum(values[at : at + 3]) / 3 for at in range(len(values) - 2))
    saving = 1 - best / (sum(values) / len(values))
    assert found.text(".panel-best p") == (
        f"Wed 06:00 to 09:00: about {best:.0f} gCO₂eq/kWh, {saving:.0%} below the mean of the next 24 hours.")
    assert found.page.locator(".panel-strip li").count() == 25
    assert "knows no weather" in found.text(".panel-best .panel-small")


def test_csv_is_what_the_charts_show(panel: Callable[..., Opened]) -> None:
    found = panel("XC")
    with found.page.expect_download() as waiting:
        found.page.get_by_role("link", name="Power by mode and neighbour").click()
    lines = Path(waiting.value.path()).read_text().splitlines()
    assert waiting.value.suggested_filename == "XC-power-breakdown-24h.csv" and len(lines) == 25
    at = lines[0].replace('"', "").split(",").index("powerProductionBreakdown.gas")
    assert lines[1].split(",")[at] == "50"


def test_hostile_names_stay_text(panel: Callable[..., Opened]) -> None:
    found = panel("XB")
    assert found.text("h2") == HOSTILE
    found.page.locator("[data-chart=intensity] canvas").wait_for()
    assert found.page.locator("#hostile").count() == 0 and found.page.title() == "Gridtrace"


def test_a_zone_without_data_says_why(panel: Callable[..., Opened]) -> None:
    found = panel("AD")
    found.page.locator(".panel-nothing").wait_for()
    assert "No source of production is configured." in found.text(".panel-nothing")
    found.said[:] = [text for text in found.said if "404" not in text]  # the browser logs the API's "nothing known"


def test_an_aggregate_leads_to_its_zones(panel: Callable[..., Opened]) -> None:
    opened = panel("DK")
    assert opened.text(".panel-nothing") == (
        "No recent data. 2 of its 2 sub-zones have no data of their own: DK-DK1, DK-DK2.")
    opened.page.get_by_text("Its 2 zones").click()
    opened.page.get_by_role("button", name="East Denmark").click()
    opened.page.locator("#panel h2", has_text="East Denmark").wait_for()
    assert "zone=DK-DK2" in opened.page.url
    opened.said[:] = [text for text in opened.said if "404" not in text]


def test_a_failure_can_be_tried_again(panel: Callable[..., Opened]) -> None:
    found = panel("XC")
    found.page.route("**/zone-details*", lambda route: route.fulfill(
        status=500, content_type="application/json", body='{"message": "The store broke."}'))
    found.page.evaluate("location.hash = '#zone=XA'")
    alert = found.page.get_by_role("alert")
    alert.wait_for()
    assert "The store broke." in alert.inner_text()
    found.page.unroute("**/zone-details*")
    alert.get_by_role("button").click()
    found.page.get_by_role("heading", name="Test XA").wait_for()
    found.said[:] = [text for text in found.said if "500" not in text]


def test_by_keyboard(panel: Callable[..., Opened]) -> None:
    found = panel("XC")
    found.page.evaluate("location.hash = '#zone=XA'")
    found.page.get_by_role("heading", name="Test XA").wait_for()
    assert found.page.evaluate("document.activeElement.textContent") == "Test XA"
    found.page.keyboard.press("Escape")
    found.page.locator("#panel").wait_for(state="hidden")
    assert "zone" not in found.page.url


def test_another_language(panel: Callable[..., Opened]) -> None:
    found = panel("XC")
    speak = "name => import('/web/src/state.js').then(state => state.set({language: name}))"
    found.page.evaluate(speak, "de")
    found.page.get_by_text("Diese Zahl erklären").wait_for()
    found.page.locator("[data-chart=load] figcaption", has_text="Verbrauch, MW").wait_for()
    found.page.evaluate(speak, "en")
    found.page.get_by_text("Explain this number").wait_for()


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: run scripts/fetch_web.py")
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_no_serious_violation_of_accessibility(panel: Callable[..., Opened], size: dict[str, int]) -> None:
    found = panel("XC")
    found.page.set_viewport_size(size)
    found.page.get_by_text("Explain this number").click()
    found.page.locator("[data-chart=intensity] canvas").wait_for()
    assert found.page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "only the panel scrolls"
    found.page.evaluate(AXE.read_text())
    violations = found.page.evaluate("axe.run('#panel').then(found => found.violations)")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations
            if one["impact"] in ("serious", "critical")] == []
