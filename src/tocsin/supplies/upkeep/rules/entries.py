"""What somebody says with a result: one shape for phone and API."""

from decimal import Decimal

from tocsin.fieldwork.rules import ActData


class UpkeepData(ActData, frozen=True, kw_only=True):
    """What an entry may carry: how much of the lot failed, in the item's unit; none is all of it."""

    quantity: Decimal | None = None
