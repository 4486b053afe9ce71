"""Alarms go from one case to another: merge, split and move are one act, and each can be taken back.

The line of the time line keeps how every moved alarm stood before. To take it back is to put that back; what was done later to
one of the two cases has to be taken back first.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.bus.services import record_event
from tocsin.command.casebook.events import CaseChangeUndone, CasesMerged, CaseSplit
from tocsin.command.casebook.models import Case, CaseChange, Membership
from tocsin.command.casebook.rules import cases as rules
from tocsin.command.casebook.rules.alarm_facts import Join, Reason
from tocsin.command.casebook.rules.cases import MOVES, CaseState, Origin
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.log import MACHINE, Book, members_of
from tocsin.command.gathering.models import Apart, Proposal
from tocsin.command.gathering.services.carry_over import Carried, carry_back, carry_over, highest_set_since
from tocsin.command.handling.services.follow_up import react
from tocsin.command.orders.services.endings import take_back_end


def merge(book: Book, source: Case, target: Case, join: Join, *, text: str = "") -> CaseChange:
    """Every alarm of `source` goes into `target`; the number of `source` becomes another name of `target`."""
    _same_side(source, target)
    rows = list(Membership.objects.filter(case=source))
    joins = {source.lead_id: join} if source.lead_id else {}
    peak = target.peak_level
    carried = carry_over(book, source, target)
    change = _move(book, "merged", rows, source, target, joins, text=text, lines_in=(target, source), peak=peak, carried=carried)
    for case in (target, source):  # first what is concerned is told of the one, then that the other goes on there
        react(book, case)
    by_machine = book.channel == MACHINE
    event = CasesMerged(case_id=str(target.pk), merged_case_id=str(source.pk), by_machine=by_machine)
    record_event(event, region=book.region_code)
    return change


def split(book: Book, source: Case, rows: Sequence[Membership], *, text: str = "") -> tuple[Case, CaseChange]:
    """These alarms of `source` go into a case of their own, which stays apart when a person says so."""
    by_person = book.channel != MACHINE
    chosen = {row.alarm_id for row in rows}
    lead = rules.lead_of([one.member for one in members_of(source) if one.member.alarm_id in chosen])
    target = book.new_case(begun_at=source.begun_at, lead_id=lead, drill_id=source.drill_id)
    joins = {lead: Join(Reason.OPENED)}
    change = _move(book, "split", rows, source, target, joins, text=text, lines_in=(source, target), keep_apart=by_person)
    event = CaseSplit(
        case_id=str(source.pk),
        new_case_id=str(target.pk),
        alarm_ids=sorted(str(one) for one in chosen),
        by_machine=not by_person,
    )
    record_event(event, region=book.region_code)
    return target, change


def move(book: Book, row: Membership, target: Case, join: Join, *, text: str = "") -> CaseChange:
    """One alarm goes into another case."""
    source = row.case
    _same_side(source, target)
    return _move(book, "moved", [row], source, target, {row.alarm_id: join}, text=text, lines_in=(target, source))


def undo(book: Book, change: CaseChange, *, text: str = "") -> CaseChange:
    """Takes a merge, split or move back. Conflict where it was taken back before or something later builds on it.

    A machine's act that a person takes back is not done again: the two cases stay apart.
    """
    if change.act not in MOVES or change.undone_by_id is not None or change.other is None:
        raise Conflict(_("This can't be taken back, or has been already."))
    if _later_move(change) is not None:
        raise Conflict(_("Something was done to these cases later: take that back first."))
    figures = change.figures
    source = Case.objects.select_for_update().get(pk=figures["source"])
    target = Case.objects.select_for_update().get(pk=figures["target"])
    back = {UUID(one["id"]): one for one in figures["moved"]}
    rows = list(Membership.objects.filter(pk__in=back))
    by_machine = change.channel == MACHINE
    for row in rows:
        before = back[row.pk]
        row.case, row.reason, row.figures = source, before["reason"], before["figures"]
        row.joined_at = datetime.fromisoformat(before["joined_at"])
        row.settled = before["settled"] or by_machine
        row.save()
    source.lead_id, source.merged_into = _identity(figures["source_lead"]), None
    target.lead_id = _identity(figures["target_lead"])
    target.peak_level = max(figures["target_peak"], highest_set_since(change, target))
    if figures["carried"]:
        carry_back(source, target, figures["carried"])
    _reopen(source)
    clocks.restart(source, stopped_at=change.at)
    if figures["apart"]:
        Apart.objects.filter(one=source, other=target).delete()
    Apart.objects.bulk_create([Apart(one_id=one, other_id=other) for one, other in figures["apart_before"]])
    if by_machine and book.channel != MACHINE and not figures["apart_before"]:
        Apart.objects.create(one=source, other=target)
    if target.origin == Origin.ALARM and not Membership.objects.filter(case=target).exists():
        _empty(book, target, source)
    done = book.note(source, "undone", other=target, text=text, figures={"change": str(change.pk), "act": change.act})
    mirror = book.note(target, "undone", other=source, text=text, figures={"change": str(change.pk), "act": change.act})
    CaseChange.objects.filter(Q(pk=change.pk) | Q(figures__mirror_of=str(change.pk))).update(undone_by=done)
    _after(book, source, target, [row.alarm_id for row in rows], source)
    if change.act == "merged":
        take_back_end(source, now=book.now)
        react(book, source)
    record_event(CaseChangeUndone(case_id=str(source.pk), change_id=str(change.pk)), region=book.region_code)
    return mirror if change.case_id == target.pk else done


def _same_side(one: Case, other: Case) -> None:
    if one.drill_id != other.drill_id:
        raise Conflict(_("What is practised and what is real stay apart."))


def _move(
    book: Book,
    act: str,
    rows: Sequence[Membership],
    source: Case,
    target: Case,
    joins: dict[UUID, Join],
    *,
    text: str,
    lines_in: tuple[Case, Case],
    keep_apart: bool = False,
    peak: int | None = None,
    carried: Carried | None = None,
) -> CaseChange:
    """The rows change their case; `joins` gives some of them a new reason. Returns the line that can be undone.

    `peak`: of the target, and `carried`: what else has gone over, as it was before.
    """
    by_person = book.channel != MACHINE
    figures: dict[str, object] = {
        "source": str(source.pk),
        "target": str(target.pk),
        "source_lead": _text(source.lead_id),
        "target_lead": _text(target.lead_id),
        "moved": [_as_it_was(row) for row in rows],
        "target_peak": target.peak_level if peak is None else peak,
        "carried": carried or {},
        "apart": keep_apart,
        "apart_before": _end_apart(source, target) if by_person and not keep_apart else [],
    }
    for row in rows:
        row.case = target
        row.settled = row.settled or by_person
        if row.alarm_id in joins:
            join = joins[row.alarm_id]
            row.reason, row.figures, row.joined_at = join.reason, dict(join.figures), book.now
        row.save()
    if keep_apart:
        Apart.objects.create(one=source, other=target)
    remaining = members_of(source)
    if not remaining:
        _empty(book, source, target)
    elif source.lead_id not in {one.member.alarm_id for one in remaining}:
        source.lead_id = rules.lead_of([one.member for one in remaining])
        source.save()
    told: dict[str, object] = {**figures, "alarms": len(rows)}
    if len(joins) == 1:
        join = next(iter(joins.values()))
        told |= {"reason": join.reason.value, "why": dict(join.figures)}
    first, second = lines_in
    alarm_id = rows[0].alarm_id if len(rows) == 1 else None
    change = book.note(first, act, other=second, alarm_id=alarm_id, text=text, figures=told)
    mirror: dict[str, object] = {name: told[name] for name in ("alarms", "reason", "why") if name in told}
    book.note(second, f"{act}_there", other=first, alarm_id=alarm_id, text=text, figures={**mirror, "mirror_of": str(change.pk)})
    _after(book, source, target, [row.alarm_id for row in rows], target)
    return change


def _as_it_was(row: Membership) -> dict[str, object]:
    return {
        "id": str(row.pk),
        "reason": row.reason,
        "figures": row.figures,
        "joined_at": row.joined_at.isoformat(),
        "settled": row.settled,
    }


def _text(identity: UUID | None) -> str:
    return str(identity) if identity else ""


def _identity(text: str) -> UUID | None:
    return UUID(text) if text else None


def _after(book: Book, source: Case, target: Case, moved: list[UUID], into: Case) -> None:
    for case in (source, target):
        if book.channel != MACHINE and case.state != CaseState.MERGED:
            case.touched_at = case.touched_at or book.now
        book.refresh(case)
    book.number_alarms(moved, into)
    Proposal.objects.filter(alarm_id__in=moved, answered_at__isnull=True).delete()


def _empty(book: Book, case: Case, into: Case) -> None:
    case.state, case.merged_into, case.level = CaseState.MERGED, into, 0
    case.save()
    clocks.follow(case, now=book.now)


def _reopen(case: Case) -> None:
    """A merged case is one again; what state it has, `refresh` says."""
    if case.state == CaseState.MERGED:
        case.state = CaseState.WAITING
    case.save()


def _end_apart(one: Case, other: Case) -> list[list[str]]:
    """A person who joins two cases takes back that they are apart."""
    pairs = Apart.objects.filter(Q(one=one, other=other) | Q(one=other, other=one))
    before = [[str(pair.one_id), str(pair.other_id)] for pair in pairs]
    pairs.delete()
    return before


def _later_move(change: CaseChange) -> CaseChange | None:
    """A move of either case after this one that still holds."""
    cases = [change.figures["source"], change.figures["target"]]
    later: Iterable[CaseChange] = CaseChange.objects.filter(act__in=MOVES, undone_by__isnull=True, line__gt=change.line).filter(
        Q(case_id__in=cases) | Q(other_id__in=cases)
    )
    return next(iter(later), None)
