"""What reading recorded answers costs the parsers: CPU of whole calls, the largest answers first.

    python benchmarks/reading.py FOLDER [SOURCE ...] [--most 10]

FOLDER holds recorded cases, such as tests/samples or what `test_parser.py --record-to FOLDER --keep 0` has kept. A call
is fetch and parse with replayed answers, the best of five; beside it, in the same run, what decoding the same bytes
alone takes: with json, lxml for XML, Beautiful Soup (which the parsers use) for pages, and as text for anything else.
"""

import argparse
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bs4 import BeautifulSoup
from lxml import etree

from core.errors import GridtraceError
from core.plugins import everything
from core.recording import Case, playing, read_cases

ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sources", nargs="*")
    parser.add_argument("--most", type=int, default=10, help="how many cases to tell of")
    asked = parser.parse_args()
    _, plugins = everything()
    cases = [case for case in read_cases(asked.folder) if not asked.sources or case.source in asked.sources]
    sizes = {case.id: sum(map(len, bodies(case))) for case in cases}
    print(f"{'kB':>7} {'call, ms':>9} {'decoding':>9} {'ratio':>6}")
    for case in sorted(cases, key=lambda one: -sizes[one.id])[: asked.most]:
        function = plugins.function(f"{case.source}.{case.function}")
        call_ms = best_ms(lambda case=case, function=function: call(case, function))
        decode_ms = best_ms(lambda case=case: [decoded(content) for content in bodies(case)])
        print(f"{sizes[case.id] / 1000:7.0f} {call_ms:9.1f} {decode_ms:9.1f} {call_ms / decode_ms:6.1f}  {case.id}")


def bodies(case: Case) -> list[bytes]:
    return [(case.bodies / one["body"]).read_bytes() for one in case.http if one.get("body")]


def call(case: Case, function: Callable[..., object]) -> None:
    with playing(case) as session, suppress(GridtraceError):
        function(session=session, **case.call)


def decoded(content: bytes) -> object:
    start = content.lstrip()[:100].lower()
    if start.startswith((b"{", b"[")):
        return json.loads(content)
    if b"<html" in start or b"<!doctype html" in start:
        return BeautifulSoup(content, "lxml")
    if start.startswith(b"<"):
        return etree.fromstring(content)
    return content.decode("utf-8", "replace").splitlines()


def best_ms(act: Callable[[], object]) -> float:
    """CPU of the best of some rounds."""
    used = []
    for _ in range(ROUNDS):
        start_s = time.process_time()
        act()
        used.append(time.process_time() - start_s)
    return 1000 * min(used)


if __name__ == "__main__":
    main()
