from core import times
from core.values import total
from tests.support import SAMPLES, events


def test_production_by_hand() -> None:
    """11:15Z, kWh of a quarter hour, so MW = kWh / 1000 * 4: sun 1 690 300 -> 6761.2; wind 241 250 + 398 100 ->
    2557.4; gas 641 200 + CHP 512 075 -> 4613.1; waste 60 210 + biomass 84 125 -> 577.34; coal 210 440 -> 841.76."""
    found = events("NED/production_NL")[2]
    assert (found.start, found.end) == (times.read("2026-03-10T11:15Z"), times.read("2026-03-10T11:30Z"))
    assert found.production == {
        "solar": 6761.2, "wind": 2557.4, "gas": 4613.1, "biomass": 577.34, "coal": 841.76, "nuclear": 484.2,
        "unknown": 61.2}


def test_the_energy_is_what_was_published() -> None:
    """The ten types of 11:15Z together hold 3 974.05 MWh: MW of a quarter hour over four."""
    found = events("NED/production_NL")[2]
    assert round(total(found.production.values()) / 4, 6) == 3974.05


def test_forecast_by_hand() -> None:
    """2026-03-11 12:00Z: sun 901 200 kWh -> 3604.8 MW; wind 241 250 + 512 400 -> 3014.6 MW."""
    found = events("NED/production_forecast_NL")[1]
    assert (found.start, found.source_type) == (times.read("2026-03-11T12:00Z"), "forecasted")
    assert (found.production["solar"], found.production["wind"]) == (3604.8, 3014.6)


def test_the_last_half_hour_is_left_out() -> None:
    """At 12:00Z the quarter from 11:30Z is the newest that counts; the answer holds a smaller one of 11:45Z."""
    assert b"T11:45:00" in (SAMPLES / "NED/bodies/production_NL_2.json").read_bytes()
    assert events("NED/production_NL")[-1].start == times.read("2026-03-10T11:30Z")


def test_other_intervals_have_other_energy() -> None:
    """The same 1 602 400 kWh of sun are 9614.4 MW over ten minutes and 1602.4 MW over an hour."""
    assert events("NED/odd/granularity_ten_minutes")[0].production["solar"] == 9614.4
    assert events("NED/odd/granularity_hour")[0].production["solar"] == 1602.4


def test_before_2021_sun_and_wind_replace_entsoes() -> None:
    """2020-06-10 10:15Z: ENTSO-E's wind 605 + 815 gives way to 2557.4, its sun 12 to 6409.6; the rest stays. At 10:30Z
    ned.nl has no number for sun, so ENTSO-E's 13 stands. 10:00Z only ENTSO-E has, 10:45Z only ned.nl."""
    first, second = events("NED/odd/before_2021")
    assert (first.start, first.source) == (times.read("2020-06-10T10:15Z"), "entsoe.eu,ned.nl")
    assert (first.production["wind"], first.production["solar"], first.production["gas"]) == (2557.4, 6409.6, 5190)
    assert (second.start, second.production["solar"]) == (times.read("2020-06-10T10:30Z"), 13)
