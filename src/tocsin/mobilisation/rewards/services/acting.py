"""What every act upon a reward has in common: it is locked, judged anew, asked whether it goes on, noted, audited."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.bus.services import in_one_transaction
from tocsin.jurisdiction.face import system_actor
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.rules.states import RewardStep
from tocsin.mobilisation.hazard_reports.services.rewarding import note_reward
from tocsin.mobilisation.rewards.models import Reward, RewardEntry
from tocsin.mobilisation.rewards.queries.cases import Judged, group_of, judge_reward
from tocsin.mobilisation.rewards.rules.states import ALLOWED, BY_HAND, UNPAID, RewardAct, RewardState
from tocsin.mobilisation.rewards.rules.telling import Matter
from tocsin.mobilisation.rewards.services.telling import end_notices, tell_body
from tocsin.records.face import record_audit
from tocsin.supervision.face import facts_of_number

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass
class Acting:
    """One act under way upon a locked reward; `actor` None: the reporter or the clock."""

    reward: Reward
    act: RewardAct
    actor: "User | None"
    now: datetime

    def note(self, text: str = "", **figures: object) -> None:
        """Writes the line of the act; the audit trail has it, too, without the words."""
        note_act(self.reward, self.act, actor=self.actor, now=self.now, text=text, **figures)


def note_act(reward: Reward, act: RewardAct, *, actor: "User | None", now: datetime, text: str = "", **figures: object) -> None:
    """One line of a reward, and of the audit trail."""
    RewardEntry.objects.create(reward=reward, act=act.value, at=now, actor=actor, text=text.strip(), figures=figures)
    told = {"number": reward.number, **figures}
    record_audit(actor or system_actor(), f"reward.{act.value}", "reward", reward.pk, reward.region_code, told)


def locked(reward_id: UUID) -> Reward:
    """The reward with all reports of its group held: who merges one of them comes before this, or waits until it is over."""
    reward = Reward.objects.select_for_update(of=("self",)).get(pk=reward_id)
    group: list[UUID] = []
    while group != (known := [one.pk for one in group_of(HazardReport.objects.get(pk=reward.report_id))]):
        group = known
        list(HazardReport.objects.select_for_update(of=("self",)).filter(pk__in=group).order_by("pk").values_list("pk"))
    return reward


def judge_again(reward: Reward, *, now: datetime) -> bool:
    """Writes what the rules answer now. Whether a decision under way fell by it: its payee or its sum is another one.

    What two persons agreed is judged by the policy of that moment. In the caller's transaction, on a locked reward.
    """
    state = RewardState(reward.state)
    if state not in UNPAID:
        return False
    read_fine(reward)
    judged = judge_reward(reward, at=reward.agreed_at or now)
    decided, payee_before = state is RewardState.AGREED, reward.payee_id
    before = {"report": reward.payee.number if reward.payee else "", "yuan": reward.amount_yuan}
    if state is not RewardState.DRAFT and not differs(reward, judged):
        return False
    _write(reward, judged)
    if state is RewardState.DRAFT:
        reward.save()
        return False
    reward.state = RewardState.DRAFT.value
    reward.proposed_by = reward.agreed_by = None
    reward.proposed_at = reward.agreed_at = reward.collect_until = reward.claimed_at = None
    reward.claim_sha256 = ""
    reward.save()
    after = {"report": reward.payee.number if reward.payee else "", "yuan": reward.amount_yuan}
    note_act(reward, RewardAct.CHANGE, actor=None, now=now, before=before, after=after)
    if decided:
        tell_report(reward, RewardStep.ANEW, actor=None, now=now, payee_id=payee_before)
    end_notices(reward, now, Matter.PROPOSED)
    tell_body(reward, Matter.CHANGED, now=now)
    return True


def tell_report(reward: Reward, step: RewardStep, *, actor: "User | None", now: datetime, payee_id: UUID | None = None) -> None:
    """The report's own time line has the step, too."""
    note_reward(
        report_id=reward.report_id,
        payee_id=payee_id or reward.payee_id,
        step=step,
        number=reward.number,
        yuan=reward.amount_yuan,
        actor=actor,
        now=now,
    )


def read_fine(reward: Reward) -> bool:
    """Takes the fine from the penalties in the firm's file, unless an officer typed one; whether it is another one now."""
    if reward.fine_from == BY_HAND:
        return False
    facts = facts_of_number(reward.finding)
    before = (reward.fine_yuan, reward.fine_from)
    reward.fine_yuan = facts.fine_yuan if facts is not None else None
    reward.fine_from = ", ".join(facts.documents)[:200] if facts is not None else ""
    return before != (reward.fine_yuan, reward.fine_from)


def differs(reward: Reward, judged: Judged) -> bool:
    """Whether the rules pay another report or another sum now than is written."""
    payee = judged.payee.pk if judged.payee is not None else None
    now = (judged.award.verdict, payee, judged.award.signer, judged.award.amount_yuan)
    return (reward.verdict, reward.payee_id, reward.signer, reward.amount_yuan) != now


def require_unchanged(reward_id: UUID, *, now: datetime) -> None:
    """Conflict where reports were put together or taken apart so that a decision fell; that it fell stays."""

    def work() -> bool:
        return judge_again(locked(reward_id), now=now)

    if in_one_transaction(work):
        raise changed()


def changed() -> Conflict:
    """The refusal of an act upon a decision that fell."""
    return Conflict(
        _("The reports of this reward have changed, and with them who is paid or how much: it is to be decided anew.")
    )


@contextmanager
def acting(reward_id: UUID, act: RewardAct, *, actor: "User | None", now: datetime) -> Iterator[Acting]:
    """Locks the reward, refuses what does not go on, and saves it at the end of the block. Call `require_unchanged` before."""
    with transaction.atomic():
        reward = locked(reward_id)
        if reward.state not in ALLOWED[act]:
            raise Conflict(_("The reward has gone on meanwhile: this can't be done as it stands now."))
        if reward.state != RewardState.DRAFT and judge_again(reward, now=now):
            raise Conflict(_("The reports of this reward are being changed: try again."))
        yield Acting(reward, act, actor, now)
        reward.save()


def _write(reward: Reward, judged: Judged) -> None:
    award = judged.award
    reward.verdict, reward.rule, reward.payee = award.verdict, award.rule, judged.payee
    reward.because = [{"reason": one.reason, "figures": dict(one.figures)} for one in award.because]
    reward.signer, reward.amount_yuan = award.signer, award.amount_yuan
    reward.verified, reward.policy_versions = judged.policy.status.verified, list(judged.versions)
