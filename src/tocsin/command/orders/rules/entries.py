"""What a unit or its crew says with an act: one shape for the console, the crew's page, the link, the telephone and the API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec

from tocsin.command.orders.rules.acts import OrderAct, ReturnReason

type Text = Annotated[str, msgspec.Meta(max_length=2000)]
type Short = Annotated[str, msgspec.Meta(max_length=120)]


class EntryData(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything that any act may carry; `missing` says what one lacks. Degrees are WGS84."""

    text: Text = ""
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    reason: ReturnReason | None = None  # of a return
    unit: UUID | None = None  # to which it is passed on
    quantity: Short = ""  # of a reading, in the quantity's canonical unit
    check: Short = ""  # of a reading that one of warning's checks asks for
    value: float | None = None
    cause: Short = ""  # of a finding: one of warning's causes, "other" or "not_found"
    cause_in_words: Text = ""
    asset_code: Short = ""
    attachment: UUID | None = None  # of a photo


@dataclass(frozen=True)
class NewEntry:
    """An act as it arrives. The device makes `id` and counts `sequence`; `base_version` is the order's version that was seen."""

    id: UUID
    order_id: UUID
    act: OrderAct
    at: datetime
    data: EntryData = field(default_factory=EntryData)
    said_by: str = ""
    device: str = ""
    sequence: int = 0
    base_version: int | None = None  # None: what is seen now


_NEEDED: Final[dict[OrderAct, tuple[tuple[str, ...], ...]]] = {
    OrderAct.RETURN: (("reason",),),
    OrderAct.PASS_ON: (("unit",),),
    OrderAct.READING: (("quantity", "check"), ("value",)),
    OrderAct.CONTROL: (("text",),),
    OrderAct.MEASURE: (("text",),),
    OrderAct.NOTE: (("text",),),
    OrderAct.PHOTO: (("attachment",),),
    OrderAct.FIND_CAUSE: (("cause",), ("asset_code", "lon", "text")),  # what it was, and where
}


def read_data(given: Mapping[str, Any]) -> EntryData:
    """The data of an entry; ValueError names the key that can't be read."""
    return msgspec.convert(dict(given), EntryData, strict=False)


def plain_data(data: EntryData) -> dict[str, Any]:
    """As it is kept: only what was said."""
    kept: dict[str, Any] = msgspec.to_builtins(data)
    return kept


def missing(act: OrderAct, data: EntryData) -> tuple[str, ...]:
    """What the act still needs, by the name of the first field that would do.

    >>> missing(OrderAct.READING, EntryData(value=12.5))
    ('quantity',)
    """
    return tuple(names[0] for names in _NEEDED.get(act, ()) if all(getattr(data, name) in (None, "") for name in names))
