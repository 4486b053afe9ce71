"""A firm objects to a verdict on its work; whoever leads supervision there answers within the working days of policy."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.engine.work.firm import WorkState
from tocsin.jurisdiction.face import require
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.records.face import record_audit, working_days
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.days import moment_of
from tocsin.supervision.objects.queries.supervisors import supervisor_of
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops.rules import OWN_FIRM, SUPERVISES
from tocsin.supervision.work.models import Episode, WorkDay, WorkObjection
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.queries.board import visible_episodes
from tocsin.supervision.work.rules.episodes import EpisodeAct, EpisodeState, step
from tocsin.supervision.work.rules.told import OBJECTION
from tocsin.supervision.work.services.acting import apply_act

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, User

_BACK = timedelta(days=30)


@transaction.atomic
def object_to_verdict(
    *,
    actor: "User",
    object_id: UUID,
    text: str,
    episode_id: UUID | None = None,
    day: date | None = None,
    now: datetime,
) -> WorkObjection:
    """The firm says why an episode, or the verdict on a day of the last month, is wrong. One at a time about the same.

    NotAllowed for anybody else; InvalidInput without words or without something to object to.
    """
    firm = SupervisedObject.objects.select_related("organisation", "competent").get(pk=object_id)
    require(actor, rights.OWN, firm.region_code, {firm.organisation_id} - {None})
    today = timezone.localtime(now).date()
    if not text.strip():
        raise InvalidInput(_("Say why the verdict is wrong."))
    if (episode_id is None) is (day is None):
        raise InvalidInput(_("Object to one episode, or to one day."))
    if day is not None and not today - _BACK <= day <= today:
        raise InvalidInput(_("A day of the last 30 days can be objected to."))
    episode = visible_episodes(actor).filter(object=firm).get(pk=episode_id) if episode_id is not None else None
    if WorkObjection.objects.filter(object=firm, episode=episode, day=day, upheld__isnull=True).exists():
        raise Conflict(_("You have objected to this already; the answer is on its way."))
    until = working_days().after(today, work_policy().following.objection_working_days)
    made = WorkObjection.objects.create(
        object=firm,
        episode=episode,
        day=day,
        region_code=firm.region_code,
        text=text.strip()[:2000],
        made_at=now,
        made_by=actor,
        due_at=moment_of(until + timedelta(days=1), 0),
    )
    record_audit(actor, "work.objection_made", "work_objection", made.pk, firm.region_code, _details(made))
    _tell(made, "made", SUPERVISES, supervisor_of(firm, now), made.text, now)
    return made


@transaction.atomic
def answer_objection(
    *, actor: "User", objection_id: UUID, upheld: bool, answer: str, state: str = "", now: datetime
) -> WorkObjection:
    """The answer with its reason. Upheld, an episode is a wrong finding with all that followed from it, and a day has the `state`
    that the person gives, which the machine leaves from then on.
    """
    made = WorkObjection.objects.select_for_update(of=("self",)).select_related("object__organisation").get(pk=objection_id)
    require(actor, rights.LEAD, made.region_code)
    if made.upheld is not None:
        raise Conflict(_("This objection is answered already."))
    if not answer.strip():
        raise InvalidInput(_("Give the reason of the answer."))
    made.upheld, made.answer, made.decided_at, made.decided_by = upheld, answer.strip()[:2000], now, actor
    made.save(update_fields=["upheld", "answer", "decided_at", "decided_by"])
    record_audit(
        actor, "work.objection_answered", "work_objection", made.pk, made.region_code, {**_details(made), "upheld": upheld}
    )
    if upheld and made.episode_id is not None:
        _take_back(made.episode_id, actor, made, now)
    if upheld and made.day is not None:
        _settle_day(made, state, now)
    _tell(made, "upheld" if upheld else "refused", OWN_FIRM, made.object.organisation, made.answer, now)
    return made


def _take_back(episode_id: UUID, actor: "User", made: WorkObjection, now: datetime) -> None:
    episode = Episode.objects.select_for_update(of=("self",)).select_related("object__organisation").get(pk=episode_id)
    data = {"text": made.answer, "objection": str(made.pk)}
    if episode.state == EpisodeState.CONFIRMED.value:
        apply_act(episode, EpisodeAct.UNDO, actor=actor, data=data, now=now)
    if step(EpisodeState(episode.state), EpisodeAct.DISMISS) is not None:
        apply_act(episode, EpisodeAct.DISMISS, actor=actor, data=data, now=now)


def _settle_day(made: WorkObjection, state: str, now: datetime) -> None:
    if state not in tuple(WorkState):
        raise InvalidInput(_("Say how the firm worked on that day."))
    at_work = state in (WorkState.PARTIAL, WorkState.FULL, WorkState.OVER)
    told = {"state": state, "p_working": float(at_work), "settled": True, "judged_at": now}
    if made.day is not None:
        WorkDay.objects.update_or_create(object=made.object, day=made.day, defaults=told)


def _details(made: WorkObjection) -> dict[str, object]:
    return {"object": made.object.code, "episode": str(made.episode_id or ""), "day": str(made.day or "")}


def _tell(made: WorkObjection, what: str, why: str, body: "Organisation | None", text: str, now: datetime) -> None:
    if body is None:
        return
    figures = {
        "what": what,
        "object": str(made.object_id),
        "firm": made.object.name,
        "text": text[:200],
        "until": made.due_at.isoformat(),
    }
    key = f"objection-{made.pk}-{what}"
    write_all([Draft(OBJECTION, why, urgent=False, key=key, organisation=body, figures=figures)], Directory(now))
