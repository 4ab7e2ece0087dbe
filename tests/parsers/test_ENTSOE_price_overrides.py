from tests.support import events


def test_price_of_aland_by_hand() -> None:
    """SE3's third quarter is left out on curve A03 because it repeats the second: 32.75 EUR/MWh from 09:30Z."""
    event = events("ENTSOE_price_overrides/price_AX")[2]
    assert (event.key, event.price, event.currency) == ("AX", 32.75, "EUR")
    assert (f"{event.start:%d %H:%M}", f"{event.end:%d %H:%M}") == ("10 09:30", "10 09:45")


def test_luxembourg_has_the_price_of_the_common_auction() -> None:
    """The second series, EXAA's auction (position 2), would say 70, 69, 2 and 1."""
    found = events("ENTSOE_price_overrides/price_LU")
    assert [event.price for event in found] == [71.4, 68.15, -1.2, -3.05]
    assert {event.key for event in found} == {"LU"}
