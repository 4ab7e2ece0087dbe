import pytest

from core import errors
from parsers import ELEXON
from tests.support import events


def first_flow(name: str) -> float:
    return events(f"ELEXON/exchange_{name}")[0].net_flow


def test_exchange_by_hand() -> None:
    """At 09:00 UTC the source has ElecLink -100, IFA 1500 and IFA2 740, positive into GB: FR->GB is 2140 MW."""
    event = events("ELEXON/exchange_FR_GB")[0]
    assert (event.start.isoformat(), event.net_flow) == ("2026-03-10T09:00:00+00:00", 2140.0)


def test_exports_are_positive_where_gb_comes_first() -> None:
    """BritNed brings 520 in: GB->NL is -520. East-West takes 310 and Greenlink 410 out: GB->IE is 720.

    Moyle takes 180 out and the North Sea Link brings 1390 in; both signs are turned like the others.
    """
    assert first_flow("GB_NL") == -520.0
    assert first_flow("GB_IE") == 720.0
    assert first_flow("GB_GB-NIR") == 180.0
    assert first_flow("GB_NO-NO2") == -1390.0
    assert (first_flow("BE_GB"), first_flow("DK-DK1_GB")) == (640.0, 900.0)


def test_isle_of_man_by_hand() -> None:
    """The island's unit notified -31, a demand: 31 MW flow to the Isle of Man."""
    event = events("ELEXON/exchange_GB_IM")[0]
    assert (event.key, event.net_flow, event.source_type) == ("GB->IM", 31.0, "estimated")


def test_the_sheet_s_logic_check() -> None:
    """IFA 1000, ElecLink -200, IFA2 0 at one start: FR->GB = +800. BritNed 500: GB->NL = -500."""

    def answer(flow: float) -> dict[str, list[dict[str, object]]]:
        return {"data": [{"startTime": "2026-03-10T09:00:00Z", "generation": flow}]}

    (into,) = ELEXON.parse_exchange("FR", {"a": answer(1000), "b": answer(-200), "c": answer(0)})
    (out,) = ELEXON.parse_exchange("NL", {"a": answer(500)})
    assert (into["sortedZoneKeys"], into["netFlow"]) == ("FR->GB", 800.0)
    assert (out["sortedZoneKeys"], out["netFlow"]) == ("GB->NL", -500.0)


def test_consumption_by_hand() -> None:
    """The source sends the newest first; 29 195.667 MW is the load of 09:00 to 09:30 UTC."""
    event = events("ELEXON/consumption_GB")[0]
    assert (event.start.isoformat(), event.consumption) == ("2026-03-10T09:00:00+00:00", 29195.667)


def test_production_by_hand() -> None:
    """Gas is CCGT 8000 and OCGT 120; pumped storage generates 370, so -370; cables (INT…) are no production."""
    first, _, last = events("ELEXON/production_GB")
    assert first.production["gas"] == 8120.0
    assert first.storage["hydro"] == -370.0
    assert last.storage["hydro"] == 390.0, "PS -390 is pumping"
    assert "solar" not in first.production
    assert sum(v for v in first.production.values() if v) == 24160.0


def test_fuel_and_half_hour_mix_agree() -> None:
    """At 09:00 the snapshot and NESO's half hour have the same plants; wind there includes 1980 MW embedded."""
    snapshot, half_hour = events("ELEXON/production_GB")[0], events("GB/production_GB")[0]
    for mode in ("gas", "coal", "nuclear", "hydro", "biomass", "unknown"):
        assert snapshot.production[mode] == half_hour.production[mode]
    assert half_hour.production["wind"] - snapshot.production["wind"] == 1980.0


@pytest.mark.parametrize("pair", [("DE", "GB"), ("FR", "DE"), ("GB", "IS")])
def test_a_border_it_does_not_have_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(errors.ConfigError):
        ELEXON.fetch_exchange(*pair)
