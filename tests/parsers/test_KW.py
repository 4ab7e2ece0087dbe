from core import http, tls
from core.recording import playing, read_case
from parsers import KW
from tests.support import SAMPLES, events


def test_consumption_by_hand() -> None:
    """The gauge goes to 17400 and points at 8746 MW; received at 12:00Z."""
    (event,) = events("KW/consumption_KW")
    assert (event.start.isoformat(), event.consumption) == ("2026-03-10T12:00:00+00:00", 8746)


def test_a_number_may_be_written_as_text() -> None:
    assert events("KW/odd/as_text")[0].consumption == 9105


def test_the_page_is_asked_for_in_a_legacy_block(monkeypatch) -> None:
    """And what follows it is not."""
    seen, get = [], http.get
    monkeypatch.setattr(http, "get", lambda *args: seen.append(tls._is_legacy.get()) or get(*args))
    with playing(read_case(SAMPLES / "KW/consumption_KW.json")) as session:
        KW.fetch_consumption("KW", session=session)
    assert (seen, tls._is_legacy.get()) == ([True], False)
