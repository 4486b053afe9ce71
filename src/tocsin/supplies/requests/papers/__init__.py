"""The papers of a delivery, one for each step: order, pick list, consignment note, hand-over note, return note; each with a code.

The code opens the delivery's page; on the consignment note it opens the driver's, for which no account is needed.
"""

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
from tocsin.base.keys import Purpose, key_for
from tocsin.jurisdiction.face import may
from tocsin.notices.face import link_address
from tocsin.records.papers.rules import Paper
from tocsin.screens.words import listed
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.requests.models import Delivery, DeliveryLine
from tocsin.supplies.requests.queries.requests import visible_deliveries
from tocsin.supplies.requests.rules.codes import driver_token
from tocsin.supplies.requests.rules.states import DeliveryState
from tocsin.supplies.requests.shown.plans import short_of
from tocsin.supplies.stock.shown.stock import item_name, unit_name

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST = 300
BEHIND_LOADING = (
    DeliveryState.PICKED,
    DeliveryState.LOADED,
    DeliveryState.ON_WAY,
    DeliveryState.HANDED_OVER,
    DeliveryState.CLOSED,
)
BEHIND_HAND_OVER = (DeliveryState.HANDED_OVER, DeliveryState.CLOSED)


def supply_order(user: "Person", delivery_id: UUID, now: datetime) -> Paper:
    """What a firm is asked to deliver."""
    found = _delivery(user, delivery_id)
    text = _("Please confirm on the page that the code opens, or by telephone, whether you deliver, and by when.")
    signed = [_sign(pgettext("paper", "Ordered by")), _sign(pgettext("paper", "Firm"))]
    return _paper(found, _("Order of supplies"), now, text, signed)


def supply_pick_list(user: "Person", delivery_id: UUID, now: datetime) -> Paper:
    """What the keeper takes from which lot."""
    found = _delivery(user, delivery_id)
    text = _("Take these lots and no others. Enter less where there is less, with the reason: the rest is looked for elsewhere.")
    signed = [_sign(pgettext("paper", "Picked by")), _sign(pgettext("paper", "Checked by"))]
    return _paper(found, _("Pick list"), now, text, signed)


def supply_consignment(user: "Person", delivery_id: UUID, now: datetime) -> Paper:
    """What the vehicle carries. Only for who keeps the store: whoever has the paper drives. Conflict before it is picked."""
    found = _delivery(user, delivery_id)
    if not may(user, rights.KEEP, found.store.region_code, (found.store.body_id,)):
        raise NotAllowed(_("The consignment note is the store's: with its code the driver acts."))
    _after(found, BEHIND_LOADING, _("It has not been picked yet."))
    text = _("The driver opens the code: leave, hand over. The receiver counts, and then says the seven digits of their page.")
    signed = [_sign(pgettext("paper", "Store")), _sign(pgettext("paper", "Driver"), found.driver)]
    address = reverse("supply_way", args=[driver_token(found.pk, key_for(Purpose.CODES))])
    return _paper(found, _("Consignment note"), now, text, signed, address)


def supply_handover(user: "Person", delivery_id: UUID, now: datetime) -> Paper:
    """What was handed over, by whom to whom. Conflict before."""
    found = _delivery(user, delivery_id)
    _after(found, BEHIND_HAND_OVER, _("It has not been handed over yet."))
    lent = _("What does not perish is lent until %(day)s.") % {"day": _day(found.return_by)} if found.return_by else ""
    text = _("Handed over at %(at)s.") % {"at": _moment(found.handed_over_at)} + " " + lent
    receiver = _sign(pgettext("paper", "Received by"), found.request.receiver)
    return _paper(found, _("Hand-over note"), now, text.strip(), [_sign(pgettext("paper", "Driver"), found.driver), receiver])


def supply_return(user: "Person", delivery_id: UUID, now: datetime) -> Paper:
    """What came back, what was used up, and what is still out."""
    found = _delivery(user, delivery_id)
    _after(found, BEHIND_HAND_OVER, _("It has not been handed over yet."))
    text = _("What came back waits in the store to be looked at; it is given out again once it is found fit for use.")
    signed = [_sign(pgettext("paper", "Returned by"), found.request.receiver), _sign(pgettext("paper", "Store"))]
    return _paper(found, _("Return note"), now, text, signed)


def _delivery(user: "Person", delivery_id: UUID) -> Delivery:
    found = visible_deliveries(user).filter(pk=delivery_id).first()
    if found is None:
        raise NotAllowed(_("There is no such delivery, or it is not yours."))
    return found


def _after(found: Delivery, states: tuple[DeliveryState, ...], why: str) -> None:
    if DeliveryState(found.state) not in states:
        raise Conflict(why)


def _paper(found: Delivery, title: str, now: datetime, text: str, signed: list[dict[str, str]], address: str = "") -> Paper:
    request, store = found.request, found.store
    lines = list(found.lines.select_related("holding__item", "holding__lot", "line"))
    path = address or reverse("supply_delivery", args=[found.pk])
    values: dict[str, Any] = {
        "title": title,
        "number": found.number,
        "issuer": str(store.body),
        "printed_at": now,
        "facts": [
            [pgettext("paper", "Request"), request.number],
            [pgettext("paper", "What for"), request.purpose],
            [pgettext("paper", "From"), " ".join(filter(None, (store.name, store.address, store.access)))],
            [pgettext("paper", "Where to"), request.place],
            [pgettext("paper", "Receiver"), " ".join(filter(None, (request.receiver, request.receiver_telephone))) or "–"],
            [pgettext("paper", "There about"), _moment(found.expected_at)],
            [pgettext("paper", "Vehicle"), " ".join(filter(None, (found.vehicle, found.driver, found.driver_telephone))) or "–"],
        ],
        "below": _below(found),
        "goods": {
            "title": pgettext("paper", "Goods"),
            "head": [
                pgettext("paper", "Lot"),
                pgettext("paper", "Item"),
                pgettext("paper", "Quantity"),
                pgettext("paper", "Unit"),
                pgettext("paper", "Picked · received · used · back"),
            ],
            "rows": [_row(one) for one in lines[:MOST]],
        },
        "text": text,
        "code": {"title": pgettext("paper", "Code"), "svg": _qr(link_address() + path), "text": link_address() + path},
        "signatures": signed,
    }
    return Paper(values, "supply_delivery", found.pk, request.region_code)


def _below(found: Delivery) -> str:
    """That less stays behind than shall, where the plan said so."""
    short = short_of(found.plan, found.store) if found.plan else []
    return _("Below what shall stay: %(places)s.") % {"places": listed(*short)} if short else ""


def _row(one: DeliveryLine) -> list[str]:
    item = one.holding.item
    counts = [one.picked, one.received, one.used if one.received is not None else None, one.returned if one.received else None]
    told = " · ".join("–" if count is None else f"{to_number(count):,}" for count in counts)
    return [one.holding.lot.number, item_name(item), f"{to_number(one.amount):,}", unit_name(item), told]


def _sign(role: str, name: str = "") -> dict[str, str]:
    return {"role": role, "name": name, "at": ""}


def _qr(text: str) -> str:
    picture = BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="svg", border=2, dark="#16202c", light="#ffffff")
    return picture.getvalue().decode()


def _moment(at: datetime | None) -> str:
    return "–" if at is None else date_format(timezone.localtime(at), "Y-m-d H:i")


def _day(at: datetime | None) -> str:
    return "" if at is None else date_format(timezone.localtime(at), "Y-m-d")
