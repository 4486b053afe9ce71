"""`permits.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.hazchem.permits.rules.conflicts import Distances
from tocsin.hazchem.permits.rules.field import CARRY_NO_CODE, PermitFieldAct
from tocsin.hazchem.permits.rules.gas import GasLimits
from tocsin.hazchem.permits.rules.kinds import GradeRow, Hours, Measure, Minutes, PermitKind, check_rows

FILE = Path(__file__).with_name("permits.toml")


class Toxic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A toxic substance with its limit in mg/m³."""

    code: str
    zh: str
    en: str
    limit: Annotated[float, msgspec.Meta(gt=0)]


class PermitPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    night_from_h: Annotated[int, msgspec.Meta(ge=12, le=23)]
    night_until_h: Annotated[int, msgspec.Meta(ge=0, le=11)]
    remind_before_min: Minutes
    approval_late_min: Minutes
    sensor_fresh_min: Minutes
    certificate_soon_days: Annotated[float, msgspec.Meta(ge=0, le=365)]
    wind_ahead_h: Annotated[float, msgspec.Meta(ge=0, le=72)]
    keep_days: Annotated[int, msgspec.Meta(ge=365, le=36500)]
    gas: GasLimits
    distances: Distances
    grade: tuple[GradeRow, ...]
    toxic: tuple[Toxic, ...]
    measure: tuple[Measure, ...]
    plant_most_h: Hours | None = None
    place_demanded: tuple[PermitFieldAct, ...] = ()

    def row(self, kind: PermitKind, grade: str) -> GradeRow:
        """What is asked of a grade."""
        return next(one for one in self.grade if one.kind is kind and one.grade == grade)

    def measures(self, kind: PermitKind) -> tuple[Measure, ...]:
        """What is ticked on site."""
        return tuple(one for one in self.measure if kind in one.kinds)

    @property
    def toxic_limits(self) -> dict[str, float]:
        """By substance its limit in mg/m³."""
        return {one.code: one.limit for one in self.toxic}


def _check(policy: PermitPolicy, source: str) -> None:
    check_rows(policy.grade)
    for kind in PermitKind:
        if not policy.measures(kind):
            raise ValueError(f"{source}: measure: none is for {kind}")
    for name, codes in (("measure", [one.code for one in policy.measure]), ("toxic", [one.code for one in policy.toxic])):
        if len(codes) != len(set(codes)):
            raise ValueError(f"{source}: {name}: a code stands once")
    if wrong := [one for one in policy.place_demanded if one in CARRY_NO_CODE]:
        raise ValueError(f"{source}: place_demanded: {wrong[0]} is taken at any place")
    if policy.gas.lean > policy.gas.rich or policy.gas.oxygen_least >= policy.gas.oxygen_most:
        raise ValueError(f"{source}: gas: lean is at most rich, and oxygen_least below oxygen_most")


PERMITS = PolicyFile("hazchem.permits", FILE, reader(PermitPolicy, _check), "特殊作业票", "Work permits")


def permit_policy() -> PermitPolicy:
    """The policy in force."""
    return PERMITS.current()
