"""The machine's part: alarms find their case, and cases follow their alarms. A function of what the database holds.

Whatever was missed or told twice changes nothing: an alarm without a case is looked for, an alarm with a newer diagnosis is
considered anew, and what is as it should be is left alone.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import Any
from uuid import UUID

from tocsin.base.ids import new_id
from tocsin.base.tracing import is_on, span
from tocsin.bus.services import in_one_transaction, record_event
from tocsin.bus.traces import remember_trace, trace_of, traces_of
from tocsin.command.casebook.events import CaseProposed
from tocsin.command.casebook.models import Case, CaseBook, LogPosition, Membership
from tocsin.command.casebook.policy import policy
from tocsin.command.casebook.queries.places import PLACED
from tocsin.command.casebook.rules.alarm_facts import AlarmFacts, Join, Reason
from tocsin.command.casebook.rules.cases import OPEN_STATES, CaseState
from tocsin.command.casebook.services.log import MACHINE, Book, cause_figures, open_book
from tocsin.command.gathering.models import Proposal
from tocsin.command.gathering.queries import alarms as queries
from tocsin.command.gathering.queries.alarms import Candidate
from tocsin.command.gathering.queries.explanations import explain
from tocsin.command.gathering.rules.explanations import contradicts
from tocsin.command.gathering.rules.neighbours import Neighbours
from tocsin.command.gathering.services.opening import Opening, open_cases
from tocsin.command.gathering.services.transfers import merge, move, split
from tocsin.command.handling.services.follow_up import react
from tocsin.command.handling.services.handling import reopen
from tocsin.command.orders.services.sending import dispatch_by_policy
from tocsin.command.routing.services.cases import tell_new_cases
from tocsin.jurisdiction.face import system_actor
from tocsin.warning import face as warning
from tocsin.warning.alarms.rules.states import SET_ASIDE, AlarmState

log = logging.getLogger(__name__)

CONSUMER = "cases"
LOOK = 180  # alarms for which bodies and the ways to them are looked up once
BATCH = 30  # alarms in one transaction
DISPATCHED = 20  # cases whose orders are sent, in one transaction for each county, before the next look for alarms
_ORDER = {reason: number for number, reason in enumerate(Reason)}


def gather_alarms(*, now: datetime, machine_now: datetime) -> int:
    """Puts up to `LOOK` alarms of each county whose diagnosis is done, or too long overdue, into cases; returns how many.

    `now` is the judging clock's; `machine_now` the machine's own, by which diagnoses are due.
    """
    look = _Look(now, machine_now - timedelta(seconds=policy().gathering.wait_for_diagnosis_s))
    placed = 0
    for _ in range(LOOK // BATCH):
        regions = queries.regions_of_unplaced_alarms(due_before=look.due_before)
        if not regions:
            break
        for region in regions:
            look.read_candidates(region)
            placed += in_one_transaction(partial(_place, look, region))
    return placed


def follow_events(*, alarm_ids: Iterable[UUID], position: int, now: datetime) -> None:
    """Considers alarms of which something was told; the position in the log of events is written with what follows from it."""
    ids = set(alarm_ids)
    for region in warning.regions_of_alarms(ids):
        in_one_transaction(partial(_follow, region, ids, now))
    LogPosition.objects.update_or_create(consumer=CONSUMER, defaults={"sequence": position})


def followed_position() -> int:
    """Sequence of the last event whose consequences are in the database; 0 at the very beginning."""
    return LogPosition.objects.filter(consumer=CONSUMER).values_list("sequence", flat=True).first() or 0


def _opens(alarm: Any) -> bool:
    """Whether the alarm opens a case where it fits into none; `queries.unplaced_alarms` asks the same of many."""
    return alarm.level >= policy(alarm.region_code).gathering.opening_level and alarm.state not in SET_ASIDE


@dataclass(frozen=True)
class _Found:
    """The case that explains an alarm, and why."""

    case_id: UUID
    join: Join


@dataclass
class _Look:
    """What one look at the alarms of all counties has found out so far, for its transactions one after another."""

    now: datetime
    due_before: datetime
    memo: dict[str, Any] = field(default_factory=dict)
    _known: dict[str, tuple[int, Neighbours[Candidate]]] = field(default_factory=dict)

    def read_candidates(self, region: str) -> None:
        """Reads the county's open cases before its book is held, so that nobody waits for it meanwhile."""
        if region not in self._known:
            lines = CaseBook.objects.filter(pk=region).values_list("lines", flat=True).first() or 0
            self._known[region] = lines, self._neighbours(region)

    def candidates(self, book: Book) -> Neighbours[Candidate]:
        """The same as they are now that the book is held: every change of cases has left a line in it."""
        lines, found = self._known.pop(book.region_code, (None, None))
        return found if found is not None and lines == book.row.lines else self._neighbours(book.region_code)

    def keep(self, book: Book, known: Neighbours[Candidate]) -> None:
        """They go on being good where the transaction commits; where it does not the book's lines will say so."""
        self._known[book.region_code] = book.row.lines, known

    def _neighbours(self, region: str) -> Neighbours[Candidate]:
        return _neighbours(queries.candidates(region, now=self.now), region)


def _neighbours(candidates: Iterable[Candidate], region: str) -> Neighbours[Candidate]:
    known: Neighbours[Candidate] = Neighbours(policy(region).gathering)
    for one in candidates:
        known.add(one, one.facts)
    return known


def _add_member(known: Neighbours[Candidate], case: Case, own: AlarmFacts) -> None:
    plain = replace(own, hypotheses=())
    known.add(Candidate(case.pk, case.opened_at, False, plain), plain)


def _place(look: _Look, region: str) -> int:
    book = open_book(region, actor=system_actor(), channel=MACHINE, now=look.now, memo=look.memo)
    alarms = queries.unplaced_alarms(region, due_before=look.due_before, limit=BATCH)
    known = look.candidates(book)
    facts = queries.facts_of(alarms)
    any_closed = queries.any_case_to_reopen(region, now=look.now)
    waiting: dict[UUID, Opening] = {}  # cases that open together
    for alarm in alarms:
        own, diagnosis_id = facts[alarm.pk]
        found = _best(own, region, known.near(own))
        closed = queries.closed_case_of_point(alarm, now=look.now) if found is None and any_closed else None
        if found is None and closed is None:
            opening = Opening(new_id(), alarm, own, diagnosis_id)
            waiting[opening.case_id] = opening
            known.add(Candidate(opening.case_id, book.now, True, own), own)
            continue
        if found is not None and found.case_id in waiting:
            _open(book, waiting, known, look.due_before)
        case = _join(book, own, diagnosis_id, found, closed)
        _add_member(known, case, own)
        react(book, case)
    _open(book, waiting, known, look.due_before)
    look.keep(book, known)
    return len(alarms)


def _join(book: Book, own: AlarmFacts, diagnosis_id: UUID | None, found: _Found | None, closed: Case | None) -> Case:
    """Into the case that explains it, or into one that was closed lately at the same point and goes on."""
    if found is not None:
        case = Case.objects.get(pk=found.case_id)
        with span("alarm joined case", parent=trace_of(own.id), case=str(case.pk), alarm=str(own.id)):
            book.join(case, own, found.join, diagnosis_id=diagnosis_id)
        return case
    assert closed is not None  # noqa: S101 - one of the two
    days = (book.now - (closed.closed_at or book.now)).days
    book.join(closed, own, Join(Reason.SAME_POINT, {"days": days}), diagnosis_id=diagnosis_id)
    reopen(book, closed)
    return closed


def _open(book: Book, waiting: dict[UUID, Opening], known: Neighbours[Candidate], due_before: datetime) -> None:
    """Opens what waits, tells everybody concerned, and draws in lower alarms that the new cases explain."""
    openings = list(waiting.values())
    waiting.clear()
    if not openings:
        return
    cases = {case.pk: case for case in open_cases(book, openings)}
    _trace_openings(openings)
    leads = _neighbours((Candidate(one.case_id, book.now, True, one.facts) for one in openings), book.region_code)
    lower = queries.unplaced_alarms(book.region_code, due_before=due_before, limit=10 * BATCH, lower=True)
    for own, diagnosis_id in queries.facts_of(lower).values():
        found = _best(own, book.region_code, leads.near(own))
        if found is not None:
            book.join(cases[found.case_id], own, found.join, diagnosis_id=diagnosis_id)
            _add_member(known, cases[found.case_id], own)
    tell_new_cases(book, list(cases.values()))


def _trace_openings(openings: Iterable[Opening]) -> None:
    """Each case goes on from the alarm that opened it."""
    if not is_on():
        return
    places = traces_of(one.facts.id for one in openings)
    for one in openings:
        with span("case opened", parent=places.get(one.facts.id, ""), case=str(one.case_id), alarm=str(one.facts.id)):
            remember_trace(one.case_id)


def dispatch_due_orders(*, now: datetime) -> int:
    """Owners get the orders of up to `DISPATCHED` cases that were opened and told; returns how many. Telling comes first."""
    due = Case.objects.filter(dispatch_due=True).order_by("opened_at").values_list("pk", "region_code")[:DISPATCHED]
    by_region: dict[str, list[UUID]] = {}
    for pk, region in due:
        by_region.setdefault(region, []).append(pk)
    for region, ids in by_region.items():
        in_one_transaction(partial(_dispatch, ids, region, now))
    return sum(map(len, by_region.values()))


def _dispatch(case_ids: list[UUID], region: str, now: datetime) -> None:
    book = open_book(region, actor=system_actor(), channel=MACHINE, now=now)
    rows = Case.objects.filter(pk__in=case_ids, dispatch_due=True)
    cases = list(rows.select_related(*PLACED).order_by("opened_at", "number"))
    for case in cases:
        case.dispatch_due = False
    rows.update(dispatch_due=False)
    dispatch_by_policy(book, cases)


def _follow(region: str, ids: set[UUID], now: datetime) -> int:
    book = open_book(region, actor=system_actor(), channel=MACHINE, now=now)
    alarms = {alarm.pk: alarm for alarm in warning.alarms_by_id(ids) if alarm.region_code == region}
    facts = queries.facts_of(list(alarms.values()))
    rows = {row.alarm_id: row for row in Membership.objects.filter(alarm_id__in=alarms).select_related("case")}
    for case in {row.case_id: row.case for row in rows.values()}.values():
        book.refresh(case)
        if case.state == CaseState.CLOSED:  # what still rang when it was closed goes when its condition is gone
            gone = [alarm_id for alarm_id, row in rows.items() if row.case_id == case.pk and _is_gone(alarms[alarm_id])]
            book.retire_alarms(case, gone)
    for alarm_id, alarm in sorted(alarms.items()):
        own, diagnosis_id = facts[alarm_id]
        row = rows.get(alarm_id)
        if row is None:
            if alarm.closed_at is None and not _opens(alarm):
                _join_lower(book, own, diagnosis_id)
        elif row.diagnosis_id != diagnosis_id and row.case.state != CaseState.CLOSED:
            _consider_again(book, Membership.objects.select_related("case").get(pk=row.pk), own, diagnosis_id)
    for case in Case.objects.filter(memberships__alarm_id__in=alarms, state__in=OPEN_STATES).distinct():
        react(book, case)
    for case in Case.objects.filter(pk__in=[one.pk for one in book.ended], state=CaseState.CLOSED):
        react(book, case)
    return len(rows)


def _is_gone(alarm: Any) -> bool:
    return alarm.state in (AlarmState.LATCHED, AlarmState.RETURNED_UNACKNOWLEDGED)


def _join_lower(book: Book, own: AlarmFacts, diagnosis_id: UUID | None) -> None:
    found = _best(own, book.region_code, queries.candidates(book.region_code, now=book.now))
    if found is not None:
        book.join(Case.objects.get(pk=found.case_id), own, found.join, diagnosis_id=diagnosis_id)


def _consider_again(book: Book, row: Membership, own: AlarmFacts, diagnosis_id: UUID | None) -> None:
    """A newer diagnosis: the case tells it, and alarms move where nobody is at work; else the machine asks."""
    row.diagnosis_id = diagnosis_id
    row.save(update_fields=["diagnosis_id"])
    case = row.case
    is_lead = case.lead_id == row.alarm_id
    if is_lead:
        _tell_cause(book, case, own)
    known = queries.candidates(book.region_code, now=book.now, without=[own.id])
    lead = next((one.facts for one in known if one.case_id == case.pk and one.is_lead), None)
    if row.settled or (lead is not None and explain(own, lead, book.region_code) is not None):
        _withdraw(own.id, None)
        return
    apart = queries.apart_from([case.pk]).get(case.pk, set())
    others = [one for one in known if one.case_id != case.pk and one.case_id not in apart]
    found = _best(own, book.region_code, others)
    if found is not None:
        _bring_together(book, row, Case.objects.get(pk=found.case_id), found.join, whole=is_lead)
    elif (
        lead is not None
        and not is_lead
        and contradicts(own, lead, policy(book.region_code).gathering)
        and case.touched_at is None
    ):
        split(book, case, [row])
    else:
        _withdraw(own.id, None)


def _bring_together(book: Book, row: Membership, other: Case, join: Join, *, whole: bool) -> None:
    """Alarms of the younger case go into the older one; where a person has touched either, that is proposed."""
    case = row.case
    book.refresh(other)
    younger, older = (case, other) if (case.opened_at, case.number) > (other.opened_at, other.number) else (other, case)
    if not whole:
        younger, older = case, other
    _withdraw(row.alarm_id, older.pk)
    if case.touched_at is None and other.touched_at is None:
        if whole:
            merge(book, younger, older, join)
        else:
            move(book, row, other, join)
        return
    proposal, is_new = Proposal.objects.get_or_create(
        case=younger,
        other=older,
        alarm_id=row.alarm_id,
        answered_at=None,
        defaults={"whole": whole, "reason": join.reason, "figures": dict(join.figures), "at": book.now},
    )
    if is_new:
        figures = {"reason": join.reason.value, "why": dict(join.figures)}
        book.note(younger, "proposed", other=older, alarm_id=row.alarm_id, figures=figures)
        event = CaseProposed(case_id=str(younger.pk), other_case_id=str(older.pk), proposal_id=str(proposal.pk))
        record_event(event, region=book.region_code)


def _withdraw(alarm_id: UUID, but: UUID | None) -> None:
    """What the machine no longer thinks it no longer asks."""
    asked = Proposal.objects.filter(alarm_id=alarm_id, answered_at__isnull=True)
    (asked.exclude(other_id=but) if but else asked).delete()


def _tell_cause(book: Book, case: Case, own: AlarmFacts) -> None:
    figures = cause_figures(own)
    told = case.changes.filter(act__in=("opened", "cause")).order_by("-line").first()
    if told is None or told.figures.get("cause") != figures.get("cause") or told.figures.get("asset") != figures.get("asset"):
        book.note(case, "cause", alarm_id=own.id, figures=figures)
        book.tell_kind(case, own)
        book.refresh(case)


def _best(own: AlarmFacts, region: str, known: Iterable[Candidate]) -> _Found | None:
    """The strongest reason among open cases; of equals the oldest case."""
    reasons = ((one, explain(own, one.facts, region)) for one in known)
    found = [(_ORDER[join.reason], one.opened_at, one.case_id, join) for one, join in reasons if join is not None]
    if not found:
        return None
    _order, _opened, case_id, join = min(found, key=itemgetter(0, 1, 2))
    return _Found(case_id, join)
