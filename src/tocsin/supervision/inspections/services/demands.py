"""Episodes that demand an inspection get one, with two names and a clock; what two inspectors sign decides the episode.

Named are people of the body that supervises the firm, those with the least to do first; others of the area where it has too few.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from tocsin.jurisdiction.face import next_desk, system_actor
from tocsin.notices.face import Directory, Draft, Notice, write_all
from tocsin.supervision.inspections.models import Inspection
from tocsin.supervision.inspections.queries.checklists import list_for, newest_lists
from tocsin.supervision.inspections.queries.inspections import UNFINISHED, inspectors_for
from tocsin.supervision.inspections.rules.checklists import Answer
from tocsin.supervision.inspections.rules.inspections import InspectionSource, InspectionState
from tocsin.supervision.inspections.rules.telling import Matter
from tocsin.supervision.inspections.services.opening import make_inspection
from tocsin.supervision.inspections.services.telling import end_of_visit
from tocsin.supervision.objects.queries.supervisors import supervisor_of
from tocsin.supervision.stops.rules import SUPERVISES
from tocsin.supervision.work.models import Episode
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.queries.episodes import demands_without_inspection
from tocsin.supervision.work.rules.told import INSPECTION, INSPECTOR
from tocsin.supervision.work.services.episodes import decide_by_inspection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import Organisation, User
    from tocsin.supervision.objects.models import SupervisedObject

_AT_ONCE = 20


def plan_demanded_inspections(*, now: datetime) -> int:
    """Plans one for every episode that demands it; returns how many. Where fewer than two people could go, their body is told."""
    planned = 0
    for found in demands_without_inspection()[:_AT_ONCE]:
        with transaction.atomic():
            episode = Episode.objects.select_for_update(of=("self",)).select_related("object__competent").get(pk=found.pk)
            if episode.state == "inspection" and not episode.inspections.exists():
                planned += _plan(episode, now)
    return planned


def _plan(episode: Episode, now: datetime) -> int:
    body = supervisor_of(episode.object, now)
    people = _least_busy(episode.object, body)[:2]
    if len(people) < 2:
        _tell(episode, None, [(SUPERVISES, body, None)], "nobody", now)
        return 0
    lists = newest_lists()
    inspection = make_inspection(
        actor=system_actor(),
        supervised_object=episode.object,
        first=people[0],
        second=people[1],
        check_list=lists.get(work_policy().following.check_list) or list_for(episode.object),
        source=InspectionSource.EPISODE,
        planned_for=timezone.localdate(now),
        now=now,
    )
    inspection.episode, inspection.due_at = episode, episode.due_at
    inspection.save(update_fields=["episode", "due_at"])
    end_of_visit(inspection, (Matter.PLANNED,), now)  # told below, as urgently as it is
    told = [(SUPERVISES, body, None), *((INSPECTOR, None, one) for one in people)]
    _tell(episode, inspection, told, "planned", now)
    return 1


def _least_busy(supervised_object: "SupervisedObject", body: "Organisation | None") -> "list[User]":
    """Who may inspect it: people of that body first, in each those with the fewest unfinished inspections."""
    people = inspectors_for(supervised_object)
    unfinished = Inspection.objects.filter(state__in=UNFINISHED).order_by()
    busy: dict[object, int] = {}
    for field in ("first_inspector", "second_inspector"):
        for pk, count in unfinished.values_list(field).annotate(Count("pk")):
            busy[pk] = busy.get(pk, 0) + count
    home = body.pk if body is not None else None
    return sorted(people, key=lambda one: (one.organisation_id != home, busy.get(one.pk, 0), str(one.pk)))


def watch_demanded_inspections(*, now: datetime) -> int:
    """Reminds both inspectors when half of the time is over, and tells the desk above when all of it is; returns how many."""
    share = work_policy().following.remind_share
    waiting = Inspection.objects.filter(
        Q(state=InspectionState.PLANNED.value) | Q(state=InspectionState.OPEN.value), episode__isnull=False, due_at__isnull=False
    ).select_related("episode__object__competent", "object", "first_inspector", "second_inspector")
    count = 0
    for one in waiting:
        episode, due = one.episode, one.due_at
        if episode is None or due is None or one.opened_at + (due - one.opened_at) * share > now:
            continue
        body = supervisor_of(one.object, now)
        if due > now:
            told = [(INSPECTOR, None, person) for person in (one.first_inspector, one.second_inspector) if person is not None]
            count += _tell(episode, one, told, "remind", now)
        else:
            above = next_desk(body) if body is not None else None
            count += _tell(episode, one, [(SUPERVISES, above or body, None)], "late", now)
    return count


def follow_signature(inspection: Inspection, *, now: datetime) -> None:
    """Both inspectors have signed: what they saw decides the episode that demanded it, and others of the firm that wait for an
    inspection. Without the deciding item it waits for a person, with the inspection as its evidence.
    """
    answer = inspection.answers.get(work_policy().following.deciding_item, {}).get("answer")
    seen = {Answer.BAD.value: True, Answer.GOOD.value: False}.get(str(answer))
    ended = inspection.ended_at or now
    waiting = inspection.object.episodes.filter(state="inspection", start_at__lte=ended).values_list("pk", flat=True)
    wanted = {*waiting, *([inspection.episode_id] if inspection.episode_id else [])}
    if wanted and inspection.episode_id is None:
        inspection.episode_id = min(wanted, key=str)
        inspection.save(update_fields=["episode"])
    if inspection.second_inspector is None:
        return
    for episode_id in sorted(wanted, key=str):
        decide_by_inspection(
            episode_id=episode_id,
            seen=seen,
            inspection_id=inspection.pk,
            number=inspection.number,
            first=inspection.first_inspector,
            second=inspection.second_inspector,
            now=now,
        )


def _tell(
    episode: Episode,
    inspection: Inspection | None,
    to: "Iterable[tuple[str, Organisation | None, User | None]]",
    what: str,
    now: datetime,
) -> int:
    until = inspection.due_at if inspection is not None else episode.due_at
    people = [inspection.first_inspector, inspection.second_inspector] if inspection is not None else []
    figures = {
        "what": what,
        "episode": str(episode.pk),
        "firm": episode.object.name,
        "kind": episode.kind,
        "inspection": str(inspection.pk) if inspection is not None else "",
        "number": inspection.number if inspection is not None else "",
        "people": "、".join(str(one) for one in people if one is not None),
        "until": (until or now).isoformat(),
    }
    drafts = [
        Draft(
            INSPECTION,
            why,
            urgent=True,
            key=f"inspection-{what}-{episode.pk}-{(body or person).pk}",  # type: ignore[union-attr]
            organisation=body,
            person=person,
            figures=figures,
            deadline=until if until is not None and until > now else None,
        )
        for why, body, person in to
        if body is not None or person is not None
    ]
    known = set(Notice.objects.filter(key__in=[one.key for one in drafts]).values_list("key", flat=True))
    fresh = [one for one in drafts if one.key not in known]
    if fresh:
        write_all(fresh, Directory(now))
    return len(fresh)
