"""Regions of public clouds and their zones."""

import json
from collections import Counter
from importlib import resources

import pytest
import shapely

from core.config import load
from core.config.zones import read_day
from core.places import data_centers, find
from core.places.shapes import COAST, read_shapes

# The zone of the grid that each city is on, by its operator's own account.
ZONES = {
    ("aws", "eu-central-1"): "DE",
    ("aws", "us-east-1"): "US-MIDA-PJM",
    ("aws", "eu-north-1"): "SE-SE3",
    ("aws", "ap-southeast-1"): "SG",
    ("aws", "ca-west-1"): "CA-AB",
    ("aws", "af-south-1"): "ZA",
    ("gcp", "europe-west1"): "BE",
    ("gcp", "us-central1"): "US-MIDW-MISO",
    ("gcp", "us-west1"): "US-NW-BPAT",
    ("gcp", "us-west2"): "US-CAL-LDWP",
    ("gcp", "us-east1"): "US-CAR-SC",
    ("gcp", "asia-south2"): "IN-NO",
    ("azure", "westeurope"): "NL",
    ("azure", "southcentralus"): "US-TEX-ERCO",
    ("azure", "swedensouth"): "SE-SE4",
    ("azure", "norwaywest"): "NO-NO2",
    ("azure", "westus2"): "US-NW-GCPD",
    ("ovh", "GRA11"): "FR",
    ("ovh", "BHS5"): "CA-QC",
    ("ovh", "US-WEST-OR-1"): "US-NW-PGE",
}


@pytest.mark.parametrize("provider, region", ZONES)
def test_regions_draw_power_from_their_zone(provider: str, region: str) -> None:
    found = find(provider, region)
    assert found is not None
    assert found.zone == ZONES[provider, region]


def test_regions_are_found_in_capitals_or_not() -> None:
    found = find("AWS", "EU-Central-1")
    assert found is not None
    assert (found.provider, found.region, found.display_name) == ("aws", "eu-central-1", "Frankfurt (eu-central-1)")
    assert (found.lat, found.lon, found.status) == (50.11, 8.68, "operational")
    assert found.operational_since is None
    assert find("ovh", "gra11") == find("OVH", "GRA11")
    assert find("aws", "mars-north-1") is None
    assert find("gcp", "eu-central-1") is None


def test_every_region_lies_in_a_solved_zone_and_is_listed_once() -> None:
    every = data_centers()
    assert {one.zone for one in every} <= set(load().solved_zones())
    assert Counter(one.provider for one in every) == {"aws": 34, "gcp": 42, "azure": 56, "ovh": 16}
    listed = json.loads(resources.files("core.places").joinpath("data_centers.json").read_text(encoding="utf-8"))
    assert sum(len(about["regions"]) for about in listed.values()) == len(every)


def test_days_of_opening_are_days() -> None:
    known = {one.region: one.operational_since for one in data_centers() if one.operational_since}
    assert known["ca-west-1"] == "2023-12-20"
    assert [day for day in known.values() if read_day(day).year < 2006] == []


def test_a_zone_is_written_down_only_where_the_city_lies_at_its_border() -> None:
    listed = json.loads(resources.files("core.places").joinpath("data_centers.json").read_text(encoding="utf-8"))
    shapes = read_shapes()
    written = {one["region"]: one for about in listed.values() for one in about["regions"] if "zone" in one}
    assert written.keys() == {"us-west-2", "us-central1", "us-west1", "us-west2"}
    for one in written.values():
        distance = shapely.MultiPolygon(shapes[one["zone"]]).distance(shapely.Point(one["lonlat"]))
        assert 0 < distance < COAST
