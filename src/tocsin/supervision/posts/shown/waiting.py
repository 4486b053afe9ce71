"""What waits for people about key posts: calls to answer, posts to look at, leave and swaps to decide."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.shown import role_name
from tocsin.supervision.posts.models import RollCallAnswer, ShiftChange
from tocsin.supervision.posts.queries.posts import calls_of_person, waiting_changes

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def posts_to_see(user: "Actor", _now: datetime) -> QuerySet[RollCallAnswer]:
    """Posts that answered nothing, where the user inspects."""
    rows = RollCallAnswer.objects.filter(task_at__isnull=False, seen_at__isnull=True).select_related("call__object", "person")
    return scope(rows, user, rights.INSPECT, "call__object__region_code").order_by("task_due_at")


def changes_to_decide(user: "Actor", now: datetime) -> QuerySet[ShiftChange]:
    """Leave and swaps that others of the user's firm have asked for."""
    return waiting_changes(user, now).exclude(asked_by=user.pk)


def _tell_call(row: RollCallAnswer) -> Waiting:
    return Waiting(row.call.object.name, reverse("own_calls"), row.call.called_at, row.call.due_at)


def _tell_post(row: RollCallAnswer) -> Waiting:
    about = listed(row.call.object.name, role_name(row.person.role))
    address = f"{reverse('presence_of_firm', args=[row.call.object_id])}#calls"
    return Waiting(about, address, row.task_at or row.call.called_at, row.task_due_at)


def _tell_change(row: ShiftChange) -> Waiting:
    firm = row.shift.person.object
    about = listed(firm.name, row.shift.person.name, row.reason)
    return Waiting(about, reverse("presence_of_firm", args=[firm.pk]), row.asked_at, row.shift.start_at)


WAITING: Final = (
    WaitingKind(
        "roll_call",
        pgettext_lazy("what waits", "Roll call: answer"),
        (rights.OWN,),
        found=calls_of_person,
        tell=_tell_call,
    ),
    WaitingKind(
        "post_unanswered",
        pgettext_lazy("what waits", "Post that answers nothing: look at it"),
        (rights.INSPECT,),
        found=posts_to_see,
        tell=_tell_post,
    ),
    WaitingKind(
        "shift_change",
        pgettext_lazy("what waits", "Leave or swap: decide"),
        (rights.OWN,),
        found=changes_to_decide,
        tell=_tell_change,
    ),
)
