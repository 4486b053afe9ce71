"""Requisitions: their list, a new draft, one with its lines, lists, claim and acts, for officers and owners alike."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may_anywhere, regions_within, visible_organisations
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.timeline import sentence_of
from tocsin.supplies.catalogue.queries.items import item_by_words, visible_items
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requests.queries.requests import visible_requests
from tocsin.supplies.requests.queries.subjects import supply_subject
from tocsin.supplies.requisitions.models import Requisition, RequisitionStep
from tocsin.supplies.requisitions.queries.requisitions import (
    answers_for,
    bodies_answered_for,
    may_manage,
    may_sign,
    owners_lots,
    visible_requisitions,
)
from tocsin.supplies.requisitions.rules.states import Damage, Property, RequisitionState
from tocsin.supplies.requisitions.services import answering, claims, drafting, lists
from tocsin.supplies.requisitions.shown import names
from tocsin.supplies.requisitions.shown.requisitions import (
    RequisitionLineOut,
    describe_claim,
    describe_requisition,
    describe_requisition_lines,
    describe_requisition_lists,
    laws,
)
from tocsin.supplies.stock.queries.stores import visible_stores

COLUMNS = ("number", "owner", "goods", "purpose", "state", "starts_at", "ends_at", "body", "decided_by", "due_at")
MOST_OFFERED = 300
_S = RequisitionState
EMPTY = EmptyState(
    gettext_lazy("A requisition takes what the law allows where stock does not suffice."),
    link=gettext_lazy("Draft one"),
    to="#draft-requisition",
    may="may_draft",
    over="state=",
)


@dataclass(frozen=True)
class Filters:
    """Which requisitions are listed, and for which request or case a new one would be."""

    state: str = "running"
    request: UUID | None = None
    case: str = ""


@dataclass(frozen=True)
class RequisitionForm:
    """A requisition as it is typed."""

    ends_at: datetime
    basis: Line = ""
    purpose: Line = ""
    place: Line = ""
    owner_id: UUID | None = None
    owner_name: Line = ""
    owner_telephone: Line = ""
    owner_address: Line = ""
    starts_at: datetime | None = None
    taken_first: Line = ""
    request_id: UUID | None = None
    subject_kind: Line = ""
    subject_label: Line = ""
    region_code: Line = ""


@never_cache
@require_GET
def requisitions(request: HttpRequest) -> HttpResponse:
    """Requisitions of the reader's areas, and of their own body's property; who may draft one does it here."""
    user = request.user
    if not may_anywhere(user, rights.SEE) and not bodies_answered_for(user):
        raise NotAllowed(_("Your roles do not show you requisitions."))
    chosen = read_filters(Filters, request.GET)
    found = visible_requisitions(user, state=chosen.state).prefetch_related("lines")
    may_draft = may_anywhere(user, rights.RESERVE)
    of_case = chosen.case and "case" in settings.SUPPLY_SUBJECTS
    context = {
        "chosen": chosen,
        "states": [("running", gettext_lazy("Running")), *((one.value, name) for one, name in names.STATE_NAMES.items())],
        "may_draft": may_draft,
        "for_request": visible_requests(user).filter(pk=chosen.request).first() if chosen.request else None,
        "subject": supply_subject(user, "case", chosen.case) if of_case else None,
        "bodies": visible_organisations(user).order_by("name_zh", "pk")[:MOST_OFFERED] if may_draft else [],
        "regions": regions_within(user, rights.RESERVE) if may_draft else [],
        "laws": laws(),
    }
    return list_file(request, found, "requisitions", COLUMNS, describe_requisition) or list_page(
        request, found, "supplies/requisitions/requisitions.html", empty=EMPTY, describe=describe_requisition, context=context
    )


@never_cache
@one_act("requisitions", alone=True)
def draft(request: HttpRequest, *, facts: RequisitionForm) -> HttpResponse:
    """A draft with what the request misses; its page follows."""
    new = drafting.NewRequisition(**asdict(facts))
    made = drafting.draft_requisition(actor=actor_of(request), new=new, now=current_time())
    return redirect("requisition", made.pk)


@never_cache
@require_GET
def requisition_page(request: HttpRequest, requisition_id: UUID) -> HttpResponse:
    """One requisition, with what its reader may do next."""
    user, now = request.user, current_time()
    found = visible_requisitions(user).get(pk=requisition_id)
    lines, manages = describe_requisition_lines(found), may_manage(user, found)
    context = {
        "one": describe_requisition(found),
        "lines": lines,
        "lists": describe_requisition_lists(found),
        "claim": describe_claim(found),
        "steps": [_step(one) for one in found.steps.select_related("actor")],
        "may": _may(user, found, now),
        "manages": manages,
        "owns": answers_for(user, found),
        "kinds": [(one.value, name) for one, name in names.PROPERTY_NAMES.items()],
        "damages": [(one.value, name) for one, name in names.DAMAGE_NAMES.items()],
        "sums": _sums(lines) if found.state == _S.RETURNED else [],
        "stores": [(str(one.pk), one.name) for one in visible_stores(user)[:MOST_OFFERED]] if manages else [],
        "papers": _papers(found),
        **_offered(user, found, editing=manages and found.state == _S.DRAFT),
    }
    return render(request, "supplies/requisitions/requisition.html", context)


def _offered(user: "Actor | Any", found: Requisition, *, editing: bool) -> dict[str, object]:
    """Items and lots that the form of a draft offers."""
    if not editing:
        return {}
    items = list(visible_items(user).filter(active=True).order_by("code")[:MOST_OFFERED])
    lots = owners_lots(found, [one.pk for one in items])[:MOST_OFFERED] if found.owner_id else []
    return {"items": items, "lots": lots}


def _may(user: "Actor | Any", found: Requisition, now: datetime) -> dict[str, bool]:
    """The acts that this person may do now, by name."""
    state, manages, signs, owns = _S(found.state), may_manage(user, found), may_sign(user, found), answers_for(user, found)
    claim = getattr(found, "claim", None)
    unsigned = found.lists.filter(signed_at=None).first()
    over = found.due_at is not None and found.due_at <= now
    return {
        "edit": manages and state is _S.DRAFT,
        "ask": manages and state is _S.DRAFT,
        "decide": signs and state is _S.ASKED and found.asked_by_id != user.pk,
        "withdraw": signs if state is _S.SIGNED else manages and state in (_S.DRAFT, _S.ASKED),
        "prolong": signs and state in (_S.SIGNED, _S.IN_USE),
        "answer": (owns or manages) and state in (_S.SIGNED, _S.IN_USE),
        "hand_over": manages
        and state in (_S.SIGNED, _S.IN_USE)
        and unsigned is None
        and found.lines.filter(taken__lt=F("amount")).exists(),
        "give_back": manages and state is _S.IN_USE and unsigned is None,
        "sign_list": unsigned is not None and unsigned.written_by_id != user.pk and (owns or manages),
        "drop_list": manages and unsigned is not None,
        "claim": (owns or manages) and state is _S.RETURNED,
        "value": manages and state in (_S.CLAIMED, _S.VALUED),
        "award": signs and state is _S.VALUED and claim is not None and user.pk not in (claim.valued_by_id, claim.claimed_by_id),
        "pay": manages and state is _S.AWARDED and claim is not None and claim.awarded_by_id != user.pk,
        "close": (owns or manages) and state in (_S.RETURNED, _S.PAID),
        "over": over,
    }


def _sums(lines: list[RequisitionLineOut]) -> list[tuple[str, str, str]]:
    """What an owner is likely to claim: the use of each thing that was taken, and what of it is gone or damaged."""
    rows = []
    for one in lines:
        if not one.taken:
            continue
        kinds = [Damage.USE, *(kind for kind in (Damage.DAMAGED, Damage.CONSUMED, Damage.LOST) if getattr(one, kind.value))]
        for kind in kinds:
            quantity = one.taken if kind is Damage.USE else getattr(one, kind.value)
            rows.append((str(one.id), kind.value, f"{one.words} {quantity:,g} {one.unit} · {names.DAMAGE_NAMES[kind]}"))
    return rows


def _step(one: RequisitionStep) -> dict[str, object]:
    words = {name: str(value) for name, value in one.figures.items()}
    sentence = sentence_of(f"property_{one.act}", one.figures, words)
    return {"at": one.at, "words": sentence, "text": one.text, "actor": str(one.actor or ""), "said_by": one.said_by}


def _papers(found: Requisition) -> list[tuple[str, str]]:
    """The papers that can be printed by now."""
    state = _S(found.state)
    offered = [] if found.basis_words == {} else [("requisition_decision", _("Decision on the requisition"))]
    kinds = set(found.lists.values_list("kind", flat=True))
    if "hand_over" in kinds:
        offered.append(("requisition_handover", _("Hand-over list")))
    if "return" in kinds:
        offered.append(("requisition_return", _("Return list")))
    if getattr(found, "claim", None) is not None and state in (_S.AWARDED, _S.PAID, _S.CLOSED):
        offered.append(("requisition_compensation", _("Decision on compensation")))
    return offered


def _set_line(
    actor: Actor,
    requisition_id: UUID,
    *,
    kind: Property,
    quantity: Decimal,
    item: Line,
    words: Line,
    unit: Line,
    line_id: UUID | None,
    source_lot_id: UUID | None,
) -> str:
    found = item_by_words(actor, item) if item else None
    if item and found is None:
        raise InvalidInput(_("No item, or more than one, is called so: enter its code."))
    drafting.set_requisition_line(
        actor=actor,
        requisition_id=requisition_id,
        kind=kind,
        quantity=quantity,
        item=found,
        words=words,
        unit=unit,
        line_id=line_id,
        source_lot_id=source_lot_id,
        now=current_time(),
    )
    return _("Kept.")


def _ask(actor: Actor, requisition_id: UUID) -> str:
    drafting.ask_for_signature(actor=actor, requisition_id=requisition_id, now=current_time())
    return _("Asked for; who signs is told.")


def _decide(actor: Actor, requisition_id: UUID, *, approved: bool, reason: Line) -> str:
    drafting.decide_requisition(actor=actor, requisition_id=requisition_id, approved=approved, reason=reason, now=current_time())
    return _("Signed; the owner is told.") if approved else _("Refused; whoever asked is told.")


def _withdraw(actor: Actor, requisition_id: UUID, *, reason: Line) -> str:
    drafting.withdraw_requisition(actor=actor, requisition_id=requisition_id, reason=reason, now=current_time())
    return _("Withdrawn.")


def _prolong(actor: Actor, requisition_id: UUID, *, ends_at: datetime, reason: Line) -> str:
    drafting.prolong_requisition(actor=actor, requisition_id=requisition_id, ends_at=ends_at, reason=reason, now=current_time())
    return _("Prolonged; the owner is told.")


def _answer(actor: Actor, requisition_id: UUID, *, will: bool, text: Line, said_by: Line) -> str:
    answering.answer_requisition(
        actor=actor, requisition_id=requisition_id, will=will, text=text, said_by=said_by, now=current_time()
    )
    return _("Answered; whoever drives the requisition is told.")


def _sign_list(actor: Actor, requisition_id: UUID, *, list_id: UUID, said_by: Line) -> str:
    visible_requisitions(actor).get(pk=requisition_id).lists.get(pk=list_id)
    lists.sign_list(actor=actor, list_id=list_id, said_by=said_by, now=current_time())
    return _("Signed: the list counts.")


def _drop_list(actor: Actor, requisition_id: UUID, *, list_id: UUID, reason: Line) -> str:
    visible_requisitions(actor).get(pk=requisition_id).lists.get(pk=list_id)
    lists.drop_list(actor=actor, list_id=list_id, reason=reason, now=current_time())
    return _("The list is dropped.")


def _award(actor: Actor, requisition_id: UUID, *, approved: bool, reason: Line) -> str:
    claims.award_compensation(actor=actor, requisition_id=requisition_id, approved=approved, reason=reason, now=current_time())
    return _("Awarded; the owner is told.") if approved else _("The valuation goes back.")


def _pay(actor: Actor, requisition_id: UUID, *, voucher: Line, paid_at: datetime | None) -> str:
    claims.pay_compensation(actor=actor, requisition_id=requisition_id, voucher=voucher, paid_at=paid_at, now=current_time())
    return _("Paid; the owner is asked to confirm it.")


def _close(actor: Actor, requisition_id: UUID, *, text: Line, said_by: Line) -> str:
    claims.close_requisition(actor=actor, requisition_id=requisition_id, text=text, said_by=said_by, now=current_time())
    return _("Closed.")


ACTS: dict[str, Act] = {
    "line": _set_line,
    "ask": _ask,
    "decide": _decide,
    "withdraw": _withdraw,
    "prolong": _prolong,
    "answer": _answer,
    "sign-list": _sign_list,
    "drop-list": _drop_list,
    "award": _award,
    "pay": _pay,
    "close": _close,
}


@never_cache
@require_POST
def act(request: HttpRequest, requisition_id: UUID, name: str) -> HttpResponse:
    """What becomes of the requisition."""
    perform_and_tell(request, ACTS, name, actor_of(request), requisition_id)
    return redirect("requisition", requisition_id)
