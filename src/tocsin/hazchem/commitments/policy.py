"""`policy.toml` as frozen values."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from django.utils import timezone

from tocsin.base.policy import PolicyFile, reader
from tocsin.records.face import working_days
from tocsin.supervision.face import is_trade

FILE = Path(__file__).with_name("policy.toml")

type Minute = Annotated[int, msgspec.Meta(ge=1, le=1439)]
type Chance = Annotated[float, msgspec.Meta(gt=0, lt=1)]


class CommitmentPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    trades: tuple[str, ...]
    days: Literal["all", "working"]
    due_at_minute: Minute
    supervisor_after_min: Annotated[int, msgspec.Meta(ge=0, le=1439)]
    working_from: Chance
    standing_below: Chance


def _check(policy: CommitmentPolicy, source: str) -> None:
    unknown = [one for one in policy.trades if not is_trade(one)]
    if unknown:
        raise ValueError(f"{source}: unknown trades {', '.join(unknown)}")
    if policy.standing_below >= policy.working_from:
        raise ValueError(f"{source}: standing_below lies below working_from")


COMMITMENTS = PolicyFile(
    "hazchem.commitments", FILE, reader(CommitmentPolicy, _check), "每日安全承诺", "Daily safety commitments"
)


def commitments() -> CommitmentPolicy:
    """The policy in force."""
    return COMMITMENTS.current()


def is_due_day(day: date) -> bool:
    """Whether firms give a commitment on that day."""
    return commitments().days == "all" or working_days().is_working_day(day)


def due_moment(day: date) -> datetime:
    """Until when the commitment of a local day is in time."""
    return timezone.make_aware(datetime.combine(day, time())) + timedelta(minutes=commitments().due_at_minute)
