"""A sandbox in a process of its own, which ends with the one that wanted it, however that ends."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from core.errors import GridtraceError


@contextmanager
def sandbox_process(options: Sequence[str] = ()) -> Iterator[str]:
    """`gridtrace sandbox` with these options for as long as the block lasts; its address.

    The child reads a pipe that this process holds open; when the pipe closes, be it by SIGKILL, the child leaves.
    """
    command = [sys.executable, "-m", "core.cli", "sandbox", "--json", "--port", "0", "--until-input-ends", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None and child.stdout is not None
        try:
            line = child.stdout.readline()
            if not line:
                raise GridtraceError("The sandbox did not start; what it said stands above.")
            yield json.loads(line)["url"]
        finally:
            child.stdin.close()
            child.terminate()
