"""The duty desk: shifts begun, kept and handed over, the log written and signed. Nothing of the log is ever changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.bus.services import record_event
from tocsin.command import events
from tocsin.command.models import Case, Handover, LogEntry, Notice, Shift
from tocsin.command.queries.duty import desks, log_of, open_matters
from tocsin.command.rules import rights
from tocsin.command.rules.digests import digest_of
from tocsin.command.rules.duty import WRITTEN_BY_HAND, EntryKind, ShiftEnd, TakingVerdict, come_since, may_take
from tocsin.command.rules.moments import has_been
from tocsin.command.rules.notices import Purpose
from tocsin.command.rules.routing import Why
from tocsin.command.services import endings, notices
from tocsin.jurisdiction.queries import may, on_call, people_who_may
from tocsin.jurisdiction.services import require, require_person_at_screen
from tocsin.records.services import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.models import Organisation, User


@transaction.atomic
def begin_shift(
    *, actor: "User", desk_id: UUID, leader_id: UUID | None = None, officer_ids: Iterable[UUID] = (), reason: str = ""
) -> Shift:
    """The actor takes the desk, with other officers and the leader on duty.

    Where a shift still runs that nobody handed over, the reason is asked and the old shift ends with that mark.
    """
    desk = _desk(actor, desk_id)
    running = Shift.objects.select_for_update().filter(desk=desk, ended_at__isnull=True).first()
    now = _now()
    if running is not None:
        if running.handovers.filter(answered_at__isnull=True).exists():
            raise Conflict(_("A handover waits for your signature: sign or refuse it."))
        if running.officers.filter(pk=actor.pk).exists():
            raise Conflict(_("You keep this desk already."))
        if not reason.strip():
            raise InvalidInput(_("The last shift has not handed over: say why you take the desk without it."))
        _write(running, actor, EntryKind.SHIFT, now, text=reason, figures={"act": "unhanded"})
        _end(running, ShiftEnd.UNHANDED, now, reason)
    return _begin(actor, desk, leader_id, officer_ids, now)


@transaction.atomic
def join_shift(*, actor: "User", shift_id: UUID) -> Shift:
    """One more officer keeps the desk."""
    shift = _shift(actor, shift_id)
    if not shift.officers.filter(pk=actor.pk).exists():
        shift.officers.add(actor)
        _write(shift, actor, EntryKind.SHIFT, _now(), figures={"act": "joined"})
        _audit(actor, "shift.joined", shift)
    return shift


@transaction.atomic
def name_leader(*, actor: "User", shift_id: UUID, leader_id: UUID) -> Shift:
    """Who leads the shift from now on (带班领导)."""
    shift = _shift(actor, shift_id)
    shift.leader = _leader(leader_id, shift.region_code)
    shift.save(update_fields=["leader"])
    _write(shift, actor, EntryKind.SHIFT, _now(), text=str(shift.leader), figures={"act": "led"})
    _audit(actor, "shift.led", shift, leader=str(shift.leader))
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
    shift = _shift(actor, shift_id)
    now = _now()
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
    entry = _write(
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
    _audit(actor, "shift.logged", shift, line=entry.line, corrects=corrected.line if corrected else None)
    return entry


def note_call(*, actor: "User", case: Case, text: str, at: datetime, figures: dict[str, Any]) -> LogEntry | None:
    """A call that was entered on a case stands in the log of the shift that the actor keeps, too; None where there is none."""
    shift = Shift.objects.select_for_update().filter(officers=actor, ended_at__isnull=True).first()
    if shift is None:
        return None
    return _write(shift, actor, EntryKind.TELEPHONE, _now(), text=text, at=at, case_id=case.pk, figures=figures)


def hand_over(*, actor: "User", shift_id: UUID, words: str) -> Handover:
    """The giver signs: what is open is listed by itself and frozen with the giver's words. Another person answers.

    NotAllowed for who does not keep the shift, and for a program's token: a signature is a person's at a screen. The list of
    many thousand cases takes a second and is read before anything is locked; what comes after it is told to the taker.
    """
    require_person_at_screen(actor)
    now = _now()
    region_code = Shift.objects.values_list("region_code", flat=True).get(pk=shift_id)
    matters = [one.values() for one in open_matters(region_code, now=now)] if may(actor, rights.KEEP, region_code) else []
    return _give(actor, shift_id, words.strip()[:4000], matters, now)


@transaction.atomic
def _give(actor: "User", shift_id: UUID, words: str, matters: list[dict[str, Any]], now: datetime) -> Handover:
    shift = _shift(actor, shift_id)
    if not shift.officers.filter(pk=actor.pk).exists():
        raise NotAllowed(_("Only who keeps the shift hands it over."))
    if shift.handovers.filter(answered_at__isnull=True).exists():
        raise Conflict(_("This shift has been handed over and waits for the second signature."))
    made = Handover.objects.create(
        shift=shift,
        region_code=shift.region_code,
        words=words,
        matters=matters,
        digest=digest_of(signed_values(shift, matters, words, actor.pk, now)),
        given_by=actor,
        given_at=now,
    )
    _write(shift, actor, EntryKind.SHIFT, now, figures={"act": "given", "matters": len(matters), "digest": made.digest})
    _audit(actor, "shift.given", shift, handover=str(made.pk), digest=made.digest)
    _ask_to_take(made, desk=shift.desk)
    return made


def _ask_to_take(handover: Handover, *, desk: "Organisation") -> None:
    """Whoever is on call at the desk now, but for the giver, hears that the shift waits."""
    for called in on_call(desk, at=handover.given_at):
        if called.user is not None and called.organisation == desk and called.user.pk != handover.given_by_id:
            notices.write(
                None,
                organisation=desk,
                person=called.user,
                purpose=Purpose.HANDOVER,
                why=Why.ON_DUTY.value,
                urgent=True,
                key=f"handover-{handover.pk}-{called.user.pk}",
                figures={"matters": len(handover.matters)},
                now=handover.given_at,
            )


@transaction.atomic
def answer_handover(
    *,
    actor: "User",
    handover_id: UUID,
    accept: bool,
    reason: str = "",
    leader_id: UUID | None = None,
    officer_ids: Iterable[UUID] = (),
) -> Handover:
    """The second signature: a new shift begins with what came since frozen beside the list; or a refusal with its reason."""
    require_person_at_screen(actor)
    found = Handover.objects.filter(pk=handover_id).values_list("shift_id", flat=True).first()
    if found is None:
        raise Handover.DoesNotExist
    shift = _shift(actor, found, any_state=True)
    handover = Handover.objects.select_for_update().get(pk=handover_id)
    answered = handover.answered_at is not None or shift.ended_at is not None
    verdict = may_take(given_by=handover.given_by_id, person=actor.pk, answered=answered)
    if verdict is TakingVerdict.ANSWERED:
        raise Conflict(_("This handover has been answered already."))
    if verdict is TakingVerdict.ONESELF:
        raise NotAllowed(_("The second signature is another person's."))
    if not accept and not reason.strip():
        raise InvalidInput(_("Say why you refuse the handover."))
    now = _now()
    handover.answered_by, handover.answered_at, handover.accepted = actor, now, accept
    handover.reason = reason.strip()[:500]
    if accept:
        handover.since = come_since(handover.matters, [one.values() for one in open_matters(shift.region_code, now=now)])
        _write(shift, actor, EntryKind.SHIFT, now, figures={"act": "taken"})
        _end(shift, ShiftEnd.HANDED_OVER, now)
        handover.next_shift = _begin(actor, shift.desk, leader_id, officer_ids, now)
    else:
        _write(shift, actor, EntryKind.SHIFT, now, text=reason, figures={"act": "refused"})
    handover.save()
    endings.silence(Notice.objects.filter(key__startswith=f"handover-{handover.pk}-"), now)
    _audit(actor, "shift.taken" if accept else "shift.refused", shift, handover=str(handover.pk))
    record_event(
        events.ShiftHandedOver(shift_id=str(shift.pk), handover_id=str(handover.pk), accepted=accept), region=shift.region_code
    )
    return handover


@transaction.atomic
def sign_log(*, actor: "User", shift_id: UUID, words: str = "") -> Shift:
    """The leader on duty signs the log of an ended shift (审签); its lines stand under a digest from then on."""
    require_person_at_screen(actor)
    shift = _shift(actor, shift_id, any_state=True)
    require(actor, rights.LEAD, shift.region_code)
    if shift.ended_at is None:
        raise Conflict(_("The log of a running shift is not signed yet: hand it over first."))
    if shift.signed_at is not None:
        raise Conflict(_("This log has been signed already."))
    shift.signed_by, shift.signed_at, shift.signed_words = actor, _now(), words.strip()[:500]
    shift.digest = digest_of(log_values(shift))
    shift.save(update_fields=["signed_by", "signed_at", "signed_words", "digest"])
    _audit(actor, "shift.signed", shift, digest=shift.digest)
    return shift


def signed_values(shift: Shift, matters: list[dict[str, Any]], words: str, giver: UUID, at: datetime) -> dict[str, Any]:
    """What the digest of a handover is of."""
    return {"shift": str(shift.pk), "matters": matters, "words": words, "given_by": str(giver), "given_at": at.isoformat()}


def log_values(shift: Shift) -> dict[str, Any]:
    """What the digest of a signed log is of."""
    lines = [
        [one.line, one.at.isoformat(), one.written_at.isoformat(), str(one.by_id), one.kind, one.text, one.figures]
        for one in log_of(shift)
    ]
    return {"shift": str(shift.pk), "lines": lines}


def is_whole(shift: Shift) -> bool:
    """Whether the log reads as it did when the leader signed it; True for one that nobody has signed."""
    return not shift.digest or shift.digest == digest_of(log_values(shift))


def _begin(actor: "User", desk: "Organisation", leader_id: UUID | None, officer_ids: Iterable[UUID], now: datetime) -> Shift:
    leader = _leader(leader_id, desk.region_id) if leader_id else None
    shift = Shift.objects.create(desk=desk, region_code=desk.region_id, leader=leader, began_at=now)
    wanted = {actor.pk, *officer_ids}
    officers = [one for one in people_who_may(rights.KEEP, desk.region_id) if one.pk in wanted]
    if {one.pk for one in officers} != wanted:
        raise InvalidInput(_("Name officers who may keep this desk."))
    shift.officers.set(officers)
    _write(shift, actor, EntryKind.SHIFT, now, figures={"act": "begun", "leader": str(leader) if leader else ""})
    _audit(actor, "shift.begun", shift, officers=sorted(str(one) for one in officers), leader=str(leader) if leader else None)
    record_event(events.ShiftBegun(shift_id=str(shift.pk), desk_id=str(desk.pk)), region=desk.region_id)
    return shift


def _end(shift: Shift, end: ShiftEnd, now: datetime, reason: str = "") -> None:
    shift.ended_at, shift.end, shift.end_reason = now, end.value, reason.strip()[:500]
    shift.save(update_fields=["ended_at", "end", "end_reason"])


def _write(
    shift: Shift,
    by: "User",
    kind: EntryKind,
    now: datetime,
    *,
    text: str = "",
    at: datetime | None = None,
    case_id: UUID | None = None,
    corrects: LogEntry | None = None,
    figures: dict[str, Any] | None = None,
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


def _shift(actor: "User", shift_id: UUID, *, any_state: bool = False) -> Shift:
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


def _audit(actor: "User", action: str, shift: Shift, **details: Any) -> None:
    record_audit(actor, action, "shift", shift.pk, shift.region_code, {"desk": str(shift.desk.code), **details})


def _now() -> datetime:
    now: datetime = settings.CONFIGURATION.clock.now()
    return now
