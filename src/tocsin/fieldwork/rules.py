"""An act as a device made it: who acts names the version that was seen, and a second delivery is the same act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec

from tocsin.base.decoding import convert
from tocsin.base.errors import InvalidInput

type Text = Annotated[str, msgspec.Meta(max_length=2000)]
type Short = Annotated[str, msgspec.Meta(max_length=120)]


class ActData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every act may carry; a subject adds its own fields in a class below this one. Degrees are WGS84."""

    text: Text = ""
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    attachment: UUID | None = None  # of a photo


def read_data[Data: ActData](kind: type[Data], given: Mapping[str, Any]) -> Data:
    """The data of an act; InvalidInput names the key that can't be read. What acts of this kind do not know is left out."""
    try:
        return convert(dict(given), kind, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInput("This can't be read: %(why)s.", why=str(error)) from None


def plain_data(data: ActData) -> dict[str, Any]:
    """The data as it is kept: only what was said."""
    kept: dict[str, Any] = msgspec.to_builtins(data)
    return kept


@dataclass(frozen=True)
class NewAct[Data: ActData]:
    """An act as it arrives. The device makes `id` and counts `sequence`; `base_version` is the version that was seen."""

    id: UUID
    subject_id: UUID
    act: str
    at: datetime
    data: Data
    device: str = ""
    sequence: int = 0
    base_version: int | None = None  # None: what is seen now
    said_by: str = ""  # a name, where somebody else enters it


def moment_of_act(at: datetime, *, since: datetime, now: datetime) -> datetime:
    """When an act was done: a device's clock may be wrong, so it lies between `since` and `now`."""
    return min(max(at, since), now)


CLOCK_MAY_DIFFER: Final = timedelta(minutes=5)


def clock_is_impossible(at: datetime, *, since: datetime, now: datetime) -> bool:
    """Whether a device's clock names a time at which the act can't have been done: before there was anything to do, or to come.

    >>> from datetime import UTC
    >>> opened, now = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)
    >>> clock_is_impossible(datetime(2027, 5, 1, tzinfo=UTC), since=opened, now=now)
    True
    """
    return not since - CLOCK_MAY_DIFFER <= at <= now + CLOCK_MAY_DIFFER
