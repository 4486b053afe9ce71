"""Alarms for programs: lists, counts, history, and everything that a person may do with an alarm."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.screens.clock import current_time
from tocsin.screens.lists.many import MOST
from tocsin.screens.lists.slices import Grouped, GroupedSlice
from tocsin.screens.request import actor_of
from tocsin.warning.alarms.queries.alarms import STATES, Place, count_alarms, history_of, search_alarms, visible_alarm
from tocsin.warning.alarms.services import acts as services
from tocsin.warning.alarms.services import many
from tocsin.warning.alarms.shown.alarms import AlarmOut, EntryOut
from tocsin.warning.alarms.shown.groups import GROUPS
from tocsin.warning.alarms.shown.guidance import AlarmGuidanceOut, RuleVersion, guidance_of, rule_versions_of
from tocsin.warning.alarms.shown.works import with_works

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.warning.alarms.models import Alarm, AlarmEntry

router = Router()

CHANNEL = "api"


class CountsOut(Schema):
    red: int
    orange: int
    yellow: int
    blue: int
    unacknowledged: int
    set_aside: int


class AlarmsOut(Grouped):
    items: list[AlarmOut]
    total: int
    counts: CountsOut = Field(description="of all open alarms you may see, whatever the filter")


class AlarmFilter(GroupedSlice):
    state: str = Field("open", description=f"one of {', '.join(STATES)}")
    level: int | None = Field(None, ge=1, le=4, description="at least this level: 1 blue to 4 red")
    quantity: str = Field("", max_length=40)
    rule: str = Field("", max_length=40)
    search: str = Field(
        "", max_length=120, description="words in names and codes of sensor, device, object, street, or a region code"
    )
    sensor_id: UUID | None = None
    region: str = Field("", max_length=6, description="an area and all below it")
    street: str = Field("", max_length=120)
    pipe: UUID | None = Field(None, description="at that pipe or at what it ends at")
    cover_id: UUID | None = Field(None, description="those that arose under a planned work or a silence")


class RuleOut(Schema):
    rule: str
    versions: list[RuleVersion] = Field(description="the widest first; none: as shipped")


class CommentIn(Schema):
    comment: str = Field("", max_length=2000)


class TextIn(Schema):
    text: str = Field(min_length=1, max_length=2000)


class AssignIn(Schema):
    person_id: UUID | None = None


class ConfirmIn(Schema):
    done: str = Field(min_length=1, max_length=2000, description="what was done about it")


class OutOfServiceIn(Schema):
    until: datetime = Field(description="with time zone, within the hours of the policy")
    reason: str = Field(min_length=1, max_length=500)


class ShelveIn(Schema):
    until: datetime | None = Field(None, description="with time zone, within the hours of the policy; `once` needs none")
    once: bool = Field(False, description="until its condition is gone, at the latest until then")
    reason: str = Field(min_length=1, max_length=500)


class SuppressIn(Schema):
    suppressed: bool
    until: datetime | None = Field(None, description="with time zone; none: the longest that the policy allows")
    reason: str = Field(min_length=1, max_length=500)


class LevelIn(Schema):
    level: int = Field(ge=1, le=4)
    reason: str = Field(min_length=1, max_length=2000)


class ManyIn(Schema):
    """One act on many alarms, with one reason."""

    alarm_ids: list[UUID] = Field(min_length=1, max_length=MOST)
    act: many.ActOnMany
    reason: str = Field("", max_length=500)
    until: datetime | None = Field(None, description="for shelve: with time zone")
    person_id: UUID | None = Field(None, description="for assign: nobody where it is null")


class RefusedOut(Schema):
    alarm_id: UUID
    reason: str


class ManyOut(Schema):
    done: list[UUID]
    refused: list[RefusedOut]


@router.get("/alarms", response=AlarmsOut)
def alarms(request: HttpRequest, wanted: Query[AlarmFilter]) -> dict[str, object]:
    """Alarms of the regions you may see. Open ones come with the most urgent first, others with the newest first."""
    if wanted.state not in STATES:
        raise InvalidInput(f"state {wanted.state!r} is unknown; use one of {', '.join(STATES)}")
    found = search_alarms(
        request.user,
        state=wanted.state,
        level=wanted.level,
        quantity=wanted.quantity,
        rule=wanted.rule,
        search=wanted.search,
        sensor_id=wanted.sensor_id,
        cover_id=wanted.cover_id,
        place=Place(wanted.region, wanted.street, wanted.pipe),
    )
    part = wanted.grouped(found, GROUPS)
    return {**part, "items": with_works(part["items"]), "counts": count_alarms(request.user)}


@router.post("/alarms/acts", response=ManyOut)
def act_on_many(request: HttpRequest, given: ManyIn) -> many.Outcome:
    """Acknowledges, shelves, resets or assigns each of them where its state allows that; says of the others why not."""
    return many.act_on_many(
        actor=actor_of(request),
        alarm_ids=given.alarm_ids,
        act=given.act,
        reason=given.reason,
        until=given.until,
        person_id=given.person_id,
        channel=CHANNEL,
    )


@router.get("/alarms/{alarm_id}", response=AlarmOut)
def alarm(request: HttpRequest, alarm_id: UUID) -> "Alarm":
    """One alarm, open or over."""
    return visible_alarm(request.user, alarm_id)


@router.get("/alarms/{alarm_id}/guidance", response=AlarmGuidanceOut)
def guidance(request: HttpRequest, alarm_id: UUID) -> AlarmGuidanceOut:
    """What must not be done and what to mind there, inherited from its class, its area and its object."""
    return guidance_of(visible_alarm(request.user, alarm_id), at=current_time())


@router.get("/alarms/{alarm_id}/rule", response=RuleOut)
def rule(request: HttpRequest, alarm_id: UUID) -> dict[str, object]:
    """The rule that raised it, and the versions of the detection policy by which it did."""
    found = visible_alarm(request.user, alarm_id)
    return {"rule": found.rule, "versions": rule_versions_of(found)}


@router.get("/alarms/{alarm_id}/history", response=list[EntryOut])
def history(request: HttpRequest, alarm_id: UUID) -> "QuerySet[AlarmEntry]":
    """Everything that happened to the alarm, oldest first."""
    return history_of(visible_alarm(request.user, alarm_id))


@router.post("/alarms/{alarm_id}/acknowledge", response=AlarmOut)
def acknowledge(request: HttpRequest, alarm_id: UUID, given: CommentIn) -> "Alarm":
    """You take note: it stops ringing."""
    services.acknowledge_alarm(actor=actor_of(request), alarm_id=alarm_id, comment=given.comment, channel=CHANNEL)
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/comment", response=AlarmOut)
def comment(request: HttpRequest, alarm_id: UUID, given: TextIn) -> "Alarm":
    """Adds your words to the history."""
    services.comment_on_alarm(actor=actor_of(request), alarm_id=alarm_id, text=given.text, channel=CHANNEL)
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/assign", response=AlarmOut)
def assign(request: HttpRequest, alarm_id: UUID, given: AssignIn) -> "Alarm":
    """Names who looks after the alarm; nobody with `person_id` null."""
    services.assign_alarm(actor=actor_of(request), alarm_id=alarm_id, person_id=given.person_id, channel=CHANNEL)
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/shelve", response=AlarmOut)
def shelve(request: HttpRequest, alarm_id: UUID, given: ShelveIn) -> "Alarm":
    """Sets the alarm aside until a moment, or until its condition is gone; it comes back by itself, at once when it escalates."""
    services.shelve_alarm(
        actor=actor_of(request),
        alarm_id=alarm_id,
        until=given.until,
        once=given.once,
        reason=given.reason,
        channel=CHANNEL,
    )
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/confirm", response=AlarmOut)
def confirm(request: HttpRequest, alarm_id: UUID, given: ConfirmIn) -> "Alarm":
    """You confirm that the right thing was done, after the acknowledgement; of an alarm that is over as well."""
    services.confirm_alarm(actor=actor_of(request), alarm_id=alarm_id, done=given.done, channel=CHANNEL)
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/out-of-service", response=AlarmOut)
def take_out_of_service(request: HttpRequest, alarm_id: UUID, given: OutOfServiceIn) -> "Alarm":
    """Takes it out of service until a moment, for a reason; it comes back by itself."""
    services.take_out_of_service(
        actor=actor_of(request), alarm_id=alarm_id, until=given.until, reason=given.reason, channel=CHANNEL
    )
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/return-to-service", response=AlarmOut)
def return_to_service(request: HttpRequest, alarm_id: UUID, given: CommentIn) -> "Alarm":
    """Ends that early."""
    services.return_to_service(actor=actor_of(request), alarm_id=alarm_id, comment=given.comment, channel=CHANNEL)
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/unshelve", response=AlarmOut)
def unshelve(request: HttpRequest, alarm_id: UUID, given: CommentIn) -> "Alarm":
    """Ends the shelf early."""
    services.unshelve_alarm(actor=actor_of(request), alarm_id=alarm_id, comment=given.comment, channel=CHANNEL)
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/suppress", response=AlarmOut)
def suppress(request: HttpRequest, alarm_id: UUID, given: SuppressIn) -> "Alarm":
    """Suppression by design (maintenance of the object) begins, with its end, or is lifted: then it rings whatever covers it."""
    services.suppress_alarm(
        actor=actor_of(request),
        alarm_id=alarm_id,
        reason=given.reason,
        suppressed=given.suppressed,
        until=given.until,
        channel=CHANNEL,
    )
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/reset", response=AlarmOut)
def reset_alarm(request: HttpRequest, alarm_id: UUID, given: CommentIn) -> "Alarm":
    """Lets a latched alarm go."""
    services.reset_alarm(actor=actor_of(request), alarm_id=alarm_id, comment=given.comment, channel=CHANNEL)
    return _again(request, alarm_id)


@router.post("/alarms/{alarm_id}/level", response=AlarmOut)
def level(request: HttpRequest, alarm_id: UUID, given: LevelIn) -> "Alarm":
    """Raises or lowers the level, with a reason."""
    services.set_alarm_level(
        actor=actor_of(request), alarm_id=alarm_id, level=AlarmLevel(given.level), reason=given.reason, channel=CHANNEL
    )
    return _again(request, alarm_id)


def _again(request: HttpRequest, alarm_id: UUID) -> "Alarm":
    """The alarm as it is after the act."""
    return visible_alarm(request.user, alarm_id)
