"""Photos of reports, and who sees which copy: the desk that handles the report the whole one, others the blurred one."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import people_who_may_anywhere, scope
from tocsin.mobilisation.hazard_reports.models import HazardReport, PhotoDecision, ReportPhoto
from tocsin.mobilisation.hazard_reports.queries.reports import may_read_report, visible_reports
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.states import OPEN

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

BLURRED_PHOTO: Final = "blurred_photo"  # what others see; its object is the decision that made it
UNLOOKED_AFTER: Final = timedelta(minutes=10)
"""So long a photo waits for the machine before a person is asked all the same."""


def at_the_desk(user: "Person") -> QuerySet[HazardReport]:
    """Reports of which the user sees the whole photos and decides what is blurred.

    That is who handles reports there and belongs to the body that has the report, or that gave it to one which has not taken it
    over. Where the report has no body, or nobody of that body handles reports, it is whoever handles them in the area.
    """
    found = scope(HazardReport.objects.filter(emptied_at=None), user, rights.HANDLE)
    body = getattr(user, "organisation_id", None)
    if body is None:
        return found
    staffed = {one.organisation_id for one in people_who_may_anywhere(rights.HANDLE)} - {None}
    own = Q(organisation=body) | Q(organisation=None) | Q(handed_from=body, handed_due__isnull=False)
    return found.filter(own | ~Q(organisation__in=staffed))


def sees_whole(user: "Person", report_id: str) -> bool:
    """Who may read the whole photos of a report."""
    return at_the_desk(user).filter(pk=report_id).exists()


def sees_blurred(user: "Person", decision_id: str) -> bool:
    """Who may read the copy of a decision: all who read the report, once it is the latest; an earlier one is the desk's."""
    decision = PhotoDecision.objects.select_related("photo").filter(pk=decision_id).first()
    if decision is None:
        return False
    later = PhotoDecision.objects.filter(photo=decision.photo_id, number__gt=decision.number).exists()
    report_id = str(decision.photo.report_id)
    return sees_whole(user, report_id) if later else may_read_report(user, report_id)


def photo_at_the_desk(actor: "Person", report_id: UUID, number: int) -> ReportPhoto:
    """A photo, for who decides upon it; NotAllowed for who only reads the report, DoesNotExist out of reach."""
    report = visible_reports(actor).get(pk=report_id)
    photo = ReportPhoto.objects.select_related("report", "copy").get(report=report, number=number)
    if not at_the_desk(actor).filter(pk=report.pk).exists():
        raise NotAllowed(_("What is blurred is decided at the desk of the body that handles the report."))
    return photo


def photos_of(report: HazardReport) -> list[ReportPhoto]:
    """The photos of a report in their order, with all that is shown of them."""
    found = ReportPhoto.objects.filter(report=report).select_related("copy").order_by("number")
    return list(found.prefetch_related("decisions__decided_by", "decisions__blurred"))


def photos_of_reporter(report: HazardReport) -> QuerySet[ReportPhoto]:
    """Those that the reporter sent, and no others: what the reporter is told of."""
    return ReportPhoto.objects.filter(report=report, of_check=False)


def photos_to_decide(user: "Person", now: datetime) -> QuerySet[ReportPhoto]:
    """Photos of open reports upon which nobody has decided, danger to life first."""
    reports = at_the_desk(user).filter(state__in=[one.value for one in OPEN])
    found = ReportPhoto.objects.alias(made=Count("decisions")).filter(made=0, report__in=reports.values("pk"), copy__held="")
    ready = ~Q(looked="") | Q(copy__at__lt=now - UNLOOKED_AFTER)
    return found.filter(ready).select_related("report", "copy").order_by("-report__danger", "id")


def photos_to_look_at() -> QuerySet[ReportPhoto]:
    """Photos that the machine has not looked at, danger to life first; what waits for the scanner is not read."""
    found = ReportPhoto.objects.filter(looked="", report__emptied_at=None, copy__held="")
    return found.select_related("copy").order_by("-report__danger", "id")
