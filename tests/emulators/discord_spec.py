"""Checks requests against Discord's own OpenAPI document, where it lies beside the project; extra, never needed."""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec as is_installed
from pathlib import Path
from typing import Any

from tests.emulators.discord_limits import Fault, Json

DOCUMENT = Path(__file__).parents[2].parent / "shared" / "chat" / "discord-openapi.json"
SENT_ANYWAY = {"tts", "flags", "nsfw"}
"""What discord.py sends although the document does not list it."""


@cache
def find_spec() -> "Spec | None":
    """Return the document's checks; None where the document or jsonschema is missing."""
    if not DOCUMENT.exists() or not is_installed("jsonschema"):
        return None
    return Spec(json.loads(DOCUMENT.read_text(encoding="utf-8")))


class Spec:
    """The request bodies and queries that the document allows."""

    def __init__(self, document: Json) -> None:
        # a union's branches overlap: what fits two of them is still right
        self._root = _unions(document)
        self._operations = sorted(_operations(document), key=lambda one: one[1].count("{"))

    def faults(self, method: str, path: str, body: Any, query: dict[str, str]) -> list[Fault]:
        found = next((one for one in self._operations if one[0] == method and one[2].match(path)), None)
        if found is None:
            return [((), "NO_SUCH_ROUTE", f"{method} {path} is not in Discord's document")]
        _, template, _, operation = found
        known = {one["name"] for one in operation["parameters"] if one.get("in") == "query"}
        faults: list[Fault] = [
            ((name,), "UNKNOWN_QUERY", "not a parameter of this route") for name in set(query) - known
        ]
        content = (operation.get("requestBody") or {}).get("content", {})
        if body is None or not content:
            return faults
        kind = "application/json" if "application/json" in content else next(iter(content))
        pointer = ["paths", template, method.lower(), "requestBody", "content", kind, "schema"]
        return [*faults, *self._body_faults(pointer, body)]

    def _body_faults(self, pointer: list[str], body: Any) -> Iterator[Fault]:
        validator, referencing = import_module("jsonschema").Draft202012Validator, import_module("referencing")
        resource = import_module("referencing.jsonschema").DRAFT202012.create_resource(self._root)
        registry = referencing.Registry().with_resource("urn:discord", resource)
        steps = (step.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D") for step in pointer)
        schema = {"$ref": "urn:discord#/" + "/".join(steps)}
        for error in validator(schema, registry=registry).iter_errors(body):
            if not _tolerated(error):
                yield tuple(error.absolute_path), "SPEC", error.message[:200]


def _operations(document: Json) -> Iterator[tuple[str, str, re.Pattern[str], Json]]:
    for template, item in document["paths"].items():
        pattern = re.compile("^" + re.sub(r"\\?\{[a-z_]+\\?\}", "([^/]+)", re.escape(template)) + "$")
        for method, operation in item.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
                yield method.upper(), template, pattern, operation | {"parameters": parameters}


def _unions(node: Any) -> Any:
    if isinstance(node, list):
        return [_unions(one) for one in node]
    if not isinstance(node, dict):
        return node
    made: Json = {}
    for name, value in node.items():
        if name in {"oneOf", "anyOf"} and isinstance(value, list):
            made.setdefault("anyOf", []).extend(_unions(value))
        else:
            made[name] = _unions(value)
    return made


def _tolerated(error: Any) -> bool:
    """Discord reads "5" where the document says integer, and 5 where it says snowflake; so in a union's branches."""
    if error.context:
        branches: dict[Any, list[Any]] = {}
        for one in error.context:
            branches.setdefault(one.schema_path[0], []).append(one)
        return any(all(_tolerated(one) for one in branch) for branch in branches.values())
    if error.validator != "type":
        return False
    kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    digits = isinstance(error.instance, str) and error.instance.lstrip("-").isdigit()
    number = isinstance(error.instance, int) and not isinstance(error.instance, bool)
    return ("integer" in kinds and digits) or ("string" in kinds and number)
