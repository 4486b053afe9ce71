"""Which volunteers wait for an officer."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.mobilisation.volunteers.queries.register import to_admit
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.mobilisation.volunteers.models import Volunteer
    from tocsin.screens.request import Actor


def _applied(user: "Actor", _now: datetime) -> "QuerySet[Volunteer]":
    return to_admit(user)


def _tell(volunteer: "Volunteer") -> Waiting:
    address = reverse("volunteer", args=[volunteer.pk])
    return Waiting(listed(volunteer.name, str(volunteer.body)), address, volunteer.entered_at)


WAITING: Final = (
    WaitingKind("volunteer", pgettext_lazy("what waits", "Volunteer: take in"), (rights.MANAGE,), found=_applied, tell=_tell),
)
