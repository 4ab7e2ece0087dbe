"""Instruments that are wrong: what they say is well written and not true."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.flowtrace.arrays import FloatArray
from core.sandbox.steps import Steps

ABSURD_MW = 2_147_220_000.0
NEW_LABEL = "X99"
NEW_LABEL_SHARE = 0.1
SHIFT_S = 3600
REVISED_S = 6 * 3600
REVISION = 0.03

Table = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Distortion:
    """Says what is so; each kind of fault changes one thing. `part` in [0, 1) chooses where."""

    part: float = 0.5

    def steps(self, steps: Steps) -> Steps:
        return steps

    def values(self, values: FloatArray, steps: Steps, now: datetime) -> FloatArray:
        return values

    def labels(self, table: Table) -> Table:
        return table


class Negative(Distortion):
    """A sign that has turned."""

    def values(self, values: FloatArray, steps: Steps, now: datetime) -> FloatArray:
        return -values


class Absurd(Distortion):
    """One value that no grid can have: 2³¹ less what was left of it."""

    def values(self, values: FloatArray, steps: Steps, now: datetime) -> FloatArray:
        found = values.copy()
        found[..., int(self.part * steps.count)] = ABSURD_MW
        return found


class Frozen(Distortion):
    """From some step on, what it said last."""

    def values(self, values: FloatArray, steps: Steps, now: datetime) -> FloatArray:
        found, since = values.copy(), int(self.part * steps.count)
        found[..., since:] = found[..., since : since + 1]
        return found


class Doubled(Distortion):
    """Everything counted twice."""

    def values(self, values: FloatArray, steps: Steps, now: datetime) -> FloatArray:
        return 2 * values


class Shifted(Distortion):
    """A clock that is an hour slow: it calls the present what was an hour ago."""

    def steps(self, steps: Steps) -> Steps:
        return steps.moved(-SHIFT_S)


class Early(Distortion):
    """A first edition: values of the last hours that are revised later."""

    def values(self, values: FloatArray, steps: Steps, now: datetime) -> FloatArray:
        starts = steps.start_s + steps.step_s * np.arange(steps.count)
        return np.where(now.timestamp() - starts < REVISED_S, (1 + REVISION) * values, values)


class Renamed(Distortion):
    """A label that nobody has seen before takes a part of every mode."""

    def labels(self, table: Table) -> Table:
        return {
            mode: {**{label: (1 - NEW_LABEL_SHARE) * share for label, share in labels.items()},
                   NEW_LABEL: NEW_LABEL_SHARE}
            for mode, labels in table.items()
        }
