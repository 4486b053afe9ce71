"""One episode's evidence, its persons, and what its question counts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tocsin.engine.work.firm import EpisodeKind
from tocsin.jurisdiction.face import may
from tocsin.supervision.objects.queries.supervisors import supervisor_of
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.work.models import Episode, EpisodeEntry
from tocsin.supervision.work.rules.episodes import (
    BREACHES,
    BY_PERSONS,
    DECIDED,
    EpisodeAct,
    EpisodeState,
    Hold,
    hold,
    step,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import Organisation, Person


def cases_of_open_episodes() -> set[str]:
    """Numbers of the cases of episodes that nobody has decided."""
    undecided = Episode.objects.exclude(case_number="").exclude(state__in=[*DECIDED, EpisodeState.WITHDRAWN])
    return set(undecided.values_list("case_number", flat=True))


def evidence_for(episode: Episode) -> QuerySet[Any]:
    """Inspections of the firm that both inspectors have signed since the episode began, the newest first."""
    return episode.object.inspections.filter(confirmed_at__isnull=False, ended_at__gte=episode.start_at).order_by("-ended_at")


def acts_for(user: "Person", episode: Episode) -> list[EpisodeAct]:
    """What the reader may do with it now, by right and by how far it is; two persons where it would turn the code red."""
    state, kind = EpisodeState(episode.state), EpisodeKind(episode.kind)
    inspects, leads = (may(user, one, episode.region_code) for one in (rights.INSPECT, rights.LEAD))
    owns = may(user, rights.OWN, episode.region_code, {episode.object.organisation_id} - {None})
    held = hold(kind, state, is_proposer=proposer_of(episode) == getattr(user, "pk", None)) is Hold.GOOD
    allowed = {
        EpisodeAct.ANSWER: owns,
        EpisodeAct.PROPOSE: inspects and kind in BREACHES,
        EpisodeAct.CONFIRM: held and (leads if kind in BREACHES else inspects),
        EpisodeAct.UNDO: leads,
    }
    return [act for act in EpisodeAct if act in BY_PERSONS and step(state, act) is not None and allowed.get(act, inspects)]


def proposer_of(episode: Episode) -> UUID | None:
    """Who proposed last that it was a breach."""
    found = episode.entries.filter(act=EpisodeAct.PROPOSE).order_by("-at", "-pk").first()
    return found.actor_id if found is not None else None


def demands_without_inspection() -> QuerySet[Episode]:
    """Episodes whose inspection is demanded and for which nobody is named yet, the oldest first."""
    named: QuerySet[Any] = Episode.objects.filter(pk=OuterRef("pk"), inspections__isnull=False)
    rows = Episode.objects.filter(~Exists(named), state=EpisodeState.INSPECTION.value)
    return rows.select_related("object__competent", "object__organisation").order_by("due_at")


def supervisor_of_episode(episode_id: str, at: datetime) -> "Organisation | None":
    """The body that supervises the firm of this episode; None for one that is not there."""
    try:
        wanted = UUID(episode_id)
    except ValueError:
        return None
    episode = Episode.objects.select_related("object__competent").filter(pk=wanted).first()
    return supervisor_of(episode.object, at) if episode is not None else None


def decided_references(references: "Iterable[UUID]") -> dict[UUID, str]:
    """Of these episodes the closed ones with what they were."""
    closed = [one.value for one in (*DECIDED, EpisodeState.WITHDRAWN)]
    return dict(Episode.objects.filter(pk__in=list(references), state__in=closed).values_list("pk", "state"))


def with_question_counts(episodes: QuerySet[Episode], *, until: datetime) -> QuerySet[Episode]:
    """The episodes whose question counts, with `question_kept`: the rule `count_question` as the database asks it."""

    def had(act: EpisodeAct) -> Exists:
        return Exists(EpisodeEntry.objects.filter(episode=OuterRef("pk"), act=act, at__lt=until))

    nowhere = [EpisodeState.FALSE, EpisodeState.WITHDRAWN, EpisodeState.CONFIRMED, EpisodeState.FOUND]
    lost = had(EpisodeAct.LAPSE) | Q(state=EpisodeState.ASKED, due_at__lt=until, delivered_at__isnull=False)
    explained = Q(state=EpisodeState.EXPLAINED)
    counted = episodes.exclude(state__in=nowhere).filter(had(EpisodeAct.ASK))
    return counted.filter(explained | lost | had(EpisodeAct.ANSWER)).annotate(question_kept=explained | ~lost)
