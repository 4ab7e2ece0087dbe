from tests.support import events


def starts(name: str) -> list[str]:
    return [f"{event.start:%d %H:%M}" for event in events(f"UA/{name}")]


def test_production_by_hand() -> None:
    """`12:00` is the end of the hour from 11:00 in Kyiv (UTC+2), 09:00 UTC. Pumping -120 is charging, 120 MW."""
    mix = events("UA/production_UA")[3]
    assert mix.start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert mix.production == {"nuclear": 8085.0, "gas": 650.0, "coal": 3080.0, "unknown": 1530.0, "hydro": 870.0}
    assert mix.storage == {"hydro": 120.0}


def test_a_day_begins_and_ends_at_midnight() -> None:
    """10 March in Kyiv begins at 22:00 UTC of the 9th, and the hour 24 of the 9th, a number, begins at 21:00."""
    assert starts("production_UA")[0] == "09 22:00"
    assert starts("odd/last_hour") == ["09 20:00", "09 21:00"]


def test_production_less_pumping_is_consumption_and_exports() -> None:
    """Our table exports 150 MW at every hour: at 09:00 UTC 14215 MW made, 120 pumped, 13945 used."""
    mix = events("UA/production_UA")[3]
    assert sum(mix.production.values()) - mix.storage["hydro"] == 13945 + 150


def test_clock_changes() -> None:
    """No hour from 03:00 on 29 March; on 25 October `04:00` may stand twice, 00:00 and 01:00 UTC, or only once."""
    assert starts("odd/march_change") == ["29 00:00", "29 01:00"]
    assert starts("odd/october_change") == ["24 23:00", "25 00:00", "25 01:00", "25 02:00"]
    assert starts("odd/october_change_once") == ["24 23:00", "25 00:00", "25 02:00"]
