"""What answers look like, for the documentation and for the tests that hold answers against it."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from core.api.asking import Granularity

EXAMPLE = "2026-03-10T11:00:00.000Z"
Stamp = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=[EXAMPLE])]


class Shape(BaseModel):
    """Answers hold these keys; what else they hold is Gridtrace's own."""

    model_config = ConfigDict(extra="allow")


class Moments(Shape):
    datetime: Stamp = Field(description="When the period begins.")
    updatedAt: Stamp = Field(description="When the value last changed.")
    createdAt: Stamp = Field(description="When there first was one.")


class Estimation(Shape):
    isEstimated: bool = Field(description="Whether production is not the zone's own data.", examples=[False])
    estimationMethod: str | None = Field(
        description="TIME_SLICER_AVERAGE: mean of the same hour of past days; CONSTRUCT_BREAKDOWN: typical mix.",
        examples=[None])


class MadeOf(Shape):
    origin: str | None = Field(description="live, simulated, replayed, or several with +.", examples=["live"])
    measuredShare: float | None = Field(description="Part of the value that rests on measured data.", examples=[0.93])
    estimatedShare: float | None = Field(description="Part that rests on estimated data.", examples=[0.05])
    fallbackShare: float | None = Field(description="Part from zones of which nothing is known.", examples=[0.02])
    flags: list[str] = Field(description="What there is to say of it; docs/concepts.md has the words.", examples=[[]])
    isComplete: bool = Field(description="Whether all of the period is covered.", examples=[True])


class IntensityRow(Moments, Estimation, MadeOf):
    zone: str = Field(examples=["FR"])
    carbonIntensity: int = Field(description="gCO2eq/kWh.", examples=[56])
    emissionFactorType: str = Field(examples=["lifecycle"])


class FossilRow(Moments, Estimation, MadeOf):
    zone: str = Field(examples=["FR"])
    value: int = Field(examples=[512])
    unit: str = Field(examples=["gCO2eq/kWh"])
    emissionFactorType: str = Field(examples=["lifecycle"])


class PercentRow(Moments, Estimation, MadeOf):
    zone: str = Field(examples=["FR"])
    value: int = Field(examples=[96])
    unit: str = Field(examples=["%"])


class MixRow(Moments, Estimation):
    breakdownType: str = Field(examples=["flow-traced"])
    mix: dict[str, Any] = Field(
        examples=[{"nuclear": 40150.5, "wind": 8010.25, "gas": 2100.0, "hydro storage": {"discharge": 310.4}}])


class SourceRow(Moments, Estimation):
    breakdownType: str = Field(examples=["normal"])
    value: float = Field(description="MW.", examples=[8010.25])


class FlowRow(Moments):
    import_: dict[str, int] = Field(alias="import", examples=[{"DE": 36}])
    export: dict[str, int] = Field(examples=[{"IT-NO": 1450, "GB": 2010}])


Powers = dict[str, int | None]


class BreakdownRow(Moments, Estimation, MadeOf):
    zone: str = Field(examples=["FR"])
    powerConsumptionBreakdown: Powers = Field(examples=[{"nuclear": 40150, "wind": 8010, "gas": 2100}])
    powerProductionBreakdown: Powers = Field(examples=[{"nuclear": 43002, "wind": 8301, "coal": None}])
    powerImportBreakdown: dict[str, int] = Field(examples=[{"DE": 36, "GB": 0}])
    powerExportBreakdown: dict[str, int] = Field(examples=[{"DE": 0, "GB": 2010}])
    fossilFreePercentage: int | None = Field(examples=[96])
    renewablePercentage: int | None = Field(examples=[27])
    powerConsumptionTotal: int = Field(examples=[52901])
    powerProductionTotal: int = Field(examples=[56325])
    powerImportTotal: int = Field(examples=[36])
    powerExportTotal: int = Field(examples=[3460])


class LoadRow(Moments, Estimation):
    zone: str = Field(examples=["FR"])
    value: float = Field(examples=[52901.35])
    unit: str = Field(examples=["MW"])
    source: str = Field(examples=["rte-france.com"])


class PriceRow(Moments):
    zone: str = Field(examples=["FR"])
    value: float = Field(examples=[61.73])
    unit: str = Field(examples=["EUR/MWh"])
    source: str = Field(examples=["transparency.entsoe.eu"])


class LevelRow(Shape):
    level: str = Field(examples=["low"])
    datetime: Stamp


class IntensityAhead(Shape):
    carbonIntensity: int = Field(examples=[77])
    low: int | None = Field(None, description="With `high` the band in which nine of ten are expected.", examples=[64])
    high: int | None = Field(None, examples=[95])
    datetime: Stamp


class HowMade(Shape):
    """How a forecast was made; the moments where it rests on results."""

    method: str | None = Field(None, description="How the hours were foreseen.", examples=["boosting_with_weather"])
    issued: Stamp | None = Field(None, description="When the forecast was made.")
    madeFrom: Stamp | None = Field(None, description="The newest hour that it rests on.")


class IntensityForecast(HowMade):
    zone: str = Field(examples=["FR"])
    forecast: list[IntensityAhead]
    updatedAt: Stamp
    temporalGranularity: str = Field(examples=["hourly"])


class BreakdownForecast(HowMade):
    zone: str = Field(examples=["FR"])
    forecast: list[dict[str, Any]] = Field(
        examples=[[{"powerProductionBreakdown": {"wind": 8301}, "powerProductionTotal": 8301, "datetime": EXAMPLE}]])
    updatedAt: Stamp


class ForecastBody(HowMade):
    zone: str = Field(examples=["FR"])
    data: list[dict[str, Any]] = Field(examples=[[{"value": 52, "unit": "%", "datetime": EXAMPLE}]])
    temporalGranularity: str = Field(examples=["hourly"])


class IssuedForecast(Shape):
    issued: Stamp = Field(description="When the forecast was made.")
    madeFrom: Stamp = Field(description="The newest hour that it rests on.")
    method: str = Field(examples=["boosting_with_weather"])
    forecast: list[dict[str, Any]] = Field(
        description="Rows as /forecast gives them.",
        examples=[[{"carbonIntensity": 77, "low": 64, "high": 95, "datetime": EXAMPLE}]])


class IssuedForecasts(Shape):
    zone: str = Field(examples=["FR"])
    data: list[IssuedForecast] = Field(description="Oldest first.")


ROWS: dict[str, type[Shape]] = {
    "carbon-intensity": IntensityRow, "carbon-intensity-fossil-only": FossilRow, "renewable-energy": PercentRow,
    "carbon-free-energy": PercentRow, "electricity-mix": MixRow, "electricity-source": SourceRow,
    "electricity-flows": FlowRow, "power-breakdown": BreakdownRow, "total-load": LoadRow,
    "total-reported-load": LoadRow, "net-load": LoadRow, "price-day-ahead": PriceRow,
    "carbon-intensity-level": LevelRow, "renewable-percentage-level": LevelRow,
    "carbon-free-percentage-level": LevelRow,
}


def single_of(signal: str) -> type[BaseModel]:
    """One row with its granularity."""
    return create_model(f"{_title(signal)}Single", __base__=ROWS[signal], temporalGranularity=(Granularity, ...))


def list_of(signal: str, key: str) -> type[BaseModel]:
    """Rows below a key, beside their zone."""
    fields: dict[str, Any] = {"zone": (str, ...), key: (Sequence[ROWS[signal]], ...)}  # type: ignore[valid-type]
    return create_model(f"{_title(signal)}{key.title()}", __base__=Shape, **fields)


def _title(signal: str) -> str:
    return "".join(word.title() for word in signal.split("-"))
