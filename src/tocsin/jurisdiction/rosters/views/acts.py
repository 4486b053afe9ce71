"""What is changed on a roster's page; each act answers with the page it came from and says what was done or why not."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.rights.views import needs
from tocsin.jurisdiction.rosters.models import Leave, Roster, RosterLayer, StandIn, Swap
from tocsin.jurisdiction.rosters.queries import rosters as queries
from tocsin.jurisdiction.rosters.rules import Member
from tocsin.jurisdiction.rosters.services import rosters as services
from tocsin.jurisdiction.rosters.services import swaps as services_swaps
from tocsin.jurisdiction.rosters.views.rosters import parse_hours, parse_member, visible
from tocsin.screens.acts import act, next_of
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters, read_value
from tocsin.screens.request import actor_of


@needs("rosters.manage")
@act("roster")
def end_roster(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """The roster calls nobody any more."""
    services.end_roster(actor=actor_of(request), roster_id=visible(request, roster_id).pk)
    messages.success(request, _("The roster has ended."))
    return redirect("rosters")


@needs("rosters.manage")
@act("roster")
def add_layer(
    request: HttpRequest,
    roster_id: UUID,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    handovers: str,
    turn: str,
    hours: Line,
    order: int = 1,
) -> str:
    """One rotation more: each line of `teams` is a team, by names or numbers of the list."""
    if starts_on is None:
        raise InvalidInput(_("A rotation begins today or later and ends after it began."))
    services.add_layer(
        actor=actor_of(request),
        roster_id=visible(request, roster_id).pk,
        teams=_teams(request),
        starts_on=starts_on,
        ends_on=ends_on,
        handovers=handovers,
        turn=turn,
        hours=hours,
        order=order,
        today=timezone.localdate(current_time()),
    )
    return _("The rotation is entered.")


@needs("rosters.manage")
@act("roster")
def end_layer(request: HttpRequest, roster_id: UUID, layer_id: UUID, *, ends_on: date | None = None) -> str:
    """The rotation's last day."""
    layer = RosterLayer.objects.get(pk=layer_id, roster=visible(request, roster_id))
    today = timezone.localdate(current_time())
    services.end_layer(actor=actor_of(request), layer_id=layer.pk, ends_on=ends_on or today, today=today)
    return _("The rotation's end is entered.")


@needs("rosters.manage")
@act("roster")
def put_stand_in(
    request: HttpRequest,
    roster_id: UUID,
    *,
    member: str,
    replaces: str,
    starts_at: datetime,
    ends_at: datetime,
    reason: Line,
) -> str:
    """Somebody in place of another."""
    services.put_stand_in(
        actor=actor_of(request),
        roster_id=visible(request, roster_id).pk,
        member=parse_member(member),
        replaces_id=parse_member(replaces).person if replaces else None,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        now=current_time(),
    )
    return _("The stand-in is entered.")


@needs("rosters.manage")
@act("roster")
def cancel_stand_in(request: HttpRequest, roster_id: UUID, stand_in_id: UUID) -> str:
    """Takes a stand-in back."""
    stand_in = StandIn.objects.get(pk=stand_in_id, roster=visible(request, roster_id))
    services.cancel_stand_in(actor=actor_of(request), stand_in_id=stand_in.pk, now=current_time())
    return _("The stand-in is taken back.")


@needs("organisations.see")
@act("roster")
def ask_swap(request: HttpRequest, roster_id: UUID, *, with_: str, given: str, note: Line) -> str:
    """Asks a colleague to take one's shift."""
    person, _comma, theirs = with_.partition(",")
    asked_of = parse_member(person).person
    if asked_of is None:
        raise InvalidInput(_("This person is not on the roster."))
    services_swaps.ask_swap(
        actor=actor_of(request),
        roster_id=visible(request, roster_id).pk,
        asked_of_id=asked_of,
        given=parse_hours(given),
        taken=parse_hours(theirs) if theirs else None,
        note=note,
        now=current_time(),
    )
    return _("Your colleague is asked.")


def _after_swap(request: HttpRequest, swap_id: UUID) -> HttpResponse:
    if next_of(request) == "own_duty":
        return redirect("own_duty")
    return redirect("roster", roster_id=_swap(request, swap_id).roster_id)


@needs("organisations.see")
@act(_after_swap)
def answer_swap(request: HttpRequest, swap_id: UUID, *, answer: str) -> str:
    """Agrees, refuses, or takes one's own request back."""
    user, now, swap = actor_of(request), current_time(), _swap(request, swap_id)
    if answer == "withdraw":
        services_swaps.withdraw_swap(actor=user, swap_id=swap.pk, now=now)
        return _("Your request is taken back.")
    services_swaps.answer_swap(actor=user, swap_id=swap.pk, agree=answer == "agree", now=now)
    return _("The shifts are swapped.") if answer == "agree" else _("The request is refused.")


def _after_leave(request: HttpRequest, **_address: UUID) -> HttpResponse:
    roster = _roster_behind(request)
    return redirect("roster", roster_id=roster.pk) if roster else redirect("own_duty")


@needs("organisations.see")
@act(_after_leave)
def enter_leave(request: HttpRequest, *, member: str, starts_at: datetime, ends_at: datetime, kind: str = "leave") -> str:
    """Leave of one's own, or of a person whose duty one plans."""
    user, roster = actor_of(request), _roster_behind(request)
    person = parse_member(member).person if member else user.pk
    if person is None or (person != user.pk and (roster is None or not _of(roster, person))):
        raise InvalidInput(_("This person does not belong to the organisation."))
    services.enter_leave(actor=user, user_id=person, starts_at=starts_at, ends_at=ends_at, kind=kind, now=current_time())
    return _("The leave is entered.")


@needs("organisations.see")
@act(_after_leave)
def cancel_leave(request: HttpRequest, leave_id: UUID) -> str:
    """Back on duty."""
    user, roster = actor_of(request), _roster_behind(request)
    whose = [user.pk, *(roster.organisation.people.values_list("pk", flat=True) if roster else ())]
    leave = Leave.objects.get(pk=leave_id, user__in=whose)
    services.cancel_leave(actor=user, leave_id=leave.pk, now=current_time())
    return _("The leave is taken back.")


def _swap(request: HttpRequest, swap_id: UUID) -> Swap:
    return Swap.objects.filter(roster__in=queries.visible_rosters(actor_of(request))).get(pk=swap_id)


def _teams(request: HttpRequest) -> list[list[Member]]:
    """The chosen members, in the order of their numbers; those of one number are a team."""
    teams: dict[int, list[Member]] = {}
    for name, text in request.POST.items():
        if name.startswith(("person:", "post:")) and str(text).strip():
            number = read_value(int, name, str(text))
            if number < 1:
                raise InvalidInput(_("Teams are numbered 1, 2, 3 in the order in which they come."))
            teams.setdefault(number, []).append(parse_member(name))
    return [teams[number] for number in sorted(teams)]


@dataclass(frozen=True)
class Behind:
    """The roster whose page a form stands on."""

    roster: UUID | None = None


def _roster_behind(request: HttpRequest) -> Roster | None:
    """The roster whose page the form stands on."""
    roster_id = read_filters(Behind, request.POST).roster
    return queries.visible_rosters(request.user).filter(pk=roster_id).first() if roster_id else None


def _of(roster: Roster, person: UUID) -> bool:
    return roster.organisation.people.filter(pk=person).exists()
