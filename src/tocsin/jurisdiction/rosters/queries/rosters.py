"""Rosters as they stand, and who is on call: a person, a post, a desk, or the next desk upward."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from tocsin.jurisdiction.areas import policy
from tocsin.jurisdiction.areas.rules.hours import IsWorkingDay, WeekHours
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.bodies.queries import next_desk
from tocsin.jurisdiction.contacts.models import Post, open_kinds
from tocsin.jurisdiction.contacts.queries.points import ContactPoints, contact_points_of, desk_of
from tocsin.jurisdiction.contacts.rules import ContactPoint
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.queries import Person, scope
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.jurisdiction.rosters import rules as rosters
from tocsin.jurisdiction.rosters.models import Leave, Roster, RosterLayer, RosterMember, StandIn

_WHO_SEES_NAMES: Final[tuple[Permission, ...]] = ("duty.keep", "rosters.manage")
AHEAD: Final = timedelta(days=3)  # so far is looked for who is on next


class OnCallReason(StrEnum):
    """Why this one answers."""

    ROTATION = "rotation"
    STAND_IN = "stand_in"
    DESK = "desk"  # no roster has anybody now: the desk itself
    UPWARD = "upward"  # the organisation has nobody now: the next desk of its level


@dataclass(frozen=True)
class OnCall:
    """Who answers for an organisation. With neither `user` nor `post` it is the desk of `organisation`.

    `organisation` is another than the one that was asked for where `why` is UPWARD.
    """

    organisation: Organisation
    contact: ContactPoints
    why: OnCallReason
    user: User | None = None
    post: Post | None = None
    roster: Roster | None = None

    def __str__(self) -> str:
        return str(self.user or self.post or self.organisation)


def on_call(organisation: Organisation, *, at: datetime, is_working_day: IsWorkingDay | None = None) -> tuple[OnCall, ...]:
    """Who is called at this moment, in order: each roster's people, else the desk, else the next desk upward.

    Empty only where no desk at all stands above the organisation. Without `is_working_day` the installation's calendar counts.
    """
    found = on_call_here(organisation, at=at, is_working_day=is_working_day)
    if found:
        return found
    above = next_desk(organisation)
    if above is None:
        desk = desk_of(organisation)
        return (OnCall(organisation, desk, OnCallReason.DESK),) if desk.points else ()
    return tuple(replace(one, why=OnCallReason.UPWARD) for one in on_call(above, at=at, is_working_day=is_working_day))


def on_call_here(organisation: Organisation, *, at: datetime, is_working_day: IsWorkingDay | None = None) -> tuple[OnCall, ...]:
    """As `on_call`, of this organisation alone: its rosters' people, else its desk where it answers now, else nobody."""
    found = _on_rosters(organisation, at, is_working_day or policy.is_working_day)
    if found:
        return found
    desk = desk_of(organisation)
    local = timezone.localtime(at)
    answers = any(point.hours.holds(local, is_working_day or policy.is_working_day) for point in desk.points)
    return (OnCall(organisation, desk, OnCallReason.DESK),) if organisation.has_desk or answers else ()


def next_on_call(organisation: Organisation, *, at: datetime) -> tuple[User, ...]:
    """Persons in the order in which they are on call after those who are now, within `AHEAD`; who is on now is left out."""
    found: dict[UUID, None] = {}
    now = set[UUID]()
    for stretches in timelines(organisation.rosters.filter(is_active=True), at, at + AHEAD).values():
        now |= {on.member.person for on in stretches[0].on if on.member.person} if stretches else set()
        for stretch in stretches:
            found |= dict.fromkeys(on.member.person for on in stretch.on if on.member.person)
    people = User.objects.in_bulk([pk for pk in found if pk not in now])
    return tuple(people[pk] for pk in found if pk in people and people[pk].is_active)


def answering(on_calls: tuple[OnCall, ...], seen: Collection[UUID]) -> list[tuple[str, OnCall]]:
    """Who answers, by name where the reader sees that roster (`seen` are ids of rosters), else by the roster's name."""
    return [(str(one if one.roster is None or one.roster.pk in seen else one.roster), one) for one in on_calls]


def open_points(contact: ContactPoints) -> tuple[ContactPoint, ...]:
    """The contact points whose address may be read by whoever may call (numbers, e-mail), in order."""
    return tuple(one for one in contact.points if one.kind in open_kinds())


def visible_rosters(user: Person) -> QuerySet[Roster]:
    """Rosters in use, with names: of one's own organisation, and of those for which one keeps the duty or plans it."""
    rows = Roster.objects.filter(is_active=True).select_related("organisation__region")
    own = Q(organisation=user.organisation_id) if isinstance(user, User) and user.organisation_id else Q(pk__in=[])
    for permission in _WHO_SEES_NAMES:
        own |= Q(pk__in=scope(Roster.objects.all(), user, permission, "organisation__region__code", "organisation").values("pk"))
    return rows.filter(own)


def timelines(
    found: Iterable[Roster], start: datetime, until: datetime, *, is_working_day: IsWorkingDay | None = None
) -> dict[UUID, list[rosters.Stretch]]:
    """Who is on in each roster from `start` to `until`, by the roster's id: see `rules.rosters.timeline`."""
    return {
        pk: rosters.timeline(
            plan, start, until, zone=timezone.get_default_timezone(), is_working_day=is_working_day or policy.is_working_day
        )
        for pk, plan in plans(found, start, until).items()
    }


def plans(found: Iterable[Roster], start: datetime, until: datetime) -> dict[UUID, rosters.Plan]:
    """All that is known of the rosters for that time, by the roster's id."""
    ids = [roster.pk for roster in found]
    members = Prefetch("members", RosterMember.objects.select_related("user"))
    layers = list(RosterLayer.objects.filter(roster__in=ids).prefetch_related(members))
    stand_ins = list(
        StandIn.objects.filter(roster__in=ids, cancelled_at=None, starts_at__lt=until, ends_at__gt=start).select_related("user")
    )
    people = {one.user for layer in layers for one in layer.members.all() if one.user}
    people.update(one.user for one in stand_ins if one.user)
    away = Leave.objects.filter(user__in=people, cancelled_at=None, starts_at__lt=until, ends_at__gt=start)
    absent = tuple(rosters.Away(one.user_id, one.starts_at, one.ends_at) for one in away)
    closed = frozenset(person.pk for person in people if not person.is_active)
    return {
        pk: rosters.Plan(
            layers=tuple(_layer(one) for one in layers if one.roster_id == pk),
            stand_ins=tuple(_stand_in(one) for one in stand_ins if one.roster_id == pk),
            away=absent,
            closed=closed,
        )
        for pk in ids
    }


def _on_rosters(organisation: Organisation, at: datetime, is_working_day: IsWorkingDay) -> tuple[OnCall, ...]:
    found = [one for one in organisation.rosters.all() if one.is_active]
    if not found:
        return ()
    zone = timezone.get_default_timezone()
    on = [
        (roster, one)
        for roster, plan in zip(found, plans(found, at, at + rosters.MOMENT).values(), strict=True)
        for one in rosters.on_at(plan, at, zone=zone, is_working_day=is_working_day).on
    ]
    users = User.objects.in_bulk([one.member.person for _roster, one in on if one.member.person])
    posts = Post.objects.in_bulk([one.member.post for _roster, one in on if one.member.post])
    return tuple(
        OnCall(
            organisation,
            contact_points_of(users[one.member.person] if one.member.person else posts[one.member.post]),
            OnCallReason(one.why.value),
            user=users.get(one.member.person),
            post=posts.get(one.member.post),
            roster=roster,
        )
        for roster, one in on
    )


def _layer(row: RosterLayer) -> rosters.Layer:
    teams: dict[int, list[rosters.Member]] = {}
    for one in row.members.all():
        teams.setdefault(one.position, []).append(rosters.Member(person=one.user_id, post=one.post_id))
    return rosters.Layer(
        order=row.order,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        handovers=rosters.parse_handovers(row.handovers),
        turn=rosters.Turn(row.turn),
        teams=tuple(tuple(teams[position]) for position in sorted(teams)),
        hours=WeekHours.parse(row.hours),
    )


def _stand_in(row: StandIn) -> rosters.StandIn:
    member = rosters.Member(person=row.user_id, post=row.post_id)
    return rosters.StandIn(row.starts_at, row.ends_at, member, row.replaces_id, row.made_at)
