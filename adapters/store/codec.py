"""Our frozen words to JSON and back, exactly: what is decoded equals what was encoded.

Driven by the dataclasses' own type hints, worked out once for each type. A field that has its default is left out,
which halves what is stored and lets a later version add fields. Moments become integers (`micros`).
"""

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.errors import StoreError

_T = TypeVar("_T")
_Pair = tuple[Callable[[Any], Any], Callable[[Any], Any]]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Return microseconds since 1970 in UTC. Raises StoreError for a moment without a time zone."""
    try:
        return (moment - _EPOCH) // _MICROSECOND
    except TypeError as error:
        raise StoreError(f"the moment {moment} has no time zone; every datetime must be aware") from error


def moment(value: int) -> datetime:
    """Return the moment that `micros` made a number of."""
    return _EPOCH + value * _MICROSECOND


def micros_or_none(value: datetime | None) -> int | None:
    """Return `micros`, or None for None."""
    return None if value is None else micros(value)


def moment_or_none(value: int | None) -> datetime | None:
    """Return `moment`, or None for None."""
    return None if value is None else moment(value)


def storable(text: str) -> str:
    """Return text that can be kept: halves of characters, which UTF-8 cannot hold, become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def dumps(value: object) -> str:
    """Return one of our words as JSON."""
    encode, _ = _plan(type(value))
    return storable(to_json(encode(value)))


def loads(kind: type[_T], text: str) -> _T:
    """Return what `dumps` made text of. Raises StoreError where the text is no such thing."""
    _, decode = _plan(kind)
    try:
        value: _T = decode(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(
            f"a stored {kind.__name__} cannot be read ({error}); the database was changed by hand or is damaged: "
            "put back a backup"
        ) from error
    return value


to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Plain lists, mappings, texts and numbers as JSON; made once, which is half of what a short text costs."""


def _same(value: Any) -> Any:
    return value


def _plan(kind: Any) -> _Pair:
    return _pair(kind)


@cache
def _pair(kind: Any) -> _Pair:
    """Return how a type is encoded and decoded."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _optional(args)
    if origin is tuple and args[1:] == (...,):
        encode, decode = _pair(args[0])
        return (lambda many: [encode(one) for one in many], lambda many: tuple([decode(one) for one in many]))
    if origin is Mapping:
        encode, decode = _pair(args[1])
        return (
            lambda many: {name: encode(one) for name, one in many.items()},
            lambda many: {name: decode(one) for name, one in many.items()},
        )
    if isinstance(kind, type) and issubclass(kind, Enum):
        return (lambda member: member.value, kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind)
    raise TypeError(f"the codec knows no {kind}")


def _optional(args: tuple[Any, ...]) -> _Pair:
    (inner,) = [arg for arg in args if arg is not types.NoneType]
    encode, decode = _pair(inner)
    return (
        lambda value: None if value is None else encode(value),
        lambda value: None if value is None else decode(value),
    )


def _record(kind: type[Any]) -> _Pair:
    """Return the pair for a dataclass. The fields are looked up at first use: a type may hold itself."""
    plan: list[tuple[str, Any, Callable[[Any], Any], Callable[[Any], Any]]] = []

    def prepared() -> list[tuple[str, Any, Callable[[Any], Any], Callable[[Any], Any]]]:
        if not plan:
            hints = get_type_hints(kind)
            plan.extend((each.name, _default(each), *_pair(hints[each.name])) for each in fields(kind))
        return plan

    def encode(value: Any) -> dict[str, Any]:
        out = {}
        for name, default, encode_field, _ in prepared():
            part = getattr(value, name)
            if part is not default and part != default:
                out[name] = encode_field(part)
        return out

    def decode(raw: dict[str, Any]) -> Any:
        return kind(**{name: decode_field(raw[name]) for name, _, _, decode_field in prepared() if name in raw})

    return encode, decode


def _default(each: Any) -> Any:
    if each.default_factory is not MISSING:
        return each.default_factory()
    return each.default


_PLAIN: dict[Any, _Pair] = {
    str: (_same, _same),
    int: (_same, _same),
    bool: (_same, _same),
    float: (_same, float),
    datetime: (micros, moment),
    date: (date.isoformat, date.fromisoformat),
    timedelta: (lambda span: span // _MICROSECOND, lambda number: number * _MICROSECOND),
}
