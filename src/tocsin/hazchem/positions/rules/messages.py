"""Positions as a gateway publishes them: the body of the API's request as one message."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.hazchem.positions.rules.arriving import NewPosition

MOST_POSITIONS: Final = 5000  # of one message, whatever the policy takes at once
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)  # beyond them no database and no zone need be asked

type Number = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[^\x00]+$")]


class ToldPosition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One position of a message; see `rules.arriving.NewPosition`."""

    tag: Number
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    lon: float | None = None
    lat: float | None = None
    x: float | None = None
    y: float | None = None
    accuracy_m: float = 5.0
    floor: Annotated[str, msgspec.Meta(max_length=20)] = ""
    speed_km_h: float | None = None
    battery_percent: float | None = None
    sos: bool = False


class ToldPositions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole message."""

    gateway: Number
    positions: Annotated[tuple[ToldPosition, ...], msgspec.Meta(min_length=1, max_length=MOST_POSITIONS)]


def read_positions(content: bytes) -> tuple[str, list[NewPosition]]:
    """The gateway's code and its positions; InvalidInput names the key that does not fit."""
    told = decode_json(content, ToldPositions)
    for number, one in enumerate(told.positions, start=1):
        if not EARLIEST <= one.at <= LATEST:
            raise InvalidInput("position %(number)s (%(tag)s): no gateway's clock shows this time", number=number, tag=one.tag)
    return told.gateway, [NewPosition(**msgspec.structs.asdict(one)) for one in told.positions]
