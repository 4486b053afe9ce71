"""What all subjects have in common when people act on them: nothing comes twice, nothing vanishes."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.fieldwork.models import Entry
from tocsin.fieldwork.rules import ActData, NewAct, moment_of_act, plain_data
from tocsin.records.face import Attachment, Prepared, keep_prepared

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def known_entry[Row: Entry](model: type[Row], subject: str, act: NewAct[Any], *, is_photo: bool = False) -> Row | None:
    """The entry that has this id already, from a delivery before; Conflict where another one has it.

    A photo's data names its attachment only once it is kept, so that only what it is about is compared.
    """
    known = model._default_manager.filter(pk=act.id).first()
    if known is None:
        return None
    same = getattr(known, f"{subject}_id") == act.subject_id and known.act == act.act
    if not same or not (is_photo or known.data == plain_data(act.data)):
        raise Conflict(_("Another entry has this id."))
    return known


def entry_fields(
    act: NewAct[Any], *, actor: "User | None", now: datetime, since: datetime, version: int, verdict: str
) -> dict[str, Any]:
    """The columns of an entry; `since`: when there was first something to act upon."""
    return {
        "id": act.id,
        "act": str(act.act),
        "at": moment_of_act(act.at, since=since, now=now),
        "received_at": now,
        "actor": actor,
        "device": act.device[:60],
        "sequence": act.sequence,
        "base_version": version - 1 if act.base_version is None else act.base_version,
        "version": version,
        "data": plain_data(act.data),
        "verdict": verdict,
    }


def require_picture(act: NewAct[Any]) -> None:
    """InvalidInput for a photo that has none."""
    if act.act == "photo" and act.data.attachment is None:
        raise InvalidInput(_("A photo comes with its picture."))


def with_picture[Data: ActData](
    act: NewAct[Data], picture: Prepared, *, actor: "User", object_type: str, region_code: str, now: datetime
) -> NewAct[Data]:
    """The act with its photo attached to what the act is about; it was checked and made harmless before the transaction."""
    kept = keep_prepared(
        picture,
        actor=actor,
        object_type=object_type,
        object_id=act.subject_id,
        region_code=region_code,
        now=now,
        caption=act.data.text,
    )
    return with_attachment(act, kept)


def with_attachment[Data: ActData](act: NewAct[Data], kept: Attachment) -> NewAct[Data]:
    """The act with a photo that its subject has kept."""
    return replace(act, data=msgspec.structs.replace(act.data, attachment=kept.pk))
