"""What answers look like, for the documentation."""

from typing import Any

from pydantic import BaseModel, Field

MIX = [{"fuel": "gas", "perc": 43.6}, {"fuel": "wind", "perc": 26.8}]
ROW = {"from": "2026-03-10T12:00Z", "to": "2026-03-10T12:30Z"}
REGIONAL = {**ROW, "intensity": {"forecast": 224, "index": "high"}, "generationmix": MIX}
REGION = {"regionid": 18, "dnoregion": "GB", "shortname": "GB", "postcode": "M15", "data": [REGIONAL]}


class IntensityBody(BaseModel):
    """Half-hours of Great Britain."""

    data: list[dict[str, Any]] = Field(
        examples=[[{**ROW, "intensity": {"forecast": 266, "actual": 263, "index": "moderate"}}]])


class StatisticsBody(BaseModel):
    """Spans of Great Britain."""

    data: list[dict[str, Any]] = Field(
        examples=[[{**ROW, "intensity": {"max": 320, "average": 266, "min": 180, "index": "moderate"}}]])


class FactorsBody(BaseModel):
    """g/kWh by fuel; null for an import that is not known."""

    data: list[dict[str, int | None]] = Field(examples=[[{"Biomass": 120, "Coal": 937, "French Imports": 53}]])


class MixBody(BaseModel):
    """One half-hour's generation."""

    data: dict[str, Any] = Field(examples=[{**ROW, "generationmix": MIX}])


class MixesBody(BaseModel):
    """Half-hours of generation."""

    data: list[dict[str, Any]] = Field(examples=[[{**ROW, "generationmix": MIX}]])


class RegionsBody(BaseModel):
    """Half-hours, and in each the regions."""

    data: list[dict[str, Any]] = Field(examples=[[{**ROW, "regions": [REGION]}]])


class RegionNowBody(BaseModel):
    """One region now, as a list of one."""

    data: list[dict[str, Any]] = Field(examples=[[REGION]])


class RegionBody(BaseModel):
    """One region's half-hours, as an object."""

    data: dict[str, Any] = Field(examples=[REGION])


class Said(BaseModel):
    code: str = Field(examples=["400 Bad Request"])
    message: str = Field(examples=["The end of a span must be later than its start."])


class UkRefusal(BaseModel):
    """A refusal of this dialect."""

    error: Said
    message: str = Field(examples=["The end of a span must be later than its start."])
    status: int = Field(examples=[400])
