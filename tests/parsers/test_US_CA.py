import pytest

from core import times
from core.errors import SourceChanged
from parsers import US_CA
from tests.support import events

ZONE = "US-CAL-CISO"


def moments(name: str) -> list[str]:
    return [f"{event.start:%d %H:%M}" for event in events(f"US_CA/{name}")]


def test_production_by_hand() -> None:
    """02:00 PDT (UTC-7) is 09:00Z. Biomass 330 + Biogas 168; hydro 120 + 1450; batteries -150 charge 150 MW."""
    first, *_, last = events(f"US_CA/production_{ZONE}")
    assert first.start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert (first.production["biomass"], first.production["hydro"], first.production["solar"]) == (498.0, 1570.0, 0.0)
    assert (first.storage, last.storage) == ({"battery": 150.0}, {"battery": -150.0})


def test_production_storage_and_imports_are_the_load() -> None:
    """The column Imports is no production: the load less what was made and discharged is 2380, 2310, 2230, 2200 MW."""
    made = {event.start: sum(event.production.values()) - sum(event.storage.values())
            for event in events(f"US_CA/production_{ZONE}")}
    imports = {event.start: event.consumption - made[event.start] for event in events(f"US_CA/consumption_{ZONE}")}
    assert [imports[start] for start in sorted(imports)] == [2380.0] * 4 + [2310.0] * 4 + [2230.0] * 4 + [2200.0]


def test_what_pumps_is_not_taken_from_what_runs() -> None:
    """Small hydro 150 and Large Hydro -200: 150 MW made, 200 MW pumped. Then -15 and -200: 0 made, 215 pumped."""
    first, second = events("US_CA/odd/pumping")
    assert (first.production["hydro"], first.storage) == (150.0, {"hydro": 200.0, "battery": 500.0})
    assert (second.production["hydro"], second.storage) == (0.0, {"hydro": 215.0, "battery": -480.0})


def test_the_midnight_that_ends_a_day_is_left_out() -> None:
    """The 8th of March begins on PST and ends on PDT: 23:55 is 06:55Z, the 00:00 behind it belongs to the 9th."""
    assert moments("odd/spring_day") == ["08 09:50", "08 09:55", "08 10:00", "08 10:05", "09 06:55"]


def test_autumn_hour_is_told_by_order() -> None:
    """01:00 PDT is 08:00Z, 01:00 PST an hour later; the midnight that begins the day stays, the other goes."""
    day = ["02 07:00", "02 07:55", "02 08:00", "02 08:55", "02 09:00", "02 09:55", "02 10:00", "03 07:55"]
    assert moments("odd/autumn_day") == day
    assert [event.consumption for event in events("US_CA/odd/autumn_demand")][1:4] == [20400.0, 20290.0, 20240.0]


def test_which_file_is_asked_for() -> None:
    """07:30Z on the 10th is 00:30 PDT of the 10th; 06:30Z is still the 9th."""
    asked: list[str] = []

    class Session:
        def request(self, method: str, url: str, **kwargs: object) -> None:
            asked.append(url)
            raise InterruptedError

    with times.frozen(times.read("2026-03-10T12:00Z")):
        for target in (None, "2026-03-10T07:30Z", "2026-03-10T06:30Z"):
            with pytest.raises(InterruptedError):
                US_CA.day_file(Session(), "netdemand", target and times.read(target))
    current, past = f"{US_CA.URL}/current/netdemand.csv", f"{US_CA.URL}/history/20260309/netdemand.csv"
    assert asked == [current, current, past]


def test_demand_forecast_by_hand() -> None:
    """Of the areas only CA ISO-TAC, the whole: 12:00Z 24310.25 MW, though its row comes after 13:00Z's."""
    first, *_ = events(f"US_CA/consumption_forecast_{ZONE}")
    assert (first.start.isoformat(), first.consumption) == ("2026-03-10T12:00:00+00:00", 24310.25)


def test_sun_and_wind_are_sums_of_hubs() -> None:
    """15:00Z: solar 210.5 + 1480.25 + 95 = 1785.75; wind 640 + 905.5 + 12.5 = 1558 MW."""
    _, second, _ = events(f"US_CA/wind_solar_forecasts_{ZONE}")
    assert second.start.hour == 15 and second.production == {"solar": 1785.75, "wind": 1558.0}


def test_a_hub_without_a_row_makes_no_sum() -> None:
    """15:00Z lacks solar at ZP26 and 16:00Z two hubs of both; -0.4 + 0 + 0.1 at 14:00Z is nothing, not less."""
    found = [event.production for event in events("US_CA/odd/hub_missing")]
    assert found == [{"solar": 0.0, "wind": 1598.0}, {"wind": 1557.0}]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(SourceChanged, match="no column Natural Gas"):
        events("US_CA/odd/column_missing")
