"""Rosters and swaps by their ids, and who plans an organisation's duty: for those who tell people of it."""

from collections.abc import Iterable
from uuid import UUID

from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.queries import may
from tocsin.jurisdiction.rosters.models import Roster, Swap


def rosters_by_id(ids: Iterable[UUID]) -> dict[UUID, Roster]:
    """Rosters in use, with their organisation."""
    found = Roster.objects.filter(pk__in=set(ids), is_active=True).select_related("organisation__region")
    return {one.pk: one for one in found}


def swaps_by_id(ids: Iterable[UUID]) -> dict[UUID, Swap]:
    """Swaps with their roster and both persons."""
    related = ("roster__organisation__region", "asked_by__organisation__region", "asked_of__organisation__region")
    return {one.pk: one for one in Swap.objects.filter(pk__in=set(ids)).select_related(*related)}


def planners_of(organisation: Organisation) -> list[User]:
    """The organisation's own people who plan its duty."""
    people = organisation.people.filter(is_active=True).select_related("organisation__region")
    return [one for one in people if may(one, "rosters.manage", organisation.region_id, (organisation.pk,))]
