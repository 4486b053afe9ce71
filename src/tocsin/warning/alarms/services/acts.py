"""What persons do with an alarm: each act checked, decided by `rules`, written with its history, event and audit entry."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.face import may
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.policy import handling
from tocsin.warning.alarms.rules.states import PERMISSION_HANDLE, PERMISSION_SEE, Act, AlarmState, Refused, confirmation
from tocsin.warning.alarms.services.changes import Changes, judging_now, lock_alarm, move

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

REFUSALS = {
    Refused.ALREADY_ACKNOWLEDGED: gettext_lazy("This alarm has already been acknowledged."),
    Refused.STILL_ACTIVE: gettext_lazy("The condition still holds: an active alarm can't be reset."),
    Refused.NOT_ACKNOWLEDGED: gettext_lazy("Acknowledge the alarm before you reset it."),
    Refused.SET_ASIDE: gettext_lazy("This alarm is set aside: bring it back first."),
    Refused.NOT_SET_ASIDE_SO: gettext_lazy("This alarm is not set aside in that way."),
    Refused.NO_ALARM: gettext_lazy("This alarm is over."),
    Refused.NOT_ACTIVE: gettext_lazy("The condition is gone already: a shelf until it is gone has nothing to wait for."),
    Refused.ALREADY_CONFIRMED: gettext_lazy("What was done about this alarm has already been confirmed."),
}


@transaction.atomic
def acknowledge_alarm(*, actor: "User", alarm_id: UUID, comment: str = "", channel: str = "console") -> Alarm:
    """The person takes note: it stops ringing. Conflict where it is already acknowledged, over or set aside."""
    alarm = lock_alarm(alarm_id, actor, PERMISSION_HANDLE)
    now = judging_now()
    _move_or_refuse(alarm, Act.ACKNOWLEDGE, now)
    alarm.acknowledged_at, alarm.acknowledged_by = now, actor
    return _write(alarm, "acknowledged", actor, channel, now, comment)


@transaction.atomic
def reset_alarm(*, actor: "User", alarm_id: UUID, comment: str = "", channel: str = "console") -> Alarm:
    """The person lets a latched alarm go. Conflict while the condition holds or nobody has acknowledged it."""
    alarm = lock_alarm(alarm_id, actor, PERMISSION_HANDLE)
    now = judging_now()
    _move_or_refuse(alarm, Act.RESET, now)
    return _write(alarm, "reset", actor, channel, now, comment)


@transaction.atomic
def confirm_alarm(*, actor: "User", alarm_id: UUID, done: str, channel: str = "console") -> Alarm:
    """The person confirms that the right thing was done, and says what. Conflict before the acknowledgement, or a second time."""
    alarm = lock_alarm(alarm_id, actor, PERMISSION_HANDLE)
    if not done.strip():
        raise InvalidInput(_("Say what was done about the alarm."))
    taken = alarm.acknowledged_at is not None
    refused = confirmation(alarm.standing, acknowledged=taken, confirmed=alarm.confirmed_at is not None)
    if refused is not None:
        raise Conflict(str(REFUSALS[refused]))
    now = judging_now()
    alarm.confirmed_at, alarm.confirmed_by = now, actor
    return _write(alarm, "confirmed", actor, channel, now, done)


@transaction.atomic
def shelve_alarm(
    *,
    actor: "User",
    alarm_id: UUID,
    reason: str,
    until: datetime | None = None,
    once: bool = False,
    channel: str = "console",
) -> Alarm:
    """Sets the alarm aside for a reason until a moment within what the policy allows; the clock alone brings it back.

    `once`: until its condition is gone, at the latest until that moment, or the last one that the policy allows.
    """
    alarm = lock_alarm(alarm_id, actor, PERMISSION_HANDLE)
    now, longest_h = judging_now(), handling(alarm.region_code).longest_shelf_h
    if not reason.strip():
        raise InvalidInput(_("Say why the alarm is shelved."))
    if until is None and once:
        until = now + timedelta(hours=longest_h)
    if until is None:
        raise InvalidInput(_("Say until when the alarm is shelved."))
    _require_end(until, now, longest_h)
    _move_or_refuse(alarm, Act.SHELVE_ONCE if once else Act.SHELVE, now)
    alarm.shelved_until, alarm.shelved_by, alarm.shelved_reason = until, actor, reason.strip()
    return _write(alarm, "shelved_once" if once else "shelved", actor, channel, now, reason, until=until)


@transaction.atomic
def take_out_of_service(*, actor: "User", alarm_id: UUID, until: datetime, reason: str, channel: str = "console") -> Alarm:
    """Takes the alarm out of service (its sensor is repaired) with an end that the policy allows; the clock brings it back."""
    alarm = lock_alarm(alarm_id, actor, PERMISSION_HANDLE)
    if not reason.strip():
        raise InvalidInput(_("Say why the alarm is out of service."))
    now = judging_now()
    _require_end(until, now, handling(alarm.region_code).longest_suppression_h)
    _move_or_refuse(alarm, Act.TAKE_OUT_OF_SERVICE, now)
    alarm.suppressed_until, alarm.suppressed_by, alarm.suppressed_reason = until, actor, reason.strip()[:500]
    return _write(alarm, "out_of_service", actor, channel, now, reason, until=until)


@transaction.atomic
def return_to_service(*, actor: "User", alarm_id: UUID, comment: str = "", channel: str = "console") -> Alarm:
    """Ends that early. Conflict where its sensor is disabled: then it comes back with the sensor."""
    alarm = lock_alarm(alarm_id, actor, PERMISSION_HANDLE)
    if alarm.state == AlarmState.OUT_OF_SERVICE and alarm.suppressed_until is None:
        raise Conflict(_("Its sensor is disabled: enable the sensor, and the alarm is back in service."))
    now = judging_now()
    _move_or_refuse(alarm, Act.RETURN_TO_SERVICE, now)
    return _write(alarm, "returned_to_service", actor, channel, now, comment)


@transaction.atomic
def unshelve_alarm(*, actor: "User", alarm_id: UUID, comment: str = "", channel: str = "console") -> Alarm:
    """Ends the shelf early: what is still active comes back unacknowledged."""
    alarm = lock_alarm(alarm_id, actor, PERMISSION_HANDLE)
    now = judging_now()
    _move_or_refuse(alarm, Act.UNSHELVE, now)
    return _write(alarm, "unshelved", actor, channel, now, comment)


@transaction.atomic
def suppress_alarm(
    *,
    actor: "User",
    alarm_id: UUID,
    reason: str,
    suppressed: bool = True,
    until: datetime | None = None,
    channel: str = "console",
) -> Alarm:
    """Suppression by design (the object is under maintenance) begins, with an end that the policy allows, or is lifted.

    Who lifts that of a planned work or a silence wants to hear this alarm: it stays loud.
    """
    alarm = lock_alarm(alarm_id, actor, PERMISSION_HANDLE)
    if not reason.strip():
        raise InvalidInput(_("Say why the alarm is suppressed, or why no longer."))
    now = judging_now()
    if not suppressed:
        _move_or_refuse(alarm, Act.UNSUPPRESS, now)
        alarm.loud = alarm.cover_id is not None
        return _write(alarm, "unsuppressed", actor, channel, now, reason)
    longest_h = handling(alarm.region_code).longest_suppression_h
    until = until or now + timedelta(hours=longest_h)
    _require_end(until, now, longest_h)
    _move_or_refuse(alarm, Act.SUPPRESS, now)
    alarm.suppressed_until, alarm.suppressed_by, alarm.suppressed_reason = until, actor, reason.strip()[:500]
    return _write(alarm, "suppressed", actor, channel, now, reason, until=until)


@transaction.atomic
def comment_on_alarm(*, actor: "User", alarm_id: UUID, text: str, channel: str = "console") -> Alarm:
    """Adds the person's words to the history, of a closed alarm too."""
    alarm = lock_alarm(alarm_id, actor, PERMISSION_HANDLE)
    if not text.strip():
        raise InvalidInput(_("The comment is empty."))
    return _write(alarm, "commented", actor, channel, judging_now(), text)


@transaction.atomic
def assign_alarm(*, actor: "User", alarm_id: UUID, person_id: UUID | None, channel: str = "console") -> Alarm:
    """Names who looks after the alarm, or nobody. The person must be able to see it."""
    alarm = lock_alarm(alarm_id, actor, PERMISSION_HANDLE)
    _require_open(alarm)
    person = None if person_id is None else get_user_model().objects.filter(pk=person_id).first()
    if person_id is not None and (person is None or not may(person, PERMISSION_SEE, alarm.region_code)):
        raise InvalidInput(_("This person is unknown or may not see the alarm."))
    alarm.assigned_to = person
    return _write(alarm, "assigned" if person else "unassigned", actor, channel, judging_now(), str(person or ""))


@transaction.atomic
def set_alarm_level(*, actor: "User", alarm_id: UUID, level: AlarmLevel, reason: str, channel: str = "console") -> Alarm:
    """Raises or lowers the level, with a reason. For the policy's hours it holds against a fall by detection, not a rise."""
    alarm = lock_alarm(alarm_id, actor, PERMISSION_HANDLE)
    if not reason.strip():
        raise InvalidInput(_("Say why the level changes."))
    if level is AlarmLevel.NONE:
        raise InvalidInput(_("An alarm has one of four levels."))
    _require_open(alarm)
    if level == alarm.level:
        raise Conflict(_("The alarm has this level already."))
    now = judging_now()
    until = now + timedelta(hours=handling(alarm.region_code).level_held_h)
    alarm.detected_level = alarm.detected_level or alarm.level
    alarm.level, alarm.level_held, alarm.level_held_until = level, True, until
    alarm.peak_level = max(alarm.peak_level, level)
    return _write(alarm, "level_set", actor, channel, now, reason, until=until)


def _require_end(until: datetime, now: datetime, longest_h: float) -> None:
    if until.tzinfo is None or not now < until <= now + timedelta(hours=longest_h):
        words = {"days": f"{longest_h / 24:g}"}
        raise InvalidInput(_("The end must lie in the future, at most %(days)s days away.") % words)


def _move_or_refuse(alarm: Alarm, act: Act, now: datetime) -> None:
    refused = move(alarm, act, now)
    if refused is not None:
        raise Conflict(str(REFUSALS[refused]))


def _require_open(alarm: Alarm) -> None:
    if alarm.state == AlarmState.NORMAL:
        raise Conflict(str(REFUSALS[Refused.NO_ALARM]))


def _write(
    alarm: Alarm, act: str, actor: "User", channel: str, now: datetime, text: str = "", *, until: datetime | None = None
) -> Alarm:
    changes = Changes(actor=actor, channel=channel)
    changes.note(alarm, act, now, text=text.strip()[:2000], figures={"until": until.isoformat()} if until else None)
    changes.save()
    return alarm
