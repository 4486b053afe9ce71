"""Desks, their shifts and logs as their keepers see them."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.command.casebook.rules import rights
from tocsin.command.shifts.models import LogEntry, Shift
from tocsin.command.shifts.policy import duty_policy
from tocsin.jurisdiction.face import scope, visible_organisations

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, Person, User


def desks(user: "Person") -> "QuerySet[Organisation]":
    """The desks that the user may keep: bodies that answer day and night, of the policy's kinds."""
    found = visible_organisations(user).filter(has_desk=True, kind__in=duty_policy().desk.kinds)
    return scope(found, user, rights.KEEP, "region__code")


def own_desk(user: "User") -> "Organisation | None":
    """The desk whose shift the user keeps, else that of the user's own organisation, else the first by kind; None without any."""
    kept = Shift.objects.filter(officers=user, ended_at__isnull=True).values_list("desk_id", flat=True).first()
    found = sorted(desks(user), key=lambda one: duty_policy().desk.kinds.index(one.kind))
    for wanted in (kept, user.organisation_id):
        if one := next((desk for desk in found if desk.pk == wanted), None):
            return one
    return found[0] if found else None


def visible_shifts(user: "Person") -> QuerySet[Shift]:
    """Shifts of the desks in regions where the user may keep them, newest first."""
    found = Shift.objects.select_related("desk", "leader", "signed_by").prefetch_related("officers")
    return scope(found, user, rights.KEEP)


def running_shift(desk_id: UUID) -> Shift | None:
    """The shift that keeps the desk now; None where nobody has begun one."""
    return Shift.objects.filter(desk_id=desk_id, ended_at__isnull=True).select_related("desk", "leader").first()


def unhanded_shifts(user: "Person", desk_id: UUID) -> QuerySet[Shift]:
    """Ended shifts of the desk that nobody handed over, newest first."""
    return visible_shifts(user).filter(desk_id=desk_id, end="unhanded")


def unsigned_shifts(user: "Person", desk_id: UUID) -> QuerySet[Shift]:
    """Ended shifts of the desk whose log no leader has signed."""
    return visible_shifts(user).filter(desk_id=desk_id, ended_at__isnull=False, signed_at__isnull=True)


def log_of(shift: Shift) -> QuerySet[LogEntry]:
    """The shift's lines in order, each with the line that corrects it."""
    return LogEntry.objects.filter(shift=shift).select_related("by", "case", "corrects", "corrected_by").order_by("line")


def shifts_of_day(desk_id: UUID, begin: datetime, end: datetime) -> list[Shift]:
    """The shifts that kept the desk on that day, in order."""
    found = Shift.objects.filter(desk_id=desk_id, began_at__lt=end).filter(Q(ended_at__isnull=True) | Q(ended_at__gt=begin))
    return list(found.select_related("desk", "leader", "signed_by").prefetch_related("officers").order_by("began_at"))
