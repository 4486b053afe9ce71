"""Alarms that go: with their case, or by their own time where no case holds them; their histories and diagnoses first."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.records.face import retention
from tocsin.records.retention.rules import Kept, Part
from tocsin.warning.alarms.models import Alarm, AlarmEntry, DiagnosisTask
from tocsin.warning.diagnosis.models import Answer, Diagnosis, Finding, ReplayResult, Shown

BATCH: Final = 40


def alarm_histories(ids: Callable[[], Sequence[UUID]]) -> Iterator[Part]:
    """What hangs on these alarms, in the order in which it goes."""
    yield Part(lambda: ReplayResult.objects.filter(diagnosis__alarm__in=ids()))
    yield Part(lambda: Shown.objects.filter(alarm__in=ids()))
    yield Part(lambda: Diagnosis.objects.filter(alarm__in=ids()))
    yield Part(lambda: Answer.objects.filter(alarm__in=ids()))
    yield Part(lambda: Finding.objects.filter(alarm__in=ids()))
    yield Part(lambda: DiagnosisTask.objects.filter(alarm__in=ids()))
    yield Part(lambda: AlarmEntry.objects.filter(alarm__in=ids()))


def alarms_that_go(ids: Callable[[], Sequence[UUID]], *, first: Callable[[Sequence[Alarm]], object]) -> Part:
    """The alarms themselves. What another closed alarm was explained by, it is explained by no more."""

    def cut(rows: Sequence[Alarm]) -> None:
        first(rows)
        Alarm.objects.filter(explained_by__in=rows).update(explained_by=None)

    return Part(lambda: Alarm.objects.filter(pk__in=ids()), first=cut, kind="alarm")


def cases_of_open_alarms() -> set[str]:
    """Numbers of cases of which an alarm still stands, or explains one that does."""
    found = Alarm.objects.open()
    own = found.exclude(case_number="").values_list("case_number", flat=True)
    explaining = found.filter(explained_by__isnull=False).values_list("explained_by__case_number", flat=True)
    return {*own.distinct().order_by(), *explaining.distinct().order_by()} - {""}


def _old_alarms(before: datetime) -> QuerySet[Alarm]:
    """Alarms that closed before that time, that no case holds and that explain none that stands."""
    explains = Exists(Alarm.objects.open().filter(explained_by=OuterRef("pk")))
    return Alarm.objects.filter(closed_at__lt=before, case_number="").exclude(explains).order_by("closed_at", "id")


def _count(before: datetime) -> int:
    return _old_alarms(before).count()


def _forget(before: datetime) -> int:
    ids = list(_old_alarms(before).values_list("pk", flat=True)[:BATCH])
    Alarm.objects.filter(explained_by__in=ids).update(explained_by=None)
    Alarm.objects.filter(pk__in=ids).delete()
    return len(ids)


KEPT = Kept(
    "alarms",
    pgettext_lazy("kept", "Alarms that no case holds, with their diagnoses"),
    "records.retention",
    lambda: retention().alarms_days,
    "alarms_days",
    count=_count,
    forget=_forget,
    why=gettext_lazy("What stands, and what explains an alarm that stands. Alarms of a case go with it."),
)
