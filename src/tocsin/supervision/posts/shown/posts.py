"""Words for people about who is on post: states, votes, holes ahead, certificates, leave and swaps, roll calls."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.engine.duty.holes import Why
from tocsin.engine.duty.roll_call import CallState
from tocsin.engine.duty.shift import DutyState, Sign
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
from tocsin.supervision.posts.rules import LAPSED, CertificateStatus, ChangeState, Means

if TYPE_CHECKING:
    from tocsin.engine.duty.holes import Hole
    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
    from tocsin.supervision.posts.models import DutyShift, DutyVerdict, PersonCertificate, RollCall, RollCallAnswer, ShiftChange

SOON_DAYS: Final = 30  # a certificate that lapses within them is marked
STATE_NAMES: Final[dict[str, Promise]] = {
    DutyState.ON_POST: pgettext_lazy("presence", "on post"),
    DutyState.ABSENT: pgettext_lazy("presence", "suspected absent"),
    DutyState.NOT_FIT: pgettext_lazy("presence", "not fit for the post"),
    DutyState.NOT_REACHABLE: pgettext_lazy("presence", "not reachable"),
    DutyState.UNKNOWN: pgettext_lazy("presence", "cannot tell"),
    "leave": pgettext_lazy("presence", "on leave"),
    "waiting": pgettext_lazy("presence", "not judged yet"),
    "empty": pgettext_lazy("presence", "nobody planned"),
}
SHAPES: Final[dict[str, str]] = {
    DutyState.ON_POST: "code-shape green",
    DutyState.ABSENT: "level-shape red",
    DutyState.NOT_FIT: "level-shape yellow",
    DutyState.NOT_REACHABLE: "level-shape orange",
    "empty": "level-shape red",
}
TELLING: Final = (DutyState.ABSENT, DutyState.NOT_REACHABLE, DutyState.NOT_FIT, DutyState.UNKNOWN, DutyState.ON_POST)
VOTE_NAMES: Final[dict[str, Promise]] = {
    Sign.GATE: pgettext_lazy("sign", "gate"),
    Sign.POSITIONING: pgettext_lazy("sign", "positioning card"),
    Sign.ROLL_CALL: pgettext_lazy("sign", "roll call"),
    Sign.TERMINAL_LOGIN: pgettext_lazy("sign", "terminal login"),
    Sign.PHONE_LOCATION: pgettext_lazy("sign", "phone location"),
    Sign.CAMERA_MATCH: pgettext_lazy("sign", "face at the post"),
    Sign.PERMIT_SIGNATURE: pgettext_lazy("sign", "signed permit"),
    "company": pgettext_lazy("sign", "card travels with a colleague's"),
    "stand_in": pgettext_lazy("sign", "a colleague off duty stands in"),
}
WHY_NAMES: Final[dict[Why, Promise]] = {
    Why.ON_LEAVE: pgettext_lazy("hole", "on leave"),
    Why.NO_CERTIFICATE: pgettext_lazy("hole", "no certificate"),
    Why.CERTIFICATE_EXPIRED: pgettext_lazy("hole", "certificate lapsed"),
    Why.CERTIFICATE_REVOKED: pgettext_lazy("hole", "certificate withdrawn"),
    Why.CERTIFICATE_NOT_YET: pgettext_lazy("hole", "certificate not yet in force"),
}
CALL_NAMES: Final[dict[str, Promise]] = {
    CallState.WAITING: pgettext_lazy("roll call", "answer awaited"),
    CallState.ANSWERED: pgettext_lazy("roll call", "answered"),
    CallState.UNANSWERED: pgettext_lazy("roll call", "no answer"),
    CallState.ANSWERED_LATE: pgettext_lazy("roll call", "answered late"),
    LAPSED: pgettext_lazy("roll call", "shift ended"),
}
CALL_CLASSES: Final[dict[str, str]] = {
    CallState.WAITING: "blue",
    CallState.ANSWERED: "good",
    CallState.UNANSWERED: "red",
    CallState.ANSWERED_LATE: "yellow",
}
CHANGE_NAMES: Final[dict[ChangeState, Promise]] = {
    ChangeState.ASKED: pgettext_lazy("leave", "asked for"),
    ChangeState.APPROVED: pgettext_lazy("leave", "approved"),
    ChangeState.REFUSED: pgettext_lazy("leave", "refused"),
    ChangeState.WITHDRAWN: pgettext_lazy("leave", "withdrawn"),
}
MEANS_NAMES: Final[dict[Means, Promise]] = {
    Means.PHONE_PAGE: pgettext_lazy("roll call", "phone page"),
    Means.TERMINAL: pgettext_lazy("roll call", "terminal"),
    Means.TELEPHONE: pgettext_lazy("roll call", "telephone"),
}
CERTIFICATE_NAMES: Final[dict[CertificateStatus, Promise]] = {
    CertificateStatus.VALID: pgettext_lazy("certificate", "valid"),
    CertificateStatus.EXPIRED: pgettext_lazy("certificate", "lapsed"),
    CertificateStatus.REVOKED: pgettext_lazy("certificate", "withdrawn"),
}
KNOWN_CERTIFICATES: Final[dict[str, Promise]] = {
    "principal safety assessment": _("principal safety assessment"),
    "safety manager assessment": _("safety manager assessment"),
    "special operation licence": _("special operation licence"),
}


class DutyVoteOut(Schema):
    source: str
    name: str
    log_odds: float = Field(description="what it adds to the log-odds of being on post")


class CalledOut(Schema):
    """One person called. Without the name where the reader may not know it."""

    id: UUID
    call_id: UUID
    name: str
    role: str
    role_name: str
    called_at: list[datetime]
    answered_at: datetime | None
    seconds: int | None = Field(description="from the first call to the answer")
    means: str
    state: str = Field(description=f"one of {', '.join(CALL_NAMES)}")
    state_name: str
    task_at: datetime | None = Field(description="when the county was asked to look")
    task_due_at: datetime | None
    seen_at: datetime | None
    seen_text: str

    @property
    def times(self) -> int:
        """How often the person was called."""
        return len(self.called_at)

    @property
    def means_name(self) -> str:
        """How it was answered, in words."""
        return str(MEANS_NAMES[Means(self.means)]) if self.means else ""

    @property
    def css(self) -> str:
        """How a page marks the state."""
        return CALL_CLASSES.get(self.state, "")


class CalledLine(CalledOut):
    """The same as pages show it: with who has looked."""

    seen_by: str


class UnansweredPost(CalledLine):
    """A post that answered nothing and waits for somebody of the county."""

    object_id: UUID
    object: str
    since: datetime


class OwnCall(CalledLine):
    """A call that the reader is asked to answer."""

    object: str
    due_at: datetime | None


class DutyShiftOut(Schema):
    """One planned shift with its verdict; name, probability and votes only for who may know them."""

    id: UUID
    object_id: UUID
    role: str
    role_name: str
    post: str
    name: str
    person_id: UUID | None
    start_at: datetime
    end_at: datetime
    state: str = Field(description=f"one of {', '.join(STATE_NAMES)}")
    state_name: str
    since: datetime | None
    judged_at: datetime | None
    p_present: float | None = Field(description="forgotten with the signs")
    votes: list[DutyVoteOut]
    call: CalledOut | None

    @property
    def shape(self) -> str:
        """The mark of the state."""
        return SHAPES.get(self.state, "code-shape grey")


class RollCallOut(Schema):
    id: UUID
    object_id: UUID
    object: str
    called_at: datetime
    called_by: str = Field(description="empty: by the machine")
    answer_s: float
    calls: int
    running: bool
    called: int
    answered: int
    people: Sequence[CalledOut]


class RollCallLine(RollCallOut):
    """The same as pages show it."""

    people: Sequence[CalledLine]


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


class ShiftChangeOut(Schema):
    id: UUID
    shift_id: UUID
    object_id: UUID
    name: str
    role_name: str
    start_at: datetime
    end_at: datetime
    colleague: str
    reason: str
    asked_at: datetime
    asked_by: str
    state: str = Field(description=f"one of {', '.join(CHANGE_NAMES)}")
    decided_at: datetime | None
    decided_by: str

    @property
    def state_name(self) -> str:
        """The state in words."""
        return str(CHANGE_NAMES[ChangeState(self.state)])


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


class AbsenceOut(Schema):
    """Somebody was missing in a shift, and nobody was called. Never the name."""

    object_id: UUID
    object: str
    role: str
    role_name: str
    start_at: datetime
    end_at: datetime
    state: str
    state_name: str
    known_at: datetime


def certificate_name(name: str) -> str:
    """A certificate that policy names in the reader's words; another one by its own name."""
    return str(KNOWN_CERTIFICATES.get(name, name))


def post_name(key: str) -> str:
    """A post that a rule asks for, in the reader's words."""
    rule = next((one for one in post_policy().rule if one.key == key), None)
    return key if rule is None else rule.zh if (get_language() or "zh").startswith("zh") else rule.en


def describe_shift(shift: "DutyShift", *, names: bool, call: "RollCallAnswer | None" = None) -> DutyShiftOut:
    """One planned shift with its verdict. Name, probability and votes only where the reader may know them."""
    verdict = getattr(shift, "verdict", None)
    state = "leave" if shift.leave else "waiting" if verdict is None else verdict.state
    return DutyShiftOut(
        id=shift.pk,
        object_id=shift.person.object_id,
        role=shift.role,
        role_name=role_name(shift.role),
        post=shift.post,
        name=shift.person.name if names else "",
        person_id=shift.person_id if names else None,
        start_at=shift.start_at,
        end_at=shift.end_at,
        state=state,
        state_name=str(STATE_NAMES[state]),
        since=verdict.since if verdict is not None and not shift.leave else None,
        judged_at=verdict.judged_at if verdict is not None else None,
        p_present=verdict.p_present if verdict is not None and names else None,
        votes=_votes(verdict.votes) if verdict is not None and names else [],
        call=describe_answer(call, names=names) if call is not None else None,
    )


def _votes(votes: Iterable[tuple[str, float]]) -> list[DutyVoteOut]:
    return [DutyVoteOut(source=source, name=str(VOTE_NAMES.get(source, source)), log_odds=weight) for source, weight in votes]


def describe_answer(row: "RollCallAnswer", *, names: bool) -> CalledLine:
    """One person called."""
    answered = row.answered_at
    first = datetime_from_ms(row.called_ms[0]) if row.called_ms else None
    return CalledLine(
        id=row.pk,
        call_id=row.call_id,
        name=row.person.name if names else "",
        role=row.person.role,
        role_name=role_name(row.person.role),
        called_at=[datetime_from_ms(one) for one in row.called_ms],
        answered_at=answered,
        seconds=None if answered is None or first is None else round((answered - first).total_seconds()),
        means=row.means,
        state=row.state,
        state_name=str(CALL_NAMES.get(row.state, row.state)),
        task_at=row.task_at,
        task_due_at=row.task_due_at,
        seen_at=row.seen_at,
        seen_by=str(row.seen_by) if row.seen_by is not None else "",
        seen_text=row.seen_text,
    )


def describe_call(call: "RollCall", *, names: bool) -> RollCallLine:
    """One roll call with everybody called, and the counts."""
    people = [describe_answer(row, names=names) for row in call.answers.all()]
    return RollCallLine(
        id=call.pk,
        object_id=call.object_id,
        object=call.object.name,
        called_at=call.called_at,
        called_by=str(call.called_by) if call.called_by is not None else "",
        answer_s=call.answer_s,
        calls=call.calls,
        running=call.due_at is not None,
        people=people,
        called=len(people),
        answered=sum(one.state in (CallState.ANSWERED, CallState.ANSWERED_LATE) for one in people),
    )


def describe_unanswered(row: "RollCallAnswer") -> UnansweredPost:
    """A post that answered nothing and waits for somebody of the county: never with the name."""
    since = row.shift.start_at if row.shift is not None else row.call.called_at
    called = dict(describe_answer(row, names=False))
    return UnansweredPost(**called, object_id=row.call.object_id, object=row.call.object.name, since=since)


def describe_own_call(row: "RollCallAnswer") -> OwnCall:
    """A call to the reader."""
    return OwnCall(**dict(describe_answer(row, names=True)), object=row.call.object.name, due_at=row.call.due_at)


def describe_absence(verdict: "DutyVerdict") -> AbsenceOut:
    """Somebody was missing in a shift and nobody was called: by role, without the name."""
    shift = verdict.shift
    return AbsenceOut(
        object_id=shift.person.object_id,
        object=shift.person.object.name,
        role=shift.role,
        role_name=role_name(shift.role),
        start_at=shift.start_at,
        end_at=shift.end_at,
        state=verdict.state,
        state_name=str(STATE_NAMES[verdict.state]),
        known_at=max(verdict.since, shift.end_at),
    )


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


def describe_change(made: "ShiftChange") -> ShiftChangeOut:
    """Leave or a swap that was asked for; only for who may know names."""
    return ShiftChangeOut(
        id=made.pk,
        shift_id=made.shift_id,
        object_id=made.shift.person.object_id,
        name=made.shift.person.name,
        role_name=role_name(made.shift.role),
        start_at=made.shift.start_at,
        end_at=made.shift.end_at,
        colleague=made.colleague.name if made.colleague is not None else "",
        reason=made.reason,
        asked_at=made.asked_at,
        asked_by=str(made.asked_by),
        state=made.state,
        decided_at=made.decided_at,
        decided_by=str(made.decided_by) if made.decided_by is not None else "",
    )


def describe_person(person: "KeyPerson") -> dict[str, Any]:
    """A key person for lists to choose from."""
    return {"id": person.pk, "name": person.name, "role_name": role_name(person.role), "external_id": person.external_id}


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


def flat_rows(wall: Iterable[FirmOnWall]) -> Iterable[dict[str, Any]]:
    """The wall with a row for each post, as a file has it; holes that are open now among them."""
    for firm in wall:
        own = {"code": firm.code, "firm": firm.name, "region_code": firm.region_code, "trade_name": firm.trade_name}
        for post in firm.posts:
            yield {**dict(post), **own, "name": post.name, "call_state": post.call.state_name if post.call else ""}
        for hole in firm.empty:
            times = {"start_at": hole.start_at, "end_at": hole.end_at}
            yield {**own, "role_name": hole.post_name, "state_name": hole.words, **times}


def describe_counts(counts: dict[str, int]) -> list[dict[str, Any]]:
    """How many posts now are in each state, the worst first."""
    return [
        {
            "code": state.value,
            "name": str(STATE_NAMES[state]),
            "shape": SHAPES.get(state, "code-shape grey"),
            "count": counts.get(state, 0),
        }
        for state in TELLING
    ]


def _worst_first(post: DutyShiftOut) -> tuple[int, str]:
    order = [*map(str, TELLING), "waiting", "leave"]
    return order.index(post.state), post.role


def section(found: "SupervisedObject", user: "Person") -> dict[str, Any] | None:
    """Who is on post, on the object's page; None for an object without key people."""
    if not found.people.filter(active=True).exists():
        return None
    now = current_time()
    return {"firm": describe_wall(user, [found], now)[0], "now_ms": ms_from_datetime(now)}


SECTION = Section("presence", section, "supervision/posts/_section.html")
