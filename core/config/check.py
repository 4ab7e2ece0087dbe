"""Every rule of the configuration files, and all violations at once."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from core.config.factors import BASES, DEFAULT, FACTOR_MODES, Row
from core.config.files import EXCHANGES, FACTORS, ZONES, Problem, read_factors, read_json
from core.config.zones import PARSER, ZONE_KEY, Link, Zone
from core.kinds import split_key

__all__ = ["LIMITS", "Entries", "Problem", "check_entries", "problems", "read"]

Model = TypeVar("Model", bound=BaseModel)
NO_ZONES: Mapping[str, Zone] = {}

LIMITS: dict[str, dict[str, tuple[float, float]]] = {
    "direct": {
        "biomass": (0, 0),
        "coal": (400, 1700),
        "gas": (200, 700),
        "geothermal": (0, 199),
        "hydro": (0, 0),
        "nuclear": (0, 0),
        "oil": (175, 1700),
        "solar": (0, 0),
        "unknown": (0, 1000),
        "wind": (0, 0),
        "battery discharge": (0, 1000),
        "hydro discharge": (0, 1000),
    },
    "lifecycle": {
        "biomass": (0.4, 1300),
        "coal": (400, 1800),
        "gas": (350, 900),
        "geothermal": (30, 199),
        "hydro": (10, 25),
        "nuclear": (4, 12),
        "oil": (400, 1900),
        "solar": (25, 45),
        "unknown": (10, 1000),
        "wind": (10, 13),
        "battery discharge": (10, 1200),
        "hydro discharge": (10, 1200),
    },
}
"""Least and greatest plausible factor per basis and mode, gCO2eq/kWh, both included."""


class Entries(NamedTuple):
    """What zones.json, exchanges.json and emission_factors.csv hold; entries that break a rule are left out."""

    zones: dict[str, Zone]
    exchanges: dict[str, Link]
    retired: tuple[str, ...]
    rows: list[Row]
    weather: tuple[str, ...]


def problems(root: Path) -> list[Problem]:
    """Every violation in the files of a folder, file by file; empty when all is well.

    The order of a list of capacities is looked at only when each of its entries is right by itself.
    """
    return read(root)[1]


def read(root: Path) -> tuple[Entries, list[Problem]]:
    """The three files of a folder and every violation in them."""
    content, found = read_json(root, ZONES)
    links, broken = read_json(root, EXCHANGES)
    rows, misread = read_factors(root)
    found += [] if found and not content else _top_level(content)
    retired = content.get("retired")
    retired = [key for key in retired if isinstance(key, str)] if isinstance(retired, list) else []
    zones = content.get("zones")
    zones = zones if isinstance(zones, dict) else {}
    models, more = check_entries(zones, links, retired=retired)
    found += broken + more + misread
    if zones and (rows or not misread):
        found += _factor_problems(rows, zones)
    found.sort(key=lambda problem: (ZONES, EXCHANGES, FACTORS).index(problem.file))
    return Entries(*models, tuple(retired), rows, _weather(content)), found


def _weather(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The references of the field `weather`, one or a list; those that are none are left out."""
    said = content.get("weather", [])
    named = said if isinstance(said, list) else [said]
    return tuple(one for one in named if isinstance(one, str) and PARSER.fullmatch(one))


def check_entries(
    zones: Mapping[str, Any],
    exchanges: Mapping[str, Any],
    *,
    retired: Collection[str] = (),
    known: Mapping[str, Zone] = NO_ZONES,
) -> tuple[tuple[dict[str, Zone], dict[str, Link]], list[Problem]]:
    """Zones and exchanges, in the shape of the two files, as models; and every violation among them.

    `known` are the zones already there, which exchanges and `sub_zones` may name too.
    """
    found: list[Problem] = []
    zone_models = _models(Zone, ZONES, zones, found)
    link_models = _models(Link, EXCHANGES, exchanges, found)
    found += _zone_problems(zones, retired, known)
    if zones or known:
        found += _exchange_problems({*zones, *known}, exchanges, retired)
    return (zone_models, link_models), found


def _models(model: type[Model], file: str, entries: Mapping[str, Any], found: list[Problem]) -> dict[str, Model]:
    models: dict[str, Model] = {}
    for key, entry in entries.items():
        if not isinstance(entry, Mapping):
            found.append(Problem(file, key, "", "is not a JSON object"))
            continue
        if "key" in entry:
            found.append(Problem(file, key, "key", "is not a known field"))
        try:
            models[key] = model.model_validate({**entry, "key": key})
        except ValidationError as err:
            found += [_problem(file, key, one["loc"], one["type"], one["msg"]) for one in err.errors(include_url=False)]
    return models


def _problem(file: str, key: str, place: tuple[int | str, ...], kind: str, message: str) -> Problem:
    """pydantic's words as ours."""
    texts = {"extra_forbidden": "is not a known field", "missing": "is missing"}
    text = texts.get(kind, message.removeprefix("Value error, "))
    steps = [str(step) for step in place if step != "[key]"]
    return Problem(file, key, "" if steps == ["key"] else ".".join(steps), text)


def _top_level(content: Mapping[str, Any]) -> Iterator[Problem]:
    for field in content.keys() - {"zones", "retired", "weather"}:
        yield Problem(ZONES, "", field, "is not a known field")
    for field, shape in (("zones", dict), ("retired", list)):
        if field not in content:
            yield Problem(ZONES, "", field, "is missing")
        elif not isinstance(content[field], shape):
            yield Problem(ZONES, "", field, f"is not a JSON {'object' if shape is dict else 'list'}")
    said = content.get("weather", [])
    if len(_weather(content)) < (len(said) if isinstance(said, list) else 1):
        yield Problem(ZONES, "", "weather", f"{said!r} is not written MODULE.fetch_function, or a list of such")
    retired = content.get("retired")
    for key in retired if isinstance(retired, list) else []:
        if not isinstance(key, str) or not ZONE_KEY.fullmatch(key):
            yield Problem(ZONES, "", "retired", f"{key!r} is not a zone key such as FR or US-TEX-ERCO")


def _zone_problems(
    zones: Mapping[str, Any], retired: Collection[str], known: Mapping[str, Zone]
) -> Iterator[Problem]:
    parents = {child: key for key, zone in known.items() for child in zone.sub_zones}
    for key, entry in zones.items():
        if key in retired:
            yield Problem(ZONES, key, "", "is also among the retired zones")
        for child in _keys(entry, "sub_zones"):
            if child not in zones and child not in known:
                yield Problem(ZONES, key, "sub_zones", f"there is no zone {child}")
            elif parents.setdefault(child, key) != key:
                yield Problem(ZONES, key, "sub_zones", f"{child} already belongs to {parents[child]}")


def _keys(entry: Any, field: str) -> list[str]:
    value = entry.get(field) if isinstance(entry, Mapping) else None
    return [key for key in value if isinstance(key, str)] if isinstance(value, list | tuple) else []


def _exchange_problems(
    zone_keys: Collection[str], exchanges: Mapping[str, Any], retired: Collection[str]
) -> Iterator[Problem]:
    for key in exchanges:
        for zone_key in split_key(key) or ():
            if zone_key not in zone_keys:
                text = f"{zone_key} is a retired zone" if zone_key in retired else f"there is no zone {zone_key}"
                yield Problem(EXCHANGES, key, "", text)


def _factor_problems(rows: list[Row], zones: Mapping[str, Any]) -> Iterator[Problem]:
    seen = Counter((row.zone, row.basis, row.mode, row.valid_from) for row in rows)
    groups = Counter((row.zone, row.basis, row.mode) for row in rows)
    for (zone, basis, mode, start), times in seen.items():
        if times > 1:
            yield Problem(FACTORS, zone, "valid_from", f"{basis} {mode} is given {times} times from {start or 'ever'}")
        elif start is None and groups[zone, basis, mode] > 1:
            yield Problem(FACTORS, zone, "valid_from", f"{basis} {mode} is given with a date and without")
    for row in rows:
        yield from _row_problems(row, zones)
    for basis in BASES:
        for mode in FACTOR_MODES:
            if (DEFAULT, basis, mode) not in groups:
                yield Problem(FACTORS, DEFAULT, "mode", f"there is no {basis} factor for {mode}")


def _row_problems(row: Row, zones: Mapping[str, Any]) -> Iterator[Problem]:
    about = f"{row.basis} {row.mode} from {row.valid_from or 'ever'}"
    if row.zone != DEFAULT and row.zone not in zones:
        yield Problem(FACTORS, row.zone, "zone", f"there is no zone {row.zone}")
    if not row.source.strip():
        yield Problem(FACTORS, row.zone, "source", f"{about} has no source")
    if row.basis not in LIMITS:
        yield Problem(FACTORS, row.zone, "basis", f"{row.basis!r} is not one of {', '.join(BASES)}")
    elif row.mode not in LIMITS[row.basis]:
        yield Problem(FACTORS, row.zone, "mode", f"{row.mode!r} is not a mode with a factor")
    else:
        low, high = LIMITS[row.basis][row.mode]
        if not low <= row.gco2eq_per_kwh <= high:
            text = f"{about} is {row.gco2eq_per_kwh:g}, not within {low:g} to {high:g}"
            yield Problem(FACTORS, row.zone, "gco2eq_per_kwh", text)
