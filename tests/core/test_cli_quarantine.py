"""`gridtrace quarantine`, and what `run` and `test-parser` say of suspects, on a store with three days of one zone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from core import errors, times
from core.cli import app, common, report, running
from core.ingest.runner import Report
from core.store import Store, open_store
from tests import fakes
from tests.core.test_quarantine import ABSURD, LAST_S, coal, cycle, mixes


@pytest.fixture
def place(place: str) -> Iterator[str]:
    """A store in which the newest hour of XB is suspect: 90 000 MW of coal, and of gas and wind at hour 71
    60 − 10·sin(71/4) + 80 + 5·sin(71/4) = 140 + 4.47."""
    with times.frozen(fakes.NOON), open_store(place) as opened:
        cycle(opened, mixes(coal=ABSURD))
        yield place


def gridtrace(place: str, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--store", place], env={"COLUMNS": "200"})


def test_list_shows_entries_and_counts(place: str) -> None:
    found = gridtrace(place, "quarantine", "list")
    assert found.exit_code == 0, found.output
    words = found.output.split()
    for word in ("range", "XB", "XB.fetch_production", "suspect", "value", "parser", "rule"):
        assert word in words, word
    assert "2026-03-10" in found.output and "value 90144.5" in " ".join(words)
    for narrowed in (["--rule", "frozen"], ["--source", "FR"], ["--key", "FR"], ["--state", "dropped"], ["--counts"]):
        output = gridtrace(place, "quarantine", "list", *narrowed).output
        assert "90144.5" not in output and "XB.fetch_production" in output, "the counts are always there"
    assert gridtrace(place, "quarantine", "list", "--state", "hopeful").exit_code == 2


def test_list_of_a_store_without_suspects(tmp_path: Path) -> None:
    open_store(tmp_path / "store.db").close()
    assert gridtrace(str(tmp_path / "store.db"), "quarantine", "list").output == "Nothing was ever suspected.\n"


def test_show_tells_the_figures_and_what_is_stored_around(place: str) -> None:
    found = gridtrace(place, "quarantine", "show", "1")
    assert found.exit_code == 0, found.output
    for text in ("production of XB, 2026-03-10 11:00 to 12:00Z", "suspect; came 1 times", "rule range:",
                 "most ", '"coal": 90000.0', "stored around it:", '"datetime":"2026-03-10T10:00:00Z"'):
        assert text in found.output, text
    assert isinstance(gridtrace(place, "quarantine", "show", "7").exception, errors.StoreError)


def test_release_and_drop_by_number_and_by_rule_or_key(place: str) -> None:
    with open_store(place) as store:
        released = gridtrace(place, "quarantine", "release", "1")
        assert released.output == "1 events released, 1 rows changed; the next cycle traces their hours.\n"
        assert coal(store)[LAST_S] == ABSURD and list(store.unsolved_hours()) == [LAST_S]
        for content, all_of in ((1.0, "range"), (2.0, "XB")):
            cycle(store, mixes(coal=ABSURD + content))
            assert gridtrace(place, "quarantine", "drop", "--all-of", all_of).output == "1 events dropped.\n"
        states = [entry["state"] for entry in store.quarantine.entries(state=None)]
        assert sorted(states) == ["dropped", "dropped", "released"]


@pytest.mark.parametrize("words", [[], ["1", "--all-of", "range"], ["--all-of", "nothing"]])
def test_what_to_decide_on_must_be_named_once(place: str, words: list[str]) -> None:
    assert gridtrace(place, "quarantine", "release", *words).exit_code == 2
    assert gridtrace(place, "quarantine", "drop", *words).exit_code == 2


def test_a_cycle_tells_of_its_suspects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with times.frozen(fakes.NOON), open_store(tmp_path / "store.db") as store:
        found: Report = cycle(store, mixes(coal=ABSURD))
        report.print_report(fakes.world(), store, found)
        running.log_line(found.outcomes[0])
        (row,) = report.zone_rows(fakes.world(), store, found)
    told = capsys.readouterr()
    assert row[:3] == ["XB", "Test XB", "suspect"]
    assert "Suspect events (gridtrace quarantine list shows them)" in told.out
    assert ["1", "XB.fetch_production", "range", "production", "XB"] in [line.split() for line in told.out.splitlines()]
    assert "ok production XB XB.fetch_production 71 events 0 refused 1 suspect " in told.err


def test_test_parser_shows_the_verdicts_of_rules_that_need_no_past(monkeypatch: pytest.MonkeyPatch) -> None:
    plugins = fakes.manager(XB=fakes.module("XB", fetch_production=fakes.production(*mixes(coal=ABSURD))))
    monkeypatch.setattr(common, "everything", lambda: (fakes.world(), plugins))
    with times.frozen(fakes.NOON):
        found = CliRunner().invoke(app, ["test-parser", "XB"])
    assert found.exit_code == 1
    assert "suspect (range): 2026-03-10 11:00Z: a value that cannot be" in found.output
    assert "every event accepted" not in found.output


def test_the_store_names_the_quarantine_among_its_rows(place: str) -> None:
    with open_store(place) as store:
        assert isinstance(store, Store) and store.counts()["quarantine"] == 1
