"""`gridtrace history`: what it prints on a terminal, into a pipe and as JSON, on both engines."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from core import errors, schemas, times
from core.cli import app
from core.store import open_store
from tests.core.history.test_periods import put, put_results

NOW = times.read("2026-03-31T12:00Z")
FIRST = times.read("2026-03-28T23:00Z")
"""When 29 March begins in Paris; it has 23 hours."""
TERMINAL = {"TTY_COMPATIBLE": "1", "TERM": "dumb", "NO_COLOR": "1"}


@pytest.fixture
def place(place: str) -> Iterator[str]:
    """FR: 29 March whole (23 hours of 10 MW at 100 g, solar 5 MW), of the 30th ten hours of 20 MW at 40 g, two of them
    estimated, solar in four; and a flow from Spain in the first half hour."""
    with times.frozen(NOW), open_store(place) as store:
        day = [{"lifecycle_g_per_kwh": 100.0, "consumption_mw": 10.0, "renewable_share": 0.5}] * 23
        part = [{"lifecycle_g_per_kwh": 40.0, "consumption_mw": 20.0, "renewable_share": 0.25}] * 8
        estimated = [part[0] | {"estimation": "same_hour_mean"}] * 2
        put_results(store, "FR", [*day, *part, *estimated], int(FIRST.timestamp()))
        put(store, "production", *(
            schemas.production(
                "FR", start=times.shift(FIRST, hours=i), end=times.shift(FIRST, hours=i + 1), source="a",
                modes={"gas": 7.0, "solar": 5.0 if i < 27 else None},
            )
            for i in range(33)
        ))
        half = times.shift(FIRST, minutes=30)
        put(store, "exchange", schemas.exchange("ES", "FR", start=FIRST, end=half, source="a", flow_mw=60.0))
        yield place


def gridtrace(place: str, *words: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, ["history", *words, "--store", place], env=env)


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def read_json(place: str, *words: str) -> Any:
    found = gridtrace(place, *words, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_a_terminal_gets_a_table_with_marks_and_a_footnote(place: str) -> None:
    found = gridtrace(place, "FR", env=TERMINAL)
    assert found.exit_code == 0, found.output
    lines = [" ".join(line.split()) for line in found.output.splitlines()]
    assert any(line.startswith("2026-03-29 23 h 100.0 ████████") for line in lines), "complete: no mark"
    assert any(line.startswith("2026-03-30 10 of 24 h* 40.0 ███ – 25 %") for line in lines), "a bar of 3.2"
    assert any(line.endswith(" 25 % – 200 2 h estimated") for line in lines)
    assert any(line.startswith("2026-03-31 0 of 24 h* –") and line.endswith("not over") for line in lines)
    assert lines[-1].startswith("* incomplete:")


def test_a_pipe_gets_every_column_and_what_is_not_known_is_empty(place: str) -> None:
    found = gridtrace(place, "FR")
    assert found.stdout == gridtrace(place, "FR", "--csv", env=TERMINAL).stdout
    whole, part, nothing = read_csv(found.stdout)
    assert (whole["start"], whole["end"]) == ("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00")
    assert (whole["hours_covered"], whole["hours_expected"], whole["is_complete"]) == ("23.0", "23.0", "true")
    assert (whole["consumption_mwh"], whole["lifecycle_g_per_kwh"]) == ("230.0", "100.0")
    assert (part["hours_covered"], part["hours_estimated"], part["is_complete"]) == ("10.0", "2.0", "false")
    assert (nothing["hours_covered"], nothing["consumption_mwh"], nothing["origin"]) == ("0.0", "", "")


def test_json_weights_a_month_by_energy(place: str) -> None:
    found = read_json(place, "FR", "--by", "month", "--from", "2026-03-01")
    (month,) = found.pop("periods")
    assert found == {"key": "FR", "kind": None, "by": "month", "timezone": "Europe/Paris", "left_out": 0}
    # 230 MWh at 100 g and 200 MWh at 40 g: 31 000 / 430; the mean of hours would be 2700 / 33 = 81.8
    assert month["lifecycle_g_per_kwh"] == pytest.approx(31_000 / 430, abs=1e-6)
    assert month["hours_covered"] == 33 and month["hours_expected"] == 743, "31 days less the hour of the clock change"
    assert month["is_complete"] is False and month["direct_g_per_kwh"] is None


def test_tz_takes_another_clock(place: str) -> None:
    found = read_json(place, "FR", "--tz", "UTC")["periods"]
    assert [one["start"][:10] for one in found] == ["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"]
    # The 29th of UTC: 22 hours of 10 MW, and the first two of 20 MW.
    assert [one["consumption_mwh"] for one in found] == [10, 260, 160, None]
    assert [one["is_complete"] for one in found] == [False, True, False, False]


def test_a_series_has_means_energies_and_the_hours_of_each_mode(place: str) -> None:
    whole, part = read_json(place, "FR", "--kind", "production", "--to", "2026-03-31")["periods"]
    assert (whole["gas_mw"], whole["gas_mwh"], whole["solar_mwh"], whole["is_complete"]) == (7, 161, 115, True)
    assert (part["gas_mwh"], part["solar_mwh"], part["hours_covered"]) == (70, 20, 10)
    assert (part["solar_hours_covered"], part["wind_mwh"], part["wind_hours_covered"]) == (4, None, 0)
    shown = " ".join(gridtrace(place, "FR", "--kind", "production", "--to", "2026-03-31", env=TERMINAL).output.split())
    assert "2026-03-30 10 of 24 h* 7.0 5.0 solar 4 h" in shown and "wind" not in shown


def test_an_exchange_has_its_flow_on_its_first_zones_clock(place: str) -> None:
    found = read_json(place, "ES->FR", "--by", "hour", "--to", "2026-03-29T01:00")
    assert (found["kind"], found["timezone"]) == ("exchange", "Europe/Madrid")
    (hour,) = found["periods"]
    assert (hour["net_flow_mw"], hour["net_flow_mwh"], hour["hours_covered"]) == (60, 30, 0.5)
    shown = gridtrace(place, "ES->FR", "--by", "hour", "--to", "2026-03-29T01:00", env=TERMINAL).output
    assert "2026-03-29 00:00 CET   30 of 60 min*" in shown


def test_complete_leaves_out_and_says_how_many(place: str) -> None:
    found = gridtrace(place, "FR", "--complete")
    assert [row["start"][:10] for row in read_csv(found.stdout)] == ["2026-03-29"]
    assert found.stderr == "2 of 3 periods are incomplete and left out.\n"
    assert read_json(place, "FR", "--complete")["left_out"] == 2
    shown = gridtrace(place, "FR", "--complete", env=TERMINAL).stdout
    assert "* incomplete" not in shown and shown.endswith("2 of 3 periods are incomplete and left out.\n")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["FR", "--by", "week"], "'week' is not a period"),
        (["FR", "--csv", "--json"], "Choose one"),
        (["FR", "--kind", "gridAlerts"], "not a series of numbers"),
        (["FR", "--kind", "exchange"], "not a series of numbers"),
        (["FR", "--tz", "Mars/Olympus"], "neither local, UTC nor"),
        (["FR", "--from", "2026-03-30", "--to", "2026-03-29"], "--from must be earlier"),
        (["FR", "--from", "1926-03-30"], "does not lie between"),
        (["FR", "--from", "noon"], "'noon' is not a moment: write 2026-01-31,"),
        (["FX"], "There is no zone FX"),
        (["FR->ES"], "it is written ES->FR"),
    ],
)
def test_what_cannot_be_meant_is_a_wrong_argument(place: str, words: list[str], reason: str) -> None:
    found = gridtrace(place, *words, env={"COLUMNS": "200"})
    assert found.exit_code == 2 and reason in found.output


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["DE"], "holds no intensity of DE"),
        (["FR", "--kind", "price"], "holds no price of FR"),
        (["FR", "--from", "2025-01-01", "--to", "2025-02-01"], "but from 2026-03-28 23:00Z to"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(place: str, words: list[str], reason: str) -> None:
    failure = gridtrace(place, *words).exception
    assert isinstance(failure, errors.GridtraceError) and reason in str(failure)
