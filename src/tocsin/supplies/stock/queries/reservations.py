"""Reservations as their reader may see them."""

from uuid import UUID

from django.db.models import QuerySet

from tocsin.jurisdiction.face import Person, scope
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.models import Promise, Reservation


def visible_reservations(user: Person, *, state: str = "") -> QuerySet[Reservation]:
    """The reservations of the user's areas or body, newest first."""
    rows = scope(Reservation.objects.select_related("made_by"), user, rights.SEE, organisation_field="body")
    return rows.filter(state=state) if state else rows


def promises_of(reservation_id: UUID) -> QuerySet[Promise]:
    """What a reservation still keeps."""
    rows = Promise.objects.filter(reservation=reservation_id, amount__gt=0)
    return rows.select_related("holding__item", "holding__lot", "holding__store").order_by("holding__store__name", "pk")
