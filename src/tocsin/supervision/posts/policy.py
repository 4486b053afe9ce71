"""`policy.toml` as frozen values; an unknown or missing key is refused with its name."""

from datetime import time
from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.duty.figures import DutyFigures
from tocsin.engine.duty.roll_call import CallFigures

FILE = Path(__file__).with_name("policy.toml")


class Judging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When shifts are judged: those that run every `every_min`, those that ended until their last records must have come."""

    every_min: float
    firms_at_once: int
    window_days: int  # of roster and signs that are looked at
    again_h: float  # so long after its end a shift is still looked at, if it could not be judged in time
    first_call_min: float  # nobody is called earlier in a shift
    firms_word: float  # log-odds of what the firm itself says of a shift


class Rosters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be entered."""

    rows_at_once: int
    most_bytes: int
    longest_h: float
    ahead_days: int
    certificates_ahead_days: int  # certificates that lapse so soon are shown


class Calling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How people on post are called (查岗)."""

    answer_min: float
    calls: int
    task_within_min: float
    most_a_day: int  # calls that the machine begins in one firm on one day
    most_a_day_per_inspector: int  # and in a county, for each person who may look there

    def figures(self) -> CallFigures:
        """What the course of a call needs."""
        return CallFigures(answer_s=self.answer_min * 60.0, calls=self.calls)


class Keeping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long signs of presence are kept; after that only the fact, the role and the time."""

    signs_days: int
    signs_at_once: int
    ahead_min: float  # a sign's clock may be fast by so much


class Telling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the daily list is written, and how long it is."""

    daily_at: str
    listed: int

    @property
    def daily_at_time(self) -> time:
        """The local time of the list."""
        return time.fromisoformat(self.daily_at)


class DutyPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`policy.toml`."""

    judging: Judging
    rosters: Rosters
    calling: Calling
    keeping: Keeping
    telling: Telling
    figures: DutyFigures


DUTY = PolicyFile("supervision.duty", FILE, reader(DutyPolicy), "在岗核验", "Duty on post")


def duty_policy() -> DutyPolicy:
    """The policy in force."""
    return DUTY.current()
