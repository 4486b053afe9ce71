"""Firms are judged: their days, whether each works now, and episodes. A function of rows and history: run twice, said once."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from tocsin.base.ids import deterministic_id
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.bus.services import record_event
from tocsin.engine.work.decision import Decision, Verdict, verdict
from tocsin.engine.work.firm import Day, EpisodeKind, Firm, OrderKind
from tocsin.engine.work.firm import Episode as Found
from tocsin.engine.work.judgement import Judgement, judge
from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.meters.models import Meter, MeterShare
from tocsin.supervision.meters.queries import meters_of, newest_change_of_meters
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.stops.models import StopOrder
from tocsin.supervision.stops.queries import in_force
from tocsin.supervision.work.events import EpisodeFound
from tocsin.supervision.work.models import Episode, WorkDay, WorkVerdict
from tocsin.supervision.work.policy.figures import work_figures
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.queries.firms import days_from, firm_of, since_known
from tocsin.supervision.work.rules.episodes import EpisodeState
from tocsin.supervision.work.services.episodes import follow_found, follow_further

if TYPE_CHECKING:
    from uuid import UUID

log = logging.getLogger(__name__)

_JOINED = timedelta(hours=36)  # pauses up to this belong to one episode, as the engine has it


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
    current = verdict(firm, ms_from_datetime(now), work_figures())
    with transaction.atomic():
        _write_days(supervised_object, judgement.days, today=today, now=now)
        _write_verdict(supervised_object, current, now)
        for one in judgement.episodes:
            if one.detected_ms <= ms_from_datetime(now) and one.probability >= judging.least_probability:
                _write_episode(supervised_object, firm, one, current, now)
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
        if one.date < today and (one.date >= again or one.date not in known)
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
    WorkVerdict.objects.update_or_create(
        object=supervised_object,
        defaults={
            "at": now,
            "p_working": current.p_working,
            "decision": current.decision.value,
            "reasons": [reason.value for reason in current.reasons],
            "votes": votes,
            "conflict": list(current.conflict),
            "missing": list(current.missing),
        },
    )


def _write_episode(supervised_object: SupervisedObject, firm: Firm, one: Found, current: Verdict, now: datetime) -> None:
    start, end = datetime_from_ms(one.start_ms), _end(one, now)
    meter = meters_of(supervised_object).filter(code=one.meter).first() if one.meter else None
    row = _same(supervised_object, one.kind, meter.pk if meter else None, start, datetime_from_ms(one.end_ms))
    policy = work_policy()
    first = policy.following.first_step(one.kind, _kinds_for(current))
    why = [[code, round(float(figure), 4)] for code, figure in one.why]
    if row is not None:
        row.start_at, row.end_at, row.probability, row.why = min(row.start_at, start), end, one.probability, why
        row.save(update_fields=["start_at", "end_at", "probability", "why"])
        if row.end_at is None:
            follow_further(row, first=first, now=now)
        return
    row = Episode.objects.create(
        id=deterministic_id("episode", supervised_object.pk, one.kind, one.meter, one.start_ms),
        object=supervised_object,
        meter=meter,
        kind=one.kind.value,
        level=policy.level[one.kind],
        region_code=supervised_object.region_code,
        start_at=start,
        end_at=end,
        detected_at=datetime_from_ms(one.detected_ms),
        probability=one.probability,
        why=why,
        state=EpisodeState.FOUND.value,
    )
    record_event(
        EpisodeFound(episode_id=str(row.pk), object_id=str(supervised_object.pk), kind=row.kind, level=row.level),
        region=row.region_code,
    )
    if row.detected_at >= now - timedelta(days=policy.judging.again_days):  # what was found in old records is listed, not rung
        follow_found(row, first=first, now=now)


def _kinds_for(current: Verdict) -> set[str]:
    """Independent kinds of evidence that speak for work now; the episode's own curve where nothing else does."""
    return {vote.origin for vote in current.votes if vote.log_odds > 0} or {"power"}


def _end(one: Found, now: datetime) -> datetime | None:
    """None while it lasts: where it reaches to the newest records."""
    end = datetime_from_ms(one.end_ms)
    return None if end >= now - timedelta(hours=1) else end


def _same(
    supervised_object: SupervisedObject, kind: EpisodeKind, meter_id: "UUID | None", start: datetime, end: datetime
) -> Episode | None:
    """The row that this finding goes on: of the same kind and meter, overlapping, or no farther apart than a pause."""
    of_meter = Q(meter__isnull=True) if meter_id is None else Q(meter_id=meter_id)
    rows: QuerySet[Episode, Any] = supervised_object.episodes.filter(of_meter, kind=kind.value, start_at__lte=end + _JOINED)
    return rows.filter(Q(end_at__isnull=True) | Q(end_at__gte=start - _JOINED)).order_by("-start_at").first()
