"""Papers of a store: the list of a stock-take to be filled in by hand, and labels with a QR code for its lots and bays."""

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final
from uuid import UUID

import segno
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may
from tocsin.records.face import product_title
from tocsin.records.papers.rules import Paper
from tocsin.supervision.face import public_address
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.stock.models import Holding, Store
from tocsin.supplies.stock.queries.stores import visible_stores
from tocsin.supplies.stock.shown.stock import item_name, unit_name
from tocsin.supplies.stocktakes.queries.takes import PRESENT, lines_of, visible_stocktakes

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST_LABELS: Final = 1000


def stocktake_list(user: "Person", stocktake_id: UUID, now: datetime) -> Paper:
    """The paper `stocktake_list`: what is to be counted, with room for the figures. What the ledger says is not on it."""
    take = visible_stocktakes(user).filter(pk=stocktake_id).first()
    if take is None or not may(user, rights.KEEP, take.region_code, (take.store.body_id,)):
        raise NotAllowed(_("There is no such stock-take, or its store is not yours."))
    rows = []
    for one in lines_of(take):
        held = one.holding
        counted = "" if one.counted is None else str(to_number(one.counted))
        last = held.expires_on.isoformat() if held.expires_on else ""
        named = [item_name(held.item), f"{held.item.code} · {held.owner}"]
        rows.append([str(one.place), held.bay, named, [held.lot.number, last], unit_name(held.item), counted, "", ""])
    values = {
        "title": _("Stock-take list"),
        "number": take.number,
        "printed_at": now,
        "facts": [
            [pgettext("supplies", "Store"), take.store.name],
            [pgettext("stock-take", "Opened"), f"{timezone.localtime(take.opened_at):%Y-%m-%d %H:%M} {take.opened_by}"],
        ],
        "head": [
            _("No."),
            _("Bay"),
            pgettext("supplies", "Item"),
            pgettext("supplies", "Lot"),
            _("Unit"),
            pgettext("supplies", "Counted"),
            _("Counted again"),
            _("Reason"),
        ],
        "rows": rows,
        "signatures": [
            {"role": pgettext("stock-take", "Counted by"), "name": "", "at": ""},
            {"role": pgettext("stock-take", "Confirmed by"), "name": "", "at": ""},
        ],
    }
    return Paper(values, "stocktake", take.pk, take.region_code)


def supply_labels(user: "Person", store_id: UUID, now: datetime) -> Paper:
    """The paper `supply_labels`: a label for each bay and each lot of a store, 24 on an A4 sheet with marks to cut along."""
    store = visible_stores(user, closed=True).filter(pk=store_id).first()
    if store is None or not may(user, rights.KEEP, store.region_code, (store.body_id,)):
        raise NotAllowed(_("There is no such store, or it is not yours."))
    held = list(
        Holding.objects.filter(PRESENT, store=store)
        .select_related("item", "lot")
        .order_by("bay", "item__code", "lot__number", "pk")[:MOST_LABELS]
    )
    if not held:
        raise InvalidInput(_("Nothing lies there."))
    bays = sorted({one.bay for one in held if one.bay})
    labels = [*(_bay_label(store, one) for one in bays), *(_lot_label(one) for one in held)]
    values = {
        "title": _("Labels of a store"),
        "number": store.name,
        "printed_at": now,
        "platform": product_title(),
        "labels": labels,
    }
    return Paper(values, "supply_store", store.pk, store.region_code)


def _lot_label(one: Holding) -> dict[str, str]:
    last = _("good until %(day)s") % {"day": one.expires_on.isoformat()} if one.expires_on else ""
    return {
        "svg": _qr(reverse("supply_lot", args=[one.lot_id])),
        "name": item_name(one.item),
        "code": one.lot.number,
        "more": " · ".join(filter(None, (one.bay, last))),
        "class": one.item.code,
    }


def _bay_label(store: Store, bay: str) -> dict[str, str]:
    address = f"{reverse('supply_store', args=[store.pk])}?bay={bay}"
    return {"svg": _qr(address), "name": _("Bay %(bay)s") % {"bay": bay}, "code": bay, "more": store.name, "class": ""}


def _qr(path: str) -> str:
    svg = BytesIO()
    code = segno.make_qr(public_address() + path, error="m")
    code.save(svg, kind="svg", xmldecl=True, svgns=True, border=2, dark="#16202c", light="#ffffff")
    return svg.getvalue().decode()
