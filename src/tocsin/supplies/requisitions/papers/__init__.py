"""The papers of a requisition, one for each step: decision, hand-over list, return list, decision on compensation.

Each has a code that opens the requisition's page.
"""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

import segno
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.base.errors import Conflict, NotAllowed
from tocsin.notices.face import link_address
from tocsin.records.papers.rules import Paper
from tocsin.supplies.requisitions.queries.requisitions import visible_requisitions
from tocsin.supplies.requisitions.rules.states import ListKind
from tocsin.supplies.requisitions.shown.requisitions import (
    RequisitionListOut,
    describe_claim,
    describe_requisition,
    describe_requisition_lines,
    describe_requisition_lists,
)

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.supplies.requisitions.models import Requisition


def requisition_decision(user: "Person", requisition_id: UUID, now: datetime) -> Paper:
    """应急处置征用决定书: what is taken of whom, by which law, for what, until when. Conflict before it is signed."""
    found = _found(user, requisition_id)
    if not found.basis_words:
        raise Conflict(_("There is no such paper yet: a second person signs first."))
    told = describe_requisition(found)
    rows = [
        [str(one.kind_name), one.words, f"{one.quantity:,g}", one.unit, one.source or "–"]
        for one in describe_requisition_lines(found)
    ]
    head = [
        pgettext("paper", "Kind"),
        pgettext("paper", "What"),
        pgettext("paper", "Quantity"),
        pgettext("paper", "Unit"),
        pgettext("paper", "Out of"),
    ]
    text = _(
        "After use, or once the emergency is over, the property is given back at once. For what is taken, damaged, consumed or"
        " lost fair and reasonable compensation is paid; claim it within the time that you are told when all is given back."
    )
    facts = [
        [pgettext("paper", "Owner"), _who(told.owner, told.owner_telephone, told.owner_address)],
        [pgettext("paper", "What for"), told.purpose],
        [pgettext("paper", "Used at"), told.place],
        [pgettext("paper", "From"), _moment(told.starts_at)],
        [pgettext("paper", "Until about"), _moment(told.ends_at)],
        [pgettext("paper", "Decides"), f"{told.body} ({told.level_name})"],
        [pgettext("paper", "Law"), told.law],
        [pgettext("paper", "The law says"), told.law_says],
    ]
    if told.taken_first:
        facts.append([pgettext("paper", "Taken before the papers"), told.taken_first])
    signed = [
        _sign(pgettext("paper", "Asked by"), told.asked_by, told.asked_at),
        _sign(pgettext("paper", "Signed by"), told.decided_by, told.decided_at),
        _sign(pgettext("paper", "Owner"), "", None),
    ]
    values = _values(found, _("Decision on a requisition"), now, facts, text, signed)
    values["goods"] = {"title": pgettext("paper", "What is taken"), "head": head, "rows": rows}
    values["seal"] = {"mark": pgettext("paper", "(seal)"), "name": told.body, "day": _day(told.decided_at)}
    values["unverified"] = "" if told.law_confidence == "A" else told.law_confidence_name
    return _paper(values, found)


def requisition_handover(user: "Person", requisition_id: UUID, now: datetime) -> Paper:
    """征用财产交接清单: what was handed over, list by list, in which state, and who signed on both sides."""
    return _lists(user, requisition_id, now, ListKind.HAND_OVER, _("Hand-over list of requisitioned property"))


def requisition_return(user: "Person", requisition_id: UUID, now: datetime) -> Paper:
    """征用财产返还清单: what went back whole or damaged, what was consumed or lost, and who signed on both sides."""
    return _lists(user, requisition_id, now, ListKind.RETURN, _("Return list of requisitioned property"))


def _lists(user: "Person", requisition_id: UUID, now: datetime, kind: ListKind, title: str) -> Paper:
    found = _found(user, requisition_id)
    told = describe_requisition(found)
    lists = [one for one in describe_requisition_lists(found) if one.kind is kind]
    if not lists:
        raise Conflict(_("There is no such list yet."))
    head = [
        pgettext("paper", "List"),
        pgettext("paper", "What"),
        pgettext("paper", "Handed over")
        if kind is ListKind.HAND_OVER
        else pgettext("paper", "Whole · damaged · consumed · lost"),
        pgettext("paper", "Unit"),
        pgettext("paper", "State"),
    ]
    unsigned = any(one.signed_at is None for one in lists)
    text = _("A list that only one side has signed does not count.") if unsigned else _("Each list is signed by both sides.")
    facts = [
        [pgettext("paper", "Owner"), _who(told.owner, told.owner_telephone, told.owner_address)],
        [pgettext("paper", "What for"), told.purpose],
        [pgettext("paper", "Used at"), told.place],
        [pgettext("paper", "Until about"), _moment(told.ends_at)],
    ]
    values = _values(found, title, now, facts, text, list(_signatures(lists)))
    values["goods"] = {"title": pgettext("paper", "Property"), "head": head, "rows": list(_rows(lists, kind))}
    return _paper(values, found)


def _rows(lists: Iterable[RequisitionListOut], kind: ListKind) -> Iterable[list[str]]:
    for one in lists:
        for row in one.rows:
            counts = (row.whole,) if kind is ListKind.HAND_OVER else (row.whole, row.damaged, row.consumed, row.lost)
            state = " · ".join(filter(None, (row.condition, pgettext("paper", "with a photo") if row.photo else "")))
            yield [f"{one.number}", row.words, " · ".join(f"{count:,g}" for count in counts), row.unit, state or "–"]


def _signatures(lists: Iterable[RequisitionListOut]) -> Iterable[dict[str, str]]:
    for one in lists:
        number = {"number": one.number}
        yield _sign(pgettext("paper", "List %(number)s, for the government") % number, one.written_by, one.written_at)
        name = f"{one.signed_for} ({one.signed_by})" if one.signed_for else one.signed_by
        yield _sign(pgettext("paper", "List %(number)s, for the owner") % number, name, one.signed_at)


def requisition_compensation(user: "Person", requisition_id: UUID, now: datetime) -> Paper:
    """征用补偿决定书: what was claimed, how it was valued, what is awarded and paid. Conflict before it is awarded."""
    found = _found(user, requisition_id)
    told, claim = describe_requisition(found), describe_claim(found)
    if claim is None or claim.awarded_at is None:
        raise Conflict(_("There is no such paper yet: a second person awards first."))
    rows = [
        [one.line or "–", one.kind_name, one.words or "–", f"{one.claimed_yuan:,.2f}", f"{one.valued_yuan or 0:,.2f}"]
        for one in claim.rows
    ]
    head = [
        pgettext("paper", "What"),
        pgettext("paper", "For"),
        pgettext("paper", "Words"),
        pgettext("paper", "Claimed (yuan)"),
        pgettext("paper", "Awarded (yuan)"),
    ]
    facts = [
        [pgettext("paper", "Owner"), _who(told.owner, told.owner_telephone, told.owner_address)],
        [pgettext("paper", "Law"), told.law],
        [pgettext("paper", "Claimed"), f"{claim.claimed}, {_moment(claim.claimed_at)}"],
        [pgettext("paper", "Awarded"), f"{claim.valued}, {_moment(claim.awarded_at)}"],
        [pgettext("paper", "How it was valued"), claim.method],
        [pgettext("paper", "Reason"), claim.award or "–"],
        [pgettext("paper", "Paid"), f"{_moment(claim.paid_at)} {claim.voucher}" if claim.paid_at else "–"],
    ]
    text = _("Whoever does not agree may ask for a review, or go to court, as the law says.")
    signed = [
        _sign(pgettext("paper", "Valued by"), claim.valued_by, claim.valued_at),
        _sign(pgettext("paper", "Awarded by"), claim.awarded_by, claim.awarded_at),
        _sign(pgettext("paper", "Paid by"), claim.paid_by, claim.paid_at),
    ]
    values = _values(found, _("Decision on compensation for requisitioned property"), now, facts, text, signed)
    values["goods"] = {"title": pgettext("paper", "Sums"), "head": head, "rows": rows}
    values["seal"] = {"mark": pgettext("paper", "(seal)"), "name": told.body, "day": _day(claim.awarded_at)}
    return _paper(values, found)


def _found(user: "Person", requisition_id: UUID) -> "Requisition":
    found = visible_requisitions(user).filter(pk=requisition_id).first()
    if found is None:
        raise NotAllowed(_("There is no such requisition, or it is not yours."))
    return found


def _values(
    found: "Requisition", title: str, now: datetime, facts: list[list[str]], text: str, signed: list[dict[str, str]]
) -> dict[str, Any]:
    address = link_address() + reverse("requisition", args=[found.pk])
    return {
        "title": title,
        "number": found.number,
        "issuer": str(found.body),
        "printed_at": now,
        "facts": facts,
        "text": text,
        "code": {"title": pgettext("paper", "Code"), "svg": _qr(address), "text": address},
        "signatures": signed,
        "unverified": "",
    }


def _paper(values: dict[str, Any], found: "Requisition") -> Paper:
    return Paper(values, "requisition", found.pk, found.region_code)


def _who(*parts: str) -> str:
    return " ".join(filter(None, parts)) or "–"


def _sign(role: str, name: str, at: datetime | None) -> dict[str, str]:
    return {"role": role, "name": name, "at": "" if at is None else _moment(at)}


def _qr(text: str) -> str:
    picture = BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="svg", border=2, dark="#16202c", light="#ffffff")
    return picture.getvalue().decode()


def _moment(at: datetime | None) -> str:
    return "–" if at is None else date_format(timezone.localtime(at), "Y-m-d H:i")


def _day(at: datetime | None) -> str:
    return "" if at is None else date_format(timezone.localtime(at), "Y-m-d")
