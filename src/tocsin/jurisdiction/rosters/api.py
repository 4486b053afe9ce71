"""Rosters and who is on call, for programs."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.bodies.queries import visible_organisations
from tocsin.jurisdiction.rosters.models import Leave, Roster, RosterLayer, StandIn, Swap
from tocsin.jurisdiction.rosters.queries import rosters as queries
from tocsin.jurisdiction.rosters.rules import Member
from tocsin.jurisdiction.rosters.services import rosters as services
from tocsin.jurisdiction.rosters.services import swaps as services_swaps
from tocsin.jurisdiction.rosters.shown import Named, RosterDay, days_of
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class OnCallPoint(Schema):
    kind: str
    address: str


class OnCallOut(Schema):
    name: str = Field(description="of the person where you see that roster, else of the roster")
    organisation_id: UUID = Field(description="another than the one asked for where `why` is upward")
    why: str = Field(description="rotation, stand_in, desk or upward")
    points: list[OnCallPoint]


class RosterOut(Schema):
    id: UUID
    organisation_id: UUID
    name: str = Field(description="in the reader's language")
    name_zh: str
    name_en: str
    order: int

    @staticmethod
    def resolve_name(roster: Roster) -> str:
        return str(roster)


class RosterIn(Schema):
    organisation_id: UUID
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field(min_length=1, max_length=120)
    order: int = Field(1, ge=1, le=999)


class MemberIn(Schema):
    """One of both."""

    person_id: UUID | None = None
    post_id: UUID | None = None


class LayerIn(Schema):
    teams: list[list[MemberIn]] = Field(description="in their turn; those of one team are on together")
    starts_on: date
    ends_on: date | None = None
    handovers: str = Field("08:30", max_length=60, description="rising times of day, such as `08:30, 17:30`")
    turn: Literal["shift", "day", "week"] = "day"
    hours: str = Field("", max_length=200)
    order: int = Field(1, ge=1, le=999)


class LayerMade(Schema):
    id: UUID


class LayerEnd(Schema):
    ends_on: date


class OnOut(Schema):
    name: str
    person_id: UUID | None
    post_id: UUID | None
    stands_in: bool

    @staticmethod
    def resolve_person_id(who: Named) -> UUID | None:
        return who.member.person

    @staticmethod
    def resolve_post_id(who: Named) -> UUID | None:
        return who.member.post


class PartOut(Schema):
    starts_at: datetime
    ends_at: datetime
    on: list[OnOut]
    hole: str = Field(description="empty, nobody_named, all_away or account_closed")


class RosterDayOut(Schema):
    day: date
    worked: bool
    parts: list[PartOut]


class StandInIn(Schema):
    person_id: UUID | None = None
    post_id: UUID | None = None
    replaces_id: UUID | None = Field(None, description="a person; without one everybody who is on then")
    starts_at: datetime
    ends_at: datetime
    reason: str = Field("", max_length=200)


class StandInMade(Schema):
    id: UUID
    starts_at: datetime
    ends_at: datetime


class LeaveIn(Schema):
    person_id: UUID | None = Field(None, description="yourself without one")
    starts_at: datetime
    ends_at: datetime
    kind: str = "leave"


class LeaveMade(Schema):
    id: UUID


class HoursIn(Schema):
    starts_at: datetime
    ends_at: datetime


class SwapIn(Schema):
    asked_of: UUID
    given: HoursIn
    taken: HoursIn | None = None
    note: str = Field("", max_length=200)


class SwapOut(Schema):
    id: UUID
    state: str
    asked_by_id: UUID
    asked_of_id: UUID


class SwapAnswer(Schema):
    answer: Literal["agree", "refuse", "withdraw"]


@router.get("/organisations/{organisation_id}/on-call", response=list[OnCallOut])
def on_call(request: HttpRequest, organisation_id: UUID, at: datetime | None = None) -> list[dict[str, object]]:
    """Who answers for the organisation, in the order in which they are called; now without a time."""
    body = visible_organisations(request.user).get(pk=organisation_id)
    moment = _aware(at) if at else current_time()
    seen = set(queries.visible_rosters(request.user).filter(organisation=body).values_list("pk", flat=True))
    return [
        {
            "name": name,
            "organisation_id": one.organisation.pk,
            "why": one.why.value,
            "points": queries.open_points(one.contact) if one.roster is None or one.roster.pk in seen else [],
        }
        for name, one in queries.answering(queries.on_call(body, at=moment), seen)
    ]


@router.get("/rosters", response=list[RosterOut])
def rosters(request: HttpRequest) -> Any:
    """Rosters in use that you see: your organisation's, and those whose duty you keep or plan."""
    return queries.visible_rosters(request.user)


@router.post("/rosters", response={201: RosterOut})
def create_roster(request: HttpRequest, body: RosterIn) -> Status[Roster]:
    """A place of an organisation that is to be filled at all times."""
    visible_organisations(request.user).get(pk=body.organisation_id)
    return Status(201, services.create_roster(actor=actor_of(request), **body.dict()))


@router.delete("/rosters/{roster_id}", response={204: None})
def end_roster(request: HttpRequest, roster_id: UUID) -> Status[None]:
    """It calls nobody any more; what it was stays readable."""
    services.end_roster(actor=actor_of(request), roster_id=_visible(request, roster_id).pk)
    return Status(204, None)


@router.get("/rosters/{roster_id}/days", response=list[RosterDayOut])
def roster_days(request: HttpRequest, roster_id: UUID, first: date | None = None, days: int = 7) -> list[RosterDay]:
    """Who is on, day by day, with the holes; today and 7 days without more. At most 92 days between the years 2000 and 2100."""
    begin = first or timezone.localtime(current_time()).date()
    if not 1 <= days <= 92 or not 2000 <= begin.year <= 2100:
        raise InvalidInput("1 to 92 days between the years 2000 and 2100 can be asked for")
    return days_of(_visible(request, roster_id), begin, days)


@router.post("/rosters/{roster_id}/layers", response={201: LayerMade})
def add_layer(request: HttpRequest, roster_id: UUID, body: LayerIn) -> Status[RosterLayer]:
    """A rotation from today or later on."""
    fields = body.dict(exclude={"teams"})
    teams = [[Member(person=one.person_id, post=one.post_id) for one in team] for team in body.teams]
    today = timezone.localtime(current_time()).date()
    roster = _visible(request, roster_id)
    return Status(201, services.add_layer(actor=actor_of(request), roster_id=roster.pk, teams=teams, today=today, **fields))


@router.put("/rosters/{roster_id}/layers/{layer_id}/end", response={204: None})
def end_layer(request: HttpRequest, roster_id: UUID, layer_id: UUID, body: LayerEnd) -> Status[None]:
    """The last day on which the rotation begins a shift."""
    layer = RosterLayer.objects.get(pk=layer_id, roster=_visible(request, roster_id))
    today = timezone.localtime(current_time()).date()
    services.end_layer(actor=actor_of(request), layer_id=layer.pk, ends_on=body.ends_on, today=today)
    return Status(204, None)


@router.post("/rosters/{roster_id}/stand-ins", response={201: StandInMade})
def put_stand_in(request: HttpRequest, roster_id: UUID, body: StandInIn) -> Status[StandIn]:
    """Somebody is on in place of another."""
    made = services.put_stand_in(
        actor=actor_of(request),
        roster_id=_visible(request, roster_id).pk,
        member=Member(person=body.person_id, post=body.post_id),
        replaces_id=body.replaces_id,
        starts_at=_aware(body.starts_at),
        ends_at=_aware(body.ends_at),
        reason=body.reason,
        now=current_time(),
    )
    return Status(201, made)


@router.delete("/rosters/{roster_id}/stand-ins/{stand_in_id}", response={204: None})
def cancel_stand_in(request: HttpRequest, roster_id: UUID, stand_in_id: UUID) -> Status[None]:
    """Takes a stand-in back; what is past of it stays."""
    found = StandIn.objects.get(pk=stand_in_id, roster=_visible(request, roster_id))
    services.cancel_stand_in(actor=actor_of(request), stand_in_id=found.pk, now=current_time())
    return Status(204, None)


@router.post("/rosters/{roster_id}/swaps", response={201: SwapOut})
def ask_swap(request: HttpRequest, roster_id: UUID, body: SwapIn) -> Status[Swap]:
    """Asks a colleague to take hours of yours."""
    swap = services_swaps.ask_swap(
        actor=actor_of(request),
        roster_id=_visible(request, roster_id).pk,
        asked_of_id=body.asked_of,
        given=(_aware(body.given.starts_at), _aware(body.given.ends_at)),
        taken=(_aware(body.taken.starts_at), _aware(body.taken.ends_at)) if body.taken else None,
        note=body.note,
        now=current_time(),
    )
    return Status(201, swap)


@router.post("/swaps/{swap_id}/answer", response=SwapOut)
def answer_swap(request: HttpRequest, swap_id: UUID, body: SwapAnswer) -> Swap:
    """Agrees or refuses what you were asked, or takes back what you asked."""
    swap = Swap.objects.get(pk=swap_id, roster__in=queries.visible_rosters(request.user))
    now = current_time()
    if body.answer == "withdraw":
        return services_swaps.withdraw_swap(actor=actor_of(request), swap_id=swap.pk, now=now)
    return services_swaps.answer_swap(actor=actor_of(request), swap_id=swap.pk, agree=body.answer == "agree", now=now)


@router.post("/leaves", response={201: LeaveMade})
def enter_leave(request: HttpRequest, body: LeaveIn) -> Status[Leave]:
    """You, or a person whose duty you plan, can't be on duty then."""
    leave = services.enter_leave(
        actor=actor_of(request),
        user_id=body.person_id or actor_of(request).pk,
        starts_at=_aware(body.starts_at),
        ends_at=_aware(body.ends_at),
        kind=body.kind,
        now=current_time(),
    )
    return Status(201, leave)


@router.delete("/leaves/{leave_id}", response={204: None})
def cancel_leave(request: HttpRequest, leave_id: UUID) -> Status[None]:
    """Back on duty; what is past of the leave stays."""
    services.cancel_leave(actor=actor_of(request), leave_id=leave_id, now=current_time())
    return Status(204, None)


def _visible(request: HttpRequest, roster_id: UUID) -> Roster:
    return queries.visible_rosters(request.user).get(pk=roster_id)


def _aware(moment: datetime) -> datetime:
    """A moment without a zone is local; InvalidInput outside the years 2000 to 2100."""
    if not 2000 <= moment.year <= 2100:
        raise InvalidInput("a moment lies between the years 2000 and 2100")
    return timezone.make_aware(moment) if moment.tzinfo is None else moment
