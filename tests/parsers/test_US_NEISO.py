from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode

import pytest

from core import times
from parsers import US_NEISO
from tests.support import events


def test_production_by_hand() -> None:
    """05:00:08 EDT (UTC-4) is 09:00Z. Wood 210 + Refuse 330 + LandfillGas 25 = 565 MW; the subtotal is not added."""
    first, second, third = events("US_NEISO/production_US-NE-ISNE")
    assert (first.start.isoformat(), first.production["biomass"]) == ("2026-03-10T09:00:00+00:00", 565.0)
    assert sum(first.production.values()) == 5210 + 3350 + 1180 + 640 + 565 + 12 + 40
    assert [one.storage["battery"] for one in (first, second, third)] == [-6.0, 9.0, 0.0], "6 given, 9 taken, not named"


def test_noise_is_zero_and_more_is_missing() -> None:
    """Solar -2 MW and oil -4.9 MW are 0; coal -5 MW is not known."""
    assert events("US_NEISO/production_US-NE-ISNE")[1].production["solar"] == 0.0
    [odd] = events("US_NEISO/odd/unknown_label_null_and_negative")
    assert (odd.production["oil"], odd.production["coal"], odd.production["nuclear"]) == (0.0, None, None)


def test_flows_by_hand() -> None:
    """+ is out of New England, the second of both keys: Quebec -(-1400 - 210.25 - 900), New Brunswick -(-104.5)."""
    brunswick, quebec = (events(f"US_NEISO/exchange_{one}_to_US-NE-ISNE")[0] for one in ("CA-NB", "CA-QC"))
    assert (quebec.net_flow, brunswick.net_flow) == (2510.25, 104.5)
    assert quebec.start.isoformat() == "2026-03-10T09:00:00+00:00"


def test_to_new_york_is_what_new_york_says() -> None:
    """-300 - 30 - 50 = -380 at 05:00 EDT, + out of New England, the first of the key; later a line has no number."""
    [found] = events("US_NEISO/odd/to_new_york_with_gaps")
    new_york = next(one for one in events("US_NY/exchange_US-NE-ISNE_to_US-NY-NYIS") if one.start == found.start)
    assert found.net_flow == new_york.net_flow == -380.0


def test_an_earlier_day_has_two_lines_to_quebec() -> None:
    """1200 + 190.5 MW; but a day without Phase II, the largest, is no flow (`odd/line_missing`, `odd/line_empty`)."""
    assert events("US_NEISO/odd/before_the_third_line")[0].net_flow == 1390.5


def test_load_forecast_by_hand() -> None:
    """The hour of midnight EDT starts at 04:00Z; the last hour of tomorrow at 03:00Z of the 12th."""
    first, *_, last = events("US_NEISO/consumption_forecast_US-NE-ISNE")
    assert (first.start.isoformat(), first.consumption) == ("2026-03-10T04:00:00+00:00", 9840.0)
    assert (last.start.isoformat(), last.end.hour) == ("2026-03-12T03:00:00+00:00", 4)


def test_wind_and_sun_by_hand() -> None:
    """Hour ending 11 on 9 March starts at 10:00 EDT, 14:00Z. On 8 March, EST ends: hour ending 04 starts at 07:00Z."""
    first, *_ = events("US_NEISO/wind_solar_forecasts_US-NE-ISNE")
    assert (first.start.isoformat(), first.production) == (
        "2026-03-09T14:00:00+00:00", {"solar": 720.0, "wind": 520.0})
    spring = events("US_NEISO/odd/reports_of_the_spring_day")
    assert [one.start.hour for one in spring] == [6, 7]
    autumn = events("US_NEISO/odd/reports_of_the_autumn_day")
    assert [(one.start.hour, one.production["wind"]) for one in autumn] == [(4, 700), (5, 710), (6, 720), (7, 730)]


@pytest.mark.parametrize(("moment", "day"), [
    ("2026-03-10T14:59Z", "2026-03-09"), ("2026-03-10T15:00Z", "2026-03-10"), ("2026-03-08T14:59Z", "2026-03-07"),
    ("2026-03-08T15:00Z", "2026-03-08"), ("2026-11-01T15:59Z", "2026-10-31"), ("2026-11-01T16:00Z", "2026-11-01"),
])  # fmt: skip
def test_the_report_of_the_day_is_asked_for_from_eleven_on(moment: str, day: str) -> None:
    assert str(US_NEISO.report_day(times.read(moment))) == day


def test_alerts_by_hand() -> None:
    """06:15:30 AM EDT is 10:15:30Z; one without a time was there when the page was made, 07:50 AM, 11:50Z."""
    condition, caution = events("US_NEISO/grid_alerts_US-NE-ISNE")
    assert (condition.issued_time.isoformat()[11:19], condition.location_region) == ("10:15:30", "New England")
    assert (caution.issued_time.isoformat()[11:16], caution.message) == ("11:50", "Power Caution")


@pytest.mark.parametrize(("now", "day"), [("2026-03-10T04:14Z", "03/09/2026"), ("2026-03-10T04:15Z", "03/10/2026")])
def test_the_last_values_of_a_day_are_not_lost(now: str, day: str) -> None:
    """They come after its midnight, which is 04:00Z."""
    asked = []

    def request(method: str, url: str, data: dict[str, str], **kwargs: object) -> SimpleNamespace:
        asked.append(parse_qs(urlencode(data)))
        content = b'[{"data": [{"BeginDate": "2026-03-09T23:55:00-04:00", "Nuclear": 1}]}]'
        return SimpleNamespace(status_code=200, content=content, url=url)

    with times.frozen(times.read(now)):
        US_NEISO.fetch_production("US-NE-ISNE", SimpleNamespace(request=request))
    [form] = asked
    assert (form["_nstmp_startDate"], form["_nstmp_endDate"]) == ([day], [day])
    assert form["_nstmp_requestType"] == ["genfuelmix"] and form["_nstmp_fuelType"] == ["all"]
