"""The page of retention, for system administrators: what is kept how long, what would go, and which cases are held."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.records.retention import queries
from tocsin.records.retention.services import holds as services
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.request import actor_of


@require_GET
def retention(request: HttpRequest) -> HttpResponse:
    """Every kind with its time and how many rows are older."""
    if not may_anywhere(request.user, "system.see"):
        raise NotAllowed(_("This page needs the permission %(permission)s.") % {"permission": "system.see"})
    may_hold = may(request.user, "system.see", EVERYWHERE)  # holds are the whole installation's, and name who placed them
    context = {
        "rows": list(queries.standings(now=current_time())),
        "holds": queries.standing_holds() if may_hold else (),
        "may_hold": may_hold,
        "me": actor_of(request).pk,
        "number": request.GET.get("number", "")[:40],
    }
    return render(request, "records/retention/retention.html", context)


@act("retention", alone=True)
def place_hold(request: HttpRequest, *, number: Line, reason: Line) -> str:
    """Nothing about the case goes."""
    services.place_hold(actor=actor_of(request), number=number, reason=reason)
    return _("The case is held.")


@act("retention", alone=True)
def lift_hold(request: HttpRequest, hold_id: UUID) -> str:
    """The second person lifts it."""
    services.lift_hold(actor=actor_of(request), hold_id=hold_id)
    return _("The hold is lifted.")
