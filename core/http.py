"""The only place that makes a session: time-outs, retries, politeness per host, one fetch per request and cycle.

Parsers call `get` and `post` with the session they were given; `body_json`, `body_text`, `body_xml` and `body_html`
read an answer and raise SourceChanged (or Blocked, for a bot wall) when it is something else.
"""

import contextlib
import hashlib
import json as jsonlib
import logging
import os
import re
import threading
import time
import zipfile
import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
import requests_cache
from bs4 import BeautifulSoup
from lxml import etree
from urllib3.exceptions import (
    DecodeError,
    InvalidHeader,
    MaxRetryError,
    ProtocolError,
    ReadTimeoutError,
    ResponseError,
    SSLError,
)
from urllib3.util import Retry

from core import proxies, times, tls
from core.errors import Blocked, NoData, SourceChanged, SourceDown

VERSION = "0.1.0"
USER_AGENT = f"gridtrace/{VERSION} (carbon intensity of electricity; one poll per five minutes)"
AS_BROWSER = {"User-Agent": f"Mozilla/5.0 (compatible; {USER_AGENT})"}
"""Headers for sources that refuse whoever does not look like a browser; they still say who asks."""
RETRY_STATUSES = (429, 500, 502, 503, 504)
MAX_RETRY_AFTER_S = 30
PER_HOST = 4
GATEWAY_CONNECTIONS = 64
"""A gateway stands for many hosts."""
FAILURES = 3
NOW_HEADER = "X-Gridtrace-Now"
"""How a gateway learns what time it is for the asker, whose clock may be a replay's or a test's."""
CHUNK_BYTES = 65_536
MAX_BODY_BYTES = 100_000_000

Response = requests.Response
Session = requests.Session

BOT_WALLS = ("captcha", "access denied", "cloudflare", "incapsula", "just a moment")
TUNNEL_REFUSED = re.compile(r"Tunnel connection failed: (\d{3})\b")
"""What the standard library says when a proxy opens no way to a host."""
CLOUDFLARE_LIBRARIES = "cdnjs.cloudflare.com"
"""Where ordinary pages load scripts from: no bot wall."""

_rate: ContextVar[float | None] = ContextVar("gridtrace_rate_per_minute", default=None)
_source: ContextVar[str | None] = ContextVar("gridtrace_source", default=None)


@dataclass(frozen=True)
class Patience:
    """How long a session waits for a source, and how often it asks again."""

    connect_s: float = 10.0
    read_s: float = 30.0
    """Between two pieces of an answer."""
    body_s: float = 60.0
    """For the whole of its body."""
    retries: int = 3
    backoff_s: float = 1.0


PATIENCE = Patience()


class BodyTooLarge(requests.RequestException):
    """A body of more than MAX_BODY_BYTES."""


class Queueing:
    """How long a job has stood in line for hosts: not its parser's fault, so not counted against its deadline."""

    def __init__(self) -> None:
        self._total_s = 0.0
        self._since: float | None = None

    def seconds(self) -> float:
        """So far, also while standing in line."""
        since = self._since
        return self._total_s + (time.monotonic() - since if since is not None else 0.0)

    @contextlib.contextmanager
    def standing(self) -> Iterator[None]:
        """In line for as long as the block lasts."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._total_s, self._since = self.seconds(), None


_queueing: ContextVar[Queueing | None] = ContextVar("gridtrace_queueing", default=None)


@contextlib.contextmanager
def queueing() -> Iterator[Queueing]:
    """Note how long what is called within the block stands in line for hosts."""
    mark = _queueing.set(noted := Queueing())
    try:
        yield noted
    finally:
        _queueing.reset(mark)


class Gate:
    """One host's door: a few requests at a time in the order they came, and no more a minute than a parser declares.

    It closes for as long as its session lives after FAILURES requests in a row that got no answer, so that a host that
    is down does not hold up all who want something of it.
    """

    def __init__(self, places: int) -> None:
        self._changed = threading.Condition()
        self._free, self._line = places, deque[object]()
        self._next_at, self._unanswered = 0.0, 0

    @contextlib.contextmanager
    def passing(self, per_minute: float | None) -> Iterator[None]:
        with (_queueing.get() or Queueing()).standing():
            self._enter(per_minute)
        try:
            yield
        except (requests.ConnectionError, requests.Timeout):
            self._unanswered += 1
            raise
        else:
            self._unanswered = 0
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def _enter(self, per_minute: float | None) -> None:
        ticket = object()
        with self._changed:
            self._line.append(ticket)
            self._changed.wait_for(lambda: self._free > 0 and self._line[0] is ticket)
            self._line.popleft()
            self._changed.notify_all()
            if self._unanswered >= FAILURES:
                raise requests.ConnectionError(f"no answer to {FAILURES} requests in a row")
            self._free -= 1
            start_at = now = time.monotonic()
            if per_minute:
                start_at = max(self._next_at, now)
                self._next_at = start_at + 60.0 / per_minute
        if start_at > now:
            time.sleep(start_at - now)


class PoliteRetry(Retry):
    """Waits as long as Retry-After says; a source that asks for more than MAX_RETRY_AFTER_S is left alone this cycle.

    urllib3's own `retry_after_max` would shorten each wait and still ask again, holding a worker for all of them. A
    request that has timed out twice is not sent a third time.
    """

    def parse_retry_after(self, retry_after: str) -> float:
        try:
            return super().parse_retry_after(retry_after)
        except InvalidHeader:
            return 0.0  # falls back on back-off

    def increment(self, *args: Any, **kwargs: Any) -> Any:
        response = kwargs.get("response")
        if response is not None and (self.get_retry_after(response) or 0) > MAX_RETRY_AFTER_S:
            raise MaxRetryError(kwargs["_pool"], "", ResponseError("The source asks to wait for long."))
        error = kwargs.get("error")
        if isinstance(error, ReadTimeoutError) and any(isinstance(one.error, ReadTimeoutError) for one in self.history):
            raise MaxRetryError(kwargs["_pool"], "", error)
        return super().increment(*args, **kwargs)


class PoliteAdapter(tls.TlsAdapter):
    """Fills in time-outs and passes every request, until its whole answer has come, through its host's gate.

    With a gateway (the address of a sandbox) it is asked in the place of every host, at /<scheme>/<host>/<path>, by no
    proxy, and no faster or slower than it answers: the rates that sources allow are theirs.
    """

    def __init__(self, patience: Patience, gateway: str | None = None, per_host: int = PER_HOST) -> None:
        retry = PoliteRetry(
            total=patience.retries, backoff_factor=patience.backoff_s, backoff_jitter=0.3 * patience.backoff_s,
            status_forcelist=RETRY_STATUSES, raise_on_status=False, allowed_methods=("GET", "HEAD", "POST"),
            respect_retry_after_header=True,
        )
        pool_size = GATEWAY_CONNECTIONS if gateway else per_host
        super().__init__(max_retries=retry, pool_connections=64, pool_maxsize=pool_size)
        self._gates: defaultdict[tuple[str, proxies.Proxy | None], Gate] = defaultdict(lambda: Gate(per_host))
        self._lock = threading.Lock()
        self._patience, self._gateway = patience, gateway

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> Response:  # type: ignore[override]
        kwargs["timeout"] = kwargs.get("timeout") or (self._patience.connect_s, self._patience.read_s)
        proxy = None if self._gateway else _proxy()
        if proxy is not None:
            kwargs["proxies"] = {"http": proxy.url, "https": proxy.url}
        with self._lock:  # a proxy that is down must not close a host's door to those who go there directly
            gate = self._gates[urlsplit(request.url or "").hostname or "", proxy]
        with gate.passing(None if self._gateway else _rate.get()):
            answer = super().send(request, **kwargs) if self._gateway is None else self._by_gateway(request, kwargs)
            if not kwargs.get("stream"):
                answer._content = _read(answer, self._patience.body_s)
            return answer

    def _by_gateway(self, request: requests.PreparedRequest, kwargs: dict[str, Any]) -> Response:
        """The gateway's answer as if the host itself had given it: redirects and cookies are the host's."""
        part, sent = urlsplit(request.url or ""), request.copy()
        sent.url = f"{self._gateway}/{part.scheme}/{part.netloc}{request.path_url}"
        sent.headers[NOW_HEADER] = times.now().isoformat()
        answer = super().send(sent, **{**kwargs, "proxies": {}})
        answer.url, answer.request = request.url or "", request
        return answer


def _read(answer: Response, most_s: float) -> bytes:
    """The whole body, decoded; refuses one that is too large, or comes in drips that would never end."""
    began, parts, size = time.monotonic(), [], 0
    for part in _pieces(answer):
        parts.append(part)
        size += len(part)
        if size > MAX_BODY_BYTES:
            answer.close()
            raise BodyTooLarge(f"more than {MAX_BODY_BYTES:,} bytes", request=answer.request)
        if time.monotonic() - began > most_s:
            answer.close()
            raise requests.Timeout(f"not all there after {most_s:g} s", request=answer.request)
    return b"".join(parts)


def _pieces(answer: Response) -> Iterator[bytes]:
    """The body as it comes in, decoded. `iter_content` would wait for a whole chunk, however long the drips take."""
    try:
        while piece := answer.raw.read1(CHUNK_BYTES, decode_content=True):
            yield piece
    except ReadTimeoutError as err:
        raise requests.ReadTimeout(err, request=answer.request) from err
    except (ProtocolError, DecodeError, SSLError) as err:
        raise requests.ConnectionError(err, request=answer.request) from err


class CycleSession(requests_cache.CachedSession):
    """A session whose equal requests are sent once, however many jobs ask and whether or not they succeed.

    requests-cache keeps the answers; a lock per request makes the second asker wait for the first. What a source says
    of caching (Vary, Cache-Control) does not count: within a cycle an equal request has an equal answer.
    """

    def __init__(self) -> None:
        super().__init__(
            backend="memory", allowable_codes=range(100, 600), allowable_methods=("GET", "POST"), key_fn=_key,
            expire_after=requests_cache.NEVER_EXPIRE,
        )
        self._guard = threading.Lock()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._failures: dict[str, requests.RequestException] = {}
        self.sent = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("allow_redirects") is False:  # a redirect's next step: part of the request that holds the lock
            return requests.Session.send(self, request, *args, **kwargs)
        key = self.cache.create_key(request)
        with self._guard:
            lock = self._locks[key]
        with lock:
            if key in self._failures:
                raise self._failures[key].with_traceback(None)
            if (kept := self.cache.get_response(key)) is not None:
                return kept
            with self._guard:
                self.sent += 1
            try:
                return super().send(request, *args, **kwargs)
            except requests.RequestException as err:
                self._failures[key] = err
                raise


def _key(request: requests.PreparedRequest, **_: Any) -> str:
    """The same for requests that are equal to the byte, cookies apart; requests-cache's own key drops empty parameters,
    headers and the order of JSON lists, so that different requests would share an answer."""
    headers = sorted((name.lower(), value) for name, value in request.headers.items() if name.lower() != "cookie")
    body = request.body.encode() if isinstance(request.body, str) else request.body or b""
    way = os.environ.get(proxies.variable_of(_source.get() or ""), "")
    return hashlib.sha256(repr((request.method, request.url, headers, body, way)).encode()).hexdigest()


def session(
    *, is_cycle: bool = False, patience: Patience = PATIENCE, gateway: str | None = None
) -> Session:
    """A session for parsers; with `is_cycle` it sends equal requests once for as long as it lives.

    `gateway` is the address of a sandbox that answers for all sources.
    """
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)  # its warnings spell out addresses with tokens
    made = CycleSession() if is_cycle else requests.Session()
    made.headers["User-Agent"] = USER_AGENT
    adapter = PoliteAdapter(patience, gateway)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made


@contextlib.contextmanager
def rate(per_minute: float | None) -> Iterator[None]:
    """Within the block, send at most this many requests a minute to each host."""
    mark = _rate.set(per_minute)
    try:
        yield
    finally:
        _rate.reset(mark)


@contextlib.contextmanager
def asking(source: str) -> Iterator[None]:
    """Within the block, requests are those of this source (a module's name): they take its proxy, if it has one."""
    mark = _source.set(source)
    try:
        yield
    finally:
        _source.reset(mark)


def _proxy() -> proxies.Proxy | None:
    source = _source.get()
    return proxies.find(source) if source else None


def get(
    used: Session | None, url: str, *, params: Any = None, headers: Mapping[str, str] | None = None,
    allowed: tuple[int, ...] = (), timeout_s: float | None = None,
) -> Response:
    """GET; raises the fitting SourceError for every status but 2xx and those in `allowed`."""
    return _ask(used, "GET", url, allowed, timeout_s, params=params, headers=headers)


def post(
    used: Session | None, url: str, *, data: Any = None, json: Any = None, params: Any = None,
    headers: Mapping[str, str] | None = None, allowed: tuple[int, ...] = (), timeout_s: float | None = None,
) -> Response:
    """POST of a form (`data`) or of JSON; errors as in `get`."""
    return _ask(used, "POST", url, allowed, timeout_s, data=data, json=json, params=params, headers=headers)


def _ask(
    used: Session | None, method: str, url: str, allowed: tuple[int, ...], timeout_s: float | None, **kwargs: Any
) -> Response:
    try:
        answer = (used or session()).request(method, url, timeout=timeout_s, **kwargs)
    except requests.RequestException as err:
        # Not chained: the text of `err` holds the whole address, and so perhaps a credential.
        raise SourceDown(f"{_host(url)} did not answer{_way(err)}: {_why(err)}.") from None
    if answer.status_code not in allowed:
        _check_status(answer)
    return answer


def _check_status(answer: Response) -> None:
    status, host = answer.status_code, _host(answer.url)
    if status == 407 and (proxy := _proxy()):
        raise Blocked(f"The proxy of {proxy.variable} did not let a request for {host} pass (status 407).")
    if status in (401, 403, 407, 451):
        raise Blocked(f"{host} refused the request with status {status}: check the token and the region.")
    if status in (404, 410):
        raise NoData(f"{host} has nothing at {urlsplit(answer.url).path} (status {status}).")
    if status == 429 or status >= 500:
        raise SourceDown(f"{host} answered with status {status}.")
    if not 200 <= status < 300:
        raise SourceChanged(f"{host} answered with status {status} to {urlsplit(answer.url).path}.")


def _way(err: requests.RequestException) -> str:
    """By which proxy a request went that broke at a proxy; its variable, as the address may hold a credential."""
    proxy = _proxy() if isinstance(err, requests.exceptions.ProxyError) else None
    return f" by the proxy of {proxy.variable}" if proxy else ""


def _host(url: str) -> str:
    """The host of an address; never the rest, which may hold a credential."""
    try:
        return urlsplit(url).hostname or "The source"
    except ValueError:
        return "The source"


def _why(err: requests.RequestException) -> str:
    """What broke a request, in the operating system's words where it was the network."""
    words = None
    for one in behind(err):
        if isinstance(one, OSError):
            refused = TUNNEL_REFUSED.search(str(one))
            said = f"the proxy answered with status {refused[1]}" if refused else None
            words = one.strerror or said or ("timed out" if isinstance(one, TimeoutError) else words)
    return f"{type(err).__name__} ({words})" if words else type(err).__name__


def behind(err: BaseException) -> list[BaseException]:
    """An error and all that led to it."""
    found: list[BaseException] = [err]
    for one in found:
        found += [other for other in (one.__context__, one.__cause__) if other is not None and other not in found]
    return found


def body_json(answer: Response, mend: Callable[[str], str] | None = None) -> Any:
    """The decoded JSON of an answer; `mend` makes JSON of what a source writes that is none."""
    try:
        if mend is not None:
            return jsonlib.loads(mend(answer.content.decode("utf-8-sig", "replace")))
        try:
            return jsonlib.loads(answer.content)  # UTF-8, with or without byte order mark, whatever the header says
        except UnicodeDecodeError:
            return answer.json()
    except ValueError as err:
        raise not_expected(answer.text, "JSON", _host(answer.url)) from err


def body_text(answer: Response) -> str:
    """An answer in plain text, such as CSV (UTF-8); SourceChanged or Blocked if it is a page."""
    text = answer.content.decode("utf-8-sig", "replace")
    if text.lstrip()[:1] in ("", "<"):
        raise not_expected(text, "plain text", _host(answer.url))
    return text


def body_xml(content: bytes | str) -> etree._Element:
    """The root of an XML document, its namespaces dropped from every tag; expands no entity, loads nothing."""
    raw = content.encode() if isinstance(content, str) else content
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True,
        encoding="utf-8" if isinstance(content, str) else None,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as err:
        raise not_expected(raw.decode(errors="replace"), "XML") from err
    if next(root.iter(etree.Entity), None) is not None:  # a number around it would be cut in two
        raise SourceChanged("The answer is XML with entities of its own, which are not expanded.")
    for element in root.iter(etree.Element):
        element.tag = str(element.tag).rpartition("}")[2]
    return root


def body_zip(answer: Response, name: str | None = None) -> bytes:
    """One file of a ZIP archive: the named one, NoData if the archive lacks it, or the only one."""
    try:
        with zipfile.ZipFile(BytesIO(answer.content)) as archive:
            names = archive.namelist()
            if name is None and len(names) != 1:
                raise SourceChanged(f"{_host(answer.url)} sent an archive of {len(names)} files, not one.")
            if name is not None and name not in names:
                raise NoData(f"{_host(answer.url)} has no {name} in its archive.")
            return archive.read(name or names[0])
    except (zipfile.BadZipFile, zlib.error) as err:
        raise not_expected(answer.text, "a ZIP archive", _host(answer.url)) from err


def body_zip_files(answer: Response) -> dict[str, bytes]:
    """Every file of a ZIP archive by its name."""
    try:
        with zipfile.ZipFile(BytesIO(answer.content)) as archive:
            return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    except (zipfile.BadZipFile, zlib.error) as err:
        raise not_expected(answer.text, "a ZIP archive", _host(answer.url)) from err


def body_html(content: bytes | str) -> BeautifulSoup:
    """A parsed HTML page."""
    return BeautifulSoup(content, "lxml")


def not_expected(text: str, wanted: str, host: str = "The source") -> SourceChanged | Blocked | NoData:
    """The error that says what came instead: nothing, a bot wall, or anything else."""
    if not text.strip():
        return NoData(f"{host} sent an empty answer.")
    start = text[:2000].lower().replace(CLOUDFLARE_LIBRARIES, "")
    if any(word in start for word in BOT_WALLS):
        return Blocked(f"{host} answered with a bot wall instead of {wanted}.")
    return SourceChanged(f"{host} did not answer in {wanted}: it begins {text[:60]!r}.")
