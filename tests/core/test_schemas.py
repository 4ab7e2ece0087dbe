"""Events: what sections 1 to 6 of the validation sheet say of one event."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import arrow
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import schemas
from core.errors import InvalidEvent
from core.kinds import CURRENCIES, EXCHANGE_KINDS, KINDS, MODES, STORAGE_MODES, ZONE_KINDS

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
ONE = timedelta(hours=1)
NAN, INF = math.nan, math.inf
OF_CAPACITY = {"sortedZoneKeys": "BE->FR", "capacityExport": 5.0, "capacityImport": None}
OF_SCHEDULE = {"sortedZoneKeys": "BE->FR", "scheduledExport": 10.0, "scheduledImport": 4.0}
ONLY: dict[str, dict[str, Any]] = {
    "production": {"zoneKey": "FR", "production": {"wind": 1.0}},
    "consumption": {"zoneKey": "FR", "consumption": 5.0},
    "generationForecast": {"zoneKey": "FR", "value": 5.0},
    "price": {"zoneKey": "FR", "price": 5.0, "currency": "EUR"},
    "realtimeLocationalMarginalPrice": {"zoneKey": "FR", "price": 5.0, "currency": "EUR", "node": "N1"},
    "gridAlerts": {"zoneKey": "FR", "alertType": "action", "message": "Save power.", "issuedTime": NOON},
    "intradayContractStatistics": {"zoneKey": "FR", "area": "FR", "currency": "EUR", "contractId": "c1"},
    "exchange": {"sortedZoneKeys": "BE->FR", "netFlow": 5.0},
    "maxBexDayAhead": OF_CAPACITY,
    "atcDayAhead": {**OF_CAPACITY, "atcType": "COORDINATED_NTC"},
    "exchangeCapacityForecastDayAhead": {**OF_CAPACITY, "marketAgreementType": "DAY_AHEAD"},
    "scheduledExchangesTotal": {**OF_SCHEDULE, "marketAgreementType": "TOTAL"},
}
"""Of each class of event, what no other has."""


def raw(kind: str, **more: Any) -> dict[str, Any]:
    return {"datetime": NOON, "source": "example.org", **ONLY[kind], **more}


def read(kind: str, **more: Any) -> dict[str, Any]:
    return schemas.read(kind, raw(kind, **more)).to_dict()


def refused(kind: str, **more: Any) -> str:
    with pytest.raises(InvalidEvent) as caught:
        schemas.read(kind, raw(kind, **more))
    return str(caught.value)


# Section 1: vocabulary


def test_the_vocabulary_is_the_sheets() -> None:
    assert set(MODES) == set("biomass coal gas geothermal hydro nuclear oil solar wind unknown".split())
    assert set(STORAGE_MODES) == {"battery", "hydro"}
    assert set(ZONE_KINDS) == set(
        """production consumption consumptionForecast generationForecast productionPerModeForecast
        productionPerModeForecastDayAhead productionPerModeForecastIntraday productionPerModeForecastLatest price
        priceIntraday dayaheadLocationalMarginalPrice realtimeLocationalMarginalPrice gridAlerts
        intradayContractStatistics productionCapacity""".split())
    assert set(EXCHANGE_KINDS) == set(
        """exchange exchangeForecast exchangeCapacityForecastDayAhead exchangeCapacityForecastWeekAhead
        exchangeCapacityForecastMonthAhead atcDayAhead maxBexDayAhead maxBflowDayAhead scheduledExchangesDayAhead
        scheduledExchangesTotal""".split())


def test_there_is_an_event_of_every_class_and_a_class_for_every_kind() -> None:
    assert {schemas.event_class(kind).__name__ for kind in ONLY} == set(schemas.EVENTS)
    assert {kind.event for kind in KINDS.values()} == set(schemas.EVENTS)


@pytest.mark.parametrize("kind", ONLY)
def test_every_event_reads_back_from_its_dict_and_as_it_is(kind: str) -> None:
    event = schemas.read(kind, raw(kind))
    assert schemas.read(kind, event) == schemas.read(kind, event.to_dict()) == event
    assert event.key == ("BE->FR" if KINDS[kind].subject == "exchange" else "FR")


@pytest.mark.parametrize("kind", ONLY)
def test_capacities_and_schedules_are_published_and_the_rest_is_measured_unless_said(kind: str) -> None:
    is_published = "capacityExport" in ONLY[kind] or "scheduledExport" in ONLY[kind]
    assert read(kind)["sourceType"] == ("published" if is_published else "measured")
    for source_type in ("measured", "estimated", "forecasted", "published"):
        assert read(kind, sourceType=source_type)["sourceType"] == source_type
    assert "sourceType" in refused(kind, sourceType="guessed")


# Section 2: fields


@pytest.mark.parametrize("kind", ONLY)
def test_every_required_field_is_named_when_missing(kind: str) -> None:
    optional = {"capacityExport", "capacityImport", "production"}
    required = [name for name in raw(kind) if name not in optional]
    assert required
    for name in required:
        event = {k: v for k, v in raw(kind).items() if k != name}
        with pytest.raises(InvalidEvent, match=name):
            schemas.read(kind, event)


def test_a_field_nobody_knows_is_named() -> None:
    assert "netflow" in refused("exchange", netflow=3)


@pytest.mark.parametrize("source", [None, "", " ", 5])
def test_a_source_is_a_name(source: Any) -> None:
    assert "source" in refused("price", source=source)


@pytest.mark.parametrize("odd", [None, "x", 5, NAN, [], object(), ("a", 1)])
def test_what_is_no_event_is_refused(odd: object) -> None:
    with pytest.raises(InvalidEvent, match="is not an event"):
        schemas.read("production", odd)


def test_an_event_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidEvent):
        schemas.read("production", schemas.read("consumption", raw("consumption")))
    with pytest.raises(KeyError):
        schemas.read("weather", raw("price"))


# Section 3: time


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2025, 6, 1, 14, tzinfo=ZoneInfo("Europe/Paris")), arrow.get(NOON), arrow.get(NOON).to("Asia/Tokyo"),
        pd.Timestamp("2025-06-01T07:00", tz="America/Lima"),
    ],
)
def test_times_of_any_zone_and_library_are_taken_in_utc(moment: Any) -> None:
    found = read("price", datetime=moment, end_datetime=moment + ONE)
    assert (found["datetime"], found["end_datetime"]) == (NOON, NOON + ONE)
    assert {type(found["datetime"]), type(found["end_datetime"])} == {datetime}
    assert found["datetime"].tzinfo is found["end_datetime"].tzinfo is UTC


ODD_TIMES = [
    NOON.replace(tzinfo=None), NOON.date(), "2025-06-01T12:00Z", 1748779200, 1748779200000, NAN, pd.NaT, [], {},
    datetime.max.replace(tzinfo=ZoneInfo("Etc/GMT+5")),
]


@pytest.mark.parametrize("odd", ODD_TIMES, ids=repr)
@pytest.mark.parametrize("field", ["datetime", "end_datetime"])
def test_a_time_is_a_real_date_time_with_zone(field: str, odd: Any) -> None:
    assert field in refused("consumption", **{field: odd})


def test_before_2000_is_refused() -> None:
    assert read("price", datetime=datetime(2000, 1, 1, tzinfo=UTC))["datetime"].year == 2000
    paris = ZoneInfo("Europe/Paris")
    assert "before 2000" in refused("price", datetime=datetime(2000, 1, 1, 0, 59, 59, tzinfo=paris))
    assert read("price", datetime=datetime(2000, 1, 1, 1, tzinfo=paris))["datetime"].year == 2000


@pytest.mark.parametrize("kind", sorted(ONLY.keys() - {"intradayContractStatistics"}))
def test_both_ends_are_cut_to_whole_minutes(kind: str) -> None:
    start, end = NOON.replace(minute=4, second=59, microsecond=999999), NOON.replace(minute=9, second=59)
    found = read(kind, datetime=start, end_datetime=end)
    assert found["datetime"] == NOON.replace(minute=4)
    assert found["end_datetime"] == NOON.replace(minute=9)


def test_intraday_statistics_keep_their_full_precision() -> None:
    start = NOON.replace(second=30, microsecond=5)
    found = read("intradayContractStatistics", datetime=start, end_datetime=start + timedelta(seconds=1))
    assert (found["datetime"], found["end_datetime"]) == (start, start + timedelta(seconds=1))


def test_an_end_is_strictly_after_its_start() -> None:
    assert read("price", end_datetime=NOON + timedelta(minutes=1))["end_datetime"] == NOON + timedelta(minutes=1)
    assert read("price", end_datetime=NOON + timedelta(days=9999))
    assert read("price")["end_datetime"] is None
    assert "ends before it starts" in refused("price", end_datetime=NOON)
    assert "ends before it starts" in refused("price", end_datetime=NOON - ONE)
    assert "shorter than a minute" in refused("price", end_datetime=NOON + timedelta(seconds=59))


# Section 4: keys


@pytest.mark.parametrize("key", ["FR->BE", "BE", "BE->", "->BE", "->", "BE->BE", "BE->DE->FR", "BE>FR", "", None, 5])
@pytest.mark.parametrize("kind", [kind for kind in ONLY if KINDS[kind].subject == "exchange"])
def test_the_key_of_an_exchange_is_two_zones_in_ascending_order(kind: str, key: Any) -> None:
    assert refused(kind, sortedZoneKeys=key)


def test_keys_are_in_plain_string_order() -> None:
    assert read("exchange", sortedZoneKeys="US-CAL-CISO->US-CAL-IID")["sortedZoneKeys"] == "US-CAL-CISO->US-CAL-IID"
    assert read("exchange", sortedZoneKeys="DK-DK1->NO-NO2")
    assert refused("exchange", sortedZoneKeys="NO-NO2->DK-DK1")


@pytest.mark.parametrize("key", ["", None, 5, ["FR"]])
def test_the_key_of_a_zone_is_a_name(key: Any) -> None:
    assert "zoneKey" in refused("consumption", zoneKey=key)


def test_a_flow_is_positive_from_a_to_b_whichever_is_named_first() -> None:
    def flow(a: str, b: str, mw: Any) -> dict[str, Any]:
        return schemas.read("exchange", schemas.exchange(a, b, start=NOON, source="x", flow_mw=mw)).to_dict()

    events = [flow("BE", "FR", 7), *(flow("FR", "BE", seven) for seven in (-7, np.int64(-7), Decimal(-7)))]
    for event in events:
        assert (event["sortedZoneKeys"], event["netFlow"]) == ("BE->FR", 7.0)
    assert math.copysign(1, flow("FR", "BE", 0.0)["netFlow"]) == 1


# Section 5: values

NOT_NUMBERS = ["5", b"5", True, np.True_, INF, -INF, 10**400, [5], {}, 1j, pd.NA, pd.NaT, np.array([5.0, 6.0])]
NUMBERS = [5, 5.0, np.int64(5), np.float32(5), Decimal(5)]
FIELDS = [("consumption", "consumption"), ("generationForecast", "value"), ("exchange", "netFlow"), ("price", "price"),
          ("scheduledExchangesTotal", "scheduledExport"), ("scheduledExchangesTotal", "scheduledImport")]  # fmt: skip


@pytest.mark.parametrize("kind, field", FIELDS)
def test_a_required_number_is_a_number_and_there(kind: str, field: str) -> None:
    for missing in (None, NAN, np.float32("nan"), Decimal("NaN")):
        assert f"{field} is missing" in refused(kind, **{field: missing})
    for odd in NOT_NUMBERS:
        assert field in refused(kind, **{field: odd})
    for number in NUMBERS:
        assert (read(kind, **{field: number})[field], type(read(kind, **{field: number})[field])) == (5.0, float)


@pytest.mark.parametrize(
    "kind, field, accepted, rejected",
    [
        ("consumption", "consumption", [0.001, 500_000], [0, -0.0, -0.001, 500_000.001]),
        ("generationForecast", "value", [0, 0.001, 500_000], [-0.001, 500_000.001]),
        ("exchange", "netFlow", [0, 100_000, -100_000], [100_000.001, -100_000.001]),
        ("scheduledExchangesTotal", "scheduledExport", [0, -5, 100_000, -100_000], [100_000.001, -100_000.001]),
        ("scheduledExchangesTotal", "scheduledImport", [0, -5, 100_000, -100_000], [100_000.001, -100_000.001]),
        ("price", "price", [0, -500.0, 1e7], []),
    ],
)
def test_limits(kind: str, field: str, accepted: list[float], rejected: list[float]) -> None:
    assert [read(kind, **{field: value})[field] for value in accepted] == accepted
    for value in rejected:
        assert field in refused(kind, **{field: value})


def test_powers_are_rounded_to_the_watt_and_prices_are_not() -> None:
    odd = 5.123456789
    assert read("consumption", consumption=odd)["consumption"] == 5.123457
    assert read("generationForecast", value=odd)["value"] == 5.123457
    assert read("exchange", netFlow=-odd)["netFlow"] == -5.123457
    assert read("maxBexDayAhead", capacityExport=odd)["capacityExport"] == 5.123457
    found = read("production", production={"wind": odd}, storage={"hydro": -odd})
    assert (found["production"], found["storage"]) == ({"wind": 5.123457}, {"hydro": -5.123457})
    assert read("price", price=-odd)["price"] == read("price", price=Decimal("-5.123456789"))["price"] == -odd


def test_there_are_169_currencies() -> None:
    assert len(CURRENCIES) == 169
    for code in CURRENCIES:
        assert read("price", currency=code)["currency"] == code
    for odd in ("eur", "XXX", "EUR ", "", None, 978, ["EUR"]):
        assert "currency" in refused("price", currency=odd)


def test_a_node_has_a_name_without_blanks_at_either_end() -> None:
    for node in ("N", "N 1", "Ñ-1"):
        event = raw("realtimeLocationalMarginalPrice", node=node)
        assert schemas.read("dayaheadLocationalMarginalPrice", event).to_dict()["node"] == node
    for odd in ("", " ", " N", "N ", "N\n", "\tN", None, 5):
        assert "node" in refused("realtimeLocationalMarginalPrice", node=odd)


def test_at_least_one_direction_has_a_capacity() -> None:
    for kind in ("maxBexDayAhead", "atcDayAhead", "exchangeCapacityForecastDayAhead"):
        assert read(kind, capacityExport=None, capacityImport=0.0)["capacityImport"] == 0.0
        assert read(kind, capacityExport=3, capacityImport=NAN)["capacityImport"] is None
        for none in (None, NAN):
            assert "neither direction" in refused(kind, capacityExport=none, capacityImport=None)
        assert "capacityImport" in refused(kind, capacityImport="5")


def test_the_terms_of_capacities_and_schedules() -> None:
    for terms in ("SHADOW_AUCTION", "COORDINATED_NTC", "EXPLICIT_AUCTION"):
        assert read("atcDayAhead", atcType=terms)["atcType"] == terms
    assert "atcType" in refused("atcDayAhead", atcType="NTC")
    for kind in ("exchangeCapacityForecastDayAhead", "scheduledExchangesTotal"):
        for terms in ("DAY_AHEAD", "WEEK_AHEAD", "MONTH_AHEAD", "TOTAL"):
            assert read(kind, marketAgreementType=terms)["marketAgreementType"] == terms
        assert "marketAgreementType" in refused(kind, marketAgreementType="A01")


@pytest.mark.parametrize("given_mw", [None, 6.0, 999, "nonsense"])
def test_a_scheduled_net_flow_is_export_less_import(given_mw: Any) -> None:
    assert read("scheduledExchangesTotal", netFlow=given_mw)["netFlow"] == 6.0
    both = {"scheduledExport": np.int64(3), "scheduledImport": Decimal(10)}
    assert read("scheduledExchangesTotal", netFlow=given_mw, **both)["netFlow"] == -7.0
    # Each direction has its limit, their difference has none.
    wide = {"scheduledExport": 90_000, "scheduledImport": -90_000}
    assert read("scheduledExchangesTotal", netFlow=given_mw, **wide)["netFlow"] == 180_000


def test_a_grid_alert_starts_when_issued_unless_it_says() -> None:
    assert read("gridAlerts")["startTime"] == read("gridAlerts", startTime=None)["startTime"] == NOON
    assert read("gridAlerts", startTime=arrow.get(NOON + ONE))["startTime"] == NOON + ONE
    assert read("gridAlerts", endTime=NOON - ONE)["endTime"] == NOON - ONE
    for alert_type in ("informational", "action", "undefined"):
        assert read("gridAlerts", alertType=alert_type)["alertType"] == alert_type
    assert "alertType" in refused("gridAlerts", alertType="panic")
    assert "message" in refused("gridAlerts", message="")
    built = schemas.grid_alert("FR", issued=NOON, source="x", message="m", region="north")
    found = schemas.read("gridAlerts", built).to_dict()
    assert (found["datetime"], found["startTime"], found["alertType"]) == (NOON, NOON, "undefined")
    assert found["locationRegion"] == "north"


@pytest.mark.parametrize("field", ["issuedTime", "startTime", "endTime"])
def test_the_times_of_a_grid_alert_are_aware_and_not_before_2000(field: str) -> None:
    assert field in refused("gridAlerts", **{field: NOON.replace(tzinfo=None)})
    assert "before 2000" in refused("gridAlerts", **{field: datetime(1999, 12, 31, 23, 59, tzinfo=UTC)})
    assert read("gridAlerts", **{field: datetime(2000, 1, 1, tzinfo=UTC)})


def test_intraday_statistics_have_a_currency_of_three_characters_and_aware_times() -> None:
    assert read("intradayContractStatistics", currency="XYZ")["currency"] == "XYZ"
    for odd in ("EU", "EURO", "", None):
        assert "currency" in refused("intradayContractStatistics", currency=odd)
    statistics = {"vwap": -3.5, "openTradeTime": NOON}
    assert read("intradayContractStatistics", statistics=statistics)["statistics"] == statistics
    naive = {"openTradeTime": NOON.replace(tzinfo=None)}
    assert "openTradeTime" in refused("intradayContractStatistics", statistics=naive)


# Section 6: the production mix


def test_only_modes_of_the_list_are_known() -> None:
    assert read("production", production=dict.fromkeys(MODES, 1))["production"] == dict.fromkeys(MODES, 1.0)
    assert read("production", storage={"hydro": 1, "battery": -2})["storage"] == {"hydro": 1.0, "battery": -2.0}
    for odd in ("tidal", "Wind", "", 1, None):
        assert refused("production", production={odd: 5.0, "wind": 1.0})
    assert "wind is not a storage mode" in refused("production", storage={"wind": 5.0})
    assert "tidal is not a production mode" in refused("production", correctedModes=["tidal"])
    assert "tidal" in refused("production", capacity={"tidal": 5.0})
    assert read("production", capacity={"hydro storage": 5.0})["capacity"] == {"hydro storage": 5.0}


@pytest.mark.parametrize(
    "mix, corrected, expected, expected_corrected",
    [
        ({"wind": 1, "gas": None}, None, {"wind": 1, "gas": None}, []),  # set but missing: appears as null
        ({"wind": 1, "gas": NAN}, [], {"wind": 1, "gas": None}, []),
        ({"wind": 1, "gas": -5}, [], {"wind": 1, "gas": None}, ["gas"]),
        ({"wind": 1, "gas": np.int64(-5)}, [], {"wind": 1, "gas": None}, ["gas"]),
        ({"wind": 1, "gas": Decimal("-5")}, [], {"wind": 1, "gas": None}, ["gas"]),
        ({"wind": 1, "gas": -(10**400)}, [], {"wind": 1, "gas": None}, ["gas"]),
        ({"wind": -1, "gas": -1e-9}, ["oil"], {"wind": None, "gas": None, "oil": None}, ["gas", "oil", "wind"]),
        ({"wind": 1}, ["gas"], {"wind": 1, "gas": None}, ["gas"]),  # corrected and never set otherwise: null
        ({"wind": 1}, ["wind", "wind"], {"wind": 1}, ["wind"]),
        ({"wind": 0, "gas": -0.0}, [], {"wind": 0, "gas": 0}, []),
        ({"wind": None}, ["wind"], {"wind": None}, ["wind"]),  # all missing, but corrected: kept
        ({}, ["wind"], {"wind": None}, ["wind"]),
        (None, ["wind"], {"wind": None}, ["wind"]),
    ],
)
def test_a_mix_as_a_dict(mix: Any, corrected: Any, expected: dict[str, Any], expected_corrected: list[str]) -> None:
    found = read("production", production=mix, correctedModes=corrected)
    assert (found["production"], found["correctedModes"]) == (expected, expected_corrected)


@pytest.mark.parametrize("mix", [{}, None, {"wind": None}, {"wind": NAN, "gas": None}])
def test_a_mix_with_nothing_known_is_refused_unless_there_is_storage(mix: Any) -> None:
    for storage in ({}, None, {"hydro": None}, {"hydro": NAN, "battery": Decimal("NaN")}):
        assert "no mode has a value" in refused("production", production=mix, storage=storage)
    assert read("production", production=mix, storage={"hydro": 0})["storage"] == {"hydro": 0.0}


def test_storage_may_be_anything_but_nonsense() -> None:
    assert read("production", storage={"hydro": -1e6, "battery": 1e6})["storage"] == {"hydro": -1e6, "battery": 1e6}
    assert read("production", storage={"hydro": NAN})["storage"] == {}
    for odd in NOT_NUMBERS:
        assert "storage.hydro" in refused("production", storage={"hydro": odd})


@pytest.mark.parametrize("field", ["production", "storage", "capacity", "correctedModes"])
def test_a_mix_of_another_type_is_refused_by_name(field: str) -> None:
    for odd in ("wind", 5, NAN, [["wind", 1]], [[1]]):
        assert field in refused("production", **{field: odd})
    assert "production.wind" in refused("production", production={"wind": "5"})
    for odd in NOT_NUMBERS:
        assert "production.wind" in refused("production", production={"wind": odd, "gas": 5})


def test_a_value_that_cannot_even_be_compared_is_refused() -> None:
    for parts in ({"production": {"wind": Decimal("sNaN")}}, {"storage": {"hydro": Decimal("sNaN")}}):
        assert refused("production", **parts)


def built(**more: Any) -> dict[str, Any]:
    return schemas.read("production", schemas.production("FR", start=NOON, source="x", **more)).to_dict()


@pytest.mark.parametrize(
    "negative, items, expected, is_corrected",
    [
        ("missing", [10, -5], 10, True), ("missing", [-10], None, True), ("missing", [-10, 15], 15, True),
        ("zero", [10, -5], 10, True), ("zero", [-10], 0, True), ("zero", [-10, 15], 15, True),
        ("missing", [10, None, NAN], 10, False), ("missing", (None, 10), 10, False), ("missing", -10, None, True),
    ],
)
def test_a_mix_is_built_item_by_item(negative: str, items: Any, expected: float | None, is_corrected: bool) -> None:
    found = built(modes={"wind": items, "gas": 1, "coal": None}, negative=negative)
    assert found["production"] == {"wind": expected, "gas": 1, "coal": None}
    assert found["correctedModes"] == (["wind"] if is_corrected else [])


def test_storage_is_built_with_its_sign_and_without_what_is_missing() -> None:
    found = built(storage={"hydro": [-10, 4, None], "battery": [None]}, end=NOON + ONE, source_type="estimated")
    assert (found["production"], found["storage"], found["correctedModes"]) == ({}, {"hydro": -6.0}, [])
    assert (found["end_datetime"], found["sourceType"]) == (NOON + ONE, "estimated")


@pytest.mark.parametrize("odd", ["5", "abc", ["5"], {"a": 1}, [10**400, 1], np.array([1.0, 2.0]), [[1]], object()])
def test_building_an_event_never_fails_and_reading_it_names_what_is_wrong(odd: Any) -> None:
    for parts in ({"modes": {"hydro": odd}}, {"storage": {"hydro": odd}}, {"capacity": {"hydro": odd}}):
        event = schemas.production("FR", start=NOON, source="x", **parts)
        with pytest.raises(InvalidEvent, match="hydro"):
            schemas.read("production", event)
    for made, kind in (
        (schemas.exchange("FR", "BE", start=NOON, source="x", flow_mw=odd), "exchange"),
        (schemas.consumption("FR", start=NOON, source="x", load_mw=odd), "consumption"),
        (schemas.price("FR", start=NOON, source="x", price_mwh=odd, currency="EUR"), "price"),
        (schemas.total_production("FR", start=NOON, source="x", value_mw=odd), "generationForecast"),
    ):
        with pytest.raises(InvalidEvent):
            schemas.read(kind, made)
    both = {"start": NOON, "source": "x", "export_mw": odd, "import_mw": 1.0, "market_agreement": "DAY_AHEAD"}
    with pytest.raises(InvalidEvent, match="scheduledExport"):
        schemas.read("scheduledExchangesTotal", schemas.scheduled_exchange("BE->FR", **both))
    with pytest.raises(InvalidEvent, match="capacityExport"):
        schemas.read("exchangeCapacityForecastDayAhead", schemas.transfer_capacity("BE->FR", **both))


def test_the_builders_give_the_documented_dicts() -> None:
    common = {"datetime": NOON, "end_datetime": None, "source": "x", "zoneKey": "FR"}
    total = schemas.total_production("FR", start=NOON, source="x", value_mw=3.0)
    assert total == {**common, "sourceType": "forecasted", "value": 3.0}
    load = schemas.consumption("FR", start=NOON, source="x", load_mw=3.0)
    assert load == {**common, "sourceType": "measured", "consumption": 3.0}
    price = schemas.price("FR", start=NOON, source="x", price_mwh=-3.0, currency="EUR", source_type="published")
    assert price == {**common, "sourceType": "published", "price": -3.0, "currency": "EUR"}
    both = {"start": NOON, "source": "x", "market_agreement": "TOTAL"}
    schedule = schemas.scheduled_exchange("BE->FR", export_mw=3.0, import_mw=5.0, **both)
    found = schemas.read("scheduledExchangesTotal", schedule).to_dict()
    assert (found["scheduledExport"], found["scheduledImport"], found["netFlow"]) == (3.0, 5.0, -2.0)
    assert found["sourceType"] == "published"


ITEMS = st.lists(st.none() | st.just(NAN) | st.floats(-1e4, 1e4), min_size=1, max_size=4)


@given(mix=st.dictionaries(st.sampled_from(MODES), ITEMS, min_size=1), negative=st.sampled_from(["missing", "zero"]))
def test_every_mix_that_is_kept_keeps_the_sheets_rules(mix: dict[str, Any], negative: str) -> None:
    event = schemas.production("FR", start=NOON, source="x", modes=mix, negative=negative)
    corrected = sorted(mode for mode, items in mix.items() if any(v is not None and v < 0 for v in items))
    floor_at_zero = {
        mode: [max(v, 0.0) for v in items if v is not None and v == v and (v >= 0 or negative == "zero")]
        for mode, items in mix.items()
    }
    expected = {m: pytest.approx(math.fsum(v), abs=1e-5) if v else None for m, v in floor_at_zero.items()}
    if not corrected and not any(floor_at_zero.values()):
        with pytest.raises(InvalidEvent, match="no mode has a value"):
            schemas.read("production", event)
        return
    found = schemas.read("production", event).to_dict()
    assert found["production"] == expected
    assert found["correctedModes"] == corrected


def test_reading_does_not_change_what_was_given() -> None:
    event = raw("production", production={"wind": -1.0}, storage={"hydro": NAN, "battery": 1.0}, correctedModes=["gas"])
    copy = {k: dict(v) if isinstance(v, dict) else v for k, v in event.items()}
    schemas.read("production", event)
    assert repr(event) == repr(copy)
    assert event["correctedModes"] == ["gas"]
