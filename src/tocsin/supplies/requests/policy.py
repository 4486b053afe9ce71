"""`policy.toml` as frozen values."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.supplies.requests.rules.demand import Standard
from tocsin.supplies.requests.rules.states import DeliveryState

FILE = Path(__file__).with_name("policy.toml")

type Minutes = Annotated[int, msgspec.Meta(ge=1, le=10_080)]
type Days = Annotated[int, msgspec.Meta(ge=1, le=365)]


class Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person needs of one item."""

    item: str
    trades: tuple[str, ...]
    per_day: bool
    confidence: Literal["A", "B", "C"]
    per_person: Annotated[float, msgspec.Meta(gt=0, le=1000)] | None = None
    of_people: Annotated[int, msgspec.Meta(ge=1, le=100_000)] | None = None

    @property
    def standard(self) -> Standard:
        """For the rule that reckons."""
        return Standard(self.item, self.trades, self.per_person or 0, self.of_people or 0, self.per_day)


class Kit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an incident of a trade takes, however many people there are."""

    trade: str
    item: str
    units: Annotated[float, msgspec.Meta(gt=0, le=1_000_000)]


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how long a request reckons."""

    people_days: Days
    most_days: Days


class Clocks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By when each step is done."""

    decide_min: Minutes
    answer_min: Minutes
    pick_min: Minutes
    load_min: Minutes
    leave_min: Minutes
    late_min: Minutes
    relief_h: Annotated[int, msgspec.Meta(ge=1, le=240)]
    return_days: Days
    ask_again_days: Days

    def of(self, state: DeliveryState) -> timedelta | None:
        """How long a delivery may stay in a state before its next step is late; None where something else counts."""
        minutes = {
            DeliveryState.ORDERED: self.answer_min,
            DeliveryState.RESERVED: self.pick_min,
            DeliveryState.PICKED: self.load_min,
            DeliveryState.LOADED: self.leave_min,
        }.get(state)
        return None if minutes is None else timedelta(minutes=minutes)


class Keep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long names and numbers stay after the last step; 0 is for good."""

    persons_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)]


class RequestsPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    need: tuple[Need, ...]
    kit: tuple[Kit, ...]
    days: Span
    clocks: Clocks
    keep: Keep


def _check(policy: RequestsPolicy, source: str) -> None:
    for one in policy.need:
        if (one.per_person is None) == (one.of_people is None):
            raise ValueError(f"{source}: need {one.item}: either per_person or of_people, one of the two")
    if policy.days.people_days > policy.days.most_days:
        raise ValueError(f"{source}: days.people_days is more than days.most_days")


REQUESTS = PolicyFile("supplies.requests", FILE, reader(RequestsPolicy, _check), "物资需求与配送", "Requests of supplies")


def requests_policy() -> RequestsPolicy:
    """The policy in force."""
    return REQUESTS.current()
