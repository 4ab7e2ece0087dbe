"""Every rule of the configuration files, broken one at a time in a small copy of the real ones."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.config import load
from core.config.check import LIMITS, problems
from core.config.factors import BASES, FACTOR_MODES
from core.errors import ConfigError
from core.kinds import EXCHANGE_KINDS, ZONE_KINDS

ROOT = Path(__file__).parents[2]
ZONES, EXCHANGES, FACTORS = "zones.json", "exchanges.json", "emission_factors.csv"
KEPT_ZONES = ("AT", "DE", "DK", "DK-DK1", "DK-DK2", "FI", "RU", "RU-1", "RU-2", "RU-AS", "RU-EU", "RU-FE", "RU-KGD")


@dataclass
class Files:
    """The three files as a test may bend them."""

    zones: dict[str, Any]
    retired: list[Any]
    links: dict[str, Any]
    factors: list[str]

    def write(self, folder: Path) -> Path:
        document = {"zones": self.zones, "retired": self.retired}
        (folder / ZONES).write_text(json.dumps(document, indent=1), encoding="utf-8")
        (folder / EXCHANGES).write_text(json.dumps(self.links, indent=1), encoding="utf-8")
        (folder / FACTORS).write_text("\n".join(self.factors) + "\n", encoding="utf-8")
        return folder


def _small() -> Files:
    document = json.loads((ROOT / ZONES).read_text(encoding="utf-8"))
    links = json.loads((ROOT / EXCHANGES).read_text(encoding="utf-8"))
    factors = (ROOT / FACTORS).read_text(encoding="utf-8").splitlines()
    return Files(
        {key: document["zones"][key] for key in KEPT_ZONES},
        document["retired"],
        {key: link for key, link in links.items() if set(key.split("->")) <= set(KEPT_ZONES)},
        [line for line in factors if line.split(",")[0] in ("zone", "*", "AT")],
    )


SMALL = _small()


@pytest.fixture
def files() -> Files:
    return deepcopy(SMALL)


def found(folder: Path) -> list[tuple[str, str, str]]:
    return [problem[:3] for problem in problems(folder)]


def test_the_real_files_and_the_small_copy_break_no_rule(files, tmp_path):
    assert problems(ROOT) == []
    assert "AT->DE" in files.links and len(files.factors) > 100
    assert problems(files.write(tmp_path)) == []
    assert set(load(tmp_path).zones) == set(KEPT_ZONES)


def put(*path: Any, value: Any) -> Callable[[Files], None]:
    """A change that sets one value deep in the files; the first step is the attribute of Files."""

    def change(files: Files) -> None:
        target = getattr(files, path[0])
        for step in path[1:-1]:
            target = target[step]
        target[path[-1]] = value

    return change


def drop(*path: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        target = getattr(files, path[0])
        for step in path[1:-1]:
            target = target[step]
        del target[path[-1]]

    return change


def rename(attribute: str, old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        entries = getattr(files, attribute)
        entries[new] = entries.pop(old)

    return change


def coal(*entries: tuple[str | None, float]) -> Callable[[Files], None]:
    """Austria's coal capacity from these days on."""
    rows = [{"mw": mw, "source": "book"} | ({"from": day} if day else {}) for day, mw in entries]
    return put("zones", "AT", "capacity", "coal", value=rows)


AT = ("zones", "AT")
LINK = ("links", "AT->DE")
ZONE_RULES = {
    "unknown field": (put(*AT, "colour", value="red"), "colour"),
    "a key inside the entry": (put(*AT, "key", value="AT"), "key"),
    "missing field": (drop(*AT, "timezone"), "timezone"),
    "missing country, which may be null but not absent": (drop(*AT, "country"), "country"),
    "not an object": (put(*AT, value=[]), ""),
    "empty name": (put(*AT, "name", value=""), "name"),
    "number as name": (put(*AT, "name", value=7), "name"),
    "country": (put(*AT, "country", value="Austria"), "country"),
    "region": (put(*AT, "region", value="Middle-earth"), "region"),
    "timezone": (put(*AT, "timezone", value="Europe/Salzburg"), "timezone"),
    "timezone that is a folder": (put(*AT, "timezone", value="Europe"), "timezone"),
    "currency": (put(*AT, "currency", value="ATS"), "currency"),
    "box from east to west": (put(*AT, "bbox", value=[17.7, 45.8, 9, 49.5]), "bbox"),
    "box from north to south": (put(*AT, "bbox", value=[9, 49.5, 17.7, 45.8]), "bbox"),
    "box without width": (put(*AT, "bbox", value=[9, 45, 9, 49]), "bbox"),
    "box of three numbers": (put(*AT, "bbox", value=[9, 45, 17]), "bbox.3"),
    "box off the globe": (put(*AT, "bbox", value=[9, 45, 181, 49]), "bbox.2"),
    "number as text": (put(*AT, "bbox", value=["9", 45, 17.7, 49.5]), "bbox.0"),
    "centre off the globe": (put(*AT, "center", value=[14, 91]), "center.1"),
    "centre outside the box": (put(*AT, "center", value=[47.6, 14.1]), "center"),
    "sub-zone that is not there": (put(*AT, "sub_zones", value=["AT-X"]), "sub_zones"),
    "bypassed zone that is no sub-zone": (put(*AT, "bypassed_sub_zones", value=["DE"]), "bypassed_sub_zones"),
    "truth as text": (put(*AT, "generation_only", value="yes"), "generation_only"),
    "capacity mode": (put(*AT, "capacity", "peat", value=[{"mw": 1}]), "capacity.peat"),
    "no capacity entries": (put(*AT, "capacity", "coal", value=[]), "capacity.coal"),
    "capacity below zero": (coal(("2017-01-01", 5), ("2018-01-01", -5)), "capacity.coal.1.mw"),
    "capacity not finite": (coal(("2017-01-01", float("inf"))), "capacity.coal.0.mw"),
    "capacity null": (put(*AT, "capacity", "coal", value=[{"mw": None}]), "capacity.coal.0.mw"),
    "capacity field": (put(*AT, "capacity", "coal", value=[{"mw": 1, "gw": 1}]), "capacity.coal.0.gw"),
    "capacity source empty": (put(*AT, "capacity", "coal", value=[{"mw": 1, "source": ""}]), "capacity.coal.0.source"),
    "capacity date not a day": (coal(("2017-02-30", 5)), "capacity.coal.0.from"),
    "capacity date written otherwise": (coal(("20170101", 5)), "capacity.coal.0.from"),
    "capacity date a number": (put(*AT, "capacity", "coal", value=[{"from": 2017, "mw": 1}]), "capacity.coal.0.from"),
    "capacity dates unsorted": (coal(("2018-01-01", 5), ("2017-01-01", 6)), "capacity.coal"),
    "capacity date twice": (coal(("2017-01-01", 5), ("2017-01-01", 6)), "capacity.coal"),
    "capacity without date among dated": (coal((None, 5), ("2017-01-01", 6)), "capacity.coal"),
    "kind": (put(*AT, "parsers", value={"weather": "AT.fetch_weather"}), "parsers.weather"),
    "kind of an exchange": (put(*AT, "parsers", value={"exchange": "AT.fetch_exchange"}), "parsers.exchange"),
    "parser without function": (put(*AT, "parsers", value={"price": "ENTSOE"}), "parsers.price.0"),
    "parser with a path": (put(*AT, "parsers", value={"price": "parsers.AT.fetch_price"}), "parsers.price.0"),
    "parser that does not fetch": (put(*AT, "parsers", value={"price": "AT.parse_price"}), "parsers.price.0"),
    "second parser": (put(*AT, "parsers", value={"price": ["AT.fetch_price", "AT"]}), "parsers.price.1"),
    "no parser": (put(*AT, "parsers", value={"price": []}), "parsers.price"),
}


def polygon(*points):
    return {"type": "Polygon", "coordinates": [[list(point) for point in points]]}


ZONE_RULES |= {
    f"shape {name}": (put(*AT, "shape", value=shape), "shape") for name, shape in {
        "not of GeoJSON": {"type": "Polygon", "coordinates": "here"},
        "without an area": {"type": "Point", "coordinates": [13, 48]},
        "not an object": "here.geojson",
        "crossing itself": polygon((0, 0), (1, 1), (1, 0), (0, 1), (0, 0)),
        "in metres": polygon((0, 0), (5000, 0), (5000, 5000), (0, 0)),
        "empty": {"type": "MultiPolygon", "coordinates": []},
    }.items()
}


def test_a_zone_may_bring_its_shape(files, tmp_path):
    put(*AT, "shape", value=polygon((0, 0), (1, 0), (1, 1), (0, 0)))(files)
    assert found(files.write(tmp_path)) == []


@pytest.mark.parametrize("name", ZONE_RULES)
def test_a_rule_of_a_zone(name, files, tmp_path):
    change, field = ZONE_RULES[name]
    change(files)
    assert found(files.write(tmp_path)) == [(ZONES, "AT", field)]


LINK_RULES = {
    "unknown field": (put(*LINK, "cable", value="NordLink"), "cable"),
    "missing field": (drop(*LINK, "rotation"), "rotation"),
    "longitude": (put(*LINK, "lonlat", value=[181, 48]), "lonlat.0"),
    "latitude": (put(*LINK, "lonlat", value=[13, -91]), "lonlat.1"),
    "rotation too great": (put(*LINK, "rotation", value=361), "rotation"),
    "rotation too small": (put(*LINK, "rotation", value=-181), "rotation"),
    "limits turned": (put(*LINK, "capacity", value=[500, -500]), "capacity"),
    "limits equal": (put(*LINK, "capacity", value=[0, 0]), "capacity"),
    "limits on one side of zero": (put(*LINK, "capacity", value=[100, 500]), "capacity"),
    "kind of a zone": (put(*LINK, "parsers", value={"production": "AT.fetch_production"}), "parsers.production"),
    "parser": (put(*LINK, "parsers", value={"exchange": "AT:fetch_exchange"}), "parsers.exchange.0"),
}


@pytest.mark.parametrize("name", LINK_RULES)
def test_a_rule_of_an_exchange(name, files, tmp_path):
    change, field = LINK_RULES[name]
    change(files)
    assert found(files.write(tmp_path)) == [(EXCHANGES, "AT->DE", field)]


@pytest.mark.parametrize(("change", "expected"), [
    (rename("links", "AT->DE", "DE->AT"), (EXCHANGES, "DE->AT", "")),
    (rename("links", "AT->DE", "AT->AT"), (EXCHANGES, "AT->AT", "")),
    (rename("links", "AT->DE", "AT_DE"), (EXCHANGES, "AT_DE", "")),
    (rename("links", "AT->DE", "AT->QQ"), (EXCHANGES, "AT->QQ", "")),
    (rename("links", "AT->DE", "AT->IN-AP"), (EXCHANGES, "AT->IN-AP", "")),
    (rename("zones", "FI", "finland"), (ZONES, "finland", "")),
    (put("zones", "DE", "sub_zones", value=["DK-DK1"]), (ZONES, "DK", "sub_zones")),  # DK names it second
    (put("retired", 0, value="AT"), (ZONES, "AT", "")),
    (put("retired", 0, value="nowhere"), (ZONES, "", "retired")),
    (put("retired", 0, value=5), (ZONES, "", "retired")),
])
def test_a_rule_of_keys(change, expected, files, tmp_path):
    files.links = {key: link for key, link in files.links.items() if "FI" not in key}
    change(files)
    assert found(files.write(tmp_path)) == [expected]


@pytest.mark.parametrize(("line", "key", "field"), [
    ("ZZ,direct,coal,2020-01-01,800,book", "ZZ", "zone"),
    ("DE,stack,coal,2020-01-01,800,book", "DE", "basis"),
    ("DE,direct,peat,2020-01-01,800,book", "DE", "mode"),
    ("DE,direct,hydro charge,2020-01-01,0,book", "DE", "mode"),
    ("DE,direct,coal,2020-13-01,800,book", "DE", "valid_from"),
    ("DE,direct,coal,2020,800,book", "DE", "valid_from"),
    ("DE,direct,coal,2020-01-01,much,book", "DE", "gco2eq_per_kwh"),
    ("DE,direct,coal,2020-01-01,nan,book", "DE", "gco2eq_per_kwh"),
    ("DE,direct,coal,2020-01-01,,book", "DE", "gco2eq_per_kwh"),
    ("DE,direct,coal,2020-01-01,399.9,book", "DE", "gco2eq_per_kwh"),
    ("DE,lifecycle,coal,2020-01-01,1800.1,book", "DE", "gco2eq_per_kwh"),
    ("DE,direct,coal,2020-01-01,800,", "DE", "source"),
    ("DE,direct,coal,2020-01-01,800, ", "DE", "source"),
    ("AT,direct,coal,2019-01-01,800,book", "AT", "valid_from"),  # a second one from that day
    ("AT,direct,coal,,800,book", "AT", "valid_from"),  # undated among dated ones
    ("DE,direct,coal,2020-01-01,800", "DE", ""),
    ('DE,direct,coal,2020-01-01,800,"book', "", ""),
])
def test_a_rule_of_a_factor(line, key, field, files, tmp_path):
    files.factors.append(line)
    assert found(files.write(tmp_path)) == [(FACTORS, key, field)]


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("mode", FACTOR_MODES)
def test_the_limits_of_every_mode(basis, mode, files, tmp_path):
    low, high = LIMITS[basis][mode]
    within = [f"DE,{basis},{mode},{year}-01-01,{value},book" for year, value in ((2020, low), (2021, high))]
    beyond = [f"DE,{basis},{mode},{year}-01-01,{value},book" for year, value in ((2022, low - 0.1), (2023, high + 0.1))]
    files.factors += within
    assert found(files.write(tmp_path)) == []
    files.factors += beyond
    assert found(files.write(tmp_path)) == [(FACTORS, "DE", "gco2eq_per_kwh")] * 2


def test_every_mode_needs_a_default_factor(files, tmp_path):
    files.factors = [line for line in files.factors if not line.startswith("*,direct,coal")]
    assert [(*p[:3], p.text) for p in problems(files.write(tmp_path))] == [
        (FACTORS, "*", "mode", "there is no direct factor for coal")]


def test_the_header_of_the_factors(files, tmp_path):
    files.factors[0] = "zone,mode,value"
    assert found(files.write(tmp_path)) == [(FACTORS, "", "")]


@pytest.mark.parametrize(("file", "text", "line"), [
    (ZONES, '{"zones": {\n"AT": {},\n}}', 3),
    (EXCHANGES, '{\n"AT->DE" {}}', 2),
])
def test_broken_json_is_named_with_its_line(file, text, line, files, tmp_path):
    (files.write(tmp_path) / file).write_text(text, encoding="utf-8")
    (problem,) = problems(tmp_path)
    assert problem[:3] == (file, "", "")
    assert problem.text.startswith(f"line {line}, ")


@pytest.mark.parametrize(("text", "expected"), [
    ("[]", [(ZONES, "", "")]),
    ("{}", [(ZONES, "", "zones"), (ZONES, "", "retired")]),
    ('{"zones": [], "retired": {}}', [(ZONES, "", "zones"), (ZONES, "", "retired")]),
    ('{"zones": {}, "retired": [], "version": 1}', [(ZONES, "", "version")]),
])
def test_the_shape_of_zones_json(text, expected, files, tmp_path):
    (files.write(tmp_path) / ZONES).write_text(text, encoding="utf-8")
    # Without any zone, exchanges and factors are not blamed for naming unknown ones.
    assert found(tmp_path) == expected


def test_text_that_is_not_utf_8(files, tmp_path):
    (files.write(tmp_path) / EXCHANGES).write_bytes(b'{"\xff": 1}')
    assert found(tmp_path) == [(EXCHANGES, "", "")]


@pytest.mark.parametrize(("file", "old", "new", "expected"), [
    (ZONES, '"AT": {', '"DE": {}, "AT": {', (ZONES, "DE", "")),
    (ZONES, '"name": "Austria"', '"name": "Austria", "name": "Austria"', (ZONES, "AT", "name")),
    (ZONES, '"from": "2017-01-01",\n      "mw": 617.9,', '"from": "2017-01-01", "mw": 617.9, "mw": 617.9,',
     (ZONES, "AT", "capacity.biomass.0.mw")),
    (ZONES, '"retired": [', '"retired": [], "retired": [', (ZONES, "", "retired")),
    (EXCHANGES, '"AT->DE": {', '"AT->DE": {}, "AT->DE": {', (EXCHANGES, "AT->DE", "")),
])
def test_a_json_key_written_twice(file, old, new, expected, files, tmp_path):
    path = files.write(tmp_path) / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert found(tmp_path) == [expected]


def test_all_violations_are_told_at_once_file_by_file(files, tmp_path):
    put(*AT, "timezone", value="Mars/Olympus")(files)
    put(*AT, "bbox", value=[17.7, 45.8, 9, 49.5])(files)
    put("zones", "DE", "currency", value="DM")(files)
    put("zones", "DE", "sub_zones", value=["QQ"])(files)
    coal(("2017-01-01", -1), ("2018-01-01", -2))(files)
    put("links", "AT->QQ", value={"lonlat": [200, 48], "rotation": 400})(files)
    files.factors += ["DE,direct,coal,2020-01-01,5,", "QQ,direct,coal,2020-01-01,800,book"]
    assert sorted(found(files.write(tmp_path))) == sorted([
        (ZONES, "AT", "timezone"), (ZONES, "AT", "bbox"), (ZONES, "AT", "capacity.coal.0.mw"),
        (ZONES, "AT", "capacity.coal.1.mw"), (ZONES, "DE", "currency"), (ZONES, "DE", "sub_zones"),
        (EXCHANGES, "AT->QQ", "lonlat.0"), (EXCHANGES, "AT->QQ", "rotation"), (EXCHANGES, "AT->QQ", ""),
        (FACTORS, "DE", "source"), (FACTORS, "DE", "gco2eq_per_kwh"), (FACTORS, "QQ", "zone"),
    ])
    assert [name for name, _, _ in found(tmp_path)] == [ZONES] * 6 + [EXCHANGES] * 3 + [FACTORS] * 3


def test_load_shows_the_first_problems_and_counts_the_rest(files, tmp_path):
    for key in KEPT_ZONES[:7]:
        put("zones", key, "region", value="Nowhere")(files)
    with pytest.raises(ConfigError) as caught:
        load(files.write(tmp_path))
    lines = str(caught.value).splitlines()
    assert lines[1].strip() == "zones.json: AT region: 'Nowhere' is not a known region"
    assert len(lines) == 7 and lines[-1].strip() == "and 2 more"


def test_every_kind_can_be_configured(files, tmp_path):
    put(*AT, "parsers", value=dict.fromkeys(ZONE_KINDS, "AT.fetch_it"))(files)
    put(*LINK, "parsers", value=dict.fromkeys(EXCHANGE_KINDS, "AT.fetch_it"))(files)
    assert found(files.write(tmp_path)) == []
    assert set(load(tmp_path).zones["AT"].parsers) == set(ZONE_KINDS)
