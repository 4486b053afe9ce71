"""Where duty plans by dates are given now: every table has one page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.rights.views import needs
from tocsin.jurisdiction.rosters.views.rosters import visible

KIND = "duty-plans"


@require_GET
@needs("rosters.manage")
def moved_plan(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """To the page of duty plans."""
    visible(request, roster_id)
    return redirect("import_kind", KIND, permanent=True)


@require_GET
@needs("rosters.manage")
def moved_template(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """To the empty table."""
    visible(request, roster_id)
    return redirect(f"{reverse('import_kind', args=[KIND])}?format=csv", permanent=True)
