"""Which requisitions wait for somebody."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requisitions.queries.requisitions import OWNER_PERMISSIONS, late_requisitions, to_answer, to_sign

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor
    from tocsin.supplies.requisitions.models import Requisition


def _sign(user: "Actor", _now: datetime) -> "QuerySet[Requisition]":
    return to_sign(user)


def _answer(user: "Actor", _now: datetime) -> "QuerySet[Requisition]":
    return to_answer(user)


def _tell(one: "Requisition") -> Waiting:
    since = one.decided_at or one.asked_at or one.drafted_at
    return Waiting(listed(one.number, one.owner_name), reverse("requisition", args=[one.pk]), since, one.due_at)


WAITING: Final = (
    WaitingKind(
        "requisition_to_sign",
        pgettext_lazy("what waits", "Requisition: sign"),
        (rights.REQUISITION,),
        found=_sign,
        tell=_tell,
    ),
    WaitingKind(
        "requisition_to_answer",
        pgettext_lazy("what waits", "Requisition of your property: answer, sign or claim"),
        OWNER_PERMISSIONS,
        found=_answer,
        tell=_tell,
    ),
    WaitingKind(
        "late_requisition",
        pgettext_lazy("what waits", "Requisition: late"),
        (rights.RESERVE,),
        found=late_requisitions,
        tell=_tell,
    ),
)
