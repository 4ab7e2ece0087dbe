"""What a parser's docstring says of its source: a first line, then named fields such as Docs, Unit or Licence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

FIELD = re.compile(r"^(Docs|Serves|Time|Unit|Sign|History|Token|Licence)\s+(.*(?:\n {4,}\S.*)*)", re.M)
ADDRESS = re.compile(r"https?://[^\s,;()…]+")


@dataclass(frozen=True)
class Header:
    """The head of one module of `parsers/`."""

    title: str
    """Who publishes what; empty where nothing is written."""
    fields: Mapping[str, str]
    """Field → its text on one line, in the order of writing."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The web addresses of the field Docs."""
        return tuple(found.rstrip(".:") for found in ADDRESS.findall(self.fields.get("Docs", "")))


def read_header(docstring: str) -> Header:
    """The header that a docstring begins with."""
    title = docstring.strip().partition("\n")[0]
    return Header(title, {name: " ".join(value.split()) for name, value in FIELD.findall(docstring)})
