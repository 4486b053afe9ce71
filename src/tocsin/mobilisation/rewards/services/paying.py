"""A reward is claimed by the reporter's secret and paid out by a cashier against the claim's code: once, and nobody says who."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.bus.services import in_one_transaction
from tocsin.jurisdiction.face import may
from tocsin.mobilisation.hazard_reports.rules.secrets import hash_of, new_secret, read_secret
from tocsin.mobilisation.hazard_reports.rules.states import RewardStep
from tocsin.mobilisation.hazard_reports.services.following import Key, open_report
from tocsin.mobilisation.rewards.models import Reward
from tocsin.mobilisation.rewards.queries.rewards import loaded
from tocsin.mobilisation.rewards.rules import rights
from tocsin.mobilisation.rewards.rules.states import (
    ClaimVerdict,
    RewardAct,
    RewardState,
    is_one_of_the_officers,
    judge_claim,
)
from tocsin.mobilisation.rewards.rules.telling import Matter
from tocsin.mobilisation.rewards.services.acting import changed, judge_again, locked, note_act, require_unchanged, tell_report
from tocsin.mobilisation.rewards.services.telling import end_notices, tell_body

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True)
class Claim:
    """A claim as the reporter gets it: the code is shown this once, and its hash alone is kept."""

    reward: Reward
    code: str = field(repr=False)


def claim(*, key: Key, reward_id: UUID, now: datetime) -> Claim:
    """The reporter claims a reward. Asked again, a new code takes the place of the old one, until it is paid."""
    report = open_report(key)
    known = Reward.objects.filter(pk=reward_id, payee=report).first()
    if known is None:
        raise NotAllowed(_("There is no reward for this report."))
    _require_open(known, now, by="secret")
    require_unchanged(reward_id, now=now)
    code = new_secret()
    claimed = hash_of(read_secret(code) or "")

    def work() -> Reward:
        reward = locked(reward_id)
        open_now = judge_claim(RewardState(reward.state), reward.collect_until, now) is ClaimVerdict.OPEN
        if not open_now or reward.payee_id != report.pk:
            raise Conflict(_("The reward has gone on meanwhile: open your report again."))
        reward.claim_sha256, reward.claimed_at = claimed, now
        reward.save(update_fields=["claim_sha256", "claimed_at"])
        note_act(reward, RewardAct.CLAIM, actor=None, now=now)
        return reward

    return Claim(in_one_transaction(work), code)


def look_up(*, actor: "User", code: str, now: datetime) -> Reward:
    """The reward of a claim code, for a cashier. A code that was paid already is shown so, which is recorded and told."""
    reward = _of_code(actor, code)
    if reward.state == RewardState.PAID:
        tell_second_use(reward, actor=actor, by="code", now=now)
    return reward


def pay(*, actor: "User", code: str, payment_id: UUID, now: datetime) -> Reward:
    """It was paid in cash. The same payment sent twice is one; another one of the same code is refused, recorded and told."""
    known = _of_code(actor, code)
    if is_one_of_the_officers(actor.pk, known.proposed_by_id, known.agreed_by_id):
        raise NotAllowed(_("Who decided this reward does not pay it out: another person does."))
    if known.state == RewardState.PAID and known.payment_id == payment_id and known.paid_by_id == actor.pk:
        return known
    _require_open(known, now, by="code", actor=actor)
    paid = in_one_transaction(lambda: _pay(known, actor, payment_id, now))
    if paid is None:
        raise changed()
    if not paid:
        known.refresh_from_db()
        if known.payment_id == payment_id:
            return known
        _require_open(known, now, by="code", actor=actor)
        raise Conflict(_("The claim has changed meanwhile: look the code up again."))
    return loaded(Reward.objects.all()).get(pk=known.pk)


def _pay(known: Reward, actor: "User", payment_id: UUID, now: datetime) -> bool | None:
    """Whether this payment is the one that counts; None where the decision fell meanwhile, which stays so."""
    reward = locked(known.pk)
    if judge_again(reward, now=now):
        return None
    paid = {"state": RewardState.PAID.value, "paid_by": actor, "paid_at": now, "payment_id": payment_id}
    still = Reward.objects.filter(
        pk=known.pk, state=RewardState.AGREED.value, claim_sha256=known.claim_sha256, collect_until__gt=now
    )
    if not still.update(**paid):
        return False
    payee = reward.payee.number if reward.payee else ""
    note_act(reward, RewardAct.PAY, actor=actor, now=now, report=payee, yuan=reward.amount_yuan)
    tell_report(reward, RewardStep.PAID, actor=actor, now=now)
    end_notices(reward, now, *(one for one in Matter if one is not Matter.SECOND_USE))
    return True


def _of_code(actor: "User", code: str) -> Reward:
    plain = read_secret(code)
    if plain is None:
        raise InvalidInput(_("The code was mistyped: it has 16 signs, and the last one does not fit the others."))
    reward = loaded(Reward.objects.filter(claim_sha256=hash_of(plain))).first()
    if reward is None or not may(actor, rights.PAY, reward.region_code):
        raise NotAllowed(
            _("No reward has this code: a newer code took its place, or the decision was opened again. The reporter asks anew.")
        )
    return reward


def _require_open(reward: Reward, now: datetime, *, by: str, actor: "User | None" = None) -> None:
    """Conflict, in words, for what is paid, over, or not decided."""
    match judge_claim(RewardState(reward.state), reward.collect_until, now):
        case ClaimVerdict.PAID:
            tell_second_use(reward, actor=actor, by=by, now=now)
            raise Conflict(_("This reward has been paid already. That it was asked for again is recorded."))
        case ClaimVerdict.LAPSED:
            raise Conflict(_("The time to collect this reward is over: it counts as given up."))
        case ClaimVerdict.NOT_DECIDED:
            raise Conflict(_("This reward is not decided: nothing can be claimed yet."))


@transaction.atomic
def tell_second_use(reward: Reward, *, actor: "User | None", by: str, now: datetime) -> None:
    """A paid reward was asked for again: recorded each time, told to the body once a day."""
    note_act(reward, RewardAct.SECOND_USE, actor=actor, now=now, by=by)
    tell_body(reward, Matter.SECOND_USE, now=now, stamp=f"{now:%Y%m%d}", urgent=True)
