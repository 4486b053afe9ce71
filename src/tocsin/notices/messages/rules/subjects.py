"""What a notice is about, and what its reader signs for: by kind and id, with the number that was told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

CASE: Final = "case"  # the two kinds that have a field of their own in events and answers
ORDER: Final = "order"


@dataclass(frozen=True)
class Subject:
    """What a notice is about. `label`: its number; `wall`: whom a drill names, None for what is real."""

    kind: str
    id: UUID
    label: str
    region_code: str
    level: int
    wall: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Act:
    """What is asked of the body of `body_id`, which signs for it (None: of the person who is told, who belongs to none); whoever
    else is told of it signs for the notice alone.
    """

    kind: str
    id: UUID
    label: str
    body_id: UUID | None
