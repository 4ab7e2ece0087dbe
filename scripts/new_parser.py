"""Begin a parser: module, hand check and its name in zones.json or exchanges.json, after a look at the source's answer.

    make new-parser NAME=XX URL=https://… ZONE=XX [KIND=consumption] [MORE="--second --sandbox"]
    make new-parser NAME=XX URL=https://… ZONE="A->B"

It writes two new files and one line, so that git undoes it. What only a person can know is marked FILL IN.
"""

import argparse
import re
import shlex
import sys
from pathlib import Path
from urllib.parse import urlsplit

from scaffold.modules import BUILDERS, MARK, Wish, hand_check, module
from scaffold.shapes import UNKNOWN, Shape, shape_of

from core import http
from core.cli.sandboxes import gateway
from core.config import Config, load
from core.config.writing import write_parser
from core.errors import ConfigError, GridtraceError
from core.kinds import CAPACITY_KIND, KINDS, sorted_key, split_key

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,30}")


def main() -> None:
    asked = options()
    try:
        wish, is_second = wish_of(load(ROOT), asked)
    except ConfigError as err:
        sys.exit(str(err))
    shape = look(wish.url, asked.sandbox)
    parser, check = ROOT / "parsers" / f"{wish.name}.py", ROOT / "tests" / "parsers" / f"test_{wish.name}.py"
    parser.write_text(module(wish, shape), encoding="utf-8")
    check.write_text(hand_check(wish), encoding="utf-8")
    write_parser(ROOT, wish.key, wish.kind, f"{wish.name}.{wish.function}")
    place = "exchanges.json" if split_key(wish.key) else "zones.json"
    series = shlex.join([wish.key] if wish.kind in ("production", "exchange") else [wish.key, wish.kind])
    more = " --sandbox" if asked.sandbox else ""
    print(f"parsers/{wish.name}.py              the parser; fill in what is marked {MARK}")
    print(f"tests/parsers/test_{wish.name}.py   the hand check, which fails until it is written")
    word = "the next choice" if is_second else "the source"
    print(f"{place}: {wish.key}: {wish.name}.{wish.function} is {word} of {wish.kind}")
    print(f"Next: python test_parser.py {series}{more}, until it is right; then add --record.")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="the parser's module: the source's short name, such as TAIPOWER")
    parser.add_argument("--url", required=True, help="what answers with the newest values")
    parser.add_argument("--zone", required=True, help="a zone (FR) or an exchange (ES->FR)")
    parser.add_argument("--kind", default="", help="default: production, or exchange for an exchange")
    parser.add_argument("--second", action="store_true", help="add it after those that serve the series already")
    parser.add_argument("--sandbox", action="store_true", help="ask the sandbox instead of the address")
    return parser.parse_args()


def wish_of(config: Config, asked: argparse.Namespace) -> tuple[Wish, bool]:
    """What is to be written, and whether others serve it already; ConfigError for what cannot be."""
    pair = split_key(asked.zone)
    key = sorted_key(*pair) if pair else asked.zone
    kind = asked.kind or ("exchange" if pair else "production")
    check_name(asked.name)
    check_url(asked.url)
    place = config.exchanges.get(key) if pair else config.zones.get(key)
    if place is None:
        how = "docs/zones.md says how to add one" if pair else f"`gridtrace zone new {key}` adds one"
        raise ConfigError(f"There is no {'exchange' if pair else 'zone'} {key}: {how}.")
    if kind == CAPACITY_KIND:
        raise ConfigError("Installed capacities have a shape of their own: begin with a copy of parsers/EMBER.py.")
    if kind not in KINDS or KINDS[kind].subject != ("exchange" if pair else "zone"):
        raise ConfigError(f"{kind!r} is no kind of {'an exchange' if pair else 'a zone'}: docs/concepts.md has them.")
    if KINDS[kind].event not in BUILDERS:
        raise ConfigError(f"There is no scaffold for {kind}: begin with a copy of a parser that docs/sources.md names.")
    if (taken := place.parsers.get(kind)) and not asked.second:
        raise ConfigError(f"{', '.join(taken)} serves {kind} of {key} already: --second adds another behind it.")
    zone = config.zones[pair[0] if pair else key]
    return Wish(asked.name, asked.url, key, kind, zone.timezone, zone.currency or "EUR"), bool(taken)


def check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name of a module: letters, digits and _, a letter first, at most 31.")
    known = {path.stem.lower(): path.name for path in (ROOT / "parsers").glob("*.py")}
    if name.lower() in known:
        raise ConfigError(f"There is a parsers/{known[name.lower()]} already: extend it, or take another name.")


def check_url(url: str) -> None:
    try:
        part = urlsplit(url)
    except ValueError:
        part = urlsplit("")
    if part.scheme not in ("http", "https") or "." not in (part.hostname or "") or re.search(r"[\s\"\\]", url):
        raise ConfigError(f"{url!r} is no address: write https://host/path.")


def look(url: str, is_sandbox: bool) -> Shape:
    """What the source answers; UNKNOWN, with a word on why, if it does not."""
    with gateway(is_sandbox, 1, None, 0) as address, http.session(gateway=address) as session:
        try:
            shape = shape_of(http.get(session, url))
        except GridtraceError as err:
            print(f"The source could not be looked at ({err}); the scaffold takes it for JSON.", file=sys.stderr)
            return UNKNOWN
    if not shape.rows:
        print(f"It answers in {shape.format}; where its records are, you must see yourself.", file=sys.stderr)
    return shape


if __name__ == "__main__":
    main()
