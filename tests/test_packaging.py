"""What pip installs works away from the checkout: Gridtrace, and the template of a plugin beside it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.api.web import web_files
from core.config import load
from core.store import open_store

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "docs" / "plugin-template"
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
OFFLINE = ["--no-deps", "--no-build-isolation", "--no-index"]


def copied(names: list[Path], source: Path, target: Path) -> Path:
    """Files in a folder of their own: building leaves others behind."""
    for name in names:
        copy = target / name.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(name.read_bytes())
    return target


def pip(*words: str) -> None:
    done = subprocess.run([*PIP, *words], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def install(prefix: Path, *what: str) -> None:
    pip("install", *OFFLINE, "--ignore-installed", "--root-user-action", "ignore", "--prefix", str(prefix), *what)


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pip has installed Gridtrace."""
    folder = tmp_path_factory.mktemp("installed")
    names = [*ROOT.glob("core/**/*.py"), *ROOT.glob("parsers/*.py"), *ROOT.glob("*.json"), *ROOT.glob("*.csv"),
             *(ROOT / "web" / name for name in web_files(ROOT / "web")), ROOT / "core" / "places" / "data_centers.json",
             ROOT / "pyproject.toml", ROOT / "README.md", ROOT / "LICENSE", ROOT / "core" / "py.typed"]
    install(folder / "plain", str(copied(names, ROOT, folder / "source")))
    return folder / "plain"


@pytest.fixture(scope="module")
def with_plugin(prefix: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the wheel of the template beside it."""
    folder = tmp_path_factory.mktemp("plugin")
    names = [path for path in TEMPLATE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    source = copied(names, TEMPLATE, folder / "source")
    pip("wheel", *OFFLINE, "--wheel-dir", str(folder), str(source))
    (wheel,) = folder.glob("*.whl")
    shutil.copytree(prefix, folder / "both")
    install(folder / "both", str(wheel))
    return folder / "both"


def python(prefix: Path, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """A Python that finds what is installed there, and nothing of the checkout."""
    (site,) = prefix.glob("lib/python*/site-packages")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GRIDTRACE", "PYTHON"))}
    environment = kept | {"PYTHONPATH": str(site), "COLUMNS": "160"}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


def gridtrace(prefix: Path, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """The command that pip has put there."""
    return python(prefix, folder, str(prefix / "bin" / "gridtrace"), *words)


@pytest.fixture(scope="module")
def replayed(with_plugin: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store in which the template's samples have been replayed, and what the cycle said."""
    folder = tmp_path_factory.mktemp("replayed")
    samples = str(TEMPLATE / "tests" / "samples")
    run = gridtrace(with_plugin, folder, "run", "--replay", samples, "--store", str(folder / "store.db"))
    assert run.returncode == 0, run.stderr
    return folder / "store.db", run.stdout


def test_an_installed_gridtrace_brings_its_configuration(prefix: Path, tmp_path: Path) -> None:
    where = python(prefix, tmp_path, "-c", "import core; print(core.__file__)")
    assert where.stdout.startswith(str(prefix)), where.stdout
    found = gridtrace(prefix, tmp_path, "check")
    assert found.returncode == 0, found.stderr
    assert f"{len(load().zones)} zones, {len(load().exchanges)} exchanges" in found.stdout
    code = "from core.places import find, zone_at; print(zone_at(48.857, 2.352), find('aws', 'eu-west-3').zone)"
    found = python(prefix, tmp_path, "-c", code)
    assert found.stdout == "FR FR\n", found.stderr
    (page,) = prefix.glob("share/gridtrace/web")
    assert set(web_files(page)) == set(web_files(ROOT / "web"))


def test_a_plugin_adds_a_zone(with_plugin: Path, tmp_path: Path) -> None:
    check = gridtrace(with_plugin, tmp_path, "check")
    assert check.returncode == 0, check.stderr
    assert f"{len(load().zones) + 1} zones, {len(load().exchanges) + 1} exchanges" in check.stdout
    zones = gridtrace(with_plugin, tmp_path, "zones", "XL")
    (line,) = [line for line in zones.stdout.splitlines() if "XL" in line]
    assert line.split() == ["XL", "Lyonesse", "Europe/London", "lyonesse.fetch_production", "served"]


def test_its_source_is_asked_judged_and_traced(with_plugin: Path, replayed: tuple[Path, str], tmp_path: Path) -> None:
    """At 11:00Z, by hand: (36·11 + 12·45 + 2·650) / 50 = 44.72 g/kWh, and 50 − 3 into the battery − 12 to Great
    Britain are 35 MW. The hour before, all its meters read zero, which its own rule suspects.
    """
    store, said = replayed
    assert "jobs: 2 ok; events: 5 accepted, 5 new, 0 changed, 0 refused, 1 suspect" in said
    show = gridtrace(with_plugin, tmp_path, "show", "XL", "--store", str(store))
    assert "Consumption 35 MW carries 44.7 g/kWh lifecycle" in show.stdout, show.stderr
    with open_store(str(store)) as opened:
        (entry,) = opened.quarantine.entries(key="XL")
        newest = opened.results("XL")[-1]
    assert newest["lifecycle_g_per_kwh"] == pytest.approx(44.72)
    assert entry["rule"] == "dead_meters"


def test_the_map_draws_it(with_plugin: Path, replayed: tuple[Path, str], tmp_path: Path) -> None:
    gridtrace(with_plugin, tmp_path, "export-static", "site", "--store", str(replayed[0]))
    zones = json.loads((tmp_path / "site" / "zones.json").read_text())
    assert zones["XL"]["displayName"] == "Lyonesse"
    topology = json.loads((tmp_path / "site" / "web" / "zones.topo.json").read_text())
    assert topology["objects"]["zones"]["geometries"][-1]["id"] == "XL"


def test_its_own_tests_pass(with_plugin: Path, tmp_path: Path) -> None:
    shutil.copytree(TEMPLATE / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    found = python(with_plugin, tmp_path, "-m", "pytest", "-p", "no:cacheprovider", "tests")
    assert found.returncode == 0, found.stdout
    assert "7 passed" in found.stdout
