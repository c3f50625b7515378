"""JSON schemas as others publish them, which `make` fetches: what we send is held to them beside our own models."""

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from tests.services import missing

FOLDER = Path(sys.prefix) / "share" / "pollux" / "schemas"


@cache
def schema(name: str) -> jsonschema_rs.Validator | None:
    """None where it was not fetched."""
    path = FOLDER / name
    if not path.is_file():
        return None
    return jsonschema_rs.validator_for(json.loads(path.read_text("utf-8")), validate_formats=True)


def require_schema(name: str) -> jsonschema_rs.Validator:
    """The test is skipped without it; where services are required it fails."""
    found = schema(name)
    if found is None:
        missing(f"the schema {name} is not here; `make schemas` fetches it")
        raise AssertionError("unreachable")
    return found


def misfits(validator: jsonschema_rs.Validator, document: Any) -> list[str]:
    """Where it does not fit, and why."""
    return [f"/{'/'.join(map(str, e.instance_path))}: {e.message[:300]}" for e in validator.iter_errors(document)]
