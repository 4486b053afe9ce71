"""Whoever is concerned by a report is told: the body that handles it, its two checkers. The reporter asks by the secret."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.rules.states import ReportState
from tocsin.mobilisation.hazard_reports.rules.telling import CHECKER, HANDLES, HAZARD_REPORT
from tocsin.notices.face import Directory, Draft, Notice, silence, write_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import User

_AT_ONCE: Final = 50


def tell_body(report: HazardReport, matter: str, *, now: datetime, urgent: bool = False, stamp: str = "") -> None:
    """The body that handles the report; once for each matter and `stamp`. In the caller's transaction."""
    if report.organisation is not None:
        write_all([_draft(report, matter, urgent, stamp or str(report.version))], Directory(now))


def announce_received(*, now: datetime) -> bool:
    """Bodies are told of what was taken in, many at a time, so that no reporter waits for it; whether there may be more.

    One that has gone on meanwhile, or went into another, is not told of.
    """
    waiting = HazardReport.objects.filter(announced=False).order_by("received_at")
    ids = list(waiting.values_list("pk", flat=True)[:_AT_ONCE])
    with transaction.atomic():
        rows = HazardReport.objects.select_for_update(of=("self",)).select_related("organisation")
        found = list(rows.filter(pk__in=ids, announced=False).order_by("received_at"))
        new = [one for one in found if one.state == ReportState.RECEIVED.value and one.merged_into_id is None]
        drafts = [_draft(one, "received", one.danger, "new") for one in new if one.organisation is not None]
        if drafts:
            write_all(drafts, Directory(now))
        HazardReport.objects.filter(pk__in=[one.pk for one in found]).update(announced=True)
    return len(ids) == _AT_ONCE


def _draft(report: HazardReport, matter: str, urgent: bool, stamp: str) -> Draft:
    key = f"hazard-{report.pk}-{matter}-{stamp}"
    figures = {"report": str(report.pk), "number": report.number, "matter": matter, "danger": report.danger}
    return Draft(HAZARD_REPORT, HANDLES, urgent, key, organisation=report.organisation, figures=figures)


def tell_checkers(report: HazardReport, people: "Iterable[User]", matter: str, *, now: datetime) -> None:
    """The two who check it."""
    figures = {"report": str(report.pk), "number": report.number, "matter": matter, "danger": report.danger}
    drafts = [
        Draft(HAZARD_REPORT, CHECKER, report.danger, f"hazard-{report.pk}-{matter}-{one.pk}", person=one, figures=figures)
        for one in people
    ]
    write_all(drafts, Directory(now))


def end_notices(report: HazardReport, now: datetime, *matters: str) -> None:
    """What was told of these matters waits for nobody any more."""
    for matter in matters:
        silence(Notice.objects.filter(key__startswith=f"hazard-{report.pk}-{matter}-"), now)
