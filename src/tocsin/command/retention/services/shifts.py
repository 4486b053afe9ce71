"""An ended shift goes with its log and its handovers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import OPEN
from tocsin.command.casebook.rules import rights
from tocsin.command.duty.models import Handover
from tocsin.command.retention.queries import roots_of
from tocsin.command.shifts.models import LogEntry, Shift
from tocsin.records.face import held_numbers, kept_whole
from tocsin.records.retention.rules import Named, Part, Whole


def due_shifts(before: datetime) -> QuerySet[Shift]:
    """Shifts that ended before that time and whose log names no case that is open or held."""
    held = Case.objects.filter(number__in=held_numbers()).values_list("pk", flat=True)
    family = [*roots_of(held), *held]
    named = LogEntry.objects.filter(case__state__in=OPEN).values("shift_id")
    named_held = LogEntry.objects.filter(case__in=family).values("shift_id")
    found = Shift.objects.filter(ended_at__lt=before).exclude(pk__in=named).exclude(pk__in=named_held)
    return found.exclude(handovers__answered_at=None, handovers__isnull=False).order_by("ended_at", "id")


def take_shift(found: Shift, before: datetime) -> list[Named]:
    """The shift, locked; it needs no mark: nobody writes into one that has ended, and its log goes in one batch or the next."""
    shift = due_shifts(before).select_for_update(of=("self",)).filter(pk=found.pk).first()
    return [] if shift is None else [Named(shift.pk, "", shift.region_code, shift.began_at, shift.ended_at)]


def parts_of_shifts(ids: Sequence[UUID]) -> Iterator[Part]:
    """Handovers, the log, the shift."""
    yield Part(lambda: Handover.objects.filter(shift__in=ids), kind="handover")
    yield Part(lambda: LogEntry.objects.filter(shift__in=ids), first=_cut_corrections)
    yield Part(lambda: Shift.objects.filter(pk__in=ids), first=_cut_next)


def _cut_corrections(rows: Sequence[LogEntry]) -> None:
    LogEntry.objects.filter(corrects__in=rows).update(corrects=None)


def _cut_next(rows: Sequence[Shift]) -> None:
    Handover.objects.filter(next_shift__in=rows).update(next_shift=None)


def _name(shift: Shift) -> str:
    return f"{shift.desk} {timezone.localtime(shift.began_at):%Y-%m-%d %H:%M}"


SHIFT = Whole("shift", "shifts_days", rights.KEEP, due_shifts, take_shift, parts_of_shifts, _name)
SHIFTS = kept_whole(
    SHIFT,
    pgettext_lazy("kept", "Ended shifts of desks with their logs and handovers"),
    gettext_lazy("A tombstone for each. Shifts whose log names a case that is open or held."),
)
