"""The `gridtrace` command. Each command parses its arguments, calls the room that does the work, and prints."""

from typing import Annotated

import typer

from core.cli import (
    aggregates,
    alerts,
    capacities,
    carrying,
    configuration,
    database,
    deciding,
    doctor,
    filling,
    forecasting,
    history,
    quarantine,
    revisions,
    running,
    sandboxes,
    serving,
    solving,
    static,
    tokens,
    trying,
    waiting,
    zone,
)

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Carbon intensity of the electricity consumed in a place: fetch, validate, store, trace, look.",
)
app.command(
    "run", short_help="One cycle: fetch, validate, store, trace.",
    epilog="Example: gridtrace run --sandbox --only FR")(running.run)
app.command(
    "test-parser", short_help="Run one parser and look at its answer.",
    epilog="Example: gridtrace test-parser FR --sandbox")(trying.test_parser)
app.command(
    "sandbox", short_help="Serve the simulated sources.",
    epilog="Example: gridtrace sandbox --port 0")(sandboxes.sandbox)
app.command(
    "check", short_help="Check the configuration and its parsers.",
    epilog="Example: gridtrace check")(configuration.check)
app.command(
    "zones", short_help="List the zones and who serves them.",
    epilog="Example: gridtrace zones france")(configuration.zones)
app.command(
    "backfill", short_help="Fill the past from the sources.",
    epilog="Example: gridtrace backfill FR --from yesterday --sandbox")(filling.backfill)
app.command(
    "gaps", short_help="What the stored past lacks.",
    epilog="Example: gridtrace gaps FR --from yesterday")(filling.gaps)
app.command(
    "solve", short_help="Trace stored hours again.",
    epilog="Example: gridtrace solve --from yesterday")(solving.solve)
app.command(
    "serve", short_help="The map and the API on a port of this machine.",
    epilog="Example: gridtrace serve --port 8080")(serving.serve)
app.command(
    "show", short_help="A zone's balance in one hour.",
    epilog="Example: gridtrace show FR --depth 1")(history.show)
app.command(
    "history", short_help="Intensities or a series by hour, day, month, year.",
    epilog="Example: gridtrace history FR --by hour --from yesterday")(aggregates.history)
app.command(
    "status", short_help="How the parsers are doing.",
    epilog="Example: gridtrace status FR")(history.status)
app.command(
    "doctor", short_help="What is wrong with this instance, and what to do.",
    epilog="Example: gridtrace doctor --offline")(doctor.doctor)
app.command(
    "refusals", short_help="Events that were refused, and why.",
    epilog="Example: gridtrace refusals FR")(history.refusals)
app.command(
    "revisions", short_help="What sources revised, and what they said before.",
    epilog="Example: gridtrace revisions FR --from yesterday --kind production")(revisions.revisions)
app.command(
    "export", short_help="Write what the store holds into files.",
    epilog="Example: gridtrace export fr.csv --kind production --zone FR")(carrying.export)
app.command(
    "export-static", short_help="The newest state as files for a CDN.",
    epilog="Example: gridtrace export-static public")(static.export_static)
app.command(
    "import", short_help="Store events from such files.",
    epilog="Example: gridtrace import data")(carrying.import_)
app.command(
    "best", short_help="When and where a job runs best.",
    epilog="Example: gridtrace best -z FR -z DE -d 2h")(deciding.best)
app.command(
    "now", short_help="Whether a place is green now.",
    epilog="Example: gridtrace now -z FR --below 60")(deciding.now)
app.command(
    "wait", short_help="Run a command when its place is green.", context_settings={"allow_interspersed_args": False},
    epilog="Example: gridtrace wait -z DE --below 200 --timeout 6h -- make build")(waiting.wait)
app.add_typer(alerts.app, name="alert", short_help="What was told of the sources, and whether people can be told.")
app.add_typer(capacities.app, name="capacity", short_help="What is installed, as zones.json has it.")
app.add_typer(database.app, name="db", short_help="The store itself: its size, tidying it up, forgetting.")
app.add_typer(forecasting.app, name="forecast", short_help="Forecasts: learning, showing, comparing.")
app.add_typer(quarantine.app, name="quarantine", short_help="Events that are suspected, and what to do with them.")
app.add_typer(tokens.app, name="token", short_help="Who may ask the API.")
app.add_typer(zone.app, name="zone", short_help="A new zone: its entries, its exchanges, its arrows.")


@app.callback(invoke_without_command=True)
def options(version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"gridtrace {installed('gridtrace')}")
        raise typer.Exit


def main() -> None:
    """Run the command; an error of ours is one line on stderr and exit code 2 (75 while another cycle runs).

    A terminal or pipe that cannot show a character gets a question mark.
    """
    import io
    import sys

    from core.errors import GridtraceError, StoreBusy

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except StoreBusy as err:
        typer.echo(f"gridtrace: {err}", err=True)
        raise SystemExit(75) from err
    except GridtraceError as err:
        typer.echo(f"gridtrace: {err}", err=True)
        raise SystemExit(2) from err
