"""Answers in a form that `core.http` does not read: JSON that the source itself has packed."""

import json
import zlib
from typing import Any
from urllib.parse import urlsplit

from core import http
from core.errors import SourceChanged, SourceDown

GZIP, GZIP_BITS = b"\x1f\x8b", 31


def packed_json(answer: http.Response) -> Any:
    """The decoded JSON of a body that is a gzip file, or is not packed after all."""
    if not answer.content.startswith(GZIP):
        return http.body_json(answer)
    unpacked = _unpacked(answer)
    try:
        return json.loads(unpacked)
    except ValueError as err:
        raise http.not_expected(unpacked.decode(errors="replace"), "JSON", _host(answer)) from err


def _unpacked(answer: http.Response) -> bytes:
    """What is in a gzip file; refuses one that is too large or cut short."""
    unpack = zlib.decompressobj(GZIP_BITS)
    try:
        content = unpack.decompress(answer.content, http.MAX_BODY_BYTES)
    except zlib.error as err:
        raise SourceChanged(f"{_host(answer)} sent a gzip file that cannot be unpacked.") from err
    if not unpack.eof:
        raise SourceDown(f"{_host(answer)} sent a gzip file that is too large, or not all there.")
    return content


def _host(answer: http.Response) -> str:
    return urlsplit(answer.url).hostname or "The source"
