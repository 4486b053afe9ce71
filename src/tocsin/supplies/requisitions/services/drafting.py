"""A requisition is drafted by an officer, asked for, and signed or refused by a second person; the owner is told and answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import Organisation, require, visible_organisations
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_amount
from tocsin.supplies.requests.models import RequestBook, RequestLine, SupplyRequest
from tocsin.supplies.requests.queries.requests import missing_amounts, visible_requests
from tocsin.supplies.requests.queries.subjects import SupplySubject, supply_subject
from tocsin.supplies.requests.rules.states import RequestState
from tocsin.supplies.requisitions.models import Requisition, RequisitionLine
from tocsin.supplies.requisitions.policy import requisitions_policy
from tocsin.supplies.requisitions.queries.requisitions import goods_of, owners_lots
from tocsin.supplies.requisitions.rules.levels import level_of
from tocsin.supplies.requisitions.rules.states import Property, RequisitionAct, RequisitionState
from tocsin.supplies.requisitions.services.notes import note, tell_drafter, tell_owner, tell_signers
from tocsin.supplies.requisitions.services.steps import go_on, locked, needed, require_manager, require_signer

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True, kw_only=True)
class NewRequisition:
    """What a person says of a requisition. With a request place, purpose and what is missing are the request's; `owner_id`: a
    body of the register; without one the owner is who is named.
    """

    ends_at: datetime
    basis: str
    purpose: str = ""
    place: str = ""
    owner_id: UUID | None = None
    owner_name: str = ""
    owner_telephone: str = ""
    owner_address: str = ""
    starts_at: datetime | None = None
    taken_first: str = ""
    request_id: UUID | None = None
    subject_kind: str = ""
    subject_label: str = ""
    region_code: str = ""


@transaction.atomic
def draft_requisition(*, actor: "User", new: NewRequisition, now: datetime) -> Requisition:
    """A draft with a line for each thing that the request misses. NotAllowed where the policy gives the actor's body nothing to
    decide; InvalidInput names what does not fit.
    """
    request = _request(actor, new)
    subject = None if request else _subject(actor, new)
    region = request.region_code if request else subject.region_code if subject else new.region_code
    if not region:
        raise InvalidInput(_("Say in which area it is."))
    body, level = _decider(actor)
    require(actor, rights.RESERVE, region, (body.pk,))
    purpose = new.purpose.strip() or (request.purpose if request else subject.title if subject else "")
    place = new.place.strip() or (request.place if request else subject.place if subject else "")
    starts_at, owner = new.starts_at or now, _owner(actor, new)
    name = str(owner.name_zh) if owner else needed(new.owner_name, _("Say whose it is."))
    _check_days(starts_at, new.ends_at, new.taken_first, now)
    if requisitions_policy().basis_of(new.basis) is None:
        raise InvalidInput(_("Name the law by which it is taken."))
    made = Requisition.objects.create(
        number=_next_number(region, now),
        region_code=region,
        body=body,
        level=level,
        request=request,
        subject_kind=request.subject_kind if request else subject.kind if subject else "",
        subject_id=request.subject_id if request else subject.id if subject else None,
        subject_label=request.subject_label if request else subject.label if subject else "",
        owner=owner,
        owner_name=storable(name.strip())[:120],
        owner_telephone=storable(new.owner_telephone.strip())[:40] or (owner.telephone if owner else ""),
        owner_address=storable(new.owner_address.strip())[:200],
        purpose=needed(purpose, _("Say what it is for."))[:200],
        place=needed(place, _("Say where it is used."))[:200],
        basis=new.basis,
        starts_at=starts_at,
        ends_at=new.ends_at,
        taken_first=storable(new.taken_first.strip())[:300],
        drafted_at=now,
        drafted_by=actor,
    )
    if request is not None and owner is not None:
        _take_what_is_missing(made, request)
    note(made, "drafted", now, actor, figures={"owner": made.owner_name})
    return made


def _take_what_is_missing(made: Requisition, request: SupplyRequest) -> None:
    missing = missing_amounts(request)
    lines = RequestLine.objects.filter(pk__in=missing).select_related("item").order_by("item__code", "id")
    for place, one in enumerate(lines[: requisitions_policy().most.lines], 1):
        facts = {"kind": Property.GOODS.value, "item": one.item, "words": one.item.name_zh, "unit": one.item.unit_zh}
        RequisitionLine.objects.create(requisition=made, place=place, amount=missing[one.pk], **facts)


@transaction.atomic
def set_requisition_line(
    *,
    actor: "User",
    requisition_id: UUID,
    kind: Property,
    quantity: Decimal,
    now: datetime,
    words: str = "",
    unit: str = "",
    item: Item | None = None,
    line_id: UUID | None = None,
    source_lot_id: UUID | None = None,
) -> RequisitionLine | None:
    """A new line, another amount of one, or none of it any more (0), while it is a draft. `source_lot_id`: the lot of the owner's
    in the ledger, out of which it will be taken, so that it counts once.
    """
    requisition = locked(actor, requisition_id)
    require_manager(actor, requisition)
    if requisition.state != RequisitionState.DRAFT:
        raise Conflict(_("It was asked for already: it can't be edited now."))
    line = requisition.lines.get(pk=line_id) if line_id else None
    if not quantity:
        if line is None:
            raise InvalidInput(_("Enter how much."))
        line.delete()
        note(requisition, "line", now, actor, figures={"words": line.words, "quantity": "0"})
        return None
    if line is None:
        last = requisition.lines.order_by("-place").values_list("place", flat=True).first() or 0
        if requisition.lines.count() >= requisitions_policy().most.lines:
            raise InvalidInput(_("One requisition has at most %(most)s lines.") % {"most": requisitions_policy().most.lines})
        line = RequisitionLine(requisition=requisition, place=last + 1)
    if kind not in requisitions_policy().may_decide(requisition.level, requisition.body.kind):
        raise NotAllowed(_("Your body may not decide on that kind of property."))
    line.kind, line.item, line.amount = kind.value, item, to_amount(quantity)
    line.words = storable(words.strip())[:200] or (item.name_zh if item else "")
    line.unit = item.unit_zh if item else storable(unit.strip())[:20]
    if not line.words or not line.unit:
        raise InvalidInput(_("Say what it is, by what it is known, and in which unit it is counted."))
    _check_item(requisition, line)
    line.source = owners_lots(requisition, [item.pk]).get(lot_id=source_lot_id) if item and source_lot_id else None
    line.save()
    note(requisition, "line", now, actor, figures={"words": line.words, "quantity": str(quantity)})
    return line


def _check_item(requisition: Requisition, line: RequisitionLine) -> None:
    if line.item is None:
        if line.kind == Property.GOODS:
            raise InvalidInput(_("Goods are of the catalogue: enter their code or name there."))
        return
    if requisition.request_id is None:
        raise InvalidInput(_("What the catalogue has is requisitioned for a request of supplies, which then uses it."))
    if requisition.owner_id is None:
        raise InvalidInput(
            _("What the catalogue has enters the ledger as its owner's: choose a body of the register as the owner.")
        )


@transaction.atomic
def ask_for_signature(*, actor: "User", requisition_id: UUID, now: datetime) -> Requisition:
    """The draft goes to a second person, who is told at once."""
    requisition = locked(actor, requisition_id)
    require_manager(actor, requisition)
    if not requisition.lines.exists():
        raise InvalidInput(_("Enter at least one thing that is taken."))
    go_on(requisition, RequisitionAct.ASK, now)
    requisition.asked_at, requisition.asked_by = now, actor
    requisition.save()
    note(requisition, "asked", now, actor)
    tell_signers(requisition, "asked", now, but=actor.pk, goods=goods_of(requisition))
    return requisition


@transaction.atomic
def decide_requisition(*, actor: "User", requisition_id: UUID, approved: bool, reason: str = "", now: datetime) -> Requisition:
    """A second person signs, and the owner is told; or refuses, with the reason. What the law says is kept as it was signed."""
    requisition = locked(actor, requisition_id)
    require_signer(actor, requisition)
    if requisition.state != RequisitionState.ASKED:
        raise Conflict(_("This requisition does not wait for a signature."))
    if requisition.asked_by_id == actor.pk:
        raise Conflict(_("Whoever asked does not sign: a second person has to."))
    if not approved:
        needed(reason, _("Say why it is refused."))
    go_on(requisition, RequisitionAct.SIGN if approved else RequisitionAct.REFUSE, now)
    requisition.decided_at, requisition.decided_by, requisition.decision = now, actor, storable(reason.strip())[:300]
    if approved:
        basis = requisitions_policy().basis_of(requisition.basis)
        if basis is None:
            raise Conflict(_("The policy no longer names the law of this draft: withdraw it and draft it anew."))
        names = ("zh", "en", "says_zh", "says_en", "confidence")
        requisition.basis_words = {name: getattr(basis, name) for name in names}
    requisition.save()
    note(requisition, "signed" if approved else "refused", now, actor, reason)
    tell_drafter(requisition, "signed" if approved else "refused", now, reason=reason)
    if approved:
        tell_owner(requisition, "decision", now, goods=goods_of(requisition), until=_day(requisition.ends_at))
    return requisition


@transaction.atomic
def withdraw_requisition(*, actor: "User", requisition_id: UUID, reason: str, now: datetime) -> Requisition:
    """It is not needed any more, and nothing was handed over. What was signed is withdrawn by who may sign."""
    requisition = locked(actor, requisition_id)
    was_signed = requisition.state == RequisitionState.SIGNED
    (require_signer if was_signed else require_manager)(actor, requisition)
    needed(reason, _("Say why it is withdrawn."))
    if requisition.lists.exists():
        raise Conflict(_("A hand-over list waits for its signature: drop it first."))
    go_on(requisition, RequisitionAct.WITHDRAW, now)
    requisition.save()
    note(requisition, "withdrawn", now, actor, reason)
    tell_drafter(requisition, "withdrawn", now, urgent=False, reason=reason)
    if was_signed:
        tell_owner(requisition, "withdrawn", now, reason=reason)
    return requisition


@transaction.atomic
def prolong_requisition(*, actor: "User", requisition_id: UUID, ends_at: datetime, reason: str, now: datetime) -> Requisition:
    """It ends later than was signed; who may sign says why, and the owner is told."""
    requisition = locked(actor, requisition_id)
    require_signer(actor, requisition)
    needed(reason, _("Say why it is prolonged."))
    if ends_at <= requisition.ends_at:
        raise InvalidInput(_("The new end lies before the one that was signed."))
    _check_days(requisition.starts_at, ends_at, "-", now)
    before, requisition.ends_at = requisition.ends_at, ends_at
    go_on(requisition, RequisitionAct.PROLONG, now)
    requisition.save()
    note(requisition, "prolonged", now, actor, reason, figures={"until": _day(ends_at), "was": _day(before)})
    tell_owner(requisition, "prolonged", now, until=_day(ends_at), reason=reason)
    return requisition


def _request(actor: "User", new: NewRequisition) -> SupplyRequest | None:
    if new.request_id is None:
        return None
    found = visible_requests(actor).get(pk=new.request_id)
    if found.state != RequestState.APPROVED:
        raise Conflict(_("What a request misses is requisitioned once it is approved, and not closed."))
    return found


def _subject(actor: "User", new: NewRequisition) -> SupplySubject | None:
    if not new.subject_kind:
        return None
    if new.subject_kind not in settings.SUPPLY_SUBJECTS:
        raise InvalidInput(_("There is no kind of event %(kind)s.") % {"kind": new.subject_kind[:30]})
    found = supply_subject(actor, new.subject_kind, new.subject_label)
    if found.is_drill:
        raise Conflict(_("Nothing is requisitioned for a drill."))
    return found


def _decider(actor: "User") -> tuple[Organisation, str]:
    body = actor.organisation
    if body is None:
        raise InvalidInput(_("You belong to no body that could decide."))
    level = level_of(body.region_id)
    if not requisitions_policy().may_decide(level, body.kind):
        raise NotAllowed(_("%(body)s may not requisition: the policy names no such body of that level.") % {"body": body})
    return body, level


def _owner(actor: "User", new: NewRequisition) -> Organisation | None:
    return None if new.owner_id is None else visible_organisations(actor).get(pk=new.owner_id)


def _check_days(starts_at: datetime, ends_at: datetime, taken_first: str, now: datetime) -> None:
    most = requisitions_policy().most.days
    if not starts_at < ends_at <= starts_at + timedelta(days=most):
        raise InvalidInput(
            _("A requisition ends after it begins, and within %(most)s days; it can be prolonged.") % {"most": most}
        )
    if starts_at < now - timedelta(minutes=1) and not taken_first.strip():
        raise InvalidInput(_("It began before now: say why it was taken before the papers were there."))


def _next_number(region_code: str, now: datetime) -> str:
    """Such as ZY-370213-20261128-001 (征用): whoever drafts holds the county's book until the transaction ends."""
    key = f"ZY-{region_code}-{timezone.localtime(now):%Y%m%d}"
    RequestBook.objects.get_or_create(key=key)
    book = RequestBook.objects.select_for_update().get(key=key)
    book.last += 1
    book.save(update_fields=["last"])
    return f"{key}-{book.last:03}"


def _day(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
