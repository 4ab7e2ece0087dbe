import pytest

from core import times
from parsers.DO import zeros
from tests.support import events


def test_production_by_hand() -> None:
    """Hour 01 starts at midnight in Santo Domingo, 04:00Z. Coal: Barahona (with its accent) 49.8 + Punta Catalina 340.2
    = 390.0. Gas: AES Andrés 250.1 + CESPM 85.2 + Quisqueya 180.4 + Estrella del Mar 3 140.2 = 655.9. Oil: Pimentel 4
    18.1 + Monte Río 72.3 + Estrella del Mar 2 on fuel oil 95.5 = 185.9. Wind and water stay at night; no sun is 0."""
    found = events("DO/production_DO")[0]
    assert (found.start, found.end) == (times.read("2026-03-10T04:00Z"), times.read("2026-03-10T05:00Z"))
    assert found.production == {
        "wind": 88.4, "hydro": 142.3, "solar": 0.0, "coal": 390.0, "gas": 655.9, "oil": 185.9, "biomass": 29.6}


def test_a_unit_that_burns_both_is_told_by_the_end_of_its_name() -> None:
    """CESPM 1 in hour 04: 20.5 on fuel oil and 60.3 on gas; oil with Pimentel 4's 18.1 is 38.6."""
    assert events("DO/production_DO")[3].production["oil"] == 38.6


def test_nothing_of_the_published_total_is_lost() -> None:
    """Hour 06: thermal 1267.8, wind 76.6, water 150.65, sun 12.4."""
    made = events("DO/production_DO")[5].production.values()
    assert sum(value or 0.0 for value in made) == pytest.approx(1267.8 + 76.6 + 150.65 + 12.4)


def test_what_is_planned_is_no_hour() -> None:
    """Six hours are out; `Total Programado` has all 24."""
    assert len(events("DO/production_DO")) == 6


def test_the_sun_is_0_before_dawn_and_after_dusk() -> None:
    sun = [event.production["solar"] for event in events("DO/odd/evening")]
    assert sun == [0.0] * 6 + [50.0] * 12 + [0.0] * 3


def test_a_blank_is_0_only_where_the_rest_is_the_whole() -> None:
    """Of 331.2 generated, wind and the thermal plants are 188.9: the blanks hide 142.3."""
    made = events("DO/odd/blank_not_known")[0].production
    assert made["hydro"] is None and made["solar"] is None
    assert zeros([("a", 5.0), ("b", None)], 5.01) == [("a", 5.0), ("b", 0.0)]
    assert zeros([("a", 5.0), ("b", None)], None) == zeros([("a", 5.0), ("b", None)], 9.0) == [("a", 5.0), ("b", None)]
    assert zeros([("a", None)], 0.0) == [("a", None)]


def test_names_are_known_however_they_are_written() -> None:
    """Without accents, and one in small letters with two blanks."""
    assert events("DO/odd/names_change")[0].production == {
        "wind": 88.4, "hydro": 142.3, "solar": 0.0, "coal": 49.8, "oil": 92.3, "gas": 30.0}


def test_what_could_not_be_served_is_not_made() -> None:
    assert events("DO/odd/unserved")[0].production == {"wind": 88.4, "hydro": 142.3, "solar": 0.0, "coal": 100.5}
