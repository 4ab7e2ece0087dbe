from datetime import UTC, datetime

import pytest

from core import schemas, trading
from core.errors import InvalidEvent

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
ONE = datetime(2026, 3, 10, 13, tzinfo=UTC)
CONTRACT = {"start": NOON, "end": ONE, "source": "x", "area": "GER", "currency": "EUR", "contract_id": "c1"}


def test_limits_of_both_directions() -> None:
    made = trading.exchange_capacity("BE->FR", start=NOON, end=ONE, source="x", export_mw=3.0, import_mw=None)
    assert made == {
        "datetime": NOON, "end_datetime": ONE, "source": "x", "sourceType": "published", "sortedZoneKeys": "BE->FR",
        "capacityExport": 3.0, "capacityImport": None}
    for kind in ("maxBexDayAhead", "maxBflowDayAhead"):
        assert schemas.read(kind, made).to_dict() == made


def test_an_offered_capacity_says_what_kind_of_bound_it_is() -> None:
    made = trading.available_capacity(
        "BE->FR", start=NOON, source="x", export_mw=3.0, import_mw=5.0, atc_type="SHADOW_AUCTION")
    found = schemas.read("atcDayAhead", made).to_dict()
    assert (found["capacityExport"], found["capacityImport"], found["atcType"]) == (3.0, 5.0, "SHADOW_AUCTION")
    assert found["sourceType"] == "published"
    with pytest.raises(InvalidEvent, match="atcType"):
        schemas.read("atcDayAhead", {**made, "atcType": "HOPE"})


def test_what_was_traded_stands_side_by_side_and_is_read_as_one_field() -> None:
    figures = {"vwap": -3.5, "volume": 12.0, "openTradeTime": NOON, "contractName": "PH-1", "closePrice": None}
    made = trading.intraday_statistics("DE", **CONTRACT, statistics=figures)
    assert (made["vwap"], made["contractId"], made["area"]) == (-3.5, "c1", "GER")
    found = schemas.read("intradayContractStatistics", made).to_dict()
    assert found["statistics"] == figures and "vwap" not in found
    assert schemas.read("intradayContractStatistics", found).to_dict() == found


def test_a_field_that_nobody_documents_is_refused() -> None:
    made = trading.intraday_statistics("DE", **CONTRACT, statistics={"mood": 3})
    with pytest.raises(InvalidEvent, match="mood"):
        schemas.read("intradayContractStatistics", made)
    odd = {**trading.intraday_statistics("DE", **CONTRACT, statistics={}), "statistics": [1]}
    with pytest.raises(InvalidEvent, match="statistics"):
        schemas.read("intradayContractStatistics", odd)


def test_a_price_at_a_node_names_it() -> None:
    made = trading.locational_price(
        "US-CENT-SWPP", node="HUB", start=NOON, end=ONE, source="x", price_mwh=-3.5, currency="USD")
    found = schemas.read("dayaheadLocationalMarginalPrice", made)
    assert isinstance(found, schemas.LocationalPrice)
    assert (found.node, found.price, found.currency, found.end) == ("HUB", -3.5, "USD", ONE)
    with pytest.raises(InvalidEvent, match="node"):
        schemas.read("dayaheadLocationalMarginalPrice", {**made, "node": ""})
