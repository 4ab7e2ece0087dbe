"""`gridtrace alert`: what was told of the sources, and whether people can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import common

if TYPE_CHECKING:
    from core.store.reports import Incident

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command("list", epilog="Example: gridtrace alert list --open")
def list_(
    parser: Annotated[
        str | None, typer.Argument(metavar="PARSER", help="Only those of this parser, or of most at once.")
    ] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Only what is not over yet.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """List what was told of the sources: what failed since when, and what is over.

    Exit code 0: nothing of what is listed is open; 1: something is; 2: there is no such store.
    """
    with common.open_existing(store) as opened:
        found = opened.reports.incidents(parser, limit=limit, is_open=True if only_open else None)
    if as_json:
        common.print_json({"incidents": [_plain(one) for one in found]})
    else:
        shown = common.table(None, ">number", "parser", "state", "since", "told", "over", ">series", "why")
        for one in found:
            over = common.stamp(one.closed_s) if one.closed_s is not None else "open"
            shown.add_row(
                str(one.id), one.parser or "(most)", one.state, common.stamp(one.since_s), common.stamp(one.opened_s),
                over, str(len(one.series)), one.reason)
        common.console().print(shown)
        is_open = sum(one.closed_s is None for one in found)
        typer.echo(f"{len(found)} incidents, {is_open} of them open.")
    if any(one.closed_s is None for one in found):
        raise typer.Exit(1)


def _plain(one: Incident) -> dict[str, Any]:
    return common.record(vars(one) | {"parser": one.parser or None}, "told_s")


@app.command("test", epilog="Example: gridtrace alert test")
def test(as_json: common.JsonOption = False) -> None:
    """Send a test message to every channel of the environment, and say what each answered.

    Exit code 0: all took it; 1: at least one did not; 2: a variable makes no sense. docs/health.md lists the variables.
    """
    from core.health.alerts import test_all

    found = list(test_all(lambda text: typer.echo(f"gridtrace: {text}", err=True)))
    if as_json:
        common.print_json({"channels": [{"channel": label, "error": error} for label, error in found]})
    else:
        for label, error in found:
            typer.echo(f"{label}: {error or 'took the message'}")
    if any(error is not None for _, error in found):
        raise typer.Exit(1)
