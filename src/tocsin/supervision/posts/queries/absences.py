"""What is told of people on post: who is called, which posts nobody has looked at in time, absences found afterwards."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from tocsin.engine.duty.shift import DutyState
from tocsin.supervision.objects.queries.register import rows_of_visible
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts.models import DutyVerdict, RollCallAnswer

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MISSING = (DutyState.ABSENT.value, DutyState.NOT_REACHABLE.value)
_LATE = timedelta(days=1)
_RELATED = (
    "call__object__competent__region",
    "call__object__organisation__region",
    "person__user__organisation__region",
    "shift__verdict",
)


def called(ids: Iterable[UUID]) -> dict[UUID, RollCallAnswer]:
    """People called, by the id of their answer, with firm and account."""
    found = RollCallAnswer.objects.filter(pk__in=set(ids)).select_related(*_RELATED)
    return {one.pk: one for one in found}


def tasks_not_seen_to(now: datetime) -> QuerySet[RollCallAnswer]:
    """Posts that answered nothing and at which nobody of the county has looked within the time: of the last day."""
    late = RollCallAnswer.objects.filter(task_due_at__lte=now, task_due_at__gt=now - _LATE, seen_at__isnull=True)
    return late.select_related(*_RELATED).order_by("task_due_at")


def absences_of_a_day(user: "Person", now: datetime) -> QuerySet[DutyVerdict]:
    """Those of the last day in firms that the user sees on the duty wall, the newest first."""
    permissions = (rights.SEE, rights.PRESENCE, rights.OWN)
    rows = rows_of_visible(found_afterwards(now - _LATE, now), user, path="shift__person__object__", permissions=permissions)
    return rows.order_by(Greatest("since", "shift__end_at").desc())


def found_afterwards(since: datetime, until: datetime) -> QuerySet[DutyVerdict]:
    """Absences that became a record without a task for anybody: known in that time, and only after the shift had ended.

    The moment is the later one of the shift's end and of when the state was first told.
    """
    task = RollCallAnswer.objects.filter(shift=OuterRef("shift"), task_at__isnull=False)
    known = DutyVerdict.objects.annotate(known_at=Greatest("since", "shift__end_at"))
    inside = Q(known_at__gte=since, known_at__lt=until, shift__end_at__lte=until)
    found = known.filter(inside, ~Exists(task), state__in=MISSING, shift__leave=False)
    related = ("shift__person__object__competent__region", "shift__person__object__organisation")
    return found.select_related(*related).order_by("shift__start_at")


def people_away(users: Collection[UUID], now: datetime) -> dict[UUID, datetime]:
    """By user since when somebody whose shift at a key post runs now seems to be missing there. One query."""
    rows = DutyVerdict.objects.filter(
        state__in=MISSING,
        shift__person__user_id__in=list(users),
        shift__start_at__lte=now,
        shift__end_at__gt=now,
        shift__leave=False,
    )
    found = rows.order_by("since").values_list("shift__person__user_id", "since") if users else ()
    return {user: since for user, since in found if user is not None}
