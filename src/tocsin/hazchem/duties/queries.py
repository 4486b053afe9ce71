"""Who answers for a firm's major hazards, and what of their duties was done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tocsin.hazchem.installations.models import PlantUnit
from tocsin.supervision.face import key_people, tasks_by_role

if TYPE_CHECKING:
    from tocsin.supervision.face import KeyPerson, SupervisedObject

ROLES: Final = ("hazard_principal", "hazard_technical", "hazard_operations")
RATE_DAYS: Final = 90  # the days before now whose checks are counted: a quarter, the longest period of the measures


@dataclass(frozen=True)
class RoleDuties:
    """One role of a firm: its people, and of the checks that fell due in the last RATE_DAYS days how many were done, in time or
    late. The rate is done over planned, None where none fell due.
    """

    role: str
    people: "list[KeyPerson]"
    planned: int
    done: int

    @property
    def rate(self) -> float | None:
        """0 to 1."""
        return self.done / self.planned if self.planned else None


def has_major_hazard(firm: "SupervisedObject") -> bool:
    """Whether the firm is registered with a major hazard, or one of its units is graded as one, by design or as of now."""
    units = PlantUnit.objects.filter(object=firm, active=True)
    return firm.major_hazard or units.exclude(grade="", grade_now="").exists()


def duties_of(firm: "SupervisedObject", now: datetime) -> list[RoleDuties]:
    """The three roles of a firm in the order of the measures. Two queries."""
    people = key_people(firm.pk, ROLES)
    counts = tasks_by_role(firm.pk, ROLES, now - timedelta(days=RATE_DAYS), now)
    return [RoleDuties(role, [one for one in people if one.role == role], *counts.get(role, (0, 0))) for role in ROLES]
