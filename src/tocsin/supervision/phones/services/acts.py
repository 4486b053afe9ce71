"""What tasks, findings and inspections have in common when people act on them: nothing comes twice, nothing vanishes."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from django.db.models import Model
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may
from tocsin.records.face import keep_attachment
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.phones.rules import ActData, NewAct, plain_act_data

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.supervision.objects.models import SupervisedObject


def known_entry[Row: Model](model: type[Row], subject: str, act: NewAct, *, is_photo: bool = False) -> Row | None:
    """The entry that has this id already, from a delivery before; Conflict where another one has it.

    A photo's data names its attachment only once it is kept, so that only what it is about is compared.
    """
    known: Any = model._default_manager.filter(pk=act.id).first()
    if known is None:
        return None
    same = getattr(known, f"{subject}_id") == act.subject_id and known.act == act.act
    if not same or not (is_photo or known.data == plain_act_data(act.data)):
        raise Conflict(_("Another entry has this id."))
    found: Row = known
    return found


def entry_fields(act: NewAct, *, actor: "User", now: datetime, since: datetime, version: int, verdict: str) -> dict[str, Any]:
    """The fields that every kind of entry has. A device's clock may be wrong: `at` lies between `since` and `now`."""
    return {
        "id": act.id,
        "act": act.act,
        "at": min(max(act.at, since), now),
        "received_at": now,
        "actor": actor,
        "device": act.device[:60],
        "sequence": act.sequence,
        "base_version": version - 1 if act.base_version is None else act.base_version,
        "version": version,
        "data": plain_act_data(act.data),
        "verdict": verdict,
    }


def require_firm(actor: "User", found: "SupervisedObject") -> None:
    """NotAllowed unless the actor works for the object's own firm."""
    if not may(actor, rights.OWN, found.region_code, (found.organisation_id,)):
        raise NotAllowed(_("This needs the right to work for %(firm)s.") % {"firm": found.name})


def require_picture(act: NewAct) -> None:
    """InvalidInput for a photo that has none."""
    if act.act == "photo" and act.data.attachment is None:
        raise InvalidInput(_("A photo comes with its picture."))


def day_of(text: str) -> date:
    """A day as it was entered; InvalidInput for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(_("%(text)s is no day: write YYYY-MM-DD.") % {"text": text or "–"}) from None


def with_picture(
    act: NewAct, *, actor: "User", object_type: str, region_code: str, picture: bytes, name: str, now: datetime
) -> NewAct:
    """The act with its photo kept: checked, made harmless, and attached to what the act is about."""
    kept = keep_attachment(
        actor=actor,
        object_type=object_type,
        object_id=act.subject_id,
        region_code=region_code,
        data=picture,
        name=name,
        now=now,
        caption=act.data.text,
    )
    data: ActData = msgspec.structs.replace(act.data, attachment=kept.pk)
    return NewAct(act.id, act.subject_id, act.act, act.at, data, act.device, act.sequence, act.base_version)
