"""Requisitions as people and programs read them. Quantities are in the line's unit, sums in yuan."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import get_language
from ninja import Field, Schema

from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.requisitions.policy import Basis, requisitions_policy
from tocsin.supplies.requisitions.queries.requisitions import account_of, claimed_fen, goods_of, valued_fen
from tocsin.supplies.requisitions.rules.money import yuan_words
from tocsin.supplies.requisitions.rules.states import Damage, ListKind, OwnersAnswer, Property, RequisitionState
from tocsin.supplies.requisitions.shown import names
from tocsin.supplies.stock.shown.stock import item_name, unit_name

if TYPE_CHECKING:
    from tocsin.supplies.requisitions.models import (
        Requisition,
        RequisitionClaim,
        RequisitionLine,
        RequisitionList,
        RequisitionRow,
    )


class RequisitionOut(Schema):
    """What is taken of whom, and how far that is."""

    id: UUID
    number: str
    region_code: str
    body: str = Field(description="which decides")
    level: str
    level_name: str
    request_id: UUID | None
    request_number: str
    subject_kind: str
    subject_label: str
    owner_id: UUID | None = Field(description="null: a person, or a body that no register knows")
    owner: str
    owner_telephone: str
    owner_address: str
    purpose: str
    place: str
    basis: str = Field(description="code of the law in the policy")
    law: str
    law_says: str
    law_confidence: str = Field(description="A was read, B was not compared word by word, C is not verified")
    law_confidence_name: str
    starts_at: datetime
    ends_at: datetime
    taken_first: str = Field(description="why it was taken before the papers were there; empty: it was not")
    state: RequisitionState
    state_name: str
    goods: str
    answer: OwnersAnswer
    answer_name: str
    answer_text: str
    answered_at: datetime | None
    drafted_at: datetime
    drafted_by: str
    asked_at: datetime | None
    asked_by: str
    decided_at: datetime | None
    decided_by: str
    decision: str
    due_at: datetime | None
    ended_at: datetime | None

    @property
    def css(self) -> str:
        """How a page marks the state."""
        return names.STATE_CLASSES.get(self.state, "")


class RequisitionLineOut(Schema):
    """So much of one thing, and what became of it."""

    id: UUID
    kind: Property
    kind_name: str
    item_id: UUID | None
    item_code: str
    words: str
    unit: str
    quantity: float
    source: str = Field(description="the owner's own lot out of which it is taken")
    taken: float
    whole: float
    damaged: float
    consumed: float
    lost: float
    open: float = Field(description="taken, and not accounted for")
    at_hand: float = Field(description="of that what lies in the store and can be given back now; of other property: all")
    away: float = Field(description="of that what has left the store for good: used up, or lost")
    perishable: bool

    @property
    def untaken(self) -> float:
        """What is still to be handed over."""
        return self.quantity - self.taken


class RequisitionRowOut(Schema):
    """One line of a list."""

    line_id: UUID
    words: str
    unit: str
    whole: float = Field(description="of a hand-over: all; of a return: what is whole")
    damaged: float
    consumed: float
    lost: float
    condition: str
    expires_on: date | None
    photo: UUID | None


class RequisitionListOut(Schema):
    """What was handed over or given back at one time; it counts once it is signed."""

    id: UUID
    number: int
    kind: ListKind
    kind_name: str
    at: datetime
    store: str
    text: str
    written_at: datetime
    written_by: str
    signed_at: datetime | None
    signed_by: str
    signed_for: str = Field(description="whose word the second officer entered; empty: the owner's own account signed")
    rows: list[RequisitionRowOut]


class ClaimRowOut(Schema):
    """One sum of a claim."""

    id: UUID
    line: str
    kind: Damage
    kind_name: str
    words: str
    claimed_yuan: float
    valued_yuan: float | None


class RequisitionClaimOut(Schema):
    """What the owner claims, and what became of it."""

    claimed_at: datetime
    claimed_by: str
    claimed_for: str
    text: str
    claimed: str
    method: str
    valued: str
    valued_at: datetime | None
    valued_by: str
    awarded_at: datetime | None
    awarded_by: str
    award: str
    paid_at: datetime | None
    paid_by: str
    voucher: str
    rows: list[ClaimRowOut]


def describe_requisition(one: "Requisition") -> RequisitionOut:
    """One requisition; bodies, people and request are loaded."""
    state, law = RequisitionState(one.state), law_of(one)
    return RequisitionOut(
        **{name: getattr(one, name) for name in _PLAIN},
        body=str(one.body),
        level_name=str(names.LEVEL_NAMES.get(one.level, one.level)),
        request_number=one.request.number if one.request else "",
        owner=str(one.owner) if one.owner else one.owner_name,
        law=law["name"],
        law_says=law["says"],
        law_confidence=law["confidence"],
        law_confidence_name=str(names.CONFIDENCE_NAMES.get(law["confidence"], "")),
        state=state,
        state_name=str(names.STATE_NAMES[state]),
        goods=goods_of(one),
        answer=OwnersAnswer(one.answer),
        answer_name=str(names.ANSWER_NAMES[OwnersAnswer(one.answer)]),
        drafted_by=str(one.drafted_by),
        asked_by=str(one.asked_by or ""),
        decided_by=str(one.decided_by or ""),
    )


_PLAIN = (
    *("id", "number", "region_code", "level", "request_id", "subject_kind", "subject_label", "owner_id", "owner_telephone"),
    *("owner_address", "purpose", "place", "basis", "starts_at", "ends_at", "taken_first", "answer_text", "answered_at"),
    *("drafted_at", "asked_at", "decided_at", "decision", "due_at", "ended_at"),
)


def law_of(one: "Requisition") -> dict[str, str]:
    """The law as it was when it was signed; before that as the policy has it now."""
    kept: dict[str, str] = one.basis_words
    now: Basis | None = requisitions_policy().basis_of(one.basis)
    if not kept and now is not None:
        kept = {"zh": now.zh, "en": now.en, "says_zh": now.says_zh, "says_en": now.says_en, "confidence": now.confidence}
    tongue = "zh" if (get_language() or "zh").startswith("zh") else "en"
    return {
        "name": kept.get(tongue, one.basis),
        "says": kept.get(f"says_{tongue}", ""),
        "confidence": kept.get("confidence", ""),
    }


def laws() -> list[tuple[str, str]]:
    """What a form offers: code and name, and what is not verified says so."""
    zh = (get_language() or "zh").startswith("zh")
    return [(one.code, one.zh if zh else one.en) for one in requisitions_policy().basis]


def describe_requisition_lines(one: "Requisition") -> list[RequisitionLineOut]:
    """What is taken, thing by thing."""
    return [_line(line) for line in one.lines.select_related("item", "holding", "source__store", "source__lot")]


def _line(line: "RequisitionLine") -> RequisitionLineOut:
    account = account_of(line)
    return RequisitionLineOut(
        id=line.pk,
        kind=Property(line.kind),
        kind_name=str(names.PROPERTY_NAMES[Property(line.kind)]),
        item_id=line.item_id,
        item_code=line.item.code if line.item else "",
        words=_words(line),
        unit=unit_name(line.item) if line.item else line.unit,
        quantity=_number(line.amount),
        source=f"{line.source.store.name} {line.source.lot.number}" if line.source else "",
        **{name: _number(getattr(line, name)) for name in ("taken", "whole", "damaged", "consumed", "lost")},
        open=_number(account.open),
        at_hand=_number(min(account.open, account.at_hand) if account.kept else account.open),
        away=_number(account.away if account.kept else 0),
        perishable=line.item is not None and line.item.perishable and line.source is None,
    )


def _words(line: "RequisitionLine") -> str:
    """As it was typed; what has the item's own name reads in the reader's language."""
    return item_name(line.item) if line.item is not None and line.words == line.item.name_zh else line.words


def describe_requisition_lists(one: "Requisition") -> list[RequisitionListOut]:
    """All lists of a requisition, the first one first."""
    rows = one.lists.select_related("store", "written_by", "signed_by").prefetch_related("rows__line__item")
    return [describe_list(made) for made in rows]


def describe_list(made: "RequisitionList") -> RequisitionListOut:
    """One list with its rows."""
    kind = ListKind(made.kind)
    return RequisitionListOut(
        **{name: getattr(made, name) for name in ("id", "number", "at", "text", "written_at", "signed_at", "signed_for")},
        kind=kind,
        kind_name=str(names.LIST_NAMES[kind]),
        store=made.store.name if made.store else "",
        written_by=str(made.written_by),
        signed_by=str(made.signed_by or ""),
        rows=[_row(row) for row in made.rows.all()],
    )


def _row(row: "RequisitionRow") -> RequisitionRowOut:
    return RequisitionRowOut(
        line_id=row.line_id,
        words=_words(row.line),
        unit=unit_name(row.line.item) if row.line.item else row.line.unit,
        **{name: _number(getattr(row, name)) for name in ("whole", "damaged", "consumed", "lost")},
        condition=row.condition,
        expires_on=row.expires_on,
        photo=row.photo,
    )


def describe_claim(one: "Requisition") -> RequisitionClaimOut | None:
    """The claim for compensation; None where there is none."""
    claim: RequisitionClaim | None = getattr(one, "claim", None)
    if claim is None:
        return None
    plain = ("claimed_at", "claimed_for", "text", "method", "valued_at", "awarded_at", "award", "paid_at", "voucher")
    facts: dict[str, Any] = {name: getattr(claim, name) for name in plain}
    return RequisitionClaimOut(
        **facts,
        claimed_by=str(claim.claimed_by),
        claimed=yuan_words(claimed_fen(claim)),
        valued=yuan_words(valued_fen(claim)) if claim.valued_at else "",
        valued_by=str(claim.valued_by or ""),
        awarded_by=str(claim.awarded_by or ""),
        paid_by=str(claim.paid_by or ""),
        rows=[
            ClaimRowOut(
                id=row.pk,
                line=_words(row.line) if row.line else "",
                kind=Damage(row.kind),
                kind_name=str(names.DAMAGE_NAMES[Damage(row.kind)]),
                words=row.words,
                claimed_yuan=row.claimed_fen / 100,
                valued_yuan=None if row.valued_fen is None else row.valued_fen / 100,
            )
            for row in claim.rows.select_related("line__item")
        ],
    )


def _number(amount: int) -> float:
    return float(to_number(amount))
