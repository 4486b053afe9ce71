"""Who assists, who is called before digging, how often a crew says that it is well: `orders.toml` as frozen values."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class OrdersPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`orders.toml`. Metres, minutes, seconds and shares as the names say."""

    assist_from_probability: float
    stand_by_within_m: float
    stand_by_answer_min: float
    undo_s: float
    meter: tuple[str, ...]
    check_in_min: dict[str, float]

    def check_in_every(self, lifeline: str) -> timedelta:
        """The time between two signs of life in a matter of that lifeline."""
        return timedelta(minutes=self.check_in_min.get(lifeline, self.check_in_min["other"]))


ORDERS = PolicyFile("command.orders", FILE, reader(OrdersPolicy), "指令", "Orders", regions=True)


def orders_policy(region: str = "", at: datetime | None = None) -> OrdersPolicy:
    """The policy in force in a region at a time (None: now); of a case that with which it began: when it was opened."""
    return ORDERS.current(region=region, at=at)
