from core import times
from parsers.HN import plants
from tests.support import events


def test_production_by_hand() -> None:
    """Column 00 starts at midnight in Tegucigalpa, 06:00Z. Hydro: private 5.2 + 2.4 + 0, the state's 165.2 + 9.8 =
    182.6. Oil: Enersa 201.6, La Ensenada 61.2 (in both tables, counted once), Santa Fe 7.4 = 270.2; Ceiba Termica is
    0 in the first table and draws 0.1 in the second. Sun: 0, and two plants that draw a little."""
    found = events("HN/production_HN")[0]
    assert (found.start, found.end) == (times.read("2026-03-10T06:00Z"), times.read("2026-03-10T07:00Z"))
    assert found.production == {
        "hydro": 182.6, "wind": 53.9, "solar": 0.0, "geothermal": 31.4, "biomass": 20.5, "coal": 88.3, "oil": 270.2}
    assert found.corrected_modes == ["solar"]


def test_hours_to_come_are_no_hours() -> None:
    assert [event.start.hour for event in events("HN/production_HN")] == [6, 7, 8, 9, 10]


def test_exchanges_by_hand() -> None:
    """Positive is out of Honduras. Guatemala -31.7 comes in, so GT->HN +31.7; Nicaragua 12.4 and El Salvador 44.9 go
    out, so HN->NI +12.4 and HN->SV +44.9; of Nicaragua's 02:00, 08:00Z, -6.8 comes in."""
    assert [events(f"HN/exchange_{name}")[0].net_flow for name in ("GT_HN", "HN_NI", "HN_SV")] == [31.7, 12.4, 44.9]
    third = events("HN/exchange_HN_NI")[2]
    assert (third.start, third.net_flow) == (times.read("2026-03-10T08:00Z"), -6.8)


def test_the_order_of_the_zones_does_not_matter() -> None:
    assert events("HN/odd/keys_turned") == events("HN/exchange_GT_HN")


def test_plants_of_one_name() -> None:
    """A dam and a park of sun are both called Nacaome and give different numbers: two plants. Tres Valles repeats its
    row of biomass among the coal: one plant."""
    assert events("HN/odd/same_name")[1].production == {"hydro": 4.4, "solar": 2.5, "biomass": 14.1}


def test_a_plant_listed_twice_under_one_mode_is_its_first_row() -> None:
    head = "Fecha,Planta," + ",".join(f"{hour:02}" for hour in range(24))
    first, second = (f"{head}\n3/10/2026,Ceiba Termica,{value}{',' * 23}\n" for value in ("0", "-.1"))
    ((by_mode),) = plants({8: first, 9: second}).values()
    assert by_mode == {"oil": [0.0, *[None] * 23]}
