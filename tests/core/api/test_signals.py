"""The signals of the Electricity Maps API over a store that is worked out by hand (tests/core/api/small.py)."""

import csv
import io

import pyarrow.parquet as parquet
import pytest
from fastapi.testclient import TestClient

from core import times
from core.api.app import create_app
from core.api.electricity_maps.rows import METHODS
from core.api.grid import Grid
from core.ingest.solve import solve
from core.store import Store
from tests.core.api import small
from tests.core.api.small import CONFIG, LAST, NOON_S, factor, get, of_xb, of_xc
from tests.core.forecast.test_results import put
from tests.fakes import NOON

CLIENTS_METHODS = {
    None, "CONSTRUCT_BREAKDOWN", "FORECASTS_HIERARCHY", "MODE_BREAKDOWN", "RECONSTRUCT_PRODUCTION_FROM_CONSUMPTION",
    "THRESHOLD_FILTERED", "TIME_SLICER_AVERAGE"}
"""What the strictest client takes for estimationMethod."""


class TestCarbonIntensity:
    def test_latest_has_the_keys_of_the_contract(self, client: TestClient) -> None:
        found = get(client, "/v4/carbon-intensity/latest", zone="XC")
        assert found["zone"] == "XC" and found["datetime"] == LAST
        assert found["carbonIntensity"] == round(of_xc())
        assert type(found["carbonIntensity"]) is int, "a float breaks the Carbon Aware SDK"
        assert found["emissionFactorType"] == "lifecycle" and found["flowTraced"] is True
        assert found["isEstimated"] is False
        assert "estimationMethod" in found and found["estimationMethod"] is None
        assert found["temporalGranularity"] == "hourly"
        assert found["updatedAt"].endswith("Z") and found["createdAt"].endswith("Z")
        assert (found["origin"], found["flags"]) == ("live", [])
        assert found["measuredShare"] == 0.8, "half of XC is from XB, of whose supply 40 % rest on XA's past"

    def test_a_key_is_taken_in_any_case(self, client: TestClient) -> None:
        assert get(client, "/v3/carbon-intensity/latest", zone="xc")["zone"] == "XC"

    def test_v3_has_no_flow_traced(self, client: TestClient) -> None:
        assert "flowTraced" not in get(client, "/v3/carbon-intensity/latest", zone="XC")

    @pytest.mark.parametrize("more, value", [
        ({"emissionFactorType": "direct"}, of_xc(basis="direct")),
        ({"flowTraced": "false"}, factor("gas")),
        ({"flowTraced": "False", "emissionFactorType": "direct"}, factor("gas", "direct")),
    ])
    def test_other_ways_to_tell(self, client: TestClient, more: dict[str, str], value: float) -> None:
        """XC's own production is gas alone: without what it imports its intensity is the factor of gas."""
        assert get(client, "/v4/carbon-intensity/latest", zone="XC", **more)["carbonIntensity"] == round(value)

    def test_history_is_24_rows_that_end_with_the_latest(self, client: TestClient) -> None:
        rows = get(client, "/v3/carbon-intensity/history", zone="XB")["history"]
        assert len(rows) == 24
        assert [row["datetime"] for row in rows] == sorted(row["datetime"] for row in rows)
        latest = get(client, "/v3/carbon-intensity/latest", zone="XB")
        assert rows[-1] | {"temporalGranularity": "hourly"} == latest
        assert {row["carbonIntensity"] for row in rows} == {round(of_xb())}

    def test_estimates_are_said_and_can_be_left_out(self, client: TestClient) -> None:
        """XA published nothing in the last hour; its production is the mean of that hour of two days."""
        asked = {"zone": "XA", "datetime": "2026-03-10T11:00Z"}
        found = get(client, "/v3/carbon-intensity/past", **asked)
        assert (found["isEstimated"], found["estimationMethod"]) == (True, "TIME_SLICER_AVERAGE")
        assert found["carbonIntensity"] == round(factor("hydro")) and found["measuredShare"] == 0.0
        refused = client.get("/v3/carbon-intensity/past", params=asked | {"disableEstimations": "True"})
        assert refused.status_code == 404 and refused.json()["error"] == f'No data for zone "XA" at {LAST}'

    def test_own_data_that_are_a_little_older_come_before_an_estimate(self, client: TestClient) -> None:
        latest = get(client, "/v3/carbon-intensity/latest", zone="XA")
        assert (latest["datetime"], latest["isEstimated"]) == ("2026-03-10T10:00:00.000Z", False)

    def test_every_method_is_one_that_clients_know(self) -> None:
        assert set(METHODS.values()) <= CLIENTS_METHODS

    @pytest.mark.parametrize("moment", [
        "2026-03-10T08:59:00Z", "2026-03-10T08:00:00.0000000+00:00", "2026-03-10T09:00:00 01:00", "2026-03-10 08:30"])
    def test_past_takes_every_way_to_write_a_moment(self, client: TestClient, moment: str) -> None:
        """The windy hour begins at 08:00 UTC."""
        found = get(client, "/v3/carbon-intensity/past", zone="XC", datetime=moment)
        assert found["datetime"] == "2026-03-10T08:00:00.000Z"
        assert found["carbonIntensity"] == round(of_xc("wind"))

    def test_past_range_is_half_open(self, client: TestClient) -> None:
        found = get(client, "/v3/carbon-intensity/past-range", zone="XC",
                    start="2026-03-10T07:00:00Z", end="2026-03-10T10:00:00Z")
        assert [row["datetime"][11:13] for row in found["data"]] == ["07", "08", "09"]
        assert [row["carbonIntensity"] for row in found["data"]] == [
            round(of_xc()), round(of_xc("wind")), round(of_xc())]
        assert found["temporalGranularity"] == "hourly"

    def test_a_day_is_the_mean_by_energy(self, client: TestClient) -> None:
        """On 10 March twelve hours are stored, alike in energy: eleven of gas and one of wind."""
        found = get(client, "/v4/carbon-intensity/past-range", zone="XC", temporalGranularity="daily",
                    start="2026-03-10T00:00Z", end="2026-03-11T00:00Z")
        (row,) = found["data"]
        assert row["carbonIntensity"] == round((11 * of_xc() + of_xc("wind")) / 12)
        assert row["isComplete"] is False and row["datetime"] == "2026-03-10T00:00:00.000Z"

    @pytest.mark.parametrize("granularity, count", [("5_minutes", 24), ("15_minutes", 8), ("hourly", 2)])
    def test_parts_of_an_hour_have_its_value(self, client: TestClient, granularity: str, count: int) -> None:
        found = get(client, "/v4/carbon-intensity/past-range", zone="XC", temporalGranularity=granularity,
                    start="2026-03-10T07:00Z", end="2026-03-10T09:00Z")
        assert len(found["data"]) == count
        values = [row["carbonIntensity"] for row in found["data"]]
        assert values == [round(of_xc())] * (count // 2) + [round(of_xc("wind"))] * (count // 2)

    def test_week_month_quarter_and_year_hold_the_same_hours(self, client: TestClient) -> None:
        """Of the sixty hours 36 lie in the week from Monday the 9th; all but one are of gas."""
        hours = {
            "weekly": ("2026-03-09", 36), "monthly": ("2026-03-01", 60), "quarterly": ("2026-01-01", 60),
            "yearly": ("2026-01-01", 60)}
        for granularity, (day, count) in hours.items():
            value = round(((count - 1) * of_xc() + of_xc("wind")) / count)
            found = get(client, "/v4/carbon-intensity/past-range", zone="XC", temporalGranularity=granularity,
                        start="2026-03-10T00:00Z", end="2026-03-10T12:00Z")
            assert [(row["datetime"][:10], row["carbonIntensity"]) for row in found["data"]] == [(day, value)]


class TestOthers:
    def test_shares(self, client: TestClient) -> None:
        """XB: 40 of 100 MW are water. XC: half of that."""
        assert get(client, "/v3/renewable-energy/latest", zone="XB")["value"] == 40
        assert get(client, "/v4/carbon-free-energy/latest", zone="XC")["value"] == 20
        rows = get(client, "/v4/renewable-energy/history", zone="XC")["history"]
        assert [row["value"] for row in rows[-4:]] == [70, 20, 20, 20], "the windy hour: 50 + 20"

    def test_fossil_only(self, client: TestClient) -> None:
        """XC's fossil part: 50 of gas and 30 of coal."""
        found = get(client, "/v3/carbon-intensity-fossil-only/latest", zone="XC")
        assert found["value"] == round((50 * factor("gas") + 30 * factor("coal")) / 80)

    def test_mixes(self, client: TestClient) -> None:
        """XC uses 90 MW, of 50 % gas, 30 % coal, 20 % water; it makes 50 by gas, and charges 10."""
        used = get(client, "/v4/electricity-mix/latest", zone="XC", breakdownType="flow-traced")
        assert (used["unit"], used["temporalGranularity"], len(used["data"])) == ("MW", "hourly", 1)
        mix = used["data"][0]["mix"]
        assert (mix["gas"], mix["coal"], mix["hydro"], mix["wind"]) == (45.0, 27.0, 18.0, 0.0)
        assert mix["battery storage"] == {"discharge": 0.0}
        made = get(client, "/v4/electricity-mix/latest", zone="XC")["data"][0]
        assert made["breakdownType"] == "normal" and made["mix"]["gas"] == 50.0 and made["mix"]["coal"] is None
        assert made["mix"]["battery storage"] == {"charge": 10.0, "discharge": 0.0}
        assert made["mix"]["hydro storage"] == {"charge": None, "discharge": None}
        assert made["mix"]["flows"] == {"exports": 0, "imports": 50}

    def test_a_mode_of_the_mix(self, client: TestClient) -> None:
        rows = get(client, "/v4/electricity-source/wind/history", zone="XC")["data"]
        assert [(row["datetime"], row["value"]) for row in rows] == [("2026-03-10T08:00:00.000Z", 50.0)]
        found = get(client, "/v3/electricity-mix/coal/latest", zone="XC", breakdownType="flow-traced")
        assert found["data"][0]["value"] == 27.0

    def test_flows(self, client: TestClient) -> None:
        found = get(client, "/v4/electricity-flows/latest", zone="XB")["data"][0]
        assert (found["import"], found["export"]) == ({"XA": 40}, {"XC": 50})

    def test_power_breakdown_adds_up(self, client: TestClient) -> None:
        found = get(client, "/v3/power-breakdown/latest", zone="XB")
        assert found["powerConsumptionBreakdown"]["coal"] == 30 and found["powerConsumptionBreakdown"]["hydro"] == 20
        assert len(found["powerConsumptionBreakdown"]) == len(found["powerProductionBreakdown"]) == 12
        assert found["powerProductionBreakdown"]["coal"] == 60 and found["powerProductionBreakdown"]["gas"] is None
        assert found["powerImportBreakdown"] == {"XA": 40, "XC": 0}
        assert found["powerExportBreakdown"] == {"XA": 0, "XC": 50}
        assert (found["powerConsumptionTotal"], found["powerProductionTotal"]) == (50, 60)
        assert (found["powerImportTotal"], found["powerExportTotal"]) == (40, 50)
        assert (found["fossilFreePercentage"], found["renewablePercentage"]) == (40, 40)
        assert found["temporalGranularity"] == "hourly"

    def test_loads(self, client: TestClient) -> None:
        """XC uses 50 + 50 − 10 MW; in the windy hour 50 of them are its own wind."""
        assert get(client, "/v4/total-load/latest", zone="XC")["value"] == 90.0
        rows = get(client, "/v4/net-load/history", zone="XC")["history"]
        assert [row["value"] for row in rows[-4:]] == [40.0, 90.0, 90.0, 90.0]
        assert client.get("/v4/total-reported-load/latest", params={"zone": "XC"}).status_code == 404

    def test_prices(self, client: TestClient) -> None:
        """Prices begin at 13:00; at 12:05 there is none yet, and the span of the forecast has all three."""
        assert client.get("/v4/price-day-ahead/latest", params={"zone": "XC"}).status_code == 404
        span = {"start": "2026-03-10T12:00Z", "end": "2026-03-10T18:00Z"}
        found = get(client, "/v4/price-day-ahead/forecast", zone="XC", **span)
        assert [(row["value"], row["unit"], row["source"]) for row in found["data"]] == [
            (40.0, "EUR/MWh", "market.org"), (41.0, "EUR/MWh", "market.org"), (42.0, "EUR/MWh", "market.org")]
        combined = get(client, "/v4/price-day-ahead/combined", zone="XC")
        assert [row["value"] for row in combined["data"]] == [40.0, 41.0, 42.0]
        refused = client.get("/v4/price-day-ahead/forecast", params={"zone": "XC", "horizonHours": 24})
        assert refused.status_code == 400

    def test_levels(self, client: TestClient) -> None:
        """The mean of XC's last hours is just below its usual value; the windy hour is far below."""
        assert get(client, "/v4/carbon-intensity-level/latest", zone="XC") == {
            "zone": "XC", "data": [{"level": "moderate", "datetime": LAST, "origin": "live"}]}
        found = get(client, "/v3/carbon-intensity-level/past", zone="XC", datetime="2026-03-10T08:00Z")
        assert found["data"][0]["level"] == "low"
        renewable = get(client, "/v4/renewable-percentage-level/past", zone="XC", datetime="2026-03-10T08:00Z")
        assert renewable["data"][0]["level"] == "high"
        refused = client.get("/v4/carbon-intensity-level/history", params={"zone": "XC"})
        assert (refused.status_code, refused.json()["error"]) == (400, "Expected one of latest, past, past-range")


class TestForms:
    PATH = "/v4/carbon-intensity/past-range"
    VALUES = [round(of_xc()), round(of_xc("wind")), round(of_xc())]
    SPAN = {"zone": "XC", "start": "2026-03-10T07:00Z", "end": "2026-03-10T10:00Z"}

    def test_csv(self, client: TestClient) -> None:
        for more, headers in (({}, {"Accept": "text/csv"}), ({"format": "csv"}, {})):
            found = client.get(self.PATH, params=self.SPAN | more, headers=headers)
            assert found.headers["content-type"].startswith("text/csv")
            rows = list(csv.DictReader(io.StringIO(found.text)))
            assert [int(row["carbonIntensity"]) for row in rows] == self.VALUES

    def test_parquet(self, client: TestClient) -> None:
        found = client.get(self.PATH, params=self.SPAN, headers={"Accept": "application/vnd.apache.parquet"})
        table = parquet.read_table(io.BytesIO(found.content))
        assert table["carbonIntensity"].to_pylist() == self.VALUES

    def test_nested_rows_get_dotted_columns(self, client: TestClient) -> None:
        found = client.get("/v4/electricity-mix/latest", params={"zone": "XC", "format": "csv"})
        (row,) = csv.DictReader(io.StringIO(found.text))
        assert float(row["mix.battery storage.charge"]) == 10.0 and row["mix.coal"] == ""

    def test_other_forms_are_refused(self, client: TestClient) -> None:
        assert client.get(self.PATH, params=self.SPAN, headers={"Accept": "image/png"}).status_code == 406
        assert client.get(self.PATH, params={**self.SPAN, "format": "xls"}).status_code == 400

    def test_pages_follow_each_other(self, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("core.api.electricity_maps.routes.PAGE_ROWS", 2)
        first = client.get(self.PATH, params=self.SPAN)
        assert len(first.json()["data"]) == 2
        second = client.get(first.links["next"]["url"])
        assert [row["datetime"][11:13] for row in second.json()["data"]] == ["09"]
        assert "next" not in second.links


class TestRefusals:
    def test_an_unknown_zone(self, client: TestClient) -> None:
        found = client.get("/v3/carbon-intensity/latest", params={"zone": "XX-1"})
        assert found.status_code == 404
        assert found.json()["error"] == 'No recent data for zone "XX-1"' and found.json()["status"] == 404

    @pytest.mark.parametrize("path, parameters, error", [
        ("/v3/carbon-intensity/past-range", {"zone": "XC"}, 'Missing or invalid date parameter "start"'),
        ("/v3/carbon-intensity/past-range", {"zone": "XC", "start": "yesterday", "end": "2026-03-10"},
         'Missing or invalid date parameter "start"'),
        ("/v3/carbon-intensity/past-range", {"zone": "XC", "start": "2026-03-10", "end": "2026-03-09"},
         'Missing or invalid date parameter "end"'),
        ("/v3/carbon-intensity/past", {"zone": "XC", "datetime": "9999-99-99"},
         'Missing or invalid date parameter "datetime"'),
        ("/v3/carbon-intensity/latest", {}, 'Missing parameter "zone"'),
        ("/v3/carbon-intensity/latest", {"lat": "91", "lon": "0"},
         'Invalid parameter "lat": input should be less than or equal to 90'),
        ("/v4/electricity-mix/latest", {"zone": "XC", "breakdownType": "x"},
         "Valid breakdown types are: normal, flow-traced"),
        ("/v4/carbon-intensity/history", {"zone": "XC", "temporalGranularity": "daily"},
         "Expected temporalGranularity to be one of 5_minutes, 15_minutes, hourly"),
    ])
    def test_bad_parameters(self, client: TestClient, path: str, parameters: dict[str, str], error: str) -> None:
        found = client.get(path, params=parameters)
        assert (found.status_code, found.json()["error"]) == (400, error)
        assert {"error", "message", "status"} <= found.json().keys()

    def test_marginal_intensity(self, client: TestClient) -> None:
        found = client.get("/v3/marginal-carbon-intensity/latest", params={"zone": "XC"})
        assert found.status_code == 400 and "average" in found.json()["message"]

    def test_a_path_that_is_not_there(self, client: TestClient) -> None:
        found = client.get("/v3/nothing")
        assert found.status_code == 404 and found.json().keys() == {"error", "message", "status"}


class TestForecast:
    @pytest.mark.parametrize("asked, count", [({}, 25), ({"horizonHours": "72"}, 73)])
    def test_rows_begin_with_the_running_hour(self, client: TestClient, asked: dict[str, str], count: int) -> None:
        found = get(client, "/v3/carbon-intensity/forecast", zone="XB", **asked)
        stamps = [times.read(row["datetime"]) for row in found["forecast"]]
        assert stamps == [times.shift(NOON, hours=at) for at in range(count)]
        assert all(type(row["carbonIntensity"]) is int for row in found["forecast"])
        assert found["method"] == "blend" and found["updatedAt"].endswith("Z")
        assert {(row["low"], row["high"]) for row in found["forecast"]} == {(None, None)}, "sixty hours are too few"

    def test_five_weeks_alike_have_a_band_without_width(self, store: Store) -> None:
        rows = {hour: {"lifecycle_g_per_kwh": 120.0, "renewable_share": 0.25} for hour in range(-35 * 24, 0)}
        put(store, {"XB": rows})
        with times.frozen(small.NOW), TestClient(create_app(Grid(CONFIG, store))) as client:
            ahead = get(client, "/v3/carbon-intensity/forecast", zone="XB")["forecast"]
            shares = get(client, "/v3/renewable-energy/forecast", zone="XB")["data"]
        assert {(row["carbonIntensity"], row["low"], row["high"]) for row in ahead} == {(120, 120, 120)}
        assert {(row["value"], row["low"], row["high"]) for row in shares} == {(25, 25, 25)}

    def test_the_windy_hour_of_the_day_before(self, client: TestClient) -> None:
        """At 08:00 of the next day, 21 hours after the newest, its weight is e^(-21/36) = 0.558035 and a third of the
        rest, as one of three days: 0.705357 of it come again, and 0.294643 of the others."""
        rows = get(client, "/v4/carbon-intensity/forecast", zone="XC")["forecast"]
        windy = 0.705357 * of_xc("wind") + 0.294643 * of_xc()
        assert {(at == 20, row["carbonIntensity"]) for at, row in enumerate(rows)} == {
            (True, round(windy)), (False, round(of_xc()))}
        shares = get(client, "/v4/renewable-energy/forecast", zone="XC")["data"]
        assert shares[20]["value"] == 55 and shares[19]["value"] == 20

    def test_others(self, client: TestClient) -> None:
        for signal in ("electricity-mix", "electricity-flows", "power-breakdown", "total-load", "net-load",
                       "carbon-intensity-fossil-only"):
            assert len(get(client, f"/v4/{signal}/forecast", zone="XC")["data"]) == 25, signal
        assert get(client, "/v4/electricity-source/wind/forecast", zone="XC")["data"][0]["value"] == 50.0
        assert get(client, "/v4/net-load/forecast", zone="XC")["data"][20]["value"] == 40.0

    @pytest.mark.parametrize("signal", ["renewable-energy", "total-load", "electricity-mix", "power-breakdown"])
    def test_rows_say_what_rows_of_the_past_say(self, client: TestClient, signal: str) -> None:
        row = get(client, f"/v3/{signal}/forecast", zone="XC")["data"][0]
        assert row["zone"] == "XC" and row["temporalGranularity"] == "hourly"
        assert row["updatedAt"] == row["createdAt"] == "2026-03-10T12:05:00.000Z"
        assert (row["isEstimated"], row["estimationMethod"]) == (True, "FORECASTS_HIERARCHY")

    def test_a_breakdown_has_totals(self, client: TestClient) -> None:
        """XB makes 60 by coal, takes 40 of XA's water, and sends 50 on."""
        row = get(client, "/v3/power-breakdown/forecast", zone="XB")["data"][0]
        totals = [row[f"power{name}Total"] for name in ("Production", "Import", "Export", "Consumption")]
        assert totals == [60, 40, 50, 50]
        assert (row["fossilFreePercentage"], row["renewablePercentage"]) == (40, 40)
        older = get(client, "/v3/power-production-breakdown/forecast", zone="XB")
        assert older["forecast"][0]["powerProductionTotal"] == 60 and older["updatedAt"]


def test_as_of_gives_what_was_known(small_store: Store, client: TestClient) -> None:
    """XB's hour from 05:00 is corrected a day later, to 20 by coal: (20 f_coal + 40 f_hydro) / 60."""
    at_s, later_s = NOON_S - 7 * 3600, NOON_S + 86400
    small.produce(small_store, "XB", at_s, later_s, coal=20.0)
    solve(CONFIG, small_store)
    try:
        asked = {"zone": "XB", "datetime": "2026-03-10T05:00Z"}
        now = get(client, "/v4/carbon-intensity/past", **asked)["carbonIntensity"]
        then = get(client, "/v4/carbon-intensity/past", asOf="2026-03-10T12:30:00Z", **asked)["carbonIntensity"]
        assert (now, then) == (round((20 * factor("coal") + 40 * factor("hydro")) / 60), round(of_xb()))
        mix = get(client, "/v4/electricity-mix/past", asOf="2026-03-10T12:30:00Z", **asked)["data"][0]["mix"]
        assert mix["coal"] == 60.0
    finally:
        small.produce(small_store, "XB", at_s, later_s + 60, coal=60.0)
        solve(CONFIG, small_store)


