"""`duty.toml`: the desk's hours and what a handover lists."""

from datetime import time, timedelta
from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class Desk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Figures of a duty desk."""

    kinds: tuple[str, ...]
    longest_shift_h: float
    grace_min: float
    resumes_within_h: float
    brief_from: str
    brief_last_for_h: float
    incoming_within_min: float

    @property
    def longest(self) -> timedelta:
        """How long a shift lasts at most."""
        return timedelta(hours=self.longest_shift_h)

    @property
    def grace(self) -> timedelta:
        """After that it may still be handed over without a mark."""
        return timedelta(minutes=self.grace_min)

    @property
    def resumes_within(self) -> timedelta:
        """How far ahead the return of a suspended case is an open matter."""
        return timedelta(hours=self.resumes_within_h)

    @property
    def brief_last_for(self) -> timedelta:
        """How long into a new day the brief of the last one is what people ask for."""
        return timedelta(hours=self.brief_last_for_h)

    @property
    def incoming_within(self) -> timedelta:
        """Who comes on duty within that hears what waits at the desk."""
        return timedelta(minutes=self.incoming_within_min)

    @property
    def day_begins(self) -> time:
        """Local time at which the day of the brief begins."""
        return time.fromisoformat(self.brief_from)


class DutyPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    desk: Desk


DESK = PolicyFile("command.desk", FILE, reader(DutyPolicy), "值班席", "Duty desk")


def duty_policy() -> DutyPolicy:
    """The policy in force."""
    return DESK.current()
