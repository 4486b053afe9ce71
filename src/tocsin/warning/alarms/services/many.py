"""One act of a person on many alarms, with one reason: each as if it were alone, and a refusal stops no other."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, Refusal
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries import visible_alarms
from tocsin.warning.alarms.services import acts

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST: Final = 200


class ActOnMany(StrEnum):
    """What may be done with many alarms at once."""

    ACKNOWLEDGE = "acknowledge"
    SHELVE = "shelve"
    ASSIGN = "assign"
    RESET = "reset"


@dataclass(frozen=True)
class RefusedAlarm:
    """An alarm whose state or region does not allow the act, and why in words."""

    alarm_id: UUID
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What was done, and what was not."""

    done: list[UUID] = field(default_factory=list)
    refused: list[RefusedAlarm] = field(default_factory=list)


def act_on_many(
    *,
    actor: "User",
    alarm_ids: Collection[UUID],
    act: ActOnMany,
    reason: str = "",
    until: datetime | None = None,
    person_id: UUID | None = None,
    channel: str = "console",
) -> Outcome:
    """Does it to each; one that the actor may not see is refused as one that is not there.

    Alarm.DoesNotExist where the actor sees none of them, InvalidInput for too many or none.
    """
    wanted = list(dict.fromkeys(alarm_ids))
    if not 0 < len(wanted) <= MOST:
        raise InvalidInput(_("Choose from 1 to %(most)d alarms.") % {"most": MOST})
    if act is ActOnMany.SHELVE and (until is None or not reason.strip()):
        raise InvalidInput(_("Say until when and why the alarms are shelved."))
    if not visible_alarms(actor).filter(pk__in=wanted).exists():
        raise Alarm.DoesNotExist
    outcome = Outcome()
    for alarm_id in wanted:
        try:
            with transaction.atomic():
                _do(actor, alarm_id, act, reason, until, person_id, channel)
        except Refusal as refusal:
            outcome.refused.append(RefusedAlarm(alarm_id, str(refusal)))
        except Alarm.DoesNotExist:
            outcome.refused.append(RefusedAlarm(alarm_id, _("There is no such alarm.")))
        else:
            outcome.done.append(alarm_id)
    return outcome


def _do(
    actor: "User", alarm_id: UUID, act: ActOnMany, reason: str, until: datetime | None, person_id: UUID | None, channel: str
) -> None:
    match act:
        case ActOnMany.ACKNOWLEDGE:
            acts.acknowledge_alarm(actor=actor, alarm_id=alarm_id, comment=reason, channel=channel)
        case ActOnMany.RESET:
            acts.reset_alarm(actor=actor, alarm_id=alarm_id, comment=reason, channel=channel)
        case ActOnMany.ASSIGN:
            acts.assign_alarm(actor=actor, alarm_id=alarm_id, person_id=person_id, channel=channel)
            if reason.strip():
                acts.comment_on_alarm(actor=actor, alarm_id=alarm_id, text=reason, channel=channel)
        case ActOnMany.SHELVE if until is not None:
            acts.shelve_alarm(actor=actor, alarm_id=alarm_id, until=until, reason=reason, channel=channel)
