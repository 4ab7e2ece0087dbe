import contextlib
import json

import pytest

from core import errors, http, times, tokens
from core.recording import playing, read_case, replay_session
from parsers import TR
from tests.support import SAMPLES, events


def test_production_by_hand() -> None:
    """13:00 in Istanbul is 10:00Z; MWh of an hour are MW. Gas 8970.7 + LNG 12.5 = 8983.2; hydro 4288.1 behind dams +
    1210.5 on rivers = 5498.6; coal 4020.6 + 7805.3 + 171.4 + 402.6 = 12399.9. The platform's `nucklear` is null there,
    and 540.5 an hour later."""
    second, third = events("TR/production_TR")[1:]
    assert (second.start, second.end) == (times.read("2026-03-10T10:00Z"), third.start)
    assert second.production == {
        "gas": 8983.2, "hydro": 5498.6, "coal": 12399.9, "wind": 3120.75, "solar": 2380.4, "oil": 71.2,
        "geothermal": 1180.3, "biomass": 960.45, "unknown": 88.15, "nuclear": None}
    assert third.production["nuclear"] == 540.5


def test_every_type_is_counted_once() -> None:
    """The answer's own total is the sum of the types, without what is imported."""
    rows = json.loads((SAMPLES / "TR/bodies/production_TR_1.json").read_text())["items"]
    for row, event in zip(rows, events("TR/production_TR"), strict=False):
        assert sum(value or 0 for value in event.production.values()) == pytest.approx(row["total"])


def test_consumption_and_price_by_hand() -> None:
    """14:00 in Istanbul is 11:00Z: 37122.75 MWh; 1890.01 TRY per MWh, not its 42.86 USD."""
    assert events("TR/consumption_TR")[2].consumption == 37122.75
    found = events("TR/price_TR")[0]
    assert (found.start, found.price, found.currency) == (times.read("2026-03-10T11:00Z"), 1890.01, "TRY")


def test_prices_of_tomorrow_are_kept_to_the_last() -> None:
    assert events("TR/price_TR")[-1].start == times.read("2026-03-11T09:00Z")


def test_an_hour_is_left_out_while_it_runs() -> None:
    """At 15:00 in Istanbul the row of 15:00 holds next to nothing: now, and when the past of today is asked for."""
    for name in ("TR/consumption_TR", "TR/odd/newest_first", "TR/odd/past_today"):
        assert events(name)[-1].start == times.read("2026-03-10T11:00Z")


def test_the_past_is_whole() -> None:
    """12:00 of a day long ago is over, though it is the newest row of the answer."""
    assert events("TR/odd/past")[-1].production["solar"] == 3310.2


def test_the_ticket_goes_with_each_question() -> None:
    case = read_case(SAMPLES / "TR/consumption_TR.json")
    with playing(case) as session:
        sent = []
        session.hooks["response"] = lambda answer, **_: sent.append(answer.request)
        TR.fetch_consumption("TR", session=session)
    assert [request.headers.get("TGT") for request in sent] == [None, *["TGT-4711-gridtrace-cas"] * 2]
    assert sent[0].body == "username=user&password=password"


def test_a_ticket_is_used_again_until_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cycles log in once; one whose ticket is refused makes the next one log in."""
    monkeypatch.setattr(tokens, "_kept", {})
    monkeypatch.setenv("TR_USERNAME", "user")
    monkeypatch.setenv("TR_PASSWORD", "password")

    def logins(name: str) -> int:
        case = read_case(SAMPLES / f"TR/{name}.json")
        with times.frozen(case.moment), replay_session(case) as session:
            asked = []
            session.hooks["response"] = lambda answer, **_: asked.append(answer.url)
            with contextlib.suppress(errors.Blocked):
                getattr(TR, case.function)("TR", session=session)
            return asked.count(TR.LOGIN_URL)

    assert [logins("production_TR"), logins("consumption_TR")] == [1, 0]
    assert [logins("odd/ticket_refused"), logins("price_TR")] == [0, 1]


def test_without_an_account_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TR_USERNAME", raising=False)
    with pytest.raises(errors.MissingToken, match="TR_USERNAME"):
        TR.fetch_price("TR", session=http.session())
