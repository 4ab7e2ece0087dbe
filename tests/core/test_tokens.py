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
