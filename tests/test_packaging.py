"""What pip installs works away from the checkout."""

import os
import subprocess
import sys
from pathlib import Path

from core.api.web import web_files

ROOT = Path(__file__).parent.parent


def test_an_installed_gridtrace_brings_its_configuration(tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    source = tmp_path / "source"
    names = [*ROOT.glob("core/**/*.py"), *ROOT.glob("parsers/*.py"), *ROOT.glob("*.json"), *ROOT.glob("*.csv"),
             *(ROOT / "web" / name for name in web_files(ROOT / "web")), ROOT / "core" / "places" / "data_centers.json",
             ROOT / "pyproject.toml", ROOT / "README.md", ROOT / "LICENSE", ROOT / "core" / "py.typed"]
    for name in names:
        target = source / name.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(name.read_bytes())
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
           "--ignore-installed",
           "--disable-pip-version-check", "--root-user-action", "ignore", "--prefix", str(prefix), str(source)]
    subprocess.run(pip, check=True, capture_output=True)
    (site,) = prefix.glob("lib/python*/site-packages")
    environment = {**os.environ, "PYTHONPATH": str(site)}
    environment.pop("GRIDTRACE_CONFIG", None)
    code = f"import core, core.cli; assert core.__file__.startswith({str(site)!r}), core.__file__; core.cli.main()"
    command = [sys.executable, "-c", code, "check"]
    found = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert "379 zones, 382 exchanges" in found.stdout
    code = "from core.places import find, zone_at; print(zone_at(48.857, 2.352), find('aws', 'eu-west-3').zone)"
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert found.stdout == "FR FR\n", found.stderr
    (page,) = prefix.glob("share/gridtrace/web")
    assert set(web_files(page)) == set(web_files(ROOT / "web"))
