"""Rewards as the reader may see them: the desk its area's, a cashier those that are to be collected or were paid."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.face import scope
from tocsin.mobilisation.rewards.models import Reward, RewardEntry
from tocsin.mobilisation.rewards.rules import rights
from tocsin.mobilisation.rewards.rules.states import UNPAID, RewardState

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import Person

Which = Literal["", "open", "draft", "proposed", "agreed", "paid", "lapsed", "none", "late"]
_AT_THE_TILL = (RewardState.AGREED.value, RewardState.PAID.value)


def loaded(found: QuerySet[Reward]) -> QuerySet[Reward]:
    """With all that is shown of them."""
    return found.select_related("report__organisation", "payee", "proposed_by", "agreed_by", "paid_by")


def visible_rewards(user: "Person") -> QuerySet[Reward]:
    """All that the user may read as one of the desk."""
    return loaded(scope(Reward.objects.all(), user, rights.SEE))


def payable_rewards(user: "Person") -> QuerySet[Reward]:
    """What concerns a cashier: claimed and not collected yet, or paid; the newest payment first."""
    found = scope(Reward.objects.filter(state__in=_AT_THE_TILL).exclude(claim_sha256=""), user, rights.PAY)
    return loaded(found).order_by("-paid_at", "-number")


def readable_reward(user: "Person", reward_id: "UUID") -> Reward:
    """For a paper: by the desk or by a cashier; Reward.DoesNotExist for anybody else."""
    known = Q(pk__in=visible_rewards(user).values("pk")) | Q(pk__in=payable_rewards(user).values("pk"))
    return loaded(Reward.objects.filter(known)).get(pk=reward_id)


def search_rewards(user: "Person", *, which: Which = "open", q: str = "", now: datetime) -> QuerySet[Reward]:
    """Of the visible ones those that stand so, by a part of the number of the reward or of a report."""
    found = visible_rewards(user)
    if text := q.strip():
        return found.filter(Q(number__icontains=text) | Q(payee__number__icontains=text) | Q(finding__icontains=text))
    states = [one.value for one in UNPAID]
    chosen: dict[str, Q] = {
        "": Q(),
        "open": Q(state__in=states),
        "late": Q(state__in=states[:2], decide_due__lt=now),
    }
    return found.filter(chosen.get(which, Q(state=which)))


def entries_of(reward: Reward) -> QuerySet[RewardEntry]:
    """What was done, as it came."""
    return RewardEntry.objects.filter(reward=reward).select_related("actor")
