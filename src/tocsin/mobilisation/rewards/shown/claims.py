"""What the reporter reads of rewards by number and secret."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tocsin.mobilisation.rewards.models import Reward
from tocsin.mobilisation.rewards.queries.cases import group_of
from tocsin.mobilisation.rewards.rules.states import ClaimVerdict, RewardState, judge_claim
from tocsin.mobilisation.rewards.shown.words import reasons, unverified_line
from tocsin.screens.words import money

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.mobilisation.hazard_reports.models import HazardReport

_DECIDED = (RewardState.AGREED, RewardState.PAID, RewardState.LAPSED, RewardState.NONE)


class OwnRewardOut(TypedDict):
    """One reward as its reporter reads it. `claim`: the words of the button, empty where nothing can be claimed."""

    id: str
    number: str
    state: str
    title: str
    lines: list[str]
    claim: str
    code: str
    code_hint: str


def own_rewards(report: "HazardReport", *, now: datetime, claimed: "UUID | None" = None, code: str = "") -> list[OwnRewardOut]:
    """What was decided for this report, and that another went before it; of what is not decided nothing.

    `claimed`: the reward that was claimed just now, with its code.
    """
    found = Reward.objects.filter(report__in=group_of(report), state__in=[one.value for one in _DECIDED])
    told = []
    for reward in found.order_by("number"):
        shown = code if reward.pk == claimed else ""
        title, lines, button = _words(reward, own=reward.payee_id == report.pk, now=now)
        told.append(
            OwnRewardOut(
                id=str(reward.pk),
                number=reward.number,
                state=reward.state,
                title=title,
                lines=lines,
                claim=button,
                code=shown,
                code_hint=_hint(report) if shown else "",
            )
        )
    return told


def _hint(report: "HazardReport") -> str:
    """Where the code is good, and that it is shown once."""
    body = (report.merged_into or report).organisation
    if body is None:
        return _("Show this code at the cashier: it is shown now and never again. Who has it gets the money.")
    words = _("Show this code at the cashier of %(body)s: it is shown now and never again. Who has it gets the money.")
    return words % {"body": body}


def _words(reward: Reward, *, own: bool, now: datetime) -> tuple[str, list[str], str]:
    """Title, lines, and the words of the button."""
    if reward.state == RewardState.NONE:
        return _("No reward is paid for this finding."), reasons(reward.because), ""
    if not own:
        return _("The reward for this finding goes to another report, which came first."), [], ""
    yuan = money(reward.amount_yuan)
    verdict = judge_claim(RewardState(reward.state), reward.collect_until, now)
    if verdict is ClaimVerdict.PAID:
        return _("The reward of %(yuan)s was paid.") % {"yuan": yuan}, [], ""
    if verdict is not ClaimVerdict.OPEN or reward.collect_until is None:
        return _("The reward of %(yuan)s was not collected in time: it counts as given up.") % {"yuan": yuan}, [], ""
    day = date_format(timezone.localtime(reward.collect_until - timedelta(seconds=1)), "Y-m-d")
    lines = [*reasons(reward.because), _("After that day it counts as given up. Lost secret, lost claim.")]
    if reward.signer:
        lines.append(_("Of those who sent it together it is paid to: %(signer)s.") % {"signer": reward.signer})
    if not reward.verified:
        lines.append(unverified_line())
    button = _("Get a new code (the old one ends)") if reward.claim_sha256 else _("Claim the reward")
    return _("Reward of %(yuan)s: claim it until %(day)s.") % {"yuan": yuan, "day": day}, lines, button
