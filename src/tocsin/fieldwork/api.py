"""Acts of devices as programs send them: in batches that may come twice, each taken or refused by itself; and photos."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from tocsin.base.errors import InvalidInput, Refusal
from tocsin.fieldwork.queries import Kept, acts_of
from tocsin.fieldwork.rules import NewAct, read_data
from tocsin.screens.request import actor_of

MOST_AT_ONCE: Final = 200
MOST_COUNTED: Final = 2_000_000_000
LARGEST_PHOTO: Final = 25_000_000  # bytes read at all; `records/attachments` says what is kept


class DeviceActIn(Schema, extra="forbid"):
    """What every act says of itself. The same id twice is one act."""

    id: UUID
    act: str = Field(max_length=30)
    at: AwareDatetime
    device: str = Field("", max_length=60)
    sequence: int = Field(0, ge=0, le=MOST_COUNTED)
    base_version: int | None = Field(None, ge=0, le=MOST_COUNTED, description="the version that the person saw")


class DeviceActsIn(Schema, extra="forbid"):
    """A batch of them, `entries`, as a device or another program sends it."""

    channel: Literal["api", "phone"] = "api"


class DeviceActTakenOut(Schema):
    """What became of one act. One that was refused is not kept: the device shows why and keeps it."""

    id: UUID
    taken: bool
    verdict: str
    version: int | None
    reason: str


@dataclass(frozen=True)
class Taken:
    """What became of one act: the entry that was kept, or why none was. The device shows why, and keeps the act."""

    id: UUID
    entry: Kept | None
    reason: str = ""


def take(request: HttpRequest, subject: str, subject_id: UUID, given: DeviceActIn, data: Schema | None, **ways: Any) -> Taken:
    """One act upon a subject of the catalogue: kept, or refused with the reason; `ways` go to the subject's service."""
    said_by = str(ways.pop("said_by", ""))
    row = acts_of(subject)
    try:
        read = read_data(row.data, data.model_dump(exclude_defaults=True) if data else {})
        act = NewAct(given.id, subject_id, given.act, given.at, read, given.device, given.sequence, given.base_version, said_by)
        if act.act not in set(row.acts):
            raise InvalidInput(_("There is no act %(act)s here.") % {"act": act.act})
        return Taken(given.id, row.enter(actor=actor_of(request), act=act, **ways))
    except Refusal as refusal:
        return Taken(given.id, None, str(refusal))
    except ObjectDoesNotExist:
        return Taken(given.id, None, str(row.absent))


def take_photo(
    request: HttpRequest,
    subject: str,
    subject_id: UUID,
    file: UploadedFile,
    *,
    identity: UUID,
    at: datetime,
    data: Mapping[str, str],
    device: str,
    sequence: int,
    base_version: int | None,
    what: str = "photo",
    **ways: Any,
) -> Kept:
    """A photo as proof, an act of its own, or `what` it comes with. The same id twice is one photo. What is refused passes on."""
    if (file.size or 0) > LARGEST_PHOTO:
        raise InvalidInput(_("The file has more than %(megabytes)g MB.") % {"megabytes": LARGEST_PHOTO / 1e6})
    row = acts_of(subject)
    act = NewAct(
        id=identity,
        subject_id=subject_id,
        act=what,
        at=at,
        data=read_data(row.data, data),
        device=device[:60],
        sequence=max(0, min(sequence, MOST_COUNTED)),
        base_version=None if base_version is None else max(0, min(base_version, MOST_COUNTED)),
    )
    return row.enter(actor=actor_of(request), act=act, picture=file.read(), name=file.name or "", **ways)
