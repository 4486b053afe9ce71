"""Inspectors of the areas that a person leads, with their cards."""

from typing import TYPE_CHECKING

from tocsin.jurisdiction.face import may, people_who_may_anywhere
from tocsin.supervision.inspections.models import InspectorCard
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import Person, User


def inspectors_led_by(user: "Person") -> "list[User]":
    """Who inspects for a body in an area where the user leads supervision, by name."""
    people = people_who_may_anywhere(rights.INSPECT)
    led = [one for one in people if one.organisation is not None and may(user, rights.LEAD, one.organisation.region_id)]
    return sorted(led, key=str)


def card_number(person: "User") -> str:
    """The number of the person's card, for a record; empty where none is known."""
    return next((one.number for one in cards_of([person]).values()), "")


def cards_of(people: "list[User]") -> "dict[UUID, InspectorCard]":
    """Their cards by person."""
    return {one.person_id: one for one in InspectorCard.objects.filter(person__in=people)}
