"""Demands of warnings as their reader may see and answer them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from tocsin.jurisdiction.face import scope
from tocsin.mobilisation.incoming_warnings.models import WarningDemand
from tocsin.mobilisation.incoming_warnings.queries.incoming import visible_incoming
from tocsin.mobilisation.incoming_warnings.rules.states import ANSWER, SEE, WORK

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def visible_demands(user: "Person") -> QuerySet[WarningDemand]:
    """Of visible warnings those of one's areas, and those of one's own body."""
    rows = WarningDemand.objects.select_related("organisation", "object", "warning__service")
    seen = scope(rows, user, SEE) | scope(rows, user, WORK, organisation_field="organisation")
    return seen.filter(warning__in=visible_incoming(user).order_by().values("pk"))


def own_demands(user: "Person") -> QuerySet[WarningDemand]:
    """Those that wait for the user to acknowledge: for the desk where they draft warnings, for a body whose orders they work on.
    A firm's is done on its own page.
    """
    rows = WarningDemand.objects.select_related("organisation", "warning__service").filter(done_at=None, ended_at=None)
    desk = scope(rows.filter(who="desk"), user, ANSWER)
    return desk | scope(rows.filter(who="owner"), user, WORK, organisation_field="organisation")


def late_demands(now: datetime) -> QuerySet[WarningDemand]:
    """Those whose time is over and of which nobody above has heard, for the machine itself."""
    rows = WarningDemand.objects.filter(done_at=None, ended_at=None, escalated_at=None, due_at__lte=now)
    return rows.select_related("organisation", "object__competent", "warning__service").order_by("due_at", "id")
