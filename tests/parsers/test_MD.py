import pytest

from tests.support import events

NAMES = ("production_MD", "exchange_MD_RO", "exchange_MD_UA", "consumption_MD")


def at_nine(name: str):
    """The event of a sample at 09:00 UTC, the row of 11:00 in Chisinau (UTC+2)."""
    (found,) = (e for e in events(f"MD/{name}") if e.start.isoformat() == "2026-03-10T09:00:00+00:00")
    return found


def test_production_by_hand() -> None:
    """Thermal 381 is gas; renewables 170 are wind, sun and biogas in one number."""
    assert at_nine("production_MD").production == {"gas": 381.0, "hydro": 18.0, "unknown": 170.0}


def test_exchanges_by_hand() -> None:
    """Into Moldova is +. -151 with Ukraine goes out: MD->UA is 151. 271 comes from Romania: MD->RO is -271, and not
    -120, the total of column 10."""
    assert at_nine("exchange_MD_UA").net_flow == 151.0
    assert at_nine("exchange_MD_RO").net_flow == -271.0


def test_production_and_net_import_are_the_load() -> None:
    """569 made + 271 in - 151 out = 689 MW at 09:00, and so at every quarter."""
    assert at_nine("consumption_MD").consumption == 689.0
    for mix, romania, ukraine, load in zip(*(events(f"MD/{name}") for name in NAMES), strict=True):
        made = sum(mix.production.values())
        assert made - romania.net_flow - ukraine.net_flow == pytest.approx(load.consumption)


def test_price_by_hand() -> None:
    """The tariff of 21 March 2024 begins at midnight in Chisinau, 22:00 UTC of the 20th: 201 before, 185 from then."""
    prices = {f"{e.start:%H}": e.price for e in events("MD/odd/price_of_a_change")}
    assert (prices["21"], prices["22"]) == (201.0, 185.0)
    last = events("MD/price_MD")[-1]
    assert (last.start.isoformat(), last.price, last.currency) == ("2026-03-10T12:00:00+00:00", 185.0, "MDL")
    assert last.source_type == "published"


def test_clock_changes_are_those_of_the_european_union() -> None:
    """From 03:00 to 04:00 on 29 March, 01:00 UTC; October's 03:00 is 00:00 UTC, and 01:00 the second time."""
    spring = [f"{e.start:%H:%M}" for e in events("MD/odd/march_change")]
    autumn = [f"{e.start:%H:%M}" for e in events("MD/odd/october_change")]
    assert spring == ["00:45", "01:00", "01:15"]
    assert autumn == ["23:45", "00:00", "00:45", "01:00", "01:45", "02:00"]
