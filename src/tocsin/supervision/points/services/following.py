"""After a night: firms are told of new colours, and what their colours ask for is done as far as the system does it itself."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from tocsin.jurisdiction.face import system_actor
from tocsin.notices.face import Directory
from tocsin.supervision.inspections.models import Inspection
from tocsin.supervision.inspections.queries.checklists import list_for
from tocsin.supervision.inspections.queries.inspections import inspectors_for
from tocsin.supervision.inspections.rules.inspections import UNSIGNED, InspectionSource, InspectionState
from tocsin.supervision.inspections.services.opening import make_inspection
from tocsin.supervision.objects.models import LedgerDay
from tocsin.supervision.objects.queries.supervisors import supervisor_of
from tocsin.supervision.points.models import Consequence, PointsRun
from tocsin.supervision.points.queries.ledger import before_day
from tocsin.supervision.points.queries.rules import rules_for_today
from tocsin.supervision.points.rules import BY_RECORD, Does, Inspector, two_of
from tocsin.supervision.points.services.consequences import close_row
from tocsin.supervision.points.services.telling import tell_colours, tell_supervisors

ROWS: Final = 2000  # of the ledger that one round walks through
CHANGED: Final = 50  # objects of another colour in one transaction
DAYS_BACK: Final = 2  # an older night is history: nobody is told of it any more
CLOSED_AT_ONCE: Final = 200


def follow_colours(*, now: datetime) -> int:
    """One round: the next objects of the last nights whose colour has changed; returns how many rows were looked at.

    What was told and done stands with the run's cursor in one transaction, so that nothing is told or planned twice.
    """
    since = timezone.localdate(now) - timedelta(days=DAYS_BACK)
    with transaction.atomic():
        waiting = PointsRun.objects.select_for_update().filter(ended_at__isnull=False, followed_at=None, day__gte=since)
        run = waiting.order_by("day").first()
        if run is None:
            return 0
        rows = _next_rows(run)
        changed = [row for row in rows if row.was != row.colour]
        if len(changed) > CHANGED:
            changed = changed[:CHANGED]
            rows = rows[: rows.index(changed[-1]) + 1]
        _follow(changed, run.day, now)
        if rows:
            run.followed = str(rows[-1].object_id)
        else:
            run.followed_at = now
        run.save(update_fields=["followed", "followed_at"])
    return len(rows)


def close_by_records(*, now: datetime) -> int:
    """Closes what a signed and confirmed inspection has done since the object came to its colour; returns how many."""
    kinds = {
        row.kind
        for region in set(Consequence.objects.filter(done_at=None).values_list("object__region_code", flat=True).distinct())
        for row in rules_for_today(region).consequence
        if row.does in BY_RECORD
    }
    held = Inspection.objects.filter(object=OuterRef("object"), state=InspectionState.CONFIRMED.value).order_by("ended_at")
    held = held.filter(ended_at__date__gt=OuterRef("day"))
    found = Consequence.objects.filter(done_at=None, kind__in=kinds).annotate(record=Subquery(held.values("pk")[:1]))
    ids = list(found.filter(record__isnull=False).values_list("pk", "record")[:CLOSED_AT_ONCE])
    records = Inspection.objects.in_bulk([record for _pk, record in ids])
    for pk, record in ids:
        with transaction.atomic():
            row = Consequence.objects.select_for_update(of=("self",)).select_related("object").get(pk=pk)
            if row.done_at is None:
                row.inspection = records[record]
                close_row(row, actor=system_actor(), words=records[record].number, now=now)
    return len(ids)


def _next_rows(run: PointsRun) -> list[Any]:
    """The newest rows of that day behind the cursor, each with the colour of the scored day before as `was`."""
    rows = LedgerDay.objects.filter(day=run.day)
    if run.followed:
        rows = rows.filter(object_id__gt=UUID(run.followed))
    before = before_day(run.day)
    older = LedgerDay.objects.filter(day=before or run.day, object_id=OuterRef("object_id")).order_by("-revision")
    was = older.values("colour")[:1] if before else older.none().values("colour")
    found = rows.annotate(was=Subquery(was)).select_related("object__organisation", "object__competent")
    newest: dict[UUID, Any] = {row.object_id: row for row in found.order_by("object_id", "revision")[:ROWS]}
    return list(newest.values())


def _follow(changed: Sequence[Any], day: date, now: datetime) -> None:
    directory = Directory(now)
    tell_colours(changed, directory)
    open_ones = Consequence.objects.filter(object__in=[row.object_id for row in changed], day=day, done_at=None)
    for row in open_ones.select_related("object__organisation", "object__competent").order_by("pk"):
        _do(row, directory)


def _do(row: Consequence, directory: Directory) -> None:
    """What the policy lets the system do of it."""
    rule = next((one for one in rules_for_today(row.object.region_code).consequence if one.kind == row.kind), None)
    match rule.does if rule is not None else Does.PERSON:
        case Does.NOTICE:
            told = tell_supervisors(row, directory)
            if told:
                close_row(row, actor=system_actor(), words=", ".join(str(one) for one in told), now=directory.at)
        case Does.LIST:
            close_row(row, actor=system_actor(), words="", now=directory.at)
        case Does.PLAN:
            _plan(row, directory.at)


def _plan(row: Consequence, now: datetime) -> None:
    """An inspection until the row's time, with two inspectors; without any it waits for a person."""
    found = row.object
    body = supervisor_of(found, now)
    people = {one.pk: one for one in inspectors_for(found)}
    chosen = two_of(_loads(people.values()), body.pk if body else None)
    if not chosen or row.due_at is None:
        return
    first, second = people[chosen[0]], people[chosen[1]] if len(chosen) > 1 else None
    row.inspection = make_inspection(
        actor=system_actor(),
        supervised_object=found,
        first=first,
        second=second,
        check_list=list_for(found),
        source=InspectionSource.COLOUR,
        planned_for=timezone.localdate(row.due_at),
        now=now,
    )
    row.save(update_fields=["inspection"])


def _loads(people: "Iterable[Any]") -> list[Inspector]:
    """These people with how many inspections each has before them."""
    known = list(people)
    unsigned = [one.value for one in UNSIGNED]
    loads: dict[UUID, int] = {one.pk: 0 for one in known}
    for side in ("first_inspector", "second_inspector"):
        waiting = Inspection.objects.filter(Q(state__in=unsigned), **{f"{side}__in": list(loads)}).order_by()
        for pk, number in waiting.values_list(side).annotate(Count("pk")):
            loads[pk] += number
    return [Inspector(one.pk, one.organisation_id, loads[one.pk]) for one in known]
