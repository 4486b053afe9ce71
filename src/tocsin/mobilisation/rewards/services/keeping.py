"""What time and other people's acts do to rewards: drafts, changed groups, decisions that are late, rewards nobody collects."""

from datetime import datetime
from typing import Final

from django.db import transaction

from tocsin.mobilisation.hazard_reports.rules.states import RewardStep
from tocsin.mobilisation.rewards.models import Reward
from tocsin.mobilisation.rewards.queries.cases import judge_reward
from tocsin.mobilisation.rewards.rules.states import UNPAID, RewardAct, RewardState
from tocsin.mobilisation.rewards.rules.telling import Matter
from tocsin.mobilisation.rewards.services.acting import differs, judge_again, locked, note_act, read_fine, tell_report
from tocsin.mobilisation.rewards.services.drafting import draft_rewards
from tocsin.mobilisation.rewards.services.telling import end_notices, tell_body

_AT_ONCE: Final = 200
_UNPAID: Final = [one.value for one in UNPAID]


def keep_rewards(*, now: datetime) -> bool:
    """One round; whether there may be more."""
    more = draft_rewards(now=now)
    _judge_again(now)
    _tell_late(now)
    return _lapse(now) or more


def _judge_again(now: datetime) -> None:
    """Rewards under way whose reports were put together or taken apart; the others cost one look."""
    for reward in Reward.objects.filter(state__in=_UNPAID).select_related("report"):
        is_draft = reward.state == RewardState.DRAFT
        if (read_fine(reward) and is_draft) or differs(reward, judge_reward(reward, at=reward.agreed_at or now)):
            with transaction.atomic():
                judge_again(locked(reward.pk), now=now)


def _tell_late(now: datetime) -> None:
    late = Reward.objects.filter(state__in=_UNPAID[:2], decide_due__lte=now, told_late=False)
    for reward in late.select_related("report__organisation")[:_AT_ONCE]:
        with transaction.atomic():
            if late.filter(pk=reward.pk).update(told_late=True):
                tell_body(reward, Matter.LATE, now=now, stamp="once")


def _lapse(now: datetime) -> bool:
    over = Reward.objects.filter(state=RewardState.AGREED.value, collect_until__lte=now)
    found = list(over.select_related("report__organisation")[:_AT_ONCE])
    for reward in found:
        with transaction.atomic():
            if over.filter(pk=reward.pk).update(state=RewardState.LAPSED.value):
                tell_report(reward, RewardStep.LAPSED, actor=None, now=now)
                note_act(reward, RewardAct.LAPSE, actor=None, now=now, yuan=reward.amount_yuan)
                tell_body(reward, Matter.LAPSED, now=now, stamp="once")
                end_notices(reward, now, Matter.CHANGED)
    return len(found) >= _AT_ONCE
