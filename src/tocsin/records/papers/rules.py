"""What a paper is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class Paper:
    """What is printed, and about which object: the audit trail tells it."""

    values: Mapping[str, Any]
    object_type: str
    object_id: UUID
    region_code: str
    drill: bool = False


Builder = Callable[["Person", UUID, datetime], Paper]
"""Makes a paper about the object of an id as it is now; refuses whoever may not read the object."""
