"""People are called for a need, released, replaced. Whoever is called is reserved by one conditional update: of two needs that
reach for the same person at once one gets them, the other goes on to the next.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.base.ids import new_id
from tocsin.mobilisation.volunteers.models import Call, Need, NeedLine, Volunteer
from tocsin.mobilisation.volunteers.queries.needs import choice_for, places_filled
from tocsin.mobilisation.volunteers.rules import notices as told
from tocsin.mobilisation.volunteers.rules.calls import KIND, NEED, CallState
from tocsin.mobilisation.volunteers.rules.matching import Called
from tocsin.mobilisation.volunteers.rules.register import Standing
from tocsin.notices.face import Directory, Draft, notices_asking, silence, write_all
from tocsin.notices.messages.rules.subjects import Act, Subject

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

ROUNDS = 5  # of reaching for people whom others got meanwhile


def note(need: Need, act: str, now: datetime, actor: "User | None" = None, text: str = "", **figures: object) -> NeedLine:
    """One line of the need's time line."""
    line = {"act": act, "at": now, "actor": actor, "text": text[:1000], "figures": figures}
    return NeedLine.objects.create(need=need, **line)


def subject_of(need: Need) -> Subject:
    """The need as notices know it."""
    return Subject(NEED, need.pk, need.number, need.region_code, need.level)


def call_more(need: Need, now: datetime) -> int:
    """Calls whoever is next until the places are covered; how many. The need is locked. Where nobody is left, its body hears so,
    once.
    """
    if not need.calling or need.ended_at is not None:
        return 0
    made: list[Call] = []
    for _round in range(ROUNDS):
        choice = choice_for(need, now)
        if not choice.called:
            break
        made += [call for one in sorted(choice.called, key=lambda one: one.id) if (call := _reserve(need, one, now))]
    if made:
        need.waves += 1
        need.save(update_fields=["waves"])
        _tell(need, made, now)
        note(need, "need_called", now, names=[str(one.volunteer) for one in made], wave=need.waves)
    missing = need.count - places_filled(need)
    if missing <= 0 and need.unfilled_at is not None:
        need.unfilled_at = None
        need.save(update_fields=["unfilled_at"])
    elif missing > 0 and need.unfilled_at is None:
        need.unfilled_at = now
        need.save(update_fields=["unfilled_at"])
        note(need, "need_unfilled", now, missing=missing)
        tell_body(need, told.UNFILLED, now, urgent=True, key=f"{need.pk}-{now:%Y%m%dT%H%M}", missing=missing)
    return len(made)


def _reserve(need: Need, one: Called, now: datetime) -> Call | None:
    """The call, unless somebody else has got this person meanwhile."""
    identity = new_id()
    free = Volunteer.objects.filter(pk=one.id, reserved_for__isnull=True, standing=Standing.CONFIRMED)
    if free.update(reserved_for=identity) == 0:
        return None
    return Call.objects.create(
        id=identity,
        need=need,
        volunteer=Volunteer.objects.select_related("user").get(pk=one.id),
        region_code=need.region_code,
        wave=need.waves + 1,
        way_m=one.way_m,
        burden_h=one.burden_h,
        counts=min(one.counts, 1000),
        called_at=now,
        answer_by=now + timedelta(minutes=need.answer_min),
    )


def _tell(need: Need, calls: Sequence[Call], now: datetime) -> None:
    drafts = [
        Draft(
            told.CALLED,
            told.HELPER,
            urgent=True,
            key=f"volunteer-call-{one.pk}",
            subject=subject_of(need),
            person=one.volunteer.user,
            act=Act(KIND, one.pk, need.number, None),
            figures={"call": str(one.pk)},
            deadline=one.answer_by,
        )
        for one in calls
    ]
    write_all(drafts, Directory(now))


def end_call(call: Call, state: CallState, now: datetime) -> None:
    """The call is over, before anybody set out or with everybody home: the volunteer is free again, nobody asks any more."""
    call.state, call.due_at = state.value, None
    call.version += 1 if state in (CallState.SILENT, CallState.RELEASED) else 0
    call.save()
    Volunteer.objects.filter(pk=call.volunteer_id, reserved_for=call.pk).update(reserved_for=None)
    silence(notices_asking(KIND, [call.pk]), now)


def tell_volunteers(calls: Sequence[Call], what: str, now: datetime, *, urgent: bool, **figures: object) -> None:
    """News to who is on these calls: stood down, released, thanked."""
    drafts = [
        Draft(
            told.NEWS,
            told.HELPER,
            urgent=urgent,
            key=f"volunteer-{what}-{one.pk}",
            subject=subject_of(one.need),
            person=one.volunteer.user,
            figures={"what": what, "call": str(one.pk), **figures},
        )
        for one in calls
    ]
    write_all(drafts, Directory(now))


def tell_body(need: Need, what: str, now: datetime, *, urgent: bool, key: str = "", **figures: object) -> None:
    """The body that asked hears of its need, each matter once."""
    draft = Draft(
        told.DESK,
        told.ASKED_IN,
        urgent=urgent,
        key=f"need-{what}-{key or f'{need.pk}-{need.lapses_at:%Y%m%dT%H%M}'}",
        subject=subject_of(need),
        organisation=need.body,
        figures={"what": what, "need": need.number, **figures},
    )
    write_all([draft], Directory(now))
