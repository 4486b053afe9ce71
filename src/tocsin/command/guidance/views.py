"""The page of all lines of guidance, and writing one."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tocsin.base.errors import NotAllowed
from tocsin.command.casebook.rules import rights
from tocsin.command.guidance import queries as plans
from tocsin.command.guidance import services
from tocsin.command.guidance import shown as told
from tocsin.command.guidance.policy import GUIDANCE
from tocsin.command.guidance.rules.lines import ANY, GuidanceKind
from tocsin.jurisdiction.face import may_anywhere, regions_within
from tocsin.screens.acts import Attempt
from tocsin.screens.forms import fields_of
from tocsin.screens.request import actor_of


@dataclass(frozen=True)
class LineForm:
    """A line of guidance as its form has it."""

    kind: GuidanceKind
    withdrawn: bool
    key: str
    of_class: str
    region_code: str
    asset_code: str
    zh: str
    en: str
    source: str
    confidence: str
    reason: str


@never_cache
@require_http_methods(["GET", "POST"])
def guidance(request: HttpRequest) -> HttpResponse:
    """All lines, shipped and written, by class; whoever may edit plans writes a new one here."""
    if not may_anywhere(request.user, rights.SEE) and not may_anywhere(request.user, rights.PLANS):
        raise NotAllowed(_("Your roles do not show you guidance."))
    if request.method == "POST":
        with Attempt(request):
            _write(request, **fields_of(_write, request.POST))
            messages.success(request, _("The line holds from now on."))
            return redirect("guidance")
    shipped = GUIDANCE.current()
    context = {
        "written": [told.describe_written(one) for one in plans.written_guidance(request.user)],
        "shipped": told.describe_guidance(shipped.lines),
        "classes": [(code, told.class_name(code)) for code in (ANY, *shipped.classes)],
        "kinds": [(kind.value, told.KIND_NAMES[kind]) for kind in GuidanceKind],
        "keys": sorted(line.key for line in shipped.lines),
        "regions": regions_within(request.user, rights.PLANS),
        "may_edit": may_anywhere(request.user, rights.PLANS),
        "form": request.POST,
    }
    return render(request, "command/guidance/guidance.html", context)


def _write(request: HttpRequest, *, form: LineForm) -> None:
    services.write_guidance(actor=actor_of(request), **vars(form))
