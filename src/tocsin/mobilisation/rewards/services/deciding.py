"""What the desk does with a reward: enters what the sum rests on, proposes it; a second person agrees or declines."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.face import require
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.routing import routing_policy
from tocsin.mobilisation.hazard_reports.rules.states import RewardStep
from tocsin.mobilisation.rewards.models import Reward, RewardStanding
from tocsin.mobilisation.rewards.policy import REWARDS, reward_words
from tocsin.mobilisation.rewards.queries.cases import group_of, lead_of
from tocsin.mobilisation.rewards.queries.rewards import visible_rewards
from tocsin.mobilisation.rewards.rules import rights, states
from tocsin.mobilisation.rewards.rules.judging import Because, FindingKind
from tocsin.mobilisation.rewards.rules.states import UNPAID, RewardAct, RewardState
from tocsin.mobilisation.rewards.rules.telling import Matter
from tocsin.mobilisation.rewards.services.acting import (
    acting,
    judge_again,
    locked,
    note_act,
    read_fine,
    require_unchanged,
    tell_report,
)
from tocsin.mobilisation.rewards.services.drafting import ENDED
from tocsin.mobilisation.rewards.services.telling import end_notices, tell_body, tell_proposer

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User
    from tocsin.jurisdiction.rights.rules import Permission

MOST_YUAN = 10**12


@dataclass(frozen=True, kw_only=True)
class FindingForm:
    """What the sum of one finding rests on, as an officer enters it. What is not known yet is left out."""

    kind: FindingKind
    finding: str = ""
    situation: str = ""
    fine_yuan: int | None = None
    deaths: int | None = None
    merit: Decimal | None = None
    known_at: datetime | None = None
    budget_line: str = ""


@dataclass(frozen=True, kw_only=True)
class StandingForm:
    """What officers know of one report of the group beyond what it says itself.

    Signers are shown to nobody again: left empty they stay as they were entered, a single `-` takes them away.
    """

    excluded: bool = False
    insider: bool | None = None
    complete_at: datetime | None = None
    signers: str = ""
    payee: str = ""
    covers: str = ""


def require_officer(actor: "Person", permission: "Permission", reward_id: UUID) -> Reward:
    """The reward, for who may do this there; Reward.DoesNotExist out of reach, NotAllowed for who only sees it."""
    reward = visible_rewards(actor).get(pk=reward_id)
    require(actor, permission, reward.region_code)
    return reward


def enter_finding(*, actor: "User", reward_id: UUID, form: FindingForm, now: datetime) -> Reward:
    """What the sum rests on; the rules answer at once."""
    require_officer(actor, rights.PROPOSE, reward_id)
    _require_figures(form)
    with acting(reward_id, RewardAct.ENTER, actor=actor, now=now) as step:
        reward = step.reward
        reward.finding, reward.budget_line = form.finding.strip()[:200], form.budget_line.strip()[:100]
        reward.kind, reward.situation = form.kind, form.situation.strip()[:60]
        reward.deaths, reward.merit = form.deaths, form.merit
        _take_fine(reward, form.fine_yuan)
        reward.known_at = form.known_at
        judge_again(reward, now=now)
        step.note(kind=form.kind, yuan=reward.amount_yuan, verdict=reward.verdict)
    return step.reward


def _take_fine(reward: Reward, typed: int | None) -> None:
    """What the firm's file says holds, unless an officer types another sum: that is marked, and stays until it is taken out."""
    reward.fine_from = ""
    read_fine(reward)
    if typed is not None and typed != reward.fine_yuan:
        reward.fine_yuan, reward.fine_from = typed, states.BY_HAND


def _require_figures(form: FindingForm) -> None:
    policy = REWARDS.current()
    if form.merit is not None and float(form.merit) not in policy.payment.merit_steps:
        told = ", ".join(f"{one:g}" for one in policy.payment.merit_steps)
        raise InvalidInput(_("Merit is judged in these steps: %(steps)s.") % {"steps": told})
    for value in (form.fine_yuan, form.deaths):
        if value is not None and not 0 <= value <= MOST_YUAN:
            raise InvalidInput(_("A fine and a number of deaths are 0 or more, and at most %(most)d.") % {"most": MOST_YUAN})
    if form.kind == "listed" and form.situation.strip() not in routing_policy().situations:
        raise InvalidInput(_("The list has no situation %(code)s.") % {"code": form.situation.strip() or "–"})


@transaction.atomic
def enter_standing(*, actor: "User", reward_id: UUID, hazard_report_id: UUID, form: StandingForm, now: datetime) -> Reward:
    """What officers know of one report of the group: it counts for all rewards of the group that are not paid yet."""
    require_officer(actor, rights.PROPOSE, reward_id)
    reward = locked(reward_id)
    if reward.state not in UNPAID:
        raise Conflict(_("The reward has gone on meanwhile: this can't be done as it stands now."))
    group = {one.pk: one for one in group_of(reward.report)}
    if hazard_report_id not in group:
        raise InvalidInput(_("This report is not among those of the reward."))
    report = group[hazard_report_id]
    if form.complete_at is not None and not report.received_at <= form.complete_at <= now:
        raise InvalidInput(_("A report is complete when it is received or later, and not in the future."))
    signers, payee = _signers(report, form)
    if payee and payee not in signers:
        raise InvalidInput(_("Whom a joint report names is one of its signers."))
    numbers = set(Reward.objects.filter(report__in=group).values_list("number", flat=True))
    covers = [one.strip() for one in form.covers.replace(",", "\n").splitlines() if one.strip()]
    if unknown := [one for one in covers if one not in numbers]:
        raise InvalidInput(_("There is no reward %(number)s here.") % {"number": unknown[0]})
    told = {"excluded": form.excluded, "insider": form.insider, "complete_at": form.complete_at, "signers": signers}
    RewardStanding.objects.update_or_create(report=report, defaults={**told, "payee": payee, "covers": covers})
    shown: dict[str, Any] = {"report": report.number, "excluded": form.excluded, "insider": form.insider, "covers": covers}
    note_act(reward, RewardAct.STANDING, actor=actor, now=now, **shown, signers=len(signers))
    for one in Reward.objects.filter(report__in=group, state__in=[state.value for state in UNPAID]):
        judge_again(one, now=now)
    return Reward.objects.get(pk=reward_id)


def _signers(report: HazardReport, form: StandingForm) -> tuple[list[str], str]:
    """Those of a joint report and the one named in writing."""
    said, payee = form.signers.strip(), form.payee.strip()
    if said == "-":
        return [], payee
    if said:
        return [one.strip()[:60] for one in said.splitlines() if one.strip()][:20], payee
    kept = RewardStanding.objects.filter(report=report).first()
    return (list(kept.signers), payee or kept.payee) if kept else ([], payee)


def propose(*, actor: "User", reward_id: UUID, now: datetime) -> Reward:
    """The first of two persons proposes what the rules answer."""
    require_officer(actor, rights.PROPOSE, reward_id)
    with acting(reward_id, RewardAct.PROPOSE, actor=actor, now=now) as step:
        reward = step.reward
        judge_again(reward, now=now)
        _require_ready(reward)
        reward.state, reward.proposed_by, reward.proposed_at = RewardState.PROPOSED.value, actor, now
        step.note(**_figures(reward))
        end_notices(reward, now, Matter.DRAFTED, Matter.DECLINED, Matter.CHANGED)
        tell_body(reward, Matter.PROPOSED, now=now)
    return step.reward


def _require_ready(reward: Reward) -> None:
    if lead_of(HazardReport.objects.get(pk=reward.report_id)).state not in ENDED:
        raise Conflict(_("The report is being looked at again: answer it first."))
    if reward.verdict == "cannot_tell":
        because = [Because(one["reason"], one["figures"]) for one in reward.because]
        language = "zh" if (get_language() or "zh").startswith("zh") else "en"
        missing = reward_words().sentence(because, language)
        raise Conflict(_("It can't be told yet: %(missing)s.") % {"missing": missing})
    if reward.verdict == "reward" and not reward.budget_line:
        raise InvalidInput(_("Say from which budget line it is paid."))


def decide(*, actor: "User", reward_id: UUID, agreed: bool, words: str, now: datetime) -> Reward:
    """A second person agrees, or declines with a reason; from then on it is frozen."""
    known = require_officer(actor, rights.AGREE, reward_id)
    if known.proposed_by_id == actor.pk:
        raise NotAllowed(_("Another person decides this."))
    if not agreed and not words.strip():
        raise InvalidInput(_("Say why."))
    require_unchanged(reward_id, now=now)
    act = RewardAct.AGREE if agreed else RewardAct.DECLINE
    with acting(reward_id, act, actor=actor, now=now) as step:
        reward = step.reward
        if reward.proposed_by_id == actor.pk:
            raise NotAllowed(_("Another person decides this."))
        if agreed:
            _agree(reward, actor, now)
            decided = RewardStep.DECIDED if reward.state == RewardState.AGREED else RewardStep.NONE
            tell_report(reward, decided, actor=actor, now=now)
            tell_proposer(reward, now=now)
        else:
            reward.state, reward.proposed_by, reward.proposed_at = RewardState.DRAFT.value, None, None
            tell_body(reward, Matter.DECLINED, now=now)
        step.note(words, **_figures(reward))
        end_notices(reward, now, Matter.PROPOSED, Matter.LATE)
    return step.reward


def _agree(reward: Reward, actor: "User", now: datetime) -> None:
    terms = REWARDS.current(at=now).payment
    paid = reward.verdict == "reward"
    reward.state = (RewardState.AGREED if paid else RewardState.NONE).value
    reward.agreed_by, reward.agreed_at = actor, now
    if paid:
        reward.collect_until = states.collect_until(now, terms.collect_within_days, timezone.get_default_timezone())


def drop(*, actor: "User", reward_id: UUID, words: str, now: datetime) -> Reward:
    """A draft that another reward answers for, or that was made by mistake, goes, with a reason."""
    require_officer(actor, rights.PROPOSE, reward_id)
    if not words.strip():
        raise InvalidInput(_("Say why."))
    with acting(reward_id, RewardAct.DROP, actor=actor, now=now) as step:
        step.reward.state = RewardState.DROPPED.value
        step.note(words)
        end_notices(step.reward, now, *Matter)
    return step.reward


def _figures(reward: Reward) -> dict[str, Any]:
    payee = reward.payee.number if reward.payee is not None else ""
    return {"report": payee, "yuan": reward.amount_yuan, "rule": reward.rule, "verdict": reward.verdict}
