import pytest

from core import errors
from core.recording import playing, read_case
from parsers import NORDPOOL
from tests.support import SAMPLES, events


def test_price_by_hand() -> None:
    """The third quarter from 09:00Z costs 58.9 EUR/MWh; the next day begins at 23:00Z, below zero."""
    found = {event.start.isoformat()[8:16]: event for event in events("NORDPOOL/price_NO-NO1")}
    assert (found["10T09:30"].price, found["10T09:30"].currency) == (58.9, "EUR")
    assert found["10T09:30"].end.isoformat() == "2026-03-10T09:45:00+00:00"
    assert found["10T23:00"].price == -0.35


def test_the_british_market_is_in_pounds_and_half_hours() -> None:
    """Tomorrow's answer has status 204 and no body; today's are kept."""
    first, second = events("NORDPOOL/price_GB")
    assert (first.price, first.currency, first.end) == (82.15, "GBP", second.start)
    assert second.start.minute == 30


def test_capacity_by_hand() -> None:
    """GER exports 1180 to NO2_NK at 10:00Z and imports 1390; at 11:00Z only the import is given."""
    found = events("NORDPOOL/available_capacity_DE_NO-NO2")
    assert (found[1].start.hour, found[1].capacity_export, found[1].capacity_import) == (10, 1180.0, 1390.0)
    assert (found[2].capacity_export, found[2].capacity_import) == (None, 1350.0)
    assert found[0].atc_type == "COORDINATED_NTC"


def test_exports_leave_the_first_zone_whatever_the_order_of_the_keys() -> None:
    (event,) = events("NORDPOOL/odd/capacity_keys_turned")
    assert (event.key, event.capacity_export, event.capacity_import) == ("SE-SE3->SE-SE4", 580.0, None)


def test_exchange_by_hand() -> None:
    """Finland's net position with SE3 is +405 at 09:15Z: it imports, so FI->SE-SE3 is -405; -120 of the day before is
    +120."""
    found = {event.start.isoformat()[8:16]: event.net_flow for event in events("NORDPOOL/exchange_FI_SE-SE3")}
    assert (found["10T09:15"], found["09T22:45"]) == (-405.0, 120.0)


def test_flows_agree_with_the_neighbours_source() -> None:
    """ENTSO-E's hour from 09:00Z is the mean of the quarters: -(398 + 405 + 410 + 395) / 4 = -402."""
    hour = events("ENTSOE/exchange_FI_to_SE-SE3")[0]
    quarters = [event for event in events("NORDPOOL/exchange_FI_SE-SE3") if event.start.day == 10]
    assert sum(event.net_flow for event in quarters) / 4 == hour.net_flow
    assert (quarters[0].start, quarters[-1].end) == (hour.start, hour.end)


def test_intraday_contract_by_hand() -> None:
    """GER's hour from 09:00Z: mean price -4.35 EUR/MWh, 905.1 traded; that of 50Hertz's area stands beside it."""
    found = {(event.area, event.contract_id): event for event in events("NORDPOOL/intraday_DE")}
    told = found["GER", "NX_710001"].statistics
    assert (told["vwap"], told["volume"], told["volumeUnitRaw"], told["lowPrice"]) == (-4.35, 905.1, "MW", -12.0)
    assert (told["vwap1hBeforeClose"], told["vwap3hBeforeClose"]) == (91.05, 90.11)
    assert told["contractName"] == "PH-20260310-10"
    assert told["closeTradeTime"].isoformat() == "2026-03-10T08:31:59.270000+00:00"
    assert found["50Hz", "NX_710001"].statistics["volume"] == 120.4
    quarter = found["GER", "NX_710101"]
    assert (quarter.start.minute, quarter.end.hour, quarter.statistics["vwap"]) == (45, 10, None)
    assert {event.currency for event in found.values()} == {"EUR"}


def test_a_refused_login_names_the_variables() -> None:
    with pytest.raises(errors.Blocked, match="EMAPS_NORDPOOL_PASSWORD"):
        events("NORDPOOL/odd/login_refused")


def test_days_are_those_of_central_europe() -> None:
    """22:05Z on 24 October is five past midnight of the 25th, which has 25 hours."""
    case = read_case(SAMPLES / "NORDPOOL/odd/price_autumn_day.json")
    asked: list[str] = []
    with playing(case) as session:
        session.hooks["response"].append(lambda answer, **_: asked.append(answer.url))
        NORDPOOL.fetch_price("NO-NO1", session)
    assert [url.rpartition("date=")[2] for url in asked[1:]] == ["2026-10-25", "2026-10-26"]


def test_a_border_without_a_connection_is_refused() -> None:
    with pytest.raises(errors.ConfigError):
        NORDPOOL.fetch_exchange_available_transfer_capacity("FI", "SE-SE1")
