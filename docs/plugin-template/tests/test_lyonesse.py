"""The plugin is there, its samples give what they should, and its numbers are worked out by hand."""

from pathlib import Path

import gridtrace_lyonesse
import pytest

from core.plugins import everything, manager
from core.recording import read_case
from core.samples.outcomes import outcome
from core.schemas import read

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*/*.json"))
ROW = {"at": "2026-06-10 12:00", "wind": 36000, "solar": None, "diesel": 2000, "battery": -3000, "cable": -12000}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sample(path):
    case = read_case(path)
    said = outcome(case, manager().function(f"{case.source}.{case.function}"))
    assert said.error == case.rest.get("expected_error")
    assert said.events == case.rest.get("expected", [])
    assert said.warnings == case.rest.get("warnings", [])
    assert case.rest["reviewed"] is True, "Read what is expected against the source's documentation first."


def test_there_are_samples():
    assert {path.stem for path in SAMPLES} == {"exchange_GB_XL", "production_XL"}


def test_gridtrace_accepts_the_zone_and_its_exchange():
    config, plugins = everything()
    assert plugins.broken == {}
    assert "XL" in config.zones and "GB->XL" in config.link_keys()


def test_kilowatts_signs_and_the_clock():
    """36 000 kW are 36 MW; a battery that takes 3 000 kW charges with 3 MW; 12:00 in summer is 11:00 UTC."""
    (event,) = gridtrace_lyonesse.parse_production([ROW])
    assert (event["production"]["wind"], event["production"]["solar"]) == (36, None)
    assert event["storage"] == {"battery": 3}
    assert f"{event['datetime']:%H:%M %Z}" == "11:00 UTC"
    (flow,) = gridtrace_lyonesse.parse_exchange([ROW])
    assert flow["netFlow"] == -12, "12 MW from Lyonesse to Great Britain"


def test_a_new_column_counts_as_unknown(caplog):
    (event,) = gridtrace_lyonesse.parse_production([{**ROW, "tidal": 500}])
    assert event["production"]["unknown"] == 0.5 and "tidal" in caplog.text


def test_dead_meters_are_suspect():
    (rule,) = gridtrace_lyonesse.gridtrace_quality_rules(None)
    zeros, later = {**ROW, "wind": 0, "diesel": 0}, {**ROW, "at": "2026-06-10 13:00"}
    dead, alive = gridtrace_lyonesse.parse_production([zeros, later])
    assert "every meter" in rule(read("production", dead)) and rule(read("production", alive)) is None
