"""Before anybody digs: the owners of what lies beside the place are called to stand by."""

from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.casebook.services.log import Book
from tocsin.command.orders.models import Order
from tocsin.command.orders.policy import orders_policy
from tocsin.command.orders.queries import orders as queries
from tocsin.command.orders.queries.places import digging_place
from tocsin.command.orders.services.sending import send_order
from tocsin.jurisdiction.face import organisation_by_code
from tocsin.lifelines.face import lines_near


def call_neighbours(book: Book, order: Order, *, lon: float | None, lat: float | None) -> list[Order]:
    """Owners of lines within `stand_by_within_m` of the place get an order to stand by and have to answer in time. Where no place
    is told it is that of the finding, else of the suspected fault, else where it rings. Who works on the case already is not
    called again. InvalidInput without any place.
    """
    case = order.case
    if lon is None or lat is None:
        spot = digging_place(order)
        if spot is None:
            raise InvalidInput(_("Say where you will dig."))
        lon, lat = spot.lon, spot.lat
    lines = lines_near(
        case.region_code, lon=lon, lat=lat, within_m=orders_policy(case.region_code, case.opened_at).stand_by_within_m
    )
    told: dict[str, list[str]] = {}
    for code, _kind, owner, metres in lines:
        told.setdefault(owner, []).append(f"{code} ({metres:.1f} m)")
    called = []
    for owner, near in told.items():
        unit = organisation_by_code(owner, case.region_code) if owner else None
        if unit is not None and unit.pk != order.unit_id and queries.running_order(case, unit) is None:
            called.append(send_order(book, case, unit=unit, role=OrderRole.STAND_BY, text=", ".join(near)))
    return called
