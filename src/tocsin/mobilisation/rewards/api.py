"""Rewards for programs: the desk's decisions and the cashier's till. Claims are made on the page for everybody alone."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.mobilisation.rewards.models import Reward
from tocsin.mobilisation.rewards.queries.rewards import (
    Which,
    entries_of,
    loaded,
    payable_rewards,
    search_rewards,
    visible_rewards,
)
from tocsin.mobilisation.rewards.rules.judging import FindingKind
from tocsin.mobilisation.rewards.services import deciding, drafting, paying
from tocsin.mobilisation.rewards.services.deciding import FindingForm, StandingForm
from tocsin.mobilisation.rewards.shown.rewards import (
    RewardEntryOut,
    RewardOut,
    RewardReportOut,
    describe_act,
    describe_group,
    describe_reward,
)
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of

router = Router()


class RewardFilter(Slice):
    which: Which = "open"
    q: str = Field("", max_length=120)


class RewardsOut(Schema):
    items: list[RewardOut]
    total: int


class RewardIn(Schema):
    hazard_report_id: UUID
    finding: str = Field(max_length=200, description="its number in the firm's file, or in words")


class RewardFindingIn(Schema):
    """What the sum rests on; what is not known yet is left out."""

    kind: FindingKind
    finding: str = Field("", max_length=200)
    situation: str = Field("", max_length=60, description="of a listed one: its code")
    fine_yuan: int | None = Field(None, ge=0, le=10**12, description="0: none; left out: open")
    deaths: int | None = Field(None, ge=0, le=100_000)
    merit: Decimal | None = Field(None, ge=0, le=1, description="one of the steps of the policy")
    known_at: datetime | None = Field(None, description="when the authority knew without any report")
    budget_line: str = Field("", max_length=100)


class RewardStandingIn(Schema):
    """What officers know of one report of the group."""

    excluded: bool = False
    insider: bool | None = Field(None, description="left out: as the reporter says")
    complete_at: datetime | None = None
    signers: list[str] = Field(
        [], max_length=20, description="marks of those who sent it together, in their order; empty: as entered before; “-”: none"
    )
    payee: str = Field("", max_length=60, description="the one of them named in writing")
    covers: list[str] = Field([], max_length=50, description="numbers of rewards that it tells of; empty: all")


class RewardDecisionIn(Schema):
    agreed: bool
    words: str = Field("", max_length=2000, description="why not; needed where it is declined")


class RewardDropIn(Schema):
    words: str = Field(max_length=2000)


class RewardCodeIn(Schema):
    code: str = Field(max_length=40)


class RewardPaymentIn(RewardCodeIn):
    payment_id: UUID = Field(description="made by the caller: the same payment sent twice is one")


@router.get("/rewards", response=RewardsOut)
def list_rewards(request: HttpRequest, wanted: Query[RewardFilter]) -> Part[RewardOut]:
    """Rewards of one's area, newest first."""
    found = wanted.part(search_rewards(request.user, which=wanted.which, q=wanted.q, now=current_time()))
    return {"items": [describe_reward(one) for one in found["items"]], "total": found["total"]}


@router.get("/reward-payments", response=list[RewardOut])
def list_payable_rewards(request: HttpRequest) -> list[RewardOut]:
    """For a cashier: claimed and not collected yet, and paid, at most 200."""
    return [describe_reward(one) for one in payable_rewards(request.user)[:200]]


@router.get("/rewards/{reward_id}", response=RewardOut)
def reward(request: HttpRequest, reward_id: UUID) -> RewardOut:
    """One reward."""
    return describe_reward(visible_rewards(request.user).get(pk=reward_id))


@router.get("/rewards/{reward_id}/entries", response=list[RewardEntryOut])
def reward_entries(request: HttpRequest, reward_id: UUID) -> list[RewardEntryOut]:
    """What was done."""
    return [describe_act(one) for one in entries_of(visible_rewards(request.user).get(pk=reward_id))]


@router.get("/rewards/{reward_id}/reports", response=list[RewardReportOut])
def reward_reports(request: HttpRequest, reward_id: UUID) -> list[RewardReportOut]:
    """The reports that are together, as the rules take them."""
    return describe_group(visible_rewards(request.user).get(pk=reward_id))


@router.post("/rewards", response=RewardOut)
def add_reward(request: HttpRequest, given: RewardIn) -> RewardOut:
    """A further finding of an answered report."""
    made = drafting.add_reward(
        actor=actor_of(request), report_id=given.hazard_report_id, finding=given.finding, now=current_time()
    )
    return _told(made)


@router.post("/rewards/{reward_id}/finding", response=RewardOut)
def enter_reward_finding(request: HttpRequest, reward_id: UUID, given: RewardFindingIn) -> RewardOut:
    """What the sum rests on."""
    form = FindingForm(**given.dict())
    return _told(deciding.enter_finding(actor=actor_of(request), reward_id=reward_id, form=form, now=current_time()))


@router.post("/rewards/{reward_id}/reports/{hazard_report_id}", response=RewardOut)
def enter_reward_standing(request: HttpRequest, reward_id: UUID, hazard_report_id: UUID, given: RewardStandingIn) -> RewardOut:
    """What is known of one report of the group."""
    lists = {"signers": "\n".join(given.signers), "covers": "\n".join(given.covers)}
    form = StandingForm(**{**given.dict(), **lists})
    made = deciding.enter_standing(
        actor=actor_of(request), reward_id=reward_id, hazard_report_id=hazard_report_id, form=form, now=current_time()
    )
    return _told(made)


@router.post("/rewards/{reward_id}/proposal", response=RewardOut)
def propose_reward(request: HttpRequest, reward_id: UUID) -> RewardOut:
    """The first of two persons proposes it."""
    return _told(deciding.propose(actor=actor_of(request), reward_id=reward_id, now=current_time()))


@router.post("/rewards/{reward_id}/decision", response=RewardOut)
def decide_reward(request: HttpRequest, reward_id: UUID, given: RewardDecisionIn) -> RewardOut:
    """A second person agrees, or declines with a reason."""
    return _told(deciding.decide(actor=actor_of(request), reward_id=reward_id, **given.dict(), now=current_time()))


@router.post("/rewards/{reward_id}/drop", response=RewardOut)
def drop_reward(request: HttpRequest, reward_id: UUID, given: RewardDropIn) -> RewardOut:
    """A draft goes."""
    return _told(deciding.drop(actor=actor_of(request), reward_id=reward_id, words=given.words, now=current_time()))


@router.post("/reward-claims", response=RewardOut)
def look_up_reward(request: HttpRequest, given: RewardCodeIn) -> RewardOut:
    """The reward of a claim code."""
    return _told(paying.look_up(actor=actor_of(request), code=given.code, now=current_time()))


@router.post("/reward-payments", response=RewardOut)
def pay_reward(request: HttpRequest, given: RewardPaymentIn) -> RewardOut:
    """It was paid in cash against its code."""
    return _told(paying.pay(actor=actor_of(request), **given.dict(), now=current_time()))


def _told(reward: Reward) -> RewardOut:
    return describe_reward(loaded(Reward.objects.all()).get(pk=reward.pk))
