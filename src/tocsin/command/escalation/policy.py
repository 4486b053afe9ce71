"""`escalation.toml` as frozen values."""

from functools import cache

import msgspec

from tocsin.command.casebook.policy import read_file
from tocsin.command.casebook.rules.clocks import STAGES, Step
from tocsin.command.escalation.rules import Party, Rung, Whom
from tocsin.notices.messages.rules.fates import Purpose


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


@cache
def escalation() -> EscalationPolicy:
    """The shipped policy; ValueError names the key that can't be read or is not told."""
    found = read_file("escalation/policy.toml", EscalationPolicy)
    if missing := [step.value for step in Step if step not in found.waits_for]:
        raise ValueError(f"escalation.toml: waits_for does not name {', '.join(missing)}")
    if wrong := [rung.stage for rung in found.ladder if rung.stage not in STAGES]:
        raise ValueError(f"escalation.toml: a stage is one of {STAGES}, not {wrong}")
    return found
