"""Forecasts that were issued and kept, as the Electricity Maps API gives them (the store of foreseen.py)."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core import schemas, times
from core.api.app import create_app
from core.api.grid import Grid
from core.store import Store, open_store
from tests.core.api import foreseen, small
from tests.core.api.foreseen import METHOD
from tests.core.api.small import factor, get
from tests.fakes import NOON

ISSUED, MADE_FROM = "2026-03-10T12:02:00.000Z", "2026-03-10T10:00:00.000Z"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with times.frozen(small.NOW), open_store(tmp_path_factory.mktemp("foreseen") / "store.db") as store:
        foreseen.fill(store)
        yield TestClient(create_app(Grid(small.CONFIG, store)))


@pytest.mark.parametrize(("signal", "more"), [
    ("carbon-intensity", {}), ("carbon-intensity-fossil-only", {}), ("renewable-energy", {}),
    ("carbon-free-energy", {}), ("electricity-mix", {"breakdownType": "flow-traced"}), ("power-breakdown", {}),
    ("power-consumption-breakdown", {}), ("total-load", {}), ("net-load", {}),
    ("electricity-source/coal", {"breakdownType": "flow-traced"})])
def test_what_rests_on_results_says_how_and_when_it_was_foreseen(
    client: TestClient, signal: str, more: dict[str, str]
) -> None:
    found = get(client, f"/v4/{signal}/forecast", zone="XB", **more)
    assert (found["method"], found["issued"], found["madeFrom"]) == (METHOD, ISSUED, MADE_FROM)
    assert found["updatedAt"] == ISSUED
    rows = found.get("forecast") or found["data"]
    assert len(rows) == 25 and {row.get("createdAt", ISSUED) for row in rows} == {ISSUED}


@pytest.mark.parametrize("signal", ["electricity-mix", "electricity-flows", "electricity-source/coal"])
def test_what_rests_on_series_is_the_blend_of_this_moment(client: TestClient, signal: str) -> None:
    found = get(client, f"/v4/{signal}/forecast", zone="XB")
    assert found["method"] == "blend" and found["updatedAt"] == "2026-03-10T12:05:00.000Z"
    assert "issued" not in found and "madeFrom" not in found


def test_the_values_are_those_that_were_issued(client: TestClient) -> None:
    """800 MW, half by coal: 400 MW, and the fossil part of consumption is coal alone."""
    rows = get(client, "/v3/carbon-intensity/forecast", zone="XB")["forecast"]
    assert [(row["carbonIntensity"], row["low"], row["high"]) for row in rows[:2] + rows[24:]] == [
        (100, 90, 130), (101, 91, 131), (124, 114, 154)]
    share = get(client, "/v3/renewable-energy/forecast", zone="XB")["data"][24]
    assert (share["value"], share["low"], share["high"]) == (50, 40, 60)
    breakdown = get(client, "/v3/power-breakdown/forecast", zone="XB")["data"][3]
    assert breakdown["powerConsumptionBreakdown"]["coal"] == 400 and breakdown["fossilFreePercentage"] == 75
    assert breakdown["powerProductionBreakdown"]["coal"] == 60 and breakdown["powerImportBreakdown"] == {"XA": 40}
    fossil = get(client, "/v3/carbon-intensity-fossil-only/forecast", zone="XB")["data"][3]
    assert fossil["value"] == round(factor("coal"))


def test_beyond_its_reach_the_last_hours_are_the_blends(client: TestClient) -> None:
    found = get(client, "/v3/carbon-intensity/forecast", zone="XB", horizonHours="100")
    assert found["method"] == f"{METHOD}+blend" and found["issued"] == ISSUED
    values = [row["carbonIntensity"] for row in found["forecast"]]
    assert values[72:74] == [172, 200] and len(values) == 101


def test_a_load_that_its_source_publishes_rests_on_no_forecast_of_results(store: Store) -> None:
    """950 MW of each hour but the last: one hour is enough to rest on it."""
    foreseen.fill(store)
    for hours, expected in ((24, METHOD), (25, "blend")):
        for at in range(hours):
            start = times.shift(NOON, hours=at)
            small.write(store, "consumptionForecast", schemas.consumption(
                "XB", start=start, end=times.shift(start, hours=1), source="fake.org", load_mw=950.0))
        with times.frozen(small.NOW), TestClient(create_app(Grid(small.CONFIG, store))) as client:
            for signal in ("total-load", "net-load"):
                found = get(client, f"/v4/{signal}/forecast", zone="XB")
                assert found["method"] == expected and ("issued" in found) == (expected == METHOD), signal
                assert [row["value"] for row in found["data"]] == 24 * [950] + [800 if hours == 24 else 950]


class TestDialects:
    def test_watttime_says_the_method(self, client: TestClient) -> None:
        """50 g/kWh are 110.23 lb/MWh; what is kept has 2000 steps."""
        found = get(client, "/v3/forecast", region="XB")
        assert found["meta"]["method"] == METHOD
        assert [row["value"] for row in found["data"]] == pytest.approx(288 * [110.23], abs=0.1)
        assert get(client, "/v3/signal-index", region="XB")["meta"]["method"] == METHOD

    def test_watttimes_forecasts_of_the_past_are_those_that_had_been_issued(self, client: TestClient) -> None:
        """At 10:00 there was none yet; at 11:00 and 12:00 that of 10:02. 100 g/kWh are 220.46, 70 are 154.32 lb/MWh."""
        found = get(client, "/v3/forecast/historical", region="XB", horizon_hours=2, start="2026-03-10T10:00Z",
                    end="2026-03-10T12:00Z")
        assert [(one["generated_at"][11:16], one["method"]) for one in found["data"]] == [
            ("10:00", "blend"), ("11:00", "boosting"), ("12:00", "boosting")]
        values = [[row["value"] for row in one["forecast"]] for one in found["data"]]
        assert values[0] == 24 * [220.46]
        assert values[1] == values[2] == pytest.approx(24 * [154.32], abs=0.1), "results came later than that"

    def test_carbon_awares_batch_gives_what_had_been_issued(self, client: TestClient) -> None:
        items = [{"requestedAt": f"2026-03-10T{at}:00Z", "location": "XB", "dataStartAt": "2026-03-10T13:00Z",
                  "dataEndAt": "2026-03-10T15:00Z"} for at in ("10:00", "11:30", "12:03")]
        found = client.post("/emissions/forecasts/batch", json=items).json()
        values = [[point["value"] for point in one["forecastData"]] for one in found]
        assert values == [[200, 200], pytest.approx([150, 150], abs=0.1), pytest.approx([101, 102], abs=0.1)]


class TestAsOf:
    @pytest.mark.parametrize(("at", "method", "first_hours"), [
        ("09:59", "blend", ["09:00 200", "10:00 200", "11:00 200"]),
        ("10:02", "boosting", ["10:00 150", "11:00 150", "12:00 150"]),
        ("12:01", "boosting", ["12:00 150", "13:00 150", "14:00 150"]),
        ("12:02", METHOD, ["12:00 100", "13:00 101", "14:00 102"]),
    ])
    def test_the_newest_that_had_been_issued_begins_with_that_hour(
        self, client: TestClient, at: str, method: str, first_hours: list[str]
    ) -> None:
        """Of 09:00 and 10:00 the results say 200, which nobody knew by then; the blend is made of them all the same."""
        found = get(client, "/v4/carbon-intensity/forecast", zone="XB", asOf=f"2026-03-10T{at}:00Z", horizonHours=2)
        assert found["method"] == method
        told = [f"{row['datetime'][11:16]} {row['carbonIntensity']}" for row in found["forecast"]]
        assert told == first_hours

    def test_shares_have_it_too(self, client: TestClient) -> None:
        for signal, at, value in (
            ("renewable-energy", "09:30", 25), ("renewable-energy", "12:04", 50), ("carbon-free-energy", "09:30", 40),
            ("carbon-free-energy", "10:30", 45), ("carbon-free-energy", "12:04", 75),
        ):
            found = get(client, f"/v3/{signal}/forecast", zone="XB", asOf=f"2026-03-10T{at}Z")
            assert found["data"][5]["value"] == value, (signal, at)

    @pytest.mark.parametrize("signal", [
        "electricity-mix", "power-breakdown", "total-load", "net-load", "electricity-flows", "electricity-source/coal",
        "carbon-intensity-fossil-only"])
    def test_signals_of_which_nothing_is_kept_refuse_it(self, client: TestClient, signal: str) -> None:
        found = client.get(f"/v4/{signal}/forecast", params={"zone": "XB", "asOf": "2026-03-10T12:03Z"})
        assert found.status_code == 400 and "ask for one of carbon-intensity, " in found.json()["message"]

    def test_a_moment_ahead_is_refused(self, client: TestClient) -> None:
        found = client.get("/v4/carbon-intensity/forecast", params={"zone": "XB", "asOf": "2026-03-10T12:06Z"})
        assert found.status_code == 400 and "ahead" in found.json()["message"]


class TestHistorical:
    def ask(self, client: TestClient, signal: str = "carbon-intensity", **more: str) -> Any:
        asked = {"zone": "xb", "start": "2026-03-10T10:00Z", "end": "2026-03-10T13:00Z", "horizonHours": "2"} | more
        return get(client, f"/v4/{signal}/forecast/historical", **asked)

    def test_all_that_was_issued_oldest_first_and_as_it_was(self, client: TestClient) -> None:
        """The first hour stays what was foreseen of it: results that came later change nothing."""
        found = self.ask(client)
        assert found["zone"] == "XB" and [one["method"] for one in found["data"]] == ["boosting", METHOD]
        assert found["data"][1] == {
            "issued": ISSUED, "madeFrom": MADE_FROM, "method": METHOD, "forecast": [
                {"carbonIntensity": 100 + at, "low": 90 + at, "high": 130 + at,
                 "datetime": f"2026-03-10T{12 + at}:00:00.000Z"} for at in range(3)]}
        first = found["data"][0]
        assert (first["issued"], first["madeFrom"]) == ("2026-03-10T10:02:00.000Z", "2026-03-10T08:00:00.000Z")
        assert [(row["datetime"][11:16], row["carbonIntensity"], row["low"]) for row in first["forecast"]] == [
            ("10:00", 150, None), ("11:00", 150, None), ("12:00", 150, None)]

    def test_the_span_is_that_of_the_moments_of_issue(self, client: TestClient) -> None:
        for start, end, count in (("10:02", "12:02", 1), ("10:03", "12:02", 0), ("10:03", "12:03", 1)):
            asked = {"start": f"2026-03-10T{start}Z", "end": f"2026-03-10T{end}Z"}
            assert len(self.ask(client, **asked)["data"]) == count, asked

    def test_other_signals_bases_and_the_reach(self, client: TestClient) -> None:
        """The first forecast says nothing of renewables; nothing is made up where a forecast ends."""
        (only,) = self.ask(client, "renewable-energy")["data"]
        row = only["forecast"][1]
        assert (row["value"], row["low"], row["high"], row["unit"], row["createdAt"]) == (50, 40, 60, "%", ISSUED)
        direct = self.ask(client, emissionFactorType="direct")["data"]
        assert [one["forecast"][0]["carbonIntensity"] for one in direct] == [70, 50]
        assert [len(one["forecast"]) for one in self.ask(client, horizonHours="168")["data"]] == [73, 73]

    def test_as_a_table_it_has_a_row_per_forecast_and_hour(self, client: TestClient) -> None:
        asked = {"zone": "XB", "start": "2026-03-10T10:00Z", "end": "2026-03-10T13:00Z", "horizonHours": 2}
        answer = client.get("/v4/carbon-intensity/forecast/historical", params=asked | {"format": "csv"})
        head, *lines = answer.text.replace('"', "").splitlines()
        assert head == "method,issued,madeFrom,carbonIntensity,low,high,datetime" and len(lines) == 6
        assert lines[-1] == f"{METHOD},{ISSUED},{MADE_FROM},102,92,132,2026-03-10T14:00:00.000Z"

    @pytest.mark.parametrize(("start", "end", "said"), [
        ("2026-03-01T00:00Z", "2026-03-08T00:00:01Z", "within 7 days"),
        ("2026-03-02T00:00Z", "2026-03-02T00:00Z", "later than"),
    ])
    def test_spans_that_are_refused(self, client: TestClient, start: str, end: str, said: str) -> None:
        asked = {"zone": "XB", "start": start, "end": end}
        found = client.get("/v3/carbon-free-energy/forecast/historical", params=asked)
        assert found.status_code == 400 and said in found.json()["message"]
        week = {"zone": "XB", "start": "2026-03-01T00:00Z", "end": "2026-03-08T00:00Z"}
        assert get(client, "/v3/carbon-free-energy/forecast/historical", **week)["data"] == []
        assert client.get("/v3/electricity-mix/forecast/historical", params=week).status_code != 200
