"""Recorded cases with a body of one's own, and a fetch function that reads it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import http
from core.recording import Case

NOW = "2026-03-10T12:00:00+00:00"
URL = "https://moon.example/data"


def case_of(folder: Path, *bodies: str | bytes) -> Case:
    """A case of one zone's production with these answers, one after the other."""
    exchanges = []
    for number, body in enumerate(bodies):
        (folder / f"{number}.txt").write_bytes(body if isinstance(body, bytes) else body.encode())
        exchanges.append({"method": "GET", "url": f"{URL}/{number}", "status": 200, "body": f"{number}.txt"})
    args = {"zone_key": "XM", "target_datetime": None}
    return Case("", "MOON", "fetch_production", args, NOW, {}, exchanges, {"kind": "production"}, folder)


def fetching(parse: Callable[..., list[Any]], count: int = 1) -> Callable[..., list[Any]]:
    """A fetch function that asks for so many answers and gives them to `parse`."""

    def fetch(zone_key: str, session: Any = None, target_datetime: Any = None, logger: Any = None) -> list[Any]:
        return parse(*(http.get(session, f"{URL}/{number}") for number in range(count)))

    return fetch


def body_of(case: Case, number: int = 0) -> str:
    return (case.bodies / f"{number}.txt").read_bytes().decode()
