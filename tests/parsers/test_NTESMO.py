import pytest

from tests.support import events


def test_production_by_hand() -> None:
    """12:00 of Darwin (UTC+9:30) is 02:30Z, the start. Gas: C1 20.25 + C4 17.5 + C8 28.75 + W2 20.5 + K3 6 + P1 7.25
    while K1 draws 0.35; sun: 14.5 + 4.25 + 3.75 + 4.5 + 1.2 + 5.25."""
    event = events("NTESMO/production_AU-NT")[2]
    assert event.start.isoformat() == "2026-03-08T02:30:00+00:00"
    assert event.production == {"gas": 100.25, "biomass": 1.02, "solar": 33.45, "unknown": 2.1}


def test_demand_and_price_by_hand() -> None:
    """The line 12:30 ends the half hour that begins at 12:00 of Darwin, 02:30Z."""
    load, price = events("NTESMO/consumption_AU-NT")[2], events("NTESMO/price_AU-NT")[2]
    assert load.start.isoformat() == price.start.isoformat() == "2026-03-08T02:30:00+00:00"
    assert (load.consumption, price.price, price.currency) == (136.82, 355.25, "AUD")


def test_the_last_line_is_of_the_next_morning() -> None:
    """04:00 ends the half hour that begins at 03:30 of the 9th, 18:00Z of the 8th."""
    last = events("NTESMO/consumption_AU-NT")[-1]
    assert last.start.isoformat() == "2026-03-08T18:00:00+00:00"


def test_what_is_made_is_used() -> None:
    """There is no other link: what was used in a half hour was made in it, so both sheets' stamps fit."""
    used = {event.start: event.consumption for event in events("NTESMO/consumption_AU-NT")}
    made = {event.start: sum(event.production.values()) for event in events("NTESMO/production_AU-NT")}
    assert made == {start: pytest.approx(used[start]) for start in made} and len(made) == 5


def test_midnight_is_a_half_hour_like_others() -> None:
    """00:00 of Darwin on the 9th is 14:30Z; a reader of workbooks may take that cell for a day without a time."""
    assert events("NTESMO/production_AU-NT")[3].start.isoformat() == "2026-03-08T14:30:00+00:00"


def test_the_workbook_says_what_day_it_is_of() -> None:
    """The page says 8 March, the workbook 1 March, which begins on 28 February at 18:30Z."""
    first = events("NTESMO/odd/other_day_in_the_workbook")[0]
    assert first.start.isoformat() == "2026-02-28T18:30:00+00:00"


def test_a_trading_day_lasts_until_four() -> None:
    """03:45 of Darwin on the 21st is of the 20th, which stands on the page after the next."""
    assert events("NTESMO/odd/later_page")[0].start.isoformat() == "2026-02-19T18:30:00+00:00"


def test_a_page_too_far_is_left_again() -> None:
    """Nine days are not there, so that the 17th is a page nearer than counted."""
    assert events("NTESMO/odd/page_back")[0].start.isoformat() == "2026-02-16T18:30:00+00:00"


@pytest.mark.parametrize(("case", "start"), [
    ("earlier_year", "2018-04-04T18:30:00+00:00"), ("misspelt_month", "2018-01-08T18:30:00+00:00"),
    ("january", "2025-12-30T18:30:00+00:00"), ("year_page_not_there_yet", "2025-12-29T18:30:00+00:00"),
])
def test_days_of_other_years_are_found(case: str, start: str) -> None:
    assert events(f"NTESMO/odd/{case}")[0].start.isoformat() == start


def test_forecast_by_hand() -> None:
    """23:00 of Darwin is 13:30Z, the first that all have: 160.125 + 17.2 + 2.825 = 180.15 MW."""
    first, second = events("NTESMO/consumption_forecast_AU-NT")
    assert (first.start.isoformat(), first.consumption) == ("2026-03-10T13:30:00+00:00", 180.15)
    assert second.consumption == 176.6, "157 + 16.8 + 2.8"
