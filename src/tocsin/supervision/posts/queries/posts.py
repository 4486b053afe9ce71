"""Rosters, certificates, signs, verdicts and roll calls as the reader may see them, and as the engine judges them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, When
from django.utils import timezone

from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.engine.duty.holes import Hole, RequiredPost, holes
from tocsin.engine.duty.required import Calendar, Unit, at_once, required_posts
from tocsin.engine.duty.shift import Certificate, DutyState, PlannedShift, Sign, Signs
from tocsin.engine.work.firm import WHOLE
from tocsin.jurisdiction.face import may
from tocsin.records.face import working_days
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.objects.policy.posts import post_policy
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.queries.register import rows_of_visible
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.hours import read_hours
from tocsin.supervision.periods.queries import periods_between, special_days
from tocsin.supervision.posts.models import (
    DutyShift,
    DutyVerdict,
    PermitPost,
    PersonCertificate,
    PresenceSign,
    RollCall,
    RollCallAnswer,
    ShiftChange,
)
from tocsin.supervision.posts.policy import duty_policy
from tocsin.supervision.posts.queries.terminals import terminal_of
from tocsin.supervision.posts.rules import ChangeState, speaks_for
from tocsin.supervision.stops.models import StopOrder

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

_NAMED = (rights.PRESENCE, rights.OWN)
_CODES = {sign.value: code for code, sign in enumerate(Sign)}
_DAY_MS = 86_400_000
_LOCAL_MS = 28_800_000
_WHOLE_DAY_MIN = 1440


def knows_names(user: "Person", supervised_object: SupervisedObject) -> bool:
    """May the user read who is on post in this firm, and why it is believed?"""
    return any(may(user, one, supervised_object.region_code, {supervised_object.organisation_id} - {None}) for one in _NAMED)


def visible_shifts(user: "Person") -> QuerySet[DutyShift]:
    """Planned shifts of firms whose people the user may know, and of the user's own firm."""
    found = DutyShift.objects.select_related("person__object", "verdict")
    return rows_of_visible(found, user, path="person__object__", permissions=_NAMED)


def visible_certificates(user: "Person") -> QuerySet[PersonCertificate]:
    """Certificates of such people."""
    found = PersonCertificate.objects.filter(person__active=True).select_related("person__object")
    return rows_of_visible(found, user, path="person__object__", permissions=_NAMED)


def visible_changes(user: "Person") -> QuerySet[ShiftChange]:
    """Leave and swaps that such people have asked for, the newest first."""
    found = ShiftChange.objects.select_related("shift__person__object", "colleague", "asked_by", "decided_by")
    return rows_of_visible(found, user, path="shift__person__object__", permissions=_NAMED)


def visible_calls(user: "Person") -> QuerySet[RollCall]:
    """Roll calls in such firms, the newest first."""
    found = RollCall.objects.select_related("object", "called_by").prefetch_related("answers__person", "answers__seen_by")
    if (terminal := terminal_of(user)) is not None:
        return found.filter(object=terminal.object_id)
    return rows_of_visible(found, user, permissions=_NAMED)


def visible_call_answers(user: "Person") -> QuerySet[RollCallAnswer]:
    """The people called in them."""
    found = RollCallAnswer.objects.select_related("call__object", "person", "seen_by", "shift__verdict")
    if (terminal := terminal_of(user)) is not None:
        return found.filter(call__object=terminal.object_id)
    return rows_of_visible(found, user, path="call__object__", permissions=_NAMED)


def open_tasks(user: "Person") -> QuerySet[RollCallAnswer]:
    """Posts that answered nothing and that nobody of the county has looked at yet, the oldest first."""
    return visible_call_answers(user).filter(task_at__isnull=False, seen_at__isnull=True).order_by("task_at")


def calls_of_person(user: "Person", now: datetime) -> QuerySet[RollCallAnswer]:
    """What the user is asked to answer by the account: calls without an answer in shifts that run."""
    running = Q(shift__isnull=True) | Q(shift__end_at__gt=now)
    found = RollCallAnswer.objects.filter(running, person__user=user.pk, person__active=True, answered_at__isnull=True)
    fresh = now - timedelta(hours=duty_policy().rosters.longest_h)
    return found.filter(call__called_at__gte=fresh).select_related("call__object", "person").order_by("call__called_at")


def firms_on_wall(user: "Person", *, region: str = "", trade: str = "", q: str = "") -> QuerySet[SupervisedObject]:
    """Active firms with key people where the user sees supervised objects, who is on post, or that are the user's own."""
    people = KeyPerson.objects.filter(object=OuterRef("pk"), active=True)
    found = rows_of_visible(
        SupervisedObject.objects.filter(Exists(people), active=True, merged_into__isnull=True),
        user,
        path="",
        permissions=(rights.SEE, *_NAMED),
    )
    if region:
        found = found.filter(region_code__startswith=region)
    if trade:
        found = found.filter(trade=trade)
    if q.strip():
        found = found.filter(Q(name__icontains=q.strip()) | Q(code__icontains=q.strip()))
    return found.order_by("name", "code")


@dataclass
class Roster:
    """Of one firm: rows with their verdicts by begin, and the same as the engine asks for them, people by their id."""

    rows: list[DutyShift] = field(default_factory=list)
    people: dict[str, KeyPerson] = field(default_factory=dict)
    required: dict[str, str] = field(default_factory=dict)
    certificates: dict[str, list[Certificate]] = field(default_factory=dict)
    papers: dict[str, list[PersonCertificate]] = field(default_factory=dict)

    @property
    def shifts(self) -> list[PlannedShift]:
        """The planned shifts, in the order of the rows."""
        return [planned(row) for row in self.rows]


def planned(row: DutyShift) -> PlannedShift:
    """A row of the roster as the engine reads it."""
    start, end = ms_from_datetime(row.start_at), ms_from_datetime(row.end_at)
    return PlannedShift(str(row.person_id), row.role, row.post, start, end, row.leave)


def certificate_needed(person: KeyPerson) -> str:
    """The certificate that the person's post requires; '' for none."""
    role = post_policy().roles.get(person.role)
    return person.required_certificate or (role.certificate if role else "")


def rosters_of(object_ids: Sequence[UUID], first: datetime, last: datetime) -> dict[UUID, Roster]:
    """People, certificates and the shifts that touch a span, of many firms in three queries."""
    found = {one: Roster() for one in object_ids}
    people: dict[UUID, KeyPerson] = {}
    for person in KeyPerson.objects.filter(object__in=object_ids, active=True):
        roster = found[person.object_id]
        people[person.pk] = roster.people[str(person.pk)] = person
        roster.required[str(person.pk)] = certificate_needed(person)
    for paper in PersonCertificate.objects.filter(person__in=people):
        roster = found[people[paper.person_id].object_id]
        one = Certificate(paper.name, paper.issued, paper.expires, paper.status)
        roster.certificates.setdefault(str(paper.person_id), []).append(one)
        roster.papers.setdefault(str(paper.person_id), []).append(paper)
    rows = DutyShift.objects.filter(person__object__in=object_ids, person__active=True, start_at__lt=last, end_at__gt=first)
    for row in rows.select_related("verdict").order_by("start_at", "role", "id"):
        row.person = people[row.person_id]
        found[row.person.object_id].rows.append(row)
    return found


def signs_of(supervised_object: SupervisedObject, first: datetime, now: datetime) -> dict[str, Signs]:
    """Evidence about the firm's people from `first` to `now`, by person: without what the firm itself told."""
    rows = _signs(supervised_object, first, now, by_firm=False).order_by("person_id", "at", "id")
    columns: dict[str, list[tuple[int, int, float]]] = {}
    for person_id, source, at, value in rows.values_list("person_id", "source", "at", "value"):
        if source in _CODES:
            columns.setdefault(str(person_id), []).append((_CODES[source], ms_from_datetime(at), value))
    return {
        person: Signs(
            source=np.array([one[0] for one in told], np.uint8),
            ts=np.array([one[1] for one in told], np.int64),
            value=np.array([one[2] for one in told], np.float64),
        )
        for person, told in columns.items()
    }


def words_of_firm(supervised_object: SupervisedObject, first: datetime, now: datetime) -> dict[UUID, list[datetime]]:
    """When the firm itself said that its people are there, by person."""
    found: dict[UUID, list[datetime]] = {}
    rows = _signs(supervised_object, first, now, by_firm=True)
    for person_id, source, at, value in rows.values_list("person_id", "source", "at", "value"):
        if speaks_for(source, value):
            found.setdefault(person_id, []).append(at)
    return found


def _signs(supervised_object: SupervisedObject, first: datetime, now: datetime, *, by_firm: bool) -> QuerySet[PresenceSign]:
    return PresenceSign.objects.filter(person__object=supervised_object, at__gte=first, at__lte=now, by_firm=by_firm)


def holes_ahead(objects: Iterable[SupervisedObject], rosters: Mapping[UUID, Roster], now: datetime) -> dict[UUID, list[Hole]]:
    """Posts that nobody fit covers, from now over the days in policy, by firm."""
    until = now + timedelta(days=post_policy().ahead.days)
    from_ms, to_ms = ms_from_datetime(now), ms_from_datetime(until)
    return {
        key: holes(posts, rosters[key].shifts, rosters[key].required, rosters[key].certificates, from_ms, to_ms)
        for key, posts in posts_required(objects, now, until).items()
    }


def posts_required(objects: Iterable[SupervisedObject], now: datetime, until: datetime) -> dict[UUID, list[RequiredPost]]:
    """The posts that firms must fill between two moments, by rule and by permit. Three queries."""
    policy, wanted = post_policy(), list(objects)
    stops: dict[UUID, list[StopOrder]] = {}
    for stop in StopOrder.objects.filter(object__in=wanted, scope=WHOLE):
        stops.setdefault(stop.object_id, []).append(stop)
    from_ms, to_ms = ms_from_datetime(now), ms_from_datetime(until)
    permits: dict[UUID, list[PermitPost]] = {}
    for permit in PermitPost.objects.filter(object__in=wanted, start_at__lt=until, end_at__gt=now):
        permits.setdefault(permit.object_id, []).append(permit)
    periods = periods_between(timezone.localdate(now) - timedelta(days=1), timezone.localdate(until))
    found = {}
    for one in wanted:
        hours = read_hours(one.shifts)
        trade = trades().get(one.trade)
        unit = Unit(one.trade, bool(trade and trade.high_risk), one.employees, hours)
        calendar = _calendar(hours, stops.get(one.pk, ()), special_days(periods, one), from_ms, to_ms)
        found[one.pk] = [
            *required_posts(policy.rules(), unit, calendar, from_ms, to_ms),
            *_of_permits(permits.get(one.pk, ()), from_ms, to_ms),
        ]
    return found


def _of_permits(permits: Iterable[PermitPost], from_ms: int, to_ms: int) -> list[RequiredPost]:
    """The posts that permits open, as many people of a kind as there are permits at a time."""
    by_kind: dict[str, list[tuple[int, int]]] = {}
    for one in permits:
        span = (max(ms_from_datetime(one.start_at), from_ms), min(ms_from_datetime(one.end_at), to_ms))
        by_kind.setdefault(one.kind, []).append(span)
    return [
        RequiredPost(kind, frozenset(post.roles), post.number * count, spans)
        for kind, taken in by_kind.items()
        if (post := post_policy().permit_post_of(kind)) is not None
        for count, spans in at_once(taken)
    ]


def _calendar(
    hours: tuple[tuple[int, int], ...], stops: Iterable[StopOrder], special: "Collection[date]", from_ms: int, to_ms: int
) -> Calendar:
    """A firm that works round the clock, or whose hours are unknown, works every day, another one on office days; none works on a
    day on which the whole of it is stopped.
    """
    calendar = working_days()
    always = not hours or sum(end - begin for begin, end in hours) >= _WHOLE_DAY_MIN
    production, office, named = set(), set(), set()
    for number in range((from_ms + _LOCAL_MS) // _DAY_MS - 1, (to_ms + _LOCAL_MS) // _DAY_MS + 1):
        day = datetime_from_ms(number * _DAY_MS).astimezone(UTC).date()
        works = calendar.is_working_day(day)
        if day in special:
            named.add(number)
        if works:
            office.add(number)
        stopped = any(
            one.first <= day and (one.last is None or day <= one.last) and (one.resumed_on is None or day < one.resumed_on)
            for one in stops
        )
        if (works or always) and not stopped:
            production.add(number)
    return Calendar(frozenset(production), frozenset(office), frozenset(named), post_policy().office_hours.minutes())


def lapsing(roster: Roster, now: datetime) -> list[PersonCertificate]:
    """Certificates a post requires that lapse within the days in policy, or have lapsed with no newer one; soonest first."""
    today = timezone.localtime(now).date()
    soon = today + timedelta(days=duty_policy().rosters.certificates_ahead_days)
    found = []
    for person, papers in roster.papers.items():
        own = [one for one in papers if one.name == roster.required[person] and one.status != "revoked"]
        latest = max(own, key=lambda one: (one.expires is None, one.expires or today), default=None)
        if latest is not None and latest.expires is not None and latest.expires <= soon:
            latest.person = roster.people[person]
            found.append(latest)
    return sorted(found, key=lambda one: one.expires or today)


def calls_now(object_ids: Iterable[UUID], now: datetime) -> dict[UUID, RollCallAnswer]:
    """The newest call of each shift that runs, by shift."""
    rows = RollCallAnswer.objects.filter(call__object__in=list(object_ids), shift__end_at__gt=now)
    return {row.shift_id: row for row in rows.select_related("call").order_by("call__called_at") if row.shift_id is not None}


def waiting_changes(user: "Person", now: datetime) -> QuerySet[ShiftChange]:
    """Leave and swaps that wait for a decision, of shifts that have not begun."""
    return visible_changes(user).filter(state=ChangeState.ASKED, shift__start_at__gt=now).order_by("shift__start_at")


def state_counts(user: "Person", now: datetime) -> dict[str, int]:
    """How many posts now are in each state, in the firms of the wall."""
    firms = firms_on_wall(user).order_by().values("pk")
    found = DutyVerdict.objects.filter(
        shift__person__object__in=firms, shift__leave=False, shift__start_at__lte=now, shift__end_at__gt=now
    )
    return dict(found.order_by().values_list("state").annotate(Count("pk")))


def worst_first(supervised_objects: QuerySet[SupervisedObject], now: datetime) -> QuerySet[SupervisedObject]:
    """The firms in the order in which somebody has to look at them: a call without an answer, then by the worst post now."""
    unanswered = RollCallAnswer.objects.filter(call__object=OuterRef("pk"), task_at__isnull=False, seen_at__isnull=True)
    posts = DutyShift.objects.filter(person__object=OuterRef("pk"), leave=False, start_at__lte=now, end_at__gt=now)
    states = (DutyState.ABSENT, DutyState.NOT_REACHABLE, DutyState.NOT_FIT, DutyState.UNKNOWN)
    whens = [When(Exists(posts.filter(verdict__state=state)), then=place) for place, state in enumerate(states, 1)]
    rank = Case(When(Exists(unanswered), then=0), *whens, default=len(states) + 1, output_field=IntegerField())
    return supervised_objects.annotate(rank=rank).order_by("rank", "name", "code")


def with_post_in_state(supervised_objects: QuerySet[SupervisedObject], state: str, now: datetime) -> QuerySet[SupervisedObject]:
    """The firms that have a post in this state now."""
    posts = DutyShift.objects.filter(
        person__object=OuterRef("pk"), leave=False, start_at__lte=now, end_at__gt=now, verdict__state=state
    )
    return supervised_objects.filter(Exists(posts))
