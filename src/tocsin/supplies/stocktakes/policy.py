"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")

type Months = Annotated[int, msgspec.Meta(ge=1, le=120)]


class DifferenceLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which difference on a reason and a second person are needed."""

    percent: Annotated[float, msgspec.Meta(ge=0, le=100)]


class Often(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often lots are counted."""

    key_months: Months
    other_months: Months
    whole_months: Months


class CountList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a list may be."""

    most_lines: Annotated[int, msgspec.Meta(ge=1, le=5000)]


class KeyItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which kinds are key, by their Chinese name."""

    items: tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=120)], ...]


class StockTakePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"count_list": "list"}):
    """The whole file."""

    difference: DifferenceLimit
    often: Often
    count_list: CountList
    key: KeyItems


def _check(policy: StockTakePolicy, source: str) -> None:
    if not policy.often.key_months <= policy.often.other_months <= policy.often.whole_months:
        raise ValueError(f"{source}: often.key_months <= other_months <= whole_months does not hold")


STOCKTAKES = PolicyFile("supplies.stocktakes", FILE, reader(StockTakePolicy, _check), "物资盘点", "Stock-takes of supplies")


def stocktake_policy() -> StockTakePolicy:
    """The policy in force."""
    return STOCKTAKES.current()
