"""Reports as the reader may see them: the desk its area's and its body's, a checker those that are theirs to check."""

from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from django.db.models import Case, Count, F, Q, QuerySet, When

from tocsin.jurisdiction.face import people_who_may, scope, system_actor
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.small_groups import held_until
from tocsin.mobilisation.hazard_reports.rules.states import OPEN, ReportAct, ReportState, RewardStep
from tocsin.records.face import attachments_of_all
from tocsin.supervision.face import finding_numbers, inspectors_for

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User

HAZARD_REPORT: Final = "hazard_report"  # type of object that files are attached to
SEALED_PHOTO: Final = "sealed_photo"  # and of sealed originals of its photos
REPORT_PHOTO: Final = "report_photo"  # and of the whole copies of its photos, with all that they show
Which = Literal[
    "", "open", "received", "accepted", "assigned", "found", "handled", "answered", "ended", "danger", "late", "decided", "paid"
]
_FOUND = (ReportState.TRUE, ReportState.PARTLY_TRUE, ReportState.NOT_TRUE, ReportState.MALICIOUS)
_ENDED = (ReportState.CLOSED, ReportState.REFUSED, ReportState.TRANSFERRED)
CHECKED_WHILE: Final = (ReportState.ASSIGNED, *_FOUND, ReportState.HANDLED)
"""While a report is so, its checkers see it."""


def loaded(found: QuerySet[HazardReport]) -> QuerySet[HazardReport]:
    """With all that is shown of a report."""
    return found.select_related("organisation", "handed_from", "first_checker", "second_checker", "checked_by", "merged_into")


def visible_reports(user: "Person") -> QuerySet[HazardReport]:
    """All that the user may read, newest first: by the right over the area, or as one of the two checkers."""
    found = loaded(HazardReport.objects.select_related("object")).annotate(voices=Count("merged") + 1)
    seen = scope(HazardReport.objects.all(), user, rights.SEE).values("pk")
    wanted = Q(pk__in=seen)
    if user.pk is not None:
        checks = scope(HazardReport.objects.filter(state__in=[one.value for one in CHECKED_WHILE]), user, rights.CHECK)
        wanted |= Q(pk__in=checks.filter(Q(first_checker=user.pk) | Q(second_checker=user.pk)).values("pk"))
    return found.filter(wanted, emptied_at=None).order_by("-received_at", "pk")  # rows that are counted lose the model's order


def search_reports(user: "Person", *, which: Which = "open", q: str = "", now: datetime) -> QuerySet[HazardReport]:
    """Of the visible ones those that stand so, by a part of the number, the firm or the place; without the merged. Danger to life
    is first, then what most people told of, then what waits longest.
    """
    found = visible_reports(user)
    text = q.strip()
    if text:
        words = Q(number__icontains=text) | Q(firm__icontains=text) | Q(place__icontains=text)
        return found.filter(words | Q(channel_reference__icontains=text))
    late = Q(state=ReportState.RECEIVED, accept_due__lt=now) | Q(state__in=("accepted", "assigned"), check_due__lt=now)
    late |= Q(state__in=[*_FOUND, ReportState.HANDLED], answer_due__lt=now)
    chosen: dict[str, Q] = {
        "": Q(),
        "open": Q(state__in=list(OPEN)),
        "found": Q(state__in=_FOUND),
        "ended": Q(state__in=_ENDED),
        "danger": Q(danger=True, state__in=list(OPEN)),
        "late": late,
        "decided": Q(reward=RewardStep.DECIDED),
        "paid": Q(reward=RewardStep.PAID),
    }
    found = found.filter(chosen.get(which, Q(state=which)), merged_into__isnull=True)
    return found if which in ("", "ended") else found.order_by("-danger", F("voices").desc(), "received_at", "pk")


def may_read_report(user: "Person", report_id: str) -> bool:
    """Who may read what is attached to a report."""
    return visible_reports(user).filter(pk=report_id).exists()


def nobody_reads(user: "Person", report_id: str) -> bool:
    """Sealed originals go out by an opening of two officers alone, see `services.identity`."""
    return False


def entries_of(report: HazardReport) -> QuerySet[ReportEntry]:
    """What was done, as it came."""
    return ReportEntry.objects.filter(report=report).select_related("actor")


def assigned_at(report: HazardReport) -> datetime:
    """Since when there is something to check: the last time that two people were named, else the receipt."""
    last = ReportEntry.objects.filter(report=report, act=ReportAct.ASSIGN.value).last()
    return report.received_at if last is None else last.at


def reports_to_check(user: "Person") -> QuerySet[HazardReport]:
    """Reports that are the user's to check, while checkers see them: those still to be checked first, the most urgent first."""
    found = visible_reports(user).filter(Q(first_checker=user.pk) | Q(second_checker=user.pk))
    found = found.filter(state__in=[one.value for one in CHECKED_WHILE], merged_into=None)
    open_first = Case(When(state=ReportState.ASSIGNED.value, then=0), default=1)
    return found.order_by(open_first, "-danger", "check_due", "number")


def round_of(report: HazardReport) -> list[ReportEntry]:
    """What the two checkers have written down that counted, in its order; empty until both said the same."""
    found = list(entries_of(report).filter(act=ReportAct.CHECK.value))
    if not found or report.state in (ReportState.RECEIVED, ReportState.ACCEPTED, ReportState.ASSIGNED):
        return []
    second = found[-1]
    signed = entries_of(report).filter(act=ReportAct.SIGN.value, at__lte=second.at).exclude(actor=second.actor_id)
    first = [one for one in signed if one.figures.get("verdict") == second.figures.get("verdict")]
    return [first[-1], second] if first else []


def checkers_for(report: HazardReport) -> "list[User]":
    """Who may check it: inspectors of the area, but nobody of the firm reported and nobody whom the report names."""
    found = report.object
    people = people_who_may(rights.CHECK, report.region_code) if found is None else inspectors_for(found)
    said = f"{report.text} {report.firm}"
    return [one for one in people if one.is_active and not _is_named(one, said) and not _is_of(one, report.firm)]


def held_until_of(report: HazardReport) -> datetime | None:
    """Before when it is not handed to checkers, as few people work at the object; its object is loaded."""
    people = report.object.employees if report.object is not None else None
    figures = report_policy(report.region_code).small_group
    return held_until(report.received_at, figures, people=people, danger=report.danger)


def _is_of(person: "User", firm: str) -> bool:
    """Whether somebody's body is the firm as the reporter names it, in part or whole."""
    body, said = person.organisation, firm.strip()
    names = (body.name_zh.strip(), body.name_en.strip()) if body is not None and len(said) > 1 else ()
    return any(len(name) > 1 and (said in name or name in said) for name in names)


def _is_named(person: "User", said: str) -> bool:
    name = person.get_full_name().strip()
    return len(name) > 1 and name in said


def has_evidence(report: HazardReport) -> bool:
    """Whether it may be closed: one that was true needs a photo or paper of the desk's own, findings, or that the reporter says
    that it is gone. Once the reporter says that it is still there, only a photo or paper of later counts.
    """
    acts = entries_of(report)
    if not acts.filter(act=ReportAct.HANDLE.value).exists():
        return True
    files = attachments_of_all([(HAZARD_REPORT, report.pk), (REPORT_PHOTO, report.pk)]).exclude(actor_id=system_actor().pk)
    last = acts.filter(act__in=(ReportAct.GONE.value, ReportAct.STILL_THERE.value)).last()
    if last is not None and last.act == ReportAct.STILL_THERE:
        return files.filter(at__gt=last.at).exists()
    findings = report.inspection_id is not None and bool(finding_numbers(report.inspection_id))
    return findings or files.exists() or last is not None
