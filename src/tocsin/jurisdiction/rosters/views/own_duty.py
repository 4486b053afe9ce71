"""One's own duty: coming shifts, requests of colleagues, leave."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.rosters import shown as queries
from tocsin.jurisdiction.rosters.models import LEAVE_KINDS
from tocsin.jurisdiction.rosters.views.rosters import open_swaps_of
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

SHIFT_DAYS = 14


@require_GET
def own_duty(request: HttpRequest) -> HttpResponse:
    """My duty."""
    user, now = actor_of(request), current_time()
    context = {
        "now": now,
        "days": SHIFT_DAYS,
        "shifts": queries.coming_shifts(user, now, SHIFT_DAYS),
        "swaps": open_swaps_of(user.pk, now),
        "leaves": user.leaves.filter(ends_at__gt=now, cancelled_at=None),
        "leave_kinds": LEAVE_KINDS,
        "points": user.contact_points.all(),
    }
    return render(request, "jurisdiction/rosters/own_duty.html", context)
