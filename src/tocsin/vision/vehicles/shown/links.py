"""The order that a sighting of a vehicle is about, and what was stopped because of a sighting, for the sighting's page."""

from urllib.parse import quote
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.jurisdiction.face import Person
from tocsin.screens.words import listed
from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.shown.links import SightingLink
from tocsin.vision.vehicles.queries import orders_at, readings_of, visible_orders
from tocsin.vision.vehicles.rules.matching import PlateVerdict
from tocsin.vision.vehicles.rules.orders import LoadingState
from tocsin.vision.vehicles.shown.vehicles import PLATE_VERDICT_NAMES, STATE_NAMES


def links_of_sighting(user: Person, sighting: Sighting) -> list[SightingLink]:
    """Plates that it stands on with their orders, and orders whose vehicle was there then."""
    links, told = list[SightingLink](), set[UUID]()
    for one in readings_of(sighting):
        verdict, order = str(PLATE_VERDICT_NAMES[PlateVerdict(one.verdict)]), one.order
        if one.accepted_at is not None:
            verdict = listed(verdict, _("accepted as the order's vehicle"))
        page = f"{reverse('plate_readings')}?search={quote(one.plate)}"
        links.append(SightingLink(_("Plate"), one.plate, page, verdict))
        if order is not None and order.pk not in told and visible_orders(user).filter(pk=order.pk).exists():
            told.add(order.pk)
            state = str(STATE_NAMES[LoadingState(order.state)])
            links.append(SightingLink(_("Loading order"), order.reference, reverse("loading_order", args=[order.pk]), state))
    for order in orders_at(user, sighting).exclude(pk__in=told)[:5]:
        note = listed(str(STATE_NAMES[LoadingState(order.state)]), order.plate, order.goods)
        links.append(SightingLink(_("Loading order"), order.reference, reverse("loading_order", args=[order.pk]), note))
    return links
