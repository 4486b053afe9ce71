"""Who is told: `routing.toml`."""

from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.base.levels import AlarmLevel
from tocsin.base.policy import PolicyFile, reader
from tocsin.command.casebook.policy import LevelName
from tocsin.command.routing.rules import RoutingFacts, Why

FILE = Path(__file__).with_name("routing.toml")


class Also(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bodies of a kind that are told from a level on; of these lifelines (none: of all), where asked in closed spaces only."""

    why: Why
    kind: Literal["owner", "department", "government", "rescue", "police", "centre", "other"]
    from_level: LevelName
    lifelines: tuple[str, ...]
    closed_space: bool

    def holds(self, facts: RoutingFacts) -> bool:
        """Whether the case is one of those."""
        return (
            facts.level >= AlarmLevel[self.from_level.upper()]
            and (not self.lifelines or facts.concerns in self.lifelines)
            and (facts.closed_space or not self.closed_space)
        )


class Routing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    least_probability: float
    closed_kinds: tuple[str, ...]
    lifeline_of_quantity: dict[str, str]
    also: tuple[Also, ...]


ROUTING = PolicyFile("command.routing", FILE, reader(Routing), "通知分派", "Who is told", regions=True)


def routing(region: str = "", at: datetime | None = None) -> Routing:
    """The policy in force in a region at a time (None: now); of a case that with which it began: when it was opened."""
    return ROUTING.current(region=region, at=at)
