import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from pytest import MonkeyPatch, approx

from core import declare, times
from core.errors import NoData, SourceChanged
from core.platforms import eia
from core.recording import Case, read_case
from parsers import EIA
from tests.support import SAMPLES, events, run

BALANCED = (
    "US-CAL-BANC", "US-CAR-SC", "US-CAR-SCEG", "US-FLA-FPC", "US-FLA-FPL", "US-MIDW-MISO", "US-NW-BPAT", "US-NW-PACW",
    "US-NW-PGE", "US-SW-AZPS", "US-SW-SRP",
)


def test_production_by_hand() -> None:
    """`2026-03-10T10` is the end of its hour: it starts at 09:00Z. BPAT's wind 610 + AVRN's 240 = 850 MW."""
    first, *_ = events("EIA/production_US-NW-BPAT")
    assert first.start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert first.production["wind"] == 850.0
    assert first.production["solar"] == 0.0, "-1 MW, the inverters' own use at night, is an output of 0"
    assert "biomass" not in first.production, "what is not published is left out, not 0"


def test_gas_only_is_taken_from_avangrid() -> None:
    """PACW's gas 480 + AVRN's 300 = 780 MW; AVRN's wind belongs to BPAT."""
    first, *_ = events("EIA/production_US-NW-PACW")
    assert (first.production["gas"], first.production["wind"]) == (780.0, 140.0)


def test_summer_nuclear_is_split() -> None:
    """966 MW under SCEG: × 0.3333333 = 321.999968 for Santee Cooper, the rest 644.000032 stays."""
    theirs, ours = events("EIA/production_US-CAR-SC")[0], events("EIA/production_US-CAR-SCEG")[0]
    assert theirs.production["nuclear"] == approx(321.999968)
    assert ours.production["nuclear"] == approx(644.000032)
    assert ours.storage == {"hydro": 210.0}, "WAT -210 is pumping at Fairfield, so charging +210 and no hydro"


def test_an_outlier_is_judged_before_it_is_shared() -> None:
    """-12 MW is below nuclear's -10: missing, though two thirds of it would pass for a plant's own use."""
    rows = [{"period": "2026-03-10T10", "value": "-12"}, {"period": "2026-03-10T11", "value": None}]
    (found,) = EIA.parse_production_mix("US-CAR-SCEG", [("SCEG", "NUC", rows)])
    assert (found["production"], found["correctedModes"]) == ({"nuclear": None}, ["nuclear"])


def test_storage_by_hand() -> None:
    """PGE's battery: -35 MW is charging, +35; later 10 MW is discharging, -10."""
    first, _, last = events("EIA/production_US-NW-PGE")
    assert (first.storage["battery"], last.storage["battery"]) == (35.0, -10.0)


def test_newer_codes_by_hand() -> None:
    """At 09:00Z MISO's OTH 700 + UNK 35 = 735 MW unknown, SUN 0 + SNB 5 = 5 MW solar."""
    first, *_ = events("EIA/production_US-MIDW-MISO")
    assert (first.production["unknown"], first.production["solar"]) == (735.0, 5.0)


def test_flow_signs() -> None:
    """BPAT→PGE 820 is out of the first of the key; MISO→Manitoba -850 flows from Manitoba, the first of its key."""
    assert events("EIA/exchange_US-NW-BPAT_to_US-NW-PGE")[0].net_flow == 820.0
    assert events("EIA/exchange_CA-MB_to_US-MIDW-MISO")[0].net_flow == 850.0
    turned = events("EIA/odd/reported_by_the_second")
    assert turned[0].net_flow == -40.0, "SRP sends 40 MW to PNM, the first of the key"


def test_absorbed_area_is_added() -> None:
    """FPC→FPL -300 and FPC→NSB +16, now inside FPL: -284 MW; the two arguments come in any order."""
    assert events("EIA/odd/absorbed_area_and_turned_arguments")[0].net_flow == -284.0


def test_consumption_by_hand() -> None:
    """Demand of the hour ending 10:00Z, 7150 MWh, is 7150 MW from 09:00Z on."""
    first, *_ = events("EIA/consumption_US-NW-BPAT")
    assert (first.start.hour, first.consumption) == (9, 7150.0)


def test_forecast_by_hand() -> None:
    """The forecast for the hour ending 12:00Z starts at 11:00Z."""
    first, *_ = events("EIA/consumption_forecast_US-NW-BPAT")
    assert (first.start.hour, first.consumption, first.source_type) == (11, 7310.0, "forecasted")


def test_capacity_by_hand() -> None:
    """Gas 470.3 + 185.7 + 18.9 = 674.9 MW; the 60 MW on standby and the 615 MW of coal out of service do not count."""
    (found,) = run(read_case(SAMPLES / "EIA/capacity_US-NW-PGE.json"))
    assert found["gas"] == {"datetime": "2025-12-01", "value": 674.9, "source": "EIA.gov"}
    assert (found["coal"]["value"], found["hydro"]["value"], found["nuclear"]["value"]) == (585.2, 420.4, 0.0)


@pytest.mark.parametrize("zone", BALANCED)
def test_production_and_net_import_are_consumption(zone: str) -> None:
    """In the invented numbers each zone's output, less charging, plus what its ties bring is its demand (whole MW)."""
    net_import = dict.fromkeys(range(9, 12), 0.0)
    for path in sorted((SAMPLES / "EIA").glob("exchange_*.json")):
        for event in events(f"EIA/{path.stem}"):
            first, second = event.key.split("->")
            net_import[event.start.hour] += event.net_flow * ((second == zone) - (first == zone))
    for mix, load in zip(events(f"EIA/production_{zone}"), events(f"EIA/consumption_{zone}"), strict=True):
        output = sum(v for v in mix.production.values() if v is not None) - sum(mix.storage.values())
        assert load.consumption == approx(output + net_import[mix.start.hour], abs=0.51)


@pytest.mark.parametrize("zone, asked", [
    ("US-SW-SRP", {"SRP": 15, "DEAA": 15, "HGMA": 15}),
    ("US-NW-BPAT", {"BPAT": 15, "AVRN": 1}),
    ("US-NW-PGE", {"PGE": 15}),
])  # fmt: skip
def test_what_is_asked_of_each_area(zone: str, asked: dict[str, int], monkeypatch: MonkeyPatch) -> None:
    """Twelve fuels and the three newer codes of an area that counts whole; of Avangrid the one fuel."""
    monkeypatch.setenv("EIA_KEY", "token")
    fuels: dict[str, list[str]] = {}

    def request(method: str, url: str, *, params: list[tuple[str, str]], **kwargs: object) -> SimpleNamespace:
        area = dict(params)["facets[respondent][]"]
        fuels.setdefault(area, []).extend(code for name, code in params if name == "facets[fueltype][]")
        return SimpleNamespace(status_code=200, content=b'{"response": {"total": "0", "data": []}}', url=url)

    with times.frozen(times.read("2026-03-10T12:00Z")), pytest.raises(NoData):
        EIA.fetch_production_mix(zone, SimpleNamespace(request=request))
    assert {area: len(set(codes)) for area, codes in fuels.items()} == asked


def test_every_request_counts_against_the_limit() -> None:
    """EIA throttles by key, whatever is asked."""
    facts = [declare.declaration(one) for name, one in vars(EIA).items() if name.startswith("fetch_")]
    assert [one.rate_per_min for one in facts if one] == [300] * 5


def test_a_row_without_a_value_is_another_layout() -> None:
    """A null is a gap; a column that is gone is not."""
    assert eia.series([{"period": "2026-03-10T10", "value": None}]) == {}
    with pytest.raises(SourceChanged):
        eia.series([{"period": "2026-03-10T10"}])


def test_transfers_do_not_count_twice() -> None:
    """A supplier that gives all its fuels to one area gives none to another, and single fuels to one area only."""
    given = [(area, fuel) for parts in EIA.TRANSFERS.values() for area, fuels in parts.items() for fuel in fuels]
    assert len(given) == len(set(given)) > 0


def test_every_configured_border_has_a_reporter_in_the_usa() -> None:
    keys = [
        key for key, one in json.loads((SAMPLES.parents[1] / "exchanges.json").read_text()).items()
        if "EIA.fetch_exchange" in json.dumps(one)
    ]
    asked = {key: [tuple(map(eia.respondent, pair)) for pair in eia.ties(*key.split("->"))] for key in keys}
    assert len(asked) > 100
    assert not {reporter for pairs in asked.values() for reporter, _ in pairs} & set(eia.FOREIGN.values())
    assert asked["CA-SK->US-CENT-SWPP"] == [("SWPP", "SPC")]
    assert asked["US-MIDW-MISO->US-SE-SOCO"] == [("MISO", "SOCO"), ("MISO", "AEC")]


@pytest.mark.parametrize("total", [{"total": "3"}, {"total": 3}, {}])
def test_pages(total: dict[str, object], tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    """Three generators at two a page: the second request starts at row 2, whether or not a total is given."""
    monkeypatch.setattr(eia, "PAGE", 2)
    rows = [
        {"technology": "Nuclear", "statusDescription": "Operating", "nameplate-capacity-mw": mw}
        for mw in ("9.5", "3", "1")
    ]
    url = "https://api.eia.gov/v2/electricity/operating-generator-capacity/data/?frequency=monthly" \
        "&data[0]=nameplate-capacity-mw&facets[balancing_authority_code][]=PJM&start=2025-12-01&end=2025-12-31" \
        "&sort[0][column]=period&sort[0][direction]=desc&api_key=token&length=2&offset="
    http = []
    for offset in (0, 2):
        answer = {"response": {**total, "data": rows[offset : offset + 2]}}
        (tmp_path / f"{offset}.json").write_text(json.dumps(answer))
        http.append({"method": "GET", "url": f"{url}{offset}", "status": 200, "body": f"{offset}.json"})
    args = {"zone_key": "US-MIDA-PJM", "target_datetime": "2025-12-31T00:00:00+00:00"}
    now, env = "2026-03-10T12:00:00+00:00", {"EIA_KEY": "token"}
    case = Case("pages", "EIA", "fetch_production_capacity", args, now, env, http, bodies=tmp_path)
    (found,) = run(case)
    assert found["nuclear"]["value"] == 13.5
