import threading
import time

from core import http
from core.conversations import talk


def test_one_at_a_time_talks_with_a_session() -> None:
    """Two jobs take turns with the session they share; the wait is no time of theirs."""
    session, said, waited = http.session(), list[str](), list[float]()

    def job(name: str) -> None:
        with http.queueing() as noted, talk(session, "example.org") as used:
            assert used is session
            said.append(f"{name} asks")
            time.sleep(0.05)
            said.append(f"{name} is answered")
        waited.append(noted.seconds())

    threads = [threading.Thread(target=job, args=(name,)) for name in ("first", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.split()[0] for one in said] in (["first"] * 2 + ["second"] * 2, ["second"] * 2 + ["first"] * 2)
    assert max(waited) > 0.03 > min(waited)


def test_other_sources_and_other_sessions_do_not_wait() -> None:
    session = http.session()
    with talk(session, "example.org"), talk(session, "example.com"), talk(None, "example.org") as own:
        assert own is not session


def test_a_talk_that_breaks_is_over() -> None:
    session = http.session()
    for _ in range(2):
        try:
            with talk(session, "example.org"):
                raise ValueError
        except ValueError:
            pass
