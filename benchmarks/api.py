"""What an instance answers over loopback, beside a bare FastAPI with a constant answer of the same size.

    python benchmarks/api.py [--store FILE] [--seconds 3] [--connections 32] [--zone FR]

Without a store, one cycle over the sandbox fills one. All servers have the same settings of uvicorn and one process,
and are asked one after another over connections that stay open (benchmarks/load.py). Ours writes its access log to
/dev/null. At last a cycle over the sandbox writes into the store while all zones are asked in turn, over two
connections.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

import uvicorn
from fastapi import FastAPI
from load import Load, load

from core.api.serve import bound_socket, config_of
from core.config import load as load_config

COMMAND = [sys.executable, "-c", "from core.cli import main; main()"]
LATEST = "/v3/carbon-intensity/latest?zone="
HISTORY = "/v3/carbon-intensity/history?zone="


class Server(NamedTuple):
    port: int
    pid: int

    def get(self, path: str) -> bytes:
        """An answer as it goes over the wire to who accepts gzip."""
        with urlopen(Request(f"http://127.0.0.1:{self.port}{path}", headers={"Accept-Encoding": "gzip"})) as found:
            body: bytes = found.read()
            return body

    def memory_mb(self) -> float:
        found = subprocess.run(["ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, text=True, check=True)
        return int(found.stdout) / 1024


@contextmanager
def server(*command: str) -> Iterator[Server]:
    """A process that says on stderr where it serves, until the block ends."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            while not (found := re.search(r"http://127\.0\.0\.1:(\d+)", process.stderr.readline())):
                assert process.poll() is None, "it ended"
            made = Server(int(found[1]), process.pid)
            made.get("/health")
            yield made
        finally:
            process.terminate()
            process.communicate()


def ours(store: str, *words: str) -> AbstractContextManager[Server]:
    return server(*COMMAND, "serve", "--store", store, "--port", "0", *words)


def serve_bare(size: int) -> None:
    """A FastAPI that answers every path with JSON of so many bytes."""
    app, body = FastAPI(), {"text": "x" * (size - len('{"text":""}'))}

    @app.get("/{path:path}")
    async def constant(path: str) -> dict[str, str]:
        return body

    with bound_socket("127.0.0.1", 0) as listening:
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", file=sys.stderr, flush=True)
        uvicorn.Server(config_of(app)).run([listening])


def cycle(store: str) -> None:
    command = [*COMMAND, "run", "--sandbox", "--all", "--store", store]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print("  " + done.stdout.splitlines()[-2])


def throughput(store: str, zone: str, seconds: float, connections: int) -> None:
    def told(name: str, found: Load) -> Load:
        print(f"{name:42} {found}", flush=True)
        return found

    with ours(store) as made:
        size, state = len(made.get(LATEST + zone)), len(made.get("/state"))
        memory_mb = made.memory_mb()
    with server(sys.executable, __file__, "--bare", str(size)) as made:
        bare = told(f"bare FastAPI, {size} bytes", load(made.port, ["/constant"], connections, seconds))
    with ours(store) as made:
        kept = told("latest, from memory", load(made.port, [LATEST + zone], connections, seconds))
        told("24 hours, from memory", load(made.port, [HISTORY + zone], connections, seconds))
        told("the state of the world, from memory", load(made.port, ["/state"], connections, seconds))
        loaded_mb = made.memory_mb()
    with ours(store, "--cache", "0") as made:
        told("latest, made each time", load(made.port, [LATEST + zone], connections, seconds))
        told("24 hours, made each time", load(made.port, [HISTORY + zone], connections, seconds))
    print(f"latest has {100 * kept.per_s / bare.per_s:.0f} % of the requests per second of the bare framework")
    print(f"/state is {state / 1000:.1f} kB on the wire, gzipped; a process has {memory_mb:.0f} MB, {loaded_mb:.0f} MB "
          "after the load")


def while_writing(store: str) -> None:
    """How long answers take at worst while a cycle writes into the store."""
    zones = [LATEST + key for key in load_config().zones]
    with ours(store) as made, ThreadPoolExecutor(1) as pool:
        print(f"{'every zone, nobody writing':42} {load(made.port, zones, 2, 5)}", flush=True)
        writing, began_s, worst = pool.submit(cycle, store), time.monotonic(), []
        while not writing.done():
            worst.append(load(made.port, zones, 2, 5))
        last = max(worst, key=lambda found: found.worst_ms)
        print(f"{'every zone, a cycle writing, the worst 5 s':42} {last}")
        print(f"the cycle took {time.monotonic() - began_s:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", help="a file that a cycle over the sandbox has filled")
    parser.add_argument("--zone", default="FR")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--bare", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        serve_bare(given.bare)
        return
    with tempfile.TemporaryDirectory() as folder:
        store = given.store or str(Path(folder) / "store.db")
        if not Path(store).exists():
            cycle(store)
        throughput(store, given.zone, given.seconds, given.connections)
        while_writing(store)


if __name__ == "__main__":
    main()
