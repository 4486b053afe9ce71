"""What persons do with an episode, and what the machine does by its clocks. Each act is a line that stays."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.engine.work.firm import EpisodeKind
from tocsin.fieldwork.queries import FieldActs
from tocsin.fieldwork.rules import ActData, NewAct, moment_of_act
from tocsin.jurisdiction.face import require, system_actor
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.tasks.rules.acts import TaskVerdict
from tocsin.supervision.work.models import Episode, EpisodeEntry
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.queries.board import visible_episodes
from tocsin.supervision.work.queries.episodes import evidence_for, proposer_of
from tocsin.supervision.work.rules.episodes import (
    BREACHES,
    BY_PERSONS,
    EpisodeAct,
    EpisodeState,
    FirstStep,
    Hold,
    hold,
    step,
)
from tocsin.supervision.work.services.acting import apply_act
from tocsin.supervision.work.services.telling import tell_proposal

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.jurisdiction.rights.rules import Permission

_AT_ONCE = 50
_NEEDS_WORDS = (
    EpisodeAct.ANSWER,
    EpisodeAct.EXPLAIN,
    EpisodeAct.DISMISS,
    EpisodeAct.NOTE,
    EpisodeAct.PROPOSE,
    EpisodeAct.CONFIRM,
    EpisodeAct.UNDO,
)


@transaction.atomic
def act_on_episode(
    *, actor: "User", episode_id: UUID, act: str, text: str = "", inspection_id: UUID | None = None, now: datetime
) -> Episode:
    """One act of a person. The firm's own people answer; everything else is done by inspectors and heads of supervision.

    A breach is proposed with the inspection that both inspectors have signed, and confirmed by another person with
    `supervision.lead`; so is a decision undone. Conflict where the episode is past it; InvalidInput for an unknown act, or where
    words or the inspection are missing; NotAllowed for one person in the place of two.
    """
    if act not in BY_PERSONS:
        raise InvalidInput(_("%(act)s is no act upon an episode.") % {"act": act})
    wanted = EpisodeAct(act)
    episode = _locked(episode_id)
    if wanted is EpisodeAct.ANSWER:
        require(actor, rights.OWN, episode.region_code, {episode.object.organisation_id} - {None})
    else:
        require(actor, _permission(wanted, episode), episode.region_code)
    if wanted in _NEEDS_WORDS and not text.strip():
        raise InvalidInput(_("Say it in words, too."))
    data: dict[str, object] = {"text": text.strip()[:2000]}
    if wanted is EpisodeAct.CONFIRM:
        _require_two(episode, actor)
    if wanted is EpisodeAct.PROPOSE:
        data |= _evidence(episode, inspection_id)
    apply_act(episode, wanted, actor=actor, data=data, now=now)
    if wanted is EpisodeAct.PROPOSE:
        tell_proposal(episode, now=now)
    return episode


def _permission(act: EpisodeAct, episode: Episode) -> "Permission":
    of_a_breach = EpisodeKind(episode.kind) in BREACHES and act is EpisodeAct.CONFIRM
    return rights.LEAD if of_a_breach or act is EpisodeAct.UNDO else rights.INSPECT


def _require_two(episode: Episode, actor: "User") -> None:
    verdict = hold(EpisodeKind(episode.kind), EpisodeState(episode.state), is_proposer=proposer_of(episode) == actor.pk)
    if verdict is Hold.TWO_PERSONS:
        raise Conflict(_("This turns the code red: one person proposes it by a signed inspection, another one confirms."))
    if verdict is Hold.ONESELF:
        raise NotAllowed(_("Two persons: whoever proposed it does not confirm it."))


def _evidence(episode: Episode, inspection_id: UUID | None) -> dict[str, object]:
    if EpisodeKind(episode.kind) not in BREACHES:
        raise Conflict(_("Only production against an order is proposed; confirm this episode, or accept its reason."))
    found = evidence_for(episode).filter(pk=inspection_id).first() if inspection_id else None
    if found is None:
        raise InvalidInput(_("Name the inspection of this firm, signed by both inspectors, that shows it."))
    return {"inspection": str(found.pk), "number": found.number}


@dataclass(frozen=True)
class KeptAnswer:
    """What became of an answer that a phone sent: the line that was kept, and whether it counts."""

    pk: UUID
    verdict: str
    version: int


@transaction.atomic
def enter_answer(*, actor: "User", act: NewAct[ActData]) -> KeptAnswer:
    """The firm's answer from its phone, perhaps without a network and some time ago. The same id twice is one answer.

    Episode.DoesNotExist where the firm was not asked; InvalidInput without words. What comes after the episode was closed or
    answered is kept as a line without effect.
    """
    now = current_time()
    known = EpisodeEntry.objects.filter(pk=act.id).first()
    if known is not None:
        if known.episode_id != act.subject_id:
            raise Conflict(_("Another entry has this id."))
        return _kept(known)
    visible_episodes(actor).get(pk=act.subject_id)
    episode = _locked(act.subject_id)
    require(actor, rights.OWN, episode.region_code, {episode.object.organisation_id} - {None})
    if not act.data.text.strip():
        raise InvalidInput(_("Say it in words, too."))
    asked = episode.entries.filter(act=EpisodeAct.ASK).order_by("-at").first()
    at = moment_of_act(act.at, since=asked.at if asked else episode.detected_at, now=now)
    data = {"text": act.data.text.strip()}
    if step(EpisodeState(episode.state), EpisodeAct.ANSWER) is None:
        late = {**data, "verdict": TaskVerdict.ALREADY.value}
        return _kept(
            EpisodeEntry.objects.create(id=act.id, episode=episode, act=EpisodeAct.ANSWER.value, at=at, actor=actor, data=late)
        )
    apply_act(episode, EpisodeAct.ANSWER, actor=actor, data=data, now=now, identity=act.id, at=at)
    return _kept(EpisodeEntry.objects.get(pk=act.id))


def _kept(entry: EpisodeEntry) -> KeptAnswer:
    verdict = str(entry.data.get("verdict", TaskVerdict.GOES_ON.value))
    return KeptAnswer(entry.pk, verdict, EpisodeEntry.objects.filter(episode=entry.episode_id).count())


def note_case(*, episode_id: UUID, number: str) -> None:
    """The case that an episode became; call it in the transaction that opens the case."""
    Episode.objects.filter(pk=episode_id).update(case_number=number)


def decide_by_inspection(
    *, episode_id: UUID, seen: bool | None, inspection_id: UUID, number: str, first: "User", second: "User", now: datetime
) -> Episode:
    """Two inspectors have signed what they saw; call it in the transaction of the second signature.

    Production `seen` confirms a breach by both signatures, none refutes it; None, and whatever is no breach, waits for a person
    with the inspection as its evidence. An episode that is closed is left as it is.
    """
    episode = _locked(episode_id)
    data = {"inspection": str(inspection_id), "number": number}
    state = EpisodeState(episode.state)
    if step(state, EpisodeAct.INSPECTED) is None:
        return episode
    apply_act(episode, EpisodeAct.INSPECTED, actor=first, data=data, now=now)
    if EpisodeKind(episode.kind) not in BREACHES or seen is None:
        return episode
    if not seen:
        return apply_act(episode, EpisodeAct.DISMISS, actor=second, data=data, now=now)
    if step(state, EpisodeAct.PROPOSE) is not None:
        apply_act(episode, EpisodeAct.PROPOSE, actor=first, data=data, now=now)
    return apply_act(episode, EpisodeAct.CONFIRM, actor=second, data=data, now=now)


def follow_found(episode: Episode, *, first: FirstStep, now: datetime) -> Episode:
    """What the machine does with an episode that it has just found; call it in the transaction that writes it."""
    if first is FirstStep.INSPECT:
        return apply_act(episode, EpisodeAct.SEND, actor=system_actor(), data={}, now=now)
    if first is FirstStep.ASK:
        return apply_act(episode, EpisodeAct.ASK, actor=system_actor(), data={}, now=now)
    episode.due_at = now + work_policy().following.within(EpisodeKind(episode.kind), first)
    episode.save(update_fields=["due_at"])
    return episode


def follow_further(episode: Episode, *, first: FirstStep, now: datetime) -> None:
    """A second kind of evidence has come while the episode lasts: what began with a question becomes an inspection."""
    if first is FirstStep.INSPECT and step(EpisodeState(episode.state), EpisodeAct.SEND) is not None:
        apply_act(episode, EpisodeAct.SEND, actor=system_actor(), data={}, now=now)


def withdraw(episode: Episode, *, now: datetime) -> None:
    """The machine no longer finds it, as later records or orders tell: its question waits for nobody and counts nowhere."""
    if step(EpisodeState(episode.state), EpisodeAct.WITHDRAW) is not None:
        apply_act(episode, EpisodeAct.WITHDRAW, actor=system_actor(), data={}, now=now)


def run_episode_clocks(*, now: datetime) -> int:
    """Questions whose time has passed; returns how many. One that reached nobody is not unanswered: somebody asks in another way.

    What may be an accident is looked at then, the rest waits for a person: silence is no evidence.
    """
    late = Episode.objects.filter(state=EpisodeState.ASKED.value, due_at__lte=now).order_by("due_at")
    keys = list(late.values_list("pk", flat=True)[:_AT_ONCE])
    for key in keys:
        with transaction.atomic():
            episode = late.select_for_update(of=("self",)).select_related("object__organisation").filter(pk=key).first()
            if episode is None:  # answered meanwhile
                continue
            act = EpisodeAct.LAPSE if episode.delivered_at is not None else EpisodeAct.UNDELIVERED
            apply_act(episode, act, actor=system_actor(), data={}, now=now)
            if EpisodeKind(episode.kind) in work_policy().following.urgent:
                apply_act(episode, EpisodeAct.SEND, actor=system_actor(), data={}, now=now)
    return len(keys)


def _locked(episode_id: UUID) -> Episode:
    return (
        Episode.objects.select_for_update(of=("self",))
        .select_related("object__organisation", "object__competent")
        .get(pk=episode_id)
    )


FIELD_ACTS = FieldActs(acts=(EpisodeAct.ANSWER,), data=ActData, enter=enter_answer)
