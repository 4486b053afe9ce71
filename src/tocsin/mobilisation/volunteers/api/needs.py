"""Needs and calls for programs and for the volunteer's phone page."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from tocsin.base.errors import NotAllowed
from tocsin.fieldwork.api import MOST_AT_ONCE, MOST_COUNTED, DeviceActIn, take
from tocsin.jurisdiction.face import may, may_anywhere, require
from tocsin.mobilisation.volunteers.models import Call
from tocsin.mobilisation.volunteers.queries import needs as queries
from tocsin.mobilisation.volunteers.queries.register import own_entry
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.mobilisation.volunteers.rules.calls import RUNNING, STEPS, CallAct, CallState, DeclineReason
from tocsin.mobilisation.volunteers.services import needs as services
from tocsin.mobilisation.volunteers.services.needs import NewNeed
from tocsin.mobilisation.volunteers.shown.calls import (
    ACT_NAMES,
    CALL_STATE_NAMES,
    REASON_NAMES,
    NeedOut,
    NeedWholeOut,
    conflict_of,
    describe_need,
    describe_need_whole,
)
from tocsin.mobilisation.volunteers.shown.offers import offers_of
from tocsin.mobilisation.volunteers.shown.points import need_features
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features, features
from tocsin.screens.request import actor_of

if TYPE_CHECKING:
    from tocsin.mobilisation.volunteers.models import CallEntry

router = Router()
MOST = 200
ENDED_ARE_SHOWN_FOR = timedelta(hours=24)
ACT_OF_STEP = (CallAct.ACCEPT, CallAct.SET_OUT, CallAct.ARRIVE, CallAct.LEAVE, CallAct.HOME)


class NeedIn(Schema, extra="forbid"):
    what: str = Field(max_length=120)
    count: int = Field(ge=1, le=1000)
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    place: str = Field(max_length=120)
    region_code: str = Field(pattern=r"^\d{6}$")
    skills: list[str] = Field([], max_length=20, description="codes of the policy; all of them are needed")
    text: str = Field("", max_length=1000)
    radius_km: float | None = Field(None, gt=0, le=1000)
    area_code: str = Field("", max_length=6, description="only people of there")
    begins_at: AwareDatetime | None = None
    lapse_h: int | None = Field(None, ge=1, le=720)
    subject_kind: Literal["", "case", "public_warning", "supply_request"] = ""
    subject_label: str = Field("", max_length=60, description="number of the case or request, id of the public warning")


class CallingIn(Schema, extra="forbid"):
    answer_min: int | None = Field(None, ge=1, le=1440)
    most_called: int | None = Field(None, ge=1, le=1000, description="at most so many have the need at once")


class RenewalIn(Schema, extra="forbid"):
    hours: int | None = Field(None, ge=1, le=720)


class StandDownIn(Schema, extra="forbid"):
    text: str = Field("", max_length=1000, description="told to who is out")


class CallDataIn(Schema, extra="forbid"):
    text: str = Field("", max_length=2000)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    reason: DeclineReason | None = None


class CallEntryIn(DeviceActIn):
    """An act as the device made it. The same id twice is one act."""

    call_id: UUID
    act: CallAct
    data: CallDataIn | None = None
    said_by: str = Field("", max_length=120, description="where an officer enters what was said on the telephone")
    base_version: int | None = Field(None, ge=0, le=MOST_COUNTED)


class CallEntriesIn(Schema, extra="forbid"):
    channel: Literal["api", "phone"] = "api"
    entries: list[CallEntryIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class CallTakenOut(Schema):
    """What became of one entry."""

    id: UUID
    taken: bool
    verdict: str
    version: int | None
    state: str | None
    reason: str


class HelpStepOut(Schema):
    act: str
    name: str = Field(description="what the button says")
    done: bool


class HelpEntryOut(Schema):
    act: str
    act_name: str
    text: str
    at: datetime
    conflict: str


class HelpReasonOut(Schema):
    code: str
    name: str


class HelpCallOut(Schema):
    """A call as its volunteer's phone needs it."""

    id: UUID
    version: int
    number: str
    what: str
    text: str
    place: str
    lon: float
    lat: float
    way_km: float
    begins_at: datetime | None
    answer_by: datetime
    state: str
    state_name: str
    running: bool
    over: bool = Field(description="the need has ended: go home and say so")
    due_at: datetime | None
    served_min: int
    body: str
    telephone: str
    steps: list[HelpStepOut]
    entries: list[HelpEntryOut]


class HelperOut(Schema):
    now: datetime
    person_id: str
    person: str
    standing: str
    calls: list[HelpCallOut]
    reasons: list[HelpReasonOut]


@router.get("/needs", response=list[NeedOut])
def needs(request: HttpRequest, state: str = "open") -> list[NeedOut]:
    """Needs of your areas or body, the newest first, at most 200; `state`: open, ended or all."""
    return [describe_need(one) for one in queries.visible_needs(request.user, state=state)[:MOST]]


@router.post("/needs", response=NeedOut)
def open_need(request: HttpRequest, given: NeedIn) -> NeedOut:
    """Opens a need. Nobody is called yet."""
    fields = given.dict()
    new = NewNeed(**{**fields, "skills": tuple(given.skills)})
    return describe_need(services.open_need(actor=actor_of(request), new=new, now=current_time()))


@router.get("/needs.geojson", response=Features)
@costly
def need_map(request: HttpRequest) -> Features:
    """Open needs as points (GeoJSON, WGS84)."""
    return features(need_features(queries.visible_needs(request.user)[:MOST]))


@router.get("/needs/{uuid:need_id}", response=NeedWholeOut)
def need(request: HttpRequest, need_id: UUID) -> NeedWholeOut:
    """One need with everybody on it."""
    return _whole(request, need_id)


@router.get("/needs/{uuid:need_id}/offers.geojson", response=Features)
@costly
def need_offers(request: HttpRequest, need_id: UUID) -> Features:
    """The need and who could come, as points (GeoJSON), for who may call: on it, next in the queue, left out and why."""
    found = queries.visible_needs(request.user, state="all").get(pk=need_id)
    require(request.user, rights.CALL, found.region_code, (found.body_id,))
    return offers_of(found, current_time())


@router.post("/needs/{uuid:need_id}/call", response=NeedWholeOut)
def call_for_need(request: HttpRequest, need_id: UUID, given: CallingIn) -> NeedWholeOut:
    """People are called until the places are covered; whoever declines or keeps silent is replaced."""
    services.begin_calling(actor=actor_of(request), need_id=need_id, **given.dict(), now=current_time())
    return _whole(request, need_id)


@router.post("/needs/{uuid:need_id}/pause", response=NeedWholeOut)
def pause_need(request: HttpRequest, need_id: UUID) -> NeedWholeOut:
    """Nobody more is called."""
    services.pause_calling(actor=actor_of(request), need_id=need_id, now=current_time())
    return _whole(request, need_id)


@router.post("/needs/{uuid:need_id}/renew", response=NeedWholeOut)
def renew_need(request: HttpRequest, need_id: UUID, given: RenewalIn) -> NeedWholeOut:
    """The need holds so many hours more from now."""
    services.renew(actor=actor_of(request), need_id=need_id, hours=given.hours, now=current_time())
    return _whole(request, need_id)


@router.post("/needs/{uuid:need_id}/end", response=NeedWholeOut)
def end_need(request: HttpRequest, need_id: UUID, given: StandDownIn) -> NeedWholeOut:
    """It is over: everybody on it is told."""
    services.stand_down(actor=actor_of(request), need_id=need_id, text=given.text, now=current_time())
    return _whole(request, need_id)


@router.post("/calls/{uuid:call_id}/release", response=NeedWholeOut)
def release_call(request: HttpRequest, call_id: UUID) -> NeedWholeOut:
    """One who has not set out is let off; the next is called."""
    seen = queries.visible_needs(request.user, state="all").get(calls=call_id)
    services.take_back(actor=actor_of(request), call_id=call_id, now=current_time())
    return _whole(request, seen.pk)


@router.post("/calls/entries", response=list[CallTakenOut])
def call_entries(request: HttpRequest, given: CallEntriesIn) -> list[CallTakenOut]:
    """What volunteers did, in the order in which it is sent. Each is taken or refused by itself; a second delivery changes
    nothing.
    """
    return [_take(request, one, given.channel) for one in given.entries]


@router.get("/helper", response=HelperOut)
def helper(request: HttpRequest) -> HelperOut:
    """Your calls, those that ended within a day too, and the words of every form."""
    if not may_anywhere(request.user, rights.HELP):
        raise NotAllowed(_("You are not in the register of volunteers."))
    now, user = current_time(), actor_of(request)
    entry = own_entry(user)
    found = queries.own_calls(user, since=now - ENDED_ARE_SHOWN_FOR).prefetch_related("entries")
    return HelperOut(
        now=now,
        person_id=str(user.pk),
        person=str(user),
        standing=entry.standing if entry else "",
        calls=[_help(one) for one in found],
        reasons=[HelpReasonOut(code=code.value, name=str(name)) for code, name in REASON_NAMES.items()],
    )


def _help(call: Call) -> HelpCallOut:
    state, need = CallState(call.state), call.need
    reached = STEPS.index(state) if state in STEPS else 0
    steps = [HelpStepOut(act=one.value, name=str(ACT_NAMES[one]), done=at < reached) for at, one in enumerate(ACT_OF_STEP)]
    return HelpCallOut(
        id=call.pk,
        version=call.version,
        number=need.number,
        what=need.what,
        text=need.text,
        place=need.place,
        lon=need.lon,
        lat=need.lat,
        way_km=round(call.way_m / 1000, 1),
        begins_at=need.begins_at,
        answer_by=call.answer_by,
        state=call.state,
        state_name=str(CALL_STATE_NAMES[state]),
        running=state in RUNNING,
        over=need.ended_at is not None,
        due_at=call.due_at,
        served_min=call.served_min,
        body=str(need.body),
        telephone=need.body.telephone,
        steps=steps,
        entries=[
            HelpEntryOut(
                act=one.act,
                act_name=str(ACT_NAMES[CallAct(one.act)]),
                text=one.data.get("text", ""),
                at=one.at,
                conflict=conflict_of(one),
            )
            for one in call.entries.all()
        ],
    )


def _take(request: HttpRequest, given: CallEntryIn, channel: str) -> CallTakenOut:
    taken = take(request, "volunteer_call", given.call_id, given, given.data, channel=channel, said_by=given.said_by)
    if taken.entry is None:
        return CallTakenOut(id=given.id, taken=False, verdict="", version=None, state=None, reason=taken.reason)
    kept = cast("CallEntry", taken.entry)
    return CallTakenOut(
        id=kept.pk, taken=True, verdict=kept.verdict, version=kept.version, state=kept.call.state, reason=conflict_of(kept)
    )


def _whole(request: HttpRequest, need_id: UUID) -> NeedWholeOut:
    found = queries.visible_needs(request.user, state="all").get(pk=need_id)
    exact = may(request.user, rights.CALL, found.region_code, (found.body_id,))
    return describe_need_whole(found, now=current_time(), exact=exact)
