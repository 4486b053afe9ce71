"""Who reported a matter first: all reports of one matter in their rank, whatever was merged in which order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tocsin.mobilisation.hazard_reports.models import HazardReport


@dataclass(frozen=True)
class Rank:
    """One report of a matter: when it came, how complete it was, whether it could be checked by itself."""

    id: UUID
    number: str
    received_at: datetime
    completeness: int
    valid: bool
    complete_at: datetime | None
    mode: str
    insider: bool


def ranks_of(report: HazardReport) -> list[Rank]:
    """The reports of the matter that this one belongs to: valid ones first, by the time since which they are so."""
    lead = report.merged_into_id or report.pk
    found = HazardReport.objects.filter(Q(pk=lead) | Q(merged_into=lead))
    ranked = sorted(found, key=lambda one: (not one.valid, one.complete_at or one.received_at, one.received_at, one.number))
    return [
        Rank(one.pk, one.number, one.received_at, one.completeness, one.valid, one.complete_at, one.mode, one.insider)
        for one in ranked
    ]
