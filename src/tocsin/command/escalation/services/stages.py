"""Clocks that have come to a stage: who is waited for is reminded, then the superior is called, then the leader."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from tocsin.bus.services import in_one_transaction, record_event
from tocsin.command.casebook.models import Clock
from tocsin.command.casebook.queries.notices import subject_of
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.log import MACHINE, Book, open_book
from tocsin.command.escalation.events import ClockFired
from tocsin.command.escalation.policy import escalation
from tocsin.command.escalation.queries import called_by, responsible_for
from tocsin.command.escalation.rules import calls_at
from tocsin.command.escalation.services.check_ins import warn_commander
from tocsin.command.orders.models import Order
from tocsin.command.orders.queries.notices import act_of
from tocsin.command.routing.services.notice_clocks import directory_of
from tocsin.jurisdiction.face import system_actor
from tocsin.notices import face as notices

BATCH = 100  # clocks in one transaction


def run_clocks(*, now: datetime) -> int:
    """Fires up to `BATCH` clocks whose next stage has come; returns how many. One indexed look where none has."""
    due = Clock.objects.filter(next_at__lte=now).order_by("next_at").values_list("pk", "case__region_code")[:BATCH]
    by_region: dict[str, list[UUID]] = {}
    for pk, region in due:
        by_region.setdefault(region, []).append(pk)
    return sum(in_one_transaction(partial(_fire_all, region, ids, now)) for region, ids in sorted(by_region.items()))


def _fire_all(region: str, ids: Iterable[UUID], now: datetime) -> int:
    book = open_book(region, actor=system_actor(), channel=MACHINE, now=now)
    due = Clock.objects.filter(pk__in=list(ids), next_at__lte=now).select_related("case__keeper__region", "case__drill")
    fired = list(due.order_by("next_at", "id"))
    for clock in fired:
        _fire(book, clock)
    return len(fired)


def _fire(book: Book, clock: Clock) -> None:
    case = clock.case
    if case.suspended_until is not None and case.suspended_until <= book.now:
        case.suspended_until, case.suspended_reason = None, ""
        case.save(update_fields=["suspended_until", "suspended_reason"])
        book.note(case, "resumed")
    clocks.fire(clock, case, now=book.now)
    step = Step(clock.step)
    body = responsible_for(case, step, clock.subject, book.now)
    order = Order.objects.filter(number=clock.subject).first() if clock.subject else None
    told: dict[str, str] = {}
    subject = subject_of(case)
    for whom, purpose in calls_at(clock.stage, escalation(case.region_code, case.opened_at).rungs):
        for called in called_by(body, whom, region_code=case.region_code, at=book.now):
            if called.key in told:
                continue
            told[called.key] = called.name
            notices.write(
                subject,
                organisation=called.organisation,
                person=called.person,
                purpose=purpose,
                why=whom.value,
                urgent=True,
                key=f"clock-{clock.pk}-{clock.began_at.timestamp():.0f}-{clock.stage}-{called.key}",
                figures={"step": step.value, "percent": clock.stage, "due_at": clock.due_at.isoformat()},
                now=book.now,
                act=act_of(order) if order else None,
                directory=directory_of(book),
            )
    warn_commander(book, clock)
    figures = {"step": step.value, "percent": clock.stage, "called": ", ".join(told.values()) or "–", "subject": clock.subject}
    book.note(case, "clock", figures=figures)
    record_event(ClockFired(case_id=str(case.pk), step=step.value, percent=clock.stage), region=case.region_code)
    clocks.begin_anew(clock, case, now=book.now)
