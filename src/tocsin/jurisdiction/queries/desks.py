"""Whom a matter concerns, at which desk they answer, and where it goes when nobody does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction import policy
from tocsin.jurisdiction.models import ContactPoint, ContactPreference, Duty, Organisation, Post, User
from tocsin.jurisdiction.rules import contacts, duties
from tocsin.jurisdiction.rules.hours import IsWorkingDay, WeekHours


@dataclass(frozen=True)
class ContactPoints:
    """By what a desk, a post or a person is reached, in order; `preference` and `language` are the person's."""

    points: tuple[contacts.ContactPoint, ...]
    preference: contacts.Preference | None = None
    language: str = ""


def bodies_with_duty(
    *,
    kind: str,
    lifeline: str = "",
    trade: str = "",
    region_code: str,
    at: datetime,
    is_working_day: IsWorkingDay | None = None,
) -> list[Organisation]:
    """The organisations that are called as `kind` (of `rules.duties.Kind`) for a subject at a place: the narrowest area first.

    With neither lifeline nor trade only those that are called for everything. See `rules.duties.bodies_with_duty`.
    """
    rows = Duty.objects.filter(
        kind=kind, lifeline__in={"", lifeline}, trade__in={"", trade}, area_code__in=duties.governing_codes(region_code)
    ).select_related("organisation__region")
    bodies = {row.organisation_id: row.organisation for row in rows}
    found = duties.bodies_with_duty(
        [_held(row) for row in rows],
        kind=kind,
        lifeline=lifeline,
        trade=trade,
        region_code=region_code,
        local=timezone.localtime(at),
        is_working_day=is_working_day or policy.is_working_day,
    )
    return [bodies[one] for one in found]


def next_desk(organisation: Organisation, *, beyond_level: bool = False) -> Organisation | None:
    """Upward to the next desk that answers day and night, inside the organisation's own level: see `rules.duties.next_desk`."""
    codes = duties.governing_codes(organisation.region_id)
    bodies = {one.pk: one for one in Organisation.objects.filter(region_id__in=codes).select_related("region")}
    known = {
        pk: duties.Body(id=pk, kind=one.kind, region_code=one.region_id, superior=one.superior_id, has_desk=one.has_desk)
        for pk, one in bodies.items()
    }
    found = duties.next_desk(known[organisation.pk], known, beyond_level=beyond_level)
    return bodies[found.id] if found else None


def desk_of(organisation: Organisation) -> ContactPoints:
    """The desk's contact points; the organisation's telephone number is the first of them."""
    first = (contacts.ContactPoint(kind="telephone", address=organisation.telephone),) if organisation.telephone else ()
    return ContactPoints((*first, *_points(organisation.contact_points.all())))


def contact_points_of(who: User | Post) -> ContactPoints:
    """A person's or a post's contact points, and what the person prefers."""
    points = _points(who.contact_points.all())
    if not isinstance(who, User):
        return ContactPoints(points)
    return ContactPoints(points, _preference(ContactPreference.objects.filter(user=who).first()), who.language)


def foreseen_ways(user: User, at: datetime) -> tuple[contacts.Foreseen, ...]:
    """What the person's own choice of channels means, level by level: see `rules.contacts.foresee`."""
    found = contact_points_of(user)
    points = [one for one in found.points if one.kind != contacts.ContactKind.SCREEN]
    local = timezone.localtime(at)
    return contacts.foresee(points, found.preference, local=local, is_working_day=policy.is_working_day)


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


def _held(row: Duty) -> duties.DutyHeld:
    return duties.DutyHeld(
        body=row.organisation_id,
        kind=row.kind,
        lifeline=row.lifeline,
        trade=row.trade,
        area_code=row.area_code,
        hours=WeekHours.parse(row.hours),
        effective_from=row.effective_from,
        effective_to=row.effective_to,
    )
