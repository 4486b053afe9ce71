"""The cashier's till: a claim code is entered, what is to be paid is shown, and that it was paid is pressed once."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.ids import new_id
from tocsin.mobilisation.rewards.queries.rewards import payable_rewards
from tocsin.mobilisation.rewards.rules.states import RewardState, is_one_of_the_officers
from tocsin.mobilisation.rewards.services import paying
from tocsin.mobilisation.rewards.shown.rewards import describe_reward
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.columns import headed
from tocsin.screens.forms import Line
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.screens.words import money

COLUMNS = headed("number", "state_name", "amount_yuan", "budget_line", "collect_until", "paid_by", "paid_at")
EMPTY = EmptyState(gettext_lazy("A reward comes here when it has been decided."))


@never_cache
@require_GET
def till(request: HttpRequest) -> HttpResponse:
    """Where a code is entered; what was claimed and is not collected yet, and what was paid."""
    found = payable_rewards(request.user)
    return list_file(request, found, "payments", COLUMNS, describe_reward) or list_page(
        request, found, "mobilisation/rewards/till.html", empty=EMPTY, part="", describe=describe_reward, context={}
    )


@never_cache
@act("reward_till", alone=True)
def look_up(request: HttpRequest, *, code: Line) -> HttpResponse:
    """What is to be paid for a code."""
    actor = actor_of(request)
    found = paying.look_up(actor=actor, code=code, now=current_time())
    context = {
        "reward": describe_reward(found),
        "code": code,
        "payment_id": new_id(),
        "officer": is_one_of_the_officers(actor.pk, found.proposed_by_id, found.agreed_by_id),
        "open": found.state == RewardState.AGREED and found.collect_until is not None and current_time() < found.collect_until,
    }
    return render(request, "mobilisation/rewards/claim.html", context)


@act("reward_till", alone=True)
def pay(request: HttpRequest, *, code: Line, payment_id: UUID) -> str:
    """It was paid in cash."""
    done = paying.pay(actor=actor_of(request), code=code, payment_id=payment_id, now=current_time())
    return _("%(number)s is paid: %(yuan)s. The voucher can be printed below.") % {
        "number": done.number,
        "yuan": money(done.amount_yuan),
    }
