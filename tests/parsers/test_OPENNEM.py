from datetime import datetime

import pytest

from core import schemas
from core.platforms.openelectricity import NETWORKS, period
from tests.support import events

LINKED = ("NSW", "QLD", "SA", "TAS", "VIC")


def flows(border: str) -> list[float]:
    found = events(f"OPENNEM/exchange_{border}")
    return [event.net_flow for event in found if isinstance(event, schemas.Exchange)]


def test_production_by_hand() -> None:
    """20:45+10:00 is 10:45 UTC. Gas: combined cycle 402 + open cycle 148.25 = 550.25 MW."""
    first, *_, last = events("OPENNEM/production_AU-NSW")
    assert first.start.isoformat() == "2026-03-10T10:45:00+00:00"
    assert first.production["gas"] == 550.25
    assert first.storage["battery"] == -175.0, "180.5 MW out and 5.5 MW in is 175 MW discharging, which is negative"
    assert last.start.isoformat() == "2026-03-10T11:10:00+00:00", "at 11:15 there is the rooftop estimate alone"


def test_western_australia_by_hand() -> None:
    """18:45+08:00 is 10:45 UTC; the net battery, +120.25 MW (out), repeats 125.5 out and 5.25 in: not added again."""
    first = events("OPENNEM/production_AU-WA")[0]
    assert first.start.isoformat() == "2026-03-10T10:45:00+00:00"
    assert first.storage["battery"] == -120.25


def test_pumps_by_hand() -> None:
    """Pumps take 230.5 MW: charging, +230.5."""
    assert events("OPENNEM/odd/pumps")[0].storage["hydro"] == 230.5


def test_exchange_by_hand() -> None:
    """10:45 UTC: Queensland exports 500 MW, all to NSW, so NSW->QLD is -500. NSW exports 200 and imports 500:
    (200 - 500) + (500 - 0) = 200 MW go on to Victoria."""
    assert flows("AU-NSW_AU-QLD")[0] == -500.0
    assert flows("AU-NSW_AU-VIC")[0] == 200.0


def test_price_and_consumption_by_hand() -> None:
    """20:45+10:00 is 10:45 UTC; 112.35 $/MWh are AUD."""
    price, load = events("OPENNEM/price_AU-NSW")[0], events("OPENNEM/consumption_AU-NSW")[0]
    assert (price.price, price.currency) == (112.35, "AUD")
    assert load.consumption == 8475.0
    assert load.start == price.start


def test_every_region_balances() -> None:
    """Production - charging + net import is the demand of every region, at every point."""
    nsw_qld, nsw_vic = flows("AU-NSW_AU-QLD"), flows("AU-NSW_AU-VIC")
    sa_vic, tas_vic = flows("AU-SA_AU-VIC"), flows("AU-TAS_AU-VIC")
    for i in range(6):
        into = {"NSW": -nsw_qld[i] - nsw_vic[i], "QLD": nsw_qld[i], "SA": -sa_vic[i], "TAS": -tas_vic[i],
                "VIC": nsw_vic[i] + sa_vic[i] + tas_vic[i]}  # fmt: skip
        for region in LINKED:
            mix = events(f"OPENNEM/production_AU-{region}")[i]
            supply = sum(mix.production.values()) - sum(mix.storage.values()) + into[region]
            assert supply == pytest.approx(events(f"OPENNEM/consumption_AU-{region}")[i].consumption)


@pytest.mark.parametrize("target, zone_key, first, last", [
    ("2026-01-15T00:00:00+00:00", "AU-NSW", "2026-01-08T10:00:00", "2026-01-15T10:00:00"),
    ("2026-01-15T00:00:00+00:00", "AU-WA", "2026-01-08T08:00:00", "2026-01-15T08:00:00"),
    ("2026-01-15T00:00:00", "AU-WA", "2026-01-08T00:00:00", "2026-01-15T00:00:00"),
])  # fmt: skip
def test_asks_on_the_networks_clock(target: str, zone_key: str, first: str, last: str) -> None:
    """In January Sydney shows UTC+11, the NEM's clock UTC+10 all year, the WEM's UTC+8."""
    asked = period(datetime.fromisoformat(target), 7, NETWORKS[zone_key].timezone)
    assert asked == {"date_start": first, "date_end": last}
