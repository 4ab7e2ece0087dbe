"""codecarbon: the intensity it fetches, what it makes of it, and what it says of a refusal."""

from collections.abc import Iterator

import pytest
from codecarbon.core import electricitymaps_api
from codecarbon.core.emissions import Emissions
from codecarbon.core.units import Energy
from codecarbon.external.geography import GeoMetadata
from codecarbon.input import DataSource

from core.store import Store
from tests.core.api.clients import stored
from tests.core.api.serving import Served

MADRID = GeoMetadata("ESP", "Spain", latitude=40.4, longitude=-3.7, country_2letter_iso_code="ES")
SPAIN = GeoMetadata("ESP", "Spain", country_2letter_iso_code="ES")
NOWHERE = GeoMetadata("ATA", "Antarctica", country_2letter_iso_code="AQ")


@pytest.fixture(autouse=True)
def redirected(world: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(electricitymaps_api, "URL", f"{world.url}/v3/carbon-intensity/latest")
    electricitymaps_api.reset_cache()
    yield
    electricitymaps_api.reset_cache()


@pytest.mark.parametrize("place", [MADRID, SPAIN], ids=["point", "country"])
def test_it_reads_the_intensity(world_store: Store, place: GeoMetadata) -> None:
    expected_g = round(stored.latest(world_store, "ES")["lifecycle_g_per_kwh"])
    assert electricitymaps_api.get_carbon_intensity(place, "any") == expected_g


def test_its_emissions_are_energy_by_intensity(world_store: Store) -> None:
    """2.5 kWh at so many g/kWh, in kg; Emissions is what its trackers ask."""
    expected_kg = 2.5 * round(stored.latest(world_store, "ES")["lifecycle_g_per_kwh"]) / 1000
    tracker = Emissions(DataSource(), electricitymaps_api_token="any")
    assert tracker.get_private_infra_emissions(Energy.from_energy(2.5), MADRID) == pytest.approx(expected_kg)


def test_it_quotes_a_refusal() -> None:
    with pytest.raises(electricitymaps_api.ElectricityMapsAPIError, match='No recent data for zone "AQ"'):
        electricitymaps_api.get_carbon_intensity(NOWHERE, "any")
