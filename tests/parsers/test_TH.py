import pytest

from core import times
from core.recording import playing, read_case
from parsers import TH
from tests.support import SAMPLES, events


def test_generation_by_hand() -> None:
    """68100 s are 18:55 in Bangkok (UTC+7), 11:55 UTC: 28411.6 MW, of which no fuel is told; 31.2 is the weather. The
    imports are in it, so it is the load too."""
    mix, load = events("TH/production_TH")[0], events("TH/consumption_TH")[0]
    assert mix.start == load.start == times.read("2026-03-10T11:55Z")
    assert (mix.production, load.consumption) == ({"unknown": 28411.6}, 28411.6)


def test_a_minute_without_a_number_is_left_out() -> None:
    assert events("TH/production_TH")[-1].start == times.read("2026-03-10T11:57Z")


def test_plan_by_hand() -> None:
    """1800 s are 00:30 of the 10th in Bangkok, 17:30 UTC of the 9th; a forecast."""
    plan = events("TH/generation_forecast_TH")[1]
    assert (plan.start, plan.production["unknown"]) == (times.read("2026-03-09T17:30Z"), 22780.5)
    assert plan.source_type == "forecasted"


@pytest.mark.parametrize(("name", "start", "price_mwh"), [
    ("price_TH", "2026-03-10T12:00Z", 4745.8),
    ("odd/price_blank_month", "2026-05-03T20:00Z", 4876.8),
    ("odd/price_several_lines", "2023-03-01T02:00Z", 5434.3),
    ("odd/price_negative_ft", "2021-06-01T02:00Z", 4268.5),
])
def test_price_by_hand(name: str, start: str, price_mwh: float) -> None:
    """March: 4.6218 THB/kWh + 12.40 satang/kWh = 4621.8 + 124 THB/MWh. May of 2026 is blank, that of 2025 has 25.5:
    4621.8 + 255. March of 2566 is 2023's, a household pays the first rate: 4500 + 934.3. Ft of -15.32: 4421.7 - 153.2.
    """
    (tariff,) = events(f"TH/{name}")
    assert (tariff.start, tariff.currency) == (times.read(start), "THB")
    assert tariff.price == pytest.approx(price_mwh)


def test_the_day_is_bangkoks() -> None:
    """20:00 UTC of the 14th is 03:00 of the 15th there."""
    case, sent = read_case(SAMPLES / "TH/odd/past.json"), []
    with playing(case) as session:
        session.hooks["response"].append(lambda answer, **_: sent.append(answer.request.body))
        TH.fetch_production(session=session, **case.call)
    assert sent == ["name=SYSTEM_GEN%28MW%29&day=15-04-2024"]
