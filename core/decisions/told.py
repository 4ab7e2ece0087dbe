"""Answers for people, in a sentence, and for programs, as JSON has them."""

from typing import Any

import numpy as np

from core import times
from core.decisions.decide import Decision, Found, Option, Saving
from core.decisions.metrics import Foreseen, Metric
from core.decisions.now import Greenness
from core.decisions.places import Place
from core.scheduling import Series, Slots
from core.store import LIVE

Row = dict[str, Any]
DIGITS = 3


def decision_row(decision: Decision) -> Row:
    """All of a decision; what is not known is null."""
    job, found = decision.job, decision.found
    unit, method = (job.metric.unit, None) if found is None else (found.foreseen.unit, found.foreseen.method)
    issued_s = None if found is None else found.foreseen.issued_s
    return {
        "metric": job.metric.name, "unit": unit, "better": job.metric.better, "method": method,
        "asked": _stamp(decision.asked_s), "issued": None if issued_s is None else _stamp(issued_s),
        "timezone": decision.clock,
        "advice": advice(decision), "reason": decision.reason or None, "left_out": dict(decision.left_out),
        **_where(decision.place), **_when(decision.start_s, decision.start_s + job.duration_s),
        "is_worth_waiting": None if found is None else found.is_worth_waiting, "min_saving": job.min_saving,
        **(NOTHING if found is None else _found(found)),
    }


NOTHING: Row = {
    "origin": None, "ideal": None, "options": [], "now": None, "naive": None, "median": None, "worst": None,
    "savings": None, "saving": None, "slots": None, "hours": []}


def _found(found: Found) -> Row:
    return {
        "origin": found.origin, "ideal": _option(found.ideal), "options": [_option(one) for one in found.options],
        "now": None if found.now is None else _option(found.now), "naive": _option(found.naive),
        "median": _option(found.median), "worst": _option(found.worst),
        "savings": {name: _round(percent) for name, percent in found.savings._asdict().items()},
        "saving": {
            "vs_now": None if found.vs_now is None else _saving(found.vs_now), "vs_median": _saving(found.vs_median)},
        "slots": None if found.slots is None else _slots(*found.slots), "hours": _hours(found.foreseen),
    }


def _where(place: Place) -> Row:
    return {"place": place.name, "zone": place.zone.key}


def _when(start_s: int, end_s: int) -> Row:
    return {"start": _stamp(start_s), "end": _stamp(end_s)}


def _option(one: Option) -> Row:
    return {
        **_where(one.place), **_when(one.start_s, one.end_s), "value": _round(one.value), "low": _round(one.low),
        "high": _round(one.high)}


def _saving(one: Saving) -> Row:
    return {
        "amount": _round(one.amount), "low": _round(one.low), "high": _round(one.high), "percent": _round(one.percent)}


def _slots(place: Place, found: Slots) -> Row:
    pieces = [{**_when(one.start_s, one.end_s), "value": _round(one.value)} for one in found.slots]
    return {**_where(place), "value": _round(found.value), "vs_naive": _round(found.vs_naive), "slots": pieces}


def _hours(foreseen: Foreseen) -> list[Row]:
    """What is foreseen, hour by hour."""
    series = foreseen.series
    low, high = (_values(one) or [None] * len(series.values) for one in (foreseen.low, foreseen.high))
    starts = [_stamp(start_s) for start_s in series.edges_s()[:-1].tolist()]
    return [
        {"start": start, "value": value, "low": least, "high": most}
        for start, value, least, most in zip(starts, _values(series), low, high, strict=True)]


def _values(series: Series | None) -> list[float | None]:
    return [] if series is None else [None if np.isnan(one) else _round(one) for one in series.values.tolist()]


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _stamp(at_s: int) -> str:
    return times.text(times.epoch(at_s), "YYYY-MM-DDTHH:mm:ss[Z]")


def advice(decision: Decision) -> str:
    """What to do, and why, in a sentence; moments are on the decision's clock."""
    found, is_at_once = decision.found, decision.start_s == decision.asked_s
    when = "at once" if is_at_once else f"at {_moment(decision.start_s, decision.clock)}"
    run = f"{when} in {decision.place.name}"
    if found is None:
        first = "" if is_at_once else ", the first start that is allowed"
        why = first if decision.job.deadline_s is None else ", the latest start that meets the deadline"
        return f"Start {run}{why}: there is no forecast. {decision.reason}"
    said = _why(decision, found)
    apart = f" Left out, without a forecast: {', '.join(decision.left_out)}." if decision.left_out else ""
    return f"Start {run}: {said}{apart}{_pieces(decision, found)}{_made(found.origin)}"


def _made(origin: str | None) -> str:
    """What people must know of data that are not live."""
    return "" if origin in (LIVE, None) else f" The data are {origin}."


def _why(decision: Decision, found: Found) -> str:
    """The value of what is chosen, against the first start that is allowed."""
    job, unit, ideal, naive = decision.job, found.foreseen.unit, found.ideal, found.naive
    first = "at once" if naive.start_s <= decision.asked_s else f"at {_moment(naive.start_s, decision.clock)}"
    if found.is_worth_waiting:
        gain = _gain(found.savings.vs_naive, ideal, naive, job.metric, unit)
        where = "" if naive.place.name == ideal.place.name else f" in {naive.place.name}"
        return f"{_told(ideal.value, unit)}, {gain} than {first}{where} ({_told(naive.value, unit)})."
    if (ideal.place.name, ideal.start_s) == (naive.place.name, naive.start_s):
        return f"{_told(naive.value, unit)}, and no other start is better."
    gain = _gain(found.savings.vs_naive, ideal, naive, job.metric, unit)
    return (
        f"{_told(naive.value, unit)}; {_moment(ideal.start_s, decision.clock)} in {ideal.place.name} has {gain}, and"
        f" {job.min_saving:g} % are asked for.")


def _gain(percent: float | None, ideal: Option, naive: Option, metric: Metric, unit: str) -> str:
    word = "less" if metric.better == "lower" else "more"
    return f"{abs(ideal.value - naive.value):.1f} {unit} {word}" if percent is None else f"{percent:.1f} % {word}"


def _pieces(decision: Decision, found: Found) -> str:
    """The best pieces of a job that may be interrupted; neighbours are told as one."""
    if found.slots is None:
        return ""
    place, slots = found.slots
    joined: list[tuple[int, int]] = []
    for start_s, end_s, _ in slots.slots:
        begin_s = joined.pop()[0] if joined and joined[-1][1] == start_s else start_s
        joined.append((begin_s, end_s))
    told = ", ".join(
        f"{_moment(begin_s, decision.clock)} for {(end_s - begin_s) / 60:g} min" for begin_s, end_s in joined)
    return f" In pieces: {told} in {place.name}, {_told(slots.value, found.foreseen.unit)}."


def _told(value: float, unit: str) -> str:
    return f"{value:.1f} {unit}"


def _moment(at_s: int, clock: str) -> str:
    return f"{times.local(times.epoch(at_s), clock):%Y-%m-%d %H:%M %Z}"


def greenness_row(found: Greenness) -> Row:
    """All of it; what is not known is null."""
    wanted, metric = found.wanted, found.metric
    limit = {"below" if metric.better == "lower" else "above": wanted.limit}
    asked: Row = {"percentile": wanted.percentile, "days": wanted.days} if wanted.limit is None else limit
    return {
        **_where(found.place), "metric": metric.name, "unit": found.unit, "better": metric.better,
        "is_green": found.is_green, "advice": verdict(found), "reason": found.reason or None, "wanted": asked,
        "value": _round(found.value), "hour": None if found.hour_s is None else _stamp(found.hour_s),
        "age_s": found.age_s, "greener_percent": _round(found.greener_percent),
        "hours_compared": found.hours_compared, "estimation": found.estimation, "origin": found.origin,
    }


def verdict(found: Greenness) -> str:
    """Whether it is green, and why, in a sentence."""
    if found.is_green is None:
        return f"{found.place.name}: not known. {found.reason}"
    assert found.value is not None and found.age_s is not None
    word = "green" if found.is_green else "not green"
    age = "the running hour" if not found.age_s else f"an hour that ended {found.age_s // 60} min ago"
    told = f"{_told(found.value, found.unit)} in {age}{_against(found)}"
    return f"{found.place.name}: {word}. {told}.{_made(found.origin)}"


def _against(found: Greenness) -> str:
    if found.wanted.limit is not None:
        return f"; {'below' if found.metric.better == 'lower' else 'above'} {found.wanted.limit:g} is asked for"
    return (
        f"; {found.greener_percent:.0f} % of {found.hours_compared} hours of {found.wanted.days} days were greener, and"
        f" fewer than {found.wanted.percentile:g} % must be")
