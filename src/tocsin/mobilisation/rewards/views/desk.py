"""Rewards for the desk: the list, one decision with its reasons, and what is done with it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.jurisdiction.face import may
from tocsin.mobilisation.hazard_reports.policy.routing import routing_policy
from tocsin.mobilisation.rewards.policy import reward_policy
from tocsin.mobilisation.rewards.queries import rewards as queries
from tocsin.mobilisation.rewards.rules import rights
from tocsin.mobilisation.rewards.rules.states import RewardState
from tocsin.mobilisation.rewards.services import deciding, drafting
from tocsin.mobilisation.rewards.services.deciding import FindingForm, StandingForm
from tocsin.mobilisation.rewards.shown.rewards import describe_act, describe_group, describe_reward
from tocsin.mobilisation.rewards.shown.words import KIND_NAMES, STATE_NAMES, budget_lines, unverified_line
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.columns import headed
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.screens.words import money

COLUMNS = headed(
    *("number", "state_name", "payee", "amount_yuan", "rule_name", "budget_line", "kind_name", "finding", "region_name"),
    *("verified", "decide_due", "proposed_by", "agreed_by", "agreed_at", "collect_until", "paid_by", "paid_at"),
)
EMPTY = EmptyState(
    gettext_lazy("A reward is proposed on the page of a report that was found true."),
    link=gettext_lazy("Reports by the public"),
    to="hazard_reports",
    over="which=",
)


@dataclass(frozen=True)
class Filters:
    """Which rewards the list shows."""

    which: queries.Which = "open"
    q: str = ""


@never_cache
@require_GET
def rewards(request: HttpRequest) -> HttpResponse:
    """The list."""
    chosen, now = read_filters(Filters, request.GET), current_time()
    found = queries.search_rewards(request.user, which=chosen.which, q=chosen.q, now=now)
    named = [(one.value, STATE_NAMES[one]) for one in RewardState if one is not RewardState.DROPPED]
    context = {
        "chosen": chosen,
        "choices": [("open", _("not finished")), ("late", _("late")), *named],
        "now": now,
        "unverified": "" if reward_policy().status.verified else unverified_line(),
    }
    return list_file(request, found, "rewards", COLUMNS, describe_reward) or list_page(
        request, found, "mobilisation/rewards/rewards.html", empty=EMPTY, part="", describe=describe_reward, context=context
    )


@never_cache
@require_GET
def reward(request: HttpRequest, reward_id: UUID) -> HttpResponse:
    """One decision: the sum with its reasons, the reports that are together, the acts open to the reader, what was done."""
    found = queries.visible_rewards(request.user).get(pk=reward_id)
    policy = reward_policy()
    context = {
        "reward": describe_reward(found),
        "reports": describe_group(found),
        "entries": [describe_act(one) for one in queries.entries_of(found)],
        "may_propose": may(request.user, rights.PROPOSE, found.region_code),
        "may_agree": may(request.user, rights.AGREE, found.region_code) and found.proposed_by_id != request.user.pk,
        "kinds": [(key, name) for key, name in KIND_NAMES.items()],
        "situations": [(one.code, one.name) for one in routing_policy(found.region_code).situation],
        "steps": [(f"{one:g}", f"{one * 100:g} %") for one in policy.payment.merit_steps],
        "budget_lines": budget_lines(),
        "merit": "" if found.merit is None else f"{found.merit:g}",
        "decided": found.state in ("agreed", "paid", "lapsed", "none"),
        "now": current_time(),
    }
    return render(request, "mobilisation/rewards/reward.html", context)


@act("rewards", alone=True)
def add_reward(request: HttpRequest, *, hazard_report_id: UUID, finding: Line) -> HttpResponse:
    """A further finding of an answered report."""
    made = drafting.add_reward(actor=actor_of(request), report_id=hazard_report_id, finding=finding, now=current_time())
    return redirect("reward", made.pk)


def _enter(request: HttpRequest, reward_id: UUID, *, form: FindingForm) -> str:
    done = deciding.enter_finding(actor=actor_of(request), reward_id=reward_id, form=form, now=current_time())
    return _("Judged: %(yuan)s.") % {"yuan": money(done.amount_yuan)}


def _propose(request: HttpRequest, reward_id: UUID) -> str:
    deciding.propose(actor=actor_of(request), reward_id=reward_id, now=current_time())
    return _("Proposed: another person of the desk decides.")


def _decide(request: HttpRequest, reward_id: UUID, *, agreed: bool, words: str) -> str:
    done = deciding.decide(actor=actor_of(request), reward_id=reward_id, agreed=agreed, words=words, now=current_time())
    if done.state == RewardState.DRAFT:
        return _("Declined: it goes back to who proposes.")
    return _("Decided: the reporter reads it by number and secret.")


def _drop(request: HttpRequest, reward_id: UUID, *, words: str) -> None:
    deciding.drop(actor=actor_of(request), reward_id=reward_id, words=words, now=current_time())


REWARD_ACTS: dict[str, Act] = {"enter": _enter, "propose": _propose, "decide": _decide, "drop": _drop}


@require_POST
def act_on_reward(request: HttpRequest, reward_id: UUID, name: str) -> HttpResponse:
    """One act upon the decision, by its name."""
    found = queries.visible_rewards(request.user).get(pk=reward_id)
    perform_and_tell(request, REWARD_ACTS, name, request, found.pk)
    return redirect("reward", reward_id)


@act("reward")
def enter_standing(request: HttpRequest, reward_id: UUID, hazard_report_id: UUID, *, form: StandingForm) -> str:
    """What is known of one report of the group."""
    deciding.enter_standing(
        actor=actor_of(request), reward_id=reward_id, hazard_report_id=hazard_report_id, form=form, now=current_time()
    )
    return _("Kept, and judged again.")
