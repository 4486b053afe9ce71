"""`policy.toml` as frozen values."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.supplies.requisitions.rules.states import Property, RequisitionState

FILE = Path(__file__).with_name("policy.toml")

type Days = Annotated[int, msgspec.Meta(ge=1, le=365)]
type Minutes = Annotated[int, msgspec.Meta(ge=1, le=10_080)]
type Level = Literal["county", "city", "province"]


class Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule of law by which property may be taken. `confidence`: A was read, B not compared word by word, C not verified."""

    code: str
    zh: str
    en: str
    says_zh: str
    says_en: str
    confidence: Literal["A", "B", "C"]


class Decider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which kinds of bodies of a level decide on which property."""

    level: Level
    bodies: tuple[str, ...]
    takes: tuple[Property, ...]


class Clocks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By when each step is done."""

    sign_min: Minutes
    answer_min: Minutes
    hand_over_h: Annotated[int, msgspec.Meta(ge=1, le=720)]
    return_days: Days
    claim_days: Days
    value_days: Days
    award_days: Days
    pay_days: Days
    close_days: Days

    def of(self, state: RequisitionState) -> timedelta | None:
        """How long a requisition may stay in a state; None where nothing waits, or where another day counts."""
        match state:
            case RequisitionState.ASKED:
                return timedelta(minutes=self.sign_min)
            case RequisitionState.SIGNED:
                return timedelta(minutes=self.answer_min)
            case RequisitionState.RETURNED:
                return timedelta(days=self.claim_days)
            case RequisitionState.CLAIMED:
                return timedelta(days=self.value_days)
            case RequisitionState.VALUED:
                return timedelta(days=self.award_days)
            case RequisitionState.AWARDED:
                return timedelta(days=self.pay_days)
            case RequisitionState.PAID:
                return timedelta(days=self.close_days)
        return None


class Most(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much one requisition is at most."""

    days: Annotated[int, msgspec.Meta(ge=1, le=3650)]
    lines: Annotated[int, msgspec.Meta(ge=1, le=500)]


class Keep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long names and numbers stay after the end; 0 is for good."""

    persons_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)]


class RequisitionsPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    basis: tuple[Basis, ...]
    decider: tuple[Decider, ...]
    clocks: Clocks
    most: Most
    keep: Keep

    def basis_of(self, code: str) -> Basis | None:
        """The rule of that code."""
        return next((one for one in self.basis if one.code == code), None)

    def may_decide(self, level: str, body_kind: str) -> tuple[Property, ...]:
        """On which property a body of that level and kind decides; nothing where no row names it."""
        rows = (one for one in self.decider if one.level == level and body_kind in one.bodies)
        return tuple({what: None for one in rows for what in one.takes})


def _check(policy: RequisitionsPolicy, source: str) -> None:
    codes = [one.code for one in policy.basis]
    if not codes:
        raise ValueError(f"{source}: basis: name at least one rule of law")
    if len(codes) != len(set(codes)):
        raise ValueError(f"{source}: basis: two rows have one code")


REQUISITIONS = PolicyFile(
    "supplies.requisitions", FILE, reader(RequisitionsPolicy, _check), "应急征用与补偿", "Requisition and compensation"
)


def requisitions_policy() -> RequisitionsPolicy:
    """The policy in force."""
    return REQUISITIONS.current()
