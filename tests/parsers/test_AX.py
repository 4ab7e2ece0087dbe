import pytest

from core import errors
from parsers import AX
from tests.support import events


def test_production_by_hand() -> None:
    """The newest label, 13:45 in Mariehamn (UTC+2), is 11:45 UTC; the first of six is 75 minutes before. fossil is
    oil: 0.6 MW at 13:15."""
    mixes = events("AX/production_AX")
    assert mixes[0].start.isoformat() == "2026-03-10T10:30:00+00:00"
    assert mixes[3].production == {"oil": 0.6, "wind": 13.05}


def test_consumption_by_hand() -> None:
    assert events("AX/consumption_AX")[0].consumption == 37.6


def test_exchanges_by_hand() -> None:
    """Into Åland is +. Sweden 18.6: AX->SE-SE3 is -18.6. ÅL-Link 2.1 and Gustavs -0.4: AX->FI is -1.7."""
    assert events("AX/exchange_AX_SE-SE3")[0].net_flow == -18.6
    assert events("AX/exchange_AX_FI")[0].net_flow == -1.7


def test_production_and_net_import_are_the_consumption() -> None:
    """17.3 of wind + 18.6 from Sweden + 1.7 from Finland = 37.6 MW, and so at every quarter."""
    names = ("production_AX", "exchange_AX_SE-SE3", "exchange_AX_FI", "consumption_AX")
    for mix, sweden, finland, load in zip(*(events(f"AX/{name}") for name in names), strict=True):
        assert sum(mix.production.values()) - sweden.net_flow - finland.net_flow == pytest.approx(load.consumption)


def test_a_label_of_the_evening_is_yesterdays() -> None:
    """At 00:05 local time the newest label is 23:45: 21:45 UTC of the day before."""
    assert events("AX/odd/of_yesterday")[-1].start.isoformat() == "2026-03-10T21:45:00+00:00"


def test_seven_labels_of_the_repeated_hour_are_seven_quarters() -> None:
    starts = [event.start for event in events("AX/odd/october_change")]
    assert [f"{start:%H:%M}" for start in starts] == ["23:45", "00:00", "00:15", "00:30", "00:45", "01:00", "01:15"]


def test_another_count_of_lists_is_said() -> None:
    with pytest.raises(errors.SourceChanged, match="1 lists of labels, not 3"):
        AX.labels("<script>{ data: ['12:00'] }</script>")
