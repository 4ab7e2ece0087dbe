"""The state of a series, from its jobs; figures worked out from what XA declares: hours, two hours late."""

import pytest

from core.health.parsers import log_of, parsers_health
from core.health.series import SeriesHealth, series_health
from core.store import Store
from core.store.health import jobs_of_parser
from tests.core.health.world import CONFIG, NOON_S, at, job, plugins


def health(store: Store, key: str = "XA", minutes: float = 0) -> SeriesHealth:
    with at(minutes):
        found = {one.key: one for one in series_health(CONFIG, plugins(), store) if one.key.startswith("X")}
    return found[key]


def test_a_series_nobody_asked_and_one_that_is_dead(store: Store) -> None:
    assert health(store).state == "never asked"
    assert (health(store, "XC").state, health(store, "XC").reason) == (
        "dead", "The source is dead: 2026-01-01: closed.")


def test_a_streak_counts_the_bad_jobs_since_the_last_good_one_and_says_since_when(store: Store) -> None:
    for minutes, outcome in enumerate(["failed", "ok", "failed", "timeout", "failed"]):
        job(store, "XA", outcome, 5 * minutes)
    job(store, "XA", "ok", 7, window_start_s=1, window_end_s=2)  # a part of the past says nothing of the present
    found = health(store, minutes=20)
    assert (found.state, found.streak, found.since_s, found.good_s) == (
        "failing", 3, NOON_S + 10 * 60, NOON_S + 5 * 60)
    assert found.newest_s == NOON_S - 3600, "what the good one brought"
    assert found.reason == "SourceDown: XA is away."


def test_a_series_that_never_went_well_counts_from_its_first_job(store: Store) -> None:
    for minutes in (0, 5):
        job(store, "XA", "failed", minutes)
    found = health(store, minutes=5)
    assert (found.streak, found.since_s, found.good_s, found.newest_s) == (2, NOON_S, None, None)


@pytest.mark.parametrize("minutes, state", [(0, "ok"), (240, "ok"), (241, "stale")])
def test_stale_is_later_than_delay_interval_and_slack(store: Store, minutes: float, state: str) -> None:
    """The newest interval is 11:00 to 12:00. The next ends at 13:00 and is due at 15:00; the slack, an hour at least,
    is over at 16:00, which is 240 minutes after NOON."""
    job(store, "XA", "ok", minutes, newest_min=-60)
    found = health(store, minutes=minutes)
    assert found.state == state and found.due_s == NOON_S + 3 * 3600
    assert found.overdue_s(NOON_S + 60 * 241) == 61 * 60
    assert found.since_s == (NOON_S + 3 * 3600 if state == "stale" else None)


def test_a_runner_that_stands_still_makes_no_source_stale(store: Store) -> None:
    job(store, "XA", "ok", 0)
    assert health(store, minutes=3000).state == "ok"


def test_a_source_that_answers_empty_keeps_the_age_of_what_it_brought(store: Store) -> None:
    job(store, "XA", "ok", 0)
    job(store, "XA", "empty", 300)
    found = health(store, minutes=300)
    assert (found.state, found.newest_s, found.streak) == ("stale", NOON_S - 3600, 0)
    assert "2026-03-10 11:00Z" in found.reason


def test_a_measured_series_that_never_brings_anything_is_stale(store: Store) -> None:
    job(store, "XA", "empty")
    assert health(store).state == "stale" and "so far" in health(store).reason


def test_half_of_an_answer_that_is_not_believed_makes_it_suspect(store: Store) -> None:
    job(store, "XA", "ok", 0, accepted=3, refused=1, suspect=1)
    found = health(store)
    assert (found.state, found.share) == ("ok", 0.4)
    job(store, "XA", "ok", 5, accepted=2, refused=1, suspect=1)
    found = health(store, minutes=5)
    assert found.state == "suspect" and found.reason.startswith("2 of 4 events")
    assert found.share == pytest.approx(4 / 9), "of both jobs: 2 + 2 of 5 + 4"


def test_data_that_wait_in_quarantine_while_accepted_ones_are_late_make_it_suspect(store: Store) -> None:
    job(store, "XA", "ok", 300, newest_min=-60, suspect=1, accepted=9)
    entry = {"start_s": NOON_S + 3600, "end_s": None, "rule": "frozen", "reason": "It repeats itself.",
             "figures": "{}", "event": "{}", "digest": "x"}
    about = {"kind": "production", "key": "XA", "parser": "XA.fetch_production", "started_s": NOON_S}
    with store.writing() as connection:
        store.quarantine.note(connection, about, [entry], "live")
    found = health(store, minutes=300)
    assert found.state == "suspect" and "rule frozen" in found.reason and "It repeats itself." in found.reason


def test_skipped_says_why(store: Store) -> None:
    job(store, "XB", "skipped", message="The environment variable X_KEY is not set.")
    assert (health(store, "XB").state, health(store, "XB").streak) == ("skipped", 0)


def test_no_secret_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XB_TOKEN", "s3cr3t-value")
    job(store, "XB", "failed", message="It did not like s3cr3t-value, nor api_key=abc")
    assert health(store, "XB").reason == "It did not like token, nor api_key=token"
    with at(0):
        assert "s3cr3t" not in str(log_of(store, "XB").jobs)


def test_a_parser_has_the_worst_state_of_its_series(store: Store) -> None:
    job(store, "XA->XB", "ok")
    job(store, "XB->XC", "failed")
    with at(0):
        (links,) = [p for p in parsers_health(series_health(CONFIG, plugins(), store)) if p.parser == "links"]
    assert (links.state, links.states, links.troubled, links.streak) == ("failing", {"failing": 1, "ok": 1}, 1, 1)
    assert links.problem and links.problem.key == "XB->XC"


def test_availability_is_the_part_of_jobs_that_went_well(store: Store) -> None:
    """Two of three today, one more of one two days ago, one bad one ten days ago: 2/3, 3/4, 3/5."""
    for minutes, outcome in ((-10 * 1440, "failed"), (-2 * 1440, "ok"), (0, "ok"), (1, "failed"), (2, "empty")):
        job(store, "XA", outcome, minutes)
    job(store, "XA", "skipped", 3)
    with at(5):
        log = log_of(store, "XA")
    assert log.availability == {"day": 2 / 3, "week": 3 / 4, "month": 3 / 5}
    assert [(row["hour_s"], row["good"], row["bad"]) for row in log.hours] == [
        (NOON_S - 2 * 86400, 1, 0), (NOON_S, 2, 1)]
    assert [row["outcome"] for row in log.jobs] == ["skipped", "empty", "failed", "ok"], "of 24 hours, newest first"


def test_names_of_parsers_are_not_patterns(store: Store) -> None:
    job(store, "XA", "ok", parser="X_A.fetch_production")
    job(store, "XB", "ok", parser="XYA.fetch_production")
    assert [row["key"] for row in jobs_of_parser(store, "X_A", 0, 9)] == ["XA"]
