import pytest

from core import errors
from parsers import ECO2MIX
from tests.support import events


def test_exchange_by_hand() -> None:
    """Period 40 is 10:00 in Paris, 09:00 UTC. Grand Est shows -1180 with Germany: it exports, so DE->FR is -1180."""
    event = next(e for e in events("ECO2MIX/exchange_DE_FR") if e.start.hour == 9)
    assert (event.start.isoformat(), event.net_flow) == ("2026-03-10T09:00:00+00:00", -1180.0)
    assert event.end is not None and event.end.isoformat() == "2026-03-10T09:15:00+00:00"


def test_the_sign_turns_where_france_comes_first() -> None:
    """Grand Est shows -62 with Luxembourg, an export: FR->LU is +62."""
    event = next(e for e in events("ECO2MIX/exchange_FR_LU") if e.start.hour == 9)
    assert (event.key, event.net_flow) == ("FR->LU", 62.0)


def test_production_by_hand() -> None:
    """Pumping -150 and 30 out of storage are 120 MW charging; the battery's 12 out and 2 in are -10, discharging."""
    event = events("ECO2MIX/production_FR")[0]
    assert event.storage == {"hydro": 120.0, "battery": -10.0}
    assert event.production["nuclear"] == 41200.0, "only the area France, not Grand Est's 8100 beside it"
    assert event.production["biomass"] == 1010.0, "its name arrives with broken accents"
    assert "unknown" not in event.production


def test_balance_of_france() -> None:
    """Production less charging and less exports (Solde -5400) is about the load."""
    for made, used in zip(events("ECO2MIX/production_FR"), events("ECO2MIX/consumption_FR"), strict=True):
        total = sum(v for v in made.production.values() if v) - sum(made.storage.values()) - 5400
        assert total == pytest.approx(used.consumption, rel=0.02)


def test_areas_it_does_not_have_are_refused() -> None:
    with pytest.raises(errors.ConfigError):
        ECO2MIX.fetch_exchange("BE", "FR")
    with pytest.raises(errors.ConfigError):
        ECO2MIX.parse_production("FR-COR", b"<liste/>")
