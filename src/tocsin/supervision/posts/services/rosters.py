"""Rosters of key people: shifts entered with every wrong row told; leave and swaps asked and decided."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.written_hours import read_end, read_moment
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import record_audit
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.objects.policy.posts import post_policy
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts.models import DutyShift, ShiftChange
from tocsin.supervision.posts.policy import duty_policy
from tocsin.supervision.posts.rules import ChangeState, read_flag

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_BATCH = 500


@dataclass(frozen=True)
class NewShift:
    """One shift as told. `person`: the number in gates and positioning, or a name that one person has. Empty role and
    post: the person's own.
    """

    person: str
    start: datetime
    end: datetime
    role: str = ""
    post: str = ""
    leave: bool = False


@dataclass
class RosterRow:
    """A row of a table: its line, what was read of it, and what is wrong with it, each with its column."""

    line: int
    cells: dict[str, str]
    shift: NewShift | None = None
    person: KeyPerson | None = None
    problems: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)

    def tell(self, column: str, text: str) -> None:
        """One problem more, and where it is."""
        self.columns.append(column)
        self.problems.append(text)


@dataclass
class Entered:
    """How a roster went in: rows new, changed, the same as before, and those with problems."""

    new: int = 0
    changed: int = 0
    same: int = 0
    wrong: list[RosterRow] = field(default_factory=list)


def read_shift(line: int, cells: dict[str, str]) -> RosterRow:
    """One row of a table, with what can't be read of it among its problems."""
    row = RosterRow(line, cells)
    try:
        start = read_moment(cells.get("start", ""), timezone.get_default_timezone())
    except (ValueError, OverflowError):
        row.tell("start", _("“%(given)s” is no moment: write 2026-11-25 08:00.") % {"given": cells.get("start", "")[:40]})
        return row
    try:
        end = read_end(cells.get("end", ""), start)
    except (ValueError, OverflowError):
        given = cells.get("end", "")[:40]
        row.tell("end", _("“%(given)s” is no end: write 17:30 or 2026-11-25 17:30.") % {"given": given})
        return row
    try:
        leave = read_flag(cells.get("leave", ""))
    except ValueError:
        row.tell("leave", _("Write yes or no."))
        return row
    row.shift = NewShift(cells.get("person", ""), start, end, cells.get("role", ""), cells.get("post", ""), leave)
    return row


@transaction.atomic
def enter_shifts(
    *, actor: "User", object_id: UUID, rows: Sequence[RosterRow], leave_wrong: bool = False, now: datetime
) -> Entered:
    """Writes the rows of one firm in one go; the same rows again change nothing. With wrong rows nothing is written, unless the
    right ones shall be. A shift that has begun is history: only the register's keepers enter it.
    """
    found = SupervisedObject.objects.select_for_update().get(pk=object_id)
    keeper = _require_keeping(actor, found)
    if len(rows) > duty_policy().rosters.rows_at_once:
        raise InvalidInput(_("A file has at most %(most)s rows.") % {"most": duty_policy().rosters.rows_at_once})
    known = judge_shifts(found, rows, keeper=keeper, lock=True, now=now)
    result = Entered(wrong=[row for row in rows if row.problems])
    if result.wrong and not leave_wrong:
        return result
    fresh, changed = [], []
    for row in rows:
        if row.problems or row.shift is None or row.person is None:
            continue
        told = columns_of(row.shift, row.person)
        before = known.get((row.person.pk, row.shift.start))
        if before is None:
            fresh.append(DutyShift(person=row.person, start_at=row.shift.start, **told))
        elif any(getattr(before, name) != value for name, value in told.items()):
            for name, value in told.items():
                setattr(before, name, value)
            changed.append(before)
        else:
            result.same += 1
    DutyShift.objects.bulk_create(fresh, batch_size=_BATCH)
    if changed:
        DutyShift.objects.bulk_update(changed, ["role", "post", "end_at", "leave"], batch_size=_BATCH)
    result.new, result.changed = len(fresh), len(changed)
    if fresh or changed:
        details = {"new": len(fresh), "changed": len(changed), "wrong": len(result.wrong)}
        record_audit(actor, "roster.entered", "object", found.pk, found.region_code, details)
    return result


def columns_of(shift: NewShift, person: KeyPerson) -> dict[str, Any]:
    """The columns of a shift beside person and begin."""
    return {
        "role": shift.role or person.role,
        "post": (shift.post or person.post)[:120],
        "end_at": shift.end.astimezone(UTC),
        "leave": shift.leave,
    }


def judge_shifts(
    supervised_object: SupervisedObject, rows: Sequence[RosterRow], *, keeper: bool, lock: bool = False, now: datetime
) -> dict[tuple[UUID, datetime], DutyShift]:
    """Fills in person and problems of the rows; returns the shifts that are there, by person and begin."""
    people = _people_by_word(supervised_object)
    told = [row.shift for row in rows if row.shift is not None and _in_time(row.shift, now)]
    known: dict[tuple[UUID, datetime], DutyShift] = {}
    if told:
        first, last = min(one.start for one in told), max(one.end for one in told)
        longest = timedelta(hours=duty_policy().rosters.longest_h)
        there = DutyShift.objects.filter(person__object=supervised_object, start_at__gte=first - longest, start_at__lte=last)
        known = {(one.person_id, one.start_at): one for one in (there.select_for_update() if lock else there)}
    spans: dict[UUID, dict[datetime, datetime]] = {}
    for (person_id, start), one in known.items():
        spans.setdefault(person_id, {})[start] = one.end_at
    seen: Counter[tuple[UUID, datetime]] = Counter()
    for row in rows:
        if row.shift is None:
            continue
        row.person = people.get(row.shift.person.strip())
        _look_at(row, row.shift, keeper=keeper, now=now)
        if row.person is None or row.problems:
            continue
        own, start = spans.setdefault(row.person.pk, {}), row.shift.start
        seen[row.person.pk, start] += 1
        if seen[row.person.pk, start] > 1:
            row.tell("start", _("The same person begins twice at this moment."))
        elif any(begin < row.shift.end and end > start for begin, end in own.items() if begin != start):
            row.tell("start", _("Overlaps another shift of the same person."))
        else:
            own[start] = row.shift.end
    return known


def _in_time(shift: NewShift, now: datetime) -> bool:
    """Does it begin, and end, where the calendar of a roster reaches: as far back as ahead?"""
    most = timedelta(days=duty_policy().rosters.ahead_days)
    return now - most <= shift.start <= now + most and shift.end <= now + most * 2


def _people_by_word(supervised_object: SupervisedObject) -> dict[str, KeyPerson]:
    people = list(supervised_object.people.filter(active=True))
    names = Counter(one.name for one in people)
    by_word = {one.name: one for one in people if names[one.name] == 1}
    return by_word | {one.external_id: one for one in people if one.external_id} | {str(one.pk): one for one in people}


def _look_at(row: RosterRow, shift: NewShift, *, keeper: bool, now: datetime) -> None:
    limits = duty_policy().rosters
    if row.person is None:
        text = _("The firm has nobody of this name or number, or several: %(given)s.")
        row.tell("person", text % {"given": shift.person[:60]})
    if shift.role and shift.role not in post_policy().roles:
        row.tell("role", _("“%(given)s” is no role.") % {"given": shift.role[:60]})
    if not timedelta(0) < shift.end - shift.start <= timedelta(hours=limits.longest_h):
        row.tell("end", _("A shift ends after it begins, within %(hours)d hours.") % {"hours": limits.longest_h})
    if not _in_time(shift, now):
        row.tell("start", _("It lies more than %(days)d days away.") % {"days": limits.ahead_days})
    if shift.start <= now and not keeper:
        row.tell("start", _("It has begun: a firm enters its shifts beforehand."))


@transaction.atomic
def remove_shift(*, actor: "User", shift_id: UUID, now: datetime) -> None:
    """A planned shift was a mistake. Conflict for one that has begun: that is history."""
    shift = DutyShift.objects.select_for_update().select_related("person__object").get(pk=shift_id)
    found = shift.person.object
    _require_keeping(actor, found)
    if shift.start_at <= now:
        raise Conflict(_("This shift has begun: it stays."))
    details = {"object": str(found.pk), "role": shift.role, "start": shift.start_at.isoformat()}
    record_audit(actor, "roster.shift_removed", "duty_shift", shift.pk, found.region_code, details)
    shift.delete()


@transaction.atomic
def ask_change(*, actor: "User", shift_id: UUID, reason: str, colleague_id: UUID | None = None, now: datetime) -> ShiftChange:
    """Leave, or a swap with a colleague of the firm, before the shift begins. Asked by the person or by the firm's people."""
    shift = DutyShift.objects.select_for_update().select_related("person__object").get(pk=shift_id)
    found = shift.person.object
    require(actor, rights.OWN, found.region_code, {found.organisation_id} - {None})
    if shift.start_at <= now or shift.leave:
        raise Conflict(_("Leave and swaps are asked for before a shift begins, once."))
    if shift.changes.filter(state=ChangeState.ASKED).exists():
        raise Conflict(_("This was asked for already: it waits for an answer."))
    if not reason.strip():
        raise InvalidInput(_("Say why."))
    colleague = None
    if colleague_id is not None:
        colleague = found.people.filter(pk=colleague_id, active=True).exclude(pk=shift.person_id).first()
        if colleague is None:
            raise InvalidInput(_("The colleague is no key person of the firm."))
        _refuse_overlap(colleague, shift)
    made = ShiftChange.objects.create(
        shift=shift,
        colleague=colleague,
        reason=reason.strip()[:300],
        asked_at=now,
        asked_by=actor,
        state=ChangeState.ASKED.value,
    )
    _audit_change(actor, "asked", made, found)
    return made


@transaction.atomic
def decide_change(*, actor: "User", change_id: UUID, approve: bool, now: datetime) -> ShiftChange:
    """Another one of the firm, or somebody of the authority, says yes or no before the shift begins; who asked may withdraw.

    Approved leave keeps the shift and marks it; a swap gives the colleague one of the same hours.
    """
    made = (
        ShiftChange.objects.select_for_update(of=("self",)).select_related("shift__person__object", "colleague").get(pk=change_id)
    )
    found = made.shift.person.object
    own = {found.organisation_id} - {None}
    asked = made.asked_by_id == actor.pk
    if not (may(actor, rights.OWN, found.region_code, own) or may(actor, rights.LEAD, found.region_code)):
        require(actor, rights.OWN, found.region_code, own)
    if asked and approve:
        raise NotAllowed(_("Who asks does not approve: another one of the firm does, or the authority."))
    if made.state != ChangeState.ASKED:
        raise Conflict(_("This was decided already."))
    if approve and made.shift.start_at <= now:
        raise Conflict(_("The shift has begun: it is too late for leave or a swap."))
    refused = ChangeState.WITHDRAWN if asked else ChangeState.REFUSED
    made.state = (ChangeState.APPROVED if approve else refused).value
    made.decided_at, made.decided_by = now, actor
    made.save(update_fields=["state", "decided_at", "decided_by"])
    if approve:
        _apply(made)
    _audit_change(actor, made.state, made, found)
    return made


def _apply(made: ShiftChange) -> None:
    shift = made.shift
    if made.colleague is not None:
        _refuse_overlap(made.colleague, shift)
        shift.swapped_with = DutyShift.objects.create(
            person=made.colleague,
            role=shift.role,
            post=shift.post,
            start_at=shift.start_at,
            end_at=shift.end_at,
        )
    shift.leave = True
    shift.save(update_fields=["leave", "swapped_with"])


def _refuse_overlap(colleague: KeyPerson, shift: DutyShift) -> None:
    same = colleague.shifts.filter(start_at__lt=shift.end_at, end_at__gt=shift.start_at)
    if same.exists():
        raise Conflict(_("The colleague has a shift at that time."))


def _require_keeping(actor: "User", supervised_object: SupervisedObject) -> bool:
    """The firm's own people and the keepers of the register; True for the latter."""
    if may(actor, rights.MANAGE, supervised_object.region_code):
        return True
    require(actor, rights.OWN, supervised_object.region_code, {supervised_object.organisation_id} - {None})
    return False


def _audit_change(actor: "User", act: str, made: ShiftChange, supervised_object: SupervisedObject) -> None:
    details = {"object": str(supervised_object.pk), "role": made.shift.role, "start": made.shift.start_at.isoformat()}
    record_audit(actor, f"shift_change.{act}", "shift_change", made.pk, supervised_object.region_code, details)


def rows_from(shifts: Iterable[NewShift]) -> list[RosterRow]:
    """Shifts that a program tells, as rows of a table that begins at line 1."""
    return [RosterRow(line, {"person": one.person}, one) for line, one in enumerate(shifts, 1)]
