"""What volunteers say about their calls: one way in for phone, link, telephone and API. What arrives twice changes nothing."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy

from tocsin.bus.services import record_event
from tocsin.fieldwork.queries import FieldActs
from tocsin.fieldwork.rules import NewAct
from tocsin.fieldwork.services import entry_fields, known_entry
from tocsin.mobilisation.volunteers.events import NeedChanged
from tocsin.mobilisation.volunteers.models import Call, CallEntry, Need, Volunteer
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.queries.needs import calls_to_act_on, places_filled
from tocsin.mobilisation.volunteers.rules import notices as told
from tocsin.mobilisation.volunteers.rules.calls import (
    KIND,
    CallAct,
    CallState,
    CallVerdict,
    served_min,
    step,
)
from tocsin.mobilisation.volunteers.rules.entries import CallData
from tocsin.mobilisation.volunteers.rules.register import Standing
from tocsin.mobilisation.volunteers.services.calling import call_more, end_call, note, tell_volunteers
from tocsin.notices.face import notices_asking, supersede
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def apply_call_act(*, actor: "User", act: NewAct[CallData], channel: str = "phone") -> CallEntry:
    """A volunteer's own act, or an officer's who has them on the telephone (`said_by`). DoesNotExist for a call out of reach."""
    calls_to_act_on(actor).get(pk=act.subject_id)
    return enter(actor=actor, act=act, channel=channel, now=current_time())


@transaction.atomic
def enter(*, actor: "User", act: NewAct[CallData], channel: str, now: datetime) -> CallEntry:
    """The act upon the call, whoever may do it was asked before. The need is held first, so that two answers are counted one
    after the other.
    """
    need = Need.objects.select_for_update(of=("self",)).select_related("body").get(calls=act.subject_id)
    rows = Call.objects.select_for_update(of=("self",)).select_related("volunteer__user", "need")
    call = rows.get(pk=act.subject_id)
    if known := known_entry(CallEntry, "call", act):
        return known
    what = CallAct(act.act)
    verdict, state = step(CallState(call.state), what)
    if verdict is CallVerdict.TOO_LATE and what is CallAct.ACCEPT and _is_still_wanted(need, call, now):
        verdict, state = CallVerdict.GOES_ON, CallState.ACCEPTED
    call.version += 1
    fields = entry_fields(act, actor=actor, now=now, since=call.called_at, version=call.version, verdict=verdict.value)
    kept = CallEntry.objects.create(call=call, said_by=act.said_by.strip()[:120], channel=channel, **fields)
    if verdict is CallVerdict.GOES_ON:
        _goes_on(need, call, state, kept, now)
    elif verdict is CallVerdict.STAYS and what is CallAct.CHECK_IN:
        call.due_at, call.late_told_at = _due(CallState(call.state), kept.at, call), None
    call.save()
    figures = {"name": str(call.volunteer), "verdict": verdict.value}
    note(need, f"call_{what.value}", now, actor, act.data.text, **figures)
    details = {"need": need.number, "act": what.value, "verdict": verdict.value, "said_by": act.said_by[:120]}
    record_audit(actor, "volunteer_call.entered", "volunteer_call", call.pk, need.region_code, details)
    record_event(NeedChanged(need_id=str(need.pk), number=need.number, act=f"call.{what.value}"), region=need.region_code)
    if call.state == CallState.DECLINED:
        call_more(need, now)
    return kept


def _is_still_wanted(need: Need, call: Call, now: datetime) -> bool:
    """A late yes counts while a place is open and nobody else has got them."""
    if call.state != CallState.SILENT or need.ended_at is not None or places_filled(need) >= need.count:
        return False
    free = Volunteer.objects.filter(pk=call.volunteer_id, reserved_for__isnull=True, standing=Standing.CONFIRMED)
    return free.update(reserved_for=call.pk) == 1


def _goes_on(need: Need, call: Call, state: CallState, kept: CallEntry, now: datetime) -> None:
    """What a step that counts brings with it. Times are those of the phone, as far as they can be."""
    call.state = state.value
    match state:
        case CallState.ACCEPTED:
            call.answered_at = kept.at
        case CallState.ON_WAY:
            call.set_out_at = kept.at
        case CallState.THERE:
            call.there_at = kept.at
        case CallState.LEAVING:
            call.left_at = kept.at
        case CallState.HOME:
            _home(call, kept.at, now)
            return
        case CallState.DECLINED:
            call.answered_at, call.reason = kept.at, str(kept.data.get("reason", ""))[:20]
            end_call(call, CallState.DECLINED, now)
            return
        case _:
            pass
    call.answered_at = call.answered_at or kept.at
    call.due_at, call.late_told_at = _due(state, kept.at, call), None
    supersede(notices_asking(KIND, [call.pk]), now=now, by_signature=True)


def _home(call: Call, at: datetime, now: datetime) -> None:
    call.home_at = at
    call.served_min = served_min(call.there_at, call.left_at, at)
    end_call(call, CallState.HOME, now)
    out_min = 0 if call.set_out_at is None else int((at - call.set_out_at).total_seconds() // 60)
    Volunteer.objects.filter(pk=call.volunteer_id).update(home_at=at, served_min=max(call.served_min, min(out_min, 10**6)))
    if call.served_min:
        tell_volunteers([call], told.THANKS, now, urgent=False, minutes=call.served_min)


def _due(state: CallState, at: datetime, call: Call) -> datetime | None:
    """By when the next sign of life is due; who has not begun yet (a need for later) sets out in time for its beginning."""
    policy = volunteers_policy().call
    minutes = {
        CallState.ACCEPTED: policy.accept_to_leave_min,
        CallState.ON_WAY: policy.way_min,
        CallState.THERE: policy.check_in_min,
        CallState.LEAVING: policy.home_min,
    }.get(state)
    if minutes is None:
        return None
    begins = call.need.begins_at
    since = max(at, begins) if state is CallState.ACCEPTED and begins is not None else at
    return since + timedelta(minutes=minutes)


FIELD_ACTS = FieldActs(
    acts=CallAct,
    data=CallData,
    enter=apply_call_act,
    absent=gettext_lazy("There is no such call, or it is not yours."),
)
