"""What stands between a parser and the store: sections 3, 4, 7 and 10 of the validation sheet, and bad answers."""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import arrow
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core import schemas, times, validation
from core.kinds import KINDS

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
ONE = timedelta(hours=1)
NAN = math.nan


def load(hours: float = 0, mw: Any = 5.0, **more: Any) -> dict[str, Any]:
    start = NOON + timedelta(hours=hours)
    return {"zoneKey": "FR", "datetime": start, "source": "x", "consumption": mw, **more}


def flow(mw: Any = 5.0, key: str = "BE->FR", **more: Any) -> dict[str, Any]:
    return {"sortedZoneKeys": key, "datetime": NOON, "source": "x", "netFlow": mw, **more}


def check(answer: Any, kind: str = "consumption", key: str = "FR", **more: Any) -> validation.Checked:
    return validation.check(kind, key, answer, now=NOON, **more)


def reasons(checked: validation.Checked) -> list[str]:
    return [refusal.reason for refusal in checked.refusals]


def span(hours: float, end_hours: float | None, **more: Any) -> dict[str, Any]:
    end = None if end_hours is None else NOON + timedelta(hours=end_hours)
    return load(hours, end_datetime=end, **more)


# What a parser may return


def test_an_answer_is_one_event_several_or_none() -> None:
    assert check(None) == validation.Checked() == check([]) == check(iter(()))
    typed = schemas.read("consumption", load())
    for one in (load(), typed, MappingProxyType(load()), [typed], (load(),), iter([load()]), {"a": load()}.values()):
        assert check(one) == validation.Checked([typed])


@pytest.mark.parametrize(
    "odd", ["text", b"bytes", 5, NAN, True, object(), datetime, [[load()]], [None], "", pd.DataFrame({"a": [1]})]
)
def test_an_answer_of_another_sort_is_refused_with_its_type(odd: Any) -> None:
    checked = check(odd)
    assert (checked.events, len(checked.refusals)) == ([], 1)
    assert "is not an event" in checked.refusals[0].reason


def test_a_generator_that_breaks_half_way_is_a_failure_and_not_a_short_answer() -> None:
    def rows() -> Iterator[dict[str, Any]]:
        yield load()
        raise RuntimeError("row 2")

    with pytest.raises(RuntimeError, match="row 2"):
        check(rows())


def test_an_arrow_or_pandas_time_is_as_good_as_another() -> None:
    given = [load(datetime=arrow.get(NOON)), load(1, datetime=pd.Timestamp(NOON + ONE))]
    assert [event.start for event in check(given).events] == [NOON, NOON + ONE]


BAD: list[Any] = [
    None, "x", 5, [], {}, load(0.1, NAN), load(0.2, 0), load(0.3, -1), load(0.4, 10**400), load(0.5, "5"),
    load(datetime="2025-06-01T12:00Z"), load(datetime=None), load(datetime=datetime.max.replace(tzinfo=UTC) - ONE),
    load(zoneKey=["FR"]), load(zoneKey="DE"), load(extra=1), {1: 2}, {None: load()}, {"consumption": load()}, flow(),
]


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_one_bad_event_never_costs_its_batch(bad: Any) -> None:
    checked = check([load(0), bad, load(1)])
    assert [event.start for event in checked.events] == [NOON, NOON + ONE]
    refusal = checked.refusals[0]
    assert (len(checked.refusals), refusal.event is bad, refusal.kind, refusal.key) == (1, True, "consumption", "FR")
    assert refusal.reason


def test_a_refusal_can_always_be_stored() -> None:
    stored = [json.loads(json.dumps(validation.jsonable(r.event))) for r in check(BAD).refusals]
    assert len(stored) == len(BAD)
    assert stored[0] == "None"
    assert stored[5]["consumption"] == "nan"
    odd = {
        "t": NOON, "naive": NOON.replace(tzinfo=None), "arrow": arrow.get(NOON), "late": datetime.max.replace(
            tzinfo=times.zone("Etc/GMT+5")), "long": 10**5000, "items": [1, NAN, {"a": NOON}], "np": np.int64(5),
        "x": {1}, 5: None, "nat": pd.NaT,
    }
    plain = json.loads(json.dumps(validation.jsonable(odd)))
    assert plain["t"] == plain["arrow"] == "2025-06-01T12:00:00+00:00"
    assert (plain["naive"], plain["late"]) == ("2025-06-01T12:00:00", "9999-12-31T23:59:59.999999-05:00")
    assert plain["items"] == [1, "nan", {"a": "2025-06-01T12:00:00+00:00"}]
    assert (plain["x"], plain["5"], plain["np"]) == ("{1}", None, "np.int64(5)")
    assert int(plain["long"], 16) == 10**5000
    typed = schemas.read("consumption", load())
    assert validation.jsonable(typed) == validation.jsonable(typed.to_dict())


def test_a_reason_that_quotes_the_source_can_be_stored() -> None:
    assert reasons(check(load(zoneKey="F\0R"))) == ["it belongs to F\\0R, but FR was asked for"]
    (suspect,) = check(load(), rules=[lambda event: "half a pair: \ud800"]).suspects
    assert suspect.reason == "half a pair: \\ud800"
    assert all(reason.encode() for reason in reasons(check(load(**{"\ud800\0": 1}))))


# Place and time


def test_an_event_of_another_place_is_refused() -> None:
    assert reasons(check(load(zoneKey="DE"))) == ["it belongs to DE, but FR was asked for"]
    assert "DE->FR" in reasons(check(flow(key="DE->FR"), "exchange", "BE->FR"))[0]
    assert check(flow(), "exchange", "BE->FR").refusals == []


DAY = timedelta(days=1)


@pytest.mark.parametrize("source_type", ["measured", "estimated"])
def test_what_is_measured_starts_at_most_a_day_ahead(source_type: str) -> None:
    assert check(load(24, sourceType=source_type)).refusals == []
    assert "more than a day ahead" in reasons(check(load(24 + 1 / 60, sourceType=source_type)))[0]
    assert check(span(23, 24 * 365, sourceType=source_type)).refusals == []  # the end has no limit


@pytest.mark.parametrize("source_type", ["forecasted", "published"])
def test_what_is_foretold_may_start_at_any_time(source_type: str) -> None:
    assert check(load(24 * 3650, sourceType=source_type)).refusals == []


def test_prices_and_forecasts_may_be_of_any_future_whatever_their_type() -> None:
    far = NOON + 3650 * DAY
    price = {"zoneKey": "FR", "datetime": far, "source": "x", "price": -5.0, "currency": "EUR"}
    assert [e.start for e in check(price, "price").events] == [far]
    assert [e.start for e in check(price, "priceIntraday").events] == [far]
    statistics = {"zoneKey": "FR", "datetime": far, "source": "x", "area": "FR", "currency": "EUR", "contractId": "c"}
    assert len(check(statistics, "intradayContractStatistics").events) == 1
    assert len(check(load(24 * 3650, sourceType="forecasted"), "consumptionForecast").events) == 1
    production = {"zoneKey": "FR", "datetime": far, "source": "x", "production": {"wind": 1}}
    assert len(check(production, "production").refusals) == 1


# Lists


def test_events_come_out_sorted() -> None:
    assert [e.start for e in check([load(2), load(0), load(1)]).events] == [NOON, NOON + ONE, NOON + 2 * ONE]


def test_intraday_statistics_are_sorted_by_delivery_area_and_contract() -> None:
    def one(hours: int, area: str, contract: str) -> dict[str, Any]:
        start = NOON + hours * ONE
        rest = {"zoneKey": "FR", "source": "x", "currency": "EUR"}
        return {"datetime": start, "area": area, "contractId": contract, **rest}

    rows = [one(1, "A", "1"), one(0, "B", "1"), one(0, "A", "2"), one(0, "A", "1")]
    found = [e.to_dict() for e in check(rows, "intradayContractStatistics").events]
    order = [(int((e["datetime"] - NOON) / ONE), e["area"], e["contractId"]) for e in found]
    assert order == [(0, "A", "1"), (0, "A", "2"), (0, "B", "1"), (1, "A", "1")]


def test_an_end_after_the_next_start_is_cut_back_with_a_warning() -> None:
    checked = check([span(1, 2), span(0, 1.5), span(2, None), span(3, 9)])
    ends = [e.end and (e.end - NOON) / ONE for e in checked.events]
    assert ends == [1, 2, None, 9]
    assert len(checked.warnings) == 1
    assert "2025-06-01 12:00Z overlaps" in checked.warnings[0]


def test_touching_intervals_and_gaps_are_fine() -> None:
    checked = check([span(0, 1), span(1, 2), span(3, 4)])
    assert [(e.end - NOON) / ONE for e in checked.events if e.end] == [1, 2, 4]
    assert checked.warnings == []


def test_a_refused_event_does_not_cut_its_neighbours() -> None:
    checked = check([span(0, 2), span(1, 2, mw=-1)])
    assert [e.end for e in checked.events] == [NOON + 2 * ONE]
    assert checked.warnings == []


def test_of_two_values_at_one_start_the_later_stays_and_the_other_is_refused_not_lost() -> None:
    checked = check([load(0, 1), load(1, 9), load(0, 2), load(0, 2)])
    assert [e.to_dict()["consumption"] for e in checked.events] == [2.0, 9.0]
    assert [r.event["consumption"] for r in checked.refusals] == [1.0]
    assert "same start, 2025-06-01 12:00Z" in checked.refusals[0].reason
    assert checked.warnings == reasons(checked)


def test_starts_in_one_minute_are_one_start() -> None:
    checked = check([load(datetime=NOON.replace(second=5)), load(mw=6, datetime=NOON.replace(second=50))])
    assert [(e.start, e.to_dict()["consumption"]) for e in checked.events] == [(NOON, 6.0)]


def test_an_identical_duplicate_is_dropped_without_a_word() -> None:
    checked = check([load(), load()])
    assert (len(checked.events), checked.refusals, checked.warnings) == (1, [], [])


ABOUT = {"datetime": NOON, "end_datetime": NOON + 2 * ONE, "source": "x"}
LINK = {**ABOUT, "sortedZoneKeys": "BE->FR"}
PRICE = {**ABOUT, "zoneKey": "FR", "price": 5.0, "currency": "EUR"}
BOTH = {"capacityExport": 5.0, "capacityImport": 4.0}
SCHEDULE = {"scheduledExport": 5.0, "scheduledImport": 4.0, "marketAgreementType": "TOTAL"}
ONE_OF: dict[str, dict[str, Any]] = {
    "production": {**ABOUT, "zoneKey": "FR", "production": {"wind": 1}},
    "generationForecast": {**ABOUT, "zoneKey": "FR", "value": 5},
    "consumption": {**ABOUT, "zoneKey": "FR", "consumption": 5},
    "price": PRICE,
    "exchange": {**LINK, "netFlow": 5},
    "maxBexDayAhead": {**LINK, **BOTH},
    "realtimeLocationalMarginalPrice": {**PRICE, "node": "N"},
    "atcDayAhead": {**LINK, **BOTH, "atcType": "SHADOW_AUCTION"},
    "exchangeCapacityForecastWeekAhead": {**LINK, **BOTH, "marketAgreementType": "WEEK_AHEAD"},
    "scheduledExchangesDayAhead": {**LINK, **SCHEDULE},
    "gridAlerts": {**ABOUT, "zoneKey": "FR", "alertType": "action", "message": "m", "issuedTime": NOON},
    "intradayContractStatistics": {**ABOUT, "zoneKey": "FR", "area": "FR", "currency": "EUR", "contractId": "c"},
}
SERIES = ("production", "generationForecast", "consumption", "price", "exchange", "maxBexDayAhead")


@pytest.mark.parametrize("kind", ONE_OF)
def test_which_kinds_are_one_series_per_key(kind: str) -> None:
    key = "BE->FR" if KINDS[kind].subject == "exchange" else "FR"
    first, second = ONE_OF[kind], {**ONE_OF[kind], "datetime": NOON + ONE}
    checked = check([second, first, {**first, "source": "y"}], kind, key)
    is_series = kind in SERIES
    assert len(checked.events) + len(checked.refusals) == 3
    assert len(checked.events) == (2 if is_series else 3)
    assert checked.events[0].end == NOON + (ONE if is_series else 2 * ONE)
    assert bool(checked.warnings) is is_series


# Quality rules


def test_the_first_rule_that_objects_is_named_with_its_reason() -> None:
    seen: list[datetime] = []

    def note(event: schemas.Event) -> None:
        seen.append(event.start)

    def not_after_noon(event: schemas.Event) -> str | None:
        return "odd" if event.start > NOON else None

    checked = check([load(0), load(1), load(2, -1)], rules=iter([note, not_after_noon, lambda event: "too late"]))
    assert reasons(checked) == ["consumption of -1 MW is outside 0 to 500000 MW"]
    assert [(s.event.start, s.rule, s.reason) for s in checked.suspects] == [
        (NOON, "<lambda>", "too late"), (NOON + ONE, "not_after_noon", "odd")]
    checked = check([load(0), load(1)], rules=[note, not_after_noon])
    assert [e.start for e in checked.events] == [NOON]
    assert seen == 2 * [NOON, NOON + ONE], "rules see only what the schema and the clock accept"


# Anything at all

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary(max_size=3), st.dates(),
    st.datetimes(), st.datetimes(timezones=st.sampled_from([UTC, times.zone("Etc/GMT+12")])), st.decimals(),
    st.just(10**400), st.just(pd.NaT), st.just(pd.NA), st.just(arrow.get(NOON)), st.just(np.int64(-3)),
    st.sampled_from(["FR", "BE->FR", "EUR", "measured", "wind", "hydro", "DAY_AHEAD", "action", NOON, -5, 5.0]),
)
NAMES = st.sampled_from([
    "datetime", "end_datetime", "zoneKey", "sortedZoneKeys", "source", "sourceType", "production", "storage",
    "correctedModes", "corrected_modes", "capacity", "consumption", "value", "price", "currency", "netFlow", "node",
    "capacityExport", "scheduledExport", "scheduledImport", "marketAgreementType", "statistics", "issuedTime",
    "startTime", "wind", "hydro", "start", "zone_key",
])  # fmt: skip
KEYS = NAMES | st.none() | st.integers() | st.text(max_size=5) | st.binary(max_size=3)
GARBAGE = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=12
)


@given(answer=GARBAGE, kind=st.sampled_from(sorted(KINDS)))
@example(answer=[{"datetime": NOON, "source": "\ud800", "zoneKey": "FR", "consumption": 5}], kind="consumption")
def test_no_answer_makes_the_check_fail(answer: Any, kind: str) -> None:
    key = "BE->FR" if KINDS[kind].subject == "exchange" else "FR"
    checked = check(answer, kind, key)
    assert len(checked.events) + len(checked.refusals) <= len(validation.as_list(answer))
    for refusal in checked.refusals:
        assert refusal.reason.encode()
        json.dumps(validation.jsonable(refusal.event), allow_nan=False)


@given(kind=st.sampled_from(sorted(ONE_OF)), field=NAMES, value=GARBAGE)
def test_one_spoilt_field_costs_its_own_event_at_most(kind: str, field: str, value: Any) -> None:
    key = "BE->FR" if KINDS[kind].subject == "exchange" else "FR"
    sound = {**ONE_OF[kind], "datetime": NOON - ONE, "end_datetime": None}
    checked = check([sound, {**ONE_OF[kind], field: value}], kind, key)
    assert NOON - ONE in [event.start for event in checked.events]


EVENTS = st.builds(
    lambda hours, length, mw, place: span(hours, length and hours + length, mw=mw, zoneKey=place),
    st.integers(-5, 30), st.none() | st.integers(-1, 4), st.sampled_from([5.0, 6.0, 0, NAN, "5"]),
    st.sampled_from(["FR", "FR", "FR", "DE"]),
)  # fmt: skip


@given(events=st.lists(EVENTS, max_size=12))
def test_every_event_given_is_accepted_refused_or_an_identical_duplicate(events: list[dict[str, Any]]) -> None:
    checked = check(events)
    distinct = {repr(event) for event in events}
    assert len(distinct) <= len(checked.events) + len(checked.refusals) <= len(events)
    starts = [event.start for event in checked.events]
    assert starts == sorted(set(starts))
    for event, following in zip(checked.events, checked.events[1:], strict=False):
        assert event.end is None or event.start < event.end <= following.start


def test_a_rule_that_breaks_suspects_nothing_and_is_warned_of() -> None:
    def wrong(event: schemas.Event) -> str | None:
        raise KeyError("nothing")

    checked = check(load(), rules=[wrong])
    assert len(checked.events) == 1
    assert checked.warnings == ["the quality rule wrong failed: KeyError('nothing')"]
