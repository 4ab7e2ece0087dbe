"""What a row of a file must be to be imported: the rules of core.schemas and core.validation, on whole columns.

Every rule gives the rows that break it as a column of truth values: a year of the world is millions of rows. Only
documents, which are few and deep, are read one by one.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import get_args

import pyarrow as pa
import pyarrow.compute as pc

from core import fields, schemas, times
from core.errors import InvalidEvent, SourceChanged
from core.history.datasets import MOMENT, Dataset
from core.history.files import Flaw
from core.kinds import CURRENCIES, KINDS, LONGEST_S, MODES, ORIGINS, SOURCE_TYPES, split_key
from core.store.rows import revived

TERMS: Mapping[str, tuple[str, ...]] = {
    "ExchangeCapacity": ("",),
    **{
        cls.__name__: get_args(cls.model_fields[field].annotation)
        for cls, field in (
            (schemas.AvailableTransferCapacity, "atc_type"), (schemas.TransferCapacity, "market_agreement_type"),
            (schemas.ScheduledExchange, "market_agreement_type"))
    },
}
LIMITS_MW = {
    "TotalProduction": (0.0, fields.MAX_POWER_MW), "Consumption": (0.0, fields.MAX_POWER_MW),
    "Exchange": (-fields.MAX_FLOW_MW, fields.MAX_FLOW_MW),
}
CORRECTED = rf"^(({'|'.join(MODES)})(,({'|'.join(MODES)}))*)?$"
LONG = ("Production", "Exchange")
"""Events whose interval may not be longer than LONGEST_S."""


def flaws(dataset: Dataset, rows: pa.Table, zones: Sequence[str], now: datetime) -> Iterator[Flaw]:
    """What is wrong with rows of a dataset, the most basic first; `zones` are the keys that are known.

    Of results only that they are whole and of known zones.
    """
    for column in dataset.columns:
        if column.is_required:
            yield Flaw(f"{column.name} is missing", pc.is_null(rows[column.name]))
        if column.type == "number":
            yield Flaw(f"{column.name} is not a finite number", pc.invert(pc.is_finite(rows[column.name])))
    yield from _of_keys(dataset, rows["key"], zones)
    yield from _of_times(dataset, rows, now)
    if dataset.kind is not None:
        yield Flaw("source is blank", pc.equal(pc.utf8_trim_whitespace(rows["source"]), ""))
        yield _not_one_of(rows, "source_type", SOURCE_TYPES)
        yield _not_one_of(rows, "origin", ORIGINS)
        yield from _of_values(dataset.kind, rows)


def _not_one_of(rows: pa.Table, name: str, allowed: Sequence[str]) -> Flaw:
    wanted = ", ".join(allowed) or "empty"
    return Flaw(f"{name} is not {wanted}", pc.invert(pc.is_in(rows[name], pa.array(allowed, pa.string()))))


def _of_keys(dataset: Dataset, keys: pa.ChunkedArray, zones: Sequence[str]) -> Iterator[Flaw]:
    """The few different keys are judged one by one, then the rows that have them."""
    different = [key for key in pc.unique(keys).to_pylist() if key is not None]
    is_zone = dataset.kind is None or KINDS[dataset.kind].subject == "zone"
    parts = {key: (key,) if is_zone else split_key(key) or () for key in different}
    wrong = {
        "key is not the key of an exchange": [key for key, ends in parts.items() if not ends],
        "key names a zone that is not configured": [key for key, ends in parts.items() if {*ends} - {*zones}],
        "key has its zones not in ascending order": [
            key for key, ends in parts.items() if len(ends) == 2 and ends[0] >= ends[1]],
    }
    for reason, found in wrong.items():
        yield Flaw(reason, pc.is_in(keys, pa.array(found, pa.string())))


def _of_times(dataset: Dataset, rows: pa.Table, now: datetime) -> Iterator[Flaw]:
    start, end = rows["start"], rows["end"]
    yield Flaw("start is before 2000", pc.less(start, _scalar(fields.EARLIEST)))
    yield Flaw("end is not after start", pc.less_equal(end, start))
    if dataset.kind is None:
        yield Flaw("updated is before created", pc.less(rows["updated"], rows["created"]))
        return
    kind = KINDS[dataset.kind]
    if kind.event in LONG:
        length_ms = pc.subtract(end.cast(pa.int64()), start.cast(pa.int64()))
        yield Flaw(f"the interval is longer than {LONGEST_S // 86400} days", pc.greater(length_ms, LONGEST_S * 1000))
    ahead = _scalar(times.shift(now, days=1))
    if not kind.is_future_allowed:
        is_free = pc.is_in(rows["source_type"], pa.array(["forecasted", "published"]))
        yield Flaw("start lies more than a day ahead", pc.and_(pc.greater(start, ahead), pc.invert(is_free)))
    yield Flaw("fetched lies more than a day ahead", pc.greater(rows["fetched"], ahead))


def _scalar(moment: datetime) -> pa.Scalar:
    return pa.scalar(moment, MOMENT)


def _of_values(kind: str, rows: pa.Table) -> Iterator[Flaw]:
    """What the class of the kind's events asks for."""
    event = KINDS[kind].event
    if event == "Production":
        yield from _of_mix(rows)
    elif event in LIMITS_MW:
        low, high = LIMITS_MW[event]
        power_mw = rows["power_mw"]
        is_outside = pc.or_(pc.less(power_mw, low), pc.greater(power_mw, high))
        yield Flaw(f"power_mw is outside {low:g} to {high:g}", is_outside)
        if event == "Consumption":
            yield Flaw("power_mw is 0, which no zone's load is", pc.equal(power_mw, 0.0))
    elif event == "Price":
        yield Flaw(
            "currency is not an ISO 4217 code in use",
            pc.invert(pc.is_in(rows["currency"], pa.array(sorted(CURRENCIES)))))
    elif event in TERMS:
        yield from _of_directions(rows, event)
    else:
        contents = zip(*(rows[name].to_pylist() for name in ("key", "start", "content")), strict=True)
        is_other = pa.array([not _is_document(kind, *one) for one in contents], pa.bool_())
        yield Flaw(f"content is not the JSON of a {event} of this key and start", pa.chunked_array([is_other]))


def _is_document(kind: str, key: str | None, start: datetime | None, content: str | None) -> bool:
    try:
        event = revived(kind, content or "")
    except (InvalidEvent, SourceChanged, ValueError):
        return False
    return event.key == key and event.start == start


def _of_mix(rows: pa.Table) -> Iterator[Flaw]:
    names = [f"{mode}_mw" for mode in MODES]
    for name in names:
        yield Flaw(f"{name} is negative", pc.less(rows[name], 0.0))
    stored = [name for name in rows.column_names if name.endswith("_storage_mw")]
    is_empty = pc.is_null(pc.coalesce(*(rows[name] for name in (*names, *stored))))
    yield Flaw("no mode has a value", pc.and_(is_empty, pc.equal(rows["corrected_modes"], "")))
    is_listed = pc.match_substring_regex(rows["corrected_modes"], CORRECTED)
    yield Flaw("corrected_modes are not modes with commas", pc.invert(is_listed))


def _of_directions(rows: pa.Table, event: str) -> Iterator[Flaw]:
    yield _not_one_of(rows, "terms", TERMS[event])
    export_mw, import_mw = rows["export_mw"], rows["import_mw"]
    if event == "ScheduledExchange":
        is_missing = pc.or_(pc.is_null(export_mw), pc.is_null(import_mw))
        yield Flaw("a scheduled flow is missing", is_missing)
        most = pc.max_element_wise(pc.abs(export_mw), pc.abs(import_mw))
        yield Flaw(f"a scheduled flow is above {fields.MAX_FLOW_MW:g} MW", pc.greater(most, fields.MAX_FLOW_MW))
    else:
        yield Flaw("neither direction has a capacity", pc.is_null(pc.coalesce(export_mw, import_mw)))


def twice(dataset: Dataset, rows: pa.Table, is_good: pa.ChunkedArray) -> Flaw:
    """Of good rows of the same interval all but the last, which counts, as in the answer of a source."""
    names = list(dataset.identity)
    numbered = rows.select(names).append_column("row", pa.array(range(len(rows)), pa.int64()))
    last = numbered.filter(is_good).group_by(names).aggregate([("row", "max")])["row_max"] if names else numbered["row"]
    return Flaw("the same interval comes again further down", pc.invert(pc.is_in(numbered["row"], last)))
