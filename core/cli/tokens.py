"""`gridtrace token`: who may ask the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import common

if TYPE_CHECKING:
    from core.store.access import TokenRow

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Who may ask the API: tokens that are made, listed and revoked.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the token is called: who uses it, and for what.")]


@app.command("create", short_help="Make a token.", epilog="Example: gridtrace token create wallbox")
def create(
    name: Name,
    per_minute: Annotated[
        int | None, typer.Option("--per-minute", metavar="N", min=1, help="Requests per minute; default the server's.")
    ] = None,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Make a token and print it, this once: the store keeps only its SHA-256.

    Exit code 0: made; 2: a name that is taken, or a wrong argument or store.
    """
    with common.open_existing(store) as opened:
        token = opened.access.create(name, per_minute)
    common.tell(token, {"name": name, "token": token}, as_json=as_json)
    typer.echo("Keep it: it is not shown again. Clients send it as the header auth-token.", err=True)


@app.command("list", short_help="The tokens there are.", epilog="Example: gridtrace token list")
def listing(store: common.StoreOption = None, as_json: common.JsonOption = False) -> None:
    """List every token by name: when it was made and last used, its limit, whether it is revoked.

    Exit code 0: listed; 2: a wrong argument or store.
    """
    with common.open_existing(store) as opened:
        found = opened.access.all()
    if as_json:
        common.print_json({"tokens": [common.record(asdict(one)) for one in found]})
        return
    shown = common.table(None, "name", "created", "last used", ">per minute", "state")
    for one in found:
        last_used = "never" if one.last_used_s is None else common.stamp(one.last_used_s)
        shown.add_row(
            one.name, common.stamp(one.created_s), last_used, common.number(one.requests_per_minute),
            common.state(_state(one)))
    common.console().print(shown if found else "There are no tokens: `gridtrace token create NAME` makes one.")


def _state(one: TokenRow) -> str:
    return "valid" if one.revoked_s is None else f"revoked {common.stamp(one.revoked_s)}"


@app.command("revoke", short_help="Let a token in no more.", epilog="Example: gridtrace token revoke dashboard")
def revoke(name: Name, store: common.StoreOption = None, as_json: common.JsonOption = False) -> None:
    """Let nobody in with this token any more. Its name stays taken, and listed.

    Exit code 0: revoked; 2: there is no such token in use, or a wrong argument or store.
    """
    with common.open_existing(store) as opened:
        opened.access.revoke(name)
    common.tell(f"The token {name} is revoked.", {"name": name, "state": "revoked"}, as_json=as_json)
