"""GFS: hours of radiation worked out by hand, fields in their places, what is asked for.

The samples are of 3 rows and 4 columns. They stand in `odd/`, which a replay of all samples passes over: the store
takes the whole grid only.
"""

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from core import times
from core.errors import SourceChanged
from core.platforms import grib
from core.recording import read_case
from core.weather import Forecast
from parsers import GFS
from tests.support import SAMPLES, run

FILES = [(SAMPLES / "GFS" / "odd" / "bodies" / f"f{hour:03}.grib2").read_bytes() for hour in range(1, 7)]


def hours(name: str) -> list[Forecast]:
    return run(read_case(SAMPLES / "GFS" / "odd" / f"{name}.json"))


def test_an_hours_radiation_is_the_difference_of_two_sums() -> None:
    """In the first column and row the file of hour 2 says 90 W/m² as the mean of two hours, that of hour 3 says 120 as
    that of three: hour 3 had 3 * 120 - 2 * 90 = 180. Hour 1 is alone in its mean, 60."""
    means = [{one.parameter: one for one in grib.messages(file)}[0, 4, 192] for file in FILES[:3]]
    assert [one.hours for one in means] == [(0, 1), (0, 2), (0, 3)]
    assert [float(one.values[0, 0]) for one in means] == pytest.approx([60, 90, 120], abs=0.01)
    assert [float(one.radiation_w_per_m2[0, 0]) for one in hours("first_block")[:3]] == pytest.approx(
        [60, 120, 180], abs=0.02)


def test_the_mean_begins_anew_after_six_hours() -> None:
    """Hour 7 is the first of "6-7 hour ave": 60 W/m², and not 7 times its mean less 6 times that of hours 1 to 6."""
    found = hours("second_block")
    assert [f"{one.at:%H}" for one in found] == ["13", "14", "15", "16", "17", "18"]
    assert [float(one.radiation_w_per_m2[0, 0]) for one in found] == pytest.approx(
        [60, 120, 180, 240, 300, 360], abs=0.03)


def test_rows_go_south_and_columns_east() -> None:
    """Hour 1: wind to the east is -2.5 + 0.25 in the west and 0.5 more a column; that to the north is 4 - 0.25 in the
    north and 1 less a row; the air is half a degree over 280 K in the north, the ground 5 K warmer."""
    first = hours("first_block")[0]
    assert first.grid.latitudes.tolist() == [50.0, 49.75, 49.5] and first.grid.longitudes.tolist()[-1] == 2.75
    assert first.wind_east_m_per_s[0].tolist() == pytest.approx([-2.25, -1.75, -1.25, -0.75], abs=1e-3)
    assert first.wind_north_m_per_s[:, 0].tolist() == pytest.approx([3.75, 2.75, 1.75], abs=1e-3)
    assert first.temperature_k[:, 0].tolist() == pytest.approx([280.5, 279.5, 278.5], abs=1e-3)


def test_it_asks_for_its_fields_and_region_of_the_block_that_holds_the_moment() -> None:
    """12:30 is 6.5 hours after the run began, so in its hours 7 to 12."""
    case = read_case(SAMPLES / "GFS" / "odd" / "second_block.json")
    asked = [parse_qs(urlsplit(one["url"]).query, keep_blank_values=True) for one in case.http]
    assert [one["file"] for one in asked] == [[f"gfs.t06z.pgrb2.0p25.f{hour:03}"] for hour in range(7, 13)]
    assert {name for name in asked[0] if name.startswith("var_")} == {"var_UGRD", "var_VGRD", "var_TMP", "var_DSWRF"}
    assert asked[0]["dir"] == ["/gfs.20260310/06/atmos"]
    box = [asked[0][name][0] for name in ("toplat", "bottomlat", "leftlon", "rightlon")]
    assert box == ["85", "-60", "0", "360"]


@pytest.mark.parametrize("kept", range(1, 1140, 37))
def test_a_cut_file_is_said_to_be_cut_even_where_it_seems_to_end(kept: int) -> None:
    """The last four bytes are the mark of an end, wherever the file was cut."""
    with pytest.raises(SourceChanged):
        grib.messages(FILES[0][:kept] + b"7777")


def test_a_point_without_value_is_none_that_counts() -> None:
    """A bitmap says which points have a value; one without is not a number, and not 9999."""
    from eccodes import highlevel

    made = highlevel.GRIBMessage.from_samples("regular_ll_sfc_grib2")
    values = np.arange(float(made["Ni"] * made["Nj"]))
    made["bitmapPresent"], made["missingValue"] = 1, 9999
    values[3] = 9999
    made.set_array("values", values)
    found = grib.messages(bytes(made.get_buffer()))[0].values.ravel()
    assert np.isnan(found[3]) and np.flatnonzero(np.isnan(found)).tolist() == [3]


def test_the_newest_run_is_asked_for_unless_another_is_named() -> None:
    """At 9:29 the run of 6:00 is not 3.5 hours old; at 9:30 it is."""
    assert GFS.newest_run(times.read("2026-03-10T09:29Z"), GFS.DELAY_H) == times.read("2026-03-10T00:00Z")
    assert GFS.newest_run(times.read("2026-03-10T09:30Z"), GFS.DELAY_H) == times.read("2026-03-10T06:00Z")
