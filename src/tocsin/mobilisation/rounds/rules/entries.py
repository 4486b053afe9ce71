"""What somebody says with a result at a door: one shape for phone and API."""

from typing import Annotated
from uuid import UUID

import msgspec

from tocsin.fieldwork.rules import ActData


class DoorData(ActData, frozen=True, kw_only=True):
    """What an entry may carry: a door of the list by `door`, or one that stands on no list by `place`."""

    door: UUID | None = None
    place: Annotated[str, msgspec.Meta(max_length=120)] = ""
    people: Annotated[int, msgspec.Meta(ge=0, le=9999)] = 0  # told in person
    seen: Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)] = 0  # version of the door on the phone
