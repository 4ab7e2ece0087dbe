"""How the forecasts of all zones are doing, judged anew when new ones are issued."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.forecast.skill import Skill, skill_of_all
from core.store import Store


@dataclass(frozen=True)
class SpanSeen:
    """Medians over zones of forecasts of hours so far ahead."""

    from_h: int
    to_h: int
    zones: int
    error_percent: float
    in_band_percent: float
    """NaN where no zone has a band."""


@dataclass(frozen=True)
class Foreseeing:
    """What was issued in one hour, and how good what was issued before was."""

    hour_s: int | None = None
    """None if nothing ever was."""
    issued_s: int | None = None
    methods: Mapping[str, int] = field(default_factory=dict)
    """How many zones are foreseen by each."""
    oldest_until_s: int | None = None
    """Until when the oldest model knows hours; None without models."""
    spans: Sequence[SpanSeen] = ()


def foreseeing(store: Store, hour_s: int | None, now_s: int) -> Foreseeing:
    """What was issued in an hour, the newest there is."""
    if hour_s is None:
        return Foreseeing()
    rows = store.forecasts.of_hours([hour_s])
    untils_s = [row["until_s"] for row in store.forecasts.models()]
    methods = Counter(row["method"] for row in rows)
    return Foreseeing(
        hour_s, max(row["issued_s"] for row in rows), dict(methods.most_common()), min(untils_s, default=None),
        _spans(skill_of_all(store, now_s)))


def _spans(found: Mapping[str, Sequence[Skill]]) -> list[SpanSeen]:
    by_span: dict[tuple[int, int], list[Skill]] = {}
    for several in found.values():
        for one in several:
            by_span.setdefault((one.from_h, one.to_h), []).append(one)
    return [
        SpanSeen(*span, len(several), float(np.median([one.error_percent for one in several])), _median_known(several))
        for span, several in sorted(by_span.items())]


def _median_known(several: Sequence[Skill]) -> float:
    known = [one.in_band_percent for one in several if not np.isnan(one.in_band_percent)]
    return float(np.median(known)) if known else float("nan")
