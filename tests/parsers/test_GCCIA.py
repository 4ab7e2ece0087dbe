import pytest

from tests.support import events

LOADS_MW = {"AE": 17582, "BH": 1643, "OM": 4926, "QA": 4307, "SA": 38215}


@pytest.mark.parametrize("zone", LOADS_MW)
def test_consumption_by_hand(zone: str) -> None:
    """`uae` 17582 is AE, `bah` 1643 BH, `omn` 4926 OM, `qat` 4307 QA, `ksa` 38215 SA; received at 12:00Z."""
    (event,) = events(f"GCCIA/consumption_{zone}")
    assert (event.key, event.consumption) == (zone, LOADS_MW[zone])
    assert event.start.isoformat() == "2026-03-10T12:00:00+00:00"


def test_kuwait_is_on_the_map_too() -> None:
    assert events("GCCIA/odd/kuwait")[0].consumption == 8741


def test_the_name_may_be_one_of_several_classes() -> None:
    """`38,215 MW` in an element of the classes `big` and `map-ksa-mw-val`."""
    assert events("GCCIA/odd/grouped_in_a_class")[0].consumption == 38215
