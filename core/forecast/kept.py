"""Issued forecasts as the store keeps them: a few hundred bytes of numbers per zone and hour of issue."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from core.forecast.blend import FloatArray
from core.forecast.results import BANDED
from core.store.tables import SHARE_COLUMNS

REACH_H = 72
"""How far ahead of its own hour a kept forecast says something."""
COLUMNS = (*BANDED, *SHARE_COLUMNS)
"""What is kept, in the order of the bits that say which of them there are: only ever longer."""
UNKNOWN, STEPS = -32768, 2000
_HEAD = struct.Struct("<QQ")


class Numbers(NamedTuple):
    """What is foreseen of each column, and the ends of its band where it has one: (REACH_H + 1,) each."""

    values: Mapping[str, FloatArray]
    low: Mapping[str, FloatArray]
    high: Mapping[str, FloatArray]


def pack(numbers: Numbers) -> bytes:
    """Columns that are not known at all are left out; the rest has STEPS steps up to its largest number."""
    known = [name for name in COLUMNS if not np.isnan(numbers.values.get(name, np.nan)).all()]
    banded = [name for name in known if not np.isnan(numbers.high.get(name, np.nan)).all()]
    rows = [*(numbers.values[name] for name in known)]
    for name in banded:
        rows += [numbers.low[name], numbers.high[name]]
    table = np.array(rows).reshape(-1, REACH_H + 1)
    scale = np.maximum(np.nan_to_num(np.abs(table)).max(axis=1, initial=0), 1e-9).astype("<f4")
    steps = np.nan_to_num(np.round(table / scale[:, None] * STEPS), nan=UNKNOWN).astype("<i2")
    changes = np.diff(steps, axis=1, prepend=np.int16(0))  # wraps around, and back again when it is summed
    planes = changes.view(np.uint8).reshape(-1, 2).T  # low bytes, then high bytes, which are mostly alike
    return b"".join([_HEAD.pack(_bits(known), _bits(banded)), scale.tobytes(), zlib.compress(planes.tobytes(), 9)])


def unpack(content: bytes) -> Numbers:
    """What `pack` was given, in its steps."""
    known, banded = (_names(bits) for bits in _HEAD.unpack_from(content))
    count = len(known) + 2 * len(banded)
    scale = np.frombuffer(content, "<f4", count, _HEAD.size).astype(np.float64)
    planes = np.frombuffer(zlib.decompress(content[_HEAD.size + 4 * count :]), np.uint8).reshape(2, -1)
    changes = np.ascontiguousarray(planes.T).view("<i2").reshape(count, REACH_H + 1)
    steps = np.cumsum(changes, axis=1, dtype=np.int16)
    table = np.where(steps == UNKNOWN, np.nan, steps * (scale[:, None] / STEPS))
    ends = table[len(known) :]
    return Numbers(
        dict(zip(known, table, strict=False)), dict(zip(banded, ends[::2], strict=True)),
        dict(zip(banded, ends[1::2], strict=True)))


def _bits(names: Sequence[str]) -> int:
    return sum(1 << COLUMNS.index(name) for name in names)


def _names(bits: int) -> list[str]:
    return [name for at, name in enumerate(COLUMNS) if bits >> at & 1]
