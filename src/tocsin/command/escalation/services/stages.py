"""Clocks that have come to a stage: who is waited for is reminded, then the superior is called, then the leader; then all of it
again, one further up each time, until somebody acts. Many clocks at once, in few statements.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from tocsin.bus.bulk import save_all
from tocsin.bus.services import in_one_transaction, record_events
from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.queries.notices import notices_of_clocks, subject_of
from tocsin.command.casebook.rules.clocks import Step, moment_of_last, percent_of, repeat_number
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.log import MACHINE, Book, Line, open_book
from tocsin.command.escalation.events import ClockFired
from tocsin.command.escalation.policy import escalation
from tocsin.command.escalation.queries import Called, Parties, is_verified
from tocsin.command.escalation.rules import Whom, calls_at
from tocsin.command.escalation.services.check_ins import warn_commander
from tocsin.command.orders.queries.notices import act_of
from tocsin.command.routing.services.notice_clocks import directory_of
from tocsin.jurisdiction.face import system_actor
from tocsin.notices import face as notices

if TYPE_CHECKING:
    from tocsin.notices.face import Notice

BATCH = 60  # clocks in one transaction: a person's act waits for the county's book no longer than these take


def run_clocks(*, now: datetime) -> int:
    """Fires up to `BATCH` clocks whose next stage has come; returns how many. One indexed look where none has."""
    due = Clock.objects.filter(next_at__lte=now).order_by("next_at").values_list("pk", "case__region_code")[:BATCH]
    by_region: dict[str, list[UUID]] = {}
    for pk, region in due:
        by_region.setdefault(region, []).append(pk)
    return sum(in_one_transaction(partial(_fire_all, region, ids, now)) for region, ids in sorted(by_region.items()))


@dataclass
class Fired:
    """A clock at its new stage, and who is called for it. `in_hand`: who was called at the one before and says they have it."""

    clock: Clock
    since: datetime  # when it fired before
    in_hand: Called | None = None
    drafts: tuple[notices.Draft, ...] = ()
    called: tuple[Called, ...] = ()

    @property
    def case(self) -> Case:
        """The clock's case."""
        return self.clock.case


def _fire_all(region: str, ids: Iterable[UUID], now: datetime) -> int:
    book = open_book(region, actor=system_actor(), channel=MACHINE, now=now)
    due = Clock.objects.filter(pk__in=list(ids), next_at__lte=now).select_related("case__keeper__region", "case__drill")
    found = list(due.order_by("next_at", "id"))
    _resume(book, [clock.case for clock in found])
    fired = [Fired(one, moment_of_last(clocks.running(one), clocks.again_of(one.case))) for one in found]
    for one in fired:
        clocks.fire(one.clock, one.case, now=now)
    told = _told(fired)
    _see_who_has_it(fired, told)
    _call(book, fired)
    if outdated := _outdated(fired, told):
        notices.silence(notices.Notice.objects.filter(pk__in=outdated), now)
    for clock in found:
        warn_commander(book, clock)
    _write_down(book, fired)
    for one in fired:
        clocks.begin_anew(one.clock, one.case, now=now)
    save_all(found, "began_at", "due_at", "stage", "next_at", "met_at")
    return len(found)


def _resume(book: Book, cases: Iterable[Case]) -> None:
    """Cases whose suspension is over go on."""
    over = {one.pk: one for one in cases if one.suspended_until is not None and one.suspended_until <= book.now}
    Case.objects.filter(pk__in=over).update(suspended_until=None, suspended_reason="")
    for case in over.values():
        case.suspended_until, case.suspended_reason = None, ""
    if over:
        book.note_all("resumed", [Line(case) for case in over.values()])


def _told(fired: "Sequence[Fired]") -> "dict[UUID, list[Notice]]":
    """By clock what its stages have told and nobody has taken back."""
    found: dict[UUID, list[Notice]] = {}
    for notice in notices_of_clocks([one.clock for one in fired]):
        found.setdefault(UUID(notice.figures["clock"]), []).append(notice)
    return found


def _see_who_has_it(fired: "Sequence[Fired]", told: "dict[UUID, list[Notice]]") -> None:
    """Whoever was called and says so has the step in hand for one round: nobody further is called in it."""
    for one in fired:
        if repeat_number(one.clock.stage) == 0:
            continue
        own = told.get(one.clock.pk, ())
        takers = [notice for notice in own if notice.read_at is not None and notice.read_at >= one.since]
        one.in_hand = Called(None if takers[0].person else takers[0].organisation, takers[0].person) if takers else None


def _call(book: Book, fired: "Sequence[Fired]") -> None:
    """Writes the notices of all these stages."""
    parties = Parties()
    parties.look_up([one.clock for one in fired])
    for one in fired:
        if not one.in_hand:
            one.drafts, one.called = _drafts(parties, one.clock, book.now)
    drafts = [draft for one in fired for draft in one.drafts]
    if drafts:
        notices.write_all(drafts, directory_of(book))


def _drafts(parties: Parties, clock: Clock, now: datetime) -> "tuple[tuple[notices.Draft, ...], tuple[Called, ...]]":
    case, order = clock.case, parties.order_of(clock)
    body, subject = parties.responsible_for(clock, case, now), subject_of(case)
    figures = {
        "step": clock.step,
        "percent": _percent(clock, now),
        "due_at": clock.due_at.isoformat(),
        "clock": str(clock.pk),
    }
    found: dict[str, notices.Draft] = {}
    everybody: dict[str, Called] = {}
    in_force, repeat = escalation(case.region_code, case.opened_at), repeat_number(clock.stage)
    beyond = {"beyond": True} if repeat and in_force.beyond_level and is_verified(case) else {}
    for whom, purpose in calls_at(clock.stage, in_force.rungs):
        for called in parties.called_by(body, whom, region_code=case.region_code, at=now, repeat=repeat):
            if called.key in found:
                continue
            everybody[called.key] = called
            found[called.key] = notices.Draft(
                purpose,
                whom.value,
                urgent=True,
                key=_key(clock, called),
                subject=subject,
                organisation=called.organisation,
                person=called.person,
                act=act_of(order) if order else None,
                figures={**figures, **beyond} if whom is Whom.LEADER else figures,
            )
    return tuple(found.values()), tuple(everybody.values())


def _key(clock: Clock, called: Called) -> str:
    return f"clock-{clock.pk}-{clock.began_at.timestamp():.0f}-{clock.stage}-{called.key}"


def _percent(clock: Clock, now: datetime) -> int:
    return clock.stage if repeat_number(clock.stage) == 0 else percent_of(clocks.running(clock), now)


def _outdated(fired: "Sequence[Fired]", told: "dict[UUID, list[Notice]]") -> list[UUID]:
    """What earlier stages told those who are told again: the newest stands for all."""
    found: list[UUID] = []
    for one in fired:
        again = {(draft.organisation, draft.person) for draft in one.drafts}
        found += [notice.pk for notice in told.get(one.clock.pk, ()) if (notice.organisation, notice.person) in again]
    return found


def _write_down(book: Book, fired: "Sequence[Fired]") -> None:
    """A line in each case's time line, and the news."""
    lines: dict[str, list[Line]] = {}
    for one in fired:
        act, people = ("clock_held", (one.in_hand,)) if one.in_hand else ("clock", one.called)
        percent, names = _percent(one.clock, book.now), [called.names for called in people]
        figures = {"step": one.clock.step, "percent": percent, "called": names, "subject": one.clock.subject}
        lines.setdefault(act, []).append(Line(one.case, figures=figures))
    for act, group in lines.items():
        book.note_all(act, group)
    record_events(
        (ClockFired(case_id=str(one.case.pk), step=Step(one.clock.step).value, percent=one.clock.stage), one.case.region_code)
        for one in fired
    )
