"""What is entered of tags, gateways and plans, and what of it can't be. Values in, InvalidInput out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from tocsin.base.datums import Datum
from tocsin.base.errors import InvalidInput
from tocsin.engine.positioning.frames import ReferencePoint

MOST_POINTS: Final = 50


class TagKind(StrEnum):
    """Who or what carries a tag."""

    STAFF = "staff"
    CONTRACTOR = "contractor"
    VISITOR = "visitor"
    VEHICLE = "vehicle"


PEOPLE: Final = (TagKind.STAFF, TagKind.CONTRACTOR, TagKind.VISITOR)


@dataclass(frozen=True, kw_only=True)
class TagSheet:
    """A tag. `employer`: whose people a contractor or visitor is; `person_id`: the account of the holder, who is told then."""

    number: str
    kind: TagKind
    holder: str
    employer: str = ""
    person_id: UUID | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class GatewaySheet:
    """What sends positions of a plant. `plan`: of which plan its x and y are, empty for none; `datum`: of its degrees;
    `device_code`: the device that publishes them over MQTT, empty for none.
    """

    code: str
    name: str
    plan: str = ""
    datum: Datum = Datum.CGCS2000
    device_code: str = ""


def check_tag(sheet: TagSheet) -> None:
    """InvalidInput says what is missing."""
    if not sheet.number.strip():
        raise InvalidInput("A tag has a number: what is printed on it, or what the gateway sends.")
    if not sheet.holder.strip():
        raise InvalidInput("Say who carries the tag, or for which visitors it is kept.")


def check_gateway(sheet: GatewaySheet) -> None:
    """The same of a gateway."""
    if not sheet.code.strip() or not sheet.name.strip():
        raise InvalidInput("A gateway has a code and a name.")


def read_points(text: str) -> tuple[ReferencePoint, ...]:
    """Reference points as a form writes them, one a line: x, y, longitude, latitude. InvalidInput names the line.

    >>> read_points("0 0 120.43 36.16")
    (ReferencePoint(x=0.0, y=0.0, lon=120.43, lat=36.16),)
    """
    found = []
    for line, told in enumerate(text.replace("，", " ").replace(",", " ").splitlines(), 1):
        if not told.strip():
            continue
        try:
            x, y, lon, lat = (float(one) for one in told.split())
        except ValueError:
            raise InvalidInput(
                "line %(line)s: four numbers make a reference point: x, y, longitude, latitude", line=line
            ) from None
        found.append(ReferencePoint(x, y, lon, lat))
    return tuple(found)


def check_points(points: tuple[ReferencePoint, ...]) -> None:
    """InvalidInput for too many, and for degrees that are none."""
    if len(points) > MOST_POINTS:
        raise InvalidInput("more than %(most)s reference points", most=MOST_POINTS)
    for number, one in enumerate(points, 1):
        if not (-180 <= one.lon <= 180 and -90 <= one.lat <= 90):
            raise InvalidInput("reference point %(number)s: longitude and latitude are swapped, or no degrees", number=number)
