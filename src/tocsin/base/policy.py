"""How a capability's `policy.toml` is read: into frozen values that refuse what they do not know."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import msgspec


def read_policy[T](text: bytes, kind: type[T], source: str) -> T:
    """The policy in a TOML text; ValueError names `source` and the key that is unknown, missing or of another type.

    Dataclasses in it are figures of the engine: the text names every one of them, since one that was left out would silently be
    the engine's own. In rows and tables, whose number is free, what has a default may be left out.

    >>> class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ...     keep_days: int
    >>> read_policy(b"keep_days = 30", Limits, "policy.toml")
    Limits(keep_days=30)
    """
    try:
        table = msgspec.toml.decode(text, type=dict[str, Any])
        for slip in _slips(table, kind, "", whole=True):
            raise ValueError(f"{source}: {slip}")
        return msgspec.convert(table, kind)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ValueError(f"{source}: {error}") from None


def _slips(value: object, kind: Any, where: str, *, whole: bool) -> Iterator[str]:
    """Keys that differ from the fields of a dataclass, wherever in `value` one stands; missing ones where it must be `whole`."""
    if isinstance(value, list):
        for one in value:
            yield from _slips(one, get_args(kind)[0] if get_args(kind) else None, where, whole=False)
    elif isinstance(value, Mapping) and (is_dataclass(kind) or hasattr(kind, "__struct_fields__")):
        if is_dataclass(kind):
            known = [field.name for field in fields(kind)]
            yield from (f"unknown key `{where}{name}`" for name in value if name not in known)
            yield from (f"missing key `{where}{name}`" for name in known if whole and name not in value)
        for name, hint in get_type_hints(kind).items():
            yield from _slips(value.get(name), hint, f"{where}{name}.", whole=True)
    elif isinstance(value, Mapping) and get_args(kind):
        for name, one in value.items():
            yield from _slips(one, get_args(kind)[-1], f"{where}{name}.", whole=False)
