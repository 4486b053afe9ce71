"""What happened to reports and rewards in a time, area by area and trade by trade."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.db.models import Count, QuerySet
from django.utils import timezone

from tocsin.jurisdiction.face import all_regions
from tocsin.mobilisation.figures.rules.areas import area_tree, leaf_of
from tocsin.mobilisation.figures.rules.counting import ALL, NO_TRADE, Frame, Tally
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.rules.states import ReportAct, ReportState
from tocsin.mobilisation.rewards.models import Reward
from tocsin.mobilisation.rewards.rules.states import RewardState
from tocsin.supervision.face import is_trade

_COUNTED: Final = (ReportAct.ACCEPT, ReportAct.CHECK, ReportAct.HANDLE, ReportAct.ANSWER, ReportAct.CLOSE)
_TRUE: Final = (ReportState.TRUE, ReportState.PARTLY_TRUE)


def counted_reports(reports: QuerySet[HazardReport]) -> QuerySet[HazardReport]:
    """One of each matter; malicious ones never."""
    return reports.filter(merged_into=None).exclude(state=ReportState.MALICIOUS.value)


def first_day() -> date | None:
    """The local day of the oldest report; None where there is none."""
    oldest = HazardReport.objects.order_by("received_at").values_list("received_at", flat=True).first()
    return None if oldest is None else timezone.localdate(oldest)


def frame_of(used: Iterable[str], k: int) -> Frame:
    """The table of these areas, with each trade of which `k` or more were ever reported; the others are one row together."""
    tree = area_tree(used, all_regions().values_list("code", flat=True))
    many = HazardReport.objects.order_by().values_list("trade").annotate(reports=Count("pk")).filter(reports__gte=k)
    return Frame(tree, (ALL, *sorted(trade for trade, _reports in many if is_trade(trade)), NO_TRADE))


def used_areas(until: datetime) -> set[str]:
    """Where reports came from until then, and where rewards were decided."""
    reports = HazardReport.objects.filter(received_at__lt=until).order_by().values_list("region_code", flat=True).distinct()
    return set(reports) | set(Reward.objects.order_by().values_list("region_code", flat=True).distinct())


def count(
    reports: QuerySet[HazardReport], rewards: QuerySet[Reward], start: datetime, end: datetime, frame: Frame
) -> list[Tally]:
    """What happened from `start` until before `end`: each step of a report at its first time, each payment at its own."""
    tallies: dict[tuple[str, str], Tally] = {}

    def tally(region: str, trade: str) -> Tally:
        key = (leaf_of(region, frame.areas), trade or NO_TRADE)
        return tallies.setdefault(key, Tally(*key))

    for report, steps in _steps(counted_reports(reports), start, end):
        told = tally(report.region_code, report.trade)
        within = {act for act, (at, _figures) in steps.items() if start <= at < end}
        told.accepted += ReportAct.ACCEPT in within
        if ReportAct.CHECK in within:
            true = steps[ReportAct.CHECK][1].get("verdict") in _TRUE
            told.true += true
            told.not_true += not true
        if ReportAct.ANSWER in within:
            told.days.append((steps[ReportAct.ANSWER][0] - report.received_at).days)
        told.removed += ReportAct.CLOSE in within and ReportAct.HANDLE in steps
    paid = rewards.filter(state=RewardState.PAID.value, paid_at__gte=start, paid_at__lt=end).exclude(
        report__state=ReportState.MALICIOUS.value
    )
    for region, trade, yuan in paid.order_by("pk").values_list("region_code", "report__trade", "amount_yuan"):
        tally(region, trade).yuan.append(yuan)
    return [tallies[key] for key in sorted(tallies)]


type _Steps = dict[ReportAct, tuple[datetime, dict[str, object]]]


def _steps(reports: QuerySet[HazardReport], start: datetime, end: datetime) -> Iterable[tuple[HazardReport, _Steps]]:
    """Reports to which something happened in the time, with the first time of each step."""
    acts = [one.value for one in _COUNTED]
    touched = ReportEntry.objects.filter(act__in=acts, at__gte=start, at__lt=end).order_by().values("report")
    found = {one.pk: one for one in reports.filter(pk__in=touched).only("region_code", "trade", "received_at").order_by("pk")}
    steps: dict[object, _Steps] = {}
    entries = ReportEntry.objects.filter(report__in=reports.filter(pk__in=touched).order_by().values("pk"), act__in=acts)
    for report_id, act, at, figures in entries.order_by("at", "id").values_list("report_id", "act", "at", "figures"):
        steps.setdefault(report_id, {}).setdefault(ReportAct(act), (at, figures))
    return [(report, steps[pk]) for pk, report in found.items() if pk in steps]
