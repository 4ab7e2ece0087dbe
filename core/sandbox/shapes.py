"""Answers of another shape: well-formed JSON, XML or CSV that is not what the parser was written for."""

import json
import re
from collections import Counter
from typing import Any

from lxml import etree

LEAVE = ("html", "head", "body", "script")


def emptied(body: bytes) -> bytes:
    """The same document without any row: every list empty, every repeated element gone, no line but the first."""
    return _changed(body, _without_items, _without_repeated, lambda lines: lines[:1])


def renamed(body: bytes) -> bytes:
    """The same document with its commonest column or element under another name."""
    return _changed(body, _with_other_key, _with_other_tag, _with_other_column)


def repeated(body: bytes) -> bytes:
    """The same document with every row twice."""
    return _changed(body, _with_items_twice, _with_elements_twice, lambda lines: [*lines, *lines[1:]])


def _changed(body: bytes, of_json: Any, of_xml: Any, of_lines: Any) -> bytes:
    """The body changed by what fits it; as it is if nothing does (a workbook, a page, JSON within a call)."""
    start = body.lstrip()[:1]
    if start in (b"{", b"["):
        return json.dumps(of_json(json.loads(body)), ensure_ascii=False).encode()
    if start == b"<":
        root = etree.fromstring(body, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
        if root is None or etree.QName(root).localname.lower() in LEAVE:
            return body
        of_xml(root)
        return bytes(etree.tostring(root))
    if b"," in body.partition(b"\n")[0]:
        return b"\n".join(of_lines(body.splitlines()))
    return body


def _without_items(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_items(inner) for key, inner in value.items()}
    return [] if isinstance(value, list) else value


def _with_items_twice(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_items_twice(inner) for key, inner in value.items()}
    return [_with_items_twice(one) for one in value] * 2 if isinstance(value, list) else value


def _with_other_key(value: Any) -> Any:
    counts = Counter(_keys(value))
    return _rename(value, counts.most_common(1)[0][0]) if counts else value


def _keys(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(key for inner in value.values() for key in _keys(inner))]
    return [key for one in value for key in _keys(one)] if isinstance(value, list) else []


def _rename(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {f"{key}_new" if key == name else key: _rename(inner, name) for key, inner in value.items()}
    return [_rename(one, name) for one in value] if isinstance(value, list) else value


def _leaves(root: Any) -> list[Any]:
    return [element for element in root.iter(tag=etree.Element) if len(element) == 0]


def _commonest(root: Any) -> str:
    """The tag of the innermost rows: the commonest element that repeats."""
    return str(Counter(element.tag for element in _leaves(root)).most_common(1)[0][0])


def _without_repeated(root: Any) -> None:
    tags = Counter(element.tag for element in root)
    for element in list(root):
        if tags[element.tag] > 1 or len(element) > 2:
            root.remove(element)


def _with_other_tag(root: Any) -> None:
    for element in list(root.iter(_commonest(root))):
        element.tag = re.sub(r"(\}|^)(?=[^}]*$)", r"\1New", element.tag, count=1)


def _with_elements_twice(root: Any) -> None:
    tags = Counter(element.tag for element in root)
    for element in list(root):
        if tags[element.tag] > 1:
            element.addnext(etree.fromstring(etree.tostring(element)))


def _with_other_column(lines: list[bytes]) -> list[bytes]:
    first, *others = lines[0].split(b",")
    return [b",".join([first + b" new", *others]), *lines[1:]]
