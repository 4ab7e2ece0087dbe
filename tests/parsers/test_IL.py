from core.recording import playing, read_case
from parsers import IL
from tests.support import SAMPLES, events


def test_consumption_by_hand() -> None:
    """The first of four, `8,973`, is in MW; received at 12:00Z."""
    (event,) = events("IL/consumption_IL")
    assert (event.start.isoformat(), event.consumption) == ("2026-03-10T12:00:00+00:00", 8973)


def requests_of(name: str) -> list[str | None]:
    """The Referer of each request of a case."""
    with playing(read_case(SAMPLES / f"IL/{name}.json")) as session:
        sent = []
        session.hooks["response"] = lambda answer, **_: sent.append(answer.request.headers.get("Referer"))
        IL.fetch_consumption("IL", session=session)
    return sent


def test_who_gets_a_page_without_numbers_comes_again() -> None:
    """Not with an equal request, which a cycle would not send again."""
    assert requests_of("odd/with_cookies") == [None, IL.URL]
    assert events("IL/odd/with_cookies")[0].consumption == 9412


def test_who_gets_the_numbers_at_once_does_not() -> None:
    assert requests_of("consumption_IL") == [None]
