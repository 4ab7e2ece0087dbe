"""What is told, and how often: cycles of five minutes with the states that a test writes down."""

from collections.abc import Sequence
from typing import Any

import pytest

from core.health.incidents import Decision, Policy
from core.health.messages import is_for, line
from core.health.series import SeriesHealth
from core.store import Store

CYCLE_S = 300


def series(key: str, state: str, now_s: int, *, parser: str = "", reason: str = "It is away.") -> SeriesHealth:
    bad = state in ("failing", "suspect", "stale")
    return SeriesHealth(
        "production", key, f"{parser or key}.fetch_production", state, reason if bad else "",
        now_s if bad else None, now_s, None, None, None, 0, "ok", None)


class Life:
    """Cycles one after the other; what each told, as (cycle, change, parser, number of series)."""

    def __init__(self, store: Store, policy: Policy | None = None) -> None:
        self.store, self.policy, self.cycle = store, policy or Policy(), 0
        self.told: list[tuple[int, str, str | None, int]] = []
        self.items: list[dict[str, Any]] = []

    def run(self, states: dict[str, str], cycles: int = 1, **more: str) -> None:
        for _ in range(cycles):
            now_s = 1_000_000 + CYCLE_S * self.cycle
            found = [series(key, state, now_s, parser=more.get("parser", ""), reason=more.get(key, "It is away."))
                     for key, state in states.items()]
            self._decide(found, now_s)
            self.cycle += 1

    def _decide(self, found: Sequence[SeriesHealth], now_s: int) -> None:
        items = self.store.reports.update(
            now_s, "live", lambda book: Decision(book, found, now_s, "live", self.policy).make(), lambda items: [])
        self.items += items
        self.told += [(self.cycle, one["change"], one["parser"], len(one["series"])) for one in items]


def test_a_failure_is_told_in_the_third_cycle_and_its_end_once_an_hour_later(store: Store) -> None:
    life = Life(store)
    life.run({"A": "ok"})
    life.run({"A": "failing"}, 288)
    assert life.told == [(3, "failed", "A", 1)], "cycles 1, 2, 3 are bad, and no other is told"
    life.run({"A": "ok"}, 60)
    # Well from cycle 289 on; an hour later is cycle 301.
    assert life.told[1:] == [(301, "recovered", "A", 1)]
    assert life.items[1]["over_s"] == 1_000_000 + 289 * CYCLE_S
    assert [one.closed_s for one in store.reports.incidents()] == [1_000_000 + 301 * CYCLE_S]


def test_two_bad_cycles_are_nothing(store: Store) -> None:
    life = Life(store)
    for _ in range(5):
        life.run({"A": "failing"}, 2)
        life.run({"A": "ok"})
    assert life.told == [] and store.reports.incidents() == []


def test_how_many_cycles_can_be_chosen(store: Store) -> None:
    life = Life(store, Policy(after=1))
    life.run({"A": "failing"})
    assert life.told == [(0, "failed", "A", 1)]


def test_a_source_that_flaps_is_told_once(store: Store) -> None:
    life = Life(store)
    for _ in range(12):
        life.run({"A": "failing"}, 6)
        life.run({"A": "ok"}, 6)
    life.run({"A": "ok"}, 20)
    assert [(change, parser) for _, change, parser, _ in life.told] == [("failed", "A"), ("recovered", "A")]


def test_zones_of_one_parser_are_one_message_and_so_are_parsers_of_one_cycle(store: Store) -> None:
    life, zones = Life(store), [f"Z{i}" for i in range(40)]
    life.run(dict.fromkeys(zones, "failing"), 5, parser="P")
    assert life.told == [(2, "failed", "P", 40)]
    assert "all 40 series" in line(life.items[0])
    life.run(dict.fromkeys(zones, "ok"), 13, parser="P")
    assert life.told[1:] == [(5 + 12, "recovered", "P", 40)]


def test_a_zone_that_joins_within_the_hour_is_silent_and_one_with_another_reason_is_not(store: Store) -> None:
    life = Life(store)
    why = {"A": "SourceDown: status 503 for FR", "B": "SourceDown: status 500 for ES->PT", "C": "SourceChanged: no MW"}
    life.run({"A": "failing", "B": "ok", "C": "ok"}, 3, parser="P", **why)
    life.run({"A": "failing", "B": "failing", "C": "ok"}, 4, parser="P", **why)
    assert life.told == [(2, "failed", "P", 1)]
    assert store.reports.incidents()[0].series == ["production A", "production B"]
    life.run({"A": "failing", "B": "failing", "C": "failing"}, 4, parser="P", **why)
    assert life.told[1:] == [(9, "failed", "P", 1)]


def test_other_zones_found_stale_within_hours_are_the_same_incident(store: Store) -> None:
    life = Life(store)
    life.run({"A": "stale", "B": "ok"}, 3 + 60, parser="P")
    life.run({"A": "stale", "B": "stale"}, 20, parser="P", B="Another one.")
    assert life.told == [(2, "failed", "P", 1)], "told at cycle 2, and B five hours later"


def test_a_zone_that_fails_much_later_is_told(store: Store) -> None:
    life = Life(store)
    life.run({"A": "failing", "B": "ok"}, 30, parser="P")
    life.run({"A": "failing", "B": "failing"}, 30, parser="P")
    assert life.told == [(2, "failed", "P", 1), (32, "failed", "P", 1)]


def test_most_parsers_at_once_are_one_message_and_what_stays_bad_is_told_after(store: Store) -> None:
    life, parsers = Life(store), list("ABCDEF")
    life.run(dict.fromkeys(parsers, "ok"), 2)
    life.run(dict.fromkeys(parsers, "failing"), 12)
    assert life.told == [(4, "failed", None, 6)]
    assert "6 parsers at once" in line(life.items[0])
    life.run({**dict.fromkeys(parsers, "ok"), "F": "failing"}, 40)
    # Well from cycle 14 on, told at 26; F then stands alone, and is told with it.
    assert life.told[1:] == [(26, "recovered", None, 5), (26, "failed", "F", 1)]


def test_two_of_two_parsers_are_no_outage_of_all(store: Store) -> None:
    life = Life(store)
    life.run({"A": "failing", "B": "failing"}, 3)
    assert life.told == [(2, "failed", "A", 1), (2, "failed", "B", 1)]


def test_a_reminder_comes_only_where_it_is_asked_for(store: Store) -> None:
    life = Life(store, Policy(remind_h=24))
    life.run({"A": "stale"}, 2 * 288 + 3)
    assert [(cycle, change) for cycle, change, *_ in life.told] == [
        (2, "failed"), (290, "reminder"), (578, "reminder")]


def test_one_that_is_not_asked_any_more_is_not_called_well(store: Store) -> None:
    life = Life(store)
    life.run({"A": "failing"}, 3)
    life.run({"A": "skipped"}, 13)
    assert life.told[1:] == [(15, "recovered", "A", 1)]
    assert "is not asked any more" in line(life.items[1])


def test_one_that_is_taken_out_of_the_configuration_ends_in_silence(store: Store) -> None:
    life = Life(store)
    life.run({"A": "failing"}, 3)
    life.run({"B": "ok"})
    assert len(life.told) == 1 and store.reports.incidents(is_open=True) == []


def test_a_cycle_that_did_not_ask_again_does_not_count(store: Store) -> None:
    life = Life(store)
    now_s = 1_000_000
    for at_s in range(now_s, now_s + 10 * CYCLE_S, CYCLE_S):
        life._decide([series("A", "stale", now_s)], at_s)
    assert life.told == []


@pytest.mark.parametrize("names, is_told", [
    ((), True), (("ENTSOE",), True), (("FR",), True), (("FR->DE",), False), (("ES",), True), (("EIA", "PT"), False)])
def test_a_channel_hears_of_its_parsers_and_zones(names: tuple[str, ...], is_told: bool) -> None:
    item = {"parser": "ENTSOE", "series": ["production FR", "exchange ES->FR"]}
    assert is_for(item, names) is is_told
    assert is_for({"parser": None, "series": []}, names), "what is of most is for everybody"
