"""Any small job in any small series, against a search of every second in exact fractions."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import CannotSchedule
from core.scheduling import Series, best_slots, best_windows, rolling_means

MIDNIGHT_S = 1_773_187_200
value = st.integers(-3, 5).map(float)
maybe_value = st.one_of(*[value] * 9, st.just(math.nan))


@st.composite
def jobs(draw):
    """Up to three places of the same span around midnight, in their own steps; windows within what they know."""
    length_s, begin_s = draw(st.integers(2, 6)) * 12, MIDNIGHT_S - draw(st.integers(0, 24))
    series = {}
    for place in draw(st.permutations("ABC"))[: draw(st.integers(1, 3))]:
        step_s = draw(st.sampled_from([1, 3, 4, 6, 12]))
        count = length_s // step_s
        inner = draw(st.lists(maybe_value, min_size=count - 2, max_size=count - 2))
        series[place] = Series(begin_s, step_s, np.array([draw(value), *inner, draw(value)]))
    duration_s = draw(st.integers(1, length_s - 1))
    first = st.integers(begin_s, begin_s + length_s - duration_s)
    windows = [tuple(sorted(pair)) for pair in draw(st.lists(st.tuples(first, first), min_size=1, max_size=3))]
    power = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    return series, duration_s, windows, power, draw(st.sampled_from(["lower", "higher"]))


def exact(series, start_s, duration_s, power):
    """The weighted mean, None where anything is not known: of n parts each is duration_s times 1/n seconds long, and
    each such bit lies within one data point."""
    n, amount = len(power), Fraction(0)
    for part, weight in enumerate(power):
        for bit in range(duration_s):
            second = start_s + (part * duration_s + bit) // n
            number = series.values[(second - series.start_s) // series.step_s]
            if math.isnan(number):
                return None
            amount += weight * int(number)
    return amount / (sum(power) * duration_s)


def is_compared(series, start_s, duration_s, windows, parts):
    """Whether it is an edge of a window, or edges of a part of the job and of a data point meet within the second."""
    meets = (
        abs(start_s + Fraction(part * duration_s, parts) - edge) < 1
        for part in range(parts + 1) for edge in series.edges_s().tolist())
    return start_s in np.ravel(windows) or any(meets)


@settings(max_examples=300, deadline=None)
@given(jobs())
def test_no_second_is_better_than_the_ideal_one_nor_worse_than_the_worst(job):
    series, duration_s, windows, power, better = job
    sign, places = 1 if better == "lower" else -1, list(series)
    starts_s = sorted({at for first_s, last_s in windows for at in range(first_s, last_s + 1)})
    every = [
        (sign * mean, start_s, places.index(place))
        for place, one in series.items() for start_s in starts_s
        if (mean := exact(one, start_s, duration_s, power)) is not None]
    if {place for *_, place in every} != set(range(len(places))):
        with pytest.raises(CannotSchedule):
            best_windows(series, duration_s, windows, metric_is_better=better, power=power)
        return
    found = best_windows(series, duration_s, windows, metric_is_better=better, power=power, count=5)
    compared = sorted(
        one for one in every if is_compared(series[places[one[2]]], one[1], duration_s, windows, len(power)))
    assert [(one.start_s, places.index(one.place)) for one in found.options] == [one[1:] for one in compared[:5]]
    chosen = [(sign * one.value, one.start_s, places.index(one.place)) for one in (found.ideal, found.worst)]
    dearest = max(mean for mean, *_ in every)
    for one, expected in zip(chosen, (min(every), min(one for one in every if one[0] == dearest)), strict=True):
        assert one[1:] == expected[1:]
        assert one[0] == pytest.approx(float(expected[0]), abs=1e-9)
    middle = compared[(len(compared) - 1) // 2]
    assert (found.median.start_s, places.index(found.median.place)) == middle[1:]
    assert found.naive.start_s == min(start_s for _, start_s, place in every if place == 0)


@settings(max_examples=100, deadline=None)
@given(jobs(), st.data())
def test_slots_are_the_best_seconds(job, data):
    """Cutting one series into seconds, the cheapest of them: slots have the same mean, and never overlap."""
    series, _, _, _, better = job
    one = next(iter(series.values()))
    edges = one.edges_s().tolist()
    start_s, end_s = sorted(data.draw(st.tuples(*[st.integers(edges[0], edges[-1])] * 2)))
    seconds = [one.values[(at - one.start_s) // one.step_s] for at in range(start_s, end_s)]
    numbers = sorted((n for n in seconds if not math.isnan(n)), reverse=better == "higher")
    if not numbers:
        return
    total_s = data.draw(st.integers(1, len(numbers)))
    found = best_slots(one, total_s, [(start_s, end_s)], metric_is_better=better)
    assert found.value == pytest.approx(sum(numbers[:total_s]) / total_s, abs=1e-9)
    assert sum(slot.end_s - slot.start_s for slot in found.slots) == total_s
    stretches = [at for slot in found.slots for at in (slot.start_s, slot.end_s)]
    assert stretches == sorted(stretches) and stretches[0] >= start_s and stretches[-1] <= end_s


@settings(max_examples=100, deadline=None)
@given(jobs(), st.data())
def test_rolling_means_are_means_of_their_windows(job, data):
    series, window_s, *_ = job
    one = next(iter(series.values()))
    edges = one.edges_s().tolist()
    start_s = data.draw(st.integers(edges[0], edges[-1] - window_s))
    end_s = data.draw(st.integers(start_s + window_s, edges[-1]))
    found = rolling_means(one, window_s, start_s, end_s)
    starts_s = range(start_s, end_s - window_s + 1, one.step_s)
    expected = [exact(one, at, window_s, [1]) for at in starts_s]
    numbers = [math.nan if mean is None else float(mean) for mean in expected]
    assert found.values == pytest.approx(numbers, abs=1e-9, nan_ok=True)
