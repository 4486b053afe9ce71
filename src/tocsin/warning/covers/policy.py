"""`covers.toml` as frozen values; an unknown or missing key or kind is refused with its name."""

from pathlib import Path
from typing import Literal

import msgspec

from tocsin.base.levels import AlarmLevel
from tocsin.base.policy import PolicyFile, read_policy
from tocsin.warning.covers.rules import CoverKind, Effect

FILE = Path(__file__).with_name("covers.toml")


class KindPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a kind of cover does to alarms, and for how many hours it may be entered where it does not recur."""

    effect: Literal["mark", "lower", "silence"]
    longest_h: float

    @property
    def does(self) -> Effect:
        """The effect as the rules take it."""
        return Effect[self.effect.upper()]


class Covers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    second_for_red_gas: bool
    lower_to: Literal["blue", "yellow", "orange"]
    longest_recurring_days: int
    most_assets: int
    kind: dict[CoverKind, KindPolicy]

    @property
    def lowered_level(self) -> AlarmLevel:
        """The highest level of an alarm that a cover lowers."""
        return AlarmLevel[self.lower_to.upper()]


def _read(text: bytes, source: str) -> Covers:
    found = read_policy(text, Covers, source)
    missing = [kind.value for kind in CoverKind if kind not in found.kind]
    if missing:
        raise ValueError(f"{source}: [kind] lacks {', '.join(missing)}")
    return found


COVERS = PolicyFile("warning.covers", FILE, _read, "计划作业与静默", "Planned works and silences")


def covers_policy() -> Covers:
    """The figures in force."""
    return COVERS.current()
