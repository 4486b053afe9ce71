"""One's own duty: coming shifts, requests of colleagues, leave, and by what one is reached."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tocsin.jurisdiction import queries, services
from tocsin.jurisdiction.models import CONTACT_KINDS, LEAVE_KINDS, ContactPoint, ContactPreference
from tocsin.jurisdiction.views.gate import person_of, told
from tocsin.jurisdiction.views.rosters import open_swaps_of, whole

SHIFT_DAYS = 14


@require_GET
def own_duty(request: HttpRequest) -> HttpResponse:
    """My duty."""
    user, now = person_of(request), settings.CONFIGURATION.clock.now()
    preference = ContactPreference.objects.filter(user=user).first()
    chosen = preference.kinds if preference else {}
    context = {
        "now": now,
        "days": SHIFT_DAYS,
        "shifts": queries.coming_shifts(user, now, SHIFT_DAYS),
        "swaps": open_swaps_of(user.pk, now),
        "leaves": user.leaves.filter(ends_at__gt=now, cancelled_at=None),
        "leave_kinds": LEAVE_KINDS,
        "points": user.contact_points.all(),
        "kinds": CONTACT_KINDS,
        "choices": [
            (level, [(kind, name, kind in chosen.get(level, ())) for kind, name in CONTACT_KINDS.items()])
            for level in services.LEVELS
        ],
        "quiet_hours": preference.quiet_hours if preference else "",
    }
    return render(request, "jurisdiction/own_duty.html", context)


@require_POST
def add_own_contact(request: HttpRequest) -> HttpResponse:
    """One way more to reach me."""
    user = person_of(request)
    told(
        request,
        lambda: services.add_contact_point(
            actor=user,
            user_id=user.pk,
            kind=request.POST.get("kind", ""),
            address=request.POST.get("address", ""),
            order=whole(request, "order"),
            hours=request.POST.get("hours", "").strip(),
        ),
        _("Saved."),
    )
    return redirect("own_duty")


@require_POST
def remove_own_contact(request: HttpRequest, contact_point_id: UUID) -> HttpResponse:
    """One way less."""
    user = person_of(request)
    point = get_object_or_404(ContactPoint, pk=contact_point_id, user=user)
    told(request, lambda: services.remove_contact_point(actor=user, contact_point_id=point.pk), _("Saved."))
    return redirect("own_duty")


@require_POST
def prefer_contacts(request: HttpRequest) -> HttpResponse:
    """Which channels at which level, and when it is quiet."""
    user = person_of(request)
    kinds = {level: request.POST.getlist(f"kinds_{level}") for level in services.LEVELS}
    quiet = request.POST.get("quiet_hours", "")
    told(request, lambda: services.prefer_contacts(user=user, kinds=kinds, quiet_hours=quiet), _("Saved."))
    return redirect("own_duty")
