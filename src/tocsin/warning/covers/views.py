"""The register of planned works and silences, one of them, and what is done with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.jurisdiction.face import may, may_anywhere, regions_within
from tocsin.lifelines.face import streets_of
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.screens.words import QUANTITY_NAMES
from tocsin.warning.covers import queries
from tocsin.warning.covers.policy import covers_policy
from tocsin.warning.covers.rules import PERMISSION_ENTER, CoverKind
from tocsin.warning.covers.services import covers as services
from tocsin.warning.covers.services import imports
from tocsin.warning.covers.services.covers import NewCover
from tocsin.warning.covers.shown.covers import DAYS, EFFECT_NAMES, KIND_NAMES, CoverOut

COLUMNS = (
    *("kind", "kind_name", "what", "region_code", "begins_at", "ends_at", "who", "contact", "organisation", "place", "street"),
    *("lon", "lat", "radius_m", "weekdays", "from_time", "until_time", "effect", "waits_for_second", "ended_at"),
)
WHEN = (
    ("now", gettext_lazy("Now")),
    ("coming", gettext_lazy("Coming")),
    ("past", gettext_lazy("Over")),
    ("all", gettext_lazy("All")),
)
EMPTY = EmptyState(
    gettext_lazy("A planned work or a silence is announced, so that alarms it causes are known as such."),
    link=gettext_lazy("Announce one"),
    to="#announce",
    may="may_enter",
    over="when=all",
)


@dataclass(frozen=True)
class Filters:
    """How the register is cut, and what the form is filled with."""

    when: Literal["now", "coming", "past", "all"] = "now"
    kind: str = ""
    search: str = ""
    asset: str = ""
    device: str = ""
    sensor: str = ""
    region: str = ""
    new: str = ""


@require_GET
def covers(request: HttpRequest) -> HttpResponse:
    """The register with its form, as a page, as its `rows` for htmx, or as a file."""
    if not may_anywhere(request.user, "assets.see"):
        raise NotAllowed(_("Your roles do not show you planned works."))
    chosen = read_filters(Filters, request.GET)
    now = current_time()
    found = queries.search_covers(request.user, when=chosen.when, kind=chosen.kind, search=chosen.search, now=now)
    context = {
        "chosen": chosen,
        "when": WHEN,
        "kinds": list(KIND_NAMES.items()),
        "sees_alarms": may_anywhere(request.user, "alarms.see"),
        **_form(request, chosen, now),
    }
    return list_file(request, found, "planned-works", COLUMNS, CoverOut.from_orm, MOST_IN_A_FILE) or list_page(
        request, found, "warning/covers/covers.html", empty=EMPTY, describe=CoverOut.from_orm, context=context
    )


@act("covers", alone=True)
def enter(request: HttpRequest, *, new: NewCover) -> HttpResponse:
    """A new planned work or silence."""
    made = services.enter_cover(actor=actor_of(request), new=new, now=current_time())
    return redirect("cover", made.pk)


@act("covers", alone=True)
def take_file(request: HttpRequest, *, region_code: str) -> str:
    """A table of planned works."""
    given = request.FILES.get("file")
    if given is None:
        raise Refusal(_("Choose a file."))
    report = imports.import_covers(actor=actor_of(request), content=given.read(), region_code=region_code, now=current_time())
    if report.errors:
        raise Refusal("\n".join(report.errors[:20]))
    return _("%(count)d rows were taken over.") % {"count": report.written}


@require_GET
def cover(request: HttpRequest, cover_id: UUID) -> HttpResponse:
    """One of them."""
    found = queries.visible_covers(request.user).get(pk=cover_id)
    sees_people = may(request.user, "alarms.see", found.region_code)
    handles = may(request.user, "alarms.handle", found.region_code)
    own = {found.organisation_id} - {None}
    now = current_time()
    over = (found.ended_at or found.ends_at) <= now
    context = {
        "cover": CoverOut.from_orm(found),
        "row": found,
        "sees_people": sees_people,
        "objects": len(found.asset_ids),
        "over": over,
        "running": found.hours.end_of_turn(timezone.localtime(now)) is not None,
        "may_change": not over and (handles or may(request.user, PERMISSION_ENTER, found.region_code, own)),
        "may_confirm": not over and handles and found.author_id != getattr(request.user, "pk", None),
    }
    return render(request, "warning/covers/cover.html", context)


def _prolong(actor: Actor, cover_id: UUID, *, ends_at: datetime, reason: str) -> str:
    services.prolong_cover(actor=actor, cover_id=cover_id, ends_at=ends_at, reason=reason, now=current_time())
    return _("The end is changed.")


def _end(actor: Actor, cover_id: UUID, *, reason: str) -> str:
    services.end_cover(actor=actor, cover_id=cover_id, reason=reason, now=current_time())
    return _("It is over: what still holds rings again.")


def _confirm(actor: Actor, cover_id: UUID) -> str:
    services.confirm_cover(actor=actor, cover_id=cover_id, now=current_time())
    return _("Confirmed.")


ACTS: dict[str, Act] = {"prolong": _prolong, "end": _end, "confirm": _confirm}


@require_POST
def act_on_cover(request: HttpRequest, cover_id: UUID, name: str) -> HttpResponse:
    """Confirms, prolongs or ends it."""
    perform_and_tell(request, ACTS, name, actor_of(request), cover_id)
    return redirect("cover", cover_id)


def _form(request: HttpRequest, chosen: Filters, now: datetime) -> dict[str, object]:
    """What the form offers; nothing for who may enter none."""
    actor = actor_of(request)
    if not may_anywhere(actor, PERMISSION_ENTER):
        return {"may_enter": False}
    regions = [one for one in regions_within(actor, PERMISSION_ENTER) if not one.code.endswith("00")]
    if not regions and actor.organisation is not None:
        regions = [actor.organisation.region]
    handles = may_anywhere(actor, "alarms.handle")
    policy = covers_policy()
    begin = timezone.localtime(now)
    return {
        "may_enter": True,
        "form_open": bool(chosen.new or chosen.asset or chosen.device or chosen.sensor),
        "regions": [(one.code, str(one)) for one in regions],
        "region": chosen.region or (regions[0].code if regions else ""),
        "new_kinds": [
            (kind.value, f"{name}: {EFFECT_NAMES[policy.kind[kind].does]}")
            for kind, name in KIND_NAMES.items()
            if handles or kind is not CoverKind.SILENCE
        ],
        "quantities": list(QUANTITY_NAMES.items()),
        "days": list(enumerate(DAYS, 1)),
        "streets": streets_of(actor),
        "begins_at": begin.strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (begin + timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M"),
    }
