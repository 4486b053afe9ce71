"""A report that was answered as true, and the people who decide and pay its reward, for tests."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.mobilisation.public import Reporter
from tests.people import make_named_person
from tests.supervision.firms import NOW
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.rewards.models import Reward
from tocsin.mobilisation.rewards.services import deciding
from tocsin.mobilisation.rewards.services.deciding import FindingForm
from tocsin.mobilisation.rewards.services.drafting import draft_rewards

FINED = FindingForm(kind="major", fine_yuan=60_000, budget_line="2120103")


def answered(reporter: Reporter, at: datetime = NOW, **fields: Any) -> HazardReport:
    """Reported, found true, handled and answered."""
    reporter.sends(**fields)
    report = reporter.report
    for act, figures in (("check", {"verdict": "true"}), ("handle", {}), ("answer", {})):
        ReportEntry.objects.create(report=report, act=act, at=at, figures=figures)
    HazardReport.objects.filter(pk=report.pk).update(state="answered", received_at=at, complete_at=at)
    return reporter.report


def drafted(report: HazardReport, now: datetime = NOW) -> Reward:
    """Its only reward, as the loop drafts it."""
    draft_rewards(now=now)
    return Reward.objects.get(report=report)


class Office:
    """Two officers and a cashier."""

    def __init__(self) -> None:
        self.li, self.wang = (make_named_person(name, "report_officer") for name in ("li", "wang"))
        self.cashier = make_named_person("qian", "cashier")

    def decides(self, reward: Reward, form: FindingForm = FINED, now: datetime = NOW) -> Reward:
        """Entered and proposed by one, agreed by the other."""
        deciding.enter_finding(actor=self.li, reward_id=reward.pk, form=form, now=now)
        deciding.propose(actor=self.li, reward_id=reward.pk, now=now)
        return deciding.decide(actor=self.wang, reward_id=reward.pk, agreed=True, words="", now=now)


def later(report: HazardReport, reporter: Reporter, hours: int) -> HazardReport:
    """Another report of the same matter, so many hours after `report`; it stands for itself yet."""
    reporter.sends()
    at = report.received_at + timedelta(hours=hours)
    HazardReport.objects.filter(pk=reporter.id).update(received_at=at, complete_at=at)
    return reporter.report


def half() -> FindingForm:
    """An ordinary hazard of half the merit."""
    return FindingForm(kind="ordinary", merit=Decimal("0.5"), budget_line="2120103")
