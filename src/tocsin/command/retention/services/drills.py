"""An ended drill goes with its cases."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.command.casebook.models import Case, Drill
from tocsin.command.casebook.queries.cases import OPEN
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.services.log import MACHINE, open_book
from tocsin.command.drills.models import DrillAct
from tocsin.command.retention.queries import needed_cases
from tocsin.command.retention.services.cases import mark, parts_of_cases
from tocsin.jurisdiction.face import system_actor
from tocsin.records.face import held_numbers, kept_whole
from tocsin.records.retention.rules import Named, Part, Whole
from tocsin.screens.clock import current_time


def due_drills(before: datetime) -> QuerySet[Drill]:
    """Drills that ended before that time, with no case that is open, held or needed."""
    kept = Case.objects.filter(drill__isnull=False, state__in=OPEN).values("drill_id")
    needed = Case.objects.filter(drill__isnull=False, pk__in=needed_cases()).values("drill_id")
    found = Drill.objects.filter(ended_at__lt=before).exclude(pk__in=kept).exclude(pk__in=needed)
    return found.exclude(name__in=held_numbers()).order_by("ended_at", "id")


def take_drill(found: Drill, before: datetime) -> list[Named]:
    """The drill and its cases, marked; nothing where one of them is needed meanwhile."""
    now = current_time()
    open_book(found.region_code, actor=system_actor(), channel=MACHINE, now=now)
    drill = due_drills(before).select_for_update().filter(pk=found.pk).first()
    if drill is None:
        return []
    named = [Named(drill.pk, drill.name, drill.region_code, drill.began_at, drill.ended_at)]
    for case in Case.objects.filter(drill=drill, merged_into=None):
        named += [replace(one, kind="case") for one in mark(case, now)]
    return named


def parts_of_drills(ids: Sequence[UUID]) -> Iterator[Part]:
    """The script's acts, the cases, the drill."""
    yield Part(lambda: DrillAct.objects.filter(drill__in=ids))
    cases = list(Case.objects.filter(drill__in=ids).values_list("pk", flat=True))
    yield from parts_of_cases(cases)
    yield Part(lambda: Drill.objects.filter(pk__in=ids))


DRILL = Whole("drill", "drills_days", rights.SEE, due_drills, take_drill, parts_of_drills)
DRILLS = kept_whole(
    DRILL,
    pgettext_lazy("kept", "Ended drills with their cases"),
    gettext_lazy("A tombstone for each. Drills with a case that is held or not finished."),
)
