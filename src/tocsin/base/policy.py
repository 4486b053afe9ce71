"""Policy files: how one is read into frozen values that refuse what they do not know, and which of its versions is in force.

A shipped file is the default. What an installation puts in its place is kept higher on the ladder, which names itself here
(`use_versions`); without a keeper every file stands as shipped.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, cast, get_args, get_type_hints

import msgspec

from tocsin.base.decoding import convert


@dataclass(frozen=True)
class InForce[T]:
    """A policy as it is in force, and the ids of the versions that made it so, the widest first; none where it is as shipped."""

    value: T
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class PolicyFile[T]:
    """One policy file of the product.

    `name` is capability and subject (`command.escalation`). `read` turns TOML text into the policy; ValueError or InvalidInput
    names the source it is given and the key that does not fit. `regions`, `trades`: whether a version may hold for some of them
    only. `by_day`: a version begins with a local day, not within one; `whole`: it holds the whole file, not what differs.
    `items`: the name of the rows that are versions of their own, told apart by `items_by`.
    """

    name: str
    path: Path
    read: Callable[[bytes, str], T]
    zh: str
    en: str
    regions: bool = False
    trades: bool = False
    by_day: bool = False
    whole: bool = False
    items: str = ""
    items_by: str = "code"
    uses: tuple["PolicyFile[Any]", ...] = ()
    _values: dict[str, T] = field(default_factory=dict, repr=False)

    @cached_property
    def text(self) -> str:
        """The shipped file as it is, with its sources."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def content(self) -> dict[str, Any]:
        """What stands in the shipped file."""
        return cast("dict[str, Any]", msgspec.toml.decode(self.text))

    @property
    def shipped(self) -> T:
        """The policy of the shipped file, read once; ValueError or InvalidInput names what can't be read."""
        if "" not in self._values:
            self._values[""] = self.read(self.path.read_bytes(), str(self.path))
        return self._values[""]

    def in_force(self, *, region: str = "", trade: str = "", at: datetime | None = None) -> InForce[T]:
        """The policy that holds for a region and a trade at a time (now for None), with its versions."""
        return _versions[0](self, region, trade, at) if _versions else InForce(self.shipped)

    def current(self, *, region: str = "", trade: str = "", at: datetime | None = None) -> T:
        """The policy that holds for a region and a trade at a time (now for None)."""
        return _versions[0](self, region, trade, at).value if _versions else self.shipped


class Versions(Protocol):
    """Answers which version of a policy is in force for a region and a trade (empty: everywhere, any) at a time (None: now)."""

    def __call__[T](self, file: PolicyFile[T], region: str, trade: str, at: datetime | None) -> InForce[T]: ...


_versions: list[Versions] = []


def use_versions(keeper: Versions) -> None:
    """Names whoever keeps an installation's own versions; it lives higher on the ladder and comes here."""
    _versions[:] = [keeper]


def reader[T](kind: type[T], *checks: Callable[[T, str], None]) -> Callable[[bytes, str], T]:
    """A `read` that takes `kind` as it stands; each check raises ValueError, beginning with the source it is given."""

    def read(text: bytes, source: str) -> T:
        found = read_policy(text, kind, source)
        for check in checks:
            check(found, source)
        return found

    return read


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
        return convert(table, kind)
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
