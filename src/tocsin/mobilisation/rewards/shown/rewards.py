"""A reward as the desk, a cashier and programs read it: a report's number, never a person; no claim code, no signer."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from ninja import Field, Schema

from tocsin.mobilisation.rewards.queries.cases import group_of, reports_of, standings_entered
from tocsin.mobilisation.rewards.rules.states import RewardAct, RewardState
from tocsin.mobilisation.rewards.shown.words import (
    ACT_NAMES,
    CSS,
    KIND_NAMES,
    STANDING_NAMES,
    STATE_NAMES,
    budget_name,
    reasons,
    rule_name,
    unverified_line,
    verdict_name,
)
from tocsin.screens.words import money
from tocsin.supervision.face import region_name

if TYPE_CHECKING:
    from tocsin.mobilisation.rewards.models import Reward, RewardEntry


class RewardOut(Schema):
    """The decision on one finding."""

    id: UUID
    number: str
    hazard_report_id: UUID = Field(description="the report in whose check it was found")
    report: str = Field(description="its number")
    region_code: str
    region_name: str
    state: str
    state_name: str
    finding: str
    kind: str
    kind_name: str
    situation: str
    fine_yuan: int | None
    fine_from: str = Field(description="documents of the penalties from which it was read; hand: typed; empty: not known")
    deaths: int | None
    merit: float | None
    known_at: datetime | None
    budget_line: str
    budget_name: str = Field(description="the budget line with its name, where the policy has one")
    verdict: str = Field(description="reward, none or cannot_tell")
    verdict_name: str
    payee: str = Field(description="number of the report whose sender is paid; empty: none")
    amount_yuan: int
    rule: str
    rule_name: str
    reasons: list[str]
    verified: bool
    unverified_line: str = Field(description="what must stand beside the sum; empty where the rules were confirmed")
    decide_due: datetime
    proposed_by: str
    proposed_at: datetime | None
    agreed_by: str
    agreed_at: datetime | None
    collect_until: datetime | None
    claimed_at: datetime | None
    paid_by: str
    paid_at: datetime | None

    @property
    def css(self) -> str:
        """How a page marks the state."""
        return CSS.get(RewardState(self.state), "")

    @property
    def officers(self) -> list[str]:
        """The two who have decided."""
        return [one for one in (self.proposed_by, self.agreed_by) if one]

    @property
    def decide_day(self) -> date:
        """The last day on which it is decided in time."""
        return _last_day(self.decide_due)

    @property
    def collect_day(self) -> date | None:
        """The last day on which it is paid."""
        return None if self.collect_until is None else _last_day(self.collect_until)


def _last_day(end: datetime) -> date:
    """The local day that is over at `end`."""
    return timezone.localdate(end - timedelta(seconds=1))


class RewardEntryOut(Schema):
    """One act upon a reward."""

    act: str
    act_name: str
    at: datetime
    actor: str = Field(description="empty: the reporter or the clock")
    text: str
    details: str


class RewardReportOut(Schema):
    """One report of a reward's group, as the rules take it."""

    hazard_report_id: UUID
    number: str
    received_at: datetime
    complete_at: datetime | None
    standing: str
    standing_name: str
    insider: bool
    insider_entered: bool | None = Field(description="as an officer entered it; empty: as the reporter says")
    complete_entered: datetime | None
    signers: int = Field(description="how many sent it together; 0: one")
    covers: list[str]


def describe_reward(reward: "Reward") -> RewardOut:
    """One reward; what `queries.rewards.loaded` names is loaded."""
    state = RewardState(reward.state)
    return RewardOut(
        id=reward.pk,
        number=reward.number,
        hazard_report_id=reward.report_id,
        report=reward.report.number,
        region_code=reward.region_code,
        region_name=region_name(reward.region_code),
        state=state.value,
        state_name=str(STATE_NAMES[state]),
        finding=reward.finding,
        kind=reward.kind,
        kind_name=str(KIND_NAMES[reward.kind]),
        situation=reward.situation,
        fine_yuan=reward.fine_yuan,
        fine_from=reward.fine_from,
        deaths=reward.deaths,
        merit=None if reward.merit is None else float(reward.merit),
        known_at=reward.known_at,
        budget_line=reward.budget_line,
        budget_name=budget_name(reward.budget_line),
        verdict=reward.verdict,
        verdict_name=verdict_name(reward.verdict),
        payee=reward.payee.number if reward.payee is not None else "",
        amount_yuan=reward.amount_yuan,
        rule=reward.rule,
        rule_name=rule_name(reward.rule),
        reasons=reasons(reward.because),
        verified=reward.verified,
        unverified_line="" if reward.verified else unverified_line(),
        decide_due=reward.decide_due,
        proposed_by=str(reward.proposed_by or ""),
        proposed_at=reward.proposed_at,
        agreed_by=str(reward.agreed_by or ""),
        agreed_at=reward.agreed_at,
        collect_until=reward.collect_until,
        claimed_at=reward.claimed_at,
        paid_by=str(reward.paid_by or ""),
        paid_at=reward.paid_at,
    )


def describe_act(entry: "RewardEntry") -> RewardEntryOut:
    """One act; its actor is loaded."""
    figures = entry.figures
    shown = [figures.get("report", ""), rule_name(str(figures["rule"])) if figures.get("rule") else ""]
    if "yuan" in figures:
        shown.append(money(figures["yuan"]))
    if "before" in figures:
        shown += [f"{one['report'] or '–'} {money(one['yuan'])}" for one in (figures["before"], figures["after"])]
    return RewardEntryOut(
        act=entry.act,
        act_name=str(ACT_NAMES[RewardAct(entry.act)]),
        at=entry.at,
        actor=str(entry.actor or ""),
        text=entry.text,
        details=" · ".join(str(one) for one in shown if one),
    )


def describe_group(reward: "Reward") -> list[RewardReportOut]:
    """The reports that are together with the one of this reward, as the rules take them."""
    group = group_of(reward.report)
    entered = {one.report_id: one for one in standings_entered(group)}
    return [
        RewardReportOut(
            hazard_report_id=one.pk,
            number=one.number,
            received_at=one.received_at,
            complete_at=taken.complete_at,
            standing=taken.standing,
            standing_name=str(STANDING_NAMES[taken.standing]),
            insider=taken.insider,
            insider_entered=entered[one.pk].insider if one.pk in entered else None,
            complete_entered=entered[one.pk].complete_at if one.pk in entered else None,
            signers=len(taken.signers),
            covers=sorted(taken.covers),
        )
        for one, taken in zip(group, reports_of(group), strict=True)
    ]
