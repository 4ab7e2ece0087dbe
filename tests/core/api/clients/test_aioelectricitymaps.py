"""aioelectricitymaps, the client that Home Assistant uses: every method of it against a served instance."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from aioelectricitymaps import CoordinatesRequest, ElectricityMaps, ElectricityMapsNoDataError, ZoneRequest
from aioelectricitymaps.const import API_BASE_URL, ApiEndpoints
from aioelectricitymaps.exceptions import ElectricityMapsConnectionError, ElectricityMapsInvalidTokenError

from core.store import Store
from tests.core.api.clients import stored
from tests.core.api.serving import Served, serving

Answer = TypeVar("Answer")
FR = ZoneRequest("FR")
PARIS = CoordinatesRequest(lat="48.86", lon="2.35")
PLACES = pytest.mark.parametrize("place", [FR, PARIS], ids=["zone", "point"])


@pytest.fixture
def redirected(world: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's addresses on the instance."""
    redirect(monkeypatch, world.url)


def redirect(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name, address in vars(ApiEndpoints).items():
        if isinstance(address, str) and address.startswith(API_BASE_URL):
            monkeypatch.setattr(ApiEndpoints, name, address.replace(API_BASE_URL, f"{url}/v3"))


def ask(question: Callable[[ElectricityMaps], Awaitable[Answer]], token: str = "any") -> Answer:
    async def main() -> Answer:
        async with ElectricityMaps(token=token) as client:
            return await question(client)

    return asyncio.run(main())


@pytest.mark.usefixtures("redirected")
class TestOverHttp:
    def test_every_address_is_tried(self) -> None:
        methods = {name for name in vars(ElectricityMaps) if not name.startswith("_")} - {"close", "session"}
        assert methods == {
            "carbon_intensity_for_home_assistant", "carbon_intensity_history", "latest_carbon_intensity",
            "latest_power_breakdown", "power_breakdown_history", "zones"}

    @PLACES
    def test_home_assistant(self, world_store: Store, place: Any) -> None:
        found = ask(lambda client: client.carbon_intensity_for_home_assistant(place))
        row = stored.latest(world_store, "FR")
        assert found.country_code == "FR" and found.units.carbon_intensity == "gCO2eq/kWh"
        assert found.data.carbon_intensity == round(row["lifecycle_g_per_kwh"])
        assert found.data.fossil_fuel_percentage == pytest.approx(100 - 100 * row["carbon_free_share"], abs=0.005)

    @PLACES
    def test_latest_carbon_intensity(self, world_store: Store, place: Any) -> None:
        found = ask(lambda client: client.latest_carbon_intensity(place))
        row = stored.latest(world_store, "FR")
        assert (found.zone, found.carbon_intensity) == ("FR", round(row["lifecycle_g_per_kwh"]))
        assert found.timestamp == stored.begins(row) and found.updated_at > found.timestamp
        assert (found.is_estimated, found.estimation_method) == (False, "None"), "the client makes a text of null"
        assert found.emission_factor_type == "lifecycle"

    def test_carbon_intensity_history(self, world_store: Store) -> None:
        found = ask(lambda client: client.carbon_intensity_history(ZoneRequest("GB")))
        rows = stored.day_until(world_store, "GB", stored.latest(world_store, "GB")["hour_s"])
        assert len(found.history) == len(rows) == 24
        assert [one.carbon_intensity for one in found.history] == [round(row["lifecycle_g_per_kwh"]) for row in rows]
        assert [one.timestamp for one in found.history] == [stored.begins(row) for row in rows]

    @PLACES
    def test_latest_power_breakdown(self, world_store: Store, place: Any) -> None:
        """Production and flows are means of what was published of the hour; what is used of a mode, a share of all."""
        found = ask(lambda client: client.latest_power_breakdown(place))
        row = stored.latest(world_store, "FR")
        nuclear_mw = stored.mean_mw(world_store, "production", "FR", "nuclear", row["hour_s"])
        assert found.power_production_breakdown["nuclear"] == round(nuclear_mw)
        from_germany_mw = stored.mean_mw(world_store, "exchange", "DE->FR", "value", row["hour_s"])
        assert found.power_import_breakdown["DE"] == max(0, round(from_germany_mw))
        assert found.power_export_breakdown["DE"] == max(0, round(-from_germany_mw))
        used_mw = row["nuclear_share"] * row["consumption_mw"]
        assert found.power_consumption_breakdown["nuclear"] == round(used_mw)
        assert found.power_consumption_total == round(row["consumption_mw"])
        assert found.power_import_total == round(row["import_mw"])
        assert found.fossil_free_percentage == round(100 * row["carbon_free_share"])

    def test_power_breakdown_history(self, world_store: Store) -> None:
        found = ask(lambda client: client.power_breakdown_history(FR))
        rows = stored.day_until(world_store, "FR", stored.latest(world_store, "FR")["hour_s"])
        assert [one.power_consumption_total for one in found.history] == [round(row["consumption_mw"]) for row in rows]
        assert [one.renewable_percentage for one in found.history] == [
            round(100 * row["renewable_share"]) for row in rows]

    def test_zones(self) -> None:
        found = ask(lambda client: client.zones())
        assert (found["DK-DK2"].zone_name, found["DK-DK2"].country_name) == ("East Denmark", "Denmark")
        assert found["FR"].zone_name == "France" and len(found) > 350

    def test_a_zone_without_data_is_no_data(self) -> None:
        with pytest.raises(ElectricityMapsNoDataError):
            ask(lambda client: client.carbon_intensity_for_home_assistant(ZoneRequest("AQ")))
        with pytest.raises(ElectricityMapsConnectionError):
            ask(lambda client: client.latest_carbon_intensity(ZoneRequest("AQ")))


def test_a_wrong_token_is_an_invalid_token(world_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(world_store, needs_token=True) as guarded:
        redirect(monkeypatch, guarded.url)
        with pytest.raises(ElectricityMapsInvalidTokenError):
            ask(lambda client: client.latest_carbon_intensity(FR), token="wrong")
        assert len(ask(lambda client: client.zones())) > 350, "the zones are open, as this client asks without a token"
