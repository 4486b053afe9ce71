"""Firms are judged: their days, whether each works now, and episodes. A function of rows and history: run twice, said once."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from tocsin.base.time import ms_from_datetime
from tocsin.engine.work.decision import Decision, Verdict, verdict
from tocsin.engine.work.firm import Day, OrderKind
from tocsin.engine.work.judgement import Judgement, judge
from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.meters.models import Meter, MeterShare
from tocsin.supervision.meters.queries import newest_change_of_meters
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.stops.models import StopOrder
from tocsin.supervision.stops.queries import in_force
from tocsin.supervision.work.models import WorkDay, WorkVerdict
from tocsin.supervision.work.policy.figures import work_figures
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.queries.firms import days_from, firm_of, orders_of, since_known
from tocsin.supervision.work.services.found import write_episodes

log = logging.getLogger(__name__)


def judge_due_firms(*, now: datetime) -> int:
    """Judges the firms whose verdict is oldest, a few at a time; returns how many. A firm that can't be judged is logged by its
    code and tried again later: it keeps its last verdict with the time of it.
    """
    judging = work_policy().judging
    found = list(_due(now - timedelta(minutes=judging.every_min), timezone.localtime(now).date())[: judging.firms_at_once])
    for one in found:
        try:
            judge_firm(one, now=now)
        except ValueError:
            log.exception("firm %s can't be judged", one.code)
            _put_off(one, now)
    return len(found)


def judge_firm(supervised_object: SupervisedObject, *, now: datetime) -> Judgement:
    """One firm by what is known at `now`. Unavailable where the history can't be read."""
    judging = work_policy().judging
    today = timezone.localtime(now).date()
    days = days_from(today - timedelta(days=judging.window_days), judging.window_days + 1)
    firm = since_known(firm_of(supervised_object, days, now=now))
    judgement = judge(firm, work_figures())
    at_this_moment = replace(firm, orders=orders_of(supervised_object, now=now))
    current = verdict(at_this_moment, ms_from_datetime(now), work_figures())
    with transaction.atomic():
        _write_days(supervised_object, judgement.days, today=today, now=now)
        _write_verdict(supervised_object, current, now)
        write_episodes(supervised_object, firm, judgement.episodes, current, now=now)
    return judgement


def _due(before: datetime, today: date) -> QuerySet[SupervisedObject]:
    """Firms whose verdict is older than `before`, those under an order to stop first, then by the age of the verdict."""
    own, shared = Meter.objects.filter(object=OuterRef("pk"), active=True), MeterShare.objects.filter(object=OuterRef("pk"))
    metered = Exists(own) | Exists(shared.filter(meter__active=True))
    told = Exists(EvidenceRecord.objects.filter(object=OuterRef("pk")))
    fresh = Q(work_verdict__at__gt=before)
    orders = StopOrder.objects.filter(in_force(today), object=OuterRef("pk"), kind=OrderKind.ORDERED_STOP)
    found = SupervisedObject.objects.filter(metered | told, active=True, merged_into__isnull=True).exclude(fresh)
    return found.annotate(ordered=Exists(orders)).order_by("-ordered", F("work_verdict__at").asc(nulls_first=True), "pk")


def _put_off(supervised_object: SupervisedObject, now: datetime) -> None:
    unjudged: dict[str, object] = {
        "p_working": None,
        "decision": Decision.CANNOT_TELL,
        "votes": [],
        "reasons": [],
        "conflict": [],
        "missing": [],
    }
    WorkVerdict.objects.update_or_create(object=supervised_object, defaults={"at": now, **unjudged})


def _write_days(supervised_object: SupervisedObject, days: Sequence[Day], *, today: date, now: datetime) -> None:
    """Days that are over. Those of which late records may still tell are written again, older ones where they are missing; days
    before a meter came or was taken down stay as the meters of their time told them.
    """
    again = today - timedelta(days=work_policy().judging.again_days)
    again = max(again, newest_change_of_meters(supervised_object) or again)
    known = set(supervised_object.work_days.values_list("day", flat=True))
    settled = set(supervised_object.work_days.filter(settled=True).values_list("day", flat=True))
    rows = [
        WorkDay(
            object=supervised_object,
            day=one.date,
            state=one.state.value,
            p_working=one.p_working,
            votes=[[source, round(weight, 3)] for source, weight in one.votes],
            conflict=list(one.conflict),
            judged_at=now,
        )
        for one in days
        if one.date < today and one.date not in settled and (one.date >= again or one.date not in known)
    ]
    WorkDay.objects.bulk_create(
        rows,
        batch_size=200,
        update_conflicts=True,
        unique_fields=["object", "day"],
        update_fields=["state", "p_working", "votes", "conflict", "judged_at"],
    )


def _write_verdict(supervised_object: SupervisedObject, current: Verdict, now: datetime) -> None:
    votes = [
        {
            "source": one.source,
            "level": one.level,
            "ts": one.ts_ms,
            "log_odds": round(one.log_odds, 3),
            "weight": round(one.weight, 3),
            "origin": one.origin,
            "copies": one.copies,
        }
        for one in current.votes
    ]
    known = WorkVerdict.objects.filter(object=supervised_object).first()
    hours, since = supervised_object.shifts[:200], known.hours_since if known else None
    if known is not None and known.hours is not None and known.hours != hours:
        since = now
    WorkVerdict.objects.update_or_create(
        object=supervised_object,
        defaults={
            "hours": hours,
            "hours_since": since,
            "at": now,
            "p_working": current.p_working,
            "decision": current.decision.value,
            "reasons": [reason.value for reason in current.reasons],
            "votes": votes,
            "conflict": list(current.conflict),
            "missing": list(current.missing),
        },
    )
