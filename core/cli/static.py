"""`gridtrace export-static`: the newest state as files for a web server or CDN."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli import common


def export_static(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Made if it is not there; what it has is replaced.")],
    page: Annotated[bool, typer.Option(help="The map as well, which makes the folder a site.")] = True,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Write the newest state of everything into JSON files: zones, intensities, mixes, forecasts, the whole world.

    From cron after `gridtrace run` it feeds a CDN; docs/api.md lists the files. A file is replaced whole, so readers
    never see half of one.

    Exit code 0: written; 1: no zone has a result of the last three days; 2: a wrong argument, configuration or store,
    or a folder that cannot be written.
    """
    from core.api.grid import Grid
    from core.api.static import export_page
    from core.api.static import export_static as write

    config, plugins = common.everything()
    with common.open_existing(store) as opened:
        grid = Grid(config, opened)
        with common.progress("exporting", len(config.zones)) as advance:
            grid.refresh()
            count = write(grid, plugins, folder, advance)
        count += export_page(config, folder) if page else 0
        told = len(grid.newest.with_estimates)
    about = {"files": count, "zones": told, "folder": folder}
    common.tell(f"{count} files of {told} zones: {folder}", about, as_json=as_json)
    if not told:
        typer.echo("No zone has a result of the last three days: run `gridtrace run` first.", err=True)
        raise typer.Exit(1)
