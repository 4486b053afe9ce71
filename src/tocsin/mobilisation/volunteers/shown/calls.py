"""Needs and calls as people and programs read them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.jurisdiction.face import contact_points_of
from tocsin.mobilisation.volunteers.models import Call, CallEntry, Need
from tocsin.mobilisation.volunteers.queries.needs import places_filled, places_sure
from tocsin.mobilisation.volunteers.rules.calls import RUNNING, CallAct, CallState, CallVerdict, DeclineReason
from tocsin.mobilisation.volunteers.rules.matching import LeftOut
from tocsin.mobilisation.volunteers.shown.names import skill_name
from tocsin.screens.timeline import time_lines

CALL_STATE_NAMES = {
    CallState.CALLED: pgettext_lazy("state of a call", "called"),
    CallState.ACCEPTED: pgettext_lazy("state of a call", "comes"),
    CallState.ON_WAY: pgettext_lazy("state of a call", "on the way"),
    CallState.THERE: pgettext_lazy("state of a call", "there"),
    CallState.LEAVING: pgettext_lazy("state of a call", "on the way home"),
    CallState.HOME: pgettext_lazy("state of a call", "home"),
    CallState.DECLINED: pgettext_lazy("state of a call", "declined"),
    CallState.SILENT: pgettext_lazy("state of a call", "no answer"),
    CallState.RELEASED: pgettext_lazy("state of a call", "let off"),
}
CALL_STATE_CLASSES = {
    CallState.CALLED: "warn",
    CallState.ACCEPTED: "good",
    CallState.ON_WAY: "good",
    CallState.THERE: "good",
    CallState.LEAVING: "good",
}
ACT_NAMES = {
    CallAct.ACCEPT: pgettext_lazy("act of a volunteer", "I come"),
    CallAct.DECLINE: pgettext_lazy("act of a volunteer", "I can't come"),
    CallAct.SET_OUT: pgettext_lazy("act of a volunteer", "I am on the way"),
    CallAct.ARRIVE: pgettext_lazy("act of a volunteer", "I am there"),
    CallAct.CHECK_IN: pgettext_lazy("act of a volunteer", "All well"),
    CallAct.LEAVE: pgettext_lazy("act of a volunteer", "I go home"),
    CallAct.HOME: pgettext_lazy("act of a volunteer", "I am home"),
    CallAct.NOTE: pgettext_lazy("act of a volunteer", "Note"),
}
REASON_NAMES = {
    DeclineReason.AWAY: pgettext_lazy("why a volunteer declines", "I am away"),
    DeclineReason.WORK: pgettext_lazy("why a volunteer declines", "I have to work"),
    DeclineReason.HEALTH: pgettext_lazy("why a volunteer declines", "I am not well"),
    DeclineReason.MACHINE: pgettext_lazy("why a volunteer declines", "the machine is not free"),
    DeclineReason.OTHER: pgettext_lazy("why a volunteer declines", "another reason"),
}
VERDICT_WORDS = {
    CallVerdict.BEHIND: gettext_lazy("a later step was known already"),
    CallVerdict.TOO_LATE: gettext_lazy("the call was over: you are not needed any more"),
}
LEFT_OUT_NAMES = {
    LeftOut.ASKED: pgettext_lazy("why a volunteer is not called", "asked already"),
    LeftOut.TAKEN: pgettext_lazy("why a volunteer is not called", "on another call"),
    LeftOut.RESTS: pgettext_lazy("why a volunteer is not called", "rests after the last call"),
    LeftOut.NO_SKILL: pgettext_lazy("why a volunteer is not called", "skill or certificate missing"),
    LeftOut.NO_PLACE: pgettext_lazy("why a volunteer is not called", "home unknown"),
    LeftOut.OTHER_AREA: pgettext_lazy("why a volunteer is not called", "another area"),
    LeftOut.TOO_FAR: pgettext_lazy("why a volunteer is not called", "too far away"),
}
LINES = time_lines(
    {
        "need_opened": gettext_lazy("Need opened: %(count)s"),
        "need_calling": gettext_lazy("Calling begins: answer within %(minutes)s min, at most %(most)s at once"),
        "need_paused": gettext_lazy("Nobody more is called"),
        "need_called": gettext_lazy("Wave %(wave)s, called: %(names)s"),
        "need_unfilled": gettext_lazy("Nobody is left to call, %(missing)s missing"),
        "need_renewed": gettext_lazy("Renewed"),
        "need_stood_down": gettext_lazy("Stood down, %(out)s still out"),
        "need_lapsed": gettext_lazy("Lapsed"),
        "call_released": gettext_lazy("%(name)s let off"),
        "call_silent": gettext_lazy("No answer in time: %(names)s"),
        "call_late": gettext_lazy("%(name)s has not said in time that all is well"),
        "call_accept": gettext_lazy("%(name)s comes"),
        "call_decline": gettext_lazy("%(name)s can't come"),
        "call_set_out": gettext_lazy("%(name)s is on the way"),
        "call_arrive": gettext_lazy("%(name)s is there"),
        "call_check_in": gettext_lazy("%(name)s: all well"),
        "call_leave": gettext_lazy("%(name)s goes home"),
        "call_home": gettext_lazy("%(name)s is home"),
        "call_note": gettext_lazy("%(name)s says"),
    }
)


class VolunteerCallOut(Schema):
    """One volunteer on one need."""

    id: UUID
    volunteer_id: UUID
    name: str
    state: str
    state_name: str
    wave: int
    way_km: float
    burden_h: float = Field(description="hours served lately, when they were chosen")
    counts: int = Field(description="places of the need that they fill")
    called_at: datetime
    answer_by: datetime
    answered_at: datetime | None
    reason: str
    due_at: datetime | None = Field(description="by then a sign of life is due")
    late: bool
    there_at: datetime | None
    home_at: datetime | None
    served_min: int
    numbers: list[str]

    @property
    def css(self) -> str:
        """How a page marks the state."""
        return "bad" if self.late else CALL_STATE_CLASSES.get(CallState(self.state), "")

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return CallState(self.state) in RUNNING

    @property
    def may_be_let_off(self) -> bool:
        """Whether nobody has set out yet."""
        return self.state in (CallState.CALLED, CallState.ACCEPTED)


class NeedOut(Schema):
    """What volunteers are asked for."""

    id: UUID
    number: str
    region_code: str
    body: str
    what: str
    text: str
    skills: list[str]
    skill_names: list[str]
    count: int
    filled: int = Field(description="called, coming or there")
    sure: int = Field(description="those of them who said yes")
    lon: float
    lat: float
    place: str
    radius_km: float
    area_code: str
    begins_at: datetime | None
    subject_kind: str
    subject_label: str
    opened_at: datetime
    opened_by: str
    lapses_at: datetime
    calling: bool
    answer_min: int
    most_called: int
    ended_at: datetime | None
    ended_why: str

    @property
    def css(self) -> str:
        """How a page marks it."""
        return "" if self.ended_at else "good" if self.sure >= self.count else "warn"


class NeedWholeOut(NeedOut):
    """The same with everybody on it."""

    calls: list[VolunteerCallOut]


def describe_need(need: Need) -> NeedOut:
    """One of them; its body and opener are loaded."""
    return NeedOut(**_fields(need))


def describe_need_whole(need: Need, *, now: datetime, exact: bool) -> NeedWholeOut:
    """The same with its calls; `exact`: the reader may call, and reads numbers."""
    calls = need.calls.select_related("volunteer__user").order_by("wave", "way_m")
    return NeedWholeOut(**_fields(need), calls=[describe_call(one, now=now, exact=exact) for one in calls])


def describe_call(call: Call, *, now: datetime, exact: bool) -> VolunteerCallOut:
    """One volunteer on it."""
    numbers = [one.address for one in contact_points_of(call.volunteer.user).points] if exact else []
    return VolunteerCallOut(
        id=call.pk,
        volunteer_id=call.volunteer_id,
        name=str(call.volunteer),
        state=call.state,
        state_name=str(CALL_STATE_NAMES[CallState(call.state)]),
        wave=call.wave,
        way_km=round(call.way_m / 1000, 1),
        burden_h=round(call.burden_h, 1),
        counts=call.counts,
        called_at=call.called_at,
        answer_by=call.answer_by,
        answered_at=call.answered_at,
        reason=str(REASON_NAMES[DeclineReason(call.reason)]) if call.reason else "",
        due_at=call.due_at,
        late=call.due_at is not None and call.due_at <= now,
        there_at=call.there_at,
        home_at=call.home_at,
        served_min=call.served_min,
        numbers=numbers,
    )


def conflict_of(entry: CallEntry) -> str:
    """Why an act has no effect; empty where it has."""
    return str(VERDICT_WORDS.get(CallVerdict(entry.verdict), ""))


def _fields(need: Need) -> dict[str, Any]:
    return {
        "id": need.pk,
        "number": need.number,
        "region_code": need.region_code,
        "body": str(need.body),
        "what": need.what,
        "text": need.text,
        "skills": need.skills,
        "skill_names": [skill_name(one) for one in need.skills],
        "count": need.count,
        "filled": places_filled(need),
        "sure": places_sure(need),
        "lon": need.lon,
        "lat": need.lat,
        "place": need.place,
        "radius_km": need.radius_m / 1000,
        "area_code": need.area_code,
        "begins_at": need.begins_at,
        "subject_kind": need.subject_kind,
        "subject_label": need.subject_label,
        "opened_at": need.opened_at,
        "opened_by": str(need.opened_by),
        "lapses_at": need.lapses_at,
        "calling": need.calling,
        "answer_min": need.answer_min,
        "most_called": need.most_called,
        "ended_at": need.ended_at,
        "ended_why": need.ended_why,
    }
