"""`policy.toml` as frozen values."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.supplies.stock.rules.lots import Bands

FILE = Path(__file__).with_name("policy.toml")

type Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]
type Hours = Annotated[int, msgspec.Meta(ge=1, le=8760)]


class Expiry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a lot changes its colour, and until when food and drugs are given out."""

    blue_days: Days
    yellow_days: Days
    orange_days: Days
    give_out_days: Days

    @property
    def bands(self) -> Bands:
        """The colours' days."""
        return Bands(self.blue_days, self.yellow_days, self.orange_days)


class Reserving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long reservations hold."""

    hours: Hours
    most_hours: Hours
    most_lines: Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class Age(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When what a store reports is old."""

    fresh_h: Hours
    grey_days: Days


class Bulk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much comes in at once."""

    most_lines: Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class StockPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    expiry: Expiry
    reserve: Reserving
    age: Age
    bulk: Bulk

    @property
    def grey_after(self) -> timedelta:
        """A store that wrote nothing for so long is shown grey."""
        return timedelta(days=self.age.grey_days)


def _check(policy: StockPolicy, source: str) -> None:
    if not policy.expiry.blue_days > policy.expiry.yellow_days > policy.expiry.orange_days > 0:
        raise ValueError(f"{source}: expiry.blue_days > yellow_days > orange_days > 0 does not hold")
    if policy.reserve.hours > policy.reserve.most_hours:
        raise ValueError(f"{source}: reserve.hours is more than reserve.most_hours")


STOCK = PolicyFile("supplies.stock", FILE, reader(StockPolicy, _check), "物资库存", "Stock of supplies")


def stock_policy() -> StockPolicy:
    """The policy in force."""
    return STOCK.current()
