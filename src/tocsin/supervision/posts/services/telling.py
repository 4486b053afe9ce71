"""News of key posts in firms: people on post are called, the body that supervises the firm looks where nobody answers.

Called once and again is the course of supervision; here it is told. A post at which nobody has looked in time goes to the next
desk upward, once. Absences that are found after a shift has ended are told in one daily list, without a call.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tocsin.base.ids import deterministic_id
from tocsin.base.time import ms_from_datetime
from tocsin.jurisdiction.face import system_actor, tokens_in_force
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all
from tocsin.records.face import record_audit
from tocsin.supervision.objects.queries.supervisors import supervisor_of
from tocsin.supervision.posts.models import AbsenceList, PresenceTerminal, RollCall, RollCallAnswer
from tocsin.supervision.posts.policy import duty_policy
from tocsin.supervision.posts.queries.absences import called, found_afterwards, tasks_not_seen_to
from tocsin.supervision.posts.queries.posts import holes_ahead, rosters_of
from tocsin.supervision.posts.rules import COMPETENT, FIRM, ON_POST, PRESENCE, ROLL_CALL, SUPERIOR

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation
    from tocsin.supervision.objects.models import SupervisedObject
    from tocsin.supervision.posts.models import PermitPost

_AT_ONCE = 50


def call_people(answer_ids: Iterable[UUID], *, until: datetime, now: datetime) -> None:
    """Rings at those who are called to answer until then. Call it in the transaction of the call."""
    drafts = [draft for row in called(answer_ids).values() for draft in _called(row, until, now)]
    if drafts:
        write_all(drafts, Directory(now))


def tell_missing(call_id: UUID, posts: "Sequence[Mapping[str, str]]", *, now: datetime) -> None:
    """The body that supervises the firm, which looks within the time, and the firm itself: one notice each of all posts that
    answered nothing, by role, without a name.
    """
    call = RollCall.objects.select_related("object__competent__region", "object__organisation__region").get(pk=call_id)
    until = call.answers.filter(task_at__isnull=False, seen_at__isnull=True).order_by("task_due_at").first()
    firm, due = call.object, until.task_due_at if until is not None and until.task_due_at is not None else now
    figures = {**_post(firm), "call": str(call.pk), "posts": list(posts), "until": due.isoformat()}
    drafts = [
        Draft(
            PRESENCE,
            why,
            urgent=True,
            key=f"post-{call.pk}-{deterministic_id('body', body.pk, *(one['role'] for one in posts))}",
            organisation=body,
            figures={**figures, "calls": call.calls},
            deadline=due,
        )
        for why, body in ((COMPETENT, supervisor_of(firm, now)), (FIRM, firm.organisation))
        if body is not None
    ]
    if drafts:
        write_all(drafts, Directory(now))


def look_from_delivery(notices: "Sequence[Notice]", at: datetime) -> None:
    """Whoever looks has the time in policy from when the notice reached them. Called when notices are delivered."""
    within = timedelta(minutes=duty_policy().calling.task_within_min)
    for one in notices:
        if one.why == COMPETENT and "call" in one.figures:
            open_posts = RollCallAnswer.objects.filter(call=one.figures["call"], task_at__isnull=False, seen_at__isnull=True)
            open_posts.filter(task_due_at__lt=at + within).update(task_due_at=at + within)


def stop_ringing(answer_id: UUID, *, state: str, now: datetime) -> None:
    """A call that waits for nothing rings no more; posts of a firm that somebody has looked at, all of them, neither."""
    if state == "seen":
        call = RollCall.objects.get(answers=answer_id)
        if not call.answers.filter(task_at__isnull=False, seen_at__isnull=True).exists():
            _end(Notice.objects.filter(key__startswith=f"post-{call.pk}-"), now)
            _end(Notice.objects.filter(key=f"post-late-{call.pk}"), now)
        return
    rows = _of_person(answer_id)
    if state in ("answered", "answered_late"):
        rows.filter(read_at__isnull=True).update(fate=Fate.READ.value, read_at=now)
    _end(rows, now)


def tell_permit_post(row: "PermitPost", *, now: datetime) -> None:
    """The firm is told which post a permit opens, unless somebody fit is planned for all of its time."""
    firm = row.object
    gaps = holes_ahead([firm], rosters_of([firm.pk], now, max(row.end_at, now)), now)[firm.pk]
    begin, end = ms_from_datetime(row.start_at), ms_from_datetime(row.end_at)
    if firm.organisation is None or not any(one.post == row.kind and one.start_ms < end and one.end_ms > begin for one in gaps):
        return
    hours = [row.start_at.isoformat(), row.end_at.isoformat()]
    figures = {**_post(firm), "permit": row.permit, "kind": row.kind, "hours": hours}
    key = f"{_permit_key(firm.pk, row.permit, row.kind)}-{deterministic_id('hours', *hours)}"
    draft = Draft(PRESENCE, FIRM, urgent=False, key=key, organisation=firm.organisation, figures=figures, deadline=row.end_at)
    write_all([draft], Directory(now))


def end_permit_notice(object_id: UUID, permit: str, kind: str, *, now: datetime) -> None:
    """A post that a permit no longer opens waits for nobody."""
    _end(Notice.objects.filter(key__startswith=_permit_key(object_id, permit, kind)), now)


def watch_posts(*, now: datetime) -> None:
    """Tells of posts that nobody has looked at in time and of terminals that count no more; lists absences found afterwards."""
    let_go_of_terminals(now=now)
    tell_overdue_posts(now=now)
    list_absences(now=now)


def let_go_of_terminals(*, now: datetime) -> int:
    """Terminals and gates whose token has ended are bound no more: what they send is the firm's own word from now on, and the
    firm is told so. Returns how many. Tokens end by the machine's clock.
    """
    in_force = tokens_in_force(now=timezone.now()).order_by().values("pk")
    ended = list(PresenceTerminal.objects.exclude(pk__in=in_force).select_related("object__organisation__region")[:_AT_ONCE])
    if ended:
        with transaction.atomic():
            write_all([draft for row in ended if (draft := _ended(row))], Directory(now))
            for row in ended:
                details = {"object": str(row.object_id), "sources": " ".join(row.sources)}
                record_audit(system_actor(), "presence.terminal_ended", "token", row.pk, row.object.region_code, details)
                row.delete()
    return len(ended)


def _ended(row: PresenceTerminal) -> Draft | None:
    firm = row.object
    if firm.organisation is None:
        return None
    figures = {**_post(firm), "terminal": list(row.sources)}
    return Draft(PRESENCE, FIRM, urgent=False, key=f"terminal-{row.pk}-ended", organisation=firm.organisation, figures=figures)


def tell_overdue_posts(*, now: datetime) -> int:
    """Posts at which nobody has looked within the time: the next desk upward of the body that was to look. Returns how many."""
    late: dict[str, list[RollCallAnswer]] = {}
    for row in tasks_not_seen_to(now)[:_AT_ONCE]:
        late.setdefault(f"post-late-{row.call_id}", []).append(row)
    keys = dict(late)
    for known in Notice.objects.filter(key__in=keys).values_list("key", flat=True):
        del keys[known]
    if not keys:
        return 0
    with transaction.atomic():
        directory = Directory(now)
        drafts = [draft for key, rows in keys.items() if (draft := _overdue(key, rows, directory))]
        return len(write_all(drafts, directory)) if drafts else 0


def list_absences(*, now: datetime) -> int:
    """The list of the day, at its hour, once, to each body that supervises a firm in which somebody was absent; how many."""
    local, hour = timezone.localtime(now), duty_policy().telling.daily_at_time
    at = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    last = AbsenceList.objects.values_list("day", flat=True).first()
    if local < at or (last is not None and last >= at.date()):
        return 0
    since = (
        max(at.replace(year=last.year, month=last.month, day=last.day), at - timedelta(days=7))
        if last
        else at - timedelta(days=1)
    )
    with transaction.atomic():
        AbsenceList.objects.create(day=at.date())
        drafts = list(_lists(since, at))
        return len(write_all(drafts, Directory(now))) if drafts else 0


def _called(row: "RollCallAnswer", until: datetime, now: datetime) -> Iterable[Draft]:
    """The person who is called, by the account that the register links; nobody answers for a colleague."""
    person, number = row.person.user, len(row.called_ms)
    if person is None or not person.is_active:
        return
    key = f"roll-call-{row.pk}-{number}"
    _end(_of_person(row.pk).exclude(key=key), now)
    yield Draft(
        ROLL_CALL,
        ON_POST,
        urgent=True,
        key=key,
        person=person,
        figures={"firm": row.call.object.name, "until": until.isoformat(), "number": number},
        deadline=until,
    )


def _overdue(key: str, rows: "Sequence[RollCallAnswer]", directory: Directory) -> Draft | None:
    found = rows[0].call.object
    body = supervisor_of(found, directory.at)
    above = directory.next_desk(body) if body is not None else None
    if above is None or body is None:
        return None
    posts = [{"role": row.shift.role if row.shift is not None else row.person.role} for row in rows]
    due = min((row.task_due_at for row in rows if row.task_due_at), default=directory.at)
    looks = {"zh": body.name_zh, "en": body.name_en}
    figures = {**_post(found), "posts": posts, "late_since": due.isoformat(), "looks": looks}
    return Draft(PRESENCE, SUPERIOR, urgent=True, key=key, organisation=above, figures=figures)


def _lists(since: datetime, until: datetime) -> Iterable[Draft]:
    by_body: dict[UUID, tuple[Organisation, list[Mapping[str, object]]]] = {}
    for verdict in found_afterwards(since, until):
        found = verdict.shift.person.object
        if (body := supervisor_of(found, until)) is not None:
            hours = [verdict.shift.start_at.isoformat(), verdict.shift.end_at.isoformat()]
            line = {**_post(found), "role": verdict.shift.role, "state": verdict.state, "hours": hours}
            by_body.setdefault(body.pk, (body, []))[1].append(line)
    for body, lines in by_body.values():
        figures = {"list": lines[: duty_policy().telling.listed], "more": max(0, len(lines) - duty_policy().telling.listed)}
        key = f"absences-{deterministic_id('absences', body.pk, until.date())}"
        yield Draft(PRESENCE, COMPETENT, urgent=False, key=key, organisation=body, figures=figures)


def _end(rows: Any, now: datetime) -> None:
    """What is pending of these notices goes out no more, and what has not been read waits for nobody."""
    supersede(rows, now=now)
    rows.filter(read_at__isnull=True).update(fate=Fate.SUPERSEDED.value)


def _permit_key(object_id: UUID, permit: str, kind: str) -> str:
    return f"permit-post-{deterministic_id('permit', object_id, permit, kind)}"


def answer_id_of(key: str) -> UUID:
    """Of the key of a notice to somebody who is called: whose answer it asks for."""
    return UUID(key.removeprefix("roll-call-")[:36])


def _of_person(answer_id: UUID) -> Any:
    return Notice.objects.filter(key__startswith=f"roll-call-{answer_id}-")


def _post(supervised_object: "SupervisedObject") -> dict[str, str]:
    return {"firm": supervised_object.name, "object": str(supervised_object.pk)}
