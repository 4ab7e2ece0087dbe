"""Every field of the configuration's files, and every variable of the environment, from the code that reads them."""

import ast
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from core.config.check import LIMITS
from core.config.factors import Row
from core.config.zones import Capacity, Link, Zone
from core.headers import read_header
from core.plugins import Manager, builtin_names

from .fields import fields as table_of_fields
from .tables import linked, sentence, table

CORE = Path(__file__).resolve().parents[2] / "core"
OURS = re.compile(r"GRIDTRACE_[A-Z_]+")
CREDENTIAL = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
KEY = ("key",)
"""The name of an entry, not a field of it."""


def fields() -> str:
    about = "`zones` has an entry for each zone, by its key; `retired` lists keys that stored events may still name; "
    about += "`weather`, which may be left out, names who foresees the weather (MODULE.fetch_weather), one or a list."
    parts = ["## zones.json", "", f"{about} An entry:", "", *table_of_fields(Zone.model_json_schema(), KEY), ""]
    parts += ["A `Capacity`:", "", *table_of_fields(Capacity.model_json_schema()), "", "## exchanges.json", ""]
    parts += ["An entry for each exchange, by its key `A->B`:", "", *table_of_fields(Link.model_json_schema(), KEY), ""]
    parts += ["## emission_factors.csv", "", *_factors(), "", "## Variables", "", *_variables(), ""]
    return "\n".join([*parts, "## Credentials", "", *_credentials(), ""])


def _factors() -> list[str]:
    source = ast.parse(inspect.getsource(Row)).body[0]
    assert isinstance(source, ast.ClassDef)
    rows = ((f"`{name}`", meaning) for name, _, meaning in _documented(source.body))
    limits = ((mode, *(_span(*by_mode[mode]) for by_mode in LIMITS.values())) for mode in LIMITS["direct"])
    about = "`gridtrace check` refuses a factor outside these limits, in g CO2eq per kWh:"
    return [*table(("column", "meaning"), rows), "", about, "", *table(("mode", *LIMITS), limits)]


def _span(low: float, high: float) -> str:
    return f"{low:g} to {high:g}"


def _variables() -> list[str]:
    rows = [(f"`{name}`", meaning) for name, meaning in sorted(variables().items())]
    return table(("variable", "meaning"), rows)


def variables() -> dict[str, str]:
    """Our own variables, each of which is a constant of some module, with the docstring after it."""
    found = {}
    for path in sorted(CORE.rglob("*.py")):
        for _, value, meaning in _documented(ast.parse(path.read_text()).body):
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and OURS.fullmatch(value.value):
                name = value.value + ("<SOURCE>" if value.value.endswith("_") else "")
                found[name] = meaning
    return found


def _documented(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr | None, str]]:
    """Name, value and docstring of each assignment that has a docstring after it, or none."""
    for statement, following in zip(body, [*body[1:], ast.Pass()], strict=True):
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            target = statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
            yield ast.unparse(target), statement.value, _text(following)


def _text(statement: ast.stmt) -> str:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return sentence(value.value) if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def _credentials() -> list[str]:
    plugins, found = Manager(), defaultdict[str, list[str]](list)
    texts = {name: read_header(plugins.docstring(name)).fields.get("Token", "") for name in builtin_names()}
    for name, text in texts.items():
        for variable in dict.fromkeys(CREDENTIAL.findall(text)):
            found[variable].append(name)
    rows = (
        (f"`{variable}`", ", ".join(f"[{name}](sources.md#{name.lower()})" for name in names), linked(texts[names[0]]))
        for variable, names in sorted(found.items()))
    return table(("variable", "sources", "where to get it"), rows)
