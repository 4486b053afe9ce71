"""A case is opened because of a release; the orders that an estimate proposes."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.command.case_page.shown.releases import proposed_orders
from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.handling.services.releases import open_case_of_release
from tocsin.command.orders.queries.orders import orders_of, units_to_send
from tocsin.command.orders.shown import describe_order
from tocsin.hazchem.face import describe_estimate, visible_estimates
from tocsin.jurisdiction.face import require
from tocsin.screens.acts import act
from tocsin.screens.request import actor_of


@act("release_estimate")
def open_case(request: HttpRequest, release_estimate_id: UUID) -> HttpResponse:
    """One press on the page of an estimate; the case's page follows."""
    made = open_case_of_release(actor=actor_of(request), estimate_id=release_estimate_id)
    return redirect("case", made.number)


@never_cache
@require_GET
def release_orders(request: HttpRequest, case_id: UUID, release_estimate_id: UUID) -> HttpResponse:
    """To whom which order would go, each with its own press."""
    case = visible_cases(request.user).get(pk=case_id)
    row = visible_estimates(request.user).get(pk=release_estimate_id)
    require(request.user, rights.HANDLE, case.region_code)
    context = {
        "case": describe_case(case),
        "release": describe_estimate(row),
        "proposed": proposed_orders(request.user, case, row),
        "units": units_to_send(request.user, case),
        "orders": [describe_order(one) for one in orders_of(case)],
    }
    return render(request, "command/case_page/release_orders.html", context)
