"""Whoever is concerned by a report is told: the body that handles it, its two checkers. The reporter asks by the secret."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.jurisdiction.face import people_who_may
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.telling import CHECKER, HANDLES, HAZARD_REPORT
from tocsin.notices.face import Directory, Draft, Notice, silence, write_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import User
    from tocsin.mobilisation.hazard_reports.models import HazardReport


def tell_body(report: "HazardReport", matter: str, *, now: datetime, urgent: bool = False, stamp: str = "") -> None:
    """The body that handles the report, or, where there is none, whoever may handle reports there; once for each matter and
    `stamp`. In the caller's transaction.
    """
    key = f"hazard-{report.pk}-{matter}-{stamp or report.version}"
    figures = _figures(report, matter)
    if report.organisation is not None:
        drafts = [Draft(HAZARD_REPORT, HANDLES, urgent, key, organisation=report.organisation, figures=figures)]
    else:
        people = people_who_may(rights.HANDLE, report.region_code)
        drafts = [Draft(HAZARD_REPORT, HANDLES, urgent, f"{key}-{one.pk}", person=one, figures=figures) for one in people]
    write_all(drafts, Directory(now))


def tell_giver(report: "HazardReport", *, now: datetime) -> None:
    """The body that gave the report to another one, which has not taken it over in time."""
    if report.handed_from is not None:
        figures = _figures(report, "handed_late")
        key = f"hazard-{report.pk}-handed_late-giver-{report.version}"
        draft = Draft(HAZARD_REPORT, HANDLES, report.danger, key, organisation=report.handed_from, figures=figures)
        write_all([draft], Directory(now))


def tell_checkers(report: "HazardReport", people: "Iterable[User]", matter: str, *, now: datetime) -> None:
    """The two who check it."""
    figures = _figures(report, matter)
    drafts = [
        Draft(HAZARD_REPORT, CHECKER, report.danger, f"hazard-{report.pk}-{matter}-{one.pk}", person=one, figures=figures)
        for one in people
    ]
    write_all(drafts, Directory(now))


def end_notices(report: "HazardReport", now: datetime, *matters: str) -> None:
    """What was told of these matters waits for nobody any more."""
    for matter in matters:
        silence(Notice.objects.filter(key__startswith=f"hazard-{report.pk}-{matter}-"), now)


def end_handing(report: "HazardReport", now: datetime) -> None:
    """Nobody is waited for any more: it was taken over, or somebody has gone on with it."""
    if report.handed_due is not None:
        report.handed_from, report.handed_due, report.handed_told = None, None, False
        end_notices(report, now, "moved", "given_back", "handed_late")


def _figures(report: "HazardReport", matter: str) -> dict[str, object]:
    return {"report": str(report.pk), "number": report.number, "matter": matter, "danger": report.danger}
