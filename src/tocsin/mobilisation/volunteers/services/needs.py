"""A need is opened, people are called for it, it is renewed, and ended: then everybody is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.services import record_event
from tocsin.jurisdiction.face import Organisation, all_regions, may, region_prefixes, require
from tocsin.mobilisation.volunteers.events import NeedChanged
from tocsin.mobilisation.volunteers.models import Call, Need, NeedBook
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.queries import needs as queries
from tocsin.mobilisation.volunteers.queries.needs import NeedSubject
from tocsin.mobilisation.volunteers.rules import notices as told
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.mobilisation.volunteers.rules.calls import OUT, CallState
from tocsin.mobilisation.volunteers.services.calling import call_more, end_call, note, tell_volunteers
from tocsin.records.face import record_audit
from tocsin.screens.words import moment

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True)
class NewNeed:
    """What is needed, how many, where, for what."""

    what: str
    count: int
    lon: float
    lat: float
    place: str
    region_code: str
    skills: tuple[str, ...] = ()
    text: str = ""
    radius_km: float | None = None
    area_code: str = ""
    begins_at: datetime | None = None
    lapse_h: int | None = None
    subject_kind: str = ""
    subject_label: str = ""


@transaction.atomic
def open_need(*, actor: "User", new: NewNeed, now: datetime) -> Need:
    """A duty officer or a body says what is needed. InvalidInput names what does not fit; Conflict for a drill."""
    body = _body_of(actor, new.region_code)
    require(actor, rights.CALL, new.region_code, (body.pk,))
    _check(actor, new)
    subject = _subject(actor, new)
    policy = volunteers_policy()
    need = Need.objects.create(
        number=_next_number(new.region_code, now),
        region_code=new.region_code,
        body=body,
        reach=list(region_prefixes(actor, rights.CALL)),
        what=new.what.strip()[:120],
        text=new.text.strip()[:1000],
        skills=sorted(set(new.skills)),
        count=new.count,
        lon=new.lon,
        lat=new.lat,
        place=new.place.strip()[:120],
        radius_m=(new.radius_km or policy.call.radius_km) * 1000,
        area_code=new.area_code,
        begins_at=new.begins_at,
        subject_kind=subject.kind if subject else "",
        subject_id=subject.id if subject else None,
        subject_label=subject.label if subject else "",
        level=subject.level if subject else 0,
        opened_at=now,
        opened_by=actor,
        lapses_at=now + timedelta(hours=new.lapse_h or policy.need.lapse_h),
        answer_min=policy.call.answer_min,
        most_called=policy.call.most_called,
    )
    note(need, "need_opened", now, actor, count=need.count)
    _tell_of(need, actor, "need.opened")
    return need


@transaction.atomic
def begin_calling(
    *, actor: "User", need_id: UUID, answer_min: int | None = None, most_called: int | None = None, now: datetime
) -> Need:
    """People are called until the places are covered; whoever declines or keeps silent is replaced. InvalidInput for a cap or an
    answer time that is none, Conflict for a need that has ended.
    """
    need = _locked(actor, need_id)
    most = volunteers_policy().call.most_called
    if answer_min is not None and not 1 <= answer_min <= 24 * 60:
        raise InvalidInput(_("The time to answer is between 1 minute and a day."))
    if most_called is not None and not 1 <= most_called <= most:
        raise InvalidInput(_("At most %(most)d are called at once.") % {"most": most})
    need.answer_min, need.most_called = answer_min or need.answer_min, most_called or need.most_called
    need.calling, need.unfilled_at = True, None
    need.save(update_fields=["answer_min", "most_called", "calling", "unfilled_at"])
    note(need, "need_calling", now, actor, minutes=need.answer_min, most=need.most_called)
    call_more(need, now)
    _tell_of(need, actor, "need.calling")
    return need


@transaction.atomic
def pause_calling(*, actor: "User", need_id: UUID, now: datetime) -> Need:
    """Nobody more is called; who is called or comes goes on."""
    need = _locked(actor, need_id)
    need.calling = False
    need.save(update_fields=["calling"])
    note(need, "need_paused", now, actor)
    _tell_of(need, actor, "need.paused")
    return need


@transaction.atomic
def renew(*, actor: "User", need_id: UUID, hours: int | None = None, now: datetime) -> Need:
    """The need holds so many hours from now; InvalidInput where it holds longer already."""
    need, policy = _locked(actor, need_id), volunteers_policy().need
    if hours is not None and not 1 <= hours <= policy.most_lapse_h:
        raise InvalidInput(_("A need is renewed for 1 to %(most)d hours.") % {"most": policy.most_lapse_h})
    until = now + timedelta(hours=hours or policy.lapse_h)
    if hours is not None and until < need.lapses_at:
        raise InvalidInput(_("It holds until %(until)s already: name more hours.") % {"until": moment(need.lapses_at)})
    need.lapses_at, need.warned_at = max(until, need.lapses_at), None
    need.save(update_fields=["lapses_at", "warned_at"])
    note(need, "need_renewed", now, actor, until=need.lapses_at.isoformat())
    _tell_of(need, actor, "need.renewed")
    return need


@transaction.atomic
def stand_down(*, actor: "User", need_id: UUID, text: str = "", now: datetime) -> Need:
    """It is over: who was called need not answer, who comes or is there goes home and says so when they are."""
    need = _locked(actor, need_id)
    end_need(need, told.STOOD_DOWN, now, actor, text)
    _tell_of(need, actor, "need.ended")
    return need


@transaction.atomic
def take_back(*, actor: "User", call_id: UUID, now: datetime) -> Call:
    """One who has not set out is let off; the next is called. Conflict for who is on the way."""
    found = Call.objects.get(pk=call_id)
    need = _locked(actor, found.need_id)
    call = Call.objects.select_for_update(of=("self",)).select_related("volunteer__user", "need").get(pk=call_id)
    if call.state not in (CallState.CALLED, CallState.ACCEPTED):
        raise Conflict(_("They have set out, or the call is over: stand the need down, or call them."))
    end_call(call, CallState.RELEASED, now)
    tell_volunteers([call], told.RELEASED, now, urgent=True)
    note(need, "call_released", now, actor, name=str(call.volunteer))
    record_audit(actor, "volunteer_call.released", "volunteer_call", call.pk, need.region_code, {"need": need.number})
    call_more(need, now)
    return call


def end_need(need: Need, why: str, now: datetime, actor: "User | None", text: str = "") -> None:
    """The locked need ends: everybody on it is told, each what to do now."""
    need.ended_at, need.ended_by, need.ended_why, need.calling = now, actor, why, False
    need.save(update_fields=["ended_at", "ended_by", "ended_why", "calling"])
    running = list(
        need.calls.select_for_update(of=("self",))
        .filter(state__in=queries.RUNNING_STATES)
        .select_related("volunteer__user", "need")
    )
    out = [one for one in running if CallState(one.state) in OUT]
    for call in out:
        call.due_at, call.late_told_at = now + timedelta(minutes=volunteers_policy().call.home_min), None
        call.save(update_fields=["due_at", "late_told_at"])
    idle = [one for one in running if one not in out]
    for call in idle:
        end_call(call, CallState.RELEASED, now)
    tell_volunteers(idle, told.RELEASED, now, urgent=True)
    tell_volunteers(out, told.STOOD_DOWN, now, urgent=True, text=text)
    note(need, f"need_{why}", now, actor, text, out=len(out))


def _subject(actor: "User", new: NewNeed) -> NeedSubject | None:
    if not new.subject_kind:
        return None
    if new.subject_kind not in settings.NEED_SUBJECTS:
        raise InvalidInput(_("There is no kind of event %(kind)s.") % {"kind": new.subject_kind[:30]})
    found = queries.need_subject(actor, new.subject_kind, new.subject_label)
    if found.is_drill:
        raise Conflict(_("A drill calls no volunteers: they are no players of it."))
    return found


def _body_of(actor: "User", region_code: str) -> Organisation:
    if actor.organisation is None:
        raise InvalidInput(_("You belong to no body that could ask for volunteers."))
    return actor.organisation


def _check(actor: "User", new: NewNeed) -> None:
    policy = volunteers_policy()
    if not new.what.strip() or not new.place.strip():
        raise InvalidInput(_("Say what is needed, and where."))
    if not 1 <= new.count <= 1000:
        raise InvalidInput(_("How many is a number from 1 to 1000."))
    if unknown := [one for one in new.skills if one not in policy.skills]:
        raise InvalidInput(_("There is no skill %(code)s.") % {"code": unknown[0][:30]})
    if not (-180 <= new.lon <= 180 and -90 <= new.lat <= 90):
        raise InvalidInput(_("Give the place as longitude and latitude in degrees, such as 120.4312 and 36.1625."))
    if new.radius_km is not None and not 0 < new.radius_km <= policy.call.most_radius_km:
        raise InvalidInput(_("The way is between 0 and %(most)g km.") % {"most": policy.call.most_radius_km})
    if new.lapse_h is not None and not 1 <= new.lapse_h <= policy.need.most_lapse_h:
        raise InvalidInput(_("A need is renewed for 1 to %(most)d hours.") % {"most": policy.need.most_lapse_h})
    for code in filter(None, (new.region_code, new.area_code)):
        if not all_regions().filter(code=code).exists() or not may(actor, rights.CALL, code, (actor.organisation_id,)):
            raise InvalidInput(_("There is no region %(code)s where you call volunteers.") % {"code": code[:6]})


def _next_number(region_code: str, now: datetime) -> str:
    """Such as XQ-370213-20261128-003 (需求): whoever asks holds the county's book until the transaction ends."""
    day = timezone.localtime(now).strftime("%Y%m%d")
    key = f"{region_code}-{day}"
    NeedBook.objects.get_or_create(key=key)
    book = NeedBook.objects.select_for_update().get(key=key)
    book.last += 1
    book.save(update_fields=["last"])
    return f"XQ-{key}-{book.last:03}"


def _locked(actor: "User", need_id: UUID) -> Need:
    """The running need, held until the transaction ends; DoesNotExist out of reach, NotAllowed without the right."""
    seen = queries.visible_needs(actor, state="all").get(pk=need_id)
    require(actor, rights.CALL, seen.region_code, (seen.body_id,))
    need = Need.objects.select_for_update(of=("self",)).select_related("body").get(pk=need_id)
    if need.ended_at is not None:
        raise Conflict(_("This need has ended: open a new one."))
    return need


def _tell_of(need: Need, actor: "User", act: str) -> None:
    record_audit(actor, act, "volunteer_need", need.pk, need.region_code, {"number": need.number})
    record_event(NeedChanged(need_id=str(need.pk), number=need.number, act=act), region=need.region_code)
