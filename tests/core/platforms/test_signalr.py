"""SignalR 2 by long polling, against a server on loopback."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from core import http
from core.errors import SourceChanged
from core.platforms import signalr
from tests.support_http import Answer, Source, source

__all__ = ["source"]


@pytest.fixture
def cycle() -> Iterator[http.Session]:
    with http.session(is_cycle=True, patience=http.Patience(retries=0)) as made:
        yield made


def say(source: Source, path: str, *answers: object) -> None:
    source.script(path, *(Answer(json.dumps(answer).encode()) for answer in answers))


@pytest.fixture
def hub(source: Source) -> Source:
    say(source, "/live/negotiate", {"ConnectionToken": "a+b/c=="})
    say(source, "/live/connect", {"C": "0", "S": 1, "M": []})
    say(source, "/live/start", {"Response": "started"})
    return source


def call(*arguments: object, hub: str = "MoonHub", method: str = "Show") -> dict[str, object]:
    return {"H": hub, "M": method, "A": [*arguments]}


def test_the_steps_and_what_each_gets(hub: Source, cycle: http.Session) -> None:
    say(hub, "/live/poll", {"C": "1", "M": [call({"power": 7})]})
    assert signalr.first_call(cycle, f"{hub.url}/live", "MoonHub", "show", polls=3) == {"power": 7}
    asked = [(one.method, urlsplit(one.path).path, parse_qs(urlsplit(one.path).query)) for one in hub.asked]
    assert [(method, path.removeprefix("/live/")) for method, path, _ in asked] == [
        ("GET", "negotiate"), ("GET", "connect"), ("GET", "start"), ("GET", "poll"), ("POST", "abort")]
    assert all(json.loads(query["connectionData"][0]) == [{"name": "moonhub"}] for *_, query in asked)
    assert [query.get("connectionToken") for *_, query in asked] == [None, *[["a+b/c=="]] * 4]
    assert asked[3][2]["messageId"] == ["0"]


def test_it_polls_on_past_nothing_other_calls_and_empty_ones(hub: Source, cycle: http.Session) -> None:
    """The cursor stays where it is: the polls must not be taken for the same request."""
    empty = [{"C": "0"}, {"C": "0", "M": []}, {"C": "0", "M": [call(), call({}), call(None), call(9, method="Other")]}]
    say(hub, "/live/poll", *empty, {"C": "0", "M": [call(9, hub="SunHub"), call(8)]})
    assert signalr.first_call(cycle, f"{hub.url}/live", "MoonHub", "Show", polls=9) == 8
    assert sum("/poll" in path for path in hub.paths()) == 4


def test_it_does_not_poll_for_ever(hub: Source, cycle: http.Session) -> None:
    say(hub, "/live/poll", {"C": "1", "M": []})
    assert signalr.first_call(cycle, f"{hub.url}/live", "MoonHub", "Show", polls=2) is None
    assert sum("/poll" in path for path in hub.paths()) == 2


def test_a_farewell_that_fails_costs_nothing(hub: Source, cycle: http.Session) -> None:
    say(hub, "/live/poll", {"C": "1", "M": [call(8)]})
    hub.script("/live/abort", Answer(status=500))
    assert signalr.first_call(cycle, f"{hub.url}/live", "MoonHub", "Show", polls=1) == 8


@pytest.mark.parametrize(("path", "answer", "says"), [
    ("negotiate", {"negotiateVersion": 1}, "no ConnectionToken"), ("connect", {"M": []}, "no C"),
    ("poll", [], "no object"),
])
def test_another_protocol_is_a_change(
    hub: Source, cycle: http.Session, path: str, answer: object, says: str
) -> None:
    say(hub, f"/live/{path}", answer)
    with pytest.raises(SourceChanged, match=says):
        signalr.first_call(cycle, f"{hub.url}/live", "MoonHub", "Show", polls=2)
