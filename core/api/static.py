"""The newest state of everything as files that any web server or CDN can give away.

    state.json                       every zone and exchange, as /state
    zones.json                       as /v4/zones
    latest/FR.json history/FR.json   as /v3/carbon-intensity/latest and /history
    breakdown/FR.json                as /v3/power-breakdown/latest
    explain/FR.json                  as /explain
    details/FR.json                  as /zone-details
    forecast/FR.json                 as /v3/carbon-intensity/forecast
    skill/FR.json                    as /forecast/skill
    forecasts/FR.json                the same as Emissions of Time, Rating and Duration (CarbonAware Computing)
    weather.json                     as /weather/fields, where there is a forecast of now
    status.json                      as /status, and status/ENTSOE.json as /status/ENTSOE
    emissions.json                   24 hours of all zones in the form that the Carbon Aware SDK reads from files
    index.html web/                  the map, which reads these files where there is no instance
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from core.api.asking import Ahead, Options
from core.api.bodies import stamp
from core.api.details import details_of
from core.api.electricity_maps.forecasts import forecast_body
from core.api.electricity_maps.routes import HISTORY_H, recent_rows
from core.api.electricity_maps.rows import Row
from core.api.electricity_maps.signals import SIGNALS
from core.api.electricity_maps.zones import zone_list
from core.api.errors import NothingKnown
from core.api.explain import explained_newest
from core.api.grid import Grid
from core.api.operation.logs import log_body
from core.api.operation.observed import Observer
from core.api.operation.routes import status_body
from core.api.skill import skill_of
from core.api.state import world
from core.api.weather import fields_at
from core.api.web import PAGE, content, web_files, web_root
from core.config import Config
from core.errors import FileError
from core.plugins import Manager

HOURS_AHEAD = 24
HOUR = "01:00:00"
Told = Callable[[], None]


def export_static(grid: Grid, plugins: Manager, folder: Path, told: Told = lambda: None) -> int:
    """Write the files; `told` hears of each zone. Returns how many. A file is replaced whole or not at all.

    Raises FileError if the folder cannot be written.
    """
    written, emissions = 0, list[Row]()
    try:
        for key in grid.config.zones:
            for name, body in _of_zone(grid, plugins, key, emissions):
                _write(folder / name / f"{key}.json", body)
                written += 1
            told()
        for name, body in _of_sources(grid, plugins):
            _write(folder / f"{name}.json", body)
            written += 1
        for name, body in (
            ("state", world(grid, None)), ("zones", zone_list(grid, "v4")), ("emissions", {"Emissions": emissions})):
            _write(folder / f"{name}.json", body)
            written += 1
        with contextlib.suppress(NothingKnown):
            _write(folder / "weather.json", fields_at(grid, grid.now_s))
            written += 1
    except OSError as err:
        raise FileError(f"The folder {folder} cannot be written: {err.strerror}.") from err
    return written


def export_page(config: Config, folder: Path) -> int:
    """Write the map's page beside the files, so that the folder is a site. Returns how many of its files were missing.

    Raises FileError if the folder cannot be written.
    """
    root, written = web_root(), 0
    try:
        for name in web_files(root):
            said, path = content(config, root, name), folder / (name if name == PAGE else f"web/{name}")
            if not path.is_file() or path.read_bytes() != said:
                _put(path, said)
                written += 1
    except OSError as err:
        raise FileError(f"The folder {folder} cannot be written: {err.strerror}.") from err
    return written


def _of_zone(grid: Grid, plugins: Manager, key: str, emissions: list[Row]) -> Iterator[tuple[str, Any]]:
    """Folder and content of each file of a zone; details only of a zone without a recent hour."""
    yield "details", details_of(grid, plugins, key)
    signal, options = SIGNALS["carbon-intensity"], Options(zone=key)
    try:
        _, rows = recent_rows(grid, signal, options, HISTORY_H)
        _, breakdown = recent_rows(grid, SIGNALS["power-breakdown"], options, 1)
    except NothingKnown:
        return
    yield "latest", signal.single(key, "hourly", rows[-1])
    yield "history", signal.envelope(key, "hourly", rows, signal.many)
    yield "breakdown", SIGNALS["power-breakdown"].single(key, "hourly", breakdown[-1])
    yield "explain", explained_newest(grid, key)
    emissions += [_emission(key, row) for row in rows]
    try:
        forecast = forecast_body(grid, "carbon-intensity", Ahead(zone=key, horizonHours=HOURS_AHEAD))
    except NothingKnown:
        return
    yield "forecast", forecast
    yield "skill", skill_of(grid, key)
    yield "forecasts", {
        "GeneratedAt": forecast["updatedAt"], "UpdatedAt": stamp(grid.now_s),
        "Emissions": [_emission(None, row) for row in forecast["forecast"]]}


def _of_sources(grid: Grid, plugins: Manager) -> Iterator[tuple[str, Any]]:
    """Name and content of the file about all parsers, and of each one's log."""
    seen, is_reachable = Observer().look(grid, plugins)
    yield "status", status_body(grid, seen, is_reachable=is_reachable)
    for one in seen.parsers:
        yield f"status/{one.parser}", log_body(grid, plugins, one)


def _emission(key: str | None, row: Row) -> Row:
    place = {} if key is None else {"Location": key}
    return {**place, "Time": row["datetime"], "Rating": row["carbonIntensity"], "Duration": HOUR}


def _write(path: Path, body: Any) -> None:
    _put(path, to_json(body, inf_nan_mode="null"))


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.write_bytes(content)
    os.replace(beside, path)
