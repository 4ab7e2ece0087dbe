import pytest

from core import times
from core.recording import playing, read_case
from parsers import IEMOP
from tests.support import SAMPLES, events


def test_production_by_hand() -> None:
    """07:55 PM in Manila (UTC+8) is 11:55 UTC, the END of five minutes. Sual 540.25 is coal, Burgos' first unit wind
    and its second solar, Ipower's second unknown; the loads and what Sual itself uses are none of it."""
    mix = events("IEMOP/production_PH-LU")[1]
    assert (mix.start, mix.end) == (times.read("2026-03-10T11:50Z"), times.read("2026-03-10T11:55Z"))
    assert mix.production == {
        "biomass": 11.2, "coal": 540.25, "gas": 414.0, "hydro": 92.0, "oil": 31.5, "solar": 0.0, "unknown": 4.5,
        "wind": 88.4}


def test_storage_by_hand() -> None:
    """Kalayaan pumps 142.5 with one unit and gives 60.5 with the other: 82 are charged; its station service is no part
    of that. Masinloc's battery gives 8.75, Ubay's takes 9.5."""
    assert events("IEMOP/production_PH-LU")[1].storage == {"hydro": 82.0, "battery": -8.75}
    assert events("IEMOP/production_PH-VI")[1].storage == {"battery": 9.5}


def test_noughts_at_the_end_of_a_name_count() -> None:
    """The tenth units of CPPC (6.3) and WMPC (7.7) are oil, as the first ones; TPC's second is coal."""
    assert events("IEMOP/production_PH-VI")[1].production == {
        "coal": 71.8, "geothermal": 288.0, "oil": 6.3, "wind": 22.9}
    assert events("IEMOP/production_PH-MI")[1].production["oil"] == 7.7


def test_flows_by_hand() -> None:
    """VISLUZ1 sends -120.5 from the Visayas to Luzon, so 120.5 go PH-LU->PH-VI; MINVIS1 sends 236.4 to the Visayas."""
    first, second = events("IEMOP/exchange_PH-LU_PH-VI")
    assert (first.start, first.net_flow, second.net_flow) == (times.read("2026-03-10T11:50Z"), 120.5, -35.25)
    assert events("IEMOP/exchange_PH-MI_PH-VI")[0].net_flow == 236.4


def test_midnight_is_a_bare_date() -> None:
    """The last five minutes of the 10th end at `03/11/2026`, 16:00 UTC; the first of the 11th at 12:05:00 AM."""
    assert events("IEMOP/odd/midnight")[-1].start == times.read("2026-03-10T15:55Z")
    assert events("IEMOP/odd/half_past_midnight")[0].start == times.read("2026-03-10T16:00Z")


def test_a_unit_told_twice_counts_once() -> None:
    """540 before 999 in one table, and before 1 in the next."""
    (mix,) = events("IEMOP/odd/twice")
    assert mix.production == {"coal": 540.0, "gas": 200.0}


@pytest.mark.parametrize(("target", "labels"), [
    (None, ["1800", "1900", "2000"]), ("2026-03-10T09:30Z", ["1700", "1800"]),
    ("2026-03-10T10:00Z", ["1700", "1800", "1900"]),
])
def test_the_files_of_a_moment(target: str | None, labels: list[str]) -> None:
    """The list goes from 17:00 to 20:00; 09:30 UTC is 17:30, so within the file of 18:00; at 18:00 the next begins."""
    case, sent = read_case(SAMPLES / "IEMOP/production_PH-LU.json"), []
    listed = {f"id{hour}": {"date": f"10 March 2026 {hour}:00"} for hour in (20, 19, 18, 17)}
    with playing(case) as session, pytest.MonkeyPatch.context() as patch:
        patch.setattr(IEMOP, "labels", lambda answer, known=IEMOP.labels: known({"data": listed}))
        patch.setattr(IEMOP, "file", lambda session, page, name: sent.append(name) or name)
        IEMOP.ask(session, IEMOP.PRODUCTION, times.read(target) if target else None, 24 if target else 3)
    assert sent == [f"id{label[:2]}" for label in labels]


def test_a_missing_schedule_is_not_zero() -> None:
    made, stored, new = IEMOP.mix({"1SUAL_G01": None, "1MSINLO_BAT": None, "1NEWSOL_G01": None})
    assert (made, stored, new) == ({"coal": [None]}, {"battery": [None]}, [])


def test_every_plant_has_one_mode() -> None:
    plants = [plant for plants in IEMOP.PLANTS.values() for plant in plants.split()]
    assert len(plants) == len(set(plants)) > 200
    assert {name.rpartition("_")[0] for name in IEMOP.UNITS} <= {*plants}
