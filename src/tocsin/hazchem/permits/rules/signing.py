"""Who signs a permit, in which order, and what still lacks before work begins."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from tocsin.hazchem.permits.rules.gas import Freshness
from tocsin.hazchem.permits.rules.kinds import GradeRow, SigningRole


def roles_of(row: GradeRow) -> tuple[SigningRole, ...]:
    """Who signs, in order; the analyst where there is a gas test."""
    return tuple(role for role in SigningRole if role is not SigningRole.ANALYST or row.gas_test)


def next_role(row: GradeRow, signed: Collection[SigningRole]) -> SigningRole | None:
    """Who signs next; None where all have."""
    return next((role for role in roles_of(row) if role not in signed), None)


def one_person_twice(row: GradeRow, people: Mapping[SigningRole, UUID | None]) -> tuple[SigningRole, SigningRole] | None:
    """The first two roles that one person would hold; None where all are different. Roles that nobody holds yet are no clash."""
    roles = roles_of(row)
    for place, role in enumerate(roles):
        for other in roles[:place]:
            if people.get(role) is not None and people.get(role) == people.get(other):
                return other, role
    return None


def not_named(row: GradeRow, people: Mapping[SigningRole, UUID | None]) -> tuple[SigningRole, ...]:
    """The roles for which nobody is named."""
    return tuple(role for role in roles_of(row) if people.get(role) is None)


class Lack(StrEnum):
    """What lacks before somebody signs, or before work begins."""

    ANALYSIS = "analysis"
    PERSON = "person"
    TEST = "test"
    TEST_FAILED = "test_failed"
    TEST_OLD = "test_old"
    TEST_AGAIN = "test_again"
    MEASURES = "measures"
    CONFLICT = "conflict"
    JOINT = "joint"
    SIGNATURE = "signature"


@dataclass(frozen=True)
class Missing:
    """What lacks and who must do it."""

    lack: Lack
    role: SigningRole


_TESTS = {
    Freshness.NONE: Lack.TEST,
    Freshness.FAILED: Lack.TEST_FAILED,
    Freshness.OLD: Lack.TEST_OLD,
    Freshness.BEFORE_PAUSE: Lack.TEST_AGAIN,
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a permit has come. `undone`: measures that nobody has ticked; `joint`: whether works beside it were accepted."""

    analysed: bool
    people: Mapping[SigningRole, UUID | None]
    test: Freshness
    undone: int
    forbidding: int
    joining: int
    joint: bool
    signed: Collection[SigningRole]


def missing_for(row: GradeRow, standing: Standing, role: SigningRole | None) -> tuple[Missing, ...]:
    """What lacks before `role` signs; before work begins for None. In the order in which it is to be done."""
    found: list[Missing] = []
    if not standing.analysed:
        found.append(Missing(Lack.ANALYSIS, SigningRole.APPLICANT))
    if not_named(row, standing.people):
        found.append(Missing(Lack.PERSON, SigningRole.APPLICANT))
    roles = roles_of(row)
    asked = roles if role is None else roles[: roles.index(role)]
    after_test = role is None or role is not SigningRole.APPLICANT
    if after_test and row.gas_test and standing.test in _TESTS:
        found.append(Missing(_TESTS[standing.test], SigningRole.ANALYST))
    if standing.undone and (role is None or role in (SigningRole.WATCHER, SigningRole.APPROVER)):
        found.append(Missing(Lack.MEASURES, SigningRole.WATCHER))
    if role is None or role is SigningRole.APPROVER:
        if standing.forbidding:
            found.append(Missing(Lack.CONFLICT, SigningRole.APPLICANT))
        if standing.joining and not standing.joint:
            found.append(Missing(Lack.JOINT, SigningRole.APPROVER))
    found += [Missing(Lack.SIGNATURE, one) for one in asked if one not in standing.signed]
    return tuple(found)
