import json

from core.recording import read_case
from parsers.IRENA import MODES
from tests.support import SAMPLES, run


def test_capacity_by_hand() -> None:
    """Malaysia at the end of 2024: biomass is 640.1 solid + 55 waste + 210.4 gas = 905.5 MW; `-` is none: 0."""
    (found,) = run(read_case(SAMPLES / "IRENA/capacity_MY.json"))
    assert found["biomass"] == {"datetime": "2024-01-01", "value": 905.5, "source": "IRENA.org"}
    assert found["wind"]["value"] == 0
    assert "hydro storage" not in found, "`..` is not known"


def test_the_newer_file_wins() -> None:
    """Both files have 2024: 33.4 MW of sun in that of 2026, 31.2 in that of 2025."""
    (found,) = run(read_case(SAMPLES / "IRENA/odd/capacity_newer_file_wins.json"))
    assert found["solar"]["value"] == 33.4


def test_totals_are_not_asked_for() -> None:
    """What is asked is what the sample's request says; 0 and 13 are sums of the others."""
    assert not {"0", "13"} & MODES.keys()
    body = json.loads(read_case(SAMPLES / "IRENA/capacity_MY.json").http[0]["request_body"])
    asked = {one["code"]: one["selection"]["values"] for one in body["query"]}
    assert (asked["Technology"], asked["Year"], asked["Country/area"]) == (list(MODES), ["25"], ["MYS"])
