"""Frozen dataclasses of plain values to JSON and back; a refusal names the path of the field."""

import dataclasses
import json
import re
import types
import typing
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from casework.rules.errors import RuleError
from casework.rules.words import N_

T = TypeVar("T")
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: JSON can write it, no file can hold it
_SCALARS = {
    str: N_("This should be a text."),
    int: N_("This should be a whole number."),
    bool: N_("This should be true or false."),
}


def to_json(value: object) -> str:
    """Canonical JSON: keys in the fields' order, no escapes, the same text for the same values."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_json(kind: type[T], text: str | bytes) -> T:
    """The dataclass that the text describes; the RuleError's field is the path of what does not fit."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RuleError(N_("This is no JSON: %(cause)s"), cause=str(error)) from error
    return typing.cast(T, _read(kind, value, ""))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _read(kind: Any, value: Any, path: str) -> Any:
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _read(_without_none(kind), value, path)
    if origin in (tuple, frozenset):
        if not isinstance(value, list):
            raise _misfit(path, N_("This should be a list."))
        return origin(_read(typing.get_args(kind)[0], item, f"{path}[{n}]") for n, item in enumerate(value))
    if dataclasses.is_dataclass(kind):
        return _read_fields(kind, value, path)
    return _read_scalar(kind, value, path)


def _without_none(kind: Any) -> Any:
    return next(arm for arm in typing.get_args(kind) if arm is not types.NoneType)


def _read_fields(kind: Any, value: Any, path: str) -> Any:
    if not isinstance(value, Mapping):
        raise _misfit(path, N_("This should be an object."))
    hints = typing.get_type_hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind)}
    for name in value:
        if name not in fields:
            raise _misfit(_join(path, str(name)), N_("There is no such field."))
    given = {name: _read(hints[name], item, _join(path, name)) for name, item in value.items()}
    for name, field in fields.items():
        if name not in given and field.default is dataclasses.MISSING:
            raise _misfit(_join(path, name), N_("This field is missing."))
    return kind(**given)


def _read_scalar(kind: Any, value: Any, path: str) -> Any:
    if kind is date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise _misfit(path, N_("This should be a day such as 2026-11-22.")) from None
    if kind is Decimal:
        return _read_decimal(value, path)
    if issubclass(kind, StrEnum):
        if value not in list(kind):
            raise _misfit(path, N_("This should be one of: %(choices)s."), choices=", ".join(kind))
        return kind(value)
    if type(value) is not kind or (kind is str and _SURROGATE.search(value)):
        raise _misfit(path, _SCALARS[kind])
    return value


def _read_decimal(value: Any, path: str) -> Decimal:
    try:
        number = Decimal(value if isinstance(value, str) else "")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise _misfit(path, N_('This should be a number as a text, such as "1.5".'))
    return number


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _misfit(path: str, message: str, **params: str) -> RuleError:
    return RuleError(message, path or "$", **params)
