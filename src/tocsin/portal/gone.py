"""What was deleted at its time: its address says so with 410, to whoever might have seen it there; to all others it is absent."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.jurisdiction.face import ROLE_NAMES
from tocsin.records.face import tombstone_of

if TYPE_CHECKING:
    from tocsin.records.face import Tombstone


def gone_at_this_address(request: HttpRequest) -> "Tombstone | None":
    """What remains of an object that the address names by number or id; None where there was none, or not for this person."""
    match = request.resolver_match
    if match is None or not request.user.is_authenticated:
        return None
    return next((found for value in match.kwargs.values() if (found := tombstone_of(request.user, str(value)))), None)


def gone_words(grave: "Tombstone") -> str:
    """When it was deleted, and under which policy."""
    told = {
        "number": str(grave),
        "day": f"{timezone.localtime(grave.gone_at or grave.begun_at):%Y-%m-%d}",
        "days": round(grave.days),
        "policy": f"records.retention {grave.policy_key}",
    }
    return _("%(number)s was deleted on %(day)s: it is kept for %(days)d days (%(policy)s).") % told


def gone_page(request: HttpRequest, grave: "Tombstone") -> HttpResponse:
    """The page in place of the object's."""
    names = {str(role): name for role, name in ROLE_NAMES.items()}
    role = _("the machine") if grave.ended_by == "machine" else names.get(grave.ended_by, "")
    context = {"reason": gone_words(grave), "grave": grave, "ended_by": role}
    return render(request, "records/retention/gone.html", context, status=410)
