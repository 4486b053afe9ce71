"""What is printed of a reward: the decision for the file, the voucher for the cashier. Neither names a person who reported."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, NotAllowed
from tocsin.mobilisation.rewards.models import Reward
from tocsin.mobilisation.rewards.queries.rewards import readable_reward
from tocsin.mobilisation.rewards.rules.capitals import in_capitals
from tocsin.mobilisation.rewards.rules.states import RewardState
from tocsin.mobilisation.rewards.shown.rewards import RewardOut, describe_reward
from tocsin.records.papers.rules import Paper
from tocsin.screens.words import money

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User

_DECIDED = (RewardState.AGREED, RewardState.PAID, RewardState.LAPSED, RewardState.NONE)


def reward_decision(user: "Person", reward_id: UUID, now: datetime) -> Paper:
    """The paper `reward_decision`, for the file."""
    reward = _decided(user, reward_id, _DECIDED)
    told = describe_reward(reward)
    values = {
        **_head(_("Decision on a reward for a report"), reward, told, now),
        "facts": [*_facts(told), [pgettext("paper", "Finding"), told.finding or told.kind_name]],
        "reasons": {"title": pgettext("paper", "Reasons"), "rows": told.reasons},
    }
    return Paper(values, "reward", reward.pk, reward.region_code)


def reward_voucher(user: "Person", reward_id: UUID, now: datetime) -> Paper:
    """The paper `reward_voucher`, for the cashier: printed before the payment and as often as needed after it."""
    reward = _decided(user, reward_id, (RewardState.AGREED, RewardState.PAID))
    told = describe_reward(reward)
    paid = _moment(told.paid_at) if told.paid_at else pgettext("voucher", "not paid yet")
    cashier = {"role": pgettext("signature", "Cashier"), "name": told.paid_by, "at": _moment(told.paid_at)}
    head = _head(_("Payment voucher for a reward"), reward, told, now)
    values = {
        **head,
        "facts": [*_facts(told), [pgettext("paper", "Paid"), paid]],
        "note": _("Paid in cash against a claim code, without the name of who reported. A second payment is refused."),
        "signatures": [*head["signatures"], cashier],
    }
    return Paper(values, "reward", reward.pk, reward.region_code)


def _decided(user: "Person", reward_id: UUID, states: tuple[RewardState, ...]) -> Reward:
    try:
        reward = readable_reward(user, reward_id)
    except Reward.DoesNotExist:
        raise NotAllowed(_("There is no such reward, or your rights do not reach it.")) from None
    if reward.state not in states:
        raise Conflict(_("There is no such paper yet: two persons decide first."))
    return reward


def _head(title: str, reward: Reward, told: RewardOut, now: datetime) -> dict[str, Any]:
    return {
        "title": title,
        "number": told.number,
        "issuer": str(reward.report.organisation or ""),
        "printed_at": now,
        "unverified": told.unverified_line,
        "seal": {
            "mark": pgettext("paper", "(seal)"),
            "name": str(reward.report.organisation or ""),
            "day": "" if told.agreed_at is None else date_format(timezone.localtime(told.agreed_at), "Y-m-d"),
        },
        "signatures": [
            _signed(pgettext("signature", "Proposed by"), reward.proposed_by, reward.proposed_at),
            _signed(pgettext("signature", "Agreed by"), reward.agreed_by, reward.agreed_at),
        ],
    }


def _facts(told: RewardOut) -> list[list[str]]:
    is_paid_for = told.verdict == "reward"
    sum_ = money(told.amount_yuan) if is_paid_for else "–"
    shows_capitals = is_paid_for and (get_language() or "zh").startswith("zh")
    return [
        [pgettext("paper", "Report"), told.payee or told.report],
        [pgettext("paper", "Result"), told.verdict_name],
        [pgettext("paper", "Sum"), sum_],
        *([[pgettext("paper", "Sum in capital figures"), in_capitals(told.amount_yuan)]] if shows_capitals else []),
        [pgettext("paper", "Rule"), told.rule_name or "–"],
        [pgettext("paper", "Budget line"), told.budget_name or "–"],
        [pgettext("paper", "Decided"), _moment(told.agreed_at)],
        [pgettext("paper", "To be collected until"), _last_day(told.collect_until) if told.collect_until else "–"],
    ]


def _signed(role: str, person: "User | None", at: datetime | None) -> dict[str, str]:
    return {"role": role, "name": str(person or ""), "at": _moment(at)}


def _last_day(until: datetime) -> str:
    """A time limit ends with a day: midnight is the end of the day before."""
    return date_format(timezone.localtime(until - timedelta(seconds=1)), "Y-m-d")


def _moment(at: datetime | None) -> str:
    return "" if at is None else date_format(timezone.localtime(at), "Y-m-d H:i")
