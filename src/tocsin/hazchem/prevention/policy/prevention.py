"""`prevention.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.hazchem.prevention.rules.grading import ColourLimits, LecScale, MatrixScale, Scales
from tocsin.hazchem.prevention.rules.kinds import RiskColour

FILE = Path(__file__).with_name("prevention.toml")

type Days = Annotated[int, msgspec.Meta(ge=1, le=366)]


class LongestDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most days between two checks, by colour."""

    red: Days
    orange: Days
    yellow: Days
    blue: Days

    def of(self, colour: RiskColour) -> int:
        """Of one colour."""
        days: int = getattr(self, colour.value)
        return days


class CheckFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who hears of overdue checks, and at which colours the place is proved."""

    principal_after_days: Annotated[int, msgspec.Meta(ge=0, le=31)]
    place_demanded: tuple[RiskColour, ...] = ()


class EvaluationFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long records and assessments count, in days."""

    record_days: Annotated[int, msgspec.Meta(ge=1, le=3660)]
    assess_days: Annotated[int, msgspec.Meta(ge=1, le=3660)]


class PreventionPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    ls: MatrixScale
    lec: LecScale
    longest_days: LongestDays
    checks: CheckFigures
    evaluation: EvaluationFigures

    @property
    def scales(self) -> Scales:
        """Both scales, as the rule wants them."""
        return Scales(self.ls, self.lec)


def _check(policy: PreventionPolicy, source: str) -> None:
    for name, limits in (("ls", policy.ls.limits), ("lec", policy.lec.limits)):
        _rising(limits, f"{source}: {name}.limits")
    days = policy.longest_days
    if not days.red <= days.orange <= days.yellow <= days.blue:
        raise ValueError(f"{source}: longest_days: a graver risk is checked at least as often")


def _rising(limits: ColourLimits, where: str) -> None:
    if not limits.yellow < limits.orange < limits.red:
        raise ValueError(f"{where} rise from yellow over orange to red")


PREVENTION = PolicyFile("hazchem.prevention", FILE, reader(PreventionPolicy, _check), "双重预防", "Dual prevention")


def prevention() -> PreventionPolicy:
    """The policy in force."""
    return PREVENTION.current()
