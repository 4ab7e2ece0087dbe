"""Credentials, from the environment or given."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core import tokens
from core.errors import MissingToken


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GT_SET", " secret\n")
    monkeypatch.setenv("GT_EMPTY", "")
    monkeypatch.setenv("GT_BLANK", "  ")
    monkeypatch.delenv("GT_UNSET", raising=False)


def test_a_token_comes_from_the_environment_without_blanks() -> None:
    assert tokens.token("GT_SET") == "secret"


@pytest.mark.parametrize("variable", ["GT_UNSET", "GT_EMPTY", "GT_BLANK"])
def test_a_missing_or_empty_token_is_named(variable: str) -> None:
    with pytest.raises(MissingToken, match=variable) as caught:
        tokens.token(variable)
    assert caught.value.variable == variable


def test_missing_names_the_first_that_is_not_set() -> None:
    assert tokens.missing(()) is None
    assert tokens.missing(("GT_SET",)) is None
    assert tokens.missing(("GT_SET", "GT_BLANK", "GT_UNSET")) == "GT_BLANK"


def test_given_tokens_answer_first_within_their_block() -> None:
    with tokens.given({"GT_UNSET": "a", "GT_SET": "b"}):
        assert (tokens.token("GT_UNSET"), tokens.token("GT_SET")) == ("a", "b")
        assert tokens.missing(("GT_UNSET", "GT_SET")) is None
        with tokens.given({"GT_UNSET": "c", "GT_SET": ""}):
            assert tokens.token("GT_UNSET") == "c"
            assert tokens.token("GT_SET") == "secret", "an empty one is none: the environment answers"
        assert tokens.token("GT_UNSET") == "a"
    assert tokens.missing(("GT_UNSET",)) == "GT_UNSET"
    assert tokens.token("GT_SET") == "secret"


def test_given_tokens_end_with_an_error_and_stay_in_their_thread() -> None:
    with pytest.raises(RuntimeError, match="out"), tokens.given({"GT_UNSET": "a"}), ThreadPoolExecutor(1) as pool:
        assert pool.submit(tokens.missing, ("GT_UNSET",)).result() == "GT_UNSET"
        raise RuntimeError("out")
    assert tokens.missing(("GT_UNSET",)) == "GT_UNSET"


class Login:
    """A source's login, which answers with a new ticket each time."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, *credentials: str) -> str:
        self.asked.append(credentials)
        return f"ticket {len(self.asked)}"


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> Login:
    monkeypatch.setattr(tokens, "_kept", {})
    return Login()


def test_what_a_login_answered_is_kept_for_some_hours(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1000.0
    monkeypatch.setattr(tokens.time, "monotonic", lambda: now_s)
    assert [tokens.kept(("GT_SET",), 2, login) for _ in range(3)] == ["ticket 1"] * 3
    now_s += 2 * 3600 - 1
    assert tokens.kept(("GT_SET",), 2, login) == "ticket 1"
    now_s += 1
    assert tokens.kept(("GT_SET",), 2, login) == "ticket 2"
    assert login.asked == [("secret",)] * 2


def test_other_credentials_or_a_refusal_log_in_anew(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tokens.kept(("GT_SET",), 2, login) == "ticket 1"
    tokens.forget(("GT_SET",))
    assert tokens.kept(("GT_SET",), 2, login) == "ticket 2"
    monkeypatch.setenv("GT_SET", "changed")
    assert tokens.kept(("GT_SET",), 2, login) == "ticket 3"
    tokens.forget(("GT_SET",))
    tokens.forget(("GT_SET",))


def test_given_credentials_log_in_each_time(login: Login) -> None:
    """A sandbox's ticket must never reach the real source, nor the other way round."""
    assert tokens.kept(("GT_SET",), 2, login) == "ticket 1"
    with tokens.given({"GT_SET": "secret"}):
        assert [tokens.kept(("GT_SET",), 2, login) for _ in range(2)] == ["ticket 2", "ticket 3"]
    assert tokens.kept(("GT_SET",), 2, login) == "ticket 1"


def test_a_login_that_fails_is_not_kept(login: Login) -> None:
    def refuse(*credentials: str) -> str:
        raise RuntimeError("refused")

    with pytest.raises(RuntimeError):
        tokens.kept(("GT_SET",), 2, refuse)
    assert tokens.kept(("GT_SET",), 2, login) == "ticket 1"
    with pytest.raises(MissingToken):
        tokens.kept(("GT_UNSET",), 2, login)
