"""What can be seen of an answer: its format, where its records are, which field is their time, which hold numbers."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from core import http, times
from core.errors import GridtraceError, SourceChanged

PATTERNS = (None, "DD/MM/YYYY HH:mm", "DD.MM.YYYY HH:mm", "DD-MM-YYYY HH:mm", "YYYY/MM/DD HH:mm", "YYYYMMDDHHmm")
STAMP = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{12}")
SEEN_AT_MOST = 40
"""Labels that a table is worth; more are not modes."""


@dataclass(frozen=True)
class Shape:
    """How to come to the records of an answer, in code of a parser; no rows: nobody could tell."""

    format: str
    rows: str = ""
    """An expression over `answer` that gives the records as mappings."""
    stamp: str = ""
    pattern: str | None = None
    labels: tuple[str, ...] = ()


UNKNOWN = Shape("json")


def shape_of(answer: http.Response) -> Shape:
    """The shape of an answer, by its content and not by what its header says."""
    text = answer.content.decode("utf-8-sig", "replace").strip()
    if text[:1] in ("{", "["):
        return _json(text)
    if text[:1] == "<":
        return Shape("html") if re.search(r"<(html|table|body)\b", text[:5000], re.IGNORECASE) else _xml(answer.content)
    return _csv(text)


def _json(text: str) -> Shape:
    try:
        found = max(_lists(json.loads(text), "answer"), key=lambda pair: len(pair[1]), default=None)
    except ValueError:
        return UNKNOWN
    return _of_records("json", *found) if found else UNKNOWN


def _lists(value: Any, path: str) -> Iterable[tuple[str, list[Mapping[str, Any]]]]:
    """Every list of objects, with the expression that leads to it."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        yield path, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _lists(inner, f"values.field({path}, {json.dumps(name, ensure_ascii=False)})")


def _of_records(format_: str, rows: str, records: list[Mapping[str, Any]]) -> Shape:
    first = records[0]
    stamp = next((name for name, value in first.items() if STAMP.search(str(value))), "")
    labels = [name for name, value in first.items() if name != stamp and _is_number(value)]
    if not stamp or not 0 < len(labels) <= SEEN_AT_MOST:
        return Shape(format_)
    return Shape(format_, rows, stamp, _pattern(str(first[stamp])), tuple(labels))


def _is_number(value: Any) -> bool:
    return bool(re.fullmatch(r"[+-]?\d+([.,]\d+)?", str(value).strip()))


def _pattern(stamp: str) -> str | None:
    """How a stamp is written; None is ISO 8601, or not known."""
    for pattern in PATTERNS:
        try:
            times.read(stamp, "UTC", pattern)
        except SourceChanged:
            continue
        return pattern
    return None


def _csv(text: str) -> Shape:
    lines = [line for line in text.splitlines() if line.strip()][:2]
    if len(lines) < 2 or "," not in lines[0]:
        return Shape("csv")
    names, cells = ([cell.strip(' "') for cell in line.split(",")] for line in lines)
    columns = ", ".join(json.dumps(name, ensure_ascii=False) for name in names)
    return _of_records("csv", f"values.csv_rows(answer, {columns})", [dict(zip(names, cells, strict=False))])


def _xml(content: bytes) -> Shape:
    try:
        root = http.body_xml(content)
    except GridtraceError:
        return Shape("xml")
    tags = Counter(str(one.tag) for one in root.iter(etree.Element) if len(one) or len(one.attrib) > 1)
    if not tags:
        return Shape("xml")
    tag = tags.most_common(1)[0][0]
    record = next(root.iter(tag))
    if record.attrib:
        return _of_records("xml", f'[dict(one.attrib) for one in answer.iter("{tag}")]', [dict(record.attrib)])
    fields = {str(one.tag): one.text for one in record}
    rows = f'[{{field.tag: field.text for field in one}} for one in answer.iter("{tag}")]'
    return _of_records("xml", rows, [fields])
