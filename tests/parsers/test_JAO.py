import pytest

from core import errors
from parsers import JAO
from tests.support import events


def test_shadow_auction_by_hand() -> None:
    """border_DE_FR 835 and border_FR_DE 1120 at 10:00Z: 835 from DE to FR, 1120 the other way, for an hour."""
    event = events("JAO/shadow_auction_atc_DE_FR")[1]
    assert (f"{event.start:%d %H:%M}", f"{event.end:%d %H:%M}") == ("10 10:00", "10 11:00")
    assert (event.capacity_export, event.capacity_import) == (835.0, 1120.0)
    assert event.atc_type == "SHADOW_AUCTION"


def test_external_capacity_by_hand() -> None:
    """border_DE_DK1 2460 and border_DK1_DE 2490 at 09:45Z, for a quarter of an hour."""
    event = events("JAO/external_atc_DE_DK-DK1")[3]
    assert (event.start.minute, event.end.hour) == (45, 10)
    assert (event.capacity_export, event.capacity_import) == (2460.0, 2490.0)
    assert event.atc_type == "COORDINATED_NTC"


def test_a_direction_that_is_not_published_is_unknown() -> None:
    """border_AT_IT 185, border_IT_AT null: null is no zero. Italy's north is called IT."""
    first = events("JAO/external_atc_AT_IT-NO")[0]
    assert (first.key, first.capacity_export, first.capacity_import) == ("AT->IT-NO", 185.0, None)
    assert events("JAO/odd/all_null") == []


def test_largest_exchanges_and_flows_by_hand() -> None:
    """DE_FR 9085, FR_DE 4290 at 10:00Z; NO1_SE3 1802 and 2071, as a flow 1765 and 1990 at 09:30Z."""
    core = events("JAO/core_max_bex_DE_FR")[1]
    assert (core.capacity_export, core.capacity_import) == (9085.0, 4290.0)
    nordic, flow = events("JAO/nordic_max_bex_NO-NO1_SE-SE3")[2], events("JAO/nordic_max_bflow_NO-NO1_SE-SE3")[2]
    assert (nordic.capacity_export, nordic.capacity_import) == (1802.0, 2071.0)
    assert (flow.capacity_export, flow.capacity_import) == (1765.0, 1990.0)
    assert nordic.start == flow.start and flow.start.minute == 30


def test_schedules_by_hand() -> None:
    """DE_FR null beside FR_DE 1180.6: nothing there, 1180.6 back, net -1180.6. Both null is no schedule, not 0."""
    found = events("JAO/scheduled_DE_FR")
    assert [event.start.minute for event in found] == [0, 15, 30]
    assert (found[2].scheduled_export, found[2].scheduled_import, found[2].net_flow) == (0.0, 1180.6, -1180.6)
    assert events("JAO/scheduled_DE_NL")[0].net_flow == 640.3


def test_keys_in_the_other_order_do_not_turn_a_direction() -> None:
    event = events("JAO/odd/keys_turned")[0]
    assert (event.key, event.capacity_export, event.capacity_import) == ("DE->DK-DK1", 2440.0, 2530.0)


def test_hours_and_quarters_in_one_answer() -> None:
    """Market time went from hours to quarters on 1 October 2025, which began at 22:00Z."""
    lengths = [event.end - event.start for event in events("JAO/odd/hours_of_before_quarters")]
    assert [length.total_seconds() / 60 for length in lengths] == [60, 60, 15, 15]


def test_what_an_answer_lacks_is_named() -> None:
    with pytest.raises(errors.SourceChanged, match="border_DK1_DE"):
        events("JAO/odd/column_missing")
    with pytest.raises(errors.SourceChanged, match="longer than two days"):
        events("JAO/odd/rejected")
    with pytest.raises(errors.SourceChanged, match="rejects"):
        JAO.rows([], "core/atc")
