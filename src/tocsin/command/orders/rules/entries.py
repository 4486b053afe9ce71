"""What a unit or its crew says with an act: one shape for the console, the crew's page, the link, the telephone and the API."""

from typing import Annotated, Final
from uuid import UUID

import msgspec

from tocsin.command.orders.rules.acts import OrderAct, ReturnReason
from tocsin.fieldwork.rules import ActData, Short, Text


class EntryData(ActData, frozen=True, kw_only=True):
    """What an act upon an order may carry; `missing` says what one lacks."""

    reason: ReturnReason | None = None  # of a return
    unit: UUID | None = None  # to which it is passed on
    quantity: Short = ""  # of a reading, in the quantity's canonical unit
    check: Short = ""  # of a reading that one of warning's checks asks for
    value: float | None = None
    outcome: Short = ""  # of an answer: one of those of its check
    corrects: UUID | None = None  # the entry that was wrong: a reading, or the step that is taken back
    task: UUID | None = None  # of a started plan
    checked: tuple[Annotated[int, msgspec.Meta(ge=0, le=99)], ...] = ()  # which lines of its check list hold
    cause: Short = ""  # of a finding: one of warning's causes, "other" or "not_found"
    cause_in_words: Text = ""
    asset_code: Short = ""


_NEEDED: Final[dict[OrderAct, tuple[tuple[str, ...], ...]]] = {
    OrderAct.RETURN: (("reason",),),
    OrderAct.PASS_ON: (("unit",),),
    OrderAct.READING: (("quantity", "check"), ("value",)),
    OrderAct.ANSWER: (("check",), ("outcome",)),
    OrderAct.TASK: (("task",),),
    OrderAct.TAKE_BACK: (("corrects",),),
    OrderAct.CONTROL: (("text",),),
    OrderAct.MEASURE: (("text",),),
    OrderAct.NOTE: (("text",),),
    OrderAct.PHOTO: (("attachment",),),
    OrderAct.FIND_CAUSE: (("cause",), ("asset_code", "lon", "text")),  # what it was, and where
}


def missing(act: OrderAct, data: EntryData) -> tuple[str, ...]:
    """What the act still needs, by the name of the first field that would do.

    >>> missing(OrderAct.READING, EntryData(value=12.5))
    ('quantity',)
    """
    return tuple(names[0] for names in _NEEDED.get(act, ()) if all(getattr(data, name) in (None, "") for name in names))
