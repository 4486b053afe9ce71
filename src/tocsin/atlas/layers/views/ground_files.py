"""The page on which the ground of the map is exchanged."""

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.atlas.layers.policy import map_policy
from tocsin.atlas.layers.queries.ground import ground_about, may_keep_ground
from tocsin.atlas.layers.queries.terrain import terrain_about
from tocsin.atlas.layers.rules.ground import PARTS
from tocsin.atlas.layers.services.ground import GroundFile, UnreadGround, load_ground
from tocsin.atlas.layers.shown.ground import DATUM_NAMES, PART_NAMES, describe_faults, describe_ground
from tocsin.atlas.layers.shown.terrain import describe_terrain
from tocsin.base.datums import Datum
from tocsin.base.errors import NotAllowed
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import fields_of
from tocsin.screens.request import actor_of
from tocsin.screens.words import counted

TEMPLATE: Final = "atlas/layers/ground.html"


@never_cache
@require_GET
def ground_page(request: HttpRequest) -> HttpResponse:
    """What the ground is now, and the form that exchanges it."""
    if not may_keep_ground(request.user):
        raise NotAllowed(_("Your roles do not let you exchange the ground of the map."))
    return render(request, TEMPLATE, ground_context())


@never_cache
@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Takes files as the ground; what can't be read is shown row by row, and the old ground stays."""
    with Attempt(temporarily=True) as attempt:
        made = load_ground(
            actor=actor_of(request),
            files=[GroundFile(one.name or "", one.read()) for one in request.FILES.getlist("files")],
            folder=settings.CONFIGURATION.data / "ground",
            now=current_time(),
            **fields_of(_told, request.POST),
        )
        count = sum(made.parts.values())
        told = ngettext(
            "%(count)s feature is the ground of the map now.", "%(count)s features are the ground of the map now.", count
        )
        messages.success(request, told % {"count": counted(count)})
        return redirect("map_ground")
    unread = attempt.refusal if isinstance(attempt.refusal, UnreadGround) else None
    context = ground_context() | {
        "refused": attempt.reason,
        "faults": describe_faults(unread.faults) if unread else [],
        "untold": unread.count - len(unread.faults) if unread else 0,
    }
    return render(request, TEMPLATE, context, status=attempt.status)


def _told(*, datum: Datum, keep_others: bool = False) -> None:
    """The fields of the form beside its files."""


def ground_context() -> dict[str, object]:
    """What the page shows of ground and terrain."""
    about = ground_about(settings.CONFIGURATION.data / "ground")
    terrain = terrain_about(settings.CONFIGURATION.data / "terrain")
    return {
        "terrain": describe_terrain(terrain) if terrain else None,
        "terrain_most": map_policy().terrain.most_megabytes,
        "terrain_source": terrain.source if terrain else "",
        "ground": describe_ground(about) if about else None,
        "datums": [(one.value, words) for one, words in DATUM_NAMES.items()],
        "parts": [(one, PART_NAMES[one], shape) for one, (shape, _zoom) in PARTS.items()],
    }
