"""The clocks of reports: the body is told once when one runs out soon, and once when it is over."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.rules.states import OPEN, ReportState
from tocsin.mobilisation.hazard_reports.services.telling import tell_body, tell_giver

_RUNS: Final = {
    "accept": (ReportState.RECEIVED,),
    "check": (ReportState.ACCEPTED, ReportState.ASSIGNED),
    "answer": (ReportState.TRUE, ReportState.PARTLY_TRUE, ReportState.NOT_TRUE, ReportState.MALICIOUS, ReportState.HANDLED),
}
_AT_ONCE: Final = 50


def watch_clocks(*, now: datetime) -> bool:
    """Tells of clocks that run out soon or are over; whether there may be more."""
    told = 0
    for clock, states in _RUNS.items():
        told += _tell(clock, states, "late", now, until=now)
        told += _tell(clock, states, "soon", now, until=now + _soon(clock))
    return _tell_of_handings(now) or told >= _AT_ONCE


def _tell_of_handings(now: datetime) -> bool:
    """Reports that the body to which they were given has not taken over in time: it and who gave them are told, once."""
    due = HazardReport.objects.filter(handed_due__lt=now, handed_told=False, state__in=[one.value for one in OPEN])
    found = list(due.order_by("handed_due").values_list("pk", flat=True)[:_AT_ONCE])
    for pk in found:
        with transaction.atomic():
            known = HazardReport.objects.select_for_update(of=("self",)).select_related("organisation", "handed_from")
            report = known.filter(pk=pk, handed_due__lt=now, handed_told=False).first()
            if report is not None:
                HazardReport.objects.filter(pk=pk).update(handed_told=True)
                tell_body(report, "handed_late", now=now, urgent=report.danger, stamp=f"body-{report.version}")
                tell_giver(report, now=now)
    return len(found) >= _AT_ONCE


def _soon(clock: str) -> timedelta:
    figures = report_policy().clocks
    days = {"accept": figures.accept_working_days, "check": figures.check_days, "answer": figures.answer_days}[clock]
    return timedelta(days=days * figures.soon_share)


def _tell(clock: str, states: tuple[ReportState, ...], matter: str, now: datetime, *, until: datetime) -> int:
    known = [f"{clock} late"] if matter == "late" else [f"{clock} late", f"{clock} soon"]
    due = Q(**{f"{clock}_due__lt": until}, state__in=[one.value for one in states], merged_into=None)
    found = list(HazardReport.objects.filter(due).exclude(told_late__in=known).values_list("pk", flat=True)[:_AT_ONCE])
    for pk in found:
        with transaction.atomic():
            report = HazardReport.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=pk)
            if report.state not in states or report.told_late in known:
                continue
            report.told_late = f"{clock} {matter}"
            report.save(update_fields=["told_late"])
            tell_body(report, matter, now=now, urgent=matter == "late" and report.danger, stamp=f"{clock}-{report.version}")
    return len(found)
