"""Rosters told day by day with names, for pages, programs and files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy

from tocsin.jurisdiction.areas import policy as areas_policy
from tocsin.jurisdiction.contacts.models import Post
from tocsin.jurisdiction.people import policy
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rosters.models import Roster
from tocsin.jurisdiction.rosters.queries.rosters import timelines
from tocsin.jurisdiction.rosters.rules import Member, Stretch, shifts_of

DAY = timedelta(days=1)
HOLE_NAMES = {
    "nobody_named": gettext_lazy("nobody named"),
    "all_away": gettext_lazy("all away"),
    "account_closed": gettext_lazy("account closed"),
}


@dataclass(frozen=True)
class Named:
    """Who is on, by name; `stands_in` where a stand-in or a swap brought them."""

    name: str
    member: Member
    stands_in: bool


@dataclass(frozen=True)
class Part:
    """A part of a day in which the same are on; `hole` says why nobody is. `ends_at` may be the next midnight."""

    starts_at: datetime
    ends_at: datetime
    on: tuple[Named, ...]
    hole: str


@dataclass(frozen=True)
class RosterDay:
    """One day of a roster; `worked` by the calendar of working days."""

    day: date
    worked: bool
    parts: tuple[Part, ...]


def days_of(roster: Roster, first: date, days: int) -> list[RosterDay]:
    """The days of a roster, each with its parts from midnight to midnight."""
    bounds = [timezone.make_aware(datetime.combine(first + step * DAY, time())) for step in range(days + 1)]
    stretches = timelines([roster], bounds[0], bounds[-1])[roster.pk]
    names = names_of(stretches)
    return [
        RosterDay(
            day=begin.date(),
            worked=areas_policy.is_working_day(begin.date()),
            parts=tuple(_part(one, begin, end, names) for one in stretches if one.starts_at < end and begin < one.ends_at),
        )
        for begin, end in pairwise(bounds)
    ]


def names_of(stretches: Iterable[Stretch]) -> dict[Member, str]:
    """What each who is on is called, in the reader's language."""
    members = {on.member for one in stretches for on in one.on}
    users = User.objects.in_bulk([one.person for one in members if one.person])
    posts = Post.objects.in_bulk([one.post for one in members if one.post])
    return {one: str(users[one.person] if one.person else posts[one.post]) for one in members if one.person or one.post}


def holes_ahead(rosters: Iterable[Roster], now: datetime) -> dict[UUID, list[Stretch]]:
    """The holes of the coming days (policy `holes_ahead_days`), by roster; those without one are left out."""
    until = now + timedelta(days=policy.policy().rosters.holes_ahead_days)
    found = {pk: [one for one in stretches if one.hole] for pk, stretches in timelines(rosters, now, until).items()}
    return {pk: holes for pk, holes in found.items() if holes}


def coming_shifts(user: User, now: datetime, days: int) -> list[tuple[Roster, datetime, datetime]]:
    """When a person is on in the rosters of their organisation from now on, the next first."""
    rosters = list(Roster.objects.filter(is_active=True, organisation=user.organisation_id).select_related("organisation"))
    found = timelines(rosters, now, now + timedelta(days=days)) if rosters else {}
    shifts = [(roster, *hours) for roster in rosters for hours in shifts_of(user.pk, found[roster.pk])]
    return sorted(shifts, key=lambda one: one[1])


def shifts_by_person(roster: Roster, now: datetime, days: int) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """The shifts of everybody on a roster that begin within the days."""
    stretches = timelines([roster], now, now + timedelta(days=days))[roster.pk]
    people = {on.member.person for one in stretches for on in one.on if on.member.person}
    return {person: [one for one in shifts_of(person, stretches) if one[0] > now] for person in people}


def _part(stretch: Stretch, begin: datetime, end: datetime, names: dict[Member, str]) -> Part:
    on = tuple(Named(names[one.member], one.member, one.why == "stand_in") for one in stretch.on)
    return Part(max(stretch.starts_at, begin), min(stretch.ends_at, end), on, str(stretch.hole or ""))
