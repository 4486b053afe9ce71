"""Who is told of an episode: the firm of its question and of what became of it, whoever supervises the firm of what waits."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.engine.work.firm import EpisodeKind
from tocsin.jurisdiction.face import people_who_may
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.face import Directory, Draft, Notice, see, supersede, write_all
from tocsin.supervision.objects.queries.supervisors import supervisor_of
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops.rules import OWN_FIRM, SUPERVISES
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.queries.dependants import dependants_of
from tocsin.supervision.work.rules.episodes import EpisodeAct
from tocsin.supervision.work.rules.told import LOST, OUTCOME, PROPOSAL, QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import Organisation, User
    from tocsin.supervision.work.models import Episode


def tell_question(episode: "Episode", *, now: datetime) -> None:
    """The firm is asked, by every way that its account has; where it has none, whoever supervises it asks by telephone."""
    following = work_policy().following
    kind = EpisodeKind(episode.kind)
    urgent = kind in following.urgent
    minutes = following.urgent_answer_min if urgent else following.answer_within_h * 60.0
    firm = episode.object.organisation
    body, why = (firm, OWN_FIRM) if firm is not None else (supervisor_of(episode.object, now), SUPERVISES)
    asked = episode.entries.filter(act=EpisodeAct.ASK).count()
    figures = {**_figures(episode), "minutes": minutes}
    _write([_draft(QUESTION, why, f"question-{episode.pk}-{asked}", figures, urgent=urgent, body=body)], now)
    if kind is EpisodeKind.ESSENTIAL_LOAD_LOST:
        _tell_dependants(episode, now)


def _tell_dependants(episode: "Episode", now: datetime) -> None:
    """Whoever supervises the firm hears at once which load is lost, and who depends on the firm as far as the networks know."""
    found = dependants_of(episode.object)
    most = work_policy().following.dependants_listed
    figures = {**_figures(episode), "dependants": found[:most], "more": max(0, len(found) - most)}
    body = supervisor_of(episode.object, now)
    _write([_draft(LOST, SUPERVISES, f"lost-{episode.pk}", figures, urgent=True, body=body)], now)


def show_questions(person: "User", episodes: "Iterable[Episode]", *, now: datetime) -> None:
    """The firm's own page has shown these questions to one of its people: they have reached the firm."""
    for episode in episodes:
        rows = Notice.objects.filter(key__startswith=f"question-{episode.pk}-", organisation=person.organisation_id, seen_at=None)
        see(list(rows), by=person, now=now)


def end_question(episode: "Episode", *, now: datetime) -> None:
    """The question waits for nobody any more, so nothing of it rings."""
    rows = Notice.objects.filter(key__startswith=f"question-{episode.pk}-")
    supersede(rows, now=now)
    rows.filter(read_at__isnull=True).update(fate=Fate.SUPERSEDED.value)


def tell_proposal(episode: "Episode", *, now: datetime) -> None:
    """Whoever leads supervision there confirms or undoes: by name, as the second person."""
    people = people_who_may(rights.LEAD, episode.region_code)
    count = episode.entries.filter(act=EpisodeAct.PROPOSE).count()
    key = f"proposal-{episode.pk}-{count}"
    _write([_draft(PROPOSAL, SUPERVISES, f"{key}-{one.pk}", _figures(episode), urgent=True, person=one) for one in people], now)


def tell_outcome(episode: "Episode", *, undone: str = "", now: datetime) -> None:
    """What the episode was: the firm where it was asked or is charged, and whoever supervises it."""
    asked = episode.entries.filter(act=EpisodeAct.ASK).exists()
    concerned = asked or episode.state == "confirmed" or bool(undone)
    count = episode.entries.count()
    figures = {**_figures(episode), "outcome": undone or episode.state, "undone": bool(undone)}
    told = [(OWN_FIRM, episode.object.organisation if concerned else None), (SUPERVISES, supervisor_of(episode.object, now))]
    _write(
        [_draft(OUTCOME, why, f"outcome-{episode.pk}-{count}-{why}", figures, urgent=False, body=body) for why, body in told], now
    )


def _figures(episode: "Episode") -> dict[str, object]:
    return {
        "episode": str(episode.pk),
        "firm": episode.object.name,
        "kind": episode.kind,
        "start": episode.start_at.isoformat(),
    }


def _draft(
    purpose: str,
    why: str,
    key: str,
    figures: dict[str, object],
    *,
    urgent: bool,
    body: "Organisation | None" = None,
    person: "User | None" = None,
) -> Draft | None:
    if body is None and person is None:
        return None
    return Draft(purpose, why, urgent=urgent, key=key, organisation=body, person=person, figures=figures)


def _write(drafts: list[Draft | None], now: datetime) -> None:
    known = [one for one in drafts if one is not None]
    if known:
        write_all(known, Directory(now))
