"""Recorded answers: one case is a JSON file beside a folder `bodies/` with the answers as they came.

A case names the function (`source`, `function`, `args`), the moment (`now`), the environment it needs (`env`, dummy
tokens), every exchange in order (`http`: method, url, status, body file, and where needed request_body, encoding,
location or exception) and, in a sample of the project, the `expected` events or `expected_error`. Headers are not kept.
Credentials are scrubbed before anything is written.
"""

import contextlib
import hashlib
import html
import io
import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.response import HTTPResponse

from core import proxies, times, tokens
from core.errors import ConfigError
from core.kinds import sorted_key

SECRET_NAME = r"(?:api[_-]?key|(?:security|access|refresh|id)?[_-]?token|password|passwd|secret|subscription-?key)"
SECRET_PARAMETER = re.compile(rf"({SECRET_NAME}=)[^&\s\"'<]+", re.I)
SECRET_FIELD = re.compile(rf"(\"{SECRET_NAME}\"\s*:\s*\")(?:[^\"\\]|\\.)+", re.I)
"""A string in JSON, such as a login's answer."""
SECRET_TICKET = re.compile(r"\bTGT-[\w.-]+")
"""What a login of CAS answers, as plain text."""
SECRET_USER = re.compile(r"(://)[^/?#@\s]+@")
SECRET_VARIABLES = ("TOKEN", "KEY", "PASSWORD", "SECRET", "USERNAME")
REQUIRED = ("method", "url", "status", "body")
ENDINGS = {"json": "json", "xml": "xml", "html": "html", "csv": "csv", "zip": "zip", "sheet": "xlsx"}


@dataclass
class Case:
    """One recorded call of one fetch function."""

    id: str
    source: str
    function: str
    args: dict[str, Any]
    now: str
    env: dict[str, str] = field(default_factory=dict)
    http: list[dict[str, Any]] = field(default_factory=list)
    rest: dict[str, Any] = field(default_factory=dict)
    """Whatever else the file holds: expected events, warnings, what another project returned."""
    bodies: Path = Path()

    @property
    def key(self) -> str:
        """The zone's or exchange's key; empty for a call that names none."""
        if "zone_key1" in self.args:
            return sorted_key(self.args["zone_key1"], self.args["zone_key2"])
        return str(self.args.get("zone_key", ""))

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.now)

    @property
    def call(self) -> dict[str, Any]:
        """The arguments of the call, its target_datetime read."""
        said = {name: self.args.get(name) for name in ("target_datetime", *({"issued"} & self.args.keys()))}
        moments = {name: datetime.fromisoformat(text) if text else None for name, text in said.items()}
        return {**self.args, **moments}

    def write(self, path: Path) -> None:
        """Write the case's JSON file; its bodies are written as they are recorded."""
        plain = {k: getattr(self, k) for k in ("id", "source", "function", "args", "now", "env", "http")}
        path.write_text(json.dumps({**plain, **self.rest}, indent=1, ensure_ascii=False) + "\n")


def read_case(path: Path) -> Case:
    """Read one case; ConfigError if the file is not one."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        known = {k: data.pop(k) for k in ("id", "source", "function", "args", "now")}
        more = {k: data.pop(k) for k in ("env", "http") if k in data}
        case = Case(**known, **more, rest=data, bodies=path.parent / "bodies")
        _check(case)
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as err:
        raise ConfigError(f"{path} is not a recorded case: {err!r}.") from err
    return case


def _check(case: Case) -> None:
    if case.moment.tzinfo is None:
        raise ValueError("now has no zone")
    if not (isinstance(case.args, dict) and isinstance(case.env, dict)):
        raise ValueError("args and env are not objects")
    _ = case.call  # raises if the target is not a moment
    for i, one in enumerate(case.http):
        if absent := [name for name in REQUIRED if name not in one]:
            raise ValueError(f"http[{i}] lacks {', '.join(absent)}")


def read_cases(folder: Path) -> list[Case]:
    """Every case of a source's folder, or of all sources' folders below this one; ConfigError if there is none."""
    paths = sorted(folder.glob("*.json")) or sorted(folder.glob("*/*.json"))
    if not paths:
        raise ConfigError(f"{folder} holds no recorded case: expected <SOURCE>/<case>.json below it.")
    return [read_case(path) for path in paths]


class ReplayAdapter(HTTPAdapter):
    """Answers from a case: the exchange with the same query first, then the same path, then the same host."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case, self.used = case, set[int]()

    def find(self, method: str, url: str, body: str | None) -> dict[str, Any] | None:
        """The exchange that answers a request best; None if its host was never asked, or only for other things."""
        host, path, query = _address(url)
        ranked = []
        for i, one in enumerate(self.case.http):
            h, p, q = _address(one["url"])
            if h == host:
                likeness = p == path, q == query, one["method"] == method, (one.get("request_body") or None) == body
                ranked.append(((*likeness, i not in self.used, -i), i))
        if not ranked:
            return None
        (is_same_path, *_), best = max(ranked)
        if not is_same_path and best in self.used:
            return None
        self.used.add(best)
        return self.case.http[best]

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        body = request.body.decode("utf-8", "replace") if isinstance(request.body, bytes) else request.body
        one = self.find(request.method or "GET", request.url or "", body or None)
        if one is None or one.get("exception"):
            raise requests.exceptions.ConnectionError(
                f"no recorded answer: {request.method} {request.url}", request=request
            )
        content = (self.case.bodies / one["body"]).read_bytes() if one["body"] else b""
        raw = HTTPResponse(
            body=io.BytesIO(content), status=one["status"], preload_content=False, request_method=request.method,
            headers={"location": one["location"]} if one.get("location") else {},
        )
        response = self.build_response(request, raw)
        if one.get("encoding"):
            response.encoding = one["encoding"]
        return response


def _address(url: str) -> tuple[str, str, list[tuple[str, str]]]:
    part = urlsplit(url)
    return (part.hostname or "").lower(), part.path or "/", sorted(parse_qsl(part.query, keep_blank_values=True))


def replay_session(case: Case) -> requests.Session:
    """A session that answers from the case alone and never from the network."""
    made = requests.Session()
    adapter = ReplayAdapter(case)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made


@contextlib.contextmanager
def playing(case: Case) -> Iterator[requests.Session]:
    """The case's moment, credentials and answers, for a call within the block."""
    with ExitStack() as stack:
        stack.enter_context(times.frozen(case.moment))
        stack.enter_context(tokens.given(case.env))
        yield stack.enter_context(replay_session(case))


class RecordAdapter(HTTPAdapter):
    """Passes requests on to the adapter it wraps and keeps every exchange in a case."""

    def __init__(self, inner: HTTPAdapter, case: Case) -> None:
        super().__init__()
        self.inner, self.case = inner, case

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        exchange: dict[str, Any] = {"method": request.method, "url": scrub(request.url or "")}
        if request.body:
            body = request.body.decode("utf-8", "replace") if isinstance(request.body, bytes) else str(request.body)
            exchange["request_body"] = scrub(body)
        try:
            response = self.inner.send(request, **kwargs)
            exchange |= {"status": response.status_code, "body": self._keep(response)}
        except requests.RequestException as err:
            self.case.http.append({**exchange, "status": None, "body": None, "exception": type(err).__name__})
            raise
        if response.encoding:
            exchange["encoding"] = response.encoding
        if response.is_redirect:
            exchange["location"] = scrub(response.headers["location"])
        self.case.http.append(exchange)
        return response

    def close(self) -> None:
        self.inner.close()
        super().close()

    def _keep(self, response: requests.Response) -> str | None:
        if not response.content:
            return None
        content = _scrub_bytes(response.content)
        kind = response.headers.get("content-type", "").lower()
        ending = next((e for word, e in ENDINGS.items() if word in kind), "txt")
        name = f"{hashlib.sha256(content).hexdigest()[:10]}.{ending}"
        self.case.bodies.mkdir(parents=True, exist_ok=True)
        (self.case.bodies / name).write_bytes(content)
        return name


def record_into(session: requests.Session, case: Case) -> None:
    """Make a session keep every exchange from now on in the case."""
    for prefix in ("https://", "http://"):
        session.mount(prefix, RecordAdapter(session.get_adapter(prefix), case))  # type: ignore[arg-type]


def scrub(text: str) -> str:
    """Text without credentials: those of the environment, and the values of parameters and fields that name one."""
    pattern, _ = _patterns(_secrets())
    text = SECRET_USER.sub(r"\1token@", pattern.sub("token", text))
    return SECRET_TICKET.sub("TGT-token", SECRET_FIELD.sub(r"\1token", SECRET_PARAMETER.sub(r"\1token", text)))


def _scrub_bytes(content: bytes) -> bytes:
    _, pattern = _patterns(_secrets())
    return _SECRET_TICKET_BYTES.sub(b"TGT-token", _SECRET_FIELD_BYTES.sub(rb"\1token", pattern.sub(b"token", content)))


_SECRET_FIELD_BYTES = re.compile(SECRET_FIELD.pattern.encode(), re.I)
_SECRET_TICKET_BYTES = re.compile(SECRET_TICKET.pattern.encode())


def _secrets() -> tuple[str, ...]:
    """Values of environment variables that look like credentials, and those of proxies, the longest first."""
    found = (v.strip() for k, v in os.environ.items() if any(word in k.upper() for word in SECRET_VARIABLES))
    return tuple(sorted({value for value in (*found, *proxies.secrets()) if len(value) >= 6}, key=len, reverse=True))


@lru_cache(maxsize=8)
def _patterns(secrets: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[bytes]]:
    """What matches these secrets in text and in bytes, however each of their characters is written."""
    either = "|".join("".join(map(_spelled, secret)) for secret in secrets) or "(?!)"
    return re.compile(either, re.I), re.compile(either.encode("utf-8", "surrogateescape"), re.I)


def _spelled(char: str) -> str:
    """A pattern of one character: plain, percent-encoded (also again and again), or as JSON or HTML escape it."""
    percent = "".join(f"%(?:25)*{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))
    ways = [*map(re.escape, {char, html.escape(char), json.dumps(char)[1:-1]}), percent, f"&#{ord(char)};"]
    ways += {" ": [r"\+", "%(?:25)*2b"], "/": [r"\\/"]}.get(char, [])
    return f"(?:{'|'.join(ways)})"
