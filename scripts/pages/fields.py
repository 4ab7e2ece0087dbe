"""The fields of a pydantic model as a table: from its JSON Schema, whose descriptions are the fields' docstrings."""

import json
from collections.abc import Collection
from typing import Any

from .tables import sentence, table

Json = dict[str, Any]
TYPES = {"string": "text", "array": "list", "boolean": "true, false"}


def fields(schema: Json, without: Collection[str] = ()) -> list[str]:
    """The table of a model's fields; what has no type is explained elsewhere."""
    rows = [
        _field(name, said, name in schema["required"])
        for name, said in schema["properties"].items() if said and name not in without]
    return table(("field", "type", "must be given", "meaning"), rows)


def _field(name: str, said: Json, is_required: bool) -> tuple[str, ...]:
    default = said.get("default")
    given = "yes" if is_required else "no" if default is None else f"no; `{json.dumps(default)}`"
    return f"`{name}`", _type(said), given, sentence(said.get("description", ""))


def _type(said: Json) -> str:
    if "anyOf" in said:
        return " or ".join(_type(one) for one in said["anyOf"])
    if "enum" in said:
        return ", ".join(f"`{word}`" for word in said["enum"])
    if "$ref" in said:
        return str(said["$ref"]).rpartition("/")[2]
    if said.get("type") == "object":
        names = ", ".join(said.get("propertyNames", {}).get("enum", ())) or "name"
        values = said["additionalProperties"]
        return f"{_type(values) if isinstance(values, dict) else 'any'} by {names}"
    if "prefixItems" in said:
        return f"list of {len(said['prefixItems'])} numbers"
    if "items" in said:
        return f"list of {_type(said['items'])}"
    name = str(said.get("type", "any"))
    return "date-time" if said.get("format") == "date-time" else TYPES.get(name, name) + _limits(said)


def _limits(said: Json) -> str:
    words = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤"}
    found = [f"{sign} {said[word]:,.0f}".replace("-", "−") for word, sign in words.items() if word in said]
    return f" {', '.join(found)}" if found else ""
