from collections import defaultdict
from statistics import mean
from types import SimpleNamespace

import pytest
from pytest import approx

from core import times
from parsers import US_NY
from tests.support import events


def hourly(found: list, value: str) -> dict[int, float]:
    """Mean of a field per hour of the day."""
    hours = defaultdict(list)
    for event in found:
        given = getattr(event, value)
        hours[event.start.hour].append(sum(given.values()) if isinstance(given, dict) else given)
    return {hour: mean(values) for hour, values in hours.items()}


def test_production_by_hand() -> None:
    """05:00 EDT (UTC-4) is 09:00Z. Gas: Dual Fuel 2300 + Natural Gas 2900 = 5200 MW; Other Fossil Fuels is oil."""
    first, *_ = events("US_NY/production_US-NY-NYIS")
    assert first.start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert (first.production["gas"], first.production["oil"], first.production["unknown"]) == (5200.0, 5.0, 260.0)


@pytest.mark.parametrize("now, day", [
    ("2026-03-10T03:58Z", "20260309"), ("2026-03-10T04:03Z", "20260309"), ("2026-03-10T04:15Z", "20260310"),
])  # fmt: skip
def test_the_row_of_midnight_is_not_lost(now: str, day: str) -> None:
    """It is the last of the 9th's file and comes after midnight EDT (04:00Z); the 10th's own rows begin at 00:05."""
    asked = []

    def request(method: str, url: str, **kwargs: object) -> SimpleNamespace:
        asked.append(url)
        return SimpleNamespace(status_code=200, content=b"", url=url)

    with times.frozen(times.read(now)):
        US_NY.day_file(SimpleNamespace(request=request), "rtfuelmix", None)
    assert asked == [f"http://mis.nyiso.com/public/csv/rtfuelmix/{day}rtfuelmix.csv"]


def test_autumn_hour_is_told_by_its_column() -> None:
    """01:00 EDT is 05:00Z, 01:00 EST an hour later, 06:00Z; 02:00 EST is 07:00Z."""
    hours = [event.start.isoformat()[11:16] for event in events("US_NY/odd/autumn_hour_in_archive")]
    assert hours == ["04:55", "05:00", "05:55", "06:00", "06:55", "07:00"]
    flows = [event.start.isoformat()[11:16] for event in events("US_NY/odd/autumn_flows_from_archive")]
    assert flows == hours, "flows carry no clock; their order tells the hours apart"


def test_two_readings_in_a_minute_are_averaged() -> None:
    """05:00:00 and 05:00:32: hydro (2200 + 2300) / 2 = 2250 MW; Dual Fuel is NaN, so gas is Natural Gas alone, 2905."""
    first, _ = events("US_NY/odd/two_readings_in_a_minute")
    assert (first.production["hydro"], first.production["gas"]) == (2250.0, 2905.0)


def test_flows_by_hand() -> None:
    """+ is into New York, the second of every key. PJM 420 + 100 + 660 + 120, New England -300 - 50 - 30."""
    pjm, england, quebec = (events(f"US_NY/exchange_{one}_to_US-NY-NYIS")
                            for one in ("US-MIDA-PJM", "US-NE-ISNE", "CA-QC"))
    assert (pjm[0].net_flow, england[0].net_flow) == (1300.0, -380.0)
    assert quebec[0].net_flow == 540.0, "480 + 60; HQ_IMPORT_EXPORT repeats the 480 and is not added"
    assert pjm[-1].start.isoformat() == "2026-03-10T12:00:00+00:00", "08:05 EDT is still to come"


def test_production_and_net_import_are_consumption() -> None:
    """The hours' means plus the four borders are the load that EIA's sample gives for New York (Ontario brings 150)."""
    output = hourly(events("US_NY/production_US-NY-NYIS"), "production")
    flows = [hourly(events(f"US_NY/exchange_{one}_to_US-NY-NYIS"), "net_flow")
             for one in ("US-MIDA-PJM", "US-NE-ISNE", "CA-QC")]
    ontario = events("US_NY/odd/ontario")[0].net_flow
    for load in events("EIA/consumption_US-NY-NYIS"):
        hour = load.start.hour
        assert load.consumption == approx(output[hour] + sum(flow[hour] for flow in flows) + ontario)


def test_forecast_by_hand() -> None:
    """The row of 00:00 EDT starts its hour: 04:00Z, 13020 MW, the column of the whole state."""
    first, *_ = events("US_NY/consumption_forecast_US-NY-NYIS")
    assert (first.start.isoformat(), first.consumption) == ("2026-03-10T04:00:00+00:00", 13020.0)


def test_alerts_by_hand() -> None:
    """06:12:31 EDT is 10:12Z; the marks go, and what has none (start of day, switching) is no alert."""
    found = events("US_NY/alerts_US-NY-NYIS")
    assert [event.issued_time.isoformat()[11:19] for event in found] == ["10:12:31", "10:24:07"]
    assert found[0].message == "NYISO declares a large event reserve pickup"
