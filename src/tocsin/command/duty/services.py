"""Handing a desk over: the giver signs what is open, another person takes it or refuses."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.bus.services import record_event
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.digests import digest_of
from tocsin.command.duty.models import Handover
from tocsin.command.duty.queries import open_matters
from tocsin.command.duty.rules import TakingVerdict, come_since, may_take
from tocsin.command.routing.rules import Purpose, Why
from tocsin.command.shifts import events
from tocsin.command.shifts.models import Shift
from tocsin.command.shifts.policy import duty_policy
from tocsin.command.shifts.rules import EntryKind, ShiftEnd
from tocsin.command.shifts.services import add_line, audit_shift, end_shift, locked_shift, open_shift
from tocsin.jurisdiction.face import may, on_call, require_person_at_screen
from tocsin.notices import face as notices
from tocsin.notices.face import Notice
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, User


def hand_over(*, actor: "User", shift_id: UUID, words: str) -> Handover:
    """The giver signs: what is open is listed by itself and frozen with the giver's words. Another person answers.

    NotAllowed for who does not keep the shift, and for a program's token: a signature is a person's at a screen. The list of
    many thousand cases takes a second and is read before anything is locked; what comes after it is told to the taker.
    """
    require_person_at_screen(actor)
    now = current_time()
    region_code = Shift.objects.values_list("region_code", flat=True).get(pk=shift_id)
    matters = [one.values() for one in open_matters(region_code, now=now)] if may(actor, rights.KEEP, region_code) else []
    return _give(actor, shift_id, words.strip()[:4000], matters, now)


@transaction.atomic
def _give(actor: "User", shift_id: UUID, words: str, matters: list[dict[str, object]], now: datetime) -> Handover:
    shift = locked_shift(actor, shift_id)
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
    add_line(shift, actor, EntryKind.SHIFT, now, figures={"act": "given", "matters": len(matters), "digest": made.digest})
    audit_shift(actor, "shift.given", shift, handover=str(made.pk), digest=made.digest)
    _ask_to_take(made, desk=shift.desk)
    return made


def _ask_to_take(handover: Handover, *, desk: "Organisation") -> None:
    """Whoever is on call at the desk, and whoever comes on duty soon, but for the giver, hears that the shift waits."""
    soon = handover.given_at + duty_policy().desk.incoming_within
    called = [*on_call(desk, at=handover.given_at), *on_call(desk, at=soon)]
    people = {one.user.pk: one.user for one in called if one.user is not None and one.organisation == desk}
    for person in people.values():
        if person.pk != handover.given_by_id:
            notices.write(
                None,
                organisation=desk,
                person=person,
                purpose=Purpose.HANDOVER,
                why=Why.ON_DUTY.value,
                urgent=True,
                key=f"handover-{handover.pk}-{person.pk}",
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
    shift = locked_shift(actor, found, any_state=True)
    handover = Handover.objects.select_for_update().get(pk=handover_id)
    answered = handover.answered_at is not None or shift.ended_at is not None
    verdict = may_take(given_by=handover.given_by_id, person=actor.pk, answered=answered)
    if verdict is TakingVerdict.ANSWERED:
        raise Conflict(_("This handover has been answered already."))
    if verdict is TakingVerdict.ONESELF:
        raise NotAllowed(_("The second signature is another person's."))
    if not accept and not reason.strip():
        raise InvalidInput(_("Say why you refuse the handover."))
    now = current_time()
    handover.answered_by, handover.answered_at, handover.accepted = actor, now, accept
    handover.reason = reason.strip()[:500]
    if accept:
        handover.since = come_since(handover.matters, [one.values() for one in open_matters(shift.region_code, now=now)])
        add_line(shift, actor, EntryKind.SHIFT, now, figures={"act": "taken"})
        end_shift(shift, ShiftEnd.HANDED_OVER, now)
        handover.next_shift = open_shift(actor, shift.desk, leader_id, officer_ids, now)
    else:
        add_line(shift, actor, EntryKind.SHIFT, now, text=reason, figures={"act": "refused"})
    handover.save()
    notices.silence(Notice.objects.filter(key__startswith=f"handover-{handover.pk}-"), now)
    audit_shift(actor, "shift.taken" if accept else "shift.refused", shift, handover=str(handover.pk))
    record_event(
        events.ShiftHandedOver(shift_id=str(shift.pk), handover_id=str(handover.pk), accepted=accept), region=shift.region_code
    )
    return handover


def signed_values(shift: Shift, matters: list[dict[str, object]], words: str, giver: UUID, at: datetime) -> dict[str, object]:
    """What the digest of a handover is of."""
    return {"shift": str(shift.pk), "matters": matters, "words": words, "given_by": str(giver), "given_at": at.isoformat()}
