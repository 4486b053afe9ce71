"""Episodes and their lines as people, programs and the firm's phone read them."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

from tocsin.supervision.evidence.shown import source_name
from tocsin.supervision.work.rules.episodes import EpisodeAct, EpisodeState, step
from tocsin.supervision.work.shown.names import (
    ACT_NAMES,
    EPISODE_STATES,
    KIND_NAMES,
    kind_name,
    why_words,
)
from tocsin.supervision.work.shown.votes import WorkVoteOut, describe_vote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.supervision.work.models import Episode, EpisodeEntry


class FirmQuestionEntryOut(Schema):
    id: UUID
    act: str
    act_name: str
    text: str
    at: datetime
    actor: str
    data: dict[str, str]
    conflict: str = Field(description="empty where the line counts")


class FirmQuestionOut(Schema):
    """Something in the firm's work that the authority asks about."""

    id: UUID
    object_name: str
    name: str
    start_at: datetime
    end_at: datetime | None
    why: list[str]
    waits: bool = Field(description="for an answer of the firm")
    state_name: str
    due_at: datetime | None
    entries: list[FirmQuestionEntryOut]


class EpisodeWhyOut(Schema):
    code: str
    figure: float
    words: str


class EpisodeOut(Schema):
    """Something in a firm's work that needs a person; suspected until somebody confirms it."""

    id: UUID
    object_id: UUID
    object: str
    kind: str = Field(description=f"one of {', '.join(KIND_NAMES)}")
    kind_name: str
    level: str = Field(description="red, orange, yellow, or task: a meter's keeper")
    meter: str | None
    start_at: datetime
    end_at: datetime | None = Field(description="none while it lasts")
    detected_at: datetime = Field(description="when the last record came that was needed to tell")
    probability: float
    why: list[EpisodeWhyOut]
    state: str
    state_name: str
    due_at: datetime | None
    delivered_at: datetime | None = Field(description="when the question that waits reached the firm: its time runs from then")
    decided_at: datetime | None = Field(description="a person decided: since then nothing of it is moved")
    case_number: str


class EpisodeEntryOut(Schema):
    act: str
    act_name: str
    at: datetime
    by: str
    text: str
    late: bool = Field(description="an answer after its time: taken, and told as late")
    inspection: str = Field(description="id of the inspection that shows it, or empty")
    number: str = Field(description="its number")


class KeptOrderOut(Schema):
    """An order as it stood when somebody decided."""

    number: str
    kind: str
    scope: str
    first: str
    last: str
    served_at: str
    resumed_at: str


class KeptOut(Schema):
    """What a person decided on, as it was then; the curve is at `/episodes/ID/power`."""

    at: datetime
    p_working: float | None
    votes: list[WorkVoteOut]
    conflict: list[str]
    missing: list[str]
    orders: list[KeptOrderOut]


class EpisodeDetailOut(EpisodeOut):
    entries: list[EpisodeEntryOut]
    kept: KeptOut | None = Field(description="none before a decision")


def describe_episode(episode: "Episode") -> EpisodeOut:
    """One episode as plain values."""
    return EpisodeOut(
        id=episode.pk,
        object_id=episode.object_id,
        object=episode.object.name,
        kind=episode.kind,
        kind_name=kind_name(episode.kind),
        level=episode.level,
        meter=episode.meter.code if episode.meter is not None else None,
        start_at=episode.start_at,
        end_at=episode.end_at,
        detected_at=episode.detected_at,
        probability=episode.probability,
        why=[EpisodeWhyOut(code=code, figure=figure, words=why_words(code, figure)) for code, figure in episode.why],
        state=episode.state,
        state_name=str(EPISODE_STATES[EpisodeState(episode.state)]),
        due_at=episode.due_at,
        delivered_at=episode.delivered_at,
        decided_at=episode.decided_at,
        case_number=episode.case_number,
    )


def describe_entry(entry: "EpisodeEntry") -> EpisodeEntryOut:
    """One line of an episode."""
    return EpisodeEntryOut(
        act=entry.act,
        act_name=str(ACT_NAMES[EpisodeAct(entry.act)]),
        at=entry.at,
        by=str(entry.actor) if entry.actor is not None else "",
        text=str(entry.data.get("text", "")),
        late=bool(entry.data.get("late")),
        inspection=str(entry.data.get("inspection", "")),
        number=str(entry.data.get("number", "")),
    )


def outcome_words(state: str) -> str:
    """What became of an episode, in words."""
    return str(EPISODE_STATES[EpisodeState(state)])


def describe_kept(episode: "Episode") -> KeptOut | None:
    """What was decided on; None before a decision."""
    kept = episode.kept
    if not kept:
        return None
    return KeptOut(
        at=datetime.fromisoformat(kept["at"]),
        p_working=kept["p_working"],
        votes=[describe_vote(one) for one in kept["votes"]],
        conflict=[source_name(one) for one in kept["conflict"]],
        missing=[source_name(one) for one in kept["missing"]],
        orders=[KeptOrderOut(**one) for one in kept["orders"]],
    )


def describe_whole_episode(episode: "Episode", entries: "Iterable[EpisodeEntry]") -> EpisodeDetailOut:
    """One episode with its lines."""
    told = dict(describe_episode(episode))
    return EpisodeDetailOut(**told, entries=[describe_entry(one) for one in entries], kept=describe_kept(episode))


def describe_question(episode: "Episode", entries: "Iterable[EpisodeEntry]") -> FirmQuestionOut:
    """An episode as its firm's phone shows it: what was seen, and what was asked and answered."""
    return FirmQuestionOut(
        id=episode.pk,
        object_name=episode.object.name,
        name=kind_name(episode.kind),
        start_at=episode.start_at,
        end_at=episode.end_at,
        why=[why_words(code, figure) for code, figure in episode.why],
        waits=step(EpisodeState(episode.state), EpisodeAct.ANSWER) is not None,
        state_name=str(EPISODE_STATES[EpisodeState(episode.state)]),
        due_at=episode.due_at,
        entries=[_question_entry(one) for one in entries],
    )


def _question_entry(entry: "EpisodeEntry") -> FirmQuestionEntryOut:
    idle, late = _("came after it was answered or closed: kept, changes nothing"), _("late, and taken all the same")
    return FirmQuestionEntryOut(
        id=entry.pk,
        act=entry.act,
        act_name=str(ACT_NAMES[EpisodeAct(entry.act)]),
        text=str(entry.data.get("text", "")),
        at=entry.at,
        actor=str(entry.actor) if entry.actor is not None else "",
        data={},
        conflict=str(idle) if entry.data.get("verdict") else str(late) if entry.data.get("late") else "",
    )
