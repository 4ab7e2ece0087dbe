"""The only place that makes a session: time-outs, retries, politeness per host, one fetch per request and cycle.

Parsers call `get` and `post` with the session they were given; `body_json`, `body_xml` and `body_html` read an answer
and raise SourceChanged (or Blocked, for a bot wall) when it is something else.
"""

import contextlib
import threading
import time
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
import requests_cache
from bs4 import BeautifulSoup
from lxml import etree
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from core.errors import Blocked, NoData, SourceChanged, SourceDown

VERSION = "0.1.0"
USER_AGENT = f"gridtrace/{VERSION} (carbon intensity of electricity; one poll per five minutes)"
CONNECT_S, READ_S = 10.0, 60.0
RETRIES = 3
RETRY_STATUSES = (429, 500, 502, 503, 504)
MAX_RETRY_AFTER_S = 30
PER_HOST = 4

Response = requests.Response
Session = requests.Session

_rate: ContextVar[float | None] = ContextVar("gridtrace_rate_per_minute", default=None)


class Gate:
    """Lets a few requests at a time to one host through, and no more a minute than its strictest parser declares."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._lock = threading.Lock()
        self._next_at = 0.0

    @contextlib.contextmanager
    def passing(self, per_minute: float | None) -> Iterator[None]:
        with self._places:
            if per_minute:
                with self._lock:
                    wait_s = self._next_at - time.monotonic()
                    self._next_at = max(self._next_at, time.monotonic()) + 60.0 / per_minute
                if wait_s > 0:
                    time.sleep(wait_s)
            yield


class PoliteAdapter(HTTPAdapter):
    """Fills in time-outs and passes every request through its host's gate."""

    def __init__(self, per_host: int = PER_HOST, retries: int = RETRIES, backoff_s: float = 1.0) -> None:
        retry = Retry(
            total=retries, backoff_factor=backoff_s, status_forcelist=RETRY_STATUSES, raise_on_status=False,
            allowed_methods=("GET", "HEAD", "POST"), respect_retry_after_header=True, backoff_jitter=0.3,
            retry_after_max=MAX_RETRY_AFTER_S,
        )
        super().__init__(max_retries=retry, pool_connections=64, pool_maxsize=per_host)
        self._gates: defaultdict[str, Gate] = defaultdict(lambda: Gate(per_host))
        self._lock = threading.Lock()

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> Response:  # type: ignore[override]
        kwargs["timeout"] = kwargs.get("timeout") or (CONNECT_S, READ_S)
        with self._lock:
            gate = self._gates[urlsplit(request.url or "").hostname or ""]
        with gate.passing(_rate.get()):
            return super().send(request, **kwargs)


class CycleSession(requests_cache.CachedSession):
    """A session whose equal requests are sent once, however many jobs ask and whether or not they succeed.

    requests-cache keeps the answers; a lock per request makes the second asker wait for the first.
    """

    def __init__(self) -> None:
        super().__init__(
            backend="memory", allowable_codes=range(100, 600), allowable_methods=("GET", "POST"), match_headers=False,
            expire_after=requests_cache.NEVER_EXPIRE,
        )
        self._guard = threading.Lock()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._failures: dict[str, requests.RequestException] = {}
        self.sent = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        key = self.cache.create_key(request)
        with self._guard:
            lock = self._locks[key]
        with lock:
            if key in self._failures:
                raise self._failures[key]
            try:
                answer = super().send(request, *args, **kwargs)
            except requests.RequestException as err:
                self._failures[key] = err
                raise
            self.sent += not getattr(answer, "from_cache", False)
            return answer


def session(*, is_cycle: bool = False, retries: int = RETRIES, backoff_s: float = 1.0) -> Session:
    """A session for parsers; with `is_cycle` it sends equal requests once for as long as it lives."""
    made = CycleSession() if is_cycle else requests.Session()
    made.headers["User-Agent"] = USER_AGENT
    adapter = PoliteAdapter(retries=retries, backoff_s=backoff_s)
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


def get(
    used: Session | None,
    url: str,
    *,
    params: Any = None,
    headers: Mapping[str, str] | None = None,
    allowed: tuple[int, ...] = (),
    timeout_s: float | None = None,
) -> Response:
    """GET; raises the fitting SourceError for every status but 2xx and those in `allowed`."""
    return _ask(used, "GET", url, allowed, timeout_s, params=params, headers=headers)


def post(
    used: Session | None,
    url: str,
    *,
    data: Any = None,
    json: Any = None,
    params: Any = None,
    headers: Mapping[str, str] | None = None,
    allowed: tuple[int, ...] = (),
    timeout_s: float | None = None,
) -> Response:
    """POST of a form (`data`) or of JSON; errors as in `get`."""
    return _ask(used, "POST", url, allowed, timeout_s, data=data, json=json, params=params, headers=headers)


def _ask(
    used: Session | None, method: str, url: str, allowed: tuple[int, ...], timeout_s: float | None, **kwargs: Any
) -> Response:
    try:
        answer = (used or session()).request(method, url, timeout=timeout_s, **kwargs)
    except requests.RequestException as err:
        raise SourceDown(f"{_host(url)} did not answer: {type(err).__name__}.") from err
    if answer.status_code not in allowed:
        _check_status(answer)
    return answer


def _check_status(answer: Response) -> None:
    status, host = answer.status_code, _host(answer.url)
    if status in (401, 403, 407, 451):
        raise Blocked(f"{host} refused the request with status {status}: check the token and the region.")
    if status in (404, 410):
        raise NoData(f"{host} has nothing at {urlsplit(answer.url).path} (status {status}).")
    if status == 429 or status >= 500:
        raise SourceDown(f"{host} answered with status {status}.")
    if not 200 <= status < 300:
        raise SourceChanged(f"{host} answered with status {status} to {urlsplit(answer.url).path}.")


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def body_json(answer: Response) -> Any:
    """The decoded JSON of an answer."""
    if not answer.content.strip():
        raise NoData(f"{_host(answer.url)} sent an empty answer.")
    try:
        return answer.json()
    except requests.JSONDecodeError as err:
        raise _not_expected(answer, "JSON") from err


def body_xml(content: bytes | str) -> etree._Element:
    """The root of an XML document, its namespaces dropped from every tag; expands no entity, loads nothing."""
    raw = content.encode() if isinstance(content, str) else content
    if not raw.strip():
        raise NoData("The source sent an empty answer.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as err:
        raise SourceChanged(f"The answer is not XML: it begins {raw[:60]!r}.") from err
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
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
    except zipfile.BadZipFile as err:
        raise _not_expected(answer, "a ZIP archive") from err


def body_html(content: bytes | str) -> BeautifulSoup:
    """A parsed HTML page."""
    return BeautifulSoup(content, "lxml")


def _not_expected(answer: Response, wanted: str) -> SourceChanged | Blocked:
    start = answer.text[:2000].lower()
    if any(word in start for word in ("captcha", "access denied", "cloudflare", "incapsula", "just a moment")):
        return Blocked(f"{_host(answer.url)} answered with a bot wall instead of {wanted}.")
    return SourceChanged(f"{_host(answer.url)} did not answer in {wanted}: it begins {answer.text[:60]!r}.")
