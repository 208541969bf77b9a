"""Slack's own types as JSON Schema: an extra check, made where `../shared` and jsonschema are at hand."""

import importlib
import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[3] / "shared" / "chat"


@cache
def _validator(root: str, name: str) -> Any:
    path = FOLDER / f"slack_{root}.json"
    if importlib.util.find_spec("jsonschema") is None or not path.exists():
        return None
    definitions = json.loads(path.read_text("utf-8"))["definitions"]
    schema = {"$ref": f"#/definitions/{root}/properties/{name}", "definitions": definitions}
    return importlib.import_module("jsonschema").Draft7Validator(schema)


def shape_faults(name: str, value: Any) -> list[str]:
    """Return how `blocks`, a `modal` or a `home` differs from Slack's types; nothing where that cannot be told."""
    validator = _validator("Blocks", name)
    if validator is None:
        return []
    return [f"{error.message[:200]} [{name}/{error.json_path}]" for error in validator.iter_errors(value)]
