"""News of key posts in firms: people on post are called, the body that supervises the firm looks where nobody answers.

Called once and again is the course of supervision; here it is told. A post at which nobody has looked in time goes to the next
desk upward, once. Absences that are found after a shift has ended are told in one daily list, without a call.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tocsin.base.ids import deterministic_id
from tocsin.command.casebook.models import LogPosition
from tocsin.command.routing.policy.presence import presence
from tocsin.command.routing.rules import Why
from tocsin.jurisdiction import face as jurisdiction
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.directory import Directory
from tocsin.notices.messages.rules.fates import Purpose
from tocsin.notices.messages.services import Draft, supersede, write_all
from tocsin.supervision import face as supervision
from tocsin.supervision.posts.events import PersonCalled, PersonMissing, RollCallEnded

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation
    from tocsin.supervision.face import RollCallAnswer, SupervisedObject

KINDS = (PersonCalled, RollCallEnded, PersonMissing)
DAILY = "absences-found-afterwards"  # the day whose list was written last, as 20261126
_AT_ONCE = 50


def tell_of_posts(events: "Sequence[PersonCalled | RollCallEnded | PersonMissing]", now: datetime) -> int:
    """Writes and stops the notices that follow from these events, in their order; returns how many. Call it in a transaction."""
    rows = supervision.called(UUID(event.answer_id) for event in events)
    written = 0
    for event in events:
        row = rows.get(UUID(event.answer_id))
        if row is None:
            continue
        match event:
            case PersonCalled():
                drafts = list(_called(event, row, now))
            case PersonMissing():
                drafts = list(_missing(event, row, now))
            case RollCallEnded():
                _stop(event, now)
                continue
        written += len(write_all(drafts, Directory(now))) if drafts else 0
    return written


def tell_overdue_posts(*, now: datetime) -> int:
    """Posts at which nobody has looked within the time: the next desk upward of the body that was to look. Returns how many."""
    late = list(supervision.tasks_not_seen_to(now)[:_AT_ONCE])
    keys = {f"post-late-{row.pk}": row for row in late}
    for known in Notice.objects.filter(key__in=keys).values_list("key", flat=True):
        del keys[known]
    if not keys:
        return 0
    with transaction.atomic():
        directory = Directory(now)
        drafts = [draft for key, row in keys.items() if (draft := _overdue(key, row, directory))]
        return len(write_all(drafts, directory)) if drafts else 0


def list_absences(*, now: datetime) -> int:
    """The list of the day, at its hour, once, to each body that supervises a firm in which somebody was absent; how many."""
    local = timezone.localtime(now)
    at = local.replace(hour=presence().daily_at_time.hour, minute=presence().daily_at_time.minute, second=0, microsecond=0)
    day = int(f"{at:%Y%m%d}")
    last = LogPosition.objects.filter(consumer=DAILY).values_list("sequence", flat=True).first()
    if local < at or (last is not None and last >= day):
        return 0
    since = max(_moment_of(last, at), at - timedelta(days=7)) if last else at - timedelta(days=1)
    with transaction.atomic():
        LogPosition.objects.update_or_create(consumer=DAILY, defaults={"sequence": day})
        drafts = list(_lists(since, at))
        return len(write_all(drafts, Directory(now))) if drafts else 0


def _called(event: PersonCalled, row: "RollCallAnswer", now: datetime) -> Iterable[Draft]:
    """The person who is called, by the account that the register links; nobody answers for a colleague."""
    until, person = datetime.fromisoformat(event.answer_by), row.person.user
    if person is None or not person.is_active or until <= now or row.answered_at is not None:
        return
    key = f"roll-call-{row.pk}-{event.number}"
    _end(_of_person(row.pk).exclude(key=key), now)
    yield Draft(
        Purpose.ROLL_CALL,
        Why.ON_POST,
        urgent=True,
        key=key,
        person=person,
        figures={"firm": row.call.object.name, "until": event.answer_by, "number": event.number},
        deadline=until,
    )


def _missing(event: PersonMissing, row: "RollCallAnswer", now: datetime) -> Iterable[Draft]:
    """The body that supervises the firm, which looks within the time, and the firm itself; by role, without a name."""
    until = datetime.fromisoformat(event.due_at)
    if row.seen_at is not None or until <= now - timedelta(days=1):
        return
    found = row.call.object
    for why, body in ((Why.COMPETENT, supervisor_of(found, now)), (Why.FIRM, found.organisation)):
        if body is not None:
            yield Draft(
                Purpose.PRESENCE,
                why,
                urgent=True,
                key=f"post-{row.pk}-{deterministic_id('body', body.pk)}",
                organisation=body,
                figures={**_post(found), "role": event.role, "state": event.state, "until": event.due_at},
                deadline=until,
            )


def _overdue(key: str, row: "RollCallAnswer", directory: Directory) -> Draft | None:
    found = row.call.object
    body = supervisor_of(found, directory.at)
    above = directory.next_desk(body) if body is not None else None
    if above is None:
        return None
    role = row.shift.role if row.shift is not None else row.person.role
    due = row.task_due_at.isoformat() if row.task_due_at else ""
    figures = {**_post(found), "role": role, "late_since": due, "looks": {"zh": body.name_zh, "en": body.name_en} if body else {}}
    return Draft(Purpose.PRESENCE, Why.SUPERIOR, urgent=True, key=key, organisation=above, figures=figures)


def _lists(since: datetime, until: datetime) -> Iterable[Draft]:
    by_body: dict[UUID, tuple[Organisation, list[dict[str, Any]]]] = {}
    for verdict in supervision.found_afterwards(since, until):
        found = verdict.shift.person.object
        if (body := supervisor_of(found, until)) is not None:
            hours = [verdict.shift.start_at.isoformat(), verdict.shift.end_at.isoformat()]
            line = {**_post(found), "role": verdict.shift.role, "state": verdict.state, "hours": hours}
            by_body.setdefault(body.pk, (body, []))[1].append(line)
    for body, lines in by_body.values():
        figures = {"list": lines[: presence().listed], "more": max(0, len(lines) - presence().listed)}
        key = f"absences-{deterministic_id('absences', body.pk, until.date())}"
        yield Draft(Purpose.PRESENCE, Why.COMPETENT, urgent=False, key=key, organisation=body, figures=figures)


def _stop(event: RollCallEnded, now: datetime) -> None:
    """A call that waits for nothing rings no more; a post that somebody has looked at neither."""
    answer_id = UUID(event.answer_id)
    seen = event.state == "seen"
    rows = Notice.objects.filter(key__startswith=f"post-{answer_id}-") if seen else _of_person(answer_id)
    if event.state in ("answered", "answered_late"):
        rows.filter(read_at__isnull=True).update(fate=Fate.READ.value, read_at=now)
    _end(rows, now)


def _end(rows: Any, now: datetime) -> None:
    """What is pending of these notices goes out no more, and what has not been read waits for nobody."""
    supersede(rows, now=now)
    rows.filter(read_at__isnull=True).update(fate=Fate.SUPERSEDED.value)


def _of_person(answer_id: UUID) -> Any:
    return Notice.objects.filter(key__startswith=f"roll-call-{answer_id}-")


def supervisor_of(found: "SupervisedObject", at: datetime) -> "Organisation | None":
    """Who supervises the firm: its competent department, that of its trade, that of work safety at large, the government."""
    if found.competent is not None:
        return found.competent
    asked = [("department", found.trade), ("department", presence().general_trade), ("government", "")]
    for kind, trade in asked:
        bodies = jurisdiction.bodies_with_duty(kind=kind, trade=trade, region_code=found.region_code, at=at)
        if bodies:
            return bodies[0]
    return None


def _post(found: "SupervisedObject") -> dict[str, Any]:
    return {"firm": found.name, "object": str(found.pk)}


def _moment_of(day: int, at: datetime) -> datetime:
    return at.replace(year=day // 10_000, month=day // 100 % 100, day=day % 100)
