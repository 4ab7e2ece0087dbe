"""/zone-details: what is known of a zone apart from its hours."""

import json

import pytest
from fastapi.testclient import TestClient

from core.api.app import create_app
from core.api.details import capacity_mw
from core.api.grid import Grid
from core.config import Config, load, shipped_root
from core.store import Store
from tests import fakes
from tests.core.api.small import factor, get


def test_a_zone_of_the_small_world(client: TestClient) -> None:
    found = get(client, "/zone-details", zone="XB")
    assert (found["name"], found["country"], found["timezone"]) == ("Test XB", None, "UTC")
    assert found["bbox"] == [0, 0, 1, 1] and found["center"] == [0.5, 0.5] and found["reason"] is None
    assert found["links"] == [
        {"zone": key, "name": f"Test {key}", "importMw": None, "exportMw": None, "hasSource": True}
        for key in ("XA", "XC")]
    assert found["factors"]["lifecycle"]["coal"]["gPerKwh"] == factor("coal")
    hydro = found["factors"]["direct"]["hydro"]
    assert (hydro["gPerKwh"], hydro["scope"]) == (factor("hydro", "direct"), "default") and hydro["source"]


def test_links_are_told_from_the_zone_s_side(client: TestClient) -> None:
    """exchanges.json has for ES->FR the least and the greatest flow from ES to FR."""
    low_mw, high_mw = json.loads((shipped_root() / "exchanges.json").read_text())["ES->FR"]["capacity"]
    sides = {
        key: next(link for link in get(client, "/zone-details", zone=key)["links"] if link["zone"] == other)
        for key, other in (("FR", "ES"), ("ES", "FR"))}
    assert (sides["FR"]["importMw"], sides["FR"]["exportMw"]) == (high_mw, -low_mw)
    assert (sides["ES"]["importMw"], sides["ES"]["exportMw"]) == (-low_mw, high_mw)


def test_capacity_is_that_of_today(small_store: Store) -> None:
    """Of NO the sum of its five areas, of which each has a figure of its own; nothing for what nobody gave."""
    config = fakes.world({"XA": {"hydro": 120.0}})
    grid = Grid(config, small_store)
    assert capacity_mw(grid, "XA") == {"hydro": 120.0} and capacity_mw(grid, "XB") == {}
    parts = [capacity_mw(grid, part) for part in config.zones["NO"].sub_zones]
    assert len(parts) == 5 and capacity_mw(grid, "NO")["hydro"] == pytest.approx(sum(one["hydro"] for one in parts))


def test_sources_say_what_the_parser_s_header_says(client: TestClient) -> None:
    found = get(client, "/zone-details", zone="FR")["sources"]
    production = next(one for one in found if one["kind"] == "production" and one["parser"] == "FR")
    assert production["zones"] == ["FR"] and production["title"].startswith("RTE, the French transmission operator")
    assert production["addresses"] == ["https://odre.opendatasoft.com/explore/dataset/eco2mix-national-tr/"]
    assert production["licence"] == "Licence Ouverte 2.0 (Etalab)"
    flows = next(one for one in found if one["kind"] == "exchange" and one["parser"] == "ENTSOE")
    assert "ES->FR" in flows["zones"] and all("FR" in key.split("->") for key in flows["zones"])


def test_a_zone_without_data_says_why(client: TestClient) -> None:
    found = get(client, "/zone-details", zone="AD")
    assert found["reason"] == "No source of production is configured." and found["capacityMw"] == {}


def test_an_aggregate_has_no_factors_and_no_links_inside(client: TestClient) -> None:
    found = get(client, "/zone-details", zone="DK")
    assert found["factors"] == {} and set(found["subZones"]) == {"DK-DK1", "DK-DK2"}
    assert not {link["zone"] for link in found["links"]} & {"DK", *found["subZones"]}


def test_a_plugin_s_source_is_told_too(grid: Grid) -> None:
    def world_with(parser: str) -> Config:
        zones = {"XD": fakes.zone("Test XD", production=f"{parser}.fetch_production")}
        return load().with_more(zones, {})

    module = fakes.module("more")
    module.__doc__ = "A source of another distribution.\n\nDocs     https://example.org/docs, and a page\n"
    client = TestClient(create_app(Grid(world_with("more"), grid.store), fakes.manager(more=module)))
    (source,) = get(client, "/zone-details", zone="XD")["sources"]
    assert source["title"] == "A source of another distribution." and source["licence"] is None
    assert source["addresses"] == ["https://example.org/docs"]


def test_an_unknown_zone(client: TestClient) -> None:
    assert client.get("/zone-details", params={"zone": "XX-1"}).status_code == 404
