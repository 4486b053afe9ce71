"""`dynamic_risk.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.hazchem.prevention.rules.dynamic import FactorRow, RiskFactor, Share

FILE = Path(__file__).with_name("dynamic_risk.toml")

type Value = Annotated[float, msgspec.Meta(gt=0, lt=100)]
type StaticShare = Annotated[float, msgspec.Meta(ge=0, lt=1)]


class DynamicLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which value on a risk has a colour; below all of them it is blue."""

    yellow: Value
    orange: Value
    red: Value


class StaticShares(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a unit is by itself."""

    red: StaticShare
    orange: StaticShare
    yellow: StaticShare
    blue: StaticShare
    unassessed: StaticShare
    grade_I: StaticShare  # noqa: N815 - the grade's own sign
    grade_II: StaticShare  # noqa: N815 - the same
    grade_III: StaticShare  # noqa: N815 - the same
    grade_IV: StaticShare  # noqa: N815 - the same

    def of_colour(self, colour: str) -> float:
        """Of a colour of the ledger or the register; none: 0."""
        share: float = getattr(self, colour) if colour else 0.0
        return share

    def of_grade(self, grade: str) -> float:
        """Of a major hazard's grade; none: 0."""
        share: float = getattr(self, f"grade_{grade}") if grade else 0.0
        return share


class WorkWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What works count."""

    high: tuple[str, ...]
    other: Share
    confined_space: Share


class Heat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where heat begins."""

    hot_from_c: float


class AreaFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How firms make an area's value."""

    head: Share
    top: Annotated[int, msgspec.Meta(ge=1, le=1000)]


class DynamicRiskPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    keep_days: Annotated[int, msgspec.Meta(ge=31, le=36500)]
    step: Annotated[float, msgspec.Meta(gt=0, le=100)]
    told_singly: Annotated[int, msgspec.Meta(ge=0, le=1000)]
    limits: DynamicLimits
    static: StaticShares
    factors: dict[RiskFactor, FactorRow]
    works: WorkWeights
    weather: Heat
    areas: AreaFigures


def _check(policy: DynamicRiskPolicy, source: str) -> None:
    limits, static = policy.limits, policy.static
    if not limits.yellow < limits.orange < limits.red:
        raise ValueError(f"{source}: limits rise from yellow over orange to red")
    if missing := set(RiskFactor) - set(policy.factors):
        raise ValueError(f"{source}: factors: {sorted(missing)} are missing")
    if not static.blue <= static.yellow <= static.orange <= static.red:
        raise ValueError(f"{source}: static rises from blue to red")
    if not static.grade_IV <= static.grade_III <= static.grade_II <= static.grade_I:
        raise ValueError(f"{source}: static rises from grade_IV to grade_I")
    greatest = max(getattr(static, name) for name in static.__struct_fields__)
    if 100 * greatest >= limits.orange:
        raise ValueError(f"{source}: static: a unit at rest is never orange, so that every share lies below limits.orange")


DYNAMIC_RISK = PolicyFile("hazchem.dynamic_risk", FILE, reader(DynamicRiskPolicy, _check), "动态风险", "Dynamic risk")


def dynamic_risk() -> DynamicRiskPolicy:
    """The policy in force."""
    return DYNAMIC_RISK.current()
