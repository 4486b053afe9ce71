"""Compensation: the owner claims, an officer values, a second person awards, it is paid, and closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.supplies.requisitions.models import ClaimRow, Requisition, RequisitionClaim, RequisitionLine
from tocsin.supplies.requisitions.queries.requisitions import answers_for, claimed_fen, valued_fen
from tocsin.supplies.requisitions.rules.money import to_fen, yuan_words
from tocsin.supplies.requisitions.rules.states import Damage, RequisitionAct, RequisitionState
from tocsin.supplies.requisitions.services.notes import note, tell_drafter, tell_owner, tell_signers
from tocsin.supplies.requisitions.services.steps import go_on, locked, needed, require_manager, require_signer, word_of_owner

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_SUMS: Final = 100


@dataclass(frozen=True, kw_only=True)
class NewSum:
    """One sum that is claimed, in yuan."""

    kind: Damage
    yuan: Decimal
    line_id: UUID | None = None
    words: str = ""


@transaction.atomic
def claim_compensation(
    *, actor: "User", requisition_id: UUID, sums: Sequence[NewSum], text: str = "", said_by: str = "", now: datetime
) -> RequisitionClaim:
    """The owner claims for the use, and for what the return lists say is damaged, consumed or lost; the officer is told."""
    requisition = locked(actor, requisition_id)
    said = word_of_owner(actor, requisition, said_by)
    if not 1 <= len(sums) <= MOST_SUMS:
        raise InvalidInput(_("A claim has 1 to %(most)s sums.") % {"most": MOST_SUMS})
    go_on(requisition, RequisitionAct.CLAIM, now)
    claim = RequisitionClaim.objects.create(
        requisition=requisition,
        text=storable(text.strip())[:500],
        claimed_at=now,
        claimed_by=actor,
        claimed_for=said,
    )
    lines = {one.pk: one for one in requisition.lines.all()}
    for place, one in enumerate(sums, 1):
        line = lines.get(one.line_id) if one.line_id else None
        _check(one, line)
        words = storable(one.words.strip())[:200]
        ClaimRow.objects.create(
            claim=claim, place=place, line=line, kind=one.kind.value, words=words, claimed_fen=to_fen(one.yuan)
        )
    requisition.save()
    yuan = yuan_words(claimed_fen(claim))
    note(requisition, "claimed", now, actor, text, said_by=said, figures={"yuan": yuan})
    tell_drafter(requisition, "claimed", now, yuan=yuan)
    return claim


def _check(one: NewSum, line: RequisitionLine | None) -> None:
    if one.line_id and line is None:
        raise InvalidInput(_("There is no such line in this requisition."))
    if one.kind in (Damage.DAMAGED, Damage.CONSUMED, Damage.LOST):
        if line is None:
            raise InvalidInput(_("Say of which line it is claimed."))
        if not getattr(line, one.kind.value):
            raise InvalidInput(_("%(line)s: the return lists say nothing of that.") % {"line": line.words})
    elif line is None and not one.words.strip():
        raise InvalidInput(_("Say for what it is claimed."))


@transaction.atomic
def value_claim(
    *, actor: "User", requisition_id: UUID, values: Mapping[UUID, Decimal], method: str, now: datetime
) -> RequisitionClaim:
    """An officer says what each sum is worth, and how that is known; who may sign is told."""
    requisition = locked(actor, requisition_id)
    require_manager(actor, requisition)
    go_on(requisition, RequisitionAct.VALUE, now)
    claim = requisition.claim
    rows = list(claim.rows.all())
    if {one.pk for one in rows} != set(values):
        raise InvalidInput(_("Value each sum of the claim; 0 for one that is not owed."))
    claim.method = needed(method, _("Say how it was valued: market price, invoice, appraiser."))[:500]
    for one in rows:
        one.valued_fen = to_fen(values[one.pk])
        one.save(update_fields=["valued_fen"])
    claim.valued_at, claim.valued_by = now, actor
    claim.save()
    requisition.save()
    figures = {"yuan": yuan_words(valued_fen(claim))}
    note(requisition, "valued", now, actor, method, figures=figures)
    tell_signers(requisition, "valued", now, but=actor.pk, **figures)
    return claim


@transaction.atomic
def award_compensation(
    *, actor: "User", requisition_id: UUID, approved: bool, reason: str = "", now: datetime
) -> RequisitionClaim:
    """A second person awards what was valued, and the owner is told; or sends the valuation back, with the reason."""
    requisition = locked(actor, requisition_id)
    require_signer(actor, requisition)
    if requisition.state != RequisitionState.VALUED:
        raise Conflict(_("This claim does not wait for a decision."))
    claim = requisition.claim
    if actor.pk in (claim.valued_by_id, claim.claimed_by_id):
        raise Conflict(_("Whoever claimed or valued does not award: a second person has to."))
    if not approved:
        needed(reason, _("Say why the valuation comes back."))
    go_on(requisition, RequisitionAct.AWARD if approved else RequisitionAct.SEND_BACK, now)
    yuan = yuan_words(valued_fen(claim))
    if approved:
        claim.awarded_at, claim.awarded_by, claim.award = now, actor, storable(reason.strip())[:500]
        claim.save()
    requisition.save()
    note(requisition, "awarded" if approved else "sent_back", now, actor, reason, figures={"yuan": yuan})
    if approved:
        tell_owner(requisition, "awarded", now, yuan=yuan)
        tell_drafter(requisition, "awarded", now, yuan=yuan)
    else:
        tell_drafter(requisition, "sent_back", now, reason=reason)
    return claim


@transaction.atomic
def pay_compensation(
    *, actor: "User", requisition_id: UUID, voucher: str, paid_at: datetime | None = None, now: datetime
) -> RequisitionClaim:
    """It was paid, by this voucher. Whoever awarded does not pay."""
    requisition = locked(actor, requisition_id)
    require_manager(actor, requisition)
    go_on(requisition, RequisitionAct.PAY, now)
    claim = requisition.claim
    if claim.awarded_by_id == actor.pk:
        raise Conflict(_("Whoever awarded does not pay: another person has to."))
    if paid_at is not None and (paid_at > now or (claim.awarded_at and paid_at < claim.awarded_at)):
        raise InvalidInput(_("It is paid after it was awarded, and not later than now."))
    claim.voucher = needed(voucher, _("Enter the number of the voucher."))[:60]
    claim.paid_at, claim.paid_by = paid_at or now, actor
    claim.save()
    requisition.save()
    yuan = yuan_words(valued_fen(claim))
    note(requisition, "paid", now, actor, figures={"yuan": yuan, "voucher": claim.voucher})
    tell_owner(requisition, "paid", now, yuan=yuan, voucher=claim.voucher)
    return claim


@transaction.atomic
def close_requisition(*, actor: "User", requisition_id: UUID, text: str = "", said_by: str = "", now: datetime) -> Requisition:
    """The owner confirms the payment, or claims none; an officer closes by the owner's word, or once the time for
    that is over.
    """
    requisition = locked(actor, requisition_id)
    over = requisition.due_at is not None and requisition.due_at <= now
    said = ""
    if not answers_for(actor, requisition):
        require_manager(actor, requisition)
        if not over:
            said = word_of_owner(actor, requisition, said_by)
        needed(text, _("Say why it is closed."))
    go_on(requisition, RequisitionAct.CLOSE, now)
    requisition.save()
    note(requisition, "closed", now, actor, text, said_by=said)
    tell_drafter(requisition, "closed", now, urgent=False)
    tell_owner(requisition, "closed", now, urgent=False)
    return requisition
