"""The queue of sightings that wait for a person, their list, one of them, and its crops."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.supervision.face import FindingGrade, facts_of_number
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.shown import kind_names
from tocsin.vision.sightings.models import Recognition, Sighting
from tocsin.vision.sightings.queries import search_sightings, sightings_to_judge, visible_sightings
from tocsin.vision.sightings.rules.leading import Asks, Outcome, may_lead_on
from tocsin.vision.sightings.rules.sightings import Verdict
from tocsin.vision.sightings.services import deciding, leading
from tocsin.vision.sightings.services.evidence import export_evidence
from tocsin.vision.sightings.shown.crops import blurred, is_intact
from tocsin.vision.sightings.shown.links import links_of
from tocsin.vision.sightings.shown.sightings import VERDICT_NAMES, describe_sighting, describe_view

COLUMNS = (
    "began_at",
    "last_at",
    "camera",
    "object",
    "region_code",
    "kind",
    "kind_name",
    "urgent",
    "count",
    "best_score",
    "verdict",
    "reason",
    "decided_at",
    "decided_by",
    "outcome",
    "reference",
)
QUEUE = 12
EMPTY = EmptyState(
    gettext_lazy("A recogniser sights something in the picture of a camera; a person judges it."),
    link=gettext_lazy("Cameras"),
    to="cameras",
)


@dataclass(frozen=True)
class Filters:
    """Which sightings are listed."""

    verdict: str = ""
    kind: str = ""
    search: str = ""


@never_cache
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a person, urgent ones first: two crops beside each other, decided by one key."""
    user = request.user
    if not may_anywhere(user, rights.JUDGE) or not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not let you decide sightings."))
    rows = sightings_to_judge(user)
    own = visible_sightings(user).filter(decided_by=user.pk, settled_at=None).exclude(verdict=Verdict.UNSURE)
    context = {
        "rows": [describe_sighting(one) for one in rows[:QUEUE]],
        "total": rows.count(),
        "undo": [describe_sighting(one) for one in own.exclude(decided_at=None).order_by("-decided_at")[:3]],
    }
    return render(request, "vision/sightings/queue.html", context)


@never_cache
@require_GET
def sightings(request: HttpRequest) -> HttpResponse:
    """All sightings of the reader's areas."""
    user = request.user
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cameras."))
    chosen = read_filters(Filters, request.GET)
    rows = search_sightings(user, **asdict(chosen))
    context = {
        "chosen": chosen,
        "verdicts": [(one.value, name) for one, name in VERDICT_NAMES.items()],
        "kinds": kind_names(),
        "may_judge": may_anywhere(user, rights.JUDGE),
    }
    return list_file(request, rows, "sightings", COLUMNS, describe_sighting) or list_page(
        request, rows, "vision/sightings/sightings.html", empty=EMPTY, describe=describe_sighting, context=context
    )


@never_cache
@require_GET
def sighting(request: HttpRequest, sighting_id: UUID) -> HttpResponse:
    """One sighting: what was seen, who said what, what came of it, who looked at the crops."""
    found = visible_sightings(request.user).get(pk=sighting_id)
    context = {
        "one": describe_sighting(found),
        "may_judge": _may_judge(request, found),
        "views": [describe_view(one) for one in found.views.select_related("user").order_by("first_at", "id")[:50]],
        "own": found.decided_by_id == request.user.pk,
        "leads": found.verdict == Verdict.CONFIRMED and found.settled_at is not None and may_lead_on(found.outcome),
        "may_inspect": may(request.user, rights.INSPECT, found.region_code, (found.camera.organisation_id,)),
        "danger": facts_of_number(found.reference) if found.outcome == Outcome.FINDING else None,
        "links": links_of(request.user, found),
        "altered": any(is_intact(one) is False for one in (found.first, found.best)),
    }
    return render(request, "vision/sightings/sighting.html", context)


@never_cache
@require_GET
def evidence(request: HttpRequest, sighting_id: UUID) -> HttpResponse:
    """Crops, facts and custody as one file with their hashes."""
    made = export_evidence(actor=actor_of(request), sighting_id=sighting_id, now=current_time())
    headers = {"Content-Disposition": f'attachment; filename="sighting-{sighting_id}.zip"', "Cache-Control": "private, no-store"}
    return HttpResponse(made, content_type="application/zip", headers=headers)


@never_cache
@require_GET
def best_crop(request: HttpRequest, sighting_id: UUID) -> HttpResponse:
    """The crop of the best event: byte for byte as it was taken for who may decide, blurred for others."""
    found = visible_sightings(request.user).get(pk=sighting_id)
    return _crop(request, found, found.best)


@never_cache
@require_GET
def first_crop(request: HttpRequest, sighting_id: UUID) -> HttpResponse:
    """The same of the first event."""
    found = visible_sightings(request.user).get(pk=sighting_id)
    return _crop(request, found, found.first)


def _crop(request: HttpRequest, found: Sighting, event: Recognition | None) -> HttpResponse:
    crop = getattr(event, "crop", None)
    if event is None or crop is None:
        raise Http404
    if _may_judge(request, found):
        deciding.note_view(actor=actor_of(request), sighting=found, exported=False, now=current_time())
        content = bytes(crop.data)
    else:
        content = blurred(crop, found.kind)
    headers = {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'inline; filename="{event.sha256[:16]}.jpg"',
    }
    return HttpResponse(content, content_type="image/jpeg", headers=headers)


def _decide(actor: Actor, sighting_id: UUID, *, verdict: Verdict, reason: Line, alike: bool) -> str:
    decided = deciding.decide(
        actor=actor, sighting_id=sighting_id, verdict=verdict, reason=reason, alike=alike, now=current_time()
    )
    return _("%(count)s decided. Until it counts you may take it back.") % {"count": len(decided)}


def _danger(actor: Actor, sighting_id: UUID, *, grade: FindingGrade, text: str, days: int | None) -> str:
    led = leading.record_danger(actor=actor, sighting_id=sighting_id, grade=grade, text=text, days=days, now=current_time())
    return _("Hidden danger %(number)s is recorded, and the firm is told.") % {"number": led.reference}


def _ask(actor: Actor, sighting_id: UUID, *, asks: Asks) -> str:
    leading.ask_for(actor=actor, sighting_id=sighting_id, asks=asks, now=current_time())
    return _("It is asked for: what comes of it will stand here.")


def _rest(actor: Actor, sighting_id: UUID, *, reason: Line) -> str:
    leading.let_rest(actor=actor, sighting_id=sighting_id, reason=reason, now=current_time())
    return _("Nothing needs to come of it.")


def _undo(actor: Actor, sighting_id: UUID) -> str:
    deciding.undo(actor=actor, sighting_id=sighting_id, now=current_time())
    return _("Taken back: it waits again.")


ACTS: dict[str, Act] = {"decide": _decide, "undo": _undo}
LEADING: dict[str, Act] = {"danger": _danger, "ask": _ask, "rest": _rest}


@never_cache
@require_POST
def act(request: HttpRequest, sighting_id: UUID, name: str) -> HttpResponse:
    """A verdict, or taking it back: the queue follows. What is to come of a confirmed one: its page."""
    perform_and_tell(request, ACTS | LEADING, name, actor_of(request), sighting_id)
    return redirect("sighting", sighting_id) if name in LEADING else redirect("sighting_queue")


def _may_judge(request: HttpRequest, found: Sighting) -> bool:
    return may(request.user, rights.JUDGE, found.region_code, (found.camera.organisation_id,))
