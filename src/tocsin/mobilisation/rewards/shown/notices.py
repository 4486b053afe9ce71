"""What bodies are told of rewards, in words, and where it is acted upon."""

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.mobilisation.rewards.rules import rights
from tocsin.mobilisation.rewards.rules.telling import DECIDES, PROPOSED_IT, REWARD, Matter
from tocsin.notices.face import Contribution, PurposeCard, upward_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice

WORDS: Final = {
    Matter.DRAFTED: _("Reward %(number)s: propose the decision."),
    Matter.PROPOSED: _("Reward %(number)s is proposed: a second person decides."),
    Matter.AGREED: _("Reward %(number)s: the second person agreed to what you proposed."),
    Matter.DECLINED: _("Reward %(number)s was declined by the second person: look at it again."),
    Matter.CHANGED: _("Reward %(number)s: its reports changed, and with them who is paid or how much. It is to be decided anew."),
    Matter.LATE: _("Reward %(number)s: the time for the decision is over."),
    Matter.LAPSED: _("Reward %(number)s was not collected in time: it counts as given up."),
    Matter.SECOND_USE: _("Reward %(number)s was asked for again after it had been paid. Nothing was paid."),
}


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody reads who is told of a reward. It says neither the sum nor the report: others read it, too."""
    return {one.pk: "\n".join([*upward_lines(one), str(WORDS[Matter(one.figures["matter"])]) % one.figures]) for one in notices}


def page(notice: "Notice") -> str:
    """The reward's own page."""
    return reverse("reward", args=[notice.figures["reward"]])


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            REWARD,
            pgettext_lazy("purpose of a notice", "reward for a report"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.SEE,),
        ),
    ),
    reasons={
        DECIDES: pgettext_lazy("told as", "decides the reward"),
        PROPOSED_IT: pgettext_lazy("told as", "proposed the reward"),
    },
)
