"""The examples of docs/clients.md: what they make their clients send, and what those read of the answer."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from codecarbon.core import electricitymaps_api

from core import times
from core.store import Store
from tests.core.api.clients import stored
from tests.core.api.serving import Served

PAGE = (Path(__file__).parents[4] / "docs" / "clients.md").read_text()
HERE = "http://127.0.0.1:8764"
HOUR_S = 3600


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def block(title: str, language: str = "") -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```$", section(title), re.M | re.S)
    assert len(found) == 1
    return str(found[0])


@pytest.fixture
def get(world: Served) -> Callable[..., Any]:
    """Ask the instance for an address that an example names."""

    def ask(address: str, headers: dict[str, str]) -> Any:
        assert address.startswith(HERE)
        answer = world.client.get(address.removeprefix(HERE), headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


def latest(world_store: Store, zone: str, column: str) -> float:
    return float(stored.latest(world_store, zone)[column])


def test_home_assistant(get: Callable[..., Any], world_store: Store) -> None:
    """Its sensors: a template over the answer gives the state, keys of the answer are the attributes."""
    states = {}
    for resource in yaml.safe_load(block("Home Assistant", "yaml"))["rest"]:
        answer = get(resource["resource"], resource["headers"])
        for sensor in resource["sensor"]:
            states[sensor["name"]] = jinja2.Template(sensor["value_template"]).render(value_json=answer)
            assert set(sensor.get("json_attributes", [])) <= answer.keys()
    assert states == {
        "Carbon intensity": str(round(latest(world_store, "FR", "lifecycle_g_per_kwh"))),
        "Renewable share": str(round(100 * latest(world_store, "FR", "renewable_share"))),
    }


def test_codecarbon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines before the tracker set what tests/core/api/clients/test_codecarbon.py sets."""
    monkeypatch.setattr(electricitymaps_api, "URL", electricitymaps_api.URL)
    exec(block("codecarbon", "python").partition("with ")[0])
    assert f"{HERE}/v3/carbon-intensity/latest" == electricitymaps_api.URL


def test_carbon_aware_sdk(get: Callable[..., Any]) -> None:
    """It appends its paths to the address, whose last slash it therefore needs, and asks for the zones first."""
    lines = dict(line.split("=", 1) for line in block("Carbon Aware SDK").split())
    place = "DataSources__Configurations__ElectricityMaps__"
    base, headers = lines[f"{place}BaseURL"], {lines[f"{place}APITokenHeader"]: lines[f"{place}APIToken"]}
    assert base.endswith("/")
    assert get(f"{base}zones", headers)["FR"]["access"]
    assert len(get(f"{base}carbon-intensity/history?zone=FR", headers)["history"]) == 24


def test_evcc(get: Callable[..., Any]) -> None:
    """It takes every point for an hour: they must be an hour apart, from the running one on."""
    tariff = yaml.safe_load(block("evcc", "yaml"))["tariffs"]["co2"]
    path = f"{tariff['uri']}/carbon-intensity/forecast?zone={tariff['zone']}"
    rows = get(path, {"X-BLOBR-KEY": tariff["token"]})["forecast"]
    starts_s = [times.read(row["datetime"]).timestamp() for row in rows]
    assert [later - earlier for earlier, later in pairwise(starts_s)] == [HOUR_S] * 24
    assert all(row["carbonIntensity"] > 0 for row in rows)


def test_grafana_reads_rows(get: Callable[..., Any]) -> None:
    """Infinity puts the dashboard's span into the address and takes columns out of the list below the root."""
    cells = dict(re.findall(r"^\| (URL|Rows/Root) \| `(.+)` \|$", section("Grafana"), re.M))
    columns = re.findall(r"^\| Column \| `(\w+)` as (\w+)", section("Grafana"), re.M)
    headers = yaml.safe_load(block("Grafana", "yaml"))["datasources"][0]
    address = cells["URL"].replace("${__from:date:iso}", "2026-03-10T00:00:00.000Z").replace(
        "${__to:date:iso}", "2026-03-10T06:00:00.000Z")
    token = {headers["jsonData"]["httpHeaderName1"]: headers["secureJsonData"]["httpHeaderValue1"]}
    rows = get(address, token)[cells["Rows/Root"]]
    assert columns == [("datetime", "Time"), ("carbonIntensity", "Number")]
    assert [times.read(row["datetime"]).hour for row in rows] == [0, 1, 2, 3, 4, 5]
    assert all(isinstance(row["carbonIntensity"], int) for row in rows)


def test_grafana_draws_what_prometheus_scrapes(world: Served) -> None:
    queries = re.findall(r"^\| [^|]+ \| `(.*gridtrace_.+)` \|$", section("Grafana"), re.M)
    assert len(queries) == 4
    metrics = world.client.get("/metrics").text
    for name in re.findall(r"gridtrace_\w+", " ".join(queries)):
        assert f"\n# HELP {name.removesuffix('_total')}" in f"\n{metrics}", name
