"""One act upon an episode: its line, its state, its clock, its news. Every other service of episodes comes through here."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.base.ids import new_id
from tocsin.bus.services import record_event
from tocsin.engine.work.firm import EpisodeKind
from tocsin.records.face import record_audit
from tocsin.supervision.objects.models import PointsEvent
from tocsin.supervision.objects.services.ledger import note_event
from tocsin.supervision.work.events import EpisodeClosed, InspectionDemanded
from tocsin.supervision.work.models import Episode, EpisodeEntry
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.rules.episodes import BREACHES, CLOSED, DECIDED, EpisodeAct, EpisodeState, step
from tocsin.supervision.work.services.keeping import keep_as_decided
from tocsin.supervision.work.services.telling import end_question, tell_outcome, tell_question

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_PAST = {
    EpisodeAct.ASK: "asked",
    EpisodeAct.ANSWER: "answered",
    EpisodeAct.LAPSE: "left_unanswered",
    EpisodeAct.UNDELIVERED: "question_undelivered",
    EpisodeAct.SEND: "inspection_demanded",
    EpisodeAct.INSPECTED: "inspected",
    EpisodeAct.PROPOSE: "proposed",
    EpisodeAct.CONFIRM: "confirmed",
    EpisodeAct.EXPLAIN: "explained",
    EpisodeAct.DISMISS: "dismissed",
    EpisodeAct.WITHDRAW: "withdrawn",
    EpisodeAct.UNDO: "decision_undone",
    EpisodeAct.NOTE: "noted",
}
_STAYS = (EpisodeAct.NOTE, EpisodeAct.INSPECTED)


def apply_act(
    episode: Episode,
    act: EpisodeAct,
    *,
    actor: "User",
    data: Mapping[str, object],
    now: datetime,
    identity: UUID | None = None,
    at: datetime | None = None,
) -> Episode:
    """Writes the act down; call it in a transaction that holds the episode. Conflict where the episode is past it."""
    before = EpisodeState(episode.state)
    after = step(before, act)
    if after is None:
        raise Conflict(_("This episode is past that: look at it again."))
    told = dict(data)
    if act is EpisodeAct.ANSWER and before is not EpisodeState.ASKED:
        told["late"] = True
    if act is EpisodeAct.UNDO:
        told |= {"undone": before.value, "kept": episode.kept}
    EpisodeEntry.objects.create(id=identity or new_id(), episode=episode, act=act.value, at=at or now, actor=actor, data=told)
    if act not in _STAYS and after is not before:
        episode.state = after.value
        episode.due_at = _due(episode, act, now)
        episode.delivered_at = None if act is EpisodeAct.ASK else episode.delivered_at
        episode.decided_at = now if after in DECIDED else None
        if act is EpisodeAct.UNDO:
            episode.kept = {}
        episode.save(update_fields=["state", "due_at", "delivered_at", "decided_at", "kept"])
    details = {"object": episode.object.code, "kind": episode.kind, "from": before.value, "to": episode.state}
    record_audit(actor, f"episode.{_PAST[act]}", "episode", episode.pk, episode.region_code, details)
    _follow(episode, act, before, told, now)
    return episode


def _follow(episode: Episode, act: EpisodeAct, before: EpisodeState, data: Mapping[str, object], now: datetime) -> None:
    after = EpisodeState(episode.state)
    if before is EpisodeState.ASKED and after is not before:
        end_question(episode, now=now)
    if act is EpisodeAct.ASK:
        tell_question(episode, now=now)
    if act is EpisodeAct.SEND:
        _demand_inspection(episode)
    if after in CLOSED and before not in CLOSED:
        _close(episode, data, now)
    if act is EpisodeAct.UNDO:
        _undo(episode, before, now)


def _due(episode: Episode, act: EpisodeAct, now: datetime) -> datetime | None:
    """When the step that is waited for is due; a question first waits to be delivered."""
    following = work_policy().following
    if act is EpisodeAct.SEND:
        return now + timedelta(hours=following.inspect_within_h)
    if act is EpisodeAct.ASK:
        return now + timedelta(minutes=following.deliver_within_min)
    waits = (EpisodeAct.ANSWER, EpisodeAct.PROPOSE, EpisodeAct.UNDELIVERED, EpisodeAct.UNDO)
    return now + timedelta(hours=following.answer_within_h) if act in waits else None


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


def _close(episode: Episode, data: Mapping[str, object], now: datetime) -> None:
    outcome = EpisodeState(episode.state)
    if outcome in DECIDED:
        keep_as_decided(episode, now=now)
    if outcome is EpisodeState.CONFIRMED and EpisodeKind(episode.kind) in BREACHES:
        note_event(
            supervised_object=episode.object,
            kind="production_during_stop",
            key=_line_key(episode),
            began_on=now.date(),
            evidence={"episode": str(episode.pk), "kind": episode.kind, "inspection": data.get("number", "")},
            now=now,
        )
    record_event(
        EpisodeClosed(episode_id=str(episode.pk), object_id=str(episode.object_id), outcome=outcome.value),
        region=episode.region_code,
    )
    tell_outcome(episode, now=now)


def _undo(episode: Episode, before: EpisodeState, now: datetime) -> None:
    """The red line that a decision drew goes with it, as if it had never been drawn: the day's ledger keeps what it said."""
    if before is EpisodeState.CONFIRMED:
        PointsEvent.objects.filter(object=episode.object, key=_line_key(episode)).delete()
    tell_outcome(episode, undone=before.value, now=now)


def _line_key(episode: Episode) -> str:
    return f"episode:{episode.pk}"
