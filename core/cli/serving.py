"""`gridtrace serve`: the map and the API on a port of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import common

if TYPE_CHECKING:
    from core.store import Store

MB = 1024 * 1024


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 or :: for any.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="Where to listen; 0: any free one.")] = 8764,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
    needs_token: Annotated[
        bool | None,
        typer.Option(
            "--require-token/--anonymous",
            help="Whether callers need an access token. Default: anonymous where only this machine can ask."),
    ] = None,
    per_minute: Annotated[
        int, typer.Option(metavar="N", min=0, help="Requests a minute of an address, or of a token without a limit "
                                                   "of its own; 0: any number.")
    ] = 0,
    access_log: Annotated[bool, typer.Option("--access-log/--no-access-log", help="A line per request.")] = True,
    cache_mb: Annotated[
        int, typer.Option("--cache", metavar="MB", min=0, help="Answers that each process keeps in memory; 0: none.")
    ] = 64,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Serve the map and the API until stopped; /docs says what it answers.

    Requests are logged on stdout, a line of JSON each; with --json the first line says where it listens. A token is
    shown as `auth-token: TOKEN`, or in the other ways that docs/serving.md names. `gridtrace token create` makes one.

    Exit code 0: told to end; 2: a wrong argument, configuration or store, or a port that is taken; 130: stopped by
    Ctrl-C.
    """
    from core.api import serve as room
    from core.api.settings import Settings

    is_closed = not _is_loopback(host) if needs_token is None else needs_token
    common.everything()  # says what is broken once, not once per process
    with common.open_existing(store) as opened:
        _warn(opened, is_closed=is_closed)
    where = common.where_is_store(store)
    settings = Settings(where, is_closed, per_minute, workers, cache_mb * MB)
    listening = room.bound_socket(host, port)
    address = f"[{host}]" if ":" in host else host
    url = f"http://{address}:{listening.getsockname()[1]}"
    who = "with an access token" if is_closed else "for anybody"
    if as_json:
        common.print_json({"url": url, "store": opened.name, "needs_token": is_closed})
    typer.echo(f"gridtrace: serving {opened.name} at {url}, {who}; {url}/docs says what it answers.", err=True)
    room.run(settings, listening, logs_access=access_log)


def _is_loopback(host: str) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _warn(store: Store, *, is_closed: bool) -> None:
    if is_closed and not any(row.revoked_s is None for row in store.access.all()):
        typer.echo("gridtrace: there is no access token yet: `gridtrace token create NAME` makes one.", err=True)
