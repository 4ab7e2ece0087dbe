import csv
import io

import pytest

from tests.support import SAMPLES, events


def test_production_by_hand() -> None:
    """06:00 at UTC+2 is 04:00Z. Oil 610.125 + 402.375 = 1012.5; sun 1210.5 + 88.25 = 1298.75; what pumped storage
    generates, 1204.5, is discharging: -1204.5."""
    mix = events("ESKOM/production_ZA")[2]
    assert mix.start.isoformat() == "2026-03-10T04:00:00+00:00"
    assert mix.production == {
        "coal": 21480.0, "nuclear": 1842.0, "oil": 1012.5, "gas": 12.5, "hydro": 388.25, "wind": 1650.25,
        "solar": 1298.75, "biomass": 32.0}
    assert mix.storage == {"hydro": -1204.5}


def test_pumping_by_hand() -> None:
    """00:00 is 22:00Z of the day before; -2105.5 + 0 of pumped storage is charging with 2105.5."""
    mix = events("ESKOM/production_ZA")[0]
    assert mix.start.isoformat() == "2026-03-09T22:00:00+00:00"
    assert (mix.storage, mix.production["coal"]) == ({"hydro": 2105.5}, 18240.512)


def test_pumping_is_taken_off_once() -> None:
    """Coal less pumping and 1.75 MW of SCO is what the file calls thermal generation without them: the other column."""
    rows = csv.DictReader(io.StringIO((SAMPLES / "ESKOM/bodies/week.csv").read_text()))
    for row, mix in zip(rows, events("ESKOM/production_ZA")[:2], strict=False):
        left = mix.production["coal"] - mix.storage["hydro"] - 1.75
        assert left == pytest.approx(float(row["Thermal_Gen_Excl_Pumping_and_SCO"]))


def test_hours_to_come_are_no_events() -> None:
    assert [mix.start.hour for mix in events("ESKOM/production_ZA")] == [22, 3, 4, 5]


def test_an_empty_cell_is_missing() -> None:
    mix = events("ESKOM/odd/cells_missing")[0]
    assert (mix.production["wind"], mix.production["solar"]) == (None, 0.0)


def test_columns_are_found_by_their_name() -> None:
    assert events("ESKOM/odd/moved_columns")[0].production == events("ESKOM/production_ZA")[0].production


def test_before_a_month_has_a_file_the_last_one_is_read() -> None:
    """23:00 on 31 March at UTC+2 is 21:00Z."""
    assert events("ESKOM/odd/month_begins")[-1].start.isoformat() == "2026-03-31T21:00:00+00:00"
    assert events("ESKOM/odd/year_begins")[0].start.isoformat() == "2026-12-31T19:00:00+00:00"
