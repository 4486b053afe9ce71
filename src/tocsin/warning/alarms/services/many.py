"""One act of a person on many alarms, with one reason: each as if it were alone, and a refusal stops no other."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.screens.lists.many import act_on_each, check_number
from tocsin.screens.words import LEVEL_NAMES
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.policy import handling
from tocsin.warning.alarms.queries.alarms import shown_level, visible_alarms
from tocsin.warning.alarms.services import acts

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


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
    check_number(len(wanted))
    _require_shelf(act, until, reason)
    if not visible_alarms(actor).filter(pk__in=wanted).exists():
        raise Alarm.DoesNotExist
    done, refused = act_on_each(wanted, lambda one: _do(actor, one, act, reason, until, person_id, channel))
    return Outcome(done, [RefusedAlarm(alarm_id, reason) for alarm_id, reason in refused.items()])


def act_on_one_of_many(
    actor: "User",
    alarm_id: UUID,
    act: ActOnMany,
    *,
    reason: str = "",
    until: datetime | None = None,
    person_id: UUID | None = None,
    channel: str = "console",
) -> None:
    """The act with one of several alarms that were chosen together; Conflict for one that policy keeps for a single look."""
    _require_shelf(act, until, reason)
    _do(actor, alarm_id, act, reason, until, person_id, channel)


def _require_shelf(act: ActOnMany, until: datetime | None, reason: str) -> None:
    if act is ActOnMany.SHELVE and (until is None or not reason.strip()):
        raise InvalidInput(_("Say until when and why the alarms are shelved."))


def _require_low(alarm: Alarm) -> None:
    level = AlarmLevel(shown_level(alarm))
    if not handling(alarm.region_code).taken_at_once(level):
        words = {"level": LEVEL_NAMES[level]}
        raise Conflict(_("An alarm of %(level)s is acknowledged alone: open it and do it on its own page.") % words)


def _do(
    actor: "User", alarm_id: UUID, act: ActOnMany, reason: str, until: datetime | None, person_id: UUID | None, channel: str
) -> None:
    match act:
        case ActOnMany.ACKNOWLEDGE:
            _require_low(visible_alarms(actor).get(pk=alarm_id))
            acts.acknowledge_alarm(actor=actor, alarm_id=alarm_id, comment=reason, channel=channel)
        case ActOnMany.RESET:
            acts.reset_alarm(actor=actor, alarm_id=alarm_id, comment=reason, channel=channel)
        case ActOnMany.ASSIGN:
            acts.assign_alarm(actor=actor, alarm_id=alarm_id, person_id=person_id, channel=channel)
            if reason.strip():
                acts.comment_on_alarm(actor=actor, alarm_id=alarm_id, text=reason, channel=channel)
        case ActOnMany.SHELVE if until is not None:
            acts.shelve_alarm(actor=actor, alarm_id=alarm_id, until=until, reason=reason, channel=channel)
