"""What follows from a colour: what the system does itself, whom it sends, and what is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

COLOUR: Final = "colour"  # purposes of notices: to a firm, its code has another colour
RED: Final = "red"  # to whoever supervises it: what its colour asks for on the same day
FACT: Final = "points_fact"  # a fact that takes points or makes red: entered, asked to be ended, ended
APPEAL: Final = "appeal"  # an objection to points, and its answer


class Does(StrEnum):
    """What the system does of a consequence by itself."""

    PERSON = "person"  # nothing: somebody does it and says what was done
    NOTICE = "notice"  # whoever supervises the object is told
    LIST = "list"  # the list of objects of that colour is the list that is asked for
    PLAN = "plan"  # an inspection is planned with two inspectors; its signed record closes
    INSPECTION = "inspection"  # the signed record of any inspection closes


BY_RECORD: Final = frozenset({Does.PLAN, Does.INSPECTION})


@dataclass(frozen=True)
class Inspector:
    """Somebody who may inspect an object, their body, and how many inspections they have before them."""

    id: UUID
    body: UUID | None
    waiting: int


def two_of(inspectors: Iterable[Inspector], preferred: UUID | None) -> tuple[UUID, ...]:
    """The two who go: of the body that supervises the object first, then who has least before them. Fewer where there are fewer.

    >>> body, other = UUID(int=1), UUID(int=2)
    >>> people = [Inspector(UUID(int=7), other, 0), Inspector(UUID(int=8), body, 3), Inspector(UUID(int=9), body, 1)]
    >>> [one.int for one in two_of(people, body)]
    [9, 8]
    """
    ordered = sorted(inspectors, key=lambda one: (preferred is None or one.body != preferred, one.waiting, one.id))
    return tuple(one.id for one in ordered[:2])
