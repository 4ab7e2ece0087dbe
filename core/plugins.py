"""One manager of all sources: finds them, loads a built-in one when a job first needs it, reports what is broken.

A reference such as `FR.fetch_production` names a module of `parsers/`, or the name under which another distribution
registered itself in the entry-point group `gridtrace`, and its function.
"""

import ast
import functools
import importlib
import importlib.util
import inspect
import pkgutil
import threading
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from core import hookspecs
from core.config import Config, load
from core.errors import ConfigError, NotWritten, PluginError
from core.kinds import CAPACITY_KIND

GROUP = "gridtrace"
impl = pluggy.HookimplMarker(GROUP)

Fetch = Callable[..., Any]
CAPACITY_FUNCTION, WEATHER_FUNCTION = "fetch_production_capacity", "fetch_weather"
BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


class Manager(pluggy.PluginManager):
    """pluggy's manager, taught to recognise `fetch_*` by name and to check their whole signature."""

    def __init__(self) -> None:
        super().__init__(GROUP)
        self.add_hookspecs(hookspecs)
        self.broken: dict[str, PluginError] = {}
        """Modules and distributions that could not be loaded, with the reason."""
        self._lock = threading.RLock()

    def parse_hookimpl_opts(self, plugin: object, name: str) -> Any:
        opts = super().parse_hookimpl_opts(plugin, name)
        function = getattr(plugin, name, None)
        if name.startswith("fetch_") and inspect.isfunction(function):
            return {**(opts or {}), "specname": _check_signature(name, function)}
        return opts

    def load_distributions(self) -> None:
        """Register what other distributions offer in the entry-point group; a broken one is noted in `broken`."""
        for point in entry_points(group=GROUP):
            if self.has_plugin(point.name):
                continue
            try:
                self.register(point.load(), name=point.name)
                self.check_pending()  # a hook whose name is not in hookspecs
            except (Exception, SystemExit) as err:  # noqa: BLE001  whatever a stranger's import does must not stop the rest
                self.reject(point.name, f"({point.value}) cannot be used: {err!r}")

    def reject(self, name: str, reason: str) -> None:
        """Take out a plugin that turned out to be broken, and note it in `broken`."""
        self._forget(name)
        self.broken[name] = PluginError(f"The plugin {name} {reason}")

    def _forget(self, name: str) -> None:
        if self.has_plugin(name):
            self.unregister(name=name)

    def gather(self, hook: str, **arguments: Any) -> dict[str, Any]:
        """What every plugin answers to a hook, by the plugin's name; one that raises is rejected, the rest count."""
        found = {}
        for implementation in list(getattr(self.hook, hook).get_hookimpls()):
            given = {name: arguments[name] for name in implementation.argnames}
            try:
                found[implementation.plugin_name] = implementation.function(**given)
            except (Exception, SystemExit) as err:  # noqa: BLE001  a stranger's hook must not stop the rest
                self.reject(implementation.plugin_name, f"fails in {hook}: {err!r}")
        return found

    def module(self, name: str) -> ModuleType:
        """The plugin of a name, a built-in one imported now. Raises NotWritten or PluginError."""
        with self._lock:
            if name in self.broken:
                raise self.broken[name]
            found = self.get_plugin(name)
            if found is None:
                self._register_builtin(name)
                found = self.get_plugin(name)
        if not isinstance(found, ModuleType):
            raise PluginError(f"The plugin {name} is not a module.")
        return found

    def docstring(self, name: str) -> str:
        """What a module says of itself, empty for nothing; a built-in one is read, and not imported for it."""
        found = self.get_plugin(name)
        return _docstring_of_file(name) if found is None else inspect.getdoc(found) or ""

    def _register_builtin(self, name: str) -> None:
        if not is_written(name):
            raise NotWritten(f"The parser {name} is not written yet.")
        try:
            self.register(importlib.import_module(f"parsers.{name}"), name=name)
        except (Exception, SystemExit) as err:
            self._forget(name)
            reason = err if isinstance(err, PluginError) else PluginError(f"parsers/{name}.py cannot be used: {err!r}")
            self.broken[name] = reason
            raise reason from err

    def function(self, reference: str) -> Fetch:
        """The fetch function of a reference. Raises NotWritten, or PluginError if the module has no such function."""
        name, _, function_name = reference.partition(".")
        module = self.module(name)
        function = getattr(module, function_name, None)
        if not function_name.startswith("fetch_") or not inspect.isfunction(function):
            raise PluginError(f"{module.__name__} has no function {function_name}.")
        return function


def is_written(name: str) -> bool:
    """Whether `parsers/` has this module, without importing it."""
    return name.isidentifier() and importlib.util.find_spec(f"parsers.{name}") is not None


@functools.cache
def _docstring_of_file(name: str) -> str:
    """The docstring of a module of `parsers/`; empty if there is none."""
    spec = importlib.util.find_spec(f"parsers.{name}") if is_written(name) else None
    text = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
    return ast.get_docstring(ast.parse(text)) or ""


def builtin_names() -> list[str]:
    """Every module of `parsers/`."""
    package = importlib.util.find_spec("parsers")
    return sorted(module.name for module in pkgutil.iter_modules(package.submodule_search_locations if package else []))


def _check_signature(name: str, function: Fetch) -> str:
    """The hook a fetch function implements; PluginError if its parameters are not exactly that hook's."""
    parameters = inspect.signature(function).parameters.values()
    names = [one.name for one in parameters]
    hook: Callable[..., Any] = hookspecs.fetch_of_zone
    if name == CAPACITY_FUNCTION:
        hook = hookspecs.fetch_capacity
    elif name == WEATHER_FUNCTION:
        hook = hookspecs.fetch_of_world
    elif names[:1] == ["zone_key1"]:
        hook = hookspecs.fetch_of_exchange
    wanted = list(inspect.signature(hook).parameters)
    where = f"{function.__module__}.{name}"
    if names != wanted or any(one.kind not in BY_NAME for one in parameters):
        raise PluginError(f"{where} must take ({', '.join(wanted)}), not ({', '.join(map(str, parameters))}).")
    defaults = {n: inspect.Parameter.empty if n.startswith("zone_key") else None for n in wanted}
    if {one.name: one.default for one in parameters} != defaults:
        raise PluginError(f"Every parameter of {where} must default to None, but those for zone keys to nothing.")
    return hook.__name__


def is_for(kind: str, subject: str, function: Fetch) -> bool:
    """Whether a function can serve a kind: one zone key for zones, two for exchanges, its own for capacities."""
    names = list(inspect.signature(function).parameters)
    if kind == CAPACITY_KIND:
        return function.__name__ == CAPACITY_FUNCTION
    return (names[:1] == ["zone_key1"]) == (subject == "exchange")


def manager() -> Manager:
    """A manager with every installed distribution registered; built-in modules load when needed."""
    made = Manager()
    made.load_distributions()
    return made


def everything() -> tuple[Config, Manager]:
    """The configuration and the plugins, what plugins add to it included; one that adds nonsense is rejected."""
    plugins, config = manager(), load()
    zones, exchanges = plugins.gather("gridtrace_zones"), plugins.gather("gridtrace_exchanges")
    for name in dict.fromkeys([*zones, *exchanges]):
        try:
            config = config.with_more(zones.get(name) or {}, exchanges.get(name) or {})
        except ConfigError as err:
            plugins.reject(name, f"adds what cannot be used: {err}")
    return config, plugins
