"""Watched places are looked at by the clock: what nears its limit becomes a task of the firm, an overload rings as an alarm."""

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from tocsin.base.ids import deterministic_id
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.bus.services import record_event
from tocsin.engine.work.danger import DangerKind, DangerVerdict
from tocsin.records.face import working_days
from tocsin.supervision.electrical.services.telling import tell_danger, tell_mended
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.queries.rules import task_rules_for, task_rules_in_force
from tocsin.supervision.tasks.rules.planning import due_after
from tocsin.supervision.tasks.rules.states import RUNNING, TaskState
from tocsin.supervision.tasks.services.assignment import event_task
from tocsin.supervision.work.events import ElectricalDangerFound
from tocsin.supervision.work.models import ElectricalDanger, ElectricalPoint
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.queries.electrical import Judged, dangers_of
from tocsin.supervision.work.rules.electrical import RINGING
from tocsin.warning.alarms.events import Detection
from tocsin.warning.face import apply_detections

if TYPE_CHECKING:
    from django.db.models import QuerySet

AFTER: Final = "danger"
RULE: Final = "high"  # a feeder's profile has no limit of its own: what it may carry is rated place by place
_UNANSWERED: Final = {"answer_due_at": None, "answered_at": None, "answered_by": None, "answer": ""}
_RUNNING = [one.value for one in RUNNING]


def watch_dangers(*, now: datetime) -> int:
    """Looks at the firms whose places were looked at longest ago; returns how many. Unavailable where history can't be read."""
    watching = work_policy().electrical
    before = now - timedelta(minutes=watching.every_min)
    rows = ElectricalPoint.objects.filter(object__active=True, object__merged_into__isnull=True).order_by()
    due = rows.values("object").annotate(last=Max("dangers__judged_at")).filter(Q(last__isnull=True) | Q(last__lte=before))
    keys = [one["object"] for one in due.order_by("last")[: watching.firms_at_once]]
    for found in SupervisedObject.objects.filter(pk__in=keys):
        for judged in dangers_of(found, now=now):
            _keep(found, judged, now)
    return len(keys)


def _keep(supervised_object: SupervisedObject, judged: Judged, now: datetime) -> None:
    danger = judged.danger
    row = ElectricalDanger.objects.filter(point=judged.point, kind=danger.kind.value).first()
    if danger.verdict is DangerVerdict.UNKNOWN:  # silence ends nothing: the last known verdict stays
        if row is None:
            row = ElectricalDanger(point=judged.point, kind=danger.kind.value, verdict=DangerVerdict.NORMAL.value, since=now)
        row.judged_at = now
        row.save()
        return
    before = DangerVerdict(row.verdict) if row is not None else DangerVerdict.NORMAL
    since = row.since if row is not None and before is danger.verdict else now
    if danger.kind is DangerKind.OVERLOAD and (before is DangerVerdict.BEYOND) != (danger.verdict is DangerVerdict.BEYOND):
        _ring(judged, row.since if row is not None else judged.point.pk, now)
    with transaction.atomic():
        worse = danger.verdict in RINGING and danger.verdict is not before
        fresh: dict[str, object] = dict(_UNANSWERED) if worse else {}
        kept, _made = ElectricalDanger.objects.update_or_create(
            point=judged.point,
            kind=danger.kind.value,
            defaults={
                **fresh,
                "verdict": danger.verdict.value,
                "value": _finite(danger.value),
                "limit": _finite(dict(danger.why).get("limit", math.nan)),
                "hours_to_limit": _finite(danger.hours_to_limit),
                "since": since,
                "judged_at": now,
            },
        )
        if danger.verdict in RINGING:
            _ask_firm(supervised_object, judged, now)
        else:
            _answered_by_measurement(supervised_object, judged, now)
        if before in RINGING and danger.verdict not in RINGING:
            tell_mended(kept, now=now)
        if worse:
            tell_danger(kept, now=now)
            record_event(
                ElectricalDangerFound(
                    object_id=str(supervised_object.pk),
                    point_id=str(judged.point.pk),
                    kind=danger.kind.value,
                    verdict=danger.verdict.value,
                    hours_to_limit=_finite(danger.hours_to_limit),
                ),
                region=supervised_object.region_code,
            )


def _ring(judged: Judged, since: object, now: datetime) -> None:
    """An edge of the feeder's alarm, told once. Residual currents and joints ring by the limits of their own sensors."""
    point, danger = judged.point, judged.danger
    beyond = danger.verdict is DangerVerdict.BEYOND
    edge, rated = "raise" if beyond else "clear", point.rated_a or 0.0
    detection = Detection(
        id=deterministic_id("electrical", point.pk, danger.kind, edge, since),
        sensor=point.sensor.index,
        rule=RULE,
        edge=edge,
        level=AlarmLevel[work_policy().electrical.overload_level.upper()] if beyond else AlarmLevel.NONE,
        ts=ms_from_datetime(now),
        value=round(danger.value * rated, 1),
        limit=round(dict(danger.why)["limit"] * rated, 1),
    )
    apply_detections(detections=[detection], now=now)


def _ask_firm(supervised_object: SupervisedObject, judged: Judged, now: datetime) -> None:
    """The task to look, once while it lasts; its end comes nearer with the limit, and never sooner than policy allows."""
    danger, today = judged.danger, timezone.localdate(now)
    hours = danger.interval_h[0] if math.isfinite(danger.interval_h[0]) else 0.0
    soon = now + timedelta(hours=max(work_policy().electrical.least_h, hours))
    evidence = {
        "point": judged.point.name,
        "danger": danger.kind.value,
        "verdict": danger.verdict.value,
        "hours": _finite(danger.hours_to_limit),
    }
    running = _running(supervised_object, judged).first()
    if running is not None:
        running.evidence = evidence
        running.due_at = min(running.due_at, soon)
        running.save(update_fields=["evidence", "due_at"])
        return
    rules = task_rules_for(task_rules_in_force(today), supervised_object.region_code)
    calendar = working_days()
    for rule in (one for one in rules.policy.rules if one.after == AFTER):
        due = due_after(rule, today, lambda one: calendar.kind(one).is_worked)
        made = event_task(rules, rule, supervised_object.pk, f"{_place(judged)}{today.isoformat()}", now, due)
        made.evidence = evidence
        made.due_at = min(made.due_at, soon)
        Task.objects.get_or_create(
            object_id=supervised_object.pk,
            key=made.key,
            defaults={
                name: getattr(made, name)
                for name in (
                    *("rule", "rules_version", "met_by", "levels", "weight", "opens_at"),
                    *("due_at", "missed_at", "state", "evidence"),
                )
            },
        )


def _answered_by_measurement(supervised_object: SupervisedObject, judged: Judged, now: datetime) -> None:
    """The quantity is away from its limit again: what was asked for is done, late or not, and the measurement says so."""
    for task in _running(supervised_object, judged):
        task.done_at, task.source = now, "monitoring"
        task.state = (TaskState.DONE if now <= task.due_at else TaskState.LATE).value
        task.save(update_fields=["done_at", "source", "state"])


def _running(supervised_object: SupervisedObject, judged: Judged) -> "QuerySet[Task]":
    return Task.objects.filter(object=supervised_object, key__contains=f":{_place(judged)}", state__in=_RUNNING)


def _place(judged: Judged) -> str:
    return f"{judged.point.pk}:{judged.danger.kind.value}:"


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
