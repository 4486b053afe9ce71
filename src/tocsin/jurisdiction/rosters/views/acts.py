"""What is changed on a roster's page; each act answers with the page it came from and says what was done or why not."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.rights.views import needs, parse_day, person_of, told, whole
from tocsin.jurisdiction.rosters.models import Leave, Roster, RosterLayer, StandIn, Swap
from tocsin.jurisdiction.rosters.queries import rosters as queries
from tocsin.jurisdiction.rosters.rules import Member
from tocsin.jurisdiction.rosters.services import rosters as services
from tocsin.jurisdiction.rosters.services import swaps as services_swaps
from tocsin.jurisdiction.rosters.views.rosters import parse_hours, parse_member, parse_moment, visible


@require_POST
@needs("rosters.manage")
def end_roster(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """The roster calls nobody any more."""
    visible(request, roster_id)
    done = told(request, lambda: services.end_roster(actor=person_of(request), roster_id=roster_id), _("The roster has ended."))
    return redirect("rosters") if done else redirect("roster", roster_id=roster_id)


@require_POST
@needs("rosters.manage")
def add_layer(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """One rotation more: each line of `teams` is a team, by names or numbers of the list."""

    def act(found: Roster, now: datetime) -> None:
        starts_on = parse_day(request.POST.get("starts_on", ""))
        if starts_on is None:
            raise InvalidInput(_("A rotation begins today or later and ends after it began."))
        services.add_layer(
            actor=person_of(request),
            roster_id=found.pk,
            teams=_teams(request),
            starts_on=starts_on,
            ends_on=parse_day(request.POST.get("ends_on", "")),
            handovers=request.POST.get("handovers", ""),
            turn=request.POST.get("turn", ""),
            hours=request.POST.get("hours", "").strip(),
            order=whole(request, "order"),
            today=timezone.localtime(now).date(),
        )

    return _act(request, roster_id, act, _("The rotation is entered."))


@require_POST
@needs("rosters.manage")
def end_layer(request: HttpRequest, roster_id: UUID, layer_id: UUID) -> HttpResponse:
    """The rotation's last day."""

    def act(found: Roster, now: datetime) -> None:
        layer = get_object_or_404(RosterLayer, pk=layer_id, roster=found)
        today = timezone.localtime(now).date()
        ends_on = parse_day(request.POST.get("ends_on", "")) or today
        services.end_layer(actor=person_of(request), layer_id=layer.pk, ends_on=ends_on, today=today)

    return _act(request, roster_id, act, _("The rotation's end is entered."))


@require_POST
@needs("rosters.manage")
def put_stand_in(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """Somebody in place of another."""

    def act(found: Roster, now: datetime) -> None:
        replaces = request.POST.get("replaces", "")
        services.put_stand_in(
            actor=person_of(request),
            roster_id=found.pk,
            member=parse_member(request.POST.get("member", "")),
            replaces_id=parse_member(replaces).person if replaces else None,
            starts_at=parse_moment(request.POST.get("starts_at", "")),
            ends_at=parse_moment(request.POST.get("ends_at", "")),
            reason=request.POST.get("reason", "").strip(),
            now=now,
        )

    return _act(request, roster_id, act, _("The stand-in is entered."))


@require_POST
@needs("rosters.manage")
def cancel_stand_in(request: HttpRequest, roster_id: UUID, stand_in_id: UUID) -> HttpResponse:
    """Takes a stand-in back."""

    def act(found: Roster, now: datetime) -> None:
        stand_in = get_object_or_404(StandIn, pk=stand_in_id, roster=found)
        services.cancel_stand_in(actor=person_of(request), stand_in_id=stand_in.pk, now=now)

    return _act(request, roster_id, act, _("The stand-in is taken back."))


@require_POST
@needs("organisations.see")
def ask_swap(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """Asks a colleague to take one's shift."""

    def act(found: Roster, now: datetime) -> None:
        person, _comma, theirs = request.POST.get("with", "").partition(",")
        asked_of = parse_member(person).person
        if asked_of is None:
            raise InvalidInput(_("This person is not on the roster."))
        services_swaps.ask_swap(
            actor=person_of(request),
            roster_id=found.pk,
            asked_of_id=asked_of,
            given=parse_hours(request.POST.get("given", "")),
            taken=parse_hours(theirs) if theirs else None,
            note=request.POST.get("note", "").strip(),
            now=now,
        )

    return _act(request, roster_id, act, _("Your colleague is asked."))


@require_POST
@needs("organisations.see")
def answer_swap(request: HttpRequest, swap_id: UUID) -> HttpResponse:
    """Agrees, refuses, or takes one's own request back."""
    user, now = person_of(request), settings.CONFIGURATION.clock.now()
    swap = get_object_or_404(Swap.objects.filter(roster__in=queries.visible_rosters(user)), pk=swap_id)
    answer = request.POST.get("answer")

    def act() -> None:
        if answer == "withdraw":
            services_swaps.withdraw_swap(actor=user, swap_id=swap.pk, now=now)
        else:
            services_swaps.answer_swap(actor=user, swap_id=swap.pk, agree=answer == "agree", now=now)

    words = {"withdraw": _("Your request is taken back."), "agree": _("The shifts are swapped.")}
    told(request, act, words.get(answer or "", _("The request is refused.")))
    return redirect("own_duty") if request.POST.get("next") == "own_duty" else redirect("roster", roster_id=swap.roster_id)


@require_POST
@needs("organisations.see")
def enter_leave(request: HttpRequest) -> HttpResponse:
    """Leave of one's own, or of a person whose duty one plans."""
    user, now = person_of(request), settings.CONFIGURATION.clock.now()
    roster = _roster_behind(request)

    def act() -> None:
        whose = request.POST.get("member", "")
        person = parse_member(whose).person if whose else user.pk
        if person is None or (person != user.pk and (roster is None or not _of(roster, person))):
            raise InvalidInput(_("This person does not belong to the organisation."))
        services.enter_leave(
            actor=user,
            user_id=person,
            starts_at=parse_moment(request.POST.get("starts_at", "")),
            ends_at=parse_moment(request.POST.get("ends_at", "")),
            kind=request.POST.get("kind", "leave"),
            now=now,
        )

    told(request, act, _("The leave is entered."))
    return redirect("roster", roster_id=roster.pk) if roster else redirect("own_duty")


@require_POST
@needs("organisations.see")
def cancel_leave(request: HttpRequest, leave_id: UUID) -> HttpResponse:
    """Back on duty."""
    user, now, roster = person_of(request), settings.CONFIGURATION.clock.now(), _roster_behind(request)
    whose = [user.pk, *(roster.organisation.people.values_list("pk", flat=True) if roster else ())]
    leave = get_object_or_404(Leave, pk=leave_id, user__in=whose)
    told(request, lambda: services.cancel_leave(actor=user, leave_id=leave.pk, now=now), _("The leave is taken back."))
    return redirect("roster", roster_id=roster.pk) if roster else redirect("own_duty")


def _act(request: HttpRequest, roster_id: UUID, act: Callable[[Roster, datetime], None], success: str) -> HttpResponse:
    found, now = visible(request, roster_id), settings.CONFIGURATION.clock.now()
    told(request, lambda: act(found, now), success)
    return redirect("roster", roster_id=roster_id)


def _teams(request: HttpRequest) -> list[list[Member]]:
    """The chosen members, in the order of their numbers; those of one number are a team."""
    teams: dict[int, list[Member]] = {}
    for name in request.POST:
        if name.startswith(("person:", "post:")) and request.POST[name].strip():
            number = whole(request, name, 0)
            if number == 0:
                raise InvalidInput(_("Teams are numbered 1, 2, 3 in the order in which they come."))
            teams.setdefault(number, []).append(parse_member(name))
    return [teams[number] for number in sorted(teams)]


def _roster_behind(request: HttpRequest) -> Roster | None:
    """The roster whose page the form stands on."""
    try:
        return queries.visible_rosters(request.user).filter(pk=UUID(request.POST.get("roster", ""))).first()
    except ValueError:
        return None


def _of(roster: Roster, person: UUID) -> bool:
    return roster.organisation.people.filter(pk=person).exists()
