"""Photos and documents on the page of a case."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.base.errors import Unavailable
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.services.files import attach_file
from tocsin.command.orders.queries.attached import files_of
from tocsin.records.face import attachment_policy
from tocsin.screens.acts import Attempt
from tocsin.screens.request import actor_of


def files_context(found: Case) -> dict[str, object]:
    """What `_files.html` names."""
    return {"files": list(files_of(found))}


@require_POST
def attach(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Keeps the files of the form, each by itself; what is refused is told on the page."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    given = request.FILES.getlist("file")
    most = attachment_policy().most_per_request
    if not given:
        messages.error(request, _("Choose a file."))
    if len(given) > most:
        messages.error(request, _("At most %(most)d files at once: add the others afterwards.") % {"most": most})
    for one in given[:most]:
        with Attempt(temporarily=True) as attempt:
            attach_file(
                actor=actor_of(request),
                case_id=case_id,
                data=one.read(),
                name=one.name or "",
                caption=request.POST.get("caption", ""),
            )
        if not attempt.done:
            messages.error(request, f"{one.name}: {attempt.reason}")
        if isinstance(attempt.refusal, Unavailable):
            break  # the same would be told of each of the others, after a wait
    return redirect("case", found.number)
