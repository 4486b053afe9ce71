"""What somebody says with a count: one shape for phone and API."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec

from tocsin.fieldwork.rules import ActData


class CountData(ActData, frozen=True, kw_only=True):
    """What an entry may carry: the line of the list, what was counted in the item's unit, and which version the phone showed."""

    line: UUID | None = None
    counted: Decimal | None = None
    seen: Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)] = 0
