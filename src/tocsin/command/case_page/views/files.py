"""Photos and documents on the page of a case."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.base.errors import Refusal, Unavailable
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.services.files import attach_file
from tocsin.command.orders.queries.attached import files_of
from tocsin.records.face import describe_attachment


def files_context(found: Case) -> dict[str, Any]:
    """What `_files.html` names."""
    return {"files": [describe_attachment(one) for one in files_of(found)]}


@require_POST
def attach(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Keeps the files of the form, each by itself; what is refused is told on the page."""
    found = get_object_or_404(queries.visible_cases(request.user), pk=case_id)
    given = request.FILES.getlist("file")
    if not given:
        messages.error(request, _("Choose a file."))
    for one in given:
        try:
            attach_file(
                actor=cast("Any", request.user),
                case_id=case_id,
                data=one.read(),
                name=one.name or "",
                caption=request.POST.get("caption", ""),
            )
        except (Refusal, Unavailable) as refusal:
            messages.error(request, f"{one.name}: {refusal}")
    return redirect("case", found.number)
