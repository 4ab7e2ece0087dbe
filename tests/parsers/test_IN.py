from datetime import date

import pytest

from core.errors import NoData
from core.values import total
from parsers import IN
from tests.support import events


def test_all_india_by_hand() -> None:
    """The day's 3780 GWh are a mean of 157500 MW, telemetry's totals 140000, 140000, 180000, 140000 of 150000: all is
    lifted by 1.05. Nuclear 6500 · 1.05 = 6825 at 00:00 in Kolkata (UTC+5:30), 18:30Z of the day before."""
    mix = events("IN/production_IN")[0]
    assert (mix.start.isoformat(), mix.production["nuclear"]) == ("2026-03-08T18:30:00+00:00", 6825)
    assert (mix.source_type, mix.production["coal"]) == ("measured", 123912.6)


def test_a_region_by_hand() -> None:
    """Solar 52000 · 1.05 at noon (06:30Z), of which the North has 96 of 320 GWh: 16380. Unknown is RES less wind and
    solar: 144 − 24 − 96 = 24 of 488.64 − 120 − 320 = 48.64 GWh; 500 · 1.05 · 24 / 48.64 = 259.046053."""
    mix = events("IN/production_IN-NO")[2]
    assert (mix.start.isoformat(), mix.source_type) == ("2026-03-09T06:30:00+00:00", "estimated")
    assert (mix.production["solar"], mix.production["unknown"]) == (16380, 259.046053)


def test_regions_add_up_to_all_india() -> None:
    regions = [events(f"IN/production_{zone}") for zone in IN.REGIONS]
    for at, india in enumerate(events("IN/production_IN")):
        for mode, whole_mw in india.production.items():
            assert sum(region[at].production[mode] for region in regions) == pytest.approx(whole_mw, abs=1e-4)


def test_a_day_of_energies_by_hand() -> None:
    """The East: coal 624 GWh / 24 h = 26000 MW; unknown 7.68 − 0 − 7.2 = 0.48 GWh, 20 MW; the same each hour."""
    found = events("IN/odd/day_of_energies_IN-EA")
    assert {(mix.production["coal"], mix.production["unknown"], mix.source_type) for mix in found} == {
        (26000, 20, "estimated")}
    assert [found[0].start.isoformat(), found[23].start.isoformat()] == [
        "2024-11-02T18:30:00+00:00", "2024-11-03T17:30:00+00:00"]


def test_a_day_of_stations_by_hand() -> None:
    """The North: thermal 24 GWh, 1000 MW; gas turbines 4.8, 200; hydro 12, 500; CEA's wind 2.4, 100; others 4.8, 200.
    Of all India there is a diesel plant too: 1.2 GWh, 50 MW."""
    mix = events("IN/odd/day_of_stations_IN-NO")[0]
    assert mix.production == {
        "coal": 1000, "gas": 200, "hydro": 500, "nuclear": 300, "wind": 100, "solar": 600, "unknown": 200}
    assert (mix.source, mix.start.isoformat()) == ("npp.gov.in, cea.nic.in", "2022-06-09T18:30:00+00:00")
    assert events("IN/odd/day_of_stations_IN")[0].production["oil"] == 50


def test_consumption_by_hand() -> None:
    """5120 + 8405 + 5811 + 98.5 and Jharkhand's 1702.5."""
    assert events("IN/consumption_IN-EA")[0].consumption == 21137


def test_the_newest_report_is_of_its_own_day() -> None:
    """On the first of March it is that of 28 February; on 9 April 2025 that of the 8th, as there is none of the 9th."""
    first = [events(f"IN/odd/{name}")[0].start.isoformat() for name in ("first_of_a_month", "day_before_is_the_newest")]
    assert first == ["2026-02-27T18:30:00+00:00", "2025-04-07T18:30:00+00:00"]


def test_a_part_that_is_none_is_that_of_the_whole() -> None:
    """No wind anywhere, and an unknown below zero: the North East's part of all, 36.79 of 3659.83 GWh, for both; lifted
    by 3659.83 / 0.024 / 140000."""
    mix = events("IN/odd/odd_shares")[0]
    lift = 3659.83 / 0.024 / 140_000
    assert mix.production["wind"] == pytest.approx(5000 * lift * 36.79 / 3659.83, abs=1e-5)
    assert mix.production["unknown"] == pytest.approx(500 * lift * 36.79 / 3659.83, abs=1e-5)


def test_financial_years_begin_in_april(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(IN.http, "post", lambda *_, json, **__: asked.append((json["_fileDate"], json["_month"])))
    monkeypatch.setattr(IN.http, "body_json", lambda _: {"retData": []})
    with pytest.raises(NoData):
        IN.newest(None, date(2026, 4, 2))
    assert asked == [("2026-27", "04"), ("2025-26", "03")]


def test_the_words_of_a_cell() -> None:
    assert IN.words("TODAY'S\nACTUAL\n") == "today s actual"
    assert IN.words("पूर्वोत्तर क्षेत्र/North-Eastern Region") == "north eastern"
    assert IN.words("Solar Gen (MU)*") == "solar gen mu"
    assert (IN.words(None), IN.words(12.5)) == ("", "")


def test_modes_of_a_mix_sum_up() -> None:
    """What all India's modes sum up to is telemetry's total, lifted: 180000 · 1.05."""
    assert total(events("IN/production_IN")[2].production.values()) == pytest.approx(189_000, abs=1e-4)
