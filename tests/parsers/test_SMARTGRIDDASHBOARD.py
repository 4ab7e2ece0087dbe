import pytest

from core import errors
from parsers import SMARTGRIDDASHBOARD
from tests.support import events


def at(name: str, clock: str):
    """The event of a sample at a UTC clock time of 2026-03-10."""
    (found,) = (e for e in events(f"SMARTGRIDDASHBOARD/{name}") if f"{e.start:%H:%M}" == clock)
    return found


def test_production_by_hand() -> None:
    """09:30 in Dublin is 09:30 UTC in March. 3590 - 2085 - 239 = 1266 is the rest."""
    assert at("production_IE", "09:30").production == {"wind": 2085.0, "solar": 239.0, "unknown": 1266.0}


def test_a_mix_needs_all_three_numbers() -> None:
    """At 12:00 the total is null while wind and solar are there; at 03:30 solar is."""
    assert events("SMARTGRIDDASHBOARD/production_IE")[-1].start.isoformat() == "2026-03-10T11:45:00+00:00"
    assert [f"{e.start:%H:%M}" for e in events("SMARTGRIDDASHBOARD/odd/negative")] == ["03:00", "03:15"]


def test_negative_wind_is_zero_and_a_negative_rest_is_missing() -> None:
    """Wind -2 counts 0, and all 310 are the rest. 300 - 305 is no output."""
    first, second = events("SMARTGRIDDASHBOARD/odd/negative")
    assert (first.production["wind"], first.production["unknown"], first.corrected_modes) == (0.0, 310.0, ["wind"])
    assert (second.production["unknown"], second.corrected_modes) == (None, ["unknown"])


@pytest.mark.parametrize("zone", ["IE", "GB-NIR"])
def test_the_mix_adds_up_to_the_total(zone: str) -> None:
    totals = {e.start: e.value for e in events("SMARTGRIDDASHBOARD/total_generation_IE")}
    totals = totals if zone == "IE" else {at("production_GB-NIR", "09:00").start: 905.0}
    made = {e.start: sum(e.production.values()) for e in events(f"SMARTGRIDDASHBOARD/production_{zone}")}
    assert totals.items() <= made.items()


def test_load_by_hand() -> None:
    """Northern Ireland at 10:15: 1021."""
    assert at("consumption_GB-NIR", "10:15").consumption == 1021.0


def test_forecasts_by_hand() -> None:
    """The load of 13:00 is 4175. At 12:15 wind is to be 2008 and solar 329. What was generated is measured."""
    ahead = at("consumption_forecast_IE", "13:00")
    assert (ahead.consumption, ahead.source_type) == (4175.0, "forecasted")
    sky = at("wind_solar_forecasts_IE", "12:15")
    assert (sky.production, sky.source_type) == ({"wind": 2008.0, "solar": 329.0}, "forecasted")
    assert at("total_generation_IE", "10:00").source_type == "measured"


def test_exchanges_by_hand() -> None:
    """Moyle +176 comes from Great Britain. EWIC 392 and Greenlink 312 are 704; the sum beside them is not added."""
    assert at("exchange_GB_GB-NIR", "09:30").net_flow == 176.0
    assert at("exchange_GB_IE", "09:30").net_flow == 704.0


@pytest.mark.parametrize("link", ["GB_GB-NIR", "GB_IE"])
def test_both_ends_of_a_link_agree(link: str) -> None:
    """Two quarters here are, on average, the half hour that Elexon gives."""
    here = {e.start: e.net_flow for e in events(f"SMARTGRIDDASHBOARD/exchange_{link}")}
    for there in events(f"ELEXON/exchange_{link}"):
        quarters = [flow_mw for start, flow_mw in here.items() if 0 <= (start - there.start).total_seconds() < 1800]
        assert sum(quarters) / len(quarters) == there.net_flow


def test_repeated_hour_by_hand() -> None:
    """26 October 2025: the first 01:00 is summer time, 00:00 UTC, the second 01:00 UTC."""
    loads = {f"{e.start:%H:%M}": e.consumption for e in events("SMARTGRIDDASHBOARD/odd/october_change")}
    assert (loads["00:00"], loads["01:00"], loads["02:00"]) == (2990.0, 2951.0, 2915.0)


def test_a_border_that_it_does_not_have_is_refused() -> None:
    with pytest.raises(errors.ConfigError):
        SMARTGRIDDASHBOARD.fetch_exchange("GB-NIR", "IE")
