"""Zones, points, data centres, and which hours changed."""

import pytest
from fastapi.testclient import TestClient

from core.api.grid import Grid
from core.api.state import reasons
from tests.core.api.small import CONFIG, FETCHED_S, LAST, factor, get


class TestZones:
    def test_v4_describes_every_zone(self, client: TestClient) -> None:
        found = get(client, "/v4/zones")
        assert found.keys() == CONFIG.zones.keys()
        assert found["DK-DK2"] | {"tier": ""} == {
            "zoneName": "East Denmark", "displayName": "East Denmark", "countryName": "Denmark", "zoneKey": "DK-DK2",
            "countryCode": "DK", "zoneParentKey": "DK", "subZoneKeys": [], "isCommerciallyAvailable": True, "tier": ""}
        assert found["DK"]["subZoneKeys"] == ["DK-DK1", "DK-DK2"]
        assert (found["XC"]["tier"], found["FR"]["tier"]) == ("TIER_A", "TIER_C")

    def test_v3_names_them(self, client: TestClient) -> None:
        found = get(client, "/v3/zones")
        assert found["FR"] == {"zoneName": "France", "displayName": "France"}
        assert found["DK-DK1"]["countryName"] == "Denmark"

    @pytest.mark.parametrize("header", ["auth-token", "X-BLOBR-KEY", "Authorization"])
    def test_access_is_told_to_who_shows_a_token(self, client: TestClient, header: str) -> None:
        """The Carbon Aware SDK refuses zones without it; without a token the key must not be there."""
        found = client.get("/v3/zones", headers={header: "Bearer x"})
        assert found.json()["FR"]["access"] == ["*"] and "private" in found.headers["cache-control"]
        assert "access" not in get(client, "/v3/zones")["FR"]


class TestPoints:
    def test_the_zone_at_a_point(self, client: TestClient) -> None:
        assert get(client, "/v4/zone", lat=55.676, lon=12.568)["zone"] == "DK-DK2"
        assert get(client, "/v3/zone", dataCenterProvider="AWS", dataCenterRegion="eu-west-3")["zone"] == "FR"

    @pytest.mark.parametrize("asked, status", [
        ({"lat": "0", "lon": "-30"}, 404), ({"lat": "48"}, 400), ({"lat": "nan", "lon": "0"}, 400),
        ({"dataCenterProvider": "aws"}, 400), ({"dataCenterProvider": "aws", "dataCenterRegion": "moon-1"}, 404)])
    def test_what_is_no_place(self, client: TestClient, asked: dict[str, str], status: int) -> None:
        found = client.get("/v3/carbon-intensity/latest", params=asked)
        assert found.status_code == status and found.json()["status"] == status

    def test_every_way_to_name_a_zone(self, client: TestClient) -> None:
        for name in ("zone", "zoneKey", "countryCode"):
            assert get(client, "/v3/carbon-intensity/latest", **{name: "XB"})["zone"] == "XB"

    def test_data_centers(self, client: TestClient) -> None:
        found = get(client, "/v4/data-centers", zone="FR", dataCenterProvider="AWS")
        assert [(one["region"], one["zoneKey"]) for one in found] == [("eu-west-3", "FR")]
        assert found[0].keys() == {
            "provider", "lonlat", "displayName", "region", "zoneKey", "status", "source", "operationalSince"}
        pages = [get(client, "/v4/data-centers", limit=100, page=page) for page in (1, 2)]
        assert len(pages[0]) == 100 and 0 < len(pages[1]) < 100


class TestUpdates:
    def test_hours_that_changed(self, client: TestClient) -> None:
        """All sixty hours were solved at once, 12:05 of the 10th; the first, from 00:00 of the 8th, is 60 hours old."""
        found = get(client, "/v3/updated-since", zone="XC", since="2026-03-10T00:00Z", limit=2, threshold="P2D")
        assert [row["datetime"] for row in found["updates"]] == ["2026-03-08T00:00:00.000Z", "2026-03-08T01:00:00.000Z"]
        assert (found["limit"], found["limitReached"], found["threshold"]) == (2, True, "P2D")
        late = get(client, "/v3/updated-since", zone="XC", since="2026-03-10T00:00Z", limit=1000)
        assert len(late["updates"]) == 36 + 1, "changed a day or more after they began: 08T00:00 to 09T12:00"
        assert get(client, "/v3/updated-since", zone="XC", since="2026-03-11T00:00Z")["updates"] == []

    def test_limits(self, client: TestClient) -> None:
        for wrong in ({"limit": 1001}, {"threshold": "P3Y"}, {"since": "x"}):
            asked = {"zone": "XC", "since": "2026-03-10T00:00Z"} | wrong
            assert client.get("/v3/updated-since", params=asked).status_code == 400


class TestExplain:
    def test_every_term_adds_up(self, client: TestClient) -> None:
        """XC: 50 MW of gas and 50 from XB, which carries (60 coal + 40 hydro) / 100; it charges 10."""
        found = get(client, "/explain", zone="XC")
        assert found["datetime"] == LAST and found["supplyMw"] == 100.0 and found["consumptionMw"] == 90.0
        terms = {(term["kind"], term["name"]): term for term in found["terms"]}
        assert terms["production", "gas"]["gPerKwh"] == factor("gas") and terms["production", "gas"]["share"] == 0.5
        assert terms["import", "XB"]["gPerKwh"] == pytest.approx(0.6 * factor("coal") + 0.4 * factor("hydro"), abs=1e-3)
        assert terms["charge", "battery"]["powerMw"] == 10.0 and terms["charge", "battery"]["contribution"] is None
        added = sum(term["contribution"] for term in found["terms"] if term["contribution"] is not None)
        assert added == pytest.approx(found["carbonIntensity"], abs=2e-3)

    def test_where_a_term_is_from(self, client: TestClient) -> None:
        (gas,) = [term for term in get(client, "/explain", zone="XC")["terms"] if term["name"] == "gas"]
        assert gas["factor"]["scope"] == "default" and gas["factor"]["source"]
        (data,) = gas["data"]
        assert (data["series"], data["source"], data["sourceType"]) == ("production XC", "fake.org", "measured")
        assert data["fetchedAt"] == "2026-03-10T12:01:00.000Z" and FETCHED_S % 3600 == 60
        assert (data["start"], data["revision"], data["job"]) == (LAST, 0, 1)

    def test_imports_unfold(self, client: TestClient) -> None:
        terms = get(client, "/explain", zone="XC", depth=2)["terms"]
        (from_b,) = [term for term in terms if term["name"] == "XB"]
        assert [term["name"] for term in from_b["terms"]] == ["coal", "XA", "XC"]
        (from_a,) = [term for term in from_b["terms"] if term["name"] == "XA"]
        assert from_a["terms"][0]["name"] == "hydro"

    def test_as_text(self, client: TestClient) -> None:
        for more in ({"params": {"zone": "XC", "format": "text"}},
                     {"params": {"zone": "XC"}, "headers": {"Accept": "text/plain"}}):
            found = client.get("/explain", **more)  # type: ignore[arg-type]
            assert found.headers["content-type"].startswith("text/plain")
            lines = found.text.splitlines()
            assert lines[0] == f"XC Test XC, hour from {LAST}" and any(line.startswith("from XB") for line in lines)

    def test_origins(self, client: TestClient) -> None:
        """XC uses half its own; of the other half 60 % are XB's and 40 % XA's."""
        found = get(client, "/origins", zone="XC")
        assert found["zones"] == {"XC": 0.5, "XB": 0.3, "XA": 0.2}
        assert found["sources"][0] == {
            "zone": "XB", "mode": "coal", "share": 0.3, "gPerKwh": factor("coal"),
            "contribution": pytest.approx(0.3 * factor("coal"), abs=1e-3)}

    def test_what_cannot_be_explained(self, client: TestClient) -> None:
        assert client.get("/explain", params={"zone": "FR"}).status_code == 404
        past = client.get("/explain", params={"zone": "XC", "datetime": "2020-01-01"})
        assert past.status_code == 404 and past.json()["error"] == 'No data for zone "XC" at 2020-01-01T00:00:00.000Z'


class TestState:
    def test_the_newest_of_all(self, client: TestClient) -> None:
        found = get(client, "/state")
        assert found["zones"]["XC"]["lifecycle"] == 495.8, "0.5 × 490 + 0.5 × (0.6 × 820 + 0.4 × 24)"
        assert found["zones"]["XC"]["consumptionMw"] == 90 and found["zones"]["XC"]["renewable"] == 0.2
        assert found["exchanges"]["XB->XC"] == {
            "mw": 50, "lifecycle": 501.6, "direct": found["zones"]["XB"]["direct"], "lonlat": [0, 0], "rotation": 0}
        assert found["prices"] == {}, "the first price is of the hour after the one that runs"
        assert found["missing"]["FR"] == "Its source has not been asked yet."
        assert found["missing"]["AD"] == "No source of production is configured."

    def test_an_aggregate_without_a_number_names_what_it_lacks(self, client: TestClient, grid: Grid) -> None:
        """A mean of past days will do for a part, a typical mix not; Australia may lack five islands."""
        assert get(client, "/state")["missing"]["DK"] == (
            "2 of its 2 sub-zones have no data of their own: DK-DK1, DK-DK2.")
        measured, mean, typical = ({"estimation": one} for one in (None, "same_hour_mean", "typical_mix"))
        assert reasons(grid, ["DK"], {"DK-DK1": mean, "DK-DK2": typical})["DK"] == (
            "1 of its 2 sub-zones have no data of their own: DK-DK2.")
        told = dict.fromkeys(("AU-NSW", "AU-QLD", "AU-SA"), measured)
        assert reasons(grid, ["AU"], told)["AU"] == (
            "4 of its 7 sub-zones have no data of their own: AU-NT, AU-TAS, AU-VIC and others.")
        assert reasons(grid, ["DK"], {"DK-DK1": mean, "DK-DK2": measured})["DK"].endswith("of hours that differ.")

    def test_one_hour_of_all(self, client: TestClient) -> None:
        """The windy hour: 0.5 × 11 + 0.5 × 501.6."""
        found = get(client, "/state", datetime="2026-03-10T08:30Z")
        assert found["zones"]["XC"]["lifecycle"] == 256.3 and found["datetime"] == "2026-03-10T08:00:00.000Z"
        assert get(client, "/state", datetime="2026-03-10T13:59Z")["prices"] == {"XC": {"value": 40, "unit": "EUR/MWh"}}
        own = get(client, "/state", datetime=LAST, disableEstimations="true")
        assert "XA" not in own["zones"] and "XC" in own["zones"]
