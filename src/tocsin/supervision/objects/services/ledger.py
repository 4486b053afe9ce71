"""Facts on an object are noted by the machine, with what they come from."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from tocsin.supervision.objects.models import PointsEvent, SupervisedObject

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def note_event(
    *,
    supervised_object: SupervisedObject,
    kind: str,
    key: str,
    began_on: date,
    now: datetime,
    entered_by: "User | None" = None,
    evidence: Mapping[str, object] | None = None,
) -> PointsEvent:
    """Something that takes points or turns the code red, once for its key; call it in the transaction of what it comes from."""
    event, _created = PointsEvent.objects.get_or_create(
        object=supervised_object,
        key=key[:120],
        defaults={"kind": kind, "began_on": began_on, "evidence": evidence or {}, "entered_at": now, "entered_by": entered_by},
    )
    return event
