"""How a change of alarms is written: the alarm, its line of history, the event and the audit entry, in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tocsin.base.levels import AlarmLevel
from tocsin.bus.bulk import insert_all, save_all
from tocsin.bus.services import record_events
from tocsin.jurisdiction.face import may, require
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.warning.alarms.events import AlarmChanged, AlarmClosed, AlarmRaised
from tocsin.warning.alarms.models import Alarm, AlarmEntry
from tocsin.warning.alarms.policy import handling
from tocsin.warning.alarms.rules.states import PERMISSION_SEE, UNACKNOWLEDGED, Act, AlarmState, Refused, transition

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

DETECTION, CLOCK, DIAGNOSIS, CASE = "detection", "clock", "diagnosis", "case"  # channels of the machine's own acts
_UNWATCHED = (DETECTION, DIAGNOSIS, CASE)
_NEW_LEVEL = ("raised", "escalated", "risen", "level_set")
_FOLLOWS = (
    "confirmed",
    "commented",
    "assigned",
    "level_set",
    "answered",
    "found",
)  # somebody does something after the acknowledgement
_AUDITED_OF_THEM = ("raised", "closed")  # repeats and returns of a condition are in the alarm's history


def lock_alarm(alarm_id: UUID, actor: "User", permission: Permission, organisation_ids: Collection[UUID | None] = ()) -> Alarm:
    """The alarm, locked until the transaction ends. Alarm.DoesNotExist where there is none that the actor may see; NotAllowed
    without the permission. `organisation_ids`: bodies that work on its case, whose people need not see the alarm itself.
    """
    alarm = Alarm.objects.select_for_update().get(pk=alarm_id)
    works_on_it = bool(organisation_ids) and may(actor, permission, alarm.region_code, organisation_ids)
    if not works_on_it and not may(actor, PERMISSION_SEE, alarm.region_code):
        raise Alarm.DoesNotExist
    require(actor, permission, alarm.region_code, organisation_ids)
    return alarm


def judging_now() -> datetime:
    """The present by the clock that readings are judged by."""
    now: datetime = current_time()
    return now


def move(alarm: Alarm, act: Act, at: datetime) -> Refused | None:
    """Lets the act happen to the alarm in memory; the refusal where the state forbids it."""
    after = transition(alarm.standing, act, latching=alarm.latching)
    if isinstance(after, Refused):
        return after
    waited = (alarm.beneath or alarm.state) in UNACKNOWLEDGED
    alarm.state, alarm.beneath, alarm.shelved_once = after.state, after.beneath or "", after.once
    alarm.closed_at = None if after.is_open else at
    living = after.beneath or after.state
    if living not in UNACKNOWLEDGED:
        alarm.waiting_since = None
    elif not waited or alarm.waiting_since is None:
        alarm.waiting_since = at
    if living is AlarmState.ACTIVE_UNACKNOWLEDGED:
        alarm.acknowledged_at, alarm.acknowledged_by = None, None
        alarm.confirmed_at, alarm.confirmed_by = None, None
    if act in (Act.RAISE, Act.ESCALATE):
        alarm.returned_at = None
    elif act is Act.CLEAR and alarm.returned_at is None:
        alarm.returned_at = at
    if after.state is not AlarmState.SHELVED:
        alarm.shelved_until, alarm.shelved_by, alarm.shelved_reason = None, None, ""
    if after.state not in (AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE) or act is Act.TAKE_OUT_OF_SERVICE:
        alarm.suppressed_until, alarm.suppressed_by, alarm.suppressed_reason = None, None, ""
    return None


def _wind(alarm: Alarm, act: str, at: datetime) -> None:
    """What time will bring about after the act: a level that rises, an acknowledgement that lapses."""
    level, policy = AlarmLevel(alarm.level), handling(alarm.region_code)
    if alarm.state != AlarmState.ACTIVE_UNACKNOWLEDGED or alarm.late:
        alarm.rises_at = None
    elif alarm.rises_at is None or act in _NEW_LEVEL:
        alarm.rises_at = _after(at, policy.rises_after(level))
    if alarm.state != AlarmState.ACTIVE_ACKNOWLEDGED or act in _FOLLOWS:
        alarm.lapses_at = None
    elif act == "acknowledged":
        alarm.lapses_at = _after(at, policy.lapses_after(level))


def _after(at: datetime, wait: timedelta | None) -> datetime | None:
    return None if wait is None else at + wait


class Changes:
    """What one transaction changes about alarms, collected and then written in few statements.

    Every alarm that is noted is saved; each gets one event for all that happened to it. `save` must run inside the
    transaction in which the alarms were locked.
    """

    def __init__(self, *, actor: "User", channel: str) -> None:
        self._actor = actor
        self._channel = channel
        self._alarms: dict[UUID, Alarm] = {}
        self._entries: list[AlarmEntry] = []
        self._last_act: dict[UUID, str] = {}

    @property
    def alarms(self) -> Sequence[Alarm]:
        """Every alarm that was noted, in the order of its first note."""
        return list(self._alarms.values())

    def note(
        self,
        alarm: Alarm,
        act: str,
        at: datetime,
        *,
        value: float | None = None,
        limit: float | None = None,
        text: str = "",
        figures: Mapping[str, object] | None = None,
        detection_id: UUID | None = None,
    ) -> None:
        """Adds a line to the alarm's history, as the alarm stands now."""
        alarm.updated_at = max(alarm.updated_at, at)
        _wind(alarm, act, at)
        self._alarms[alarm.pk] = alarm
        self._last_act[alarm.pk] = act
        self._entries.append(
            AlarmEntry(
                alarm=alarm,
                at=at,
                act=act,
                actor=self._actor,
                channel=self._channel,
                detection_id=detection_id,
                state=alarm.state,
                level=alarm.level,
                value=value,
                limit=limit,
                text=text,
                figures=figures or {},
            )
        )

    def save(self, *, only: Sequence[str] = ()) -> None:
        """Writes everything. Alarms that end are saved before new ones: a new one may take the place that an ended one leaves.

        `only`: the fields of known alarms that have changed; then they are written in one statement.
        """
        raised = [alarm for alarm in self._alarms.values() if alarm._state.adding]
        known = [alarm for alarm in self._alarms.values() if not alarm._state.adding]
        if only:
            save_all(known, *only)
        else:
            for alarm in known:
                alarm.save()
        new = {alarm.pk for alarm in raised}
        insert_all(raised)
        insert_all(self._entries)
        record_events((self._event(alarm, is_new=alarm.pk in new), alarm.region_code) for alarm in self._alarms.values())
        for alarm in self._alarms.values():
            self._audit(alarm, is_new=alarm.pk in new)

    def _event(self, alarm: Alarm, *, is_new: bool) -> AlarmRaised | AlarmClosed | AlarmChanged:
        act = self._last_act[alarm.pk]
        if is_new:
            return AlarmRaised(
                alarm_id=str(alarm.pk),
                sensor_id=_text(alarm.sensor_id),
                asset_id=_text(alarm.asset_id),
                rule=alarm.rule,
                state=alarm.state,
                level=alarm.level,
                late=alarm.late,
            )
        if alarm.closed_at is not None:
            return AlarmClosed(alarm_id=str(alarm.pk), act=act)
        return AlarmChanged(alarm_id=str(alarm.pk), act=act, state=alarm.state, level=alarm.level)

    def _audit(self, alarm: Alarm, *, is_new: bool) -> None:
        act, region = self._last_act[alarm.pk], alarm.region_code
        told = "raised" if is_new else "closed" if alarm.closed_at else act
        if self._channel not in _UNWATCHED or told in _AUDITED_OF_THEM:
            record_audit(
                self._actor,
                f"alarm.{told}",
                "alarm",
                alarm.pk,
                region,
                {"state": alarm.state, "level": alarm.level, "channel": self._channel, "act": act},
            )


def _text(identity: UUID | None) -> str | None:
    return None if identity is None else str(identity)
