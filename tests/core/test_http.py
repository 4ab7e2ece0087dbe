"""core.http against a real server on loopback that misbehaves on request."""

import json
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core import http
from core.errors import Blocked, NoData, SourceChanged, SourceDown, SourceError
from core.http import Patience
from tests.support_http import Answer, Source, closed_port, source

__all__ = ["source"]

SECRET = "s3cret-t0ken"


@pytest.fixture
def session() -> Iterator[http.Session]:
    with http.session(patience=Patience(backoff_s=0)) as made:
        yield made


@pytest.fixture
def cycle() -> Iterator[http.CycleSession]:
    with http.session(is_cycle=True, patience=Patience(retries=0)) as made:
        assert isinstance(made, http.CycleSession)
        yield made


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What urllib3 would have slept between attempts."""
    found: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", found.append)
    return found


def at_once(count: int, ask: Callable[[], Any]) -> list[Any]:
    """What `count` threads get that all ask at the same moment: answers and SourceErrors."""
    barrier = threading.Barrier(count)

    def work(_: int) -> Any:
        barrier.wait()
        try:
            return ask()
        except SourceError as err:
            return err

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


class TestRetries:
    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    def test_a_source_that_recovers_is_asked_again(self, source: Source, session: http.Session, status: int) -> None:
        url = source.script("/", Answer(status=status), Answer(status=status), Answer(b"well again"))
        assert http.get(session, url).content == b"well again"
        assert len(source.asked) == 3

    def test_a_post_is_sent_again_with_its_body(self, source: Source, session: http.Session) -> None:
        url = source.script("/", Answer(status=503), Answer())
        http.post(session, url, data={"zone": "XM"})
        assert [one.body for one in source.asked] == [b"zone=XM"] * 2

    def test_a_reset_connection_is_tried_again(self, source: Source, session: http.Session) -> None:
        url = source.script("/", Answer(is_reset=True), Answer(b"well again"))
        assert http.get(session, url).content == b"well again"

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_a_source_that_stays_down_is_given_up(self, source: Source, session: http.Session, status: int) -> None:
        with pytest.raises(SourceDown, match=rf"^127\.0\.0\.1 answered with status {status}\.$"):
            http.get(session, source.script("/", Answer(status=status)))
        assert len(source.asked) == 1 + http.PATIENCE.retries

    def test_what_is_not_a_breakdown_is_not_tried_again(self, source: Source, session: http.Session) -> None:
        for status in (400, 401, 404, 501):
            with pytest.raises(SourceError):
                http.get(session, source.script(f"/{status}", Answer(status=status)))
        assert source.paths() == ["/400", "/401", "/404", "/501"]

    def test_the_waits_grow(self, source: Source, slept: list[float]) -> None:
        url = source.script("/", *[Answer(status=500)] * 3, Answer())
        with http.session() as session:
            http.get(session, url)
        first, second = (s for s in slept if s)  # the first retry comes at once, then 2 s and 4 s, up to 0.3 s more
        assert 2 <= first <= 2.3 and 4 <= second <= 4.3


class TestRetryAfter:
    def test_it_is_honoured(self, source: Source, session: http.Session, slept: list[float]) -> None:
        answers = [Answer(status=s, headers={"Retry-After": "7"}) for s in (429, 503)]
        http.get(session, source.script("/", *answers, Answer()))
        assert [s for s in slept if s] == [7, 7]

    @pytest.mark.parametrize("wait", ["3600", "31", "Fri, 31 Dec 2100 23:59:59 GMT"])
    def test_a_source_that_wants_a_long_pause_is_left_alone_at_once(
        self, source: Source, session: http.Session, wait: str
    ) -> None:
        began = time.perf_counter()
        with pytest.raises(SourceDown, match="status 429"):
            http.get(session, source.script("/", Answer(status=429, headers={"Retry-After": wait})))
        assert len(source.asked) == 1
        assert time.perf_counter() - began < 0.3

    def test_also_at_a_later_attempt(self, source: Source, session: http.Session) -> None:
        later = Answer(status=503, headers={"Retry-After": "3600"})
        with pytest.raises(SourceDown, match="status 503"):
            http.get(session, source.script("/", Answer(status=503), later))
        assert len(source.asked) == 2

    @pytest.mark.parametrize("wait", ["soon", "0", "-5", "0.5", ""])
    def test_nonsense_is_passed_over(self, source: Source, session: http.Session, wait: str) -> None:
        url = source.script("/", Answer(status=503, headers={"Retry-After": wait}), Answer(b"well"))
        assert http.get(session, url).content == b"well"


class TestBrokenConnections:
    def test_nobody_listens(self, session: http.Session) -> None:
        with pytest.raises(SourceDown, match=r"127\.0\.0\.1 did not answer: ConnectionError \(Connection refused\)"):
            http.get(session, closed_port())

    def test_reset(self, source: Source, session: http.Session) -> None:
        with pytest.raises(SourceDown, match="did not answer"):
            http.get(session, source.script("/", Answer(is_reset=True)))
        assert len(source.asked) == 1 + http.PATIENCE.retries

    @pytest.mark.parametrize("more", [{}, {"is_gzipped": True}])
    def test_cut_in_the_middle_of_the_answer(self, source: Source, session: http.Session, more: dict[str, Any]) -> None:
        with pytest.raises(SourceDown, match="did not answer"):
            http.get(session, source.script("/", Answer(b"[" + b"1," * 5000, is_cut=True, **more)))

    @pytest.mark.parametrize("late", [{"delay_s": 0.2}, {"body_delay_s": 0.2}])
    def test_time_out(self, source: Source, late: dict[str, float]) -> None:
        with http.session(patience=Patience(retries=0)) as session, pytest.raises(SourceDown, match="did not answer"):
            http.get(session, source.script("/", Answer(**late)), timeout_s=0.05)

    def test_redirects_without_end(self, source: Source, session: http.Session) -> None:
        url = source.script("/", Answer(status=302, headers={"Location": "/"}))
        with pytest.raises(SourceDown, match="TooManyRedirects"):
            http.get(session, url)

    @pytest.mark.parametrize("url", [f"no-scheme/{SECRET}", f"http://[bad/?key={SECRET}", f"gopher:///?key={SECRET}"])
    def test_an_address_that_is_none(self, session: http.Session, url: str) -> None:
        with pytest.raises(SourceDown) as caught:
            http.get(session, url)
        assert SECRET not in str(caught.value)

    def test_no_credential_is_shown(self, source: Source, session: http.Session, caplog: Any) -> None:
        """Neither in the message, nor in the errors behind it, nor in what urllib3 logs of its attempts."""
        for url in (closed_port(), source.script("/", Answer(is_reset=True))):
            for params in ({"securityToken": SECRET}, None):
                with pytest.raises(SourceDown) as caught:
                    http.get(session, url if params else f"{url}?token={SECRET}", params=params)
                assert SECRET not in "".join(traceback.format_exception(caught.value))
        assert SECRET not in caplog.text


class TestStatus:
    @pytest.mark.parametrize(("status", "error"), [
        (404, NoData), (410, NoData), (401, Blocked), (403, Blocked), (407, Blocked), (451, Blocked),
        (400, SourceChanged), (405, SourceChanged), (418, SourceChanged), (422, SourceChanged), (304, SourceChanged),
        (501, SourceDown), (599, SourceDown),
    ])
    def test_errors(self, source: Source, session: http.Session, status: int, error: type[SourceError]) -> None:
        url = source.script("/data", Answer(status=status, body=b""))
        with pytest.raises(error, match=str(status)) as caught:
            http.get(session, url, params={"token": SECRET})
        assert type(caught.value) is error
        assert SECRET not in str(caught.value)

    def test_allowed(self, source: Source, session: http.Session) -> None:
        url = source.script("/", Answer(b"no such day", status=400))
        assert http.get(session, url, allowed=(400, 404)).content == b"no such day"
        with pytest.raises(SourceChanged):
            http.post(session, url, allowed=(404,))

    @pytest.mark.parametrize("status", [200, 201, 204])
    def test_good(self, source: Source, session: http.Session, status: int) -> None:
        assert http.get(session, source.script("/", Answer(b"", status=status))).status_code == status

    def test_a_redirect_is_followed(self, source: Source, session: http.Session) -> None:
        source.script("/new", Answer(b"moved here"))
        url = source.script("/old", Answer(status=301, headers={"Location": "/new"}))
        assert http.get(session, url).content == b"moved here"


def test_requests_say_who_asks_and_what(source: Source, session: http.Session) -> None:
    http.get(session, source.url, params={"zone": "XM", "empty": ""}, headers={"Accept": "text/csv"})
    http.post(session, source.url, json={"a": 1})
    got, posted = source.asked
    assert got.headers["user-agent"] == http.USER_AGENT and http.USER_AGENT.startswith(f"gridtrace/{http.VERSION} ")
    assert (got.method, got.path, got.headers["accept"]) == ("GET", "/?zone=XM&empty=", "text/csv")
    assert (posted.method, json.loads(posted.body)) == ("POST", {"a": 1})


class TestPoliteness:
    @pytest.mark.parametrize("slow", [{"delay_s": 0.03}, {"body_delay_s": 0.03}])
    def test_a_host_is_asked_a_few_things_at_a_time(
        self, source: Source, session: http.Session, slow: dict[str, float]
    ) -> None:
        url = source.script("/", Answer(**slow))
        at_once(12, lambda: http.get(session, url))
        assert len(source.asked) == 12
        assert source.most_at_once == http.PER_HOST

    def test_a_failure_gives_its_place_back(self, source: Source, session: http.Session) -> None:
        url = source.script("/", Answer(status=404))
        assert {type(one) for one in at_once(3 * http.PER_HOST, lambda: http.get(session, url))} == {NoData}

    def test_a_host_that_does_not_answer_is_left_alone(self, source: Source, session: http.Session) -> None:
        """Three requests in a row without an answer close the door; other hosts and other sessions are not affected."""
        url, other = source.script("/", Answer(is_reset=True)), source.script("/other", Answer())
        for _ in range(http.FAILURES):
            with pytest.raises(SourceDown):
                http.get(session, url)
        asked = len(source.asked)
        with pytest.raises(SourceDown):
            http.get(session, other)
        assert len(source.asked) == asked, "it was not even asked"
        assert http.get(session, other.replace("127.0.0.1", "localhost")).ok
        with http.session(patience=Patience(backoff_s=0)) as later:
            assert http.get(later, other).ok

    def test_an_answer_in_between_keeps_the_door_open(self, source: Source, session: http.Session) -> None:
        bad, good = source.script("/bad", Answer(is_reset=True)), source.script("/good", Answer(status=503))
        for url in (bad, bad, good, bad, bad):
            with pytest.raises(SourceDown):
                http.get(session, url)
        assert http.get(session, source.url).ok, "a status is an answer"

    def test_a_timeout_is_tried_once_more_only(self, source: Source, session: http.Session) -> None:
        url = source.script("/", Answer(delay_s=0.3))
        with pytest.raises(SourceDown, match="did not answer"):
            http.get(session, url, timeout_s=0.05)
        assert len(source.asked) == 2

    def test_a_body_has_a_limit(
        self, source: Source, session: http.Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(http, "MAX_BODY_BYTES", 200_000)
        assert len(http.get(session, source.script("/", Answer(body=b"x" * 200_000))).content) == 200_000
        for is_gzipped in (False, True):  # a bomb: 200 kB of zeros are some hundred bytes on the way
            url = source.script("/big", Answer(body=b"0" * 200_001, is_gzipped=is_gzipped))
            with pytest.raises(SourceDown, match="BodyTooLarge"):
                http.get(session, url)

    def test_a_body_must_end_in_time(self, source: Source) -> None:
        with http.session(patience=Patience(body_s=0.02)) as session, pytest.raises(SourceDown, match="Timeout"):
            http.get(session, source.script("/", Answer(body=b"x" * 100, body_delay_s=0.05)))

    def test_time_in_line_is_noted(self, source: Source, session: http.Session) -> None:
        """Five requests at one in 40 ms: the first does not wait, the last stands in line or waits for its turn."""
        url = source.script("/", Answer(delay_s=0.05))
        noted = []

        def ask() -> None:
            with http.queueing() as queue:
                http.get(session, url)
            noted.append(queue.seconds())

        at_once(2 * http.PER_HOST, ask)
        noted.sort()
        assert max(noted[: http.PER_HOST]) < 0.04 <= min(noted[http.PER_HOST :])

    def test_a_declared_rate_spaces_requests(self, source: Source, session: http.Session) -> None:
        def ask() -> None:
            with http.rate(1500):  # one in 40 ms
                http.get(session, source.url)

        at_once(5, ask)
        moments = sorted(one.at_s for one in source.asked)
        assert 0.15 <= moments[-1] - moments[0] < 0.5

    def test_without_a_rate_nothing_waits(self, source: Source, session: http.Session) -> None:
        with http.rate(60):
            http.get(session, source.url)
        began = time.perf_counter()
        for _ in range(5):
            http.get(session, source.url)
        with http.rate(None):
            http.get(session, source.url)
        assert time.perf_counter() - began < 0.5


class TestCycle:
    def test_ten_askers_make_one_request(self, source: Source, cycle: http.CycleSession) -> None:
        url = source.script("/", Answer(b"one for all", delay_s=0.05))
        answers = at_once(10, lambda: http.get(cycle, url, params={"day": "2026-03-10"}))
        assert [one.content for one in answers] == [b"one for all"] * 10
        assert len(source.asked) == cycle.sent == 1

    @pytest.mark.parametrize(("answer", "error"), [
        (Answer(is_reset=True, delay_s=0.05), SourceDown),
        (Answer(status=500, delay_s=0.05), SourceDown),
        (Answer(status=404, delay_s=0.05), NoData),
        (Answer(b"x" * 1000, is_cut=True), SourceDown),
    ])
    def test_also_when_it_fails(
        self, source: Source, cycle: http.CycleSession, answer: Answer, error: type[SourceError]
    ) -> None:
        url = source.script("/", answer, Answer(b"too late"))
        assert [type(one) for one in at_once(10, lambda: http.get(cycle, url))] == [error] * 10
        with pytest.raises(error):
            http.get(cycle, url)
        assert len(source.asked) == cycle.sent == 1

    def test_different_questions_are_different_requests(self, source: Source, cycle: http.CycleSession) -> None:
        url = source.url
        questions: list[Callable[[], Any]] = [
            lambda: http.get(cycle, url, params={"day": "1"}),
            lambda: http.get(cycle, url, params={"day": "2"}),
            lambda: http.get(cycle, url, params={"day": "1", "zone": ""}),
            lambda: http.get(cycle, url, params=[("day", "1"), ("day", "2")]),
            lambda: http.get(cycle, url, params=[("day", "2"), ("day", "1")]),
            lambda: http.get(cycle, url, params={"day": "1"}, headers={"Accept": "text/csv"}),
            lambda: http.get(cycle, url, params={"day": "1"}, headers={"Authorization": "Bearer a"}),
            lambda: http.get(cycle, url, params={"day": "1"}, headers={"Authorization": "Bearer b"}),
            lambda: http.post(cycle, url, data={"day": "1"}),
            lambda: http.post(cycle, url, data={"day": "2"}),
            lambda: http.post(cycle, url, data={"day": "2", "zone": ""}),
            lambda: http.post(cycle, url, data=b"<day>1</day>"),
            lambda: http.post(cycle, url, json=["a", "b"]),
            lambda: http.post(cycle, url, json=["b", "a"]),
        ]
        for question in questions * 2:
            question()
        assert len(source.asked) == cycle.sent == len(questions)

    def test_what_the_source_says_of_caching_does_not_count(self, source: Source, cycle: http.CycleSession) -> None:
        for number, headers in enumerate((
            {"Vary": "*"}, {"Vary": "Cookie", "Set-Cookie": "visit=1"}, {"Cache-Control": "no-store"},
            {"Cache-Control": "max-age=0", "ETag": '"1"'}, {"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"},
        )):
            url = source.script(f"/{number}", Answer(b"same", headers=headers))
            wish = {"Cache-Control": "no-cache", "Pragma": "no-cache"}
            assert {http.get(cycle, url, headers=wish).content for _ in range(3)} == {b"same"}
        assert source.paths() == ["/0", "/1", "/2", "/3", "/4"]

    def test_a_redirect_to_itself_does_not_wait_for_itself(self, source: Source, cycle: http.CycleSession) -> None:
        """As sources do that set a cookie first."""
        bounce = Answer(status=302, headers={"Location": "/", "Set-Cookie": "seen=1"})
        url = source.script("/", bounce, Answer(b"welcome"))
        found: list[bytes] = []
        thread = threading.Thread(target=lambda: found.append(http.get(cycle, url).content), daemon=True)
        thread.start()
        thread.join(timeout=5)
        assert found == [b"welcome"]
        assert http.get(cycle, url).content == b"welcome"
        assert len(source.asked) == 2

    def test_a_step_of_a_redirect_is_no_answer(self, source: Source, cycle: http.CycleSession) -> None:
        source.script("/c", Answer(b"at last"))
        middle = source.script("/b", Answer(status=302, headers={"Location": "/c"}))
        first = source.script("/a", Answer(status=302, headers={"Location": "/b"}))
        assert [http.get(cycle, url).content for url in (first, middle, first)] == [b"at last"] * 3
        assert source.paths().count("/a") == 1

    def test_a_shared_answer_keeps_bytes_status_and_encoding(self, source: Source, cycle: http.CycleSession) -> None:
        headers = {"Content-Type": "text/html; charset=windows-1251"}
        text = "Ветер 12,5 МВт"
        url = source.script("/", Answer(text.encode("cp1251"), headers=headers, is_gzipped=True))
        first, second = http.get(cycle, url), http.get(cycle, url)
        assert (first.text, first.status_code, first.url) == (second.text, second.status_code, second.url)
        assert second.text == text and len(source.asked) == 1

    def test_another_cycle_asks_again(self, source: Source) -> None:
        for _ in range(2):
            with http.session(is_cycle=True) as session:
                http.get(session, source.url)
        assert len(source.asked) == 2
