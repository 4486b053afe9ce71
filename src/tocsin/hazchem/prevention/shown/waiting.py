"""What waits for a firm's people: checks that are due."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.prevention.queries.checks import search_checks
from tocsin.screens.waiting import Waiting, WaitingKind, end_of_day
from tocsin.screens.words import listed
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.hazchem.prevention.models import CheckTask
    from tocsin.screens.request import Actor


def due_checks(user: "Actor", now: datetime) -> "QuerySet[CheckTask]":
    """Checks of the user that are due today or were due before."""
    today = timezone.localdate(now)
    return search_checks(user, today=today, which="mine").filter(due_on__lte=today)


def _tell(one: "CheckTask") -> Waiting:
    due = end_of_day(one.due_on)
    about = listed(one.measure.event.unit.name, one.text)
    return Waiting(about, reverse("risk_check", args=[one.pk]), end_of_day(one.planned_on), due)


WAITING: Final = (
    WaitingKind(
        "risk_check",
        pgettext_lazy("what waits", "Check of a measure"),
        (rights.OWN,),
        found=due_checks,
        tell=_tell,
    ),
)
