from tests.support import events


def test_production_by_hand() -> None:
    """07:30 in Toronto in March is UTC-4: a reading of 11:30Z. `autres` is biomass, `total` nobody's."""
    mix = events("CA_QC/production_CA-QC")[-1]
    assert mix.start.isoformat() == "2026-03-10T11:30:00+00:00"
    assert mix.production == {"hydro": 26940, "wind": 1351, "biomass": 692, "solar": 1.2, "gas": 0}


def test_a_total_of_nothing_is_still_to_come() -> None:
    """The file goes on to 09:30 with `total` 0 alone."""
    assert len(events("CA_QC/production_CA-QC")) == 3


def test_consumption_by_hand() -> None:
    """07:45 at UTC-4 is 11:45Z."""
    load = events("CA_QC/consumption_CA-QC")[-1]
    assert (load.start.isoformat(), load.consumption) == ("2026-03-10T11:45:00+00:00", 26415)


def test_the_clocks_of_autumn_and_spring() -> None:
    """01:00 to 01:45 come twice in November, 02:30 is left out in March: 02:30 EDT would be 06:30Z, which is 01:30."""
    quarters = events("CA_QC/odd/november_change")
    assert [load.consumption for load in quarters if load.start.hour == 6] == [18005, 18006, 18007, 18008]
    assert [mix.production["hydro"] for mix in events("CA_QC/odd/march_change")] == [24000, 24001, 24003, 24004]


def test_a_label_without_a_value_is_not_zero() -> None:
    (mix,) = events("CA_QC/odd/partial_rows")
    assert mix.production == {"hydro": 26940, "wind": None}
