"""The simulated sources, one module each: `HOSTS` that it answers for, and `answer` (a request, readings → a reply)."""

import importlib
import pkgutil
from types import ModuleType

from core.sandbox.wire import Answer


def modules() -> dict[str, ModuleType]:
    """Every module of this folder, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}


def by_host() -> dict[str, tuple[str, Answer]]:
    """Who answers for a host: the module's name and its function."""
    return {host: (name, module.answer) for name, module in modules().items() for host in module.HOSTS}
