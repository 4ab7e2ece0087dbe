"""The way to a source that cannot be reached from here: `GRIDTRACE_PROXY_<SOURCE>`, its module's name in capitals.

    GRIDTRACE_PROXY_RU=http://user:secret@proxy.example.org:3128

Only that source's requests go there. The value holds a credential, so no text of ours repeats it.
"""

import os
import re
from base64 import b64encode
from collections.abc import Iterator
from importlib.util import find_spec
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from core.errors import ConfigError

PREFIX = "GRIDTRACE_PROXY_"
"""Followed by a source's module in capitals: the proxy by which that source is asked."""
SOCKS = ("socks4", "socks4a", "socks5", "socks5h")
SCHEMES = ("http", "https", *SOCKS)
EXAMPLE = "http://user:secret@host:3128"


class Proxy(NamedTuple):
    """A proxy and the variable that names it; only the latter may be shown."""

    variable: str
    url: str


def variable_of(source: str) -> str:
    """The variable of a source's module: letters, digits and `_` of its name, in capitals."""
    return PREFIX + re.sub(r"\W", "_", source, flags=re.ASCII).upper()


def find(source: str) -> Proxy | None:
    """The proxy of a source; None if it has none, ConfigError if what is written cannot be one."""
    variable = variable_of(source)
    url = os.environ.get(variable, "").strip()
    if not url:
        return None
    part = _split(url)
    if part is None or part.scheme not in SCHEMES:
        raise ConfigError(
            f"{variable} is no address of a proxy, such as {EXAMPLE}; write a password's special characters as %2F.")
    if part.scheme in SOCKS and find_spec("socks") is None:
        raise ConfigError(f"{variable} is a SOCKS proxy, which needs PySocks: pip install 'requests[socks]'.")
    return Proxy(variable, url)


def _split(url: str) -> SplitResult | None:
    """The parts of an address with a host and a port that can be; None for anything else."""
    try:
        part = urlsplit(url)
        is_address = bool(part.hostname) and (part.port is None or part.port > 0) and not re.search(r"\s", url)
    except ValueError:
        return None
    return part if is_address and part.path in ("", "/") and not part.query and not part.fragment else None


def secrets() -> Iterator[str]:
    """What of the proxies' addresses must never be written: users, passwords, and both as a header has them."""
    for variable, url in os.environ.items():
        if variable.startswith(PREFIX) and "@" in url:
            user, _, password = url.strip().partition("://")[2].rpartition("@")[0].partition(":")
            plain = unquote(user), unquote(password)
            yield from (user, password, *plain, b64encode(":".join(plain).encode()).decode())
