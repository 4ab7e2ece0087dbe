from tests.support import events


def test_quarter_hours_by_hand() -> None:
    """-97.286 MWh in a quarter hour, + into Spain: 389.144 MW out of Spain, into Morocco."""
    first = events("ESIOS/exchange_ES_MA")[0]
    assert first.start.isoformat() == "2026-03-10T08:00:00+00:00"
    assert first.net_flow == 389.144


def test_andorra_by_hand() -> None:
    """-36.749 MWh in an hour, + into Spain: 36.749 MW flow from Spain to Andorra, against AD->ES."""
    assert events("ESIOS/exchange_AD_ES")[0].net_flow == -36.749


def test_hours_become_quarter_hours() -> None:
    """On 2022-05-24: -400 MWh in the hour from 07:00 UTC is 400 MW; -100 MWh in the quarter from 08:00 too."""
    assert [event.net_flow for event in events("ESIOS/odd/quarter_hours_begin")] == [400.0, 400.0, -100.0]
