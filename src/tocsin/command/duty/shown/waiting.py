"""What waits at a desk: somebody to keep it, a second signature, a leader's signature under a log."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.command.casebook.rules import rights
from tocsin.command.duty.models import Handover
from tocsin.command.duty.queries import unkept_desk, visible_handovers
from tocsin.command.shifts.models import Shift
from tocsin.command.shifts.queries import visible_shifts
from tocsin.jurisdiction.face import scope
from tocsin.screens.clock import current_time
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.jurisdiction.face import Organisation
    from tocsin.screens.request import Actor


def _unkept(user: "Actor", _now: datetime) -> "Sequence[Organisation]":
    desk = unkept_desk(user)
    return [] if desk is None else [desk]


def _tell_unkept(desk: "Organisation") -> Waiting:
    return Waiting(str(desk), reverse("duty_desk", args=[desk.pk]), current_time())


def _to_answer(user: "Actor", _now: datetime) -> QuerySet[Handover]:
    return visible_handovers(user).filter(answered_at__isnull=True).exclude(given_by=user).order_by("given_at")


def _tell_handover(handover: Handover) -> Waiting:
    about = listed(str(handover.shift.desk), str(handover.given_by))
    return Waiting(about, reverse("handover", args=[handover.pk]), handover.given_at)


def _logs_to_sign(user: "Actor", _now: datetime) -> QuerySet[Shift]:
    found = visible_shifts(user).filter(ended_at__isnull=False, signed_at__isnull=True)
    return scope(found, user, rights.LEAD).order_by("ended_at")


def _tell_log(shift: Shift) -> Waiting:
    assert shift.ended_at is not None  # noqa: S101 - asked for by the query
    return Waiting(str(shift.desk), reverse("shift", args=[shift.pk]), shift.ended_at)


WAITING: Final = (
    WaitingKind("desk", pgettext_lazy("what waits", "Nobody keeps your desk: take it"), (rights.KEEP,), _unkept, _tell_unkept),
    WaitingKind("handover", pgettext_lazy("what waits", "Handover: sign for it"), (rights.KEEP,), _to_answer, _tell_handover),
    WaitingKind("shift_log", pgettext_lazy("what waits", "Shift log: sign"), (rights.LEAD,), _logs_to_sign, _tell_log),
)
