"""Signed inspections and hidden dangers at the end of their time: an inspection goes with its dangers, once all are closed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.notices.face import notices_that_go
from tocsin.records.face import attached, held_numbers, kept_whole, needed_numbers
from tocsin.records.retention.rules import Named, Part, Whole
from tocsin.supervision.inspections.models import Finding, FindingEntry, Inspection, InspectionEntry, LegalDocument, Penalty
from tocsin.supervision.inspections.rules.findings import UNCLOSED, FindingState
from tocsin.supervision.inspections.rules.inspections import InspectionState
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.services.photos import prints_that_go

_UNCLOSED = [one.value for one in UNCLOSED]


def due_inspections(before: datetime) -> QuerySet[Inspection]:
    """Inspections that both signed before that time, whose dangers all closed before it; nobody holds one of their numbers."""
    held = held_numbers()
    live = Finding.objects.filter(inspection__isnull=False).filter(
        Q(state__in=_UNCLOSED) | Q(closed_at__gte=before) | Q(number__in=held)
    )
    found = Inspection.objects.filter(state=InspectionState.CONFIRMED.value, confirmed_at__lt=before)
    found = found.exclude(pk__in=live.values("inspection_id")).exclude(number__in=[*held, *needed_numbers("inspection")])
    return found.exclude(episode__in=_held_episodes(held)).order_by("confirmed_at", "id")


def due_findings(before: datetime) -> QuerySet[Finding]:
    """Hidden dangers that no inspection found and that were closed, or withdrawn, before that time; nobody holds them."""
    over = Q(closed_at__lt=before) | Q(state=FindingState.WITHDRAWN.value, found_at__lt=before, closed_at=None)
    found = Finding.objects.filter(over, inspection=None).exclude(state__in=_UNCLOSED)
    return found.exclude(number__in=held_numbers()).order_by("found_at", "id")


def _held_episodes(held: list[str]) -> list[UUID]:
    found = Inspection.objects.filter(episode__case_number__in=[one for one in held if one])
    return [one for one in found.values_list("episode_id", flat=True) if one is not None]


def _take_inspection(found: Inspection, before: datetime) -> list[Named]:
    row = due_inspections(before).select_for_update(of=("self",)).filter(pk=found.pk).first()
    return [] if row is None else [Named(row.pk, row.number, row.region_code, row.began_at, row.confirmed_at)]


def _take_finding(found: Finding, before: datetime) -> list[Named]:
    row = due_findings(before).select_for_update(of=("self",)).filter(pk=found.pk).first()
    return [] if row is None else [Named(row.pk, row.number, row.region_code, row.found_at, row.closed_at)]


def _parts_of_inspections(ids: Sequence[UUID]) -> Iterator[Part]:
    findings = list(Finding.objects.filter(inspection__in=ids).values_list("pk", flat=True))
    yield from _parts_of_findings(findings)
    yield prints_that_go("inspection", lambda: ids)
    yield attached("inspection", lambda: ids)
    yield notices_that_go(lambda: ids)
    yield Part(lambda: LegalDocument.objects.filter(inspection__in=ids))
    yield Part(lambda: InspectionEntry.objects.filter(inspection__in=ids))
    yield Part(lambda: Inspection.objects.filter(pk__in=ids))


def _parts_of_findings(ids: Sequence[UUID]) -> Iterator[Part]:
    """A penalty stays with its firm: it is the law-enforcement system's."""
    yield prints_that_go("finding", lambda: ids)
    yield attached("finding", lambda: ids)
    yield notices_that_go(lambda: ids)
    yield Part(lambda: LegalDocument.objects.filter(finding__in=ids))
    yield Part(lambda: Penalty.objects.filter(finding__in=ids), first=_cut_penalties, stays=True)
    yield Part(lambda: FindingEntry.objects.filter(finding__in=ids))
    yield Part(lambda: Finding.objects.filter(pk__in=ids), kind="finding")


def _cut_penalties(rows: Sequence[Penalty]) -> None:
    Penalty.objects.filter(pk__in=[one.pk for one in rows]).update(finding=None)


def _number(row: Inspection | Finding) -> str:
    return row.number


INSPECTIONS = kept_whole(
    Whole("inspection", "inspections_days", rights.SEE, due_inspections, _take_inspection, _parts_of_inspections, _number),
    pgettext_lazy("kept", "Signed inspections with their hidden dangers"),
    gettext_lazy("A tombstone for each number, and penalties. Inspections with a danger that is not closed, or that is held."),
)
FINDINGS = kept_whole(
    Whole("finding", "inspections_days", rights.SEE, due_findings, _take_finding, _parts_of_findings, _number),
    pgettext_lazy("kept", "Closed hidden dangers that no inspection found"),
    gettext_lazy("A tombstone for each number, and penalties. Dangers that are not closed, or held."),
)
