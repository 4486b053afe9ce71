"""Reports at the end of their time: what was said and shown, inner notes and who reported go; the bare row goes on counting.

It stands with rewards, as a report whose reward waits stays: nothing below knows of rewards.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.mobilisation.hazard_reports.models import (
    CheckEntry,
    HazardReport,
    IdentityRequest,
    PhotoDecision,
    ReportEntry,
    ReportPhoto,
    SealedIdentity,
)
from tocsin.mobilisation.hazard_reports.queries.photos import BLURRED_PHOTO
from tocsin.mobilisation.hazard_reports.queries.reports import HAZARD_REPORT, REPORT_PHOTO, SEALED_PHOTO
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.states import ReportState
from tocsin.mobilisation.rewards.models import Reward, RewardStanding
from tocsin.mobilisation.rewards.rules.states import UNPAID
from tocsin.notices.face import notices_that_go
from tocsin.records.face import attached, forget_attachments, held_numbers, kept_whole, retention
from tocsin.records.retention.rules import Kept, Named, Part, Whole
from tocsin.screens.clock import current_time

ENDED = [one.value for one in (ReportState.CLOSED, ReportState.REFUSED, ReportState.TRANSFERRED)]
_BATCH = 50
_KEPT_FIGURES = ("verdict", "reward", "yuan", "in_time")
"""Of an act: what figures for the public count."""


def ended_reports(before: datetime) -> QuerySet[HazardReport]:
    """Reports that lead and ended, with those that went into them, before that time; no reward waits, nobody holds them."""
    waiting = Reward.objects.filter(state__in=[one.value for one in UNPAID])
    found = HazardReport.objects.filter(state__in=ENDED, merged_into=None, emptied_at=None)
    found = found.alias(last=Max("entries__at"), last_of_merged=Max("merged__entries__at")).filter(last__lt=before)
    found = found.filter(Q(last_of_merged=None) | Q(last_of_merged__lt=before))
    held = held_numbers()
    found = found.exclude(number__in=held).exclude(
        pk__in=HazardReport.objects.filter(number__in=held, merged_into__isnull=False).values("merged_into")
    )
    found = found.exclude(pk__in=waiting.values("report_id")).exclude(
        pk__in=waiting.filter(payee__merged_into__isnull=False).values("payee__merged_into")
    )
    asked = IdentityRequest.objects.filter(ended_at=None)
    return found.exclude(pk__in=asked.values("report_id")).order_by("received_at", "id")


def _take(found: HazardReport, before: datetime) -> list[Named]:
    lead = HazardReport.objects.select_for_update(of=("self",)).filter(pk=found.pk, emptied_at=None).first()
    if lead is None or not ended_reports(before).filter(pk=lead.pk).exists():
        return []
    family = [lead, *HazardReport.objects.select_for_update(of=("self",)).filter(merged_into=lead).order_by("number")]
    HazardReport.objects.filter(pk__in=[one.pk for one in family]).update(emptied_at=current_time())
    return [Named(one.pk, one.number, one.region_code, one.received_at, None) for one in family]


def _parts(ids: Sequence[UUID]) -> Iterator[Part]:
    yield Part(lambda: SealedIdentity.objects.filter(report__in=ids))
    yield Part(lambda: IdentityRequest.objects.filter(report__in=ids))
    yield Part(lambda: CheckEntry.objects.filter(report__in=ids))
    yield Part(lambda: RewardStanding.objects.filter(report__in=ids))
    yield attached(BLURRED_PHOTO, lambda: list(PhotoDecision.objects.filter(photo__report__in=ids).values_list("pk", flat=True)))
    yield Part(lambda: PhotoDecision.objects.filter(photo__report__in=ids))
    yield Part(lambda: ReportPhoto.objects.filter(report__in=ids))
    yield attached(REPORT_PHOTO, lambda: ids)
    yield attached(SEALED_PHOTO, lambda: ids)
    yield attached(HAZARD_REPORT, lambda: ids)
    yield notices_that_go(lambda: ids)
    yield Part(lambda: HazardReport.objects.filter(pk__in=ids).exclude(secret_sha256=""), first=_empty, stays=True)


def _empty(rows: Sequence[HazardReport]) -> None:
    """The bare rows: county, kind, trade, state and moments; of each act that it was done, and when."""
    ids = [one.pk for one in rows]
    entries = list(ReportEntry.objects.filter(report__in=ids))
    for one in entries:
        one.text, one.actor = "", None
        one.figures = {name: one.figures[name] for name in _KEPT_FIGURES if name in one.figures}
    ReportEntry.objects.bulk_update(entries, ["text", "actor", "figures"])
    HazardReport.objects.filter(pk__in=ids).update(
        object=None, firm="", place="", lon=None, lat=None, text="", since="", channel_reference="", said_at=None,
        secret_sha256="", content_sha256="", receipt="", words=b"", looks=[], first_checker=None, second_checker=None,
        checked_by=None, inspection=None, claimed_malicious_by=None, answer="", handed_from=None,
    )  # fmt: skip


def _number(row: HazardReport) -> str:
    return row.number


def ended_identities(before: datetime) -> QuerySet[SealedIdentity]:
    """Who reported what ended before that time; nobody is opening it, no reward waits, nobody holds the report."""
    leads = ended_reports(before).values("pk")
    return SealedIdentity.objects.filter(Q(report__in=leads) | Q(report__merged_into__in=leads)).order_by("sealed_at", "pk")


@transaction.atomic
def _forget_identities(before: datetime) -> int:
    ids = list(ended_identities(before).values_list("pk", flat=True)[:_BATCH])
    forget_attachments(SEALED_PHOTO, ids)
    SealedIdentity.objects.filter(pk__in=ids).delete()
    return len(ids)


REPORTS = kept_whole(
    Whole("hazard_report", "reports_days", rights.SEE, ended_reports, _take, _parts, _number),
    pgettext_lazy("kept", "Ended reports by the public"),
    gettext_lazy(
        "A tombstone for each number, and a bare row, so that figures go on counting. Reports whose reward waits, or held ones."
    ),
)
IDENTITIES = Kept(
    "identities",
    pgettext_lazy("kept", "Sealed names of ended reports by the public"),
    "records.retention",
    lambda: retention().identities_days,
    key="identities_days",
    count=lambda before: ended_identities(before).count(),
    numbers=lambda before: ended_identities(before).values_list("report__number", flat=True),
    forget=_forget_identities,
    why=gettext_lazy("Reports whose reward waits, that are held, or whose opening was asked for."),
)
