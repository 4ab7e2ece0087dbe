import json

import pytest

from tests.support import SAMPLES, events


def test_production_by_hand() -> None:
    """Corsica, 11:15 UTC: hydro 33.75 + 9.5 = 43.25; sums, shares and cables are left out. Storage -2.5 is charging."""
    first = events("FR_O/production_FR-COR")[0]
    assert first.start.isoformat() == "2026-03-10T11:15:00+00:00"
    assert first.production == {
        "oil": 81.25, "gas": 4.5, "hydro": 43.25, "solar": 71.25, "wind": 3.5, "biomass": 1.75,
    }  # fmt: skip
    assert (first.storage, first.source, first.source_type) == ({"battery": 2.5}, "opendata-corse.edf.fr", "estimated")


def test_what_the_same_field_burns_by_hand() -> None:
    """Réunion's coal and diesel plants burn biomass: 121.5 + 84.25 + 3.75 = 209.5. Guiana's turbines burn oil: 38.5 +
    2.75 = 41.25; Guadeloupe's gas, 6.75."""
    assert events("FR_O/production_RE")[0].production["biomass"] == 209.5
    assert events("FR_O/production_GF")[0].production["oil"] == 41.25
    assert events("FR_O/production_GP")[0].production["gas"] == 6.75
    assert events("FR_O/production_MQ")[0].production["solar"] == 6.25


@pytest.mark.parametrize("zone", ["FR-COR", "GF", "GP", "MQ", "RE"])
def test_production_discharge_and_cables_are_the_total(zone: str) -> None:
    rows = json.loads((SAMPLES / f"FR_O/bodies/live_{zone}.json").read_text())
    for mix, row in zip(events(f"FR_O/production_{zone}"), rows, strict=True):
        made = sum(mix.production.values()) - sum(mix.storage.values())
        assert made + row.get("liaisons", 0.0) == pytest.approx(row["total"])


def test_the_past_by_hand() -> None:
    """Réunion, July 2024: 13:00 in Paris is 11:00 UTC; biomass 84.25 + 118.5 + 3.5 = 206.25. In 2017 bagasse and
    coal are coal, 161.25, and sun of -0.25 at night is 0."""
    (after,) = events("FR_O/odd/past_after_conversion")
    assert after.start.isoformat() == "2024-07-14T11:00:00+00:00"
    assert after.production["biomass"] == 206.25
    (before,) = events("FR_O/odd/past_before_conversion")
    assert (before.production["coal"], before.production["oil"], before.production["solar"]) == (161.25, 60.0, 0.0)
    assert before.start.isoformat() == "2017-06-04T20:00:00+00:00", "the older edition is in UTC"


def test_price_by_hand() -> None:
    """10:00 in Paris is 09:00 UTC in March: 241.5 EUR/MWh."""
    event = events("FR_O/price_RE")[0]
    assert (event.start.isoformat(), event.price, event.currency) == ("2026-03-10T09:00:00+00:00", 241.5, "EUR")


def test_the_hour_that_spring_leaves_out_is_dropped() -> None:
    assert [mix.start.hour for mix in events("FR_O/odd/past_march_change")] == [0, 1]


def test_the_hour_that_autumn_repeats_is_its_first() -> None:
    """02:00 on 27 October 2024 is summer time, 00:00 UTC; 03:00 is 02:00 UTC."""
    assert [price.start.hour for price in events("FR_O/odd/past_october_change")] == [23, 0, 2]


def test_corsica_has_moved() -> None:
    assert {mix.source for mix in events("FR_O/odd/corsica_moved")} == {"opendata.edf.fr"}
