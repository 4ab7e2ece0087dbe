import gzip

import pytest
import requests

from core import bodies, http
from core.errors import Blocked, SourceChanged, SourceDown

WALL = b"<html><title>Just a moment...</title></html>"


def answer(content: bytes) -> requests.Response:
    made = requests.Response()
    made.status_code, made.url, made._content = 200, "https://source.example/feed?key=secret", content
    return made


def test_packed_json_is_read_packed_or_not() -> None:
    assert bodies.packed_json(answer(gzip.compress(b'[{"mw": 1}]'))) == [{"mw": 1}]
    assert bodies.packed_json(answer(b'{"items": []}')) == {"items": []}


def test_packed_json_that_is_broken_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(b'[{"mw": 1}]' * 100)
    with pytest.raises(SourceDown, match="not all there"):
        bodies.packed_json(answer(packed[:-12]))
    with pytest.raises(SourceChanged, match="cannot be unpacked"):
        bodies.packed_json(answer(packed[:10] + b"\xff\xff" + packed[12:]))
    with pytest.raises(Blocked):
        bodies.packed_json(answer(gzip.compress(WALL)))
    monkeypatch.setattr(http, "MAX_BODY_BYTES", 1000)
    with pytest.raises(SourceDown, match="too large"):
        bodies.packed_json(answer(gzip.compress(b"0" * 5000)))
