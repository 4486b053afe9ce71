"""Requisitions for programs."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of
from tocsin.supplies.catalogue.queries.items import visible_items
from tocsin.supplies.catalogue.rules.amounts import to_amount
from tocsin.supplies.requisitions.queries.requisitions import visible_requisitions
from tocsin.supplies.requisitions.rules.states import Damage, ListKind, Property
from tocsin.supplies.requisitions.services import answering, claims, drafting, lists
from tocsin.supplies.requisitions.shown.requisitions import (
    RequisitionClaimOut,
    RequisitionLineOut,
    RequisitionListOut,
    RequisitionOut,
    describe_claim,
    describe_requisition,
    describe_requisition_lines,
    describe_requisition_lists,
)

router = Router()


class NewRequisitionIn(Schema, extra="forbid"):
    ends_at: AwareDatetime = Field(description="as expected")
    basis: str = Field(max_length=40, description="code of the law in the policy `supplies.requisitions`")
    purpose: str = Field("", max_length=200)
    place: str = Field("", max_length=200, description="where it is used")
    owner_id: UUID | None = Field(None, description="a body of the register; null: a person, or a body that none knows")
    owner_name: str = Field("", max_length=120)
    owner_telephone: str = Field("", max_length=40)
    owner_address: str = Field("", max_length=200)
    starts_at: AwareDatetime | None = Field(None, description="null: now")
    taken_first: str = Field("", max_length=300, description="why it was taken before the papers were there")
    request_id: UUID | None = Field(None, description="the request of supplies whose missing goods it takes")
    subject_kind: str = Field("", max_length=30, pattern="^(case)?$")
    subject_label: str = Field("", max_length=60, description="number of the case")
    region_code: str = Field("", pattern=r"^(\d{6})?$")


class RequisitionLineIn(Schema, extra="forbid"):
    kind: Property
    quantity: float = Field(ge=0, le=1e9, description="0 takes the line away")
    item_id: UUID | None = None
    words: str = Field("", max_length=200)
    unit: str = Field("", max_length=20)
    line_id: UUID | None = None
    source_lot_id: UUID | None = Field(None, description="the owner's own lot in the ledger")


class RequisitionDecisionIn(Schema, extra="forbid"):
    approved: bool
    reason: str = Field("", max_length=500)


class RequisitionReasonIn(Schema, extra="forbid"):
    reason: str = Field(max_length=300)


class RequisitionEndIn(Schema, extra="forbid"):
    ends_at: AwareDatetime
    reason: str = Field(max_length=300)


class RequisitionAnswerIn(Schema, extra="forbid"):
    will: bool = Field(description="true: hands over; false: objects")
    text: str = Field("", max_length=300)
    said_by: str = Field("", max_length=120, description="where an officer enters what the owner said")


class RequisitionRowIn(Schema, extra="forbid"):
    line_id: UUID
    whole: float = Field(0, ge=0, le=1e9)
    damaged: float = Field(0, ge=0, le=1e9)
    consumed: float = Field(0, ge=0, le=1e9)
    lost: float = Field(0, ge=0, le=1e9)
    condition: str = Field("", max_length=300)
    expires_on: date | None = None


class RequisitionListIn(Schema, extra="forbid"):
    kind: ListKind
    rows: list[RequisitionRowIn] = Field(min_length=1, max_length=500)
    at: AwareDatetime | None = None
    store_id: UUID | None = Field(None, description="into which store goods of the catalogue come")
    text: str = Field("", max_length=300)


class RequisitionSignatureIn(Schema, extra="forbid"):
    said_by: str = Field("", max_length=120, description="where a second officer enters the owner's word")


class RequisitionSumIn(Schema, extra="forbid"):
    kind: Damage
    yuan: float = Field(ge=0, le=1e11)
    line_id: UUID | None = None
    words: str = Field("", max_length=200)


class RequisitionClaimIn(Schema, extra="forbid"):
    sums: list[RequisitionSumIn] = Field(min_length=1, max_length=claims.MOST_SUMS)
    text: str = Field("", max_length=500)
    said_by: str = Field("", max_length=120)


class RequisitionValuesIn(Schema, extra="forbid"):
    values: dict[UUID, float] = Field(description="sum of the claim -> yuan")
    method: str = Field(max_length=500)


class RequisitionPaymentIn(Schema, extra="forbid"):
    voucher: str = Field(max_length=60)
    paid_at: AwareDatetime | None = None


class RequisitionCloseIn(Schema, extra="forbid"):
    text: str = Field("", max_length=500)
    said_by: str = Field("", max_length=120)


class RequisitionsOut(Schema):
    items: list[RequisitionOut]
    total: int


class RequisitionWholeOut(RequisitionOut):
    """A requisition with its lines, lists and claim."""

    lines: list[RequisitionLineOut]
    lists: list[RequisitionListOut]
    claim: RequisitionClaimOut | None


@router.get("/requisitions", response=RequisitionsOut)
def supply_requisitions(request: HttpRequest, slice_: Query[Slice], state: str = "") -> Part[RequisitionOut]:
    """Requisitions of your areas, and of your own body's property; `state`: one of them, or `running`."""
    found = slice_.part(visible_requisitions(request.user, state=state).prefetch_related("lines"))
    return {"items": [describe_requisition(one) for one in found["items"]], "total": found["total"]}


@router.post("/requisitions", response=RequisitionWholeOut)
def draft_requisition(request: HttpRequest, given: NewRequisitionIn) -> RequisitionWholeOut:
    """A draft with a line for each thing that the request misses."""
    new = drafting.NewRequisition(**given.dict())
    made = drafting.draft_requisition(actor=actor_of(request), new=new, now=current_time())
    return _whole(request, made.pk)


@router.get("/requisitions/{uuid:requisition_id}", response=RequisitionWholeOut)
def supply_requisition(request: HttpRequest, requisition_id: UUID) -> RequisitionWholeOut:
    """One requisition with its lines, lists and claim."""
    return _whole(request, requisition_id)


@router.post("/requisitions/{uuid:requisition_id}/lines", response=RequisitionWholeOut)
def set_requisition_line(request: HttpRequest, requisition_id: UUID, given: RequisitionLineIn) -> RequisitionWholeOut:
    """A new line of a draft, another amount of one, or none of it."""
    actor, told = actor_of(request), given.dict(exclude={"item_id", "quantity"})
    drafting.set_requisition_line(
        actor=actor,
        requisition_id=requisition_id,
        quantity=Decimal(str(given.quantity)),
        item=visible_items(actor).get(pk=given.item_id, active=True) if given.item_id else None,
        now=current_time(),
        **told,
    )
    return _whole(request, requisition_id)


@router.post("/requisitions/{uuid:requisition_id}/ask", response=RequisitionWholeOut)
def ask_for_signature(request: HttpRequest, requisition_id: UUID) -> RequisitionWholeOut:
    """The draft goes to a second person."""
    drafting.ask_for_signature(actor=actor_of(request), requisition_id=requisition_id, now=current_time())
    return _whole(request, requisition_id)


@router.post("/requisitions/{uuid:requisition_id}/decision", response=RequisitionWholeOut)
def decide_requisition(request: HttpRequest, requisition_id: UUID, given: RequisitionDecisionIn) -> RequisitionWholeOut:
    """Signs, and the owner is told; or refuses, with the reason."""
    drafting.decide_requisition(actor=actor_of(request), requisition_id=requisition_id, now=current_time(), **given.dict())
    return _whole(request, requisition_id)


@router.post("/requisitions/{uuid:requisition_id}/withdrawal", response=RequisitionWholeOut)
def withdraw_requisition(request: HttpRequest, requisition_id: UUID, given: RequisitionReasonIn) -> RequisitionWholeOut:
    """It is not needed any more, and nothing was handed over."""
    drafting.withdraw_requisition(actor=actor_of(request), requisition_id=requisition_id, reason=given.reason, now=current_time())
    return _whole(request, requisition_id)


@router.post("/requisitions/{uuid:requisition_id}/end", response=RequisitionWholeOut)
def prolong_requisition(request: HttpRequest, requisition_id: UUID, given: RequisitionEndIn) -> RequisitionWholeOut:
    """It ends later; the owner is told."""
    drafting.prolong_requisition(actor=actor_of(request), requisition_id=requisition_id, now=current_time(), **given.dict())
    return _whole(request, requisition_id)


@router.post("/requisitions/{uuid:requisition_id}/answer", response=RequisitionWholeOut)
def answer_requisition(request: HttpRequest, requisition_id: UUID, given: RequisitionAnswerIn) -> RequisitionWholeOut:
    """The owner will hand over, or objects."""
    answering.answer_requisition(actor=actor_of(request), requisition_id=requisition_id, now=current_time(), **given.dict())
    return _whole(request, requisition_id)


@router.post("/requisitions/{uuid:requisition_id}/lists", response=RequisitionWholeOut)
def write_requisition_list(request: HttpRequest, requisition_id: UUID, given: RequisitionListIn) -> RequisitionWholeOut:
    """A list of what is handed over or given back; it counts once the other side has signed."""
    lists.write_list(
        actor=actor_of(request),
        requisition_id=requisition_id,
        kind=given.kind,
        rows=[_row(one) for one in given.rows],
        at=given.at,
        store_id=given.store_id,
        text=given.text,
        now=current_time(),
    )
    return _whole(request, requisition_id)


def _row(one: RequisitionRowIn) -> lists.NewRow:
    counts = {name: to_amount(str(value)) if (value := getattr(one, name)) else 0 for name in _COUNTS}
    return lists.NewRow(line_id=one.line_id, condition=one.condition, expires_on=one.expires_on, **counts)


_COUNTS = ("whole", "damaged", "consumed", "lost")


@router.post("/requisitions/{uuid:requisition_id}/photos", response=RequisitionWholeOut)
def add_requisition_photo(
    request: HttpRequest, requisition_id: UUID, line_id: Form[UUID], file: File[UploadedFile]
) -> RequisitionWholeOut:
    """A photo of one line of the list that waits for its signature."""
    visible_requisitions(request.user).get(pk=requisition_id)  # before anything is said of the file
    lists.add_photo(
        actor=actor_of(request),
        requisition_id=requisition_id,
        line_id=line_id,
        data=file.read(),
        name=file.name or "",
        now=current_time(),
    )
    return _whole(request, requisition_id)


@router.post("/requisitions/{uuid:requisition_id}/lists/{uuid:requisition_list_id}/sign", response=RequisitionWholeOut)
def sign_requisition_list(
    request: HttpRequest, requisition_id: UUID, requisition_list_id: UUID, given: RequisitionSignatureIn
) -> RequisitionWholeOut:
    """The owner signs, or a second officer for the owner's word; the list counts from now on."""
    found = visible_requisitions(request.user).get(pk=requisition_id).lists.get(pk=requisition_list_id)
    lists.sign_list(actor=actor_of(request), list_id=found.pk, said_by=given.said_by, now=current_time())
    return _whole(request, requisition_id)


@router.post("/requisitions/{uuid:requisition_id}/lists/{uuid:requisition_list_id}/drop", response=RequisitionWholeOut)
def drop_requisition_list(
    request: HttpRequest, requisition_id: UUID, requisition_list_id: UUID, given: RequisitionReasonIn
) -> RequisitionWholeOut:
    """A list that nobody has signed is taken away."""
    found = visible_requisitions(request.user).get(pk=requisition_id).lists.get(pk=requisition_list_id)
    lists.drop_list(actor=actor_of(request), list_id=found.pk, reason=given.reason, now=current_time())
    return _whole(request, requisition_id)


@router.post("/requisitions/{uuid:requisition_id}/claim", response=RequisitionWholeOut)
def claim_compensation(request: HttpRequest, requisition_id: UUID, given: RequisitionClaimIn) -> RequisitionWholeOut:
    """The owner claims for the use, and for what is damaged, consumed or lost."""
    claims.claim_compensation(
        actor=actor_of(request),
        requisition_id=requisition_id,
        sums=[_sum(one.dict()) for one in given.sums],
        text=given.text,
        said_by=given.said_by,
        now=current_time(),
    )
    return _whole(request, requisition_id)


def _sum(told: dict[str, Any]) -> claims.NewSum:
    return claims.NewSum(**told | {"yuan": Decimal(str(told["yuan"]))})


@router.post("/requisitions/{uuid:requisition_id}/valuation", response=RequisitionWholeOut)
def value_claim(request: HttpRequest, requisition_id: UUID, given: RequisitionValuesIn) -> RequisitionWholeOut:
    """What each sum is worth, and how that is known."""
    values = {pk: Decimal(str(yuan)) for pk, yuan in given.values.items()}
    claims.value_claim(
        actor=actor_of(request), requisition_id=requisition_id, values=values, method=given.method, now=current_time()
    )
    return _whole(request, requisition_id)


@router.post("/requisitions/{uuid:requisition_id}/award", response=RequisitionWholeOut)
def award_compensation(request: HttpRequest, requisition_id: UUID, given: RequisitionDecisionIn) -> RequisitionWholeOut:
    """A second person awards what was valued, or sends it back."""
    claims.award_compensation(actor=actor_of(request), requisition_id=requisition_id, now=current_time(), **given.dict())
    return _whole(request, requisition_id)


@router.post("/requisitions/{uuid:requisition_id}/payment", response=RequisitionWholeOut)
def pay_compensation(request: HttpRequest, requisition_id: UUID, given: RequisitionPaymentIn) -> RequisitionWholeOut:
    """It was paid, by this voucher."""
    claims.pay_compensation(actor=actor_of(request), requisition_id=requisition_id, now=current_time(), **given.dict())
    return _whole(request, requisition_id)


@router.post("/requisitions/{uuid:requisition_id}/close", response=RequisitionWholeOut)
def close_requisition(request: HttpRequest, requisition_id: UUID, given: RequisitionCloseIn) -> RequisitionWholeOut:
    """The owner confirms the payment or claims none; an officer closes by the owner's word, or once the time is over."""
    claims.close_requisition(actor=actor_of(request), requisition_id=requisition_id, now=current_time(), **given.dict())
    return _whole(request, requisition_id)


def _whole(request: HttpRequest, requisition_id: UUID) -> RequisitionWholeOut:
    found = visible_requisitions(request.user).get(pk=requisition_id)
    return RequisitionWholeOut(
        **describe_requisition(found).dict(),
        lines=describe_requisition_lines(found),
        lists=describe_requisition_lists(found),
        claim=describe_claim(found),
    )
