"""`gridtrace token`: who may ask the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import common

if TYPE_CHECKING:
    from core.store.access import TokenRow

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Who may ask the API: tokens that are made, listed and revoked.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the token is called: who uses it, and for what.")]


@app.command("create", short_help="Make a token.")
def create(
    name: Name,
    per_minute: Annotated[
        int | None, typer.Option("--per-minute", metavar="N", min=1, help="Requests per minute; default the server's.")
    ] = None,
    store: common.StoreOption = None,
) -> None:
    """Make a token and print it, this once: the store keeps only its SHA-256."""
    with common.open_existing(store) as opened:
        token = opened.access.create(name, per_minute)
    typer.echo(token)
    typer.echo("Keep it: it is not shown again. Clients send it as the header auth-token.", err=True)


@app.command("list", short_help="The tokens there are.")
def listing(store: common.StoreOption = None) -> None:
    """List every token by name: when it was made and last used, its limit, whether it is revoked."""
    with common.open_existing(store) as opened:
        found = opened.access.all()
    shown = common.table(None, "name", "created", "last used", ">per minute", "state")
    for one in found:
        last_used = "never" if one.last_used_s is None else common.stamp(one.last_used_s)
        shown.add_row(
            one.name, common.stamp(one.created_s), last_used, common.number(one.requests_per_minute), _state(one))
    common.console().print(shown if found else "There are no tokens: `gridtrace token create NAME` makes one.")


def _state(one: TokenRow) -> str:
    return "valid" if one.revoked_s is None else f"revoked {common.stamp(one.revoked_s)}"


@app.command("revoke", short_help="Let a token in no more.")
def revoke(name: Name, store: common.StoreOption = None) -> None:
    """Let nobody in with this token any more. Its name stays taken, and listed."""
    with common.open_existing(store) as opened:
        opened.access.revoke(name)
    typer.echo(f"The token {name} is revoked.")
