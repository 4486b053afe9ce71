"""Requisitions as their reader may see them, what each person may do with one, and the account of its lines."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet

from tocsin.jurisdiction.face import Person, may, reach, scope
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.requests.models import DeliveryLine
from tocsin.supplies.requests.rules.states import DeliveryState
from tocsin.supplies.requisitions.models import (
    Requisition,
    RequisitionClaim,
    RequisitionLine,
    RequisitionList,
)
from tocsin.supplies.requisitions.rules.account import Account
from tocsin.supplies.requisitions.rules.states import OWNERS, RUNNING, RequisitionState
from tocsin.supplies.stock.models import BUCKETS, Holding

if TYPE_CHECKING:
    from tocsin.jurisdiction.rights.rules import Permission

OWNER_PERMISSIONS: Final["tuple[Permission, ...]"] = ("firm.work", "orders.work", rights.KEEP)
"""Which work for a body lets somebody answer and sign for it as an owner."""

_OUT = (DeliveryState.LOADED.value, DeliveryState.ON_WAY.value, DeliveryState.HANDED_OVER.value)
_RUNNING = [one.value for one in RUNNING]
_OWNERS = [one.value for one in OWNERS]
_WITH = ("body", "owner", "request", "drafted_by", "asked_by", "decided_by", "claim")


def visible_requisitions(user: Person, *, state: str = "", permission: "Permission" = rights.SEE) -> QuerySet[Requisition]:
    """Requisitions of the user's areas or body, and those that concern their own body's property, newest first. `state`: one of
    them, `running`, or all.
    """
    found = scope(Requisition.objects.all(), user, permission, organisation_field="body").order_by().values("pk")
    rows = Requisition.objects.select_related(*_WITH)
    rows = rows.filter(Q(pk__in=found) | _own(user)) if permission == rights.SEE else rows.filter(pk__in=found)
    if state == "running":
        return rows.filter(state__in=_RUNNING)
    return rows.filter(state=state) if state else rows


def _own(user: Person) -> Q:
    """What the user answers as an owner's person."""
    bodies = bodies_answered_for(user)
    return Q(owner__in=bodies, state__in=_OWNERS) if bodies else Q(pk__in=[])


def bodies_answered_for(user: Person) -> set[UUID]:
    """The body whose property the user speaks for: their own, where they work for it. Who is bound to none speaks for none."""
    return {
        one.organisation_id
        for permission in OWNER_PERMISSIONS
        for one in reach(user, permission)
        if one.organisation_id is not None
    }


def answers_for(user: Person, requisition: Requisition) -> bool:
    """Whether the user speaks for the owner."""
    return requisition.owner_id is not None and requisition.owner_id in bodies_answered_for(user)


def may_manage(user: Person, requisition: Requisition) -> bool:
    """Who drafts, hands over, values and pays."""
    return may(user, rights.RESERVE, requisition.region_code, (requisition.body_id,))


def may_sign(user: Person, requisition: Requisition) -> bool:
    """Who signs decisions and awards as the second person."""
    return may(user, rights.REQUISITION, requisition.region_code, (requisition.body_id,))


def requisitions_of_owner(user: Person) -> QuerySet[Requisition]:
    """What concerns the user's own body, as its owner."""
    return Requisition.objects.select_related(*_WITH).filter(_own(user))


def to_sign(user: Person) -> QuerySet[Requisition]:
    """Decisions and awards that wait for this person: nobody signs what they asked for, or valued, themselves."""
    rows = visible_requisitions(user, permission=rights.REQUISITION)
    asked = Q(state=RequisitionState.ASKED.value) & ~Q(asked_by_id__in=[user.pk])
    valued = Q(state=RequisitionState.VALUED.value) & ~Q(claim__valued_by_id__in=[user.pk])
    return rows.filter(asked | valued).order_by("due_at", "number")


def to_answer(user: Person) -> QuerySet[Requisition]:
    """What waits for the owner: an answer, a signature below a list, or a claim."""
    rows = requisitions_of_owner(user)
    unsigned = Q(lists__signed_at=None, lists__isnull=False) & ~Q(lists__written_by_id__in=[user.pk])
    waits = Q(state=RequisitionState.SIGNED.value, answer="") | Q(state=RequisitionState.RETURNED.value) | unsigned
    return rows.filter(waits).distinct().order_by("due_at", "number")


def late_requisitions(user: Person, now: datetime) -> QuerySet[Requisition]:
    """Whose next step is late, of those that the user drives."""
    rows = visible_requisitions(user, state="running", permission=rights.RESERVE)
    return rows.filter(due_at__lte=now).order_by("due_at", "number")


def accounts_of(requisition: Requisition) -> dict[UUID, Account]:
    """The account of each line, with what the ledger says now."""
    return {one.pk: account_of(one) for one in requisition.lines.select_related("holding")}


def account_of(line: RequisitionLine) -> Account:
    """One line's account; its holding is loaded."""
    holding: Holding | None = line.holding
    inside = sum(getattr(holding, name) for name in BUCKETS.values()) if holding else 0
    at_hand = inside - holding.reserved - holding.in_transit if holding else 0
    return Account(
        taken=line.taken,
        whole=line.whole,
        damaged=line.damaged,
        consumed=line.consumed,
        lost=line.lost,
        kept=line.item_id is not None,
        inside=inside,
        at_hand=at_hand,
        out=_out_with_deliveries(holding) if holding else 0,
    )


def _out_with_deliveries(holding: Holding) -> int:
    """What is loaded, on its way, or handed over and neither used up nor back."""
    rows = DeliveryLine.objects.filter(holding=holding, delivery__state__in=_OUT).select_related("delivery")
    return sum(one.sure if one.received is None else one.out for one in rows)


def owners_lots(requisition: Requisition, item_ids: "list[UUID]") -> QuerySet[Holding]:
    """What the ledger has of the owner's own goods of these items, in the area of the decision: of such a lot it is taken."""
    rows = Holding.objects.select_related("store", "lot", "item").filter(
        owner=requisition.owner, item__in=item_ids, free__gt=0, counted=True, lot__kept_for=None
    )
    prefix = requisition.region_code.rstrip("0")
    return rows.filter(region_code__startswith=prefix).order_by("store__name", "lot__number")


def may_read_photo(user: Person, requisition_id: str) -> bool:
    """Photos of lists."""
    return visible_requisitions(user).filter(pk=requisition_id).exists()


def cases_of_open_requisitions() -> set[str]:
    """Numbers of the cases for which property is still held or owed for: such a case is not deleted."""
    rows = Requisition.objects.filter(state__in=_RUNNING, subject_kind="case")
    return set(rows.values_list("subject_label", flat=True))


def open_lines(requisition: Requisition) -> QuerySet[RequisitionLine]:
    """Lines of which something is neither back nor consumed nor lost."""
    told = F("whole") + F("damaged") + F("consumed") + F("lost")
    return requisition.lines.filter(taken__gt=told)


def goods_of(requisition: Requisition) -> str:
    """What it takes, in a line of words."""
    return ", ".join(f"{one.words} {to_number(one.amount):,} {one.unit}" for one in requisition.lines.all())


def goods_of_list(made: RequisitionList) -> str:
    """What a list says, in a line of words."""
    rows = made.rows.select_related("line")
    return ", ".join(
        f"{one.line.words} {to_number(one.whole + one.damaged + one.consumed + one.lost):,} {one.line.unit}" for one in rows
    )


def claimed_fen(claim: RequisitionClaim) -> int:
    """All that is claimed."""
    return sum(one.claimed_fen for one in claim.rows.all())


def valued_fen(claim: RequisitionClaim) -> int:
    """All that it is valued at."""
    return sum(one.valued_fen or 0 for one in claim.rows.all())
