"""Who is on post, rosters, certificates, signs and roll calls for programs."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.base.errors import InvalidInput
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.days import moment_of
from tocsin.supervision.posts.queries import posts as queries
from tocsin.supervision.posts.rules import Means
from tocsin.supervision.posts.services import calls, certificates, rosters, signs
from tocsin.supervision.posts.shown.calls import CalledOut, RollCallOut, describe_answer, describe_call
from tocsin.supervision.posts.shown.shifts import DutyShiftOut, ShiftChangeOut, describe_change, describe_shift
from tocsin.supervision.posts.shown.wall import CertificateOut, FirmOut, describe_certificate, describe_wall

router = Router()
MOST_DAYS = 92
MOST_FIRMS = 500


class WallFilter(Schema):
    region: str = Field("", max_length=6, description="code or its beginning")
    trade: str = Field("", max_length=40)
    state: str = Field("", max_length=20, description="firms with a post in this state now")
    offset: int = Field(0, ge=0, le=1_000_000)


class ShiftsFilter(Schema):
    first: date
    days: int = Field(7, ge=1, le=MOST_DAYS)


class NewShiftIn(Schema):
    person: str = Field(max_length=120, description="number in gates and positioning, id, or a name that one person has")
    start: datetime
    end: datetime
    role: str = Field("", max_length=40, description="the person's own where empty")
    post: str = Field("", max_length=120)
    leave: bool = False


class DutyRosterIn(Schema):
    shifts: list[NewShiftIn] = Field(max_length=5000)
    leave_wrong: bool = Field(False, description="write the right rows even if others are wrong")


class WrongOut(Schema):
    line: int = Field(description="from 1")
    problems: list[str]


class EnteredOut(Schema):
    new: int
    changed: int
    same: int
    wrong: list[WrongOut]


class ChangeIn(Schema):
    reason: str = Field(max_length=300)
    colleague_id: UUID | None = Field(None, description="of a swap; none for leave")


class DecisionIn(Schema):
    approve: bool


class CertificateIn(Schema):
    key_person_id: UUID
    name: str = Field(max_length=120)
    number: str = Field("", max_length=60)
    issued: date | None = None
    expires: date | None = None


class SignIn(Schema):
    """One sign of presence."""

    firm: str = Field(max_length=120, description="information code or credit code")
    person: str = Field(max_length=60, description="the person's number in gates and positioning")
    source: str = Field(max_length=30, description=f"one of {', '.join(signs.SOURCES)}")
    at: datetime
    value: float = Field(
        description="gate, terminal_login: 1 in, 0 out; positioning: m from the post; roll_call: seconds until the "
        "answer, -1 none; phone_location: km from the post; camera_match: likeness 0-1; permit_signature: 1"
    )


class SignsIn(Schema):
    signs: list[SignIn] = Field(max_length=5000)


class RefusedSignOut(Schema):
    position: int
    reason: str


class TakenSignsOut(Schema):
    taken: int
    known: int = Field(description="sent before, not counted twice")
    refused: list[RefusedSignOut]


class RollCallAnswerIn(Schema):
    means: str = Field(
        max_length=20,
        description="phone_page: who is called; terminal: a token that the authority bound to the firm; "
        "telephone: an inspector; firm: the firm itself, kept as its word (told_at) while the call goes on",
    )


class SeenIn(Schema):
    text: str = Field(max_length=500)


@router.get("/presence", response=list[FirmOut])
@costly
def wall(request: HttpRequest, wanted: Query[WallFilter]) -> Sequence[FirmOut]:
    """The duty wall, by name, 500 firms from `offset` on."""
    found = queries.firms_on_wall(request.user, region=wanted.region, trade=wanted.trade)
    if wanted.state:
        found = queries.with_post_in_state(found, wanted.state, current_time())
    return describe_wall(request.user, list(found[wanted.offset : wanted.offset + MOST_FIRMS]), current_time())


@router.get("/objects/{object_id}/presence", response=FirmOut)
def firm_presence(request: HttpRequest, object_id: UUID) -> FirmOut:
    """Who is on post in one firm now, holes and certificates ahead."""
    return describe_wall(request.user, [_firm(request, object_id)], current_time())[0]


@router.get("/objects/{object_id}/shifts", response=list[DutyShiftOut])
def shifts(request: HttpRequest, object_id: UUID, wanted: Query[ShiftsFilter]) -> list[DutyShiftOut]:
    """The roster of a firm with its verdicts, for who may know names."""
    found = _firm(request, object_id)
    first, last = _span(wanted.first, wanted.days)
    rows = queries.visible_shifts(request.user).filter(person__object=found, start_at__lt=last, end_at__gt=first)
    return [describe_shift(one, names=True) for one in rows.order_by("start_at", "role")[:5000]]


@router.post("/objects/{object_id}/shifts", response=EnteredOut)
def enter_shifts(request: HttpRequest, object_id: UUID, given: DutyRosterIn) -> Any:
    """Shifts of a firm; with wrong rows nothing is written unless `leave_wrong`. The same again changes nothing."""
    found = _firm(request, object_id)
    naive = [place for place, one in enumerate(given.shifts, 1) if one.start.tzinfo is None or one.end.tzinfo is None]
    if naive:
        raise InvalidInput(f"shift {naive[0]}: the time has no zone: write 2026-11-25T08:00:00+08:00")
    rows = rosters.rows_from(rosters.NewShift(**one.dict()) for one in given.shifts)
    return rosters.enter_shifts(
        actor=actor_of(request), object_id=found.pk, rows=rows, leave_wrong=given.leave_wrong, now=current_time()
    )


@router.delete("/shifts/{duty_shift_id}", response={204: None})
def remove_shift(request: HttpRequest, duty_shift_id: UUID) -> Status[None]:
    """Takes a shift off that has not begun."""
    queries.visible_shifts(request.user).get(pk=duty_shift_id)
    rosters.remove_shift(actor=actor_of(request), shift_id=duty_shift_id, now=current_time())
    return Status(204, None)


@router.get("/shift-changes", response=list[ShiftChangeOut])
def changes(request: HttpRequest) -> list[ShiftChangeOut]:
    """Leave and swaps that wait for a decision, of shifts that have not begun."""
    return [describe_change(one) for one in queries.waiting_changes(request.user, current_time())[:1000]]


@router.post("/shifts/{duty_shift_id}/changes", response=ShiftChangeOut)
def ask_change(request: HttpRequest, duty_shift_id: UUID, given: ChangeIn) -> ShiftChangeOut:
    """Asks for leave, or for a swap with a colleague."""
    queries.visible_shifts(request.user).get(pk=duty_shift_id)
    made = rosters.ask_change(actor=actor_of(request), shift_id=duty_shift_id, now=current_time(), **given.dict())
    return describe_change(made)


@router.post("/shift-changes/{shift_change_id}/decision", response=ShiftChangeOut)
def decide_change(request: HttpRequest, shift_change_id: UUID, given: DecisionIn) -> ShiftChangeOut:
    """Yes or no, by another one of the firm or the authority; who asked withdraws with no."""
    queries.visible_changes(request.user).get(pk=shift_change_id)
    made = rosters.decide_change(actor=actor_of(request), change_id=shift_change_id, approve=given.approve, now=current_time())
    return describe_change(made)


@router.get("/objects/{object_id}/certificates", response=list[CertificateOut])
def certificates_of(request: HttpRequest, object_id: UUID) -> list[CertificateOut]:
    """Certificates of a firm's key people, for who may know names."""
    found = queries.visible_certificates(request.user).filter(person__object=_firm(request, object_id))
    return [describe_certificate(one, current_time(), names=True) for one in found]


@router.post("/objects/{object_id}/certificates", response=CertificateOut)
def add_certificate(request: HttpRequest, object_id: UUID, given: CertificateIn) -> CertificateOut:
    """A certificate of one of the firm's key people; the same again changes nothing."""
    found = _firm(request, object_id)
    person = found.people.get(pk=given.key_person_id, active=True)
    told_of = given.dict(exclude={"key_person_id"})
    made = certificates.add_certificate(actor=actor_of(request), person_id=person.pk, **told_of)
    return describe_certificate(made, current_time(), names=True)


@router.delete("/certificates/{person_certificate_id}", response=CertificateOut)
def revoke_certificate(request: HttpRequest, person_certificate_id: UUID) -> CertificateOut:
    """The certificate no longer counts; it stays with the person as withdrawn."""
    queries.visible_certificates(request.user).get(pk=person_certificate_id)
    made = certificates.revoke_certificate(actor=actor_of(request), certificate_id=person_certificate_id)
    return describe_certificate(made, current_time(), names=True)


@router.post("/presence/signs", response=TakenSignsOut)
def push_signs(request: HttpRequest, given: SignsIn) -> TakenSignsOut:
    """Gates, positioning, cameras and terminals push their signs, 5,000 at most; unknown people are refused one by one. What a
    firm sends by its own account or token is kept as told by the firm.
    """
    records = [signs.NewSign(**one.dict()) for one in given.signs]
    result = signs.take_signs(actor=actor_of(request), signs=records, now=current_time())
    refused = [RefusedSignOut(position=position, reason=str(reason)) for position, reason in result.refused]
    return TakenSignsOut(taken=result.taken, known=result.known, refused=refused)


@router.get("/roll-calls", response=list[RollCallOut])
def roll_calls(request: HttpRequest) -> Sequence[RollCallOut]:
    """Roll calls in the firms whose people you may know, the newest first, at most 500."""
    return [describe_call(one, names=True) for one in queries.visible_calls(request.user)[:500]]


@router.get("/roll-calls/{roll_call_id}", response=RollCallOut)
def roll_call(request: HttpRequest, roll_call_id: UUID) -> RollCallOut:
    """One roll call with everybody called, counts and times."""
    return describe_call(queries.visible_calls(request.user).get(pk=roll_call_id), names=True)


@router.post("/objects/{object_id}/roll-calls", response=RollCallOut)
def call_on_post(request: HttpRequest, object_id: UUID) -> RollCallOut:
    """Calls everybody who is planned on post in the firm now."""
    found = _firm(request, object_id)
    made = calls.call_on_post(actor=actor_of(request), object_id=found.pk, now=current_time())
    return describe_call(made, names=queries.knows_names(request.user, found))


@router.post("/roll-calls/answers/{roll_call_answer_id}", response=CalledOut)
def answer_call(request: HttpRequest, roll_call_answer_id: UUID, given: RollCallAnswerIn) -> CalledOut:
    """An answer of one person called."""
    queries.visible_call_answers(request.user).get(pk=roll_call_answer_id)
    if given.means not in tuple(Means):
        raise InvalidInput(f"unknown means {given.means!r}; known are {', '.join(Means)}")
    row = calls.answer_call(actor=actor_of(request), answer_id=roll_call_answer_id, means=Means(given.means), now=current_time())
    return describe_answer(row, names=True)


@router.post("/roll-calls/answers/{roll_call_answer_id}/seen", response=CalledOut)
def note_seen(request: HttpRequest, roll_call_answer_id: UUID, given: SeenIn) -> CalledOut:
    """Somebody of the county has looked at a post that answered nothing."""
    queries.visible_call_answers(request.user).get(pk=roll_call_answer_id)
    row = calls.note_seen(actor=actor_of(request), answer_id=roll_call_answer_id, text=given.text, now=current_time())
    return describe_answer(row, names=True)


def _firm(request: HttpRequest, object_id: UUID) -> SupervisedObject:
    return queries.firms_on_wall(request.user).get(pk=object_id)


def _span(first: date, days: int) -> tuple[datetime, datetime]:
    try:
        return moment_of(first, 0).astimezone(UTC), moment_of(first + timedelta(days=days), 0).astimezone(UTC)
    except (OverflowError, ValueError):
        raise InvalidInput("the days lie beyond the calendar") from None
