"""What is told of key posts in firms: `presence.toml`."""

from datetime import time
from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("presence.toml")


class Presence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the daily list is written, how long it is, and who supervises where nothing else is known."""

    daily_at: str
    listed: int
    general_trade: str

    @property
    def daily_at_time(self) -> time:
        """The local time of the list."""
        return time.fromisoformat(self.daily_at)


PRESENCE = PolicyFile("command.presence", FILE, reader(Presence), "在岗通报", "What is told of key posts")


def presence() -> Presence:
    """The policy in force."""
    return PRESENCE.current()
