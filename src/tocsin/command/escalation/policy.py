"""`escalation.toml` as frozen values."""

from datetime import datetime
from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.command.casebook.rules.clocks import AGAIN, STAGES, Step
from tocsin.command.escalation.rules import Party, Rung, Whom
from tocsin.command.routing.rules import Purpose

FILE = Path(__file__).with_name("policy.toml")


class RungFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rung of the ladder: at this stage these are called."""

    stage: int
    call: tuple[Whom, ...]
    purpose: Purpose


class EscalationPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. `waits_for` names every step that has a clock."""

    beyond_level: bool
    ladder: tuple[RungFile, ...]
    waits_for: dict[Step, Party]

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """As the rules take them."""
        return tuple(Rung(one.stage, one.call, one.purpose) for one in self.ladder)


def _check(policy: EscalationPolicy, source: str) -> None:
    if missing := [step.value for step in Step if step not in policy.waits_for]:
        raise ValueError(f"{source}: waits_for does not name {', '.join(missing)}")
    if wrong := [rung.stage for rung in policy.ladder if rung.stage not in (*STAGES, AGAIN)]:
        raise ValueError(f"{source}: a stage is one of {STAGES}, or {AGAIN} for every repeat after them, not {wrong}")


ESCALATION = PolicyFile("command.escalation", FILE, reader(EscalationPolicy, _check), "升级", "Escalation", regions=True)


def escalation(region: str = "", at: datetime | None = None) -> EscalationPolicy:
    """The policy in force in a region at a time (None: now); of a case that with which it began: when it was opened."""
    return ESCALATION.current(region=region, at=at)
