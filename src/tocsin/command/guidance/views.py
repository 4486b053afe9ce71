"""The page of all lines of guidance, and writing one."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.command.casebook.rules import rights
from tocsin.command.guidance import queries as plans
from tocsin.command.guidance import services
from tocsin.command.guidance import shown as told
from tocsin.command.guidance.policy import shipped_guidance
from tocsin.command.guidance.rules.lines import ANY, GuidanceKind
from tocsin.jurisdiction.face import may_anywhere, regions_within


@never_cache
@require_http_methods(["GET", "POST"])
def guidance(request: HttpRequest) -> HttpResponse:
    """All lines, shipped and written, by class; whoever may edit plans writes a new one here."""
    if not may_anywhere(request.user, rights.SEE) and not may_anywhere(request.user, rights.PLANS):
        raise NotAllowed(_("Your roles do not show you guidance."))
    if request.method == "POST" and _write(request):
        return redirect("guidance")
    shipped = shipped_guidance()
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


def _write(request: HttpRequest) -> bool:
    form = request.POST
    try:
        services.write_guidance(
            actor=cast("Any", request.user),
            kind=GuidanceKind(form.get("kind", "")),
            withdrawn="withdrawn" in form,
            key=form.get("key", ""),
            of_class=form.get("of_class", ""),
            region_code=form.get("region_code", ""),
            asset_code=form.get("asset_code", ""),
            zh=form.get("zh", ""),
            en=form.get("en", ""),
            source=form.get("source", ""),
            confidence=form.get("confidence", ""),
            reason=form.get("reason", ""),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except ValueError:
        messages.error(request, _("The form can't be read."))
    else:
        messages.success(request, _("The line holds from now on."))
        return True
    return False
