"""core.plugins: what it recognises, what it refuses and by which name."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from core.config import load
from core.errors import NotWritten, PluginError
from core.plugins import Manager, builtin_names, impl, is_for, is_written, manager

ROOT = Path(__file__).parents[2]
BUILTINS = {path.stem for path in (ROOT / "parsers").glob("*.py")} - {"__init__"}

ZONE = "zone_key, session=None, target_datetime=None, logger=None"
EXCHANGE = "zone_key1, zone_key2, session=None, target_datetime=None, logger=None"
CAPACITY = "zone_key, target_datetime=None, session=None"


@pytest.fixture
def parsers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A second folder of the package `parsers`, where a test writes modules of its own (their names begin with Z_)."""
    import parsers

    folder = tmp_path / "parsers"
    folder.mkdir()
    monkeypatch.setattr(parsers, "__path__", [*parsers.__path__, str(folder)])
    importlib.invalidate_caches()
    yield folder
    for name in [name for name in sys.modules if name.startswith("parsers.Z_")]:
        del sys.modules[name]


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.py").write_text(text)
    importlib.invalidate_caches()


class TestSignatures:
    @pytest.mark.parametrize(("name", "parameters"), [
        ("fetch_production", ZONE), ("fetch_price", ZONE), ("fetch_exchange", EXCHANGE),
        ("fetch_exchange_forecast", EXCHANGE), ("fetch_production_capacity", CAPACITY),
        ("fetch_production", "zone_key: str, session=None, target_datetime: 'datetime | None' = None, *, logger=None"),
    ])
    def test_good(self, parsers: Path, name: str, parameters: str) -> None:
        write(parsers, "Z_GOOD", f"def {name}({parameters}): return [7]")
        plugins = Manager()
        assert plugins.function(f"Z_GOOD.{name}").__name__ == name
        assert plugins.has_plugin("Z_GOOD") and plugins.broken == {}

    @pytest.mark.parametrize(("name", "parameters"), [
        ("fetch_production", "zone_key, session=None, target_datetime=None"),
        ("fetch_production", "zone_key"),
        ("fetch_production", ""),
        ("fetch_production", "zone_key, target_datetime=None, session=None, logger=None"),
        ("fetch_production", "session, zone_key=None, target_datetime=None, logger=None"),
        ("fetch_production", "zone_key, session, target_datetime=None, logger=None"),
        ("fetch_production", "zone_key, session=None, target_datetime=None, logger=0"),
        ("fetch_production", "zone_key='FR', session=None, target_datetime=None, logger=None"),
        ("fetch_production", f"{ZONE}, more=None"),
        ("fetch_production", f"{ZONE}, **kwargs"),
        ("fetch_production", "zone_key, **kwargs"),
        ("fetch_production", "zone_key, session=None, target_datetime=None, **logger"),
        ("fetch_production", "*args, **kwargs"),
        ("fetch_production", f"{ZONE}, /"),
        ("fetch_exchange", "zone_key1, session=None, target_datetime=None, logger=None"),
        ("fetch_exchange", "zone_key2, zone_key1, session=None, target_datetime=None, logger=None"),
        ("fetch_exchange", "zone_key1, zone_key2=None, session=None, target_datetime=None, logger=None"),
        ("fetch_production_capacity", ZONE),
        ("fetch_production_capacity", "zone_key, target_datetime, session"),
        ("fetch_page", "session, url"),
    ])
    def test_bad(self, parsers: Path, name: str, parameters: str) -> None:
        """The module is refused, also when asked for another, good function, and asked again."""
        write(parsers, "Z_BAD", f"def fetch_a({ZONE}): pass\ndef {name}({parameters}): pass\ndef fetch_z({ZONE}): pass")
        plugins = Manager()
        for _ in range(2):
            for asked in (name, "fetch_a"):
                with pytest.raises(PluginError, match=rf"parsers\.Z_BAD\.{name} "):
                    plugins.function(f"Z_BAD.{asked}")
        assert not plugins.has_plugin("Z_BAD") and list(plugins.broken) == ["Z_BAD"]
        assert plugins.hook.fetch_of_zone.get_hookimpls() == []

    def test_a_function_under_another_name_is_judged_by_that_name(self, parsers: Path) -> None:
        write(parsers, "Z_ALIAS", f"def _ask({CAPACITY}): pass\nfetch_production_capacity = _ask")
        assert is_for("productionCapacity", "zone", Manager().function("Z_ALIAS.fetch_production_capacity")) is False
        write(parsers, "Z_ALIAS_2", f"def _ask({ZONE}): pass\nfetch_production_capacity = _ask")
        with pytest.raises(PluginError, match="fetch_production_capacity must take"):
            Manager().module("Z_ALIAS_2")

    def test_what_a_function_can_serve(self, parsers: Path) -> None:
        write(parsers, "Z_KINDS", "\n".join(
            f"def {name}({parameters}): pass" for name, parameters in (
                ("fetch_price", ZONE), ("fetch_exchange", EXCHANGE), ("fetch_production_capacity", CAPACITY))))
        module = Manager().module("Z_KINDS")
        served = {
            name: [kind for kind, subject in (
                ("price", "zone"), ("exchange", "exchange"), ("productionCapacity", "zone"))
                if is_for(kind, subject, getattr(module, name))]
            for name in ("fetch_price", "fetch_exchange")
        }
        assert served == {"fetch_price": ["price"], "fetch_exchange": ["exchange"]}
        assert is_for("productionCapacity", "zone", module.fetch_production_capacity)


class TestBrokenModules:
    @pytest.mark.parametrize(("text", "says"), [
        ("raise RuntimeError('no moon')", "RuntimeError('no moon')"),
        ("import no_such_library", "No module named 'no_such_library'"),
        ("def fetch_production(:", "SyntaxError"),
        ("import sys; sys.exit('good bye')", "SystemExit('good bye')"),
        ("raise SystemExit", "SystemExit"),
        ("quit()", "SystemExit"),
        ("\x00", "null bytes"),
    ])
    def test_one_is_reported_once_and_remembered(self, parsers: Path, text: str, says: str) -> None:
        count = "import os; os.environ['Z_IMPORTS'] = os.environ.get('Z_IMPORTS', '') + 'x'"
        write(parsers, "Z_BROKEN", text if "\x00" in text or "(:" in text else f"{count}\n{text}")
        os.environ.pop("Z_IMPORTS", None)
        plugins, errors = Manager(), []
        for _ in range(3):
            with pytest.raises(PluginError) as caught:
                plugins.function("Z_BROKEN.fetch_production")
            errors.append(caught.value)
        assert "parsers/Z_BROKEN.py cannot be used" in str(errors[0]) and says in str(errors[0])
        assert errors[0] is errors[1] is errors[2] is plugins.broken["Z_BROKEN"]
        assert os.environ.pop("Z_IMPORTS", "x") == "x", "imported once"

    def test_the_rest_goes_on(self, parsers: Path) -> None:
        write(parsers, "Z_BROKEN", "import sys; sys.exit()")
        write(parsers, "Z_GOOD", f"def fetch_price({ZONE}): return 7")
        plugins = Manager()
        with pytest.raises(PluginError):
            plugins.module("Z_BROKEN")
        assert plugins.function("Z_GOOD.fetch_price")("XM") == 7

    def test_control_c_is_not_swallowed(self, parsers: Path) -> None:
        write(parsers, "Z_STOP", "raise KeyboardInterrupt")
        plugins = Manager()
        with pytest.raises(KeyboardInterrupt):
            plugins.module("Z_STOP")
        assert plugins.broken == {}


class TestNames:
    @pytest.mark.parametrize("name", ["NOWHERE", "no.such", "", "parsers/FR", "../core", "1A"])
    def test_a_module_that_is_not_there_is_not_written(self, name: str) -> None:
        assert not is_written(name)
        with pytest.raises(NotWritten, match="is not written yet"):
            Manager().module(name)

    def test_not_written_is_no_breakage(self) -> None:
        plugins = Manager()
        with pytest.raises(NotWritten):
            plugins.function("NOWHERE.fetch_production")
        assert plugins.broken == {}

    @pytest.mark.parametrize("name", ["fetch_nothing", "parse_price", "_helper", "fetch_number", "fetch_class", ""])
    def test_what_is_no_fetch_function(self, parsers: Path, name: str) -> None:
        text = "def parse_price(text): pass\ndef _helper(): pass\nfetch_number = 7\nclass fetch_class: pass"
        write(parsers, "Z_FEW", text)
        with pytest.raises(PluginError, match=rf"^parsers\.Z_FEW has no function {name}\.$"):
            Manager().function(f"Z_FEW.{name}")

    def test_builtin_names_are_the_files(self) -> None:
        assert set(builtin_names()) == BUILTINS and len(BUILTINS) >= 15
        assert builtin_names() == sorted(builtin_names())
        assert all(is_written(name) for name in BUILTINS)

    def test_asking_whether_a_module_is_there_does_not_import_it(self, parsers: Path) -> None:
        write(parsers, "Z_LAZY", "raise RuntimeError")
        assert is_written("Z_LAZY")
        assert "parsers.Z_LAZY" not in sys.modules

    def test_every_builtin_loads(self) -> None:
        plugins = Manager()
        assert all(plugins.module(name) for name in BUILTINS)
        assert plugins.broken == {}


# Distributions


def lay_out(site: Path, name: str, text: str, group: str = "gridtrace") -> None:
    """A distribution of one module as pip would leave it."""
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (site / f"{name}.py").write_text(text)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {name}\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed distributions, on the path of this process."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    yield folder
    for name in [n for n, m in sys.modules.items() if (getattr(m, "__file__", None) or "").startswith(str(folder))]:
        del sys.modules[name]


class TestDistributions:
    def test_it_is_registered_under_its_name(self, site: Path) -> None:
        lay_out(site, "sunny", f"def fetch_production({ZONE}): return zone_key")
        lay_out(site, "other", "raise RuntimeError", group="somebody_else")
        plugins = manager()
        assert plugins.function("sunny.fetch_production")("XS") == "XS"
        assert plugins.broken == {} and not plugins.has_plugin("other")

    @pytest.mark.parametrize(("text", "says"), [
        ("raise RuntimeError('no sun')", "RuntimeError('no sun')"),
        ("import sys; sys.exit(3)", "SystemExit(3)"),
        ("def fetch_production(zone): pass", "sunny.fetch_production must take (zone_key, session"),
        ("def (", "SyntaxError"),
        ("from core.plugins import impl\n@impl\ndef gridtrace_zone(): return {}", "gridtrace_zone"),
        ("from core.plugins import impl\n@impl\ndef gridtrace_zones(more): return {}", "gridtrace_zones"),
        ("from core.plugins import impl\n@impl\ndef fetch_production(zone_key): pass", "must take"),
    ])
    def test_a_broken_one_is_reported_and_adds_nothing(self, site: Path, text: str, says: str) -> None:
        good = "from core.plugins import impl\n@impl\ndef gridtrace_exchanges(): return {}"
        lay_out(site, "bright", good)
        lay_out(site, "sunny", f"{good}\n{text}")
        plugins = manager()
        assert list(plugins.broken) == ["sunny"]
        assert says in str(plugins.broken["sunny"]) and "The plugin sunny (sunny) cannot be used" in str(
            plugins.broken["sunny"])
        assert plugins.hook.gridtrace_exchanges() == [{}] and plugins.hook.gridtrace_zones() == []
        with pytest.raises(PluginError, match="sunny"):
            plugins.function("sunny.fetch_production")

    def test_an_entry_point_without_its_module(self, site: Path) -> None:
        lay_out(site, "sunny", "")
        (site / "sunny.py").unlink()
        assert "No module named 'sunny'" in str(manager().broken["sunny"])

    def test_one_that_is_no_module_serves_no_zone(self, site: Path) -> None:
        lay_out(site, "sunny", "class Plugin: pass\nplugin = Plugin()")
        (site / "sunny-1.0.dist-info/entry_points.txt").write_text("[gridtrace]\nsunny = sunny:plugin\n")
        with pytest.raises(PluginError, match="sunny is not a module"):
            manager().module("sunny")


GOOD = """
from core.plugins import impl

@impl
def gridtrace_zones():
    return {"XS": {"name": "Sunny", "country": None, "region": "Oceania", "timezone": "UTC", "bbox": [0, 0, 1, 1],
                   "parsers": {"production": "sunny.fetch_production"}}}
"""


def test_a_broken_one_is_told_and_those_beside_it_count(tmp_path: Path) -> None:
    lay_out(tmp_path, "sunny", f"{GOOD}\ndef fetch_production({ZONE}): return []")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GRIDTRACE")} | {"COLUMNS": "160"}
    environment["PYTHONPATH"] = os.pathsep.join([str(tmp_path), str(ROOT)])

    def check() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "core.cli", "check"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    sound = check()
    assert sound.returncode == 0, sound.stderr
    assert f"{len(load().zones) + 1} zones, {len(load().exchanges)} exchanges: every rule holds." in sound.stdout
    lay_out(tmp_path, "eclipse", "raise RuntimeError('the sun is gone')")
    broken = check()
    assert broken.returncode == 2 and "1 parsers do not resolve" in broken.stderr
    assert "warning: The plugin eclipse (eclipse) cannot be used: RuntimeError('the sun is gone')" in broken.stderr
    assert "Traceback" not in broken.stderr and f"{len(load().zones) + 1} zones" in broken.stdout


def test_a_hook_that_raises_costs_only_its_plugin() -> None:
    def zones() -> dict[str, object]:
        raise RuntimeError("no moon today")

    def more() -> dict[str, object]:
        return {"XM": {}}

    made = Manager()
    for name, function in (("bad", zones), ("good", more)):
        plugin = ModuleType(name)
        plugin.gridtrace_zones = impl(specname="gridtrace_zones")(function)  # type: ignore[attr-defined]
        made.register(plugin, name=name)
    assert made.gather("gridtrace_zones") == {"good": {"XM": {}}}
    assert "no moon today" in str(made.broken["bad"]) and not made.has_plugin("bad")
