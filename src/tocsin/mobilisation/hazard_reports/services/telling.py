"""Whoever is concerned by a report is told: the body that handles it, its two checkers. The reporter asks by the secret."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from tocsin.jurisdiction.face import people_who_may
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.states import ReportState
from tocsin.mobilisation.hazard_reports.rules.telling import CHECKER, HANDLES, HAZARD_REPORT
from tocsin.notices.face import Directory, Draft, Notice, silence, write_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import User

_AT_ONCE: Final = 50


def tell_body(report: HazardReport, matter: str, *, now: datetime, urgent: bool = False, stamp: str = "") -> None:
    """The body that handles the report, or, where there is none, whoever may handle reports there; once for each matter and
    `stamp`. In the caller's transaction.
    """
    write_all(_drafts(report, matter, urgent, stamp or str(report.version)), Directory(now))


def tell_giver(report: HazardReport, *, now: datetime) -> None:
    """The body that gave the report to another one, which has not taken it over in time."""
    if report.handed_from is not None:
        figures = _figures(report, "handed_late")
        key = f"hazard-{report.pk}-handed_late-giver-{report.version}"
        draft = Draft(HAZARD_REPORT, HANDLES, report.danger, key, organisation=report.handed_from, figures=figures)
        write_all([draft], Directory(now))


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
        drafts = [draft for one in new for draft in _drafts(one, "received", one.danger, "new")]
        if drafts:
            write_all(drafts, Directory(now))
        HazardReport.objects.filter(pk__in=[one.pk for one in found]).update(announced=True)
    return len(ids) == _AT_ONCE


def _drafts(report: HazardReport, matter: str, urgent: bool, stamp: str) -> list[Draft]:
    key, figures = f"hazard-{report.pk}-{matter}-{stamp}", _figures(report, matter)
    if report.organisation is not None:
        return [Draft(HAZARD_REPORT, HANDLES, urgent, key, organisation=report.organisation, figures=figures)]
    people = people_who_may(rights.HANDLE, report.region_code)
    return [Draft(HAZARD_REPORT, HANDLES, urgent, f"{key}-{one.pk}", person=one, figures=figures) for one in people]


def tell_checkers(report: HazardReport, people: "Iterable[User]", matter: str, *, now: datetime, stamp: str = "") -> None:
    """Those who check it; once for each matter and `stamp`."""
    figures = _figures(report, matter)
    drafts = [
        Draft(HAZARD_REPORT, CHECKER, report.danger, f"hazard-{report.pk}-{matter}-{stamp}{one.pk}", person=one, figures=figures)
        for one in people
    ]
    write_all(drafts, Directory(now))


def end_notices(report: HazardReport, now: datetime, *matters: str) -> None:
    """What was told of these matters waits for nobody any more."""
    for matter in matters:
        silence(Notice.objects.filter(key__startswith=f"hazard-{report.pk}-{matter}-"), now)


def end_handing(report: HazardReport, now: datetime) -> None:
    """Nobody is waited for any more: it was taken over, or somebody has gone on with it."""
    if report.handed_due is not None:
        report.handed_from, report.handed_due, report.handed_told = None, None, False
        end_notices(report, now, "moved", "given_back", "handed_late")


def _figures(report: HazardReport, matter: str) -> dict[str, object]:
    return {"report": str(report.pk), "number": report.number, "matter": matter, "danger": report.danger}
