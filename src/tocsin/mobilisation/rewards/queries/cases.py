"""A reward's case as the rules take it: the reports that are together now, and the finding, read from rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.utils import timezone

from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.policy.routing import ROUTING
from tocsin.mobilisation.hazard_reports.rules.states import ReportAct
from tocsin.mobilisation.rewards.models import Reward, RewardStanding
from tocsin.mobilisation.rewards.policy import REWARDS
from tocsin.mobilisation.rewards.rules.judging import Award, Finding, Joining, Report, RewardCase, Standing, judge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from tocsin.mobilisation.rewards.policy import RewardPolicy
    from tocsin.mobilisation.rewards.rules.judging import FindingKind

_SAYS = (ReportAct.CHECK.value, ReportAct.CONFIRM_MALICIOUS.value, ReportAct.REFUSE.value, ReportAct.REOPEN.value)


@dataclass(frozen=True)
class Judged:
    """What the rules answer now, the report that is paid, and the policy by which it was judged."""

    award: Award
    payee: HazardReport | None
    policy: "RewardPolicy"
    versions: tuple[str, ...]


def lead_of(report: HazardReport) -> HazardReport:
    """The report that leads the group of this one."""
    while report.merged_into_id is not None:
        report = HazardReport.objects.get(pk=report.merged_into_id)
    return report


def group_of(report: HazardReport) -> list[HazardReport]:
    """All reports that are together with this one now, in the order of their numbers."""
    lead = lead_of(report)
    found, last = {lead.pk: lead}, [lead.pk]
    while last:
        below = [one for one in HazardReport.objects.filter(merged_into__in=last) if one.pk not in found]
        found |= {one.pk: one for one in below}
        last = [one.pk for one in below]
    return sorted(found.values(), key=lambda one: one.number)


def standings_of(group: "Sequence[HazardReport]") -> "dict[UUID, Standing]":
    """What checks found of each report; one that was never checked by itself is valid with the one that leads."""
    said: dict[UUID, Standing] = {one.pk: "valid" for one in group}
    entries = ReportEntry.objects.filter(report__in=group, act__in=_SAYS).order_by("at", "id")
    for report_id, act, figures in entries.values_list("report_id", "act", "figures"):
        if act == ReportAct.CONFIRM_MALICIOUS:
            said[report_id] = "malicious"
        elif act == ReportAct.REFUSE:
            said[report_id] = "excluded"
        else:
            said[report_id] = "not_true" if figures.get("verdict") == "not_true" else "valid"
    return said


def standings_entered(group: "Sequence[HazardReport]") -> "QuerySet[RewardStanding]":
    """What officers entered of the reports of a group."""
    return RewardStanding.objects.filter(report__in=group)


def reports_of(group: "Sequence[HazardReport]") -> list[Report]:
    """The reports of a group as the rules take them, in their order."""
    marked = {one.report_id: one for one in standings_entered(group)}
    said = standings_of(group)
    return [_report(one, said[one.pk], marked.get(one.pk)) for one in group]


def case_of(reward: Reward, group: "Sequence[HazardReport]") -> RewardCase:
    """The case of one reward with the reports of its group."""
    finding = Finding(
        reward.number,
        reward.report.number,
        cast("FindingKind", reward.kind),
        reward.situation,
        reward.fine_yuan,
        reward.deaths,
        reward.merit,
        reward.known_at,
    )
    joinings = tuple(Joining("merge", one.number, group[0].number) for one in group[1:])
    return RewardCase(reward.number, reward.region_code, tuple(reports_of(group)), (finding,), joinings)


def judge_reward(reward: Reward, *, at: datetime) -> Judged:
    """What the policy of that moment says of it, with the reports that are together now."""
    group = group_of(HazardReport.objects.get(pk=reward.report_id))
    force = REWARDS.in_force(at=at)
    listed = ROUTING.in_force(region=reward.region_code, at=at)
    zone = timezone.get_default_timezone()
    (award,) = judge(case_of(reward, group), force.value.rules(), listed.value.bands, zone)
    payee = next((one for one in group if one.number == award.report), None)
    return Judged(award, payee, force.value, (*force.versions, *listed.versions))


def _report(report: HazardReport, standing: Standing, marked: RewardStanding | None) -> Report:
    complete_at = report.complete_at
    if marked is None:
        return Report(report.number, report.received_at, complete_at, standing, report.insider)
    return Report(
        report.number,
        report.received_at,
        marked.complete_at or complete_at,
        "excluded" if marked.excluded else standing,
        report.insider if marked.insider is None else marked.insider,
        frozenset(marked.covers),
        tuple(marked.signers),
        marked.payee,
    )
