"""`gridtrace sandbox`: the simulated sources on a port of this machine."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import common

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.http import Patience

SandboxOption = Annotated[
    bool, typer.Option("--sandbox", help="Ask simulated sources instead of the real ones; no key, no network.")
]
FaultsOption = Annotated[
    str | None,
    typer.Option(
        "--faults", metavar="RATES",
        help="What goes wrong there: 0.2 for anything, transport=0.1, ENTSOE:timeout=0.05,EIA:values=0.2.",
    ),
]
LatencyOption = Annotated[float, typer.Option("--latency", metavar="SECONDS", min=0, help="Before each answer there.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Of the simulated grid and of its faults.")]


def sandbox(
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="Where to listen; 0: any free one.")] = 8765,
    seed: SeedOption = 1,
    faults: FaultsOption = None,
    latency: LatencyOption = 0,
    hold: Annotated[
        float, typer.Option(metavar="SECONDS", help="How long a connection without an answer is held.")
    ] = 120,
    until_input_ends: Annotated[bool, typer.Option(hidden=True)] = False,
    as_json: common.JsonOption = False,
) -> None:
    """Serve the simulated sources on 127.0.0.1 until stopped. `gridtrace run --sandbox` starts one by itself.

    It answers for every source that it speaks as that source would, at /<scheme>/<host>/<path>. Faults are of three
    families, transport, shape and values; docs/sandbox.md lists them.

    Exit code 2: a wrong argument or configuration, or a port that is taken; 130: stopped by Ctrl-C.
    """
    from core.sandbox.faults import Plan, read_rates
    from core.sandbox.grid import Grid
    from core.sandbox.readings import World
    from core.sandbox.server import Sandbox

    plan = Plan(seed, read_rates(faults or ""), latency, hold)
    config, _ = common.everything()
    try:
        made = Sandbox(World(Grid(config, seed)), plan, port)
    except OSError as err:
        raise typer.BadParameter(f"Port {port} cannot be used: {err.strerror}. Take another with --port.") from err
    try:
        with made:
            common.tell(f"sandbox on {made.url}", {"url": made.url}, as_json=as_json)
            if until_input_ends:
                _leave_with_input()
            made.serve_forever()
    except KeyboardInterrupt:
        typer.echo("gridtrace: the sandbox was stopped.", err=True)
        raise typer.Exit(130) from None


def patience(is_wanted: bool, latency: float) -> Patience:
    """How long to wait for answers: a sandbox that has not begun to after some seconds never will."""
    from core.http import PATIENCE, Patience

    return Patience(read_s=latency + 3, body_s=latency + 5, backoff_s=0.1) if is_wanted else PATIENCE


def _leave_with_input() -> None:
    """End this process when its standard input does: whoever started it is gone."""
    import os
    import threading

    def wait() -> None:
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


@contextmanager
def gateway(is_wanted: bool, seed: int, faults: str | None, latency: float) -> Iterator[str | None]:
    """The address of a sandbox that runs for as long as the block lasts, and credentials for it; None if not wanted."""
    from core import tokens
    from core.sandbox import TOKENS
    from core.sandbox.faults import read_rates
    from core.sandbox.process import sandbox_process

    if not is_wanted:
        if faults or latency:
            raise typer.BadParameter("--faults and --latency are the sandbox's: say --sandbox too.")
        yield None
        return
    read_rates(faults or "")  # says what is wrong before another process would
    options = ["--seed", str(seed), "--latency", str(latency), *(["--faults", faults] if faults else [])]
    with sandbox_process(options) as url, tokens.given(TOKENS):
        yield url
