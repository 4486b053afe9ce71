"""Where people and vehicles are: firms, one firm with its map and list, one tag with its track."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.hazchem.positions.queries import tags as queries
from tocsin.hazchem.positions.queries.sight import firms_in_sight, keeps
from tocsin.hazchem.positions.queries.standing import standings
from tocsin.hazchem.positions.services.looking import look_at_track
from tocsin.hazchem.positions.shown.tags import TAG_COLUMNS, TrackPointOut, describe_point, describe_tag
from tocsin.hazchem.positions.shown.words import KIND_NAMES
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters, read_form
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of

HOURS_SHOWN = 2


@dataclass(frozen=True)
class Filters:
    """Which tags are listed."""

    q: str = ""
    kind: str = ""
    which: queries.Which = "present"


@dataclass(frozen=True)
class TrackForm:
    """Of when a track is asked for."""

    since: datetime
    until: datetime


@never_cache
@require_GET
def positions(request: HttpRequest) -> HttpResponse:
    """Firms whose people the reader may see now; of a single one its own page."""
    firms = list(firms_in_sight(request.user)[:200])
    if len(firms) == 1:
        return redirect("firm_positions", firms[0].pk)
    rows = standings(firms, current_time())
    return render(request, "hazchem/positions/firms.html", {"rows": rows})


@never_cache
@require_GET
def firm_positions(request: HttpRequest, supervised_object_id: UUID) -> HttpResponse:
    """One firm: the map of who is where, and the list."""
    firm = firms_in_sight(request.user).get(pk=supervised_object_id)
    chosen, now = read_filters(Filters, request.GET), current_time()
    found = queries.search_tags(request.user, now=now, firm=firm.pk, **asdict(chosen))
    choices = [
        ("present", _("present")),
        ("silent", _("silent")),
        ("sos", _("button pressed")),
        ("expired", _("beyond their time")),
        ("never", _("never heard")),
    ]
    context = {
        "firm": firm,
        "chosen": chosen,
        "choices": choices,
        "kinds": KIND_NAMES.items(),
        "standing": standings([firm], now)[0],
        "may_keep": keeps(request.user, firm),
    }
    return list_file(request, found, "positions", TAG_COLUMNS, lambda one: describe_tag(one, now)) or list_page(
        request, found, "hazchem/positions/firm.html", describe=lambda one: describe_tag(one, now), context=context
    )


@never_cache
@require_GET
def position_tag(request: HttpRequest, position_tag_id: UUID) -> HttpResponse:
    """One tag: who carries it, where it is, and where it was in a time that is asked for, which is written down."""
    tag = queries.visible_tags(request.user).get(pk=position_tag_id)
    now = current_time()
    track: list[TrackPointOut] | None = None
    if "since" in request.GET:
        with Attempt(request):
            asked = read_form(TrackForm, request.GET)
            _tag, points = look_at_track(actor=actor_of(request), tag_id=tag.pk, since=asked.since, until=asked.until)
            track = [describe_point(one) for one in points]
    here = timezone.localtime(now)
    context = {
        "tag": describe_tag(tag, now),
        "track": track,
        "since": request.GET.get("since") or f"{here - timedelta(hours=HOURS_SHOWN):%Y-%m-%dT%H:%M}",
        "until": request.GET.get("until") or f"{here:%Y-%m-%dT%H:%M}",
        "kinds": KIND_NAMES.items(),
        "people": queries.holders_of(tag.object),
        "may_keep": keeps(request.user, tag.object),
    }
    return render(request, "hazchem/positions/tag.html", context)
