"""Every parser keeps the contract: it imports, is documented, declared, wired, and has a sample of each function."""

import ast
import inspect
import re
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import pytest

from core.config import load
from core.declare import declaration
from core.kinds import CAPACITY_KIND
from core.plugins import Manager, builtin_names, is_for
from core.recording import read_case
from tests.support import sample_paths

FIELDS = ("Docs", "Serves", "Time", "Unit", "Sign", "History", "Licence")
CONSTANTS = ("SOURCE", "URL", "TIMEZONE", "MODES", "STORAGE", "BORDERS")
SYNONYMS = re.compile(r"^(TZ|TIME_?ZONE_?\w+|FUEL_?(MAP|MAPPING|TYPES?)|MODE_?(MAP|MAPPING)|EXCHANGE_?(MAP|MAPPING))$")
WRITTEN_OFF = ("print", "float")
PROJECT = Path(__file__).parent.parent


@lru_cache(maxsize=1)
def plugins() -> Manager:
    return Manager()


def fetches(module: ModuleType) -> dict[str, object]:
    return {
        name: function for name, function in vars(module).items()
        if name.startswith("fetch_") and inspect.isfunction(function) and function.__module__ == module.__name__
    }


def wired() -> set[str]:
    config = load()
    places = [*config.zones.values(), *config.exchanges.values()]
    found = {reference for place in places for references in place.parsers.values() for reference in references}
    return found | {*config.weather}


def sampled() -> set[str]:
    return {f"{case.source}.{case.function}" for case in map(read_case, sample_paths())}


def marked(path: Path) -> list[int]:
    """The lines of a file that `make new-parser` left to be filled in."""
    return [at for at, line in enumerate(path.read_text().splitlines(), 1) if "FILL IN" in line]


def test_there_are_parsers() -> None:
    assert len(builtin_names()) >= 15


@pytest.mark.parametrize("name", builtin_names())
def test_module(name: str) -> None:
    module = plugins().module(name)
    text = inspect.getdoc(module) or ""
    missing = [field for field in FIELDS if not re.search(rf"^{field}\s+\S", text, re.M)]
    assert not missing, f"the docstring of parsers/{name}.py lacks {missing}"
    assert len(text.splitlines()[0]) > 20, "the first line says who publishes what"
    assert isinstance(getattr(module, "SOURCE", None), str) and module.SOURCE
    assert [n for n in vars(module) if SYNONYMS.match(n) and n not in CONSTANTS] == []


@pytest.mark.parametrize("name", builtin_names())
def test_nothing_is_left_to_be_filled_in(name: str) -> None:
    for path in (PROJECT / "parsers" / f"{name}.py", PROJECT / "tests" / "parsers" / f"test_{name}.py"):
        lines = marked(path) if path.exists() else []
        assert not lines, f"{path.relative_to(PROJECT)}: lines {lines} are to be filled in; then take FILL IN away"


@pytest.mark.parametrize("name", builtin_names())
def test_functions_are_declared_and_sampled(name: str) -> None:
    module = plugins().module(name)
    found = fetches(module)
    assert found, f"parsers/{name}.py has no fetch function"
    for function_name, function in found.items():
        facts = declaration(function)  # type: ignore[arg-type]
        assert facts is not None, f"{name}.{function_name} lacks @source(...)"
        assert f"{name}.{function_name}" in sampled(), f"{name}.{function_name} has no sample in tests/samples"
        if facts.tokens:
            assert re.search(r"^Token\s+\S", module.__doc__ or "", re.M), f"{name} does not say where its token is from"
            assert all(token in (module.__doc__ or "") for token in facts.tokens)


@pytest.mark.parametrize("name", builtin_names())
def test_source_code(name: str) -> None:
    text = (PROJECT / "parsers" / f"{name}.py").read_text()
    tree = ast.parse(text)
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert called.isdisjoint(WRITTEN_OFF), "clock, numbers and output belong to core"
    assert not any(isinstance(n, ast.Assert) for n in ast.walk(tree)), "an answer is checked by raising, not by assert"
    imported = {
        alias.name for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom) for alias in n.names
    } | {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    banned = imported & {"requests", "arrow", "datetime", "time", "pytz", "dateutil"}
    assert not banned, f"it imports {', '.join(sorted(banned))}: clocks are core.times, requests core.http"
    lines, doc = len(text.splitlines()), ast.get_docstring(tree) or ""
    assert lines <= 500
    assert lines <= 200 or re.search(r"^Length\s+\S", doc, re.M), f"{lines} lines, and no Length field saying why"


def test_every_written_reference_resolves_and_fits_its_kind() -> None:
    config, checked = load(), 0
    for subject, places in (("zone", config.zones), ("exchange", config.exchanges)):
        for key, place in places.items():
            for kind, references in place.parsers.items():
                for reference in references:
                    if reference.partition(".")[0] in builtin_names():
                        assert is_for(kind, subject, plugins().function(reference)), (key, kind, reference)
                        checked += 1
    assert checked > 1000


def test_no_module_is_an_orphan() -> None:
    """A module that no series names says which retired zones it is of."""
    modules, retired = {reference.partition(".")[0] for reference in wired()}, {*load().retired}
    for name in builtin_names():
        zones = {*getattr(plugins().module(name), "RETIRED", ())}
        assert zones <= retired, f"parsers/{name}.py: {zones - retired} are not among the retired zones"
        assert name in modules or zones, f"no series names parsers/{name}.py"


def test_samples_belong_to_parsers() -> None:
    for case in map(read_case, sample_paths()):
        assert case.source in builtin_names(), case.id
        assert hasattr(plugins().module(case.source), case.function), case.id


def test_capacity_functions_are_only_wired_as_capacity() -> None:
    config = load()
    for zone in config.zones.values():
        for kind, references in zone.parsers.items():
            for reference in references:
                assert reference.endswith("fetch_production_capacity") == (kind == CAPACITY_KIND), (zone.key, kind)
