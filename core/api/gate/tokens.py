"""Who asks: access tokens in any of the headers that clients use, and how often each caller may ask."""

import asyncio
import base64
import binascii
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from core import times
from core.api.errors import NAMES, refuse
from core.api.gate.quotas import Quotas
from core.api.gate.visit import Visit, visit_of
from core.errors import StoreError
from core.store import Store
from core.store.access import PREFIX, TokenRow

HEADERS = (b"auth-token", b"x-blobr-key", b"x-api-key", b"authorization")
OPEN = frozenset(("/health", "/v3/zones", "/v4/zones", "/docs", "/openapi.json"))
"""What is answered without a token always."""
LOGS = "/status/"
"""And each parser's log and feed: who mends parsers has no token here."""
PAGE, PAGE_FILES = "/", "/web/"
"""The map's page and what it loads: the same on every instance, some forty files at once. They need no token, as the
page asks for one, and count in no quota."""
KNOWN_S = 60.0
"""How long a token that was looked up is believed; one that is revoked works so long."""
MOST_KNOWN = 10_000
NOTE_EVERY_S = 60.0
NEEDED = "Send an access token in the header `auth-token`; `gridtrace token create NAME` makes one."
log = logging.getLogger("gridtrace.api")


class Tokens:
    """Finds out whose token a request shows; refuses strangers where a token is needed, and who asks too often."""

    def __init__(self, app: ASGIApp, keeper: "Keeper", quotas: Quotas, *, needs_token: bool) -> None:
        self._app, self._keeper, self._quotas, self._needs_token = app, keeper, quotas, needs_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == PAGE or scope["path"].startswith(PAGE_FILES):
            await self._app(scope, receive, send)
            return
        visit, credential = visit_of(scope), credential_of(scope["headers"])
        visit.has_credential = credential is not None
        if credential is not None:
            visit.caller = await self._keeper.find(credential)
        client = scope.get("client")
        wait_s = self._quotas.wait_s(visit.caller, client[0] if client else "")
        if wait_s:
            message = f"Ask again in {wait_s} s."
            await refuse(NAMES[429], message, 429, {"Retry-After": str(wait_s)})(scope, receive, send)
        elif self._is_stranger(visit) and scope["path"] not in OPEN and not scope["path"].startswith(LOGS):
            await refuse(NAMES[401], NEEDED, 401, {"WWW-Authenticate": "Bearer"})(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_stranger(self, visit: Visit) -> bool:
        return self._needs_token and visit.caller is None


def credential_of(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """What a request shows as its token, whichever way; None if it shows nothing."""
    for name, value in headers:
        if name in HEADERS and (text := value.decode("latin-1").strip()):
            return _authorization(text) if name == b"authorization" else text
    return None


def _authorization(text: str) -> str | None:
    """The token of `Bearer …`, or of `Basic …`: its password, or the user's name where that is empty."""
    scheme, _, rest = text.partition(" ")
    if scheme.lower() != "basic":
        return rest.strip() or None
    try:
        user, _, password = base64.b64decode(rest.strip(), validate=True).decode("latin-1").partition(":")
    except binascii.Error:
        return None
    return password or user or None


class Keeper:
    """The access tokens of a store as a worker knows them: whose they are, and when each was last used."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: OrderedDict[str, tuple[float, TokenRow | None]] = OrderedDict()
        self._used_s: dict[int, int] = {}

    async def find(self, credential: str) -> TokenRow | None:
        """Whose it is; None for nobody's. While the store is away, what was last known counts, else nobody's."""
        if not credential.startswith(PREFIX):
            return None
        at_s = asyncio.get_running_loop().time()
        looked_up_s, found = self._known.get(credential, (None, None))
        if looked_up_s is None or at_s - looked_up_s > KNOWN_S:
            with contextlib.suppress(StoreError):
                found = await asyncio.to_thread(self._store.access.find, credential)
                self._remember(credential, at_s, found)
        if found is not None:
            self._used_s[found.id] = int(times.now().timestamp())
        return found

    def _remember(self, credential: str, at_s: float, found: TokenRow | None) -> None:
        self._known[credential] = (at_s, found)
        self._known.move_to_end(credential)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    async def note_for_ever(self) -> None:
        """Write down now and then, and at the end, when tokens were last used."""
        try:
            while True:
                await asyncio.sleep(NOTE_EVERY_S)
                await asyncio.to_thread(self._note)
        finally:
            await asyncio.to_thread(self._note)

    def _note(self) -> None:
        used_s, self._used_s = self._used_s, {}
        try:
            self._store.access.touch(used_s)
        except StoreError as err:
            log.warning("when access tokens were last used is not noted: %s", err)
            self._used_s = used_s | self._used_s
