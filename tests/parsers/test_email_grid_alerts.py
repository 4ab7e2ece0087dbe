from core import times
from parsers.email_grid_alerts import query
from tests.support import events


def test_alert_by_hand() -> None:
    """Sent 06:31:20 at -05:00 is 11:31 UTC; the body of ERCOT's message is not read."""
    (alert,) = events("email_grid_alerts/alerts_US-TEX-ERCO")
    assert alert.issued_time.isoformat() == "2026-03-10T11:31:20+00:00"
    assert alert.message == "ERCOT issues a Weather Watch for March 11"
    assert alert.source == "ERCOT Notices <notices@ercot.example>"


def test_spp_says_more_in_its_body_up_to_the_chart() -> None:
    (alert,) = events("email_grid_alerts/alerts_US-CENT-SWPP")
    assert alert.message == "SPP declares a Resource Advisory\nFrom 14:00 CT on Tuesday until further notice."
    assert alert.issued_time.isoformat() == "2026-03-10T10:05:00+00:00", "06:05 (EDT) at -04:00"


def test_a_question_is_for_five_hours_in_rfc_2822() -> None:
    asked = query("alerts.example", times.window(times.read("2026-03-10T12:00Z"), hours=5))
    assert (asked["start"], asked["end"]) == ("Tue, 10 Mar 2026 07:00:00 -0000", "Tue, 10 Mar 2026 12:00:00 -0000")
    assert [one["values"][0]["value"] for one in asked["filter"]["AND"]] == ["alerts.example", "stored"]


def test_a_message_that_is_gone_or_cannot_be_read_costs_no_other() -> None:
    (alert,) = events("email_grid_alerts/odd/odd_messages")
    assert alert.message == "Flex Alert for tomorrow"
