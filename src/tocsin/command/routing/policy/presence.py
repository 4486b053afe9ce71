"""What is told of key posts in firms: `presence.toml`."""

from datetime import time
from functools import cache

import msgspec

from tocsin.command.casebook.policy import read_file


class Presence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the daily list is written, how long it is, and who supervises where nothing else is known."""

    daily_at: str
    listed: int
    general_trade: str

    @property
    def daily_at_time(self) -> time:
        """The local time of the list."""
        return time.fromisoformat(self.daily_at)


@cache
def presence() -> Presence:
    """The shipped policy; ValueError names the key that can't be read."""
    return read_file("routing/policy/presence.toml", Presence)
