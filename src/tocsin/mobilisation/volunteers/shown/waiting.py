"""Which volunteers wait for an officer."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.mobilisation.volunteers.queries.needs import late_calls
from tocsin.mobilisation.volunteers.queries.register import to_admit
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import in_one_line

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.mobilisation.volunteers.models import Call, Volunteer
    from tocsin.screens.request import Actor


def _applied(user: "Actor", _now: datetime) -> "QuerySet[Volunteer]":
    return to_admit(user)


def _tell(volunteer: "Volunteer") -> Waiting:
    address = reverse("volunteer", args=[volunteer.pk])
    return Waiting(in_one_line(volunteer.name, str(volunteer.body)), address, volunteer.entered_at)


def _late(user: "Actor", now: datetime) -> "QuerySet[Call]":
    return late_calls(user, now)


def _tell_late(call: "Call") -> Waiting:
    assert call.due_at is not None  # noqa: S101 - only such are found
    address = reverse("volunteer_need", args=[call.need.number])
    return Waiting(in_one_line(str(call.volunteer), call.need.number), address, call.due_at, call.due_at)


WAITING: Final = (
    WaitingKind(
        "late_volunteer",
        pgettext_lazy("what waits", "Volunteer without a sign of life: look after them"),
        (rights.CALL,),
        found=_late,
        tell=_tell_late,
    ),
    WaitingKind("volunteer", pgettext_lazy("what waits", "Volunteer: take in"), (rights.MANAGE,), found=_applied, tell=_tell),
)
