"""Permits for the phone of those on site."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from tocsin.hazchem.permits.queries.permits import visible_permits
from tocsin.hazchem.permits.rules.kinds import OVER

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.hazchem.permits.models import WorkPermit
    from tocsin.jurisdiction.face import User

MOST: Final = 50
_BACK: Final = timedelta(days=1)


def permits_of(user: "User", now: datetime) -> "QuerySet[WorkPermit]":
    """Permits in which somebody is named that are not over, or ended within a day; those that end first come first."""
    named = Q(applicant=user) | Q(analyst=user) | Q(watcher=user) | Q(approver=user)
    lately = Q(state__in=OVER, state_at__gt=now - _BACK)
    return visible_permits(user).filter(named, ~Q(state__in=OVER) | lately).order_by("ends_at", "pk")[:MOST]


def may_read_permit(user: "User", permit_id: str) -> bool:
    """Photos of a permit: for whoever sees it."""
    return visible_permits(user).filter(pk=permit_id).exists()
