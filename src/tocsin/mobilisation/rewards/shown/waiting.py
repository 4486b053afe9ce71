"""What of rewards waits for somebody to act."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import scope
from tocsin.mobilisation.rewards.models import Reward
from tocsin.mobilisation.rewards.rules import rights
from tocsin.mobilisation.rewards.rules.states import RewardState
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import in_one_line

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def to_propose(user: "Actor", _now: datetime) -> QuerySet[Reward]:
    """Drafts."""
    found = Reward.objects.filter(state=RewardState.DRAFT.value).select_related("report")
    return scope(found, user, rights.PROPOSE).order_by("decide_due")


def to_agree(user: "Actor", _now: datetime) -> QuerySet[Reward]:
    """What another person proposed."""
    found = Reward.objects.filter(state=RewardState.PROPOSED.value).select_related("report").exclude(proposed_by=user.pk)
    return scope(found, user, rights.AGREE).order_by("decide_due")


def _tell(reward: Reward) -> Waiting:
    about = in_one_line(reward.report.firm or reward.report.place, reward.number)
    since = reward.proposed_at or reward.report.received_at
    return Waiting(about, reverse("reward", args=[reward.pk]), since, reward.decide_due)


WAITING: Final = (
    WaitingKind(
        "reward_propose", pgettext_lazy("what waits", "Reward: propose"), (rights.PROPOSE,), found=to_propose, tell=_tell
    ),
    WaitingKind(
        "reward_agree",
        pgettext_lazy("what waits", "Reward: agree as a second person"),
        (rights.AGREE,),
        found=to_agree,
        tell=_tell,
    ),
)
