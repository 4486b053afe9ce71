"""Names and telephone numbers of callers go before their case does: the case stays, and says what happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.command.casebook.models import Case, CaseChange
from tocsin.command.casebook.queries.cases import family_of
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.retention.queries import needed_cases
from tocsin.records.face import retention
from tocsin.records.retention.rules import Kept
from tocsin.screens.clock import current_time

BATCH: Final = 20
SAID: Final = ("opened_by_hand", "same_call", "telephone_reading", "telephone_statement")
"""Lines of the time line that carry who told it, and from which number."""

BLANK: Final = "–"
FIGURES: Final = ("said_by", "telephone", "reference")


def due_cases_with_persons(before: datetime) -> QuerySet[Case]:
    """Cases that closed before that time, are held by nobody, and name a caller."""
    said = CaseChange.objects.filter(Q(case=OuterRef("pk")) | Q(case__merged_into=OuterRef("pk")), act__in=SAID)
    found = Case.objects.filter(state=CaseState.CLOSED.value, closed_at__lt=before, persons_gone_at=None, going_at=None)
    named = found.filter(~Q(caller="") | ~Q(caller_telephone="") | Exists(said))
    return named.exclude(pk__in=needed_cases()).order_by("closed_at", "id")


def _count(before: datetime) -> int:
    return due_cases_with_persons(before).count()


def _numbers(before: datetime) -> list[str]:
    return [one.number for one in due_cases_with_persons(before)[:50]]


def _forget(before: datetime) -> int:
    found = list(due_cases_with_persons(before).select_for_update(of=("self",))[:BATCH])
    for case in found:
        family = list(family_of(case))
        Case.objects.filter(pk__in=family).update(caller="", caller_telephone="", persons_gone_at=current_time())
        lines = list(CaseChange.objects.filter(case__in=family, act__in=SAID))
        _blank(lines)
        CaseChange.objects.bulk_update(lines, ["figures"])
    return len(found)


def _blank(lines: Sequence[CaseChange]) -> None:
    for line in lines:
        line.figures |= {name: BLANK for name in FIGURES if line.figures.get(name)}


PERSONS = Kept(
    "persons",
    pgettext_lazy("kept", "Names and telephone numbers of callers in closed cases"),
    "records.retention",
    lambda: retention().persons_days,
    "persons_days",
    count=_count,
    numbers=_numbers,
    forget=_forget,
    why=gettext_lazy("The case. What a signature stands under: the log of the shift and reports keep them for their own time."),
)
