"""Episodes that the machine finds become rows: one that goes on is one row, and what a person decided on is never moved."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from tocsin.base.ids import deterministic_id
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.bus.services import record_event
from tocsin.engine.work.firm import Episode as Found
from tocsin.engine.work.firm import EpisodeKind, Firm, OrderKind
from tocsin.supervision.meters.queries import meters_of
from tocsin.supervision.objects.queries.days import moment_of
from tocsin.supervision.work.events import EpisodeFound
from tocsin.supervision.work.models import Episode, WorkVerdict
from tocsin.supervision.work.policy.figures import work_figures
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.rules.episodes import (
    BREACHES,
    CLOSED,
    DECIDED,
    Ban,
    EpisodeState,
    FirstStep,
    banned_part,
    kinds_for,
)
from tocsin.supervision.work.services.episodes import follow_found, follow_further, withdraw

if TYPE_CHECKING:
    from tocsin.engine.work.decision import Verdict
    from tocsin.supervision.meters.models import Meter
    from tocsin.supervision.objects.models import SupervisedObject

_JOINED = timedelta(hours=36)  # pauses up to this belong to one episode, as the engine has it
_ANEW = timedelta(hours=1)  # work that goes on so long after a breach was confirmed is another one
_WITHDRAWN_FOR = timedelta(days=14)  # what began before is left to persons


def write_episodes(
    supervised_object: "SupervisedObject", firm: Firm, found: Iterable[Found], current: "Verdict", *, now: datetime
) -> None:
    """The episodes of one judgement, in its transaction; open ones that it no longer finds are withdrawn."""
    least, seen = work_policy().judging.least_probability, set[Any]()
    bans = bans_of(supervised_object)
    for one in found:
        if one.detected_ms <= ms_from_datetime(now) and one.probability >= least:
            span = _counted_span(supervised_object, one, bans, now)
            if span is not None:
                row = _write(supervised_object, one, span, current, now)
                seen.add(row.pk if row is not None else None)
    since = now - _WITHDRAWN_FOR
    gone = supervised_object.episodes.filter(start_at__gte=since, detected_at__lte=now).exclude(pk__in=seen - {None})
    known_since = datetime_from_ms(firm.days.first_ms)
    for row in gone.exclude(state__in=[one.value for one in CLOSED]).filter(start_at__gte=known_since):
        withdraw(row, now=now)


def bans_of(supervised_object: "SupervisedObject") -> list[Ban]:
    """When orders forbade work at the firm, each from its service on."""
    made = []
    for row in supervised_object.stop_orders.filter(kind=OrderKind.ORDERED_STOP, served_at__isnull=False):
        begin = max(row.served_at or row.made_at, moment_of(row.first, 0))
        made.append(Ban(begin, row.resumed_at or (moment_of(row.last + timedelta(days=1), 0) if row.last else None)))
    return made


def _counted_span(
    supervised_object: "SupervisedObject", one: Found, bans: list[Ban], now: datetime
) -> tuple[datetime, datetime] | None:
    """From when to when it counts: within the orders that held then, and by the hours that were registered then."""
    start, end = datetime_from_ms(one.start_ms), datetime_from_ms(one.end_ms)
    if one.kind in BREACHES:
        return banned_part(start, end, bans)
    if one.kind is EpisodeKind.NIGHT_PRODUCTION:
        verdict = WorkVerdict.objects.filter(object=supervised_object).first()
        if verdict is not None and verdict.hours_since is not None and start < verdict.hours_since:
            return None
    return start, end


def _write(
    supervised_object: "SupervisedObject", one: Found, span: tuple[datetime, datetime], current: "Verdict", now: datetime
) -> Episode | None:
    start, end = span
    meter = meters_of(supervised_object).filter(code=one.meter).first() if one.meter else None
    row = _same(supervised_object, one.kind, meter, start, end)
    first = work_policy().following.first_step(one.kind, _kinds(current))
    why = [[code, round(float(figure), 4)] for code, figure in one.why]
    lasts = None if end >= now - timedelta(hours=1) else end
    if row is not None and EpisodeState(row.state) in DECIDED:
        decided = row.decided_at or row.end_at or now
        if row.state != EpisodeState.CONFIRMED or end - decided < _ANEW:
            return row  # kept as it was decided on
        start, row = max(start, decided), None
    if row is None:
        return _create(supervised_object, one, meter, start, lasts, why, first, now)
    row.start_at = min(row.start_at, max(start, _decided_before(row)))
    row.end_at, row.probability, row.why = lasts, one.probability, why
    row.save(update_fields=["start_at", "end_at", "probability", "why"])
    if row.state == EpisodeState.WITHDRAWN.value:
        follow_found(row, first=first, now=now)
    elif row.end_at is None:
        follow_further(row, first=first, now=now)
    return row


def _create(
    supervised_object: "SupervisedObject",
    one: Found,
    meter: "Meter | None",
    start: datetime,
    end: datetime | None,
    why: list[list[Any]],
    first: FirstStep,
    now: datetime,
) -> Episode:
    policy = work_policy()
    row = Episode.objects.create(
        id=deterministic_id("episode", supervised_object.pk, one.kind, one.meter, ms_from_datetime(start)),
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
    return row


def _kinds(current: "Verdict") -> set[str]:
    """Independent kinds of evidence that speak for work now, by the threshold of the verdict itself."""
    return kinds_for(((vote.origin, vote.log_odds) for vote in current.votes), work_figures().days.decision.kind_odds)


def _same(
    supervised_object: "SupervisedObject", kind: EpisodeKind, meter: "Meter | None", start: datetime, end: datetime
) -> Episode | None:
    """The row that this finding goes on: of the same kind and meter, overlapping, or no farther apart than a pause."""
    of_meter = Q(meter__isnull=True) if meter is None else Q(meter=meter)
    rows: QuerySet[Episode, Any] = supervised_object.episodes.filter(of_meter, kind=kind.value, start_at__lte=end + _JOINED)
    return rows.filter(Q(end_at__isnull=True) | Q(end_at__gte=start - _JOINED)).order_by("-start_at").first()


def _decided_before(row: Episode) -> datetime:
    """A row that goes on after a decision never reaches back behind it."""
    of_meter = Q(meter__isnull=True) if row.meter_id is None else Q(meter_id=row.meter_id)
    decided = row.object.episodes.filter(of_meter, kind=row.kind, decided_at__lte=row.start_at).order_by("-decided_at").first()
    return decided.decided_at if decided is not None and decided.decided_at is not None else datetime_from_ms(0)
