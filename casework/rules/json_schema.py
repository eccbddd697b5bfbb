"""The JSON Schema of what plain_json reads: made from the same dataclasses, so that the two agree."""

import dataclasses
import types
import typing
from datetime import date
from enum import StrEnum
from typing import Any

_SCALARS: dict[type, dict[str, str]] = {str: {"type": "string"}, int: {"type": "integer"}, bool: {"type": "boolean"}}


def json_schema(kind: type) -> dict[str, Any]:
    """The schema of a dataclass and of those inside it."""
    inside: dict[str, Any] = {}
    own = _object(kind, inside)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": kind.__name__, **own, "$defs": inside}


def _object(kind: Any, inside: dict[str, Any]) -> dict[str, Any]:
    hints, fields = typing.get_type_hints(kind), dataclasses.fields(kind)
    return {
        "description": " ".join((kind.__doc__ or "").split()),
        "type": "object",
        "properties": {field.name: _value(hints[field.name], inside) for field in fields},
        "required": [field.name for field in fields if field.default is dataclasses.MISSING],
        "additionalProperties": False,
    }


def _value(kind: Any, inside: dict[str, Any]) -> dict[str, Any]:
    origin, arms = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return {"anyOf": [_value(arm, inside) for arm in arms if arm is not types.NoneType] + [{"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": _value(arms[0], inside)}
    if dataclasses.is_dataclass(kind):
        name = typing.cast(type, kind).__name__
        if name not in inside:
            inside[name] = _object(kind, inside)
        return {"$ref": f"#/$defs/{name}"}
    if kind is date:
        return {"type": "string", "format": "date"}
    if issubclass(kind, StrEnum):
        return {"enum": [member.value for member in kind]}
    return dict(_SCALARS[kind])
