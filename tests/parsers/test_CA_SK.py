from core import http
from tests.support import events


def test_consumption_by_hand() -> None:
    """Asked at 18:07:20Z: the five minutes before the last full ones are 18:00 to 18:05."""
    (load,) = events("CA_SK/odd/between_two_stamps")
    assert load.consumption == 3174
    assert load.start.isoformat() == "2026-03-10T18:00:00+00:00"
    assert load.end is not None and load.end.isoformat() == "2026-03-10T18:05:00+00:00"


def test_it_calls_itself_a_browser_and_says_who_it_is() -> None:
    assert http.AS_BROWSER["User-Agent"].startswith("Mozilla/") and http.USER_AGENT in http.AS_BROWSER["User-Agent"]
