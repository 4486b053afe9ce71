"""What is done with an episode: ask the firm, answer, send somebody to look, say what it was. Each act is a line that stays."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import new_id
from tocsin.bus.services import record_event
from tocsin.engine.work.firm import EpisodeKind
from tocsin.fieldwork.queries import FieldActs
from tocsin.fieldwork.rules import ActData, NewAct, moment_of_act
from tocsin.jurisdiction.face import require, system_actor
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.services.ledger import note_event
from tocsin.supervision.tasks.rules.acts import TaskVerdict
from tocsin.supervision.work.events import EpisodeClosed, InspectionDemanded
from tocsin.supervision.work.models import Episode, EpisodeEntry
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.queries.board import visible_episodes
from tocsin.supervision.work.rules.episodes import BY_PERSONS, CLOSED, EpisodeAct, EpisodeState, FirstStep, step

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_BREACHES = (EpisodeKind.HIDDEN_PRODUCTION, EpisodeKind.PARTIAL_HIDDEN_PRODUCTION)
_AT_ONCE = 50
_NEEDS_WORDS = (EpisodeAct.ANSWER, EpisodeAct.EXPLAIN, EpisodeAct.DISMISS, EpisodeAct.NOTE, EpisodeAct.CONFIRM)
_PERMISSIONS = {
    EpisodeAct.ASK: rights.INSPECT,
    EpisodeAct.SEND: rights.INSPECT,
    EpisodeAct.CONFIRM: rights.INSPECT,
    EpisodeAct.EXPLAIN: rights.INSPECT,
    EpisodeAct.DISMISS: rights.INSPECT,
    EpisodeAct.NOTE: rights.INSPECT,
}


@transaction.atomic
def act_on_episode(*, actor: "User", episode_id: UUID, act: str, text: str = "", now: datetime) -> Episode:
    """One act of a person. The firm's own people answer; everything else is done by inspectors and heads of supervision.

    Conflict where the episode is past it; InvalidInput for an unknown act, or where words are needed and missing.
    """
    if act not in BY_PERSONS:
        raise InvalidInput(_("%(act)s is no act upon an episode.") % {"act": act})
    wanted = EpisodeAct(act)
    episode = Episode.objects.select_for_update().select_related("object").get(pk=episode_id)
    if wanted is EpisodeAct.ANSWER:
        owner = {episode.object.organisation_id} - {None}
        require(actor, rights.OWN, episode.region_code, owner)
    else:
        require(actor, _PERMISSIONS[wanted], episode.region_code)
    if wanted in _NEEDS_WORDS and not text.strip():
        raise InvalidInput(_("Say it in words, too."))
    return _apply(episode, wanted, actor=actor, data={"text": text.strip()[:2000]}, now=now)


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
    episode = Episode.objects.select_for_update().select_related("object").get(pk=act.subject_id)
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
    _apply(episode, EpisodeAct.ANSWER, actor=actor, data=data, now=now, identity=act.id, at=at)
    return _kept(EpisodeEntry.objects.get(pk=act.id))


def _kept(entry: EpisodeEntry) -> KeptAnswer:
    verdict = str(entry.data.get("verdict", TaskVerdict.GOES_ON.value))
    return KeptAnswer(entry.pk, verdict, EpisodeEntry.objects.filter(episode=entry.episode_id).count())


def note_case(*, episode_id: UUID, number: str) -> None:
    """The case that an episode became; call it in the transaction that opens the case."""
    Episode.objects.filter(pk=episode_id).update(case_number=number)


def follow_found(episode: Episode, *, first: FirstStep, now: datetime) -> Episode:
    """What the machine does with an episode that it has just found; call it in the transaction that writes it."""
    kind = EpisodeKind(episode.kind)
    within = work_policy().following.within(kind, first)
    if first is FirstStep.INSPECT:
        return _apply(episode, EpisodeAct.SEND, actor=system_actor(), data={}, now=now, within=within)
    if first is FirstStep.ASK:
        return _apply(episode, EpisodeAct.ASK, actor=system_actor(), data={}, now=now, within=within)
    episode.due_at = now + within
    episode.save(update_fields=["due_at"])
    return episode


def follow_further(episode: Episode, *, first: FirstStep, now: datetime) -> None:
    """A second kind of evidence has come while the episode lasts: what began with a question becomes an inspection."""
    if first is FirstStep.INSPECT and step(EpisodeState(episode.state), EpisodeAct.SEND) is not None:
        _apply(episode, EpisodeAct.SEND, actor=system_actor(), data={}, now=now)


def run_episode_clocks(*, now: datetime) -> int:
    """Questions whose time has passed without an answer; returns how many. What may be an accident is looked at then, the rest
    waits for a person: silence is no evidence.
    """
    late = Episode.objects.filter(state=EpisodeState.ASKED.value, due_at__lte=now).order_by("due_at")
    keys = list(late.values_list("pk", flat=True)[:_AT_ONCE])
    for key in keys:
        with transaction.atomic():
            episode = late.select_for_update(of=("self",)).select_related("object").filter(pk=key).first()
            if episode is None:  # answered meanwhile
                continue
            _apply(episode, EpisodeAct.LAPSE, actor=system_actor(), data={}, now=now)
            if EpisodeKind(episode.kind) in work_policy().following.urgent:
                _apply(episode, EpisodeAct.SEND, actor=system_actor(), data={}, now=now)
    return len(keys)


def _apply(
    episode: Episode,
    act: EpisodeAct,
    *,
    actor: "User",
    data: dict[str, str],
    now: datetime,
    within: timedelta | None = None,
    identity: UUID | None = None,
    at: datetime | None = None,
) -> Episode:
    before = EpisodeState(episode.state)
    after = step(before, act)
    if after is None:
        raise Conflict(_("This episode is past that: look at it again."))
    EpisodeEntry.objects.create(id=identity or new_id(), episode=episode, act=act.value, at=at or now, actor=actor, data=data)
    if act is not EpisodeAct.NOTE:
        episode.state = after.value
        episode.due_at = _due(EpisodeKind(episode.kind), act, now, within)
        episode.save(update_fields=["state", "due_at"])
    details = {"object": episode.object.code, "kind": episode.kind, "from": before.value, "to": episode.state}
    record_audit(actor, f"episode.{_PAST[act]}", "episode", episode.pk, episode.region_code, details)
    if act is EpisodeAct.SEND:
        _demand_inspection(episode)
    if after in CLOSED and act is not EpisodeAct.NOTE:
        _close(episode, after, now)
    return episode


_PAST = {
    EpisodeAct.ASK: "asked",
    EpisodeAct.ANSWER: "answered",
    EpisodeAct.LAPSE: "left_unanswered",
    EpisodeAct.SEND: "inspection_demanded",
    EpisodeAct.CONFIRM: "confirmed",
    EpisodeAct.EXPLAIN: "explained",
    EpisodeAct.DISMISS: "dismissed",
    EpisodeAct.NOTE: "noted",
}


def _due(kind: EpisodeKind, act: EpisodeAct, now: datetime, within: timedelta | None) -> datetime | None:
    following = work_policy().following
    if act is EpisodeAct.SEND:
        return now + (within or following.within(kind, FirstStep.INSPECT))
    if act is EpisodeAct.ASK:
        return now + (within or following.within(kind, FirstStep.ASK))
    return now + timedelta(hours=following.answer_within_h) if act is EpisodeAct.ANSWER else None


def _demand_inspection(episode: Episode) -> None:
    record_event(
        InspectionDemanded(
            episode_id=str(episode.pk),
            object_id=str(episode.object_id),
            kind=episode.kind,
            level=episode.level,
            within_h=work_policy().following.inspect_within_h,
        ),
        region=episode.region_code,
    )


def _close(episode: Episode, outcome: EpisodeState, now: datetime) -> None:
    if outcome is EpisodeState.CONFIRMED and episode.kind in _BREACHES:
        note_event(
            supervised_object=episode.object,
            kind="production_during_stop",
            key=f"episode:{episode.pk}",
            began_on=now.date(),
            evidence={"episode": str(episode.pk), "kind": episode.kind},
            now=now,
        )
    record_event(
        EpisodeClosed(episode_id=str(episode.pk), object_id=str(episode.object_id), outcome=outcome.value),
        region=episode.region_code,
    )


FIELD_ACTS = FieldActs(acts=(EpisodeAct.ANSWER,), data=ActData, enter=enter_answer)
