from collections import defaultdict
from statistics import mean

import pytest

from core import times, tokens
from core.errors import Blocked
from parsers import US_ERCOT
from tests.support import events, warnings_of_parsers

ZONE = "US-TEX-ERCO"


def test_production_by_hand() -> None:
    """04:04:56 -0500 is just before the mark 09:05Z, so the interval from 09:00Z; Power Storage 35 is not counted."""
    found = {f"{event.start:%H:%M}": event for event in events(f"US_ERCOT/production_{ZONE}")}
    first = found["09:00"]
    assert [first.production[mode] for mode in ("coal", "gas", "unknown")] == [9100.25, 21400.75, 18.25]
    assert sum(first.production.values()) == pytest.approx(9100.25 + 42.5 + 21400.75 + 5110.5 + 18.25 + 1.5 + 14950.25)


def test_storage_is_that_of_the_mark_which_ends_the_interval() -> None:
    """netOutput + is discharging: -187.5 at 09:00Z, -180.5 at 09:05Z: charges 180.5 MW; gives 402.5 at 11:50Z."""
    found = {f"{event.start:%H:%M}": event.storage for event in events(f"US_ERCOT/production_{ZONE}")}
    assert (found["09:00"], found["11:45"]) == ({"battery": 180.5}, {"battery": -402.5})


def test_production_and_discharge_and_imports_are_the_load() -> None:
    """The ties bring 150 MW in every hour."""
    hours = defaultdict(list)
    for event in events(f"US_ERCOT/production_{ZONE}"):
        hours[event.start.hour].append(sum(event.production.values()) - sum(event.storage.values()))
    for load in events(f"US_ERCOT/consumption_{ZONE}")[2:]:
        assert load.consumption == pytest.approx(mean(hours[load.start.hour]) + 150, abs=0.01)


def test_load_by_hand() -> None:
    """Hour ending 23 of the 9th ends at 23:00 CDT (UTC-5), 04:00Z, so it starts at 03:00Z; later hours have no load."""
    first, *_, last = events(f"US_ERCOT/consumption_{ZONE}")
    assert (first.start.isoformat(), first.consumption) == ("2026-03-10T03:00:00+00:00", 48950.5)
    assert f"{last.start:%H:%M}" == "11:00"


def test_an_interval_under_two_stamps() -> None:
    """04:04:55 and 04:05:02: one mix, nuclear (5110.5 + 5120.5) / 2 = 5115.5, the rest from where it stands."""
    (found,) = events("US_ERCOT/odd/split_under_two_stamps")
    assert f"{found.start:%H:%M}" == "09:00"
    assert [found.production[mode] for mode in ("nuclear", "wind", "coal")] == [5115.5, 14950.25, 9100.25]


def test_load_forecast_by_hand() -> None:
    """1:00 of 03/10 is 00:00-01:00 CDT, from 05:00Z; 24:00 starts at 23:00 CDT, 04:00Z of the 11th."""
    found = {f"{event.start:%d %H}": event.consumption for event in events(f"US_ERCOT/consumption_forecast_{ZONE}")}
    assert (found["10 05"], found["11 04"], found["11 05"]) == (45210.125, 47000.75, 45990.5)


def test_sun_and_wind_by_hand() -> None:
    """Hour ending 15 starts at 14:00 CDT, 19:00Z: the columns STWPF and STPPF of the whole system."""
    found = {event.start.hour: event.production for event in events(f"US_ERCOT/wind_solar_forecasts_{ZONE}")}
    assert found[19] == {"wind": 9870.4, "solar": 24310.2}


@pytest.mark.parametrize(("name", "hours"), [
    ("forecast_over_autumn", ["05", "06", "07", "08"]), ("document_of_a_past_day", ["06", "07", "08"]),
])  # fmt: skip
def test_hours_of_clock_changes(name: str, hours: list[str]) -> None:
    """Hour ending 2 comes twice in autumn, the second with the flag: 06:00Z and 07:00Z. In spring 3 is left out."""
    assert [f"{event.start:%H}" for event in events(f"US_ERCOT/odd/{name}")] == hours


def test_day_ahead_prices_by_hand() -> None:
    """24:00 of the 10th starts at 23:00 CDT, 04:00Z of the 11th; 01:00 at midnight, 05:00Z. USD per MWh as they are."""
    found = events(f"US_ERCOT/dayahead_prices_{ZONE}")
    assert {event.currency for event in found} == {"USD"}
    by_node = {(f"{event.start:%d %H}", event.node): event.price for event in found}
    assert by_node["11 04", "HB_HOUSTON"] == 22.5
    assert (by_node["10 05", "LZ_WEST"], by_node["11 05", "LZ_WEST"]) == (-3.1, 0.0)


def test_repeated_hour_of_prices() -> None:
    """02:00 without the flag is 06:00Z, with it (true or Y) 07:00Z; in real time 01:55 CDT is 06:55Z, 01:05 CST 07:05Z.
    """
    ahead = [f"{event.start:%H} {event.price}" for event in events("US_ERCOT/odd/prices_on_autumn_day")]
    assert ahead == ["06 1.0", "07 2.0", "07 2.5", "08 3.0"]
    assert [f"{event.start:%H:%M}" for event in events("US_ERCOT/odd/realtime_in_autumn_hour")] == ["06:55", "07:05"]


def test_a_row_without_price_or_cells_costs_only_itself() -> None:
    with warnings_of_parsers() as seen:
        assert [event.price for event in events("US_ERCOT/odd/short_rows")] == [18.42]
    assert "1 of 3 rows" in seen[0]


def test_a_refused_login_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the key was refused, the next call logs in anew instead of sending the old login for an hour."""
    forgotten: list[tuple[str, ...]] = []
    monkeypatch.setattr(US_ERCOT, "forget", forgotten.append)
    with pytest.raises(Blocked):
        events("US_ERCOT/odd/key_refused")
    assert forgotten == [US_ERCOT.LOGIN]


def test_earlier_load_is_asked_of_eia_for_the_whole_day() -> None:
    """The 2nd of March ends at midnight CST, 06:00Z of the 3rd: EIA is asked for the three days up to there."""
    asked: list[list[tuple[str, str]]] = []

    class Session:
        def request(self, method: str, url: str, *, params: list[tuple[str, str]], **kwargs: object) -> None:
            asked.append(params)
            raise InterruptedError

    with times.frozen(times.read("2026-03-10T12:00Z")), tokens.given({"EIA_KEY": "x"}), pytest.raises(InterruptedError):
        US_ERCOT.fetch_consumption(ZONE, Session(), times.read("2026-03-02T15:00Z"))
    assert {("start", "2026-02-28T07"), ("end", "2026-03-03T07")} < set(asked[0])
