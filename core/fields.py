"""What the fields of events take: numbers and moments with their limits, words of a list."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field

from core.kinds import CURRENCIES
from core.times import instant
from core.values import is_number

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MAX_POWER_MW = 500_000.0
MAX_FLOW_MW = 100_000.0


def _number(value: Any) -> float | None:
    """NaN is missing; infinity, text and truth values are not numbers here."""
    if value is None:
        return None
    if not is_number(value):
        raise ValueError("is not a number")
    try:
        found = float(value)
    except OverflowError as err:
        raise ValueError("is too large") from err
    if math.isinf(found):
        raise ValueError("is infinite")
    return None if math.isnan(found) else found


def power(value: Any) -> float | None:
    """MW to the watt, without a zero's sign."""
    found = _number(value)
    return None if found is None else round(found, 6) + 0.0


def _given(value: float | None) -> float:
    if value is None:
        raise ValueError("is missing")
    return value


def _between(low: float, high: float, *, is_zero_allowed: bool = True) -> Any:
    limits = Field(ge=low, le=high) if is_zero_allowed else Field(gt=low, le=high)

    def check(value: Any) -> float:
        found = _given(power(value))
        if not low <= found <= high:
            raise ValueError(f"of {found:g} MW is outside {low:g} to {high:g} MW")
        if found == 0 and not is_zero_allowed:
            raise ValueError("is 0, which no zone's load is")
        return found

    return BeforeValidator(check, json_schema_input_type=Annotated[float, limits])


def _currency(value: Any) -> Any:
    if not isinstance(value, str) or value not in CURRENCIES:
        raise ValueError(f"{value!r} is not an ISO 4217 code in use")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(instant)]
OptionalPower = Annotated[float | None, BeforeValidator(power)]
Power = Annotated[float, _between(0, MAX_POWER_MW)]
Load = Annotated[float, _between(0, MAX_POWER_MW, is_zero_allowed=False)]
Flow = Annotated[float, _between(-MAX_FLOW_MW, MAX_FLOW_MW)]
PriceValue = Annotated[float, BeforeValidator(lambda value: _given(_number(value)))]
Currency = Annotated[str, BeforeValidator(_currency), Field(json_schema_extra={"pattern": "^[A-Z]{3}$"})]
Agreement = Literal["DAY_AHEAD", "WEEK_AHEAD", "MONTH_AHEAD", "TOTAL"]
SourceType = Literal["measured", "estimated", "forecasted", "published"]


def keyed_by(names: Sequence[str]) -> dict[str, Any]:
    """What a JSON Schema says of an object with these keys only."""
    return {"propertyNames": {"enum": [*names]}}
