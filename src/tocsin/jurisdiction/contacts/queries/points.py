"""Contact points of desks and people, in the order of their choice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.areas import policy
from tocsin.jurisdiction.areas.rules.hours import WeekHours
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts import rules as contacts
from tocsin.jurisdiction.contacts.models import ContactPoint, ContactPreference, Post, contact_kinds
from tocsin.jurisdiction.contacts.policy import policy as contact_policy
from tocsin.jurisdiction.people.models import User


@dataclass(frozen=True)
class ContactPoints:
    """By what a desk, a post or a person is reached, in order; `preference` and `language` are the person's."""

    points: tuple[contacts.ContactPoint, ...]
    preference: contacts.Preference | None = None
    language: str = ""


def desk_of(organisation: Organisation) -> ContactPoints:
    """The desk's contact points; the organisation's telephone number is the first of them."""
    first = (contacts.ContactPoint(kind="telephone", address=organisation.telephone),) if organisation.telephone else ()
    return ContactPoints((*first, *_points(organisation.contact_points.all())))


def contact_points_of(who: User | Post) -> ContactPoints:
    """A person's or a post's contact points that count, and what the person prefers."""
    points = _points(one for one in who.contact_points.all() if one.confirmed_at is not None)
    if not isinstance(who, User):
        return ContactPoints(points)
    return ContactPoints(points, _preference(ContactPreference.objects.filter(user=who).first()), who.language)


def own_addresses(person: User, kind: str) -> list[str]:
    """A person's addresses of a kind, those that count first; also those not confirmed yet, for a test to oneself."""
    points = [one for one in person.contact_points.all() if one.kind == kind]
    return [one.address for one in sorted(points, key=lambda one: (one.confirmed_at is None, one.order))]


def may_ring(kind: str, address: str) -> bool:
    """Whether a stranger may enter the number: of the country, and none that costs the caller more. True for other kinds."""
    known, limits = contact_kinds().get(kind), contact_policy()
    if known is None or not known.dialled:
        return known is not None
    return contacts.is_within(address, countries=limits.countries, prefixes=limits.own_prefixes)


def takes_messages(number: str) -> bool:
    """Whether text messages reach the number: a mobile one of the country."""
    return contacts.is_mobile(number, countries=contact_policy().countries)


def foreseen_ways(user: User, at: datetime) -> tuple[contacts.Foreseen, ...]:
    """What the person's own choice of channels means, level by level: see `rules.contacts.foresee`."""
    found = contact_points_of(user)
    points = [one for one in found.points if one.kind != contacts.SCREEN]
    local = timezone.localtime(at)
    order: tuple[str, ...] = import_string(settings.CHANNEL_ORDER.replace(":", "."))()
    return contacts.foresee(points, found.preference, local=local, is_working_day=policy.is_working_day, order=order)


def _points(rows: Iterable[ContactPoint]) -> tuple[contacts.ContactPoint, ...]:
    found = [
        contacts.ContactPoint(
            kind=row.kind,
            address=row.address,
            order=row.order,
            hours=WeekHours.parse(row.hours),
            checked_at=row.checked_at,
            id=row.pk,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda point: point.order))


def _preference(row: ContactPreference | None) -> contacts.Preference | None:
    if row is None:
        return None
    kinds = {AlarmLevel[level.upper()]: tuple(chosen) for level, chosen in row.kinds.items()}
    return contacts.Preference(kinds, WeekHours.parse(row.quiet_hours) if row.quiet_hours else None)
