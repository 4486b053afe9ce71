"""Whoever is concerned by a report is told: the body that handles it, its two checkers. The reporter asks by the secret."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.mobilisation.hazard_reports.rules.telling import CHECKER, HANDLES, HAZARD_REPORT
from tocsin.notices.face import Directory, Draft, Notice, silence, write_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import User
    from tocsin.mobilisation.hazard_reports.models import HazardReport


def tell_body(report: "HazardReport", matter: str, *, now: datetime, urgent: bool = False, stamp: str = "") -> None:
    """The body that handles the report; once for each matter and `stamp`. In the caller's transaction."""
    if report.organisation is not None:
        key = f"hazard-{report.pk}-{matter}-{stamp or report.version}"
        figures = {"report": str(report.pk), "number": report.number, "matter": matter, "danger": report.danger}
        draft = Draft(HAZARD_REPORT, HANDLES, urgent, key, organisation=report.organisation, figures=figures)
        write_all([draft], Directory(now))


def tell_checkers(report: "HazardReport", people: "Iterable[User]", matter: str, *, now: datetime) -> None:
    """The two who check it."""
    figures = {"report": str(report.pk), "number": report.number, "matter": matter, "danger": report.danger}
    drafts = [
        Draft(HAZARD_REPORT, CHECKER, report.danger, f"hazard-{report.pk}-{matter}-{one.pk}", person=one, figures=figures)
        for one in people
    ]
    write_all(drafts, Directory(now))


def end_notices(report: "HazardReport", now: datetime, *matters: str) -> None:
    """What was told of these matters waits for nobody any more."""
    for matter in matters:
        silence(Notice.objects.filter(key__startswith=f"hazard-{report.pk}-{matter}-"), now)
