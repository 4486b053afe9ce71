"""Who is on call now, and each roster week by week, with what may be changed there."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from tocsin.base.errors import InvalidInput
from tocsin.base.tables import csv_text
from tocsin.jurisdiction.bodies.queries import may_plan, visible_organisations
from tocsin.jurisdiction.rights.queries import regions_within
from tocsin.jurisdiction.rights.views import needs
from tocsin.jurisdiction.rosters import shown as queries
from tocsin.jurisdiction.rosters.models import TURNS, Leave, Roster, StandIn, Swap
from tocsin.jurisdiction.rosters.queries.rosters import answering, on_call, plans, visible_rosters
from tocsin.jurisdiction.rosters.rules import Member
from tocsin.jurisdiction.rosters.services import rosters as services
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.request import actor_of
from tocsin.screens.tables import csv_file

WEEK = 7
SWAP_DAYS = 28
MOST_DAYS = 92


@require_GET
@needs("organisations.see")
def rosters(request: HttpRequest) -> HttpResponse:
    """Who answers now for each organisation of one region, and the rosters with their holes."""
    now = current_time()
    regions = regions_within(request.user, "organisations.see").filter(organisations__isnull=False).distinct()
    own = actor_of(request).organisation
    region = request.GET.get("region", "") or (own.region_id if own else "")
    known = [one.code for one in regions]
    region = region if region in known else (known[0] if known else "")
    bodies = list(visible_organisations(request.user).filter(region_id=region))
    found = list(visible_rosters(request.user).filter(organisation__region_id=region))
    seen, holes = {one.pk for one in found}, queries.holes_ahead(found, now)
    context = {
        "now": now,
        "region": region,
        "regions": regions,
        "bodies": [(body, answering(on_call(body, at=now), seen)) for body in bodies],
        "rosters": [(roster, holes.get(roster.pk, [])) for roster in found],
        "own": [body for body in bodies if may_plan(request.user, body)],
    }
    return render(request, "jurisdiction/rosters/rosters.html", context)


@needs("rosters.manage")
@act("rosters", alone=True)
def create_roster(
    request: HttpRequest, *, organisation: UUID | None = None, name_zh: Line, name_en: Line, order: int = 1
) -> HttpResponse:
    """One roster more; its page opens."""
    body = visible_organisations(request.user).filter(pk=organisation).first() if organisation else None
    if body is None:
        raise InvalidInput(_("There is no such organisation."))
    made = services.create_roster(
        actor=actor_of(request), organisation_id=body.pk, name_zh=name_zh, name_en=name_en or name_zh, order=order
    )
    messages.success(request, _("The roster is made. It has nobody yet."))
    return redirect("roster", roster_id=made.pk)


@require_GET
@needs("organisations.see")
def roster(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """One week of a roster."""
    found, user = visible(request, roster_id), actor_of(request)
    now = current_time()
    today = timezone.localtime(now).date()
    first = read_filters(Stretch, request.GET).from_ or today
    first -= timedelta(days=first.weekday())
    shifts = queries.shifts_by_person(found, now, SWAP_DAYS)
    people = list(found.organisation.people.filter(is_active=True))
    named = plans([found], now, now)[found.pk].persons()
    context = {
        "roster": found,
        "days": queries.days_of(found, first, WEEK),
        "today": today,
        "now": now,
        "earlier": first - timedelta(days=WEEK),
        "later": first + timedelta(days=WEEK),
        "holes": queries.holes_ahead([found], now).get(found.pk, []),
        "hole_names": queries.HOLE_NAMES,
        "layers": found.layers.prefetch_related("members__user", "members__post"),
        "stand_ins": _coming(found, now),
        "leaves": Leave.objects.filter(user__in=people, ends_at__gt=now, cancelled_at=None).select_related("user"),
        "swaps": found.swaps.filter(state="asked", given_from__gt=now).select_related("asked_by", "asked_of"),
        "may_plan": may_plan(user, found.organisation),
        "people": people,
        "posts": found.organisation.posts.all(),
        "turns": TURNS,
        "own_shifts": shifts.get(user.pk, []),
        "others": [(one, shifts.get(one.pk, [])) for one in people if one.pk in named and one.pk != user.pk],
    }
    return render(request, "jurisdiction/rosters/roster.html", context)


@require_GET
@needs("organisations.see")
def export_roster(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """The days asked for (28 from today without) as CSV."""
    found = visible(request, roster_id)
    today = timezone.localtime(current_time()).date()
    asked = read_filters(Stretch, request.GET)
    first, count = asked.from_ or today, min(max(asked.days, 0), MOST_DAYS)
    columns = [_("Organisation"), _("Roster"), pgettext("time", "From"), _("Until"), _("On duty"), _("Hole")]
    rows = [
        [
            str(found.organisation),
            str(found),
            f"{timezone.localtime(part.starts_at):%Y-%m-%d %H:%M}",
            f"{timezone.localtime(part.ends_at):%Y-%m-%d %H:%M}",
            "; ".join(one.name for one in part.on),
            str(queries.HOLE_NAMES.get(part.hole, "")),
        ]
        for day in queries.days_of(found, first, count)
        for part in day.parts
    ]
    return csv_file("roster", csv_text(columns, rows))


def visible(request: HttpRequest, roster_id: UUID) -> Roster:
    """The roster in use of that id that the reader may see; 404 otherwise."""
    return visible_rosters(request.user).get(pk=roster_id)


def parse_hours(text: str) -> tuple[datetime, datetime]:
    """Both bounds of `2026-01-05T08:30+08:00/2026-01-05T17:30+08:00`, as forms offer shifts; InvalidInput for anything else."""
    try:
        begin, end = (datetime.fromisoformat(one) for one in text.split("/"))
        if begin.tzinfo is None or end.tzinfo is None:
            raise ValueError
    except ValueError:
        raise InvalidInput(_("%(text)s is no day and time.") % {"text": text or "–"}) from None
    return begin, end


def parse_member(text: str) -> Member:
    """The member of `person:ID` or `post:ID`; InvalidInput for anything else."""
    what, _colon, one = text.partition(":")
    try:
        return Member(person=UUID(one)) if what == "person" else Member(post=UUID(one))
    except ValueError:
        raise InvalidInput(_("On a roster stand people and posts of its organisation.")) from None


def _coming(roster: Roster, now: datetime) -> list[StandIn]:
    rows = roster.stand_ins.filter(cancelled_at=None, ends_at__gt=now)
    return list(rows.select_related("user", "post", "replaces"))


def open_swaps_of(user_id: UUID, now: datetime) -> list[Swap]:
    """What a person has been asked and may still answer."""
    rows = Swap.objects.filter(asked_of=user_id, state="asked", given_from__gt=now, roster__is_active=True)
    return list(rows.select_related("roster__organisation", "asked_by"))


@dataclass(frozen=True)
class Stretch:
    """Which days of a roster are asked for."""

    from_: date | None = None
    days: int = SWAP_DAYS
