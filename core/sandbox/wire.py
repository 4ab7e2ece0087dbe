"""A request as a simulated source gets it, and the answer it gives."""

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import numpy as np

from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings


@dataclass(frozen=True)
class Asked:
    """One request. `now` is the asker's clock, so that a simulated day can pass in minutes."""

    method: str
    url: str
    """As the parser wrote it: the real source's."""
    now: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The query, in order."""
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    def one(self, name: str) -> str | None:
        """The first value of a query parameter; names are case-sensitive."""
        return next((value for key, value in self.pairs if key == name), None)

    def every(self, name: str) -> list[str]:
        """All values of a query parameter."""
        return [value for key, value in self.pairs if key == name]


class Reply(NamedTuple):
    """What goes back."""

    body: bytes
    content_type: str = "application/json"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


Answer: TypeAlias = Callable[[Asked, Readings], Reply]


def json_reply(content: Any, status: int = 200) -> Reply:
    """JSON, UTF-8."""
    return Reply(json.dumps(content, ensure_ascii=False).encode(), status=status)


def text_reply(text: str, content_type: str = "text/csv", status: int = 200) -> Reply:
    """Any other text, UTF-8."""
    return Reply(text.encode(), content_type, status)


def workbook(sheets: Mapping[str, Iterable[Sequence[Any]]]) -> bytes:
    """An XLSX workbook of some sheets, by name their rows; what reads the old XLS reads this as well."""
    from openpyxl import Workbook

    book, content = Workbook(write_only=True), io.BytesIO()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(content)
    return content.getvalue()


def whole(values: FloatArray) -> list[int]:
    """Rounded to the megawatt, as JSON wants numbers."""
    return [int(value) for value in np.round(values)]


NOT_FOUND = Reply(b"<html><body><h1>404 Not Found</h1></body></html>", "text/html", 404)
