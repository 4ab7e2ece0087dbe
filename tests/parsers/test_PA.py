from core import times
from tests.support import events


def test_production_by_hand() -> None:
    """6:58:21 in Panama is 11:58Z. Water, sun and wind are the chart's. Thermal units: coal BLM 2 38.40 + Cobre Panamá
    112.30 = 150.70; gas Costa Norte 88.15 + 91.60 + Gatún 255.40 = 435.15; oil BLM 9 21.75 + Cativá 6.90 + 7.02 + PanAm
    15.20 (written by hand) = 50.87, and not less Sparkle Power's own use of 0.12; biomass CADASA 0.08 + the chart's
    biogas 3.10 = 3.18. The chart's thermal 640.12 is not used."""
    (found,) = events("PA/production_PA")
    assert found.start == times.read("2026-03-10T11:58Z")
    assert found.production == {
        "hydro": 512.37, "solar": 0.42, "wind": 141.85, "biomass": 3.18, "coal": 150.7, "gas": 435.15, "oil": 50.87,
        "unknown": 0.0}
    assert found.corrected_modes == ["oil"]


def test_consumption_by_hand() -> None:
    """The figure below `Demanda Total`, not below the generation; the page has no time, so it is of now."""
    (found,) = events("PA/consumption_PA")
    assert (found.start, found.consumption) == (times.read("2026-03-10T12:00Z"), 1284.36)


def test_units_of_no_known_plant_are_unknown() -> None:
    """BLM's units burn coal or oil, so that BLM 1 is not known; 11.00 + 30.50 + 4.00. Another engine of Cativá is."""
    made = events("PA/odd/unknown_unit")[0].production
    assert (made["unknown"], made["oil"]) == (45.5, 6.5)


def test_without_telemetry_only_known_plants_count() -> None:
    made = events("PA/odd/no_telemetry")[0].production
    assert (made["gas"], made["oil"], made["unknown"]) == (88.15, 21.75, 0.0)


def test_an_empty_cell_is_not_zero() -> None:
    made = events("PA/odd/cell_empty")[0].production
    assert made["coal"] is None and made["gas"] == 88.15
