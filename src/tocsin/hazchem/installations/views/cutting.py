"""Units of a firm as the standard cuts them, beside those that were entered."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tocsin.hazchem.installations.queries.cutting import cut_firm
from tocsin.hazchem.installations.queries.units import may_keep
from tocsin.hazchem.installations.services.cutting import take_over_cut
from tocsin.hazchem.installations.shown.cutting import describe_cut
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.face import visible_objects


@never_cache
@require_http_methods(["GET", "POST"])
def firm_cut(request: HttpRequest, supervised_object_id: UUID) -> HttpResponse:
    """The units by the standard with their grades, and the press that takes them over."""
    firm = visible_objects(request.user).get(pk=supervised_object_id)
    if request.method == "POST":
        with Attempt(request):
            take_over_cut(actor=actor_of(request), object_id=firm.pk, now=current_time())
            messages.success(request, _("The units are cut anew and graded."))
        return redirect("plant_cut", firm.pk)
    cuts = [describe_cut(one) for one in cut_firm(firm.pk)]
    differing = sum(one.differs for one in cuts)
    context = {"firm": firm, "cuts": cuts, "differing": differing, "may_keep": may_keep(request.user, firm)}
    return render(request, "hazchem/installations/cut.html", context)
