"""A request is opened with what the standards say, edited, asked for, and decided by a second person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import Organisation, may, require
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.queries.items import item_by_words
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_amount, to_number
from tocsin.supplies.levels.queries.exposed import basis_row, people_in
from tocsin.supplies.levels.rules.people import PeopleBasis
from tocsin.supplies.requests.models import RequestBook, RequestLine, SupplyRequest
from tocsin.supplies.requests.policy import requests_policy
from tocsin.supplies.requests.queries.people import areas_for
from tocsin.supplies.requests.queries.requests import visible_requests
from tocsin.supplies.requests.queries.subjects import SupplySubject, supply_subject
from tocsin.supplies.requests.rules.demand import demand
from tocsin.supplies.requests.rules.states import RUNNING, DeliveryState, RequestState
from tocsin.supplies.requests.services.notes import note, tell_askers, tell_deciders
from tocsin.supplies.requests.services.plans import plan_anew

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True, kw_only=True)
class NewRequest:
    """What a person says of a need. With a subject, place and trade are the subject's where they are left empty.

    `people_from`: the key of an area of which people are proposed, or `within` for those within `within_m` of the place; without
    `people` the proposal is the number.
    """

    purpose: str
    people: int | None = None
    people_from: str = ""
    within_m: float | None = None
    days: int | None = None
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    region_code: str = ""
    receiver: str = ""
    receiver_telephone: str = ""
    needed_by: datetime | None = None
    trade: str = ""
    subject_kind: str = ""
    subject_label: str = ""


@transaction.atomic
def open_request(*, actor: "User", new: NewRequest, now: datetime) -> SupplyRequest:
    """A draft with a line for each standard that counts, and what the incident's plan names. InvalidInput names what does not
    fit; Conflict for a drill.
    """
    subject = _subject(actor, new)
    region = subject.region_code if subject else new.region_code
    body = _body_of(actor)
    if not region:
        raise InvalidInput(_("Say in which area it is."))
    require(actor, rights.RESERVE, region, (body.pk,))
    policy = requests_policy()
    lon, lat = (new.lon, new.lat) if new.lon is not None else (subject.lon, subject.lat) if subject else (None, None)
    place = new.place.strip() or (subject.place if subject else "")
    days = new.days or policy.days.people_days
    purpose = new.purpose.strip() or (subject.title if subject else "")
    if lon is None or lat is None or not -180 <= lon <= 180 or not -90 <= lat <= 90 or not place:
        raise InvalidInput(_("Say where it is needed: the place in words, and a point on the map."))
    if not purpose:
        raise InvalidInput(_("Say what it is for."))
    basis = _basis(actor, new, subject, (lon, lat), now, days)
    people = new.people if new.people is not None else basis.count if basis else 0
    if not 0 <= people <= 10_000_000 or not 1 <= days <= policy.days.most_days:
        raise InvalidInput(_("A request is for 1 to %(most)s days.") % {"most": policy.days.most_days})
    made = SupplyRequest.objects.create(
        number=_next_number(region, now),
        region_code=region,
        body=body,
        subject_kind=subject.kind if subject else "",
        subject_id=subject.id if subject else None,
        subject_label=subject.label if subject else "",
        trade=(new.trade.strip() or (subject.trade if subject else ""))[:30],
        purpose=storable(purpose)[:200],
        people=people,
        people_basis=basis_row(basis),
        days=days,
        place=storable(place)[:200],
        lon=lon,
        lat=lat,
        receiver=storable(new.receiver.strip())[:60],
        receiver_telephone=storable(new.receiver_telephone.strip())[:40],
        needed_by=new.needed_by or now + timedelta(hours=policy.clocks.relief_h),
        opened_at=now,
        opened_by=actor,
    )
    absent = _reckon(actor, made, subject)
    note(made, "opened", now, actor, figures={"people": made.people, "days": days})
    if basis is not None:
        figures = {"people": basis.count, "source": basis.source.value, "label": basis.label, "metres": basis.metres}
        note(made, "proposed", now, actor, figures=figures)
    if absent:
        note(made, "absent", now, actor, figures={"items": ", ".join(absent)})
    return made


def _basis(
    actor: "User", new: NewRequest, subject: SupplySubject | None, spot: tuple[float, float], now: datetime, days: int
) -> PeopleBasis | None:
    """The proposal that a person took; None where they typed a number. InvalidInput where nobody knows."""
    if not new.people_from:
        return None
    areas = {one.key: one for one in areas_for(subject, spot, new.within_m)}
    if new.people_from not in areas:
        raise InvalidInput(_("People can't be taken from there: choose another source, or type a number."))
    basis = people_in(actor, areas[new.people_from], now, days)
    if basis is None:
        raise InvalidInput(
            _("Nobody knows how many people are there, or you may not see it: choose another source, or type a number.")
        )
    return basis


def _reckon(actor: "User", made: SupplyRequest, subject: SupplySubject | None) -> list[str]:
    """Writes the lines that the standards and the plan give; returns what the catalogue does not have."""
    wanted: dict[str, int] = {}
    policy = requests_policy()
    for one in demand((need.standard for need in policy.need), made.people, made.days, made.trade):
        wanted[one.item] = one.amount
    kit = ((one.item, one.units) for one in policy.kit if one.trade == made.trade)
    for name, units in (*kit, *(subject.goods if subject else ())):
        wanted[name] = max(wanted.get(name, 0), to_amount(Decimal(str(units))))
    absent = []
    for name, amount in wanted.items():
        item = item_by_words(actor, name)
        if item is None:
            absent.append(name)
        else:
            RequestLine.objects.update_or_create(request=made, item=item, defaults={"amount": amount, "computed": amount})
    return absent


@transaction.atomic
def set_line(
    *, actor: "User", request_id: UUID, item: Item, quantity: Decimal, reason: str, now: datetime, instead_of: UUID | None = None
) -> RequestLine | None:
    """Another amount of an item, a new line, or none of it any more (0). Whoever departs from what was reckoned, or changes what
    was approved, says why. `instead_of`: the line that this one stands in for, by so much.
    """
    request = _locked(actor, request_id)
    if request.state not in (RequestState.DRAFT, RequestState.APPROVED):
        raise Conflict(_("This request is being decided, or has ended: it can't be edited now."))
    line = RequestLine.objects.filter(request=request, item=item).first()
    replaced = request.lines.get(pk=instead_of) if instead_of else None
    amount = to_amount(quantity) if quantity else 0
    departs = request.state == RequestState.APPROVED or line is None or amount != line.computed or instead_of is not None
    if departs and not reason.strip() and (line is None or amount != line.amount):
        raise InvalidInput(_("Say why it is another amount: the reason stays with the line."))
    if request.state == RequestState.APPROVED:
        require(actor, rights.LEAD, request.region_code, (request.body_id,))
    if line is not None and not amount:
        if line.deliveries.exists():
            raise Conflict(_("Deliveries bring this item already: cancel them first."))
        line.delete()
        line = None
    elif amount:
        kept = storable(reason.strip())[:300]
        line, _made = RequestLine.objects.update_or_create(
            request=request, item=item, defaults={"amount": amount, "reason": kept, "instead_of": replaced}
        )
        if replaced is not None and replaced.pk != line.pk:
            replaced.amount = max(0, replaced.amount - amount)
            replaced.reason = kept
            replaced.save(update_fields=["amount", "reason"])
    note(request, "line", now, actor, reason, {"item": item.name_zh, "quantity": str(to_number(amount))})
    if request.state == RequestState.APPROVED:
        plan_anew(actor, request, now)
    return line


@transaction.atomic
def ask(*, actor: "User", request_id: UUID, now: datetime) -> SupplyRequest:
    """The draft goes to a second person, who is told at once."""
    request = _locked(actor, request_id)
    if request.state != RequestState.DRAFT:
        raise Conflict(_("This request has been asked for already."))
    if not request.lines.filter(amount__gt=0).exists():
        raise InvalidInput(_("Enter at least one item."))
    request.state, request.asked_at, request.asked_by = RequestState.ASKED.value, now, actor
    request.due_at, request.late_told_at = now + timedelta(minutes=requests_policy().clocks.decide_min), None
    request.save()
    note(request, "asked", now, actor)
    tell_deciders(request, "asked", now)
    return request


@transaction.atomic
def decide(*, actor: "User", request_id: UUID, approved: bool, reason: str = "", now: datetime) -> SupplyRequest:
    """A second person approves, and the worker looks for plans; or refuses, with the reason."""
    request = _locked(actor, request_id)
    require(actor, rights.LEAD, request.region_code, (request.body_id,))
    if request.state != RequestState.ASKED:
        raise Conflict(_("This request does not wait for a decision."))
    if request.asked_by_id == actor.pk:
        raise Conflict(_("Whoever asked does not approve: a second person has to."))
    if not approved and not reason.strip():
        raise InvalidInput(_("Say why it is refused."))
    request.state = (RequestState.APPROVED if approved else RequestState.REFUSED).value
    request.decided_at, request.decided_by, request.decision = now, actor, storable(reason.strip())[:300]
    request.due_at = request.late_told_at = None
    request.save()
    note(request, "approved" if approved else "refused", now, actor, reason)
    tell_askers(request, "approved" if approved else "refused_request", now, reason=reason)
    if approved:
        plan_anew(actor, request, now)
    return request


@transaction.atomic
def close_request(*, actor: "User", request_id: UUID, reason: str = "", now: datetime) -> SupplyRequest:
    """Nothing more is asked for. Conflict while goods are in a store's hands or on the way; what was lent stays lent."""
    request = _locked(actor, request_id)
    if RequestState(request.state) not in RUNNING:
        raise Conflict(_("This request has ended."))
    done = (DeliveryState.HANDED_OVER, DeliveryState.CLOSED, DeliveryState.REFUSED, DeliveryState.CANCELLED)
    if request.deliveries.exclude(state__in=done).exists():
        raise Conflict(_("Deliveries are still under way: wait for them, or cancel them."))
    if not reason.strip():
        raise InvalidInput(_("Say why nothing more is needed."))
    request.state, request.closed_at, request.due_at = RequestState.CLOSED.value, now, None
    request.save()
    note(request, "closed", now, actor, reason)
    return request


def _subject(actor: "User", new: NewRequest) -> SupplySubject | None:
    if not new.subject_kind:
        return None
    if new.subject_kind not in settings.SUPPLY_SUBJECTS:
        raise InvalidInput(_("There is no kind of event %(kind)s.") % {"kind": new.subject_kind[:30]})
    found = supply_subject(actor, new.subject_kind, new.subject_label)
    if found.is_drill:
        raise Conflict(_("A drill takes no supplies out of the stores: reserve them for the drill by hand."))
    return found


def _body_of(actor: "User") -> Organisation:
    if actor.organisation is None:
        raise InvalidInput(_("You belong to no body that could ask for supplies."))
    return actor.organisation


def _next_number(region_code: str, now: datetime) -> str:
    """Such as WZ-370213-20261128-003 (物资): whoever asks holds the county's book until the transaction ends."""
    key = f"{region_code}-{timezone.localtime(now):%Y%m%d}"
    RequestBook.objects.get_or_create(key=key)
    book = RequestBook.objects.select_for_update().get(key=key)
    book.last += 1
    book.save(update_fields=["last"])
    return f"WZ-{key}-{book.last:03}"


def _locked(actor: "User", request_id: UUID) -> SupplyRequest:
    """The request, held until the transaction ends; DoesNotExist out of reach, NotAllowed for who only sees it."""
    seen = visible_requests(actor).get(pk=request_id)
    if not may(actor, rights.LEAD, seen.region_code, (seen.body_id,)):
        require(actor, rights.RESERVE, seen.region_code, (seen.body_id,))
    return SupplyRequest.objects.select_for_update(of=("self",)).select_related("body", "asked_by", "opened_by").get(pk=seen.pk)
