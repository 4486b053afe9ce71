"""Shifts are judged by what is known now; somebody who seems to be missing is called before anything is said."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet

from tocsin.base.time import ms_from_datetime
from tocsin.engine.duty.judge import judge_firm
from tocsin.engine.duty.shift import DutyState, Verdict
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.posts.models import DutyShift, DutyVerdict
from tocsin.supervision.posts.policy import duty_policy
from tocsin.supervision.posts.queries.posts import posts_required, rosters_of, signs_of, words_of_firm
from tocsin.supervision.posts.rules import leaves_a_gap, with_word_of_firm
from tocsin.supervision.posts.services.calls import call_by_machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

log = logging.getLogger(__name__)

ASKED_ABOUT = (DutyState.ABSENT, DutyState.NOT_REACHABLE)


def judge_due_duty(*, now: datetime) -> int:
    """Judges the firms whose shifts wait longest for a verdict, a few at a time; returns how many. A firm that can't be judged is
    logged by its code, and its shifts are unknown until the next turn.
    """
    judging = duty_policy().judging
    waiting = _due(now).values("person__object_id").annotate(oldest=Min("verdict__judged_at"))
    wanted = list(waiting.order_by(F("oldest").asc(nulls_first=True), "person__object_id")[: judging.firms_at_once])
    for row in wanted:
        found = SupervisedObject.objects.get(pk=row["person__object_id"])
        try:
            judge_duty(found, now=now)
        except ValueError:
            log.exception("who is on post in firm %s can't be judged", found.code)
            _write({one.pk: None for one in _due(now).filter(person__object=found)}, now)
    return len(wanted)


def judge_duty(supervised_object: SupervisedObject, *, now: datetime) -> None:
    """One firm: verdicts on its shifts that wait for one, and calls to those who seem to be missing."""
    judging = duty_policy().judging
    first = now - timedelta(days=judging.window_days)
    roster = rosters_of([supervised_object.pk], first, now + timedelta(days=1))[supervised_object.pk]
    due = {one.pk for one in _due(now).filter(person__object=supervised_object)}
    figures = duty_policy().figures
    verdicts = judge_firm(
        roster.required,
        roster.shifts,
        signs_of(supervised_object, first, now),
        roster.certificates,
        figures,
        now_ms=ms_from_datetime(now),
    )
    by_key = {(one.person, one.start_ms): one for one in verdicts}
    words = words_of_firm(supervised_object, first, now)
    told: dict[UUID, Verdict | None] = {}
    missing = []
    for row in roster.rows:
        if row.pk not in due:
            continue
        one = by_key.get((str(row.person_id), ms_from_datetime(row.start_at)))
        if one is not None and any(row.start_at <= at < row.end_at for at in words.get(row.person_id, ())):
            one = with_word_of_firm(one, judging.firms_word)
        told[row.pk] = one
        asked = now >= row.start_at + timedelta(minutes=judging.first_call_min) and now < row.end_at
        if one is not None and one.state in ASKED_ABOUT and asked:
            missing.append(row)
    missing = exceptions(supervised_object, roster.rows, missing, told, now) if missing else []
    with transaction.atomic():
        _write(told, now)
        if missing:
            call_by_machine(supervised_object=supervised_object, shifts=missing, now=now)


def exceptions(
    supervised_object: SupervisedObject,
    rows: "Sequence[DutyShift]",
    missing: "Sequence[DutyShift]",
    told: "Mapping[UUID, Verdict | None]",
    now: datetime,
) -> list[DutyShift]:
    """Of those who seem to be missing, whose absence leaves a post short that has to be filled now; the rest is a record."""
    gone = {row.pk for row in rows if (one := told.get(row.pk)) is not None and one.state in ASKED_ABOUT}
    running = [row for row in rows if row.start_at <= now < row.end_at and not row.leave and row.pk not in gone]
    posts = posts_required([supervised_object], now, now + timedelta(minutes=1))[supervised_object.pk]
    asked, there = [(one.roles, one.number) for one in posts], [row.role for row in running]
    return [row for row in missing if leaves_a_gap(asked, there, row.role)]


def _due(now: datetime) -> "QuerySet[DutyShift]":
    """Shifts that run and whose verdict is old, and ended ones that have not been judged with their last records."""
    judging, awaited = duty_policy().judging, timedelta(minutes=duty_policy().figures.awaited_min)
    waits = Q(verdict__isnull=True) | Q(
        verdict__judged_at__lte=now - timedelta(minutes=judging.every_min), verdict__judged_at__lt=F("end_at") + awaited
    )
    return DutyShift.objects.filter(
        waits, leave=False, person__active=True, start_at__lt=now, end_at__gt=now - timedelta(hours=judging.again_h)
    )


def _write(told: "dict[UUID, Verdict | None]", now: datetime) -> None:
    before = {one.shift_id: one for one in DutyVerdict.objects.filter(shift__in=told)}
    begun = dict(DutyShift.objects.filter(pk__in=told).values_list("pk", "start_at"))
    rows = []
    for shift_id, one in told.items():
        known = before.get(shift_id)
        state = DutyState.UNKNOWN if one is None else one.state
        since = begun[shift_id] if known is None else known.since if known.state == state else now
        rows.append(
            DutyVerdict(
                shift_id=shift_id,
                state=state.value,
                p_present=None if one is None else round(one.p_present, 4),
                votes=[] if one is None else [[source, weight] for source, weight in one.votes],
                since=since,
                judged_at=now,
            )
        )
    _upsert(rows)


def _upsert(rows: "Iterable[DutyVerdict]") -> None:
    DutyVerdict.objects.bulk_create(
        rows,
        batch_size=200,
        update_conflicts=True,
        unique_fields=["shift"],
        update_fields=["state", "p_present", "votes", "since", "judged_at"],
    )
