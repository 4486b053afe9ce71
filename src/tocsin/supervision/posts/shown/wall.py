"""The duty wall as people and programs read it: firms with their posts, holes and certificates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from ninja import Field, Schema

from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.engine.duty.shift import DutyState
from tocsin.jurisdiction.face import may
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.policy.posts import post_policy
from tocsin.supervision.objects.policy.register import trade_name
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.shown import Section, role_name
from tocsin.supervision.posts.queries.posts import (
    Roster,
    calls_now,
    certificate_needed,
    holes_ahead,
    knows_names,
    lapsing,
    rosters_of,
)
from tocsin.supervision.posts.rules import CertificateStatus
from tocsin.supervision.posts.shown.names import (
    CERTIFICATE_NAMES,
    SHAPES,
    SOON_DAYS,
    STATE_NAMES,
    TELLING,
    WHY_NAMES,
    certificate_name,
    post_name,
)
from tocsin.supervision.posts.shown.shifts import DutyShiftOut, describe_shift

if TYPE_CHECKING:
    from tocsin.engine.duty.holes import Hole
    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.objects.models import SupervisedObject
    from tocsin.supervision.posts.models import PersonCertificate


class DutyWhyOut(Schema):
    name: str
    reason: str


class HoleOut(Schema):
    """A post that nobody fit covers."""

    post: str
    post_name: str
    start_at: datetime
    end_at: datetime
    missing: int
    why: list[DutyWhyOut] = Field(description="planned people who do not count; empty where nobody is planned")
    words: str


class CertificateOut(Schema):
    id: UUID
    name: str
    role_name: str
    certificate: str
    certificate_name: str
    number: str
    issued: date | None
    expires: date | None
    days: int | None = Field(description="until it lapses, below zero after it")
    status: str
    needed: bool = Field(description="the person's post requires it")

    @property
    def status_name(self) -> str:
        """The status in words."""
        return str(CERTIFICATE_NAMES[CertificateStatus(self.status)])

    @property
    def css(self) -> str:
        """How a page marks it: red where it does not count, yellow where it lapses soon."""
        if self.status != CertificateStatus.VALID:
            return "red"
        return "yellow" if self.days is not None and self.days <= SOON_DAYS else "good"


class FirmOut(Schema):
    """One firm on the duty wall."""

    object_id: UUID
    code: str
    name: str
    trade: str
    region_code: str
    posts: list[DutyShiftOut]
    empty: list[HoleOut] = Field(description="posts that nobody fit covers now")
    holes: list[HoleOut] = Field(description="the same in the days ahead")
    certificates: list[CertificateOut] = Field(description="that lapse soon or have lapsed")

    @property
    def trade_name(self) -> str:
        """The trade in words."""
        return trade_name(self.trade)


class FirmOnWall(FirmOut):
    """The same as pages show it: whether the reader may know names, and may call."""

    names: bool
    may_call: bool

    @property
    def calm(self) -> bool:
        """Whether nothing about this firm asks anybody to look: it is folded away."""
        quiet = all(
            one.state in _CALM and (one.call is None or one.call.task_at is None or one.call.seen_at) for one in self.posts
        )
        return quiet and not (self.empty or self.holes or self.certificates)


_CALM = frozenset((DutyState.ON_POST.value, "leave", "waiting"))


def describe_hole(hole: "Hole", roster: Roster, *, names: bool) -> HoleOut:
    """A gap ahead with its reasons by person; without names where the reader does not know them."""
    why = [
        DutyWhyOut(name=roster.people[person].name if names and person in roster.people else "", reason=str(WHY_NAMES[reason]))
        for person, reason in hole.why
    ]
    return HoleOut(
        post=hole.post,
        post_name=post_name(hole.post),
        start_at=datetime_from_ms(hole.start_ms),
        end_at=datetime_from_ms(hole.end_ms),
        missing=hole.missing,
        why=why,
        words="; ".join(f"{one.name} {one.reason}".strip() for one in why) or str(STATE_NAMES["empty"]),
    )


def describe_certificate(paper: "PersonCertificate", now: datetime, *, names: bool) -> CertificateOut:
    """One certificate; `days` until it lapses, below zero after it."""
    today = timezone.localtime(now).date()
    days = (paper.expires - today).days if paper.expires is not None else None
    status = CertificateStatus(paper.status)
    if status is CertificateStatus.VALID and days is not None and days < 0:
        status = CertificateStatus.EXPIRED
    needed = paper.name == certificate_needed(paper.person)
    return CertificateOut(
        id=paper.pk,
        name=paper.person.name if names else "",
        role_name=role_name(paper.person.role),
        certificate=paper.name,
        certificate_name=certificate_name(paper.name),
        number=paper.number if names else "",
        issued=paper.issued,
        expires=paper.expires,
        days=days,
        status=status.value,
        needed=needed,
    )


def describe_wall(user: "Person", objects: Sequence["SupervisedObject"], now: datetime) -> list[FirmOnWall]:
    """Firms by who is, and should be, on post now; holes and certificates ahead. A handful of queries for all of them."""
    ahead = now + timedelta(days=post_policy().ahead.days + 1)
    rosters = rosters_of([one.pk for one in objects], now, ahead)
    gaps = holes_ahead(objects, rosters, now)
    calls = calls_now([one.pk for one in objects], now)
    rows = []
    for one in objects:
        roster, names = rosters[one.pk], knows_names(user, one)
        posts = [
            describe_shift(shift, names=names, call=calls.get(shift.pk))
            for shift in roster.rows
            if shift.start_at <= now < shift.end_at
        ]
        holes = [describe_hole(hole, roster, names=names) for hole in gaps[one.pk]]
        rows.append(
            FirmOnWall(
                object_id=one.pk,
                code=one.code,
                name=one.name,
                trade=one.trade,
                region_code=one.region_code,
                names=names,
                posts=sorted(posts, key=_worst_first),
                empty=[hole for hole in holes if hole.start_at <= now],
                holes=[hole for hole in holes if hole.start_at > now],
                certificates=[describe_certificate(paper, now, names=names) for paper in lapsing(roster, now)],
                may_call=bool(posts) and may(user, rights.INSPECT, one.region_code),
            )
        )
    return rows


def flat_rows(wall: Iterable[FirmOnWall]) -> Iterable[dict[str, object]]:
    """The wall with a row for each post, as a file has it; holes that are open now among them."""
    for firm in wall:
        own = {"code": firm.code, "firm": firm.name, "region_code": firm.region_code, "trade_name": firm.trade_name}
        for post in firm.posts:
            yield {**dict(post), **own, "name": post.name, "call_state": post.call.state_name if post.call else ""}
        for hole in firm.empty:
            times = {"start_at": hole.start_at, "end_at": hole.end_at}
            yield {**own, "role_name": hole.post_name, "state_name": hole.words, **times}


@dataclass(frozen=True)
class StateCount:
    """How many posts are in a state."""

    code: str
    name: str
    shape: str
    count: int


def describe_counts(counts: dict[str, int]) -> list[StateCount]:
    """How many posts now are in each state, the worst first."""
    return [
        StateCount(state.value, str(STATE_NAMES[state]), SHAPES.get(state, "code-shape grey"), counts.get(state, 0))
        for state in TELLING
    ]


def _worst_first(post: DutyShiftOut) -> tuple[int, str]:
    order = [*map(str, TELLING), "waiting", "leave"]
    return order.index(post.state), post.role


def section(supervised_object: "SupervisedObject", user: "Person") -> dict[str, object] | None:
    """Who is on post, on the object's page; None for an object without key people."""
    if not supervised_object.people.filter(active=True).exists():
        return None
    now = current_time()
    return {"firm": describe_wall(user, [supervised_object], now)[0], "now_ms": ms_from_datetime(now)}


SECTION = Section("presence", section, "supervision/posts/_section.html")
