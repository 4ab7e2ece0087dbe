import pytest

from tests.support import events


def at(name: str, clock: str):
    """The event of a sample at a UTC clock time of 2026-03-10."""
    (found,) = (e for e in events(f"ES/{name}") if e.start.isoformat() == f"2026-03-10T{clock}:00+00:00")
    return found


def test_production_by_hand() -> None:
    """Mallorca, 10:00 in Madrid (UTC+1) is 09:00 UTC: cc 238.9 + cogen 5.4 = 244.3 MW of gas;
    residNr 13.6 + otrRen 2.1 = 15.7 MW unknown; residRen 13.6 MW biomass."""
    first = events("ES/production_ES-IB-MA")[0]
    assert first.start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert first.production["gas"] == 244.3
    assert first.production["unknown"] == 15.7
    assert first.production["biomass"] == 13.6


def test_fuels_of_islands_by_hand() -> None:
    """Tenerife's gas and cc burn oil: 28.4 + 9.6 + 174.1 + 65.4 = 277.5; 09:00 in the Canaries is 09:00 UTC.
    Ibiza's diesel sets burn gas: 8.2 + 13.7 = 21.9."""
    assert at("production_ES-CN-TE", "09:00").production["oil"] == 277.5
    assert "gas" not in at("production_ES-CN-TE", "09:00").production
    assert at("production_ES-IB-IZ", "09:00").production == {"gas": 21.9, "solar": 3.0}


def test_storage_by_hand() -> None:
    """Ceuta's battery: consBat -1.5 is charging, +1.5 for us; bat 1.1 is discharging, -1.1."""
    assert at("production_ES-CE", "09:00").storage == {"battery": 1.5}
    assert at("production_ES-CE", "11:55").storage == {"battery": -1.1}


def test_consumption_by_hand() -> None:
    """Tenerife, 09:00: dem 380.5."""
    assert at("consumption_ES-CN-TE", "09:00").consumption == 380.5


def test_exchanges_by_hand() -> None:
    """Mallorca, 09:00 UTC: cb 193.6 comes from the mainland; emi -58.5 goes to Ibiza; emm -14.2 goes to Menorca.
    Formentera gets eif 9.1 from Ibiza, La Gomera etlg 6.8 from Tenerife."""
    assert at("exchange_ES_ES-IB-MA", "09:00").net_flow == 193.6
    assert at("exchange_ES-IB-IZ_ES-IB-MA", "09:00").net_flow == -58.5
    assert at("exchange_ES-IB-MA_ES-IB-ME", "09:00").net_flow == 14.2
    assert at("exchange_ES-IB-FO_ES-IB-IZ", "09:00").net_flow == -9.1
    assert at("exchange_ES-CN-IG_ES-CN-TE", "09:00").net_flow == -6.8


@pytest.mark.parametrize("zone", ["ES-IB-MA", "ES-IB-ME", "ES-IB-IZ", "ES-IB-FO", "ES-CN-IG"])
def test_production_and_net_import_are_the_load(zone: str) -> None:
    links = ["ES_ES-IB-MA", "ES-IB-IZ_ES-IB-MA", "ES-IB-MA_ES-IB-ME", "ES-IB-FO_ES-IB-IZ", "ES-CN-IG_ES-CN-TE"]
    found = {link: {e.start: e.net_flow for e in events(f"ES/exchange_{link}")} for link in links}
    loads = {e.start: e.consumption for e in events(f"ES/consumption_{zone}")}
    mixes = events(f"ES/production_{zone}")
    assert len(mixes) == len(loads) == 36
    for mix in mixes:
        into = sum(flows[mix.start] for link, flows in found.items() if link.endswith(f"_{zone}"))
        out = sum(flows[mix.start] for link, flows in found.items() if link.startswith(f"{zone}_"))
        made = sum(v for v in mix.production.values() if v is not None)
        assert made + into - out == pytest.approx(loads[mix.start], abs=0.05)


def test_repeated_hour_by_hand() -> None:
    """2A:00 on 26 October 2025 is summer time, UTC+2, 00:00 UTC; 2B:00 is UTC+1, 01:00 UTC."""
    loads = {e.start.isoformat(): e.consumption for e in events("ES/odd/october_change_ES-IB-MA")}
    assert loads["2025-10-26T00:00:00+00:00"] == 302.0
    assert loads["2025-10-26T01:00:00+00:00"] == 304.0


def test_mainland_counts_the_special_regime_once() -> None:
    """aut 2650 holds termRenov 600 and cogenResto 1900: 2650, not 5150. Where aut is 0: 640 + 1910 = 2550.
    With bio 520 (biomass) inside aut 2660, 2140 stay unknown. Pumping 400 against 650 of turbines: -250."""
    mixes = events("ES/odd/mainland_special_regime")
    assert [mix.production["unknown"] for mix in mixes] == [2650.0, 2550.0, 2140.0]
    assert mixes[2].production["biomass"] == 520.0
    assert mixes[0].storage == {"hydro": -250.0}
