"""What a source's answer changes in the capacities of zones.json, and that nothing else of the file changes."""

import json
import shutil
from pathlib import Path

import pytest

from core.config import Capacity, Zone, capacities, load, shipped_root
from core.config.capacities import dated, update
from core.config.check import problems
from core.config.writing import write_capacities
from core.errors import ConfigError
from core.kinds import CAPACITY_KIND

Written = dict[str, list[tuple[str | None, float]]]


def entries(*given: tuple[str | None, float]) -> tuple[Capacity, ...]:
    return tuple(
        Capacity(mw=mw) if day is None else dated(day, mw, "old.org") for day, mw in given)


def zone(key: str, capacity: Written | None = None, **more: object) -> Zone:
    plain = {"key": key, "name": key, "country": None, "region": "Europe", "timezone": "UTC", "bbox": (0, 0, 1, 1)}
    made = {mode: entries(*figures) for mode, figures in (capacity or {}).items()}
    return Zone.model_validate({**plain, "capacity": made, **more})


def after(before: Written, **found: tuple[str, float]) -> Written:
    """What stands in a zone after an answer."""
    said = {mode: dated(day, mw, "new.org") for mode, (day, mw) in found.items()}
    changed = capacities.updated(zone("XA", before).capacity, said)
    return {mode: [(str(e.valid_from) if e.valid_from else None, e.mw) for e in es] for mode, es in changed.items()}


DATED: Written = {"gas": [("2020-01-01", 100), ("2022-01-01", 150), ("2024-01-01", 180)]}


@pytest.mark.parametrize(("said", "wanted"), [
    (("2025-01-01", 200), [("2020-01-01", 100), ("2022-01-01", 150), ("2024-01-01", 180), ("2025-01-01", 200)]),
    (("2025-01-01", 180), DATED["gas"]),
    (("2024-01-01", 190), [("2020-01-01", 100), ("2022-01-01", 150), ("2024-01-01", 190)]),
    (("2024-01-01", 150), [("2020-01-01", 100), ("2022-01-01", 150)]),
    (("2023-01-01", 180), [("2020-01-01", 100), ("2022-01-01", 150), ("2023-01-01", 180)]),
    (("2021-01-01", 120), [("2020-01-01", 100), ("2021-01-01", 120), ("2022-01-01", 150), ("2024-01-01", 180)]),
    (("2019-01-01", 100), [("2019-01-01", 100), ("2022-01-01", 150), ("2024-01-01", 180)]),
    (("2019-01-01", 90), [("2019-01-01", 90), *DATED["gas"]]),
    (("2020-01-01", 110), [("2020-01-01", 110), ("2022-01-01", 150), ("2024-01-01", 180)]),
    (("2025-01-01", 0), [*DATED["gas"], ("2025-01-01", 0)]),
], ids=[
    "newer", "newer, as before", "same day", "same day, as before it", "between, as after it", "between",
    "earlier, as after it", "earlier", "the first day", "nothing any more",
])
def test_a_figure_holds_until_the_next(said: tuple[str, float], wanted: list[tuple[str, float]]) -> None:
    assert after(DATED, gas=said) == {"gas": wanted}


def test_modes_come_in_above_zero_sorted_and_stay_if_nothing_is_said_of_them() -> None:
    found = after(DATED, wind=("2025-01-01", 5), coal=("2025-01-01", 7), nuclear=("2025-01-01", 0))
    assert found == {"coal": [("2025-01-01", 7)], **DATED, "wind": [("2025-01-01", 5)]}
    assert list(found) == ["coal", "gas", "wind"]


def test_figures_without_a_date_are_replaced_as_a_whole() -> None:
    """Coal 900 might count the same plants as the 850 of gas: nobody knows when it was written."""
    undated: Written = {"coal": [(None, 900)], "hydro": [(None, 50)]}
    assert after(undated, gas=("2025-01-01", 850), hydro=("2025-01-01", 60)) == {
        "gas": [("2025-01-01", 850)], "hydro": [("2025-01-01", 60)]}
    assert after(undated, gas=("2025-01-01", 0)) == undated, "an answer of zeros replaces nothing"
    mixed: Written = {"coal": [(None, 900)], "gas": [("2024-01-01", 80)]}
    assert after(mixed, gas=("2025-01-01", 90))["coal"] == [(None, 900)]
    assert after(mixed, coal=("2025-01-01", 0))["coal"] == [(None, 900)]


def test_what_changes_is_told_with_the_figure_that_held_then() -> None:
    """On 2023-01-01 the 150 of 2022 held: 450 is three times that, +200 %."""
    zones = {"XA": zone("XA", DATED), "XB": zone("XB", {"oil": [(None, 10)]})}
    found = update(zones, {
        "XA": {"gas": dated("2023-01-01", 450, "new.org"), "wind": dated("2023-01-01", 5, "new.org")},
        "XB": {"gas": dated("2023-01-01", 9, "new.org")},
    })
    gas, wind, new, gone = found.changes
    assert (gas.old, gas.share, gas.is_jump) == (dated("2022-01-01", 150, "old.org"), 2.0, True)
    assert (wind.old, wind.share, wind.is_jump) == (None, None, False)
    assert (new.mode, gone.mode, gone.new, gone.is_jump) == ("gas", "oil", None, True)
    assert sorted(found.capacities) == ["XA", "XB"]


@pytest.mark.parametrize(("old", "new", "is_jump"), [
    (100, 199, False), (100, 200, True), (100, 51, False), (100, 50, True), (0, 3, True), (8, 0, True)])
def test_a_factor_of_two_is_a_jump(old: float, new: float, is_jump: bool) -> None:
    (change,) = update(
        {"XA": zone("XA", {"gas": [("2020-01-01", old)]})}, {"XA": {"gas": dated("2025-01-01", new, "x")}}).changes
    assert change.is_jump is is_jump


def parts(*keys: str, parsers: dict[str, str] | None = None, bypassed: tuple[str, ...] = ()) -> dict[str, Zone]:
    whole = zone(
        "XP", {"gas": [(None, 1000)], "wind": [(None, 70)]}, sub_zones=keys, bypassed_sub_zones=bypassed,
        parsers=parsers or {})
    return {"XP": whole, **{key: zone(key, {"gas": [("2024-01-01", 100)]}) for key in keys}}


def test_a_zone_of_parts_gets_their_sum_where_all_have_a_figure_of_the_day() -> None:
    """Gas: 120 + 100, which is as before and so not written for XB, make 220. Only XA has wind, so that stays."""
    answers = {
        "XA": {"gas": dated("2025-01-01", 120.5, "a.org"), "wind": dated("2025-01-01", 9, "a.org")},
        "XB": {"gas": dated("2025-01-01", 100, "b.org")},
    }
    found = update(parts("XA", "XB"), answers)
    assert "XB" not in found.capacities
    assert found.capacities["XP"]["gas"] == (dated("2025-01-01", 220.5, "a.org, b.org"),)
    assert found.capacities["XP"]["wind"][0].valid_from is None
    assert found.notes == ["XP gets no sum from 2025-01-01 on for wind: no figure of that day for XB."]


def test_a_part_that_was_not_asked_counts_with_a_figure_of_the_same_day() -> None:
    answers = {"XA": {"gas": dated("2024-01-01", 130, "a.org")}}
    assert update(parts("XA", "XB"), answers).capacities["XP"]["gas"] == (dated("2024-01-01", 230, "a.org, old.org"),)
    answers = {"XA": {"gas": dated("2025-01-01", 130, "a.org")}}
    assert "XP" not in update(parts("XA", "XB"), answers).capacities, "XB's figure is of another year"


def test_parts_that_may_be_missing_and_zones_with_a_source_of_their_own() -> None:
    answers = {"XA": {"gas": dated("2025-01-01", 130, "a.org")}}
    assert update(parts("XA", "XB", bypassed=("XB",)), answers).capacities["XP"]["gas"][-1].mw == 130
    own = parts("XA", parsers={CAPACITY_KIND: "EMBER.fetch_production_capacity"})
    assert update(own, answers).capacities.keys() == {"XA"}


def test_one_bad_mode_of_an_answer_does_not_cost_the_others() -> None:
    day = {"datetime": "2025-01-01", "source": "x.org"}
    found, wrong = capacities.read({
        "gas": {**day, "value": 5}, "sun": {**day, "value": 5}, "coal": {**day, "value": -5}, "oil": {"value": 1},
        "wind": {**day, "value": None}, "hydro": {**day, "value": "5"},
        "solar": {**day, "value": 1, "datetime": "2025"},
    })
    assert found == {"gas": dated("2025-01-01", 5, "x.org")}
    assert [one.partition(":")[0] for one in wrong] == ["sun", "coal", "oil", "hydro", "solar"]
    assert capacities.read([1]) == ({}, ["a list is no answer about installed capacities"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a copy of the project's configuration."""
    for name in ("zones.json", "exchanges.json", "emission_factors.csv"):
        shutil.copy(shipped_root() / name, tmp_path)
    return tmp_path


def changed_lines(root: Path) -> tuple[list[str], list[str]]:
    """The lines of zones.json that went, and those that came."""
    old = (shipped_root() / "zones.json").read_text().splitlines()
    new = (root / "zones.json").read_text().splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_what_is_not_changed_is_written_to_the_letter(root: Path) -> None:
    """All capacities of all zones, written anew."""
    write_capacities(root, {key: one.capacity for key, one in load().zones.items() if one.capacity})
    assert (root / "zones.json").read_bytes() == (shipped_root() / "zones.json").read_bytes()
    assert sorted(path.name for path in root.iterdir()) == ["emission_factors.csv", "exchanges.json", "zones.json"]


def test_one_figure_is_one_line(root: Path) -> None:
    zones = load().zones
    found = update(zones, {"FR": {"nuclear": dated("2031-01-01", 60123.5, 'Énergie "x"')}})
    assert write_capacities(root, found.capacities) == []
    gone, come = changed_lines(root)
    assert come[-1].strip() == '{"from": "2031-01-01", "mw": 60123.5, "source": "Énergie \\"x\\""}'
    assert come[:-1] == [f"{line}," for line in gone], "the figure before it has got a comma"
    assert not problems(root)
    assert load(root).zones["FR"].capacity["nuclear"][:-1] == zones["FR"].capacity["nuclear"]


@pytest.mark.parametrize("key", ["AD", "MY-EM", "SE"])
def test_a_zone_without_capacities_gets_them_before_its_parsers(root: Path, key: str) -> None:
    """AD has no parser, MY-EM has; SE has sub-zones."""
    assert write_capacities(root, {key: {"hydro": (dated("2025-01-01", 45, "x.org"),)}, "XX-NEW": {}}) == ["XX-NEW"]
    assert not problems(root)
    before, now = load().zones[key], load(root).zones[key]
    assert now == before.model_copy(update={"capacity": {"hydro": (dated("2025-01-01", 45, "x.org"),)}})
    gone, _ = changed_lines(root)
    assert len(gone) <= 1
    text = (root / "zones.json").read_text()
    assert '      "capacity": {\n        "hydro": [\n          {"from": "2025-01-01", "mw": 45, "source"' in text


def test_a_file_written_in_another_way_stays_so(root: Path) -> None:
    """On one line with tabs nothing but the figure changes; keys that look like ours elsewhere are left alone."""
    text = '{"retired":[],\t"zones":{"XA":{"name":"capacity","capacity":{"gas":[{"mw":1}]},"parsers":{}},"XB":{}}}'
    (root / "zones.json").write_text(text)
    write_capacities(root, {"XA": {"gas": (dated("2025-01-01", 2, "x"),)}})
    written = (root / "zones.json").read_text()
    begin, _, rest = text.partition('{"gas":[{"mw":1}]}')
    assert written.startswith(begin) and written.endswith(rest)
    assert json.loads(written)["zones"]["XA"]["capacity"] == {"gas": [{"from": "2025-01-01", "mw": 2, "source": "x"}]}


def test_a_file_that_cannot_be_written_is_an_error_and_as_it_was(root: Path) -> None:
    (root / "zones.json.new").mkdir()
    with pytest.raises(ConfigError, match="cannot be written"):
        write_capacities(root, {"AD": {"hydro": (dated("2025-01-01", 45, "x.org"),)}})
    assert (root / "zones.json").read_bytes() == (shipped_root() / "zones.json").read_bytes()
