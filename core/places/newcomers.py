"""A zone that somebody wants to add: its entry, its exchanges with their arrows, and what is wrong with it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely import Geometry, MultiPolygon

from core import times
from core.config import Config
from core.config.check import check_entries
from core.errors import ConfigError
from core.kinds import sorted_key
from core.places.arrows import SEAM, Arrow, arrow, border
from core.places.outlines import area_km2

MOST_OVERLAP = 0.05
"""Of a new zone: less lies in others where two maps draw the same border."""
LEAST_WITHIN = 0.95
"""Of a new zone, in the box of its parent, for the same reason."""
LEAST_KM2 = 1.0
"""The grid of web/zones.topo.json is 400 m wide at the equator."""
MOST_OFF_H = 3.0
"""Between a clock and the sun: all zones but French and Russian ones far from their capital's clock are closer."""
DEGREES_PER_HOUR = 15


@dataclass(frozen=True)
class Asked:
    """What somebody says of a new zone."""

    key: str
    facts: Mapping[str, Any]
    """Fields of zones.json by their name; what is None is taken from the other zones of its country."""
    outline: MultiPolygon | None
    """None: the shape that web/zones.topo.json has under the zone's key."""
    fault: str | None = None
    """Why the outline was not valid as it was drawn."""
    is_box: bool = False
    """The outline is only a box, so that what touches it says nothing."""
    neighbours: Sequence[str] = ()
    """None named: every zone that it touches."""
    parent: str | None = None


@dataclass(frozen=True)
class Newcomer:
    """What would be written for a new zone."""

    key: str
    zone: Mapping[str, Any]
    exchanges: Mapping[str, Mapping[str, Any]]
    arrows: Mapping[str, Arrow]
    parent: str | None
    shape: MultiPolygon
    problems: tuple[str, ...]
    """What somebody should look at, a sentence each."""


def newcomer(config: Config, areas: Mapping[str, MultiPolygon], asked: Asked) -> Newcomer:
    """What to write for a zone. Raises ConfigError if it cannot be written so.

    areas: the shapes of web/zones.topo.json.
    """
    if asked.key in config.zones:
        raise ConfigError(f"There is a zone {asked.key} already: {config.zones[asked.key].name}.")
    if asked.parent is not None and asked.parent not in config.zones:
        raise ConfigError(f"There is no zone {asked.parent} that {asked.key} could be part of: see `gridtrace zones`.")
    shape = asked.outline or areas.get(asked.key)
    if shape is None:
        raise ConfigError(f"web/zones.topo.json has no shape of {asked.key}: give one with --shape, or a --box.")
    entry = _entry(config, asked, shape)
    arrows = _arrows(config, areas, asked, shape)
    links = {key: {"lonlat": list(one.lonlat), "rotation": one.rotation} for key, one in arrows.items()}
    _, broken = check_entries({asked.key: entry}, links, retired=config.retired, known=config.zones)
    if broken:
        raise ConfigError("\n  ".join([f"{asked.key} cannot be added:", *map(str, broken)]))
    problems = (*_of_shape(config, areas, asked, shape), *_of_facts(asked, entry), *_of_parent(config, asked, shape))
    return Newcomer(asked.key, entry, links, arrows, asked.parent, shape, problems)


def _entry(config: Config, asked: Asked, shape: MultiPolygon) -> dict[str, Any]:
    """The zone as zones.json has it; region and currency as all zones of its country have them, if they agree."""
    same = [zone for zone in config.zones.values() if zone.country == asked.facts.get("country")]
    facts = dict(asked.facts)
    for field in ("region", "currency"):
        said = {getattr(zone, field) for zone in same} - {None}
        facts[field] = facts.get(field) or (said.pop() if len(said) == 1 else None)
    if facts["region"] is None:
        raise ConfigError(f"No other zone says which region {asked.key} is in: give it with --region.")
    west, south, east, north = shape.bounds
    box = [math.floor(west * 100), math.floor(south * 100), math.ceil(east * 100), math.ceil(north * 100)]
    return {
        **{field: value for field, value in facts.items() if value is not None or field == "country"},
        "center": [round(degrees, 3) for degrees in _center(shape)], "bbox": [hundredths / 100 for hundredths in box]}


def _center(shape: MultiPolygon) -> tuple[float, float]:
    """The centroid of the largest part, or a point within it where that lies outside."""
    largest = max(shape.geoms, key=lambda part: part.area)
    center = largest.centroid if largest.contains(largest.centroid) else largest.representative_point()
    return center.x, center.y


def _arrows(
    config: Config, areas: Mapping[str, MultiPolygon], asked: Asked, shape: MultiPolygon
) -> dict[str, Arrow]:
    """Exchange → its arrow, for the neighbours that are named, or else those that the shape touches."""
    if unknown := sorted({*asked.neighbours} - config.zones.keys()):
        raise ConfigError(f"There is no zone {', '.join(unknown)} to exchange with: see `gridtrace zones`.")
    touching = [] if asked.is_box else [key for key, area in _others(config, areas, asked) if _touches(shape, area)]
    found = {}
    for key in asked.neighbours or touching:
        ends = _apart(shape, _area_of(config, areas, key))
        if any(end.is_empty for end in ends):
            raise ConfigError(f"The shapes of {asked.key} and {key} are one within the other, and leave no border.")
        link = sorted_key(asked.key, key)
        found[link] = arrow(*(ends if link.startswith(f"{asked.key}->") else reversed(ends)))
    return dict(sorted(found.items()))


def _others(config: Config, areas: Mapping[str, MultiPolygon], asked: Asked) -> Iterator[tuple[str, MultiPolygon]]:
    """The shapes beside which the new one is to lie: those of all traced zones but the one it will be a part of."""
    for key in config.solved_zones():
        if key in areas and key not in (asked.key, asked.parent):
            yield key, areas[key]


def _touches(shape: Geometry, area: Geometry) -> bool:
    return bool(shape.dwithin(area, 2 * SEAM)) and not border(*_apart(shape, area)).is_empty


def _apart(shape: Geometry, area: Geometry) -> tuple[Geometry, Geometry]:
    """Two shapes without what both claim, which the smaller one keeps, as when the map is built."""
    if shape.area > area.area:
        return shape.difference(area), area
    return shape, area.difference(shape)


def _area_of(config: Config, areas: Mapping[str, MultiPolygon], key: str) -> Geometry:
    """The shape of a zone, of its sub-zones, or its box where nothing is drawn."""
    zone = config.zones[key]
    drawn = [areas[part] for part in (key, *zone.sub_zones) if part in areas]
    return shapely.union_all(drawn) if drawn else shapely.box(*zone.bbox)


def _of_shape(
    config: Config, areas: Mapping[str, MultiPolygon], asked: Asked, shape: MultiPolygon
) -> Iterator[str]:
    if asked.fault is not None:
        yield f"The shape was not valid, and was made so: {asked.fault}. Look at the result."
    if area_km2(shape) < LEAST_KM2:
        yield f"The shape has {area_km2(shape):.2g} km²: less than {LEAST_KM2:g} km² cannot be drawn."
    for key, area in () if asked.is_box else _others(config, areas, asked):
        shared = shape.intersection(area).area
        if shared > MOST_OVERLAP * shape.area:
            yield (f"{shared / shape.area:.0%} of the shape lies in {key}, of which that is {shared / area.area:.1%}: "
                   f"scripts/build_geometry.py gives it to the smaller of the two.")


def _of_facts(asked: Asked, entry: Mapping[str, Any]) -> Iterator[str]:
    country, timezone = entry["country"], entry["timezone"]
    if country not in (None, asked.key[:2]):
        yield f"The key {asked.key} does not begin with the code of its country, {country}."
    sun_h = entry["center"][0] / DEGREES_PER_HOUR
    clock_h = times.standard_offset_h(timezone)
    if abs((clock_h - sun_h + 12) % 24 - 12) > MOST_OFF_H:
        yield f"The clock {timezone} is at {clock_h:+g} h of UTC, where the sun is at {sun_h:+.1f} h: is it that one?"


def _of_parent(config: Config, asked: Asked, shape: MultiPolygon) -> Iterator[str]:
    if asked.parent is None:
        return
    parent = config.zones[asked.parent]
    within = shape.intersection(shapely.box(*parent.bbox)).area / shape.area
    if within < LEAST_WITHIN:
        yield f"{within:.0%} of the shape lies in the box of {parent.key}, of which it is to be a part."
    if not asked.key.startswith(f"{parent.key}-"):
        yield f"The key of a part of {parent.key} begins with {parent.key}-."
    if not parent.sub_zones:
        yield (f"{parent.key} has no sub-zones yet: with one it is an aggregate, which is not traced itself, and what "
               f"of it lies in no sub-zone is in no zone.")
