"""A reward is drafted for each finding of a report that was answered as true, and further ones by hand."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import require
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.policy.routing import routing_policy
from tocsin.mobilisation.hazard_reports.queries.reports import visible_reports
from tocsin.mobilisation.hazard_reports.rules.states import ReportAct, ReportState
from tocsin.mobilisation.rewards.models import Reward
from tocsin.mobilisation.rewards.policy import REWARDS
from tocsin.mobilisation.rewards.rules import rights, states
from tocsin.mobilisation.rewards.rules.states import RewardAct, RewardState
from tocsin.mobilisation.rewards.rules.telling import Matter
from tocsin.mobilisation.rewards.services.acting import judge_again, note_act
from tocsin.mobilisation.rewards.services.telling import tell_body
from tocsin.records.face import working_days
from tocsin.supervision.face import facts_of_number, finding_numbers

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.mobilisation.rewards.rules.judging import FindingKind

ENDED: Final = (ReportState.ANSWERED, ReportState.CLOSED)
"""States in which a report's reward is decided."""
_AT_ONCE: Final = 50


def draft_rewards(*, now: datetime) -> bool:
    """Drafts for reports that were answered as true and have none yet; whether there may be more."""
    found = HazardReport.objects.filter(state__in=[one.value for one in ENDED], merged_into=None, rewards=None)
    found = found.filter(entries__act=ReportAct.HANDLE.value).distinct()
    ids = list(found.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    for report_id in ids:
        with transaction.atomic():
            report = HazardReport.objects.select_for_update(of=("self",)).get(pk=report_id)
            if report.state in ENDED and not report.rewards.exists():
                for finding in _findings_of(report):
                    _draft(report, finding, actor=None, now=now)
    return len(ids) >= _AT_ONCE


@transaction.atomic
def add_reward(*, actor: "User", report_id: UUID, finding: str, now: datetime) -> Reward:
    """A further finding of an answered report, entered by hand."""
    report = visible_reports(actor).get(pk=report_id)
    require(actor, rights.PROPOSE, report.region_code)
    if not finding.strip():
        raise InvalidInput(_("Say what was found: its number in the firm's file, or in words."))
    if report.state not in ENDED or report.merged_into_id is not None:
        raise Conflict(_("A reward is decided once the report was answered, on the one that leads."))
    HazardReport.objects.select_for_update(of=("self",)).get(pk=report_id)
    return _draft(report, finding, actor=actor, now=now)


def _findings_of(report: HazardReport) -> list[str]:
    """The numbers of what was found; where there is none, one draft without a number."""
    if report.inspection_id is not None and (numbers := finding_numbers(report.inspection_id)):
        return numbers
    handled = ReportEntry.objects.filter(report=report, act=ReportAct.HANDLE.value).values_list("figures", flat=True)
    named = [str(one["finding"]) for one in handled if one.get("finding")]
    return list(dict.fromkeys(named)) or [""]


def _kind_of(report: HazardReport, finding: str) -> "FindingKind":
    """A situation of the list, else what the inspectors graded."""
    if report.situation in routing_policy(report.region_code).situations:
        return "listed"
    facts = facts_of_number(finding.strip())
    return "major" if facts is not None and facts.is_major else "ordinary"


def _draft(report: HazardReport, finding: str, *, actor: "User | None", now: datetime) -> Reward:
    answered = ReportEntry.objects.filter(report=report, act=ReportAct.ANSWER.value).order_by("-at").first()
    terms, zone = REWARDS.current(at=now).payment, timezone.get_default_timezone()
    at = answered.at if answered is not None else now
    reward = Reward.objects.create(
        number=f"{report.number}-J{report.rewards.count() + 1:02}",
        report=report,
        region_code=report.region_code,
        state=RewardState.DRAFT.value,
        finding=finding.strip()[:200],
        kind=_kind_of(report, finding),
        situation=report.situation,
        verdict="cannot_tell",
        decide_due=states.decide_due(at, terms.decide_within_work_days, working_days(), zone),
    )
    judge_again(reward, now=now)
    note_act(reward, RewardAct.DRAFT, actor=actor, now=now, finding=reward.finding)
    tell_body(reward, Matter.DRAFTED, now=now)
    return reward
