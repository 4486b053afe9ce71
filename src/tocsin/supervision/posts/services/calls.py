"""Roll calls (查岗): called by a person or by the machine, once and again, then a task to the county. The course is read from
rows at every step, so that a worker that died goes on where it was.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.bus.services import record_event
from tocsin.engine.duty.roll_call import CallFigures, CallState, CallStep, RollCall, next_due, state_of, step_at
from tocsin.engine.duty.shift import DutyState, Sign
from tocsin.jurisdiction.face import may, people_who_may, require, system_actor
from tocsin.records.face import record_audit
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts import models
from tocsin.supervision.posts.events import PersonCalled, PersonMissing, RollCallEnded
from tocsin.supervision.posts.models import DutyShift, PresenceSign, RollCallAnswer
from tocsin.supervision.posts.policy import duty_policy
from tocsin.supervision.posts.queries.calls import calls_by_machine
from tocsin.supervision.posts.queries.terminals import terminal_of
from tocsin.supervision.posts.rules import LAPSED, Means, calls_left
from tocsin.supervision.posts.services.telling import answer_id_of, call_people, stop_ringing, tell_missing

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.notices.face import Notice

_AT_ONCE = 50
_MISSING = (DutyState.ABSENT, DutyState.NOT_REACHABLE)


@transaction.atomic
def call_on_post(*, actor: "User", object_id: UUID, now: datetime) -> models.RollCall:
    """An inspector or supervisor calls all who are planned on post now. Conflict where nobody is, or all are being called."""
    found = SupervisedObject.objects.select_for_update().get(pk=object_id)
    require(actor, rights.INSPECT, found.region_code)
    running = DutyShift.objects.filter(person__object=found, person__active=True, leave=False, start_at__lte=now, end_at__gt=now)
    shifts = list(running.exclude(calls__state=CallState.WAITING).select_related("person"))
    if not shifts:
        raise Conflict(_("Nobody is planned on post now, or they are being called already."))
    return _begin(actor, found, shifts, now)


def call_by_machine(*, supervised_object: SupervisedObject, shifts: Sequence[DutyShift], now: datetime) -> models.RollCall | None:
    """Calls those of the shifts who have not been called in them yet, as long as the day's budget lasts; call it in the
    transaction that writes the verdicts. What is not called for is listed as an absence found afterwards.
    """
    called = set(RollCallAnswer.objects.filter(shift__in=shifts).values_list("shift_id", flat=True))
    fresh = [one for one in shifts if one.pk not in called]
    return _begin(None, supervised_object, fresh, now) if fresh and _may_call(supervised_object, now) else None


def _may_call(supervised_object: SupervisedObject, now: datetime) -> bool:
    calling = duty_policy().calling
    begun = calls_by_machine(now)
    inspectors = len(people_who_may(rights.INSPECT, supervised_object.region_code))
    return calls_left(
        begun.filter(object=supervised_object).count(),
        calling.most_a_day,
        begun.filter(object__region_code=supervised_object.region_code).count(),
        calling.most_a_day_per_inspector * max(1, inspectors),
    )


def run_calls(*, now: datetime) -> int:
    """Does what is due of all calls: calls again, raises tasks, ends what is over; returns how many calls were looked at."""
    due = list(models.RollCall.objects.filter(due_at__lte=now).order_by("due_at").values_list("pk", flat=True)[:_AT_ONCE])
    for pk in due:
        with transaction.atomic():
            call = models.RollCall.objects.select_for_update().filter(pk=pk, due_at__lte=now).first()
            if call is not None:
                _go_on(call, now)
    return len(due)


def answer_from_delivery(notices: "Sequence[Notice]", at: datetime) -> None:
    """Whoever is called has the time of an answer from when the call reached them. Called when notices are delivered."""
    for one in notices:
        row = RollCallAnswer.objects.select_related("call").filter(pk=answer_id_of(one.key), state=CallState.WAITING).first()
        if row is not None and len(row.called_ms) == one.figures["number"] and row.called_ms[-1] < ms_from_datetime(at):
            row.called_ms = [*row.called_ms[:-1], ms_from_datetime(at)]
            row.save(update_fields=["called_ms"])
            _set_due(row.call)


@transaction.atomic
def answer_call(*, actor: "User", answer_id: UUID, means: Means, now: datetime) -> RollCallAnswer:
    """Somebody who was called answers: by the phone page in their own name, by a terminal of the firm (a token that the
    authority bound to it), or by telephone to an inspector. What the firm says by an account or token of its own is kept as its
    word and answers nothing. Conflict where an answer is there or the shift is over.
    """
    row = RollCallAnswer.objects.select_related("call__object", "person", "shift").get(pk=answer_id)
    call = models.RollCall.objects.select_for_update().get(pk=row.call_id)
    row = RollCallAnswer.objects.select_related("call__object", "person", "shift").get(pk=answer_id)
    counted = _counted(actor, row, means)
    if row.answered_at is not None:
        raise Conflict(_("This call has been answered."))
    if _is_over(row, now):
        raise Conflict(_("The shift of this call is over."))
    if counted is Means.FIRM:
        return _note_word(actor, row, now)
    row.answered_at, row.means = now, counted.value
    row.state = state_of(_course(row), ms_from_datetime(now), _figures(call)).value
    row.save(update_fields=["answered_at", "means", "state"])
    seconds = (ms_from_datetime(now) - row.called_ms[-1]) / 1000.0
    _sign(row, row.called_ms[-1], max(seconds, 0.0))
    _set_due(call)
    _tell_end(call, row, row.state, now)
    details = {"object": str(call.object_id), "role": row.person.role, "means": counted.value, "state": row.state}
    record_audit(actor, "roll_call.answered", "roll_call", call.pk, call.object.region_code, details)
    return row


def _note_word(actor: "User", row: RollCallAnswer, now: datetime) -> RollCallAnswer:
    """The firm says that the person is there: it stands beside the call, which goes on."""
    if row.told_at is None:
        row.told_at = now
        row.save(update_fields=["told_at"])
        seconds = (ms_from_datetime(now) - row.called_ms[-1]) / 1000.0
        _sign(row, row.called_ms[-1], max(seconds, 0.0), by_firm=True)
        details = {"object": str(row.call.object_id), "role": row.person.role}
        record_audit(actor, "roll_call.told_by_firm", "roll_call", row.call_id, row.call.object.region_code, details)
    return row


@transaction.atomic
def note_seen(*, actor: "User", answer_id: UUID, text: str, now: datetime) -> RollCallAnswer:
    """Somebody of the county has looked at a post that answered nothing, and says what was found."""
    row = RollCallAnswer.objects.select_for_update(of=("self",)).select_related("call__object", "person").get(pk=answer_id)
    found = row.call.object
    require(actor, rights.INSPECT, found.region_code)
    if row.task_at is None or row.seen_at is not None:
        raise Conflict(_("There is no such task, or somebody has seen to it."))
    if not text.strip():
        raise InvalidInput(_("Say what you found."))
    row.seen_at, row.seen_by, row.seen_text = now, actor, text.strip()[:500]
    row.save(update_fields=["seen_at", "seen_by", "seen_text"])
    _tell_end(row.call, row, "seen", now)
    record_audit(actor, "roll_call.seen_to", "roll_call", row.call_id, found.region_code, {"role": row.person.role})
    return row


def _begin(
    actor: "User | None", supervised_object: SupervisedObject, shifts: Sequence[DutyShift], now: datetime
) -> models.RollCall:
    figures = duty_policy().calling.figures()
    call = models.RollCall.objects.create(
        object=supervised_object,
        called_at=now,
        called_by=actor,
        answer_s=figures.answer_s,
        calls=figures.calls,
        due_at=now + timedelta(seconds=figures.answer_s),
    )
    rows = [
        RollCallAnswer(
            call=call,
            person_id=one.person_id,
            shift=one,
            called_ms=[ms_from_datetime(now)],
            state=CallState.WAITING.value,
        )
        for one in {one.person_id: one for one in shifts}.values()
    ]
    RollCallAnswer.objects.bulk_create(rows)
    _tell_called(call, rows, now)
    details = {"object": supervised_object.code, "called": len(shifts)}
    record_audit(actor or system_actor(), "roll_call.begun", "roll_call", call.pk, supervised_object.region_code, details)
    return call


def _go_on(call: models.RollCall, now: datetime) -> None:
    figures, now_ms = _figures(call), ms_from_datetime(now)
    unanswered = []
    for row in call.answers.select_related("person", "shift__verdict").filter(state=CallState.WAITING):
        if _is_over(row, now):
            row.state = LAPSED
            row.save(update_fields=["state"])
            _tell_end(call, row, LAPSED, now)
            continue
        step = step_at(_course(row), now_ms, figures)
        if step is CallStep.NOTHING:
            continue
        _sign(row, row.called_ms[-1], -1.0)
        if step is CallStep.CALL:
            row.called_ms = [*row.called_ms, now_ms]
            row.save(update_fields=["called_ms"])
            _tell_called(call, [row], now)
        else:
            unanswered.append(_raise_task(call, row, now))
    if unanswered:
        tell_missing(call.pk, unanswered, now=now)
    _set_due(call)


def _raise_task(call: models.RollCall, row: RollCallAnswer, now: datetime) -> dict[str, str]:
    """Nobody answered: the county looks. Returns the post as it is told, without a name."""
    row.state, row.task_at = CallState.UNANSWERED.value, now
    row.task_due_at = now + timedelta(minutes=duty_policy().calling.task_within_min)
    row.save(update_fields=["state", "task_at", "task_due_at"])
    verdict = getattr(row.shift, "verdict", None)
    state = verdict.state if verdict is not None and verdict.state in _MISSING else DutyState.NOT_REACHABLE.value
    role = row.shift.role if row.shift is not None else row.person.role
    _tell_end(call, row, row.state, now)
    event = PersonMissing(
        object_id=str(call.object_id),
        answer_id=str(row.pk),
        shift_id=str(row.shift_id or ""),
        role=role,
        state=state,
        due_at=row.task_due_at.isoformat(),
    )
    record_event(event, region=call.object.region_code)
    return {"role": role, "state": state}


def _tell_called(call: models.RollCall, rows: Sequence[RollCallAnswer], now: datetime) -> None:
    until = now + timedelta(seconds=call.answer_s)
    for row in rows:
        event = PersonCalled(
            object_id=str(call.object_id), answer_id=str(row.pk), number=len(row.called_ms), answer_by=until.isoformat()
        )
        record_event(event, region=call.object.region_code)
    call_people([row.pk for row in rows], until=until, now=now)


def _tell_end(call: models.RollCall, row: RollCallAnswer, state: str, now: datetime) -> None:
    event = RollCallEnded(object_id=str(call.object_id), answer_id=str(row.pk), state=state)
    record_event(event, region=call.object.region_code)
    stop_ringing(row.pk, state=state, now=now)


def _set_due(call: models.RollCall) -> None:
    waiting = call.answers.filter(state=CallState.WAITING)
    moments = [due.at_ms for due in (next_due(_course(row), _figures(call)) for row in waiting) if due.at_ms is not None]
    call.due_at = datetime_from_ms(min(moments)) if moments else None
    call.save(update_fields=["due_at"])


def _course(row: RollCallAnswer) -> RollCall:
    return RollCall(
        called_ms=tuple(row.called_ms),
        answered_ms=None if row.answered_at is None else ms_from_datetime(row.answered_at),
        task_ms=None if row.task_at is None else ms_from_datetime(row.task_at),
    )


def _figures(call: models.RollCall) -> CallFigures:
    return CallFigures(answer_s=call.answer_s, calls=call.calls)


def _is_over(row: RollCallAnswer, now: datetime) -> bool:
    return row.shift is not None and row.shift.end_at <= now


def _sign(row: RollCallAnswer, called_ms: int, value: float, *, by_firm: bool = False) -> None:
    """The outcome of one call as a sign at the moment of the call; the first outcome stays."""
    at = datetime_from_ms(called_ms)
    sign = PresenceSign(person_id=row.person_id, source=Sign.ROLL_CALL.value, at=at, value=value, by_firm=by_firm)
    PresenceSign.objects.bulk_create([sign], ignore_conflicts=True)


def _counted(actor: "User", row: RollCallAnswer, means: Means) -> Means:
    """As what the answer counts; NotAllowed for who may not give it."""
    found = row.call.object
    if means is Means.PHONE_PAGE:
        if row.person.user_id != actor.pk or actor.token_scopes is not None:
            raise NotAllowed(_("Only who is called answers on this page."))
    elif means is Means.TELEPHONE:
        require(actor, rights.INSPECT, found.region_code)
    else:
        terminal = terminal_of(actor)
        if means is Means.TERMINAL and terminal is not None and terminal.object_id == found.pk:
            if Sign.ROLL_CALL not in terminal.sources:
                raise NotAllowed(_("The token of this terminal is not bound to answer roll calls."))
            return Means.TERMINAL
        if not may(actor, rights.OWN, found.region_code, {found.organisation_id} - {None}):
            raise NotAllowed(_("A terminal answers with a token that the authority has bound to it on the page of its firm."))
        return Means.FIRM
    return means
