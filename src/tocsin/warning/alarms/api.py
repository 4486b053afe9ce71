"""Alarms for programs: lists, counts, history, and everything that a person may do with an alarm."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.screens.request import actor_of
from tocsin.screens.slices import Slice
from tocsin.warning.alarms import queries
from tocsin.warning.alarms.services import acts as services
from tocsin.warning.alarms.shown.alarms import describe_alarm, describe_entry

router = Router()

CHANNEL = "api"


class CauseOut(Schema):
    cause: str
    label: str
    probability: float
    asset_code: str | None
    owner: str | None


class AlarmOut(Schema):
    """An alarm. Texts are in the reader's language; a title says what was measured, never an unproven cause."""

    id: UUID
    title: str
    place: str
    rule: str
    state: str
    state_name: str
    level: int = Field(description="1 blue (level 4) to 4 red (level 1)")
    level_name: str
    peak_level: int
    unknown: bool = Field(description="the sensor is saturated: its value says nothing")
    late: bool = Field(description="raised by readings of long ago")
    rings: bool = Field(description="a screen sounds for it")
    value: float | None
    limit: float | None
    unit: str
    quantity: str
    sensor_id: UUID | None
    sensor_index: int | None
    asset_id: UUID | None
    asset_code: str | None
    region_code: str
    lon: float | None
    lat: float | None
    raised_at: datetime
    updated_at: datetime
    returned_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    shelved_until: datetime | None
    shelved_by: str | None
    shelved_reason: str
    assigned_to: str | None
    closed_at: datetime | None
    count: int
    case_number: str | None = Field(description="the case that it belongs to")
    flapping_since: datetime | None = Field(description="it comes and goes: level and state are held until it is calm")
    explained_by: str | None = Field(
        description="the lost gateway or station, or the flood, because of which it is silent or its value unknown"
    )
    guidance: list[str] = Field(description="what to hold to until more is known")
    why: list[str]
    cause: CauseOut | None = Field(description="the most likely cause so far; no finding")
    true_cause: str | None = Field(description="what people found; null before that")


class CountsOut(Schema):
    red: int
    orange: int
    yellow: int
    blue: int
    unacknowledged: int
    set_aside: int


class AlarmsOut(Schema):
    items: list[AlarmOut]
    total: int
    counts: CountsOut = Field(description="of all open alarms you may see, whatever the filter")


class AlarmFilter(Slice):
    state: str = Field("open", description=f"one of {', '.join(queries.STATES)}")
    level: int | None = Field(None, ge=1, le=4, description="at least this level: 1 blue to 4 red")
    quantity: str = Field("", max_length=40)
    rule: str = Field("", max_length=40)
    search: str = Field(
        "", max_length=120, description="words in names and codes of sensor, device, object, street, or a region code"
    )
    sensor_id: UUID | None = None


class EntryOut(Schema):
    id: UUID
    at: datetime
    act: str
    actor: str | None
    channel: str
    state: str
    level: int
    value: float | None
    limit: float | None
    text: str
    sentence: str


class CommentIn(Schema):
    comment: str = Field("", max_length=2000)


class TextIn(Schema):
    text: str = Field(min_length=1, max_length=2000)


class AssignIn(Schema):
    person_id: UUID | None = None


class ShelveIn(Schema):
    until: datetime = Field(description="with time zone, at most seven days away")
    reason: str = Field(min_length=1, max_length=500)


class SuppressIn(Schema):
    suppressed: bool
    reason: str = Field(min_length=1, max_length=500)


class LevelIn(Schema):
    level: int = Field(ge=1, le=4)
    reason: str = Field(min_length=1, max_length=2000)


@router.get("/alarms", response=AlarmsOut)
def alarms(request: HttpRequest, wanted: Query[AlarmFilter]) -> dict[str, Any]:
    """Alarms of the regions you may see. Open ones come with the most urgent first, others with the newest first."""
    if wanted.state not in queries.STATES:
        raise InvalidInput(f"state {wanted.state!r} is unknown; use one of {', '.join(queries.STATES)}")
    found = queries.search_alarms(
        request.user,
        state=wanted.state,
        level=wanted.level,
        quantity=wanted.quantity,
        rule=wanted.rule,
        search=wanted.search,
        sensor_id=wanted.sensor_id,
    )
    return {
        "items": [describe_alarm(alarm) for alarm in wanted.cut(found)],
        "total": found.count(),
        "counts": queries.count_alarms(request.user),
    }


@router.get("/alarms/{alarm_id}", response=AlarmOut)
def alarm(request: HttpRequest, alarm_id: UUID) -> dict[str, Any]:
    """One alarm, open or over."""
    return describe_alarm(queries.visible_alarm(request.user, alarm_id))


@router.get("/alarms/{alarm_id}/history", response=list[EntryOut])
def history(request: HttpRequest, alarm_id: UUID) -> list[dict[str, Any]]:
    """Everything that happened to the alarm, oldest first."""
    found = queries.visible_alarm(request.user, alarm_id)
    return [describe_entry(entry, found.quantity) for entry in queries.history_of(found)]


@router.post("/alarms/{alarm_id}/acknowledge", response=AlarmOut)
def acknowledge(request: HttpRequest, alarm_id: UUID, given: CommentIn) -> dict[str, Any]:
    """You take note: it stops ringing."""
    services.acknowledge_alarm(actor=actor_of(request), alarm_id=alarm_id, comment=given.comment, channel=CHANNEL)
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/comment", response=AlarmOut)
def comment(request: HttpRequest, alarm_id: UUID, given: TextIn) -> dict[str, Any]:
    """Adds your words to the history."""
    services.comment_on_alarm(actor=actor_of(request), alarm_id=alarm_id, text=given.text, channel=CHANNEL)
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/assign", response=AlarmOut)
def assign(request: HttpRequest, alarm_id: UUID, given: AssignIn) -> dict[str, Any]:
    """Names who looks after the alarm; nobody with `person_id` null."""
    services.assign_alarm(actor=actor_of(request), alarm_id=alarm_id, person_id=given.person_id, channel=CHANNEL)
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/shelve", response=AlarmOut)
def shelve(request: HttpRequest, alarm_id: UUID, given: ShelveIn) -> dict[str, Any]:
    """Sets the alarm aside until a moment, for a reason; it comes back by itself, or at once when it escalates."""
    services.shelve_alarm(actor=actor_of(request), alarm_id=alarm_id, until=given.until, reason=given.reason, channel=CHANNEL)
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/unshelve", response=AlarmOut)
def unshelve(request: HttpRequest, alarm_id: UUID, given: CommentIn) -> dict[str, Any]:
    """Ends the shelf early."""
    services.unshelve_alarm(actor=actor_of(request), alarm_id=alarm_id, comment=given.comment, channel=CHANNEL)
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/suppress", response=AlarmOut)
def suppress(request: HttpRequest, alarm_id: UUID, given: SuppressIn) -> dict[str, Any]:
    """Suppression by design (maintenance of the object) begins or ends."""
    services.suppress_alarm(
        actor=actor_of(request), alarm_id=alarm_id, reason=given.reason, suppressed=given.suppressed, channel=CHANNEL
    )
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/reset", response=AlarmOut)
def reset_alarm(request: HttpRequest, alarm_id: UUID, given: CommentIn) -> dict[str, Any]:
    """Lets a latched alarm go."""
    services.reset_alarm(actor=actor_of(request), alarm_id=alarm_id, comment=given.comment, channel=CHANNEL)
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/level", response=AlarmOut)
def level(request: HttpRequest, alarm_id: UUID, given: LevelIn) -> dict[str, Any]:
    """Raises or lowers the level, with a reason."""
    services.set_alarm_level(
        actor=actor_of(request), alarm_id=alarm_id, level=AlarmLevel(given.level), reason=given.reason, channel=CHANNEL
    )
    return _again(request, alarm_id)


def _again(request: HttpRequest, alarm_id: UUID) -> dict[str, Any]:
    """The alarm as it is after the act."""
    return describe_alarm(queries.visible_alarm(request.user, alarm_id))
