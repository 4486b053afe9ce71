"""Reports upward as the reader may see them, and whom the law names."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from tocsin.command.casebook.models import Case, Declaration
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import DECLARED_LEVELS, DeclarationKind
from tocsin.command.reports.models import Report
from tocsin.command.reports.policy import report_policy
from tocsin.command.reports.rules.reports import OPEN_STATES, ReportDuty, ReportState, duties_asked
from tocsin.jurisdiction.bodies.rules import governing_codes, level_of
from tocsin.jurisdiction.face import organisation_by_code, scope

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, Person

OPEN = [state.value for state in OPEN_STATES]
SENT = [ReportState.SENT.value, ReportState.RECEIVED.value]
LISTED = ("open", "sent", "all")


def visible_reports(user: "Person") -> QuerySet[Report]:
    """Reports of the counties whose cases the user may see; what waits comes first, by its due."""
    related = ("case", "case__drill", "declaration", "organisation", "begun_by", "edited_by", "signed_by", "sent_by")
    return scope(Report.objects.select_related(*related), user, rights.SEE)


def search_reports(user: "Person", *, listed: str = "open") -> QuerySet[Report]:
    """Visible reports: `open` by their due, `sent` and `all` with the newest first."""
    found = visible_reports(user)
    if listed == "open":
        return found.filter(state__in=OPEN).order_by("due_at", "number")
    if listed == "sent":
        found = found.filter(state__in=SENT)
    return found.order_by("-begun_at", "-number")


def reports_of(case: Case) -> QuerySet[Report]:
    """All reports of the case and of those that were merged into it, as they were asked for."""
    found = Report.objects.filter(Q(case=case) | Q(case__merged_into=case))
    related = ("case", "case__drill", "declaration", "organisation", "signed_by", "sent_by", "edited_by")
    return found.select_related(*related)


def newest_report(case: Case, duty: str) -> Report | None:
    """The newest version for that addressee; None where none was asked for."""
    return Report.objects.filter(case=case, duty=duty).exclude(state=ReportState.DROPPED).order_by("-sequence").first()


TOLD = Q(signed_at__isnull=False) | Q(state__in=SENT)
"""Signed, or phoned: what it says is known above, or will be."""


def last_told(case: Case) -> Report | None:
    """The report that was signed or phoned last: what is known above."""
    told = Report.objects.filter(TOLD, case=case)
    return told.annotate(told_at=Coalesce("signed_at", "sent_at")).order_by("-told_at").first()


def versions_before(report: Report) -> QuerySet[Report]:
    """Versions told to the same addressee that this one goes on from, oldest first."""
    earlier = Report.objects.filter(TOLD, case_id=report.case_id, duty=report.duty, sequence__lt=report.sequence)
    return earlier.order_by("sequence")


def standing_declaration(case: Case, kind: DeclarationKind) -> Declaration | None:
    """The warning or the incident that stands upon the case."""
    return Declaration.objects.filter(case=case, kind=kind, ended_at__isnull=True).first()


def duties_of(case: Case, kind: str, grade: str, event: str) -> tuple[ReportDuty, ...]:
    """Whom the case's area has to tell of a declaration of that kind and grade, shortest time first."""
    return duties_asked(
        report_policy(case.region_code, case.opened_at).all_duties,
        declared=kind,
        grade=grade,
        level=level_of(case.region_code),
        event=event,
    )


def duties_by_telephone(case: Case, event: str) -> tuple[ReportDuty, ...]:
    """Whom the area has to tell by telephone as soon as it knows of an event, whatever its grade will be."""
    lowest = DECLARED_LEVELS[DeclarationKind.INCIDENT][0]
    return tuple(one for one in duties_of(case, DeclarationKind.INCIDENT, lowest, event) if one.form == "telephone")


def addressee_of(duty: ReportDuty, region_code: str) -> "Organisation | None":
    """The body of the duty's code at its level above the region; None where it is not entered."""
    levels = {level_of(code): code for code in reversed(governing_codes(region_code))}
    at = region_code if duty.to_level == "own" else levels.get(duty.to_level, "")
    found = organisation_by_code(duty.to, at) if at else None
    return found if found is not None and found.region_id == at else None


def report_by_id(user: "Person", report_id: UUID) -> Report:
    """The report; Report.DoesNotExist where the user may not see it."""
    return visible_reports(user).get(pk=report_id)
