"""What time brings: calls that nobody answered, people who have not said that they are well, needs that lapse."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tocsin.bus.services import in_one_transaction, record_event
from tocsin.mobilisation.volunteers.events import NeedChanged
from tocsin.mobilisation.volunteers.models import Call, Need
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.rules import notices as told
from tocsin.mobilisation.volunteers.rules.calls import CallState
from tocsin.mobilisation.volunteers.services.calling import call_more, end_call, note, tell_body
from tocsin.mobilisation.volunteers.services.needs import end_need

AT_ONCE = 50


def run_clocks(*, now: datetime) -> int:
    """Everything that is due by now, need after need; how many were looked at."""
    warn = now + timedelta(hours=volunteers_policy().need.warn_h)
    open_ = Need.objects.filter(ended_at__isnull=True)
    due: list[tuple[set[UUID], Callable[[Need, datetime], None]]] = [
        (_ids(Call.objects.filter(state=CallState.CALLED, answer_by__lte=now)), _replace_silent),
        (_ids(Call.objects.filter(due_at__lte=now, late_told_at__isnull=True)), _tell_late),
        (set(open_.filter(lapses_at__lte=now).values_list("pk", flat=True)[:AT_ONCE]), _lapse),
        (set(open_.filter(lapses_at__lte=warn, warned_at__isnull=True).values_list("pk", flat=True)[:AT_ONCE]), _warn),
        (set(_uncovered(open_).values_list("pk", flat=True)[:AT_ONCE]), _call),
    ]
    for needs, work in due:
        for one in needs:
            in_one_transaction(partial(_one, one, work, now))
    return sum(len(needs) for needs, _work in due[:4])


def _ids(calls: QuerySet[Call]) -> set[UUID]:
    return set(calls.values_list("need_id", flat=True)[:AT_ONCE])


def _uncovered(rows: QuerySet[Need]) -> QuerySet[Need]:
    """Needs that call and have nobody left: somebody may have rested, come home or registered since."""
    return rows.filter(calling=True, unfilled_at__isnull=False)


@transaction.atomic
def _one(need_id: UUID, work: Callable[[Need, datetime], None], now: datetime) -> None:
    work(Need.objects.select_for_update(of=("self",)).select_related("body").get(pk=need_id), now)


def _replace_silent(need: Need, now: datetime) -> None:
    rows = need.calls.select_for_update(of=("self",)).select_related("volunteer", "need")
    silent = list(rows.filter(state=CallState.CALLED, answer_by__lte=now))
    for call in silent:
        end_call(call, CallState.SILENT, now)
    if silent:
        note(need, "call_silent", now, names=[str(one.volunteer) for one in silent])
        record_event(NeedChanged(need_id=str(need.pk), number=need.number, act="call.silent"), region=need.region_code)
        call_more(need, now)


def _tell_late(need: Need, now: datetime) -> None:
    rows = need.calls.select_for_update(of=("self",)).select_related("volunteer", "need")
    for call in rows.filter(due_at__lte=now, late_told_at__isnull=True):
        call.late_told_at = now
        call.save(update_fields=["late_told_at"])
        figures: dict[str, str] = {"name": str(call.volunteer), "state": call.state, "call": str(call.pk)}
        note(need, "call_late", now, None, "", **figures)
        key = f"{call.pk}-{call.due_at:%Y%m%dT%H%M}"
        tell_body(need, told.LATE, now, urgent=True, key=key, **figures)


def _lapse(need: Need, now: datetime) -> None:
    if need.ended_at is None and need.lapses_at <= now:
        end_need(need, told.LAPSED, now, None)
        tell_body(need, told.LAPSED, now, urgent=False)


def _warn(need: Need, now: datetime) -> None:
    if need.ended_at is None and need.warned_at is None:
        need.warned_at = now
        need.save(update_fields=["warned_at"])
        tell_body(need, told.LAPSES, now, urgent=False, until=need.lapses_at.isoformat())


def _call(need: Need, now: datetime) -> None:
    call_more(need, now)
