"""Who is told: `routing.toml`."""

from datetime import datetime
from pathlib import Path

from tocsin.base.policy import PolicyFile, reader
from tocsin.command.routing.rules import Routing

FILE = Path(__file__).with_name("routing.toml")


ROUTING = PolicyFile("command.routing", FILE, reader(Routing), "通知分派", "Who is told", regions=True)


def routing(region: str = "", at: datetime | None = None) -> Routing:
    """The policy in force in a region at a time (None: now); of a case that with which it began: when it was opened."""
    return ROUTING.current(region=region, at=at)
