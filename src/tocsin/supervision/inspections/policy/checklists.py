"""`checklists.toml`: the shipped check lists as frozen values; an unknown key, trade or code is refused with its name."""

from pathlib import Path

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.base.policy import PolicyFile, read_policy
from tocsin.supervision.inspections.rules.checklists import Fit, Item, read_items
from tocsin.supervision.objects.policy.register import TRADES, trades
from tocsin.supervision.objects.rules.register import ObjectKind

FILE = Path(__file__).with_name("checklists.toml")


class ShippedList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One list as it comes with this version."""

    code: str
    zh: str
    en: str
    trades: tuple[str, ...]
    kinds: tuple[ObjectKind, ...]
    item: tuple[Item, ...]

    @property
    def fit(self) -> Fit:
        """For which objects it is made."""
        return Fit(self.code, self.trades, tuple(one.value for one in self.kinds))


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    list: tuple[ShippedList, ...]


def _read(text: bytes, source: str) -> dict[str, ShippedList]:
    found = read_policy(text, _File, source).list
    for one in found:
        unknown = sorted(set(one.trades) - set(trades()))
        if unknown:
            raise ValueError(f"{source}, {one.code}: {unknown[0]} is no trade")
        try:
            read_items(msgspec.to_builtins(one.item))
        except InvalidInput as error:
            raise ValueError(f"{source}, {one.code}: {error}") from None
    if len({one.code for one in found}) != len(found):
        raise ValueError(f"{source}: a code stands twice")
    return {one.code: one for one in found}


CHECKLISTS = PolicyFile("supervision.checklists", FILE, _read, "检查表", "Check lists", items="list", uses=(TRADES,))


def shipped_lists() -> dict[str, ShippedList]:
    """The shipped lists by code."""
    return CHECKLISTS.shipped
