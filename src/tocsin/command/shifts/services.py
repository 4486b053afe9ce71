"""Shifts are begun, joined and led, their log written and signed. Nothing of the log is ever changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.services import record_event
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.digests import digest_of
from tocsin.command.casebook.rules.moments import has_been
from tocsin.command.shifts import events
from tocsin.command.shifts.models import LogEntry, Shift
from tocsin.command.shifts.queries import desks, log_of
from tocsin.command.shifts.rules import WRITTEN_BY_HAND, EntryKind, ShiftEnd
from tocsin.jurisdiction.contacts.rules import TELEPHONE
from tocsin.jurisdiction.face import may, people_who_may, require, require_person_at_screen, shortened
from tocsin.notices.face import Contribution, names_of, recipient_name
from tocsin.notices.messages.rules.subjects import CASE
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, User
    from tocsin.notices.face import CallLine, Notice


@transaction.atomic
def begin_shift(
    *, actor: "User", desk_id: UUID, leader_id: UUID | None = None, officer_ids: Iterable[UUID] = (), reason: str = ""
) -> Shift:
    """The actor takes the desk, with other officers and the leader on duty.

    Where a shift still runs that nobody handed over, the reason is asked and the old shift ends with that mark.
    """
    desk = _desk(actor, desk_id)
    running = Shift.objects.select_for_update().filter(desk=desk, ended_at__isnull=True).first()
    now = current_time()
    if running is not None:
        if running.handovers.filter(answered_at__isnull=True).exists():
            raise Conflict(_("A handover waits for your signature: sign or refuse it."))
        if running.officers.filter(pk=actor.pk).exists():
            raise Conflict(_("You keep this desk already."))
        if not reason.strip():
            raise InvalidInput(_("The last shift has not handed over: say why you take the desk without it."))
        add_line(running, actor, EntryKind.SHIFT, now, text=reason, figures={"act": "unhanded"})
        end_shift(running, ShiftEnd.UNHANDED, now, reason)
    return open_shift(actor, desk, leader_id, officer_ids, now)


@transaction.atomic
def join_shift(*, actor: "User", shift_id: UUID) -> Shift:
    """One more officer keeps the desk."""
    shift = locked_shift(actor, shift_id)
    if not shift.officers.filter(pk=actor.pk).exists():
        shift.officers.add(actor)
        add_line(shift, actor, EntryKind.SHIFT, current_time(), figures={"act": "joined"})
        audit_shift(actor, "shift.joined", shift)
    return shift


@transaction.atomic
def name_leader(*, actor: "User", shift_id: UUID, leader_id: UUID) -> Shift:
    """Who leads the shift from now on (带班领导)."""
    shift = locked_shift(actor, shift_id)
    shift.leader = _leader(leader_id, shift.region_code)
    shift.save(update_fields=["leader"])
    add_line(shift, actor, EntryKind.SHIFT, current_time(), text=str(shift.leader), figures={"act": "led"})
    audit_shift(actor, "shift.led", shift, leader=str(shift.leader))
    return shift


@transaction.atomic
def write_entry(
    *,
    actor: "User",
    shift_id: UUID,
    text: str,
    kind: EntryKind = EntryKind.NOTE,
    at: datetime | None = None,
    case_id: UUID | None = None,
    said_by: str = "",
    telephone: str = "",
    corrects_id: UUID | None = None,
) -> LogEntry:
    """Adds a line to the log of a running shift; a line of it is corrected by a new one that names it, once."""
    shift = locked_shift(actor, shift_id)
    now = current_time()
    if not text.strip():
        raise InvalidInput(_("The entry is empty."))
    if kind not in WRITTEN_BY_HAND:
        raise InvalidInput(_("Such lines are written by the desk itself."))
    if at is not None and not has_been(at, now):
        raise InvalidInput(_("The time of an entry lies in the past, with a time zone."))
    if case_id is not None:
        case = Case.objects.filter(pk=case_id).first()
        if case is None or not may(actor, rights.SEE, case.region_code):
            raise Case.DoesNotExist
    corrected = None
    if corrects_id is not None:
        corrected = LogEntry.objects.get(pk=corrects_id, shift__desk_id=shift.desk_id)
        if LogEntry.objects.filter(corrects=corrected).exists():
            raise Conflict(_("This line has been corrected already: correct the newer one."))
    figures = {"said_by": said_by.strip()[:120], "telephone": telephone.strip()[:40]}
    entry = add_line(
        shift,
        actor,
        kind,
        now,
        text=text,
        at=at,
        case_id=case_id,
        corrects=corrected,
        figures={name: one for name, one in figures.items() if one},
    )
    audit_shift(actor, "shift.logged", shift, line=entry.line, corrects=corrected.line if corrected else None)
    return entry


def note_call(*, actor: "User", case: Case, text: str, at: datetime, figures: Mapping[str, object]) -> LogEntry | None:
    """A call that was entered on a case stands in the log of the shift that the actor keeps, too; None where there is none."""
    shift = Shift.objects.select_for_update().filter(officers=actor, ended_at__isnull=True).first()
    if shift is None:
        return None
    return add_line(shift, actor, EntryKind.TELEPHONE, current_time(), text=text, at=at, case_id=case.pk, figures=figures)


def log_call_of_notice(notice: "Notice", actor: "User", line: "CallLine") -> None:
    """A call about a notice stands in the log of the shift that the actor keeps."""
    shift = Shift.objects.select_for_update().filter(officers=actor, ended_at__isnull=True).first()
    if shift is not None:
        body = names_of(notice.organisation) if notice.organisation else dict.fromkeys(("zh", "en"), recipient_name(notice))
        figures = {"to": body, "said_by": line.said_by, "telephone": _number_kept(notice, line.number), "fate": line.fate}
        case_id = notice.subject_id if notice.subject_kind == CASE else None
        add_line(shift, actor, EntryKind.TELEPHONE, current_time(), text=line.text, case_id=case_id, figures=figures)


def _number_kept(notice: "Notice", number: str) -> str:
    """A body's own number; of any other, which may be somebody's own, the last digits."""
    known = notice.organisation.telephone if notice.organisation else ""
    return number if number == known else shortened(TELEPHONE, number)


NOTICES = Contribution(called=(log_call_of_notice,))


@transaction.atomic
def sign_log(*, actor: "User", shift_id: UUID, words: str = "") -> Shift:
    """The leader on duty signs the log of an ended shift (审签); its lines stand under a digest from then on."""
    require_person_at_screen(actor)
    shift = locked_shift(actor, shift_id, any_state=True)
    require(actor, rights.LEAD, shift.region_code)
    if shift.ended_at is None:
        raise Conflict(_("The log of a running shift is not signed yet: hand it over first."))
    if shift.signed_at is not None:
        raise Conflict(_("This log has been signed already."))
    shift.signed_by, shift.signed_at, shift.signed_words = actor, current_time(), words.strip()[:500]
    shift.digest = digest_of(log_values(shift))
    shift.save(update_fields=["signed_by", "signed_at", "signed_words", "digest"])
    audit_shift(actor, "shift.signed", shift, digest=shift.digest)
    return shift


def log_values(shift: Shift) -> dict[str, object]:
    """What the digest of a signed log is of."""
    lines = [
        [one.line, one.at.isoformat(), one.written_at.isoformat(), str(one.by_id), one.kind, one.text, one.figures]
        for one in log_of(shift)
    ]
    return {"shift": str(shift.pk), "lines": lines}


def is_whole(shift: Shift) -> bool:
    """Whether the log reads as it did when the leader signed it; True for one that nobody has signed."""
    return not shift.digest or shift.digest == digest_of(log_values(shift))


def open_shift(actor: "User", desk: "Organisation", leader_id: UUID | None, officer_ids: Iterable[UUID], now: datetime) -> Shift:
    """A running shift of the desk with its officers, and its first line."""
    leader = _leader(leader_id, desk.region_id) if leader_id else None
    shift = Shift.objects.create(desk=desk, region_code=desk.region_id, leader=leader, began_at=now)
    wanted = {actor.pk, *officer_ids}
    officers = [one for one in people_who_may(rights.KEEP, desk.region_id) if one.pk in wanted]
    if {one.pk for one in officers} != wanted:
        raise InvalidInput(_("Name officers who may keep this desk."))
    shift.officers.set(officers)
    add_line(shift, actor, EntryKind.SHIFT, now, figures={"act": "begun", "leader": str(leader) if leader else ""})
    audit_shift(
        actor, "shift.begun", shift, officers=sorted(str(one) for one in officers), leader=str(leader) if leader else None
    )
    record_event(events.ShiftBegun(shift_id=str(shift.pk), desk_id=str(desk.pk)), region=desk.region_id)
    return shift


def end_shift(shift: Shift, end: ShiftEnd, now: datetime, reason: str = "") -> None:
    """The shift is over, from now on and in that way."""
    shift.ended_at, shift.end, shift.end_reason = now, end.value, reason.strip()[:500]
    shift.save(update_fields=["ended_at", "end", "end_reason"])


def add_line(
    shift: Shift,
    by: "User",
    kind: EntryKind,
    now: datetime,
    *,
    text: str = "",
    at: datetime | None = None,
    case_id: UUID | None = None,
    corrects: LogEntry | None = None,
    figures: Mapping[str, object] | None = None,
) -> LogEntry:
    """The next line; the shift's row is locked by the caller."""
    return LogEntry.objects.create(
        shift=shift,
        line=shift.entries.count() + 1,
        at=at or now,
        written_at=now,
        by=by,
        kind=kind.value,
        case_id=case_id,
        text=text.strip()[:2000],
        corrects=corrects,
        figures=figures or {},
    )


def _desk(actor: "User", desk_id: UUID) -> "Organisation":
    return desks(actor).get(pk=desk_id)


def locked_shift(actor: "User", shift_id: UUID, *, any_state: bool = False) -> Shift:
    """The shift, locked. Shift.DoesNotExist for one of a desk that the actor may not keep."""
    shift = Shift.objects.select_for_update(of=("self",)).select_related("desk", "leader").get(pk=shift_id)
    if not may(actor, rights.KEEP, shift.region_code):
        raise Shift.DoesNotExist
    if shift.ended_at is not None and not any_state:
        raise Conflict(_("This shift has ended."))
    return shift


def _leader(leader_id: UUID, region_code: str) -> "User":
    found = next((one for one in people_who_may(rights.LEAD, region_code) if one.pk == leader_id), None)
    if found is None:
        raise InvalidInput(_("The leader on duty must be somebody who may lead cases here."))
    return found


def audit_shift(actor: "User", action: str, shift: Shift, **details: Any) -> None:
    """What somebody did with the shift, in the audit trail."""
    record_audit(actor, action, "shift", shift.pk, shift.region_code, {"desk": str(shift.desk.code), **details})
