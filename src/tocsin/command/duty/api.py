"""The duty desk for programs: shifts, log, handovers, open cases by their next clock, the daily brief."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.command.duty import queries, services
from tocsin.command.duty.shown.brief import BriefOut, begin_of, daily_brief, day_to_read
from tocsin.command.duty.shown.desk import OpenCaseOut, describe_open_case
from tocsin.command.duty.shown.handovers import HandoverOut, SheetOut, describe_handover, handover_sheet
from tocsin.command.duty.shown.shifts import LogEntryOut, ShiftOut, describe_entry, describe_shift
from tocsin.command.shifts import queries as shifts_queries
from tocsin.command.shifts import services as shifts_services
from tocsin.command.shifts.rules import EntryKind
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()


class DeskOut(Schema):
    id: UUID
    code: str
    name: str
    region_code: str


class OpenCasesOut(Schema):
    items: list[OpenCaseOut]
    total: int
    overdue: int = Field(description="of how many the next clock is overdue; drills are not counted")


class ShiftIn(Schema):
    leader_id: UUID | None = None
    officer_ids: list[UUID] = Field([], max_length=20, description="who keeps the desk beside you")
    reason: str = Field("", max_length=500, description="why there is no handover, where a shift still runs")


class ShiftLeaderIn(Schema):
    leader_id: UUID


class LogEntryIn(Schema):
    kind: Literal["note", "telephone", "instruction"] = "note"
    text: str = Field(min_length=1, max_length=2000)
    at: datetime | None = None
    case_id: UUID | None = None
    said_by: str = Field("", max_length=120)
    telephone: str = Field("", max_length=40)
    corrects_id: UUID | None = None


class DutyWordsIn(Schema):
    words: str = Field("", max_length=4000)


class HandoverAnswerIn(Schema):
    accept: bool
    reason: str = Field("", max_length=500)
    leader_id: UUID | None = None
    officer_ids: list[UUID] = Field([], max_length=20)


@router.get("/duty/desks", response=list[DeskOut])
def desks(request: HttpRequest) -> list[DeskOut]:
    """The desks that you may keep."""
    found = shifts_queries.desks(request.user)
    return [DeskOut(id=one.pk, code=one.code, name=str(one), region_code=one.region_id) for one in found]


@router.get("/duty/desks/{desk_id}/cases", response=OpenCasesOut)
def open_cases(request: HttpRequest, desk_id: UUID, wanted: Query[Slice]) -> OpenCasesOut:
    """Open cases of the desk's region by their next clock, the most pressing first."""
    desk, now = shifts_queries.desks(request.user).get(pk=desk_id), current_time()
    found = queries.open_cases_of(request.user, desk.region_id, now=now)
    ids = [one.pk for one in wanted.cut(found)]
    rows = queries.with_next_clocks(request.user, ids)
    return OpenCasesOut(
        items=[describe_open_case(row, now) for row in rows],
        total=found.count(),
        overdue=queries.count_open(request.user, desk.region_id, now=now)["overdue"],
    )


@router.get("/duty/desks/{desk_id}/brief", response=BriefOut)
def brief(request: HttpRequest, desk_id: UUID, day: date | None = None) -> BriefOut:
    """The brief of the duty day that begins on that local day; without one, of the last day for some hours of the new one."""
    desk, now = shifts_queries.desks(request.user).get(pk=desk_id), current_time()
    moment = day_to_read(now) if day is None else begin_of(day)
    return daily_brief(request.user, desk, moment=min(moment, now), now=now)


@router.post("/duty/desks/{desk_id}/shifts", response=ShiftOut)
def begin_shift(request: HttpRequest, desk_id: UUID, given: ShiftIn) -> ShiftOut:
    """You take the desk."""
    shift = shifts_services.begin_shift(actor=actor_of(request), desk_id=desk_id, **given.dict())
    return describe_shift(shift, current_time())


@router.get("/duty/shifts", response=list[ShiftOut])
def shifts(request: HttpRequest, wanted: Query[Slice]) -> list[ShiftOut]:
    """Shifts of the desks that you may keep, newest first."""
    found, now = shifts_queries.visible_shifts(request.user), current_time()
    return [describe_shift(one, now) for one in wanted.cut(found)]


@router.get("/duty/shifts/{shift_id}/log", response=list[LogEntryOut])
def log(request: HttpRequest, shift_id: UUID) -> list[LogEntryOut]:
    """The lines of a shift's log, in order."""
    return [describe_entry(one) for one in shifts_queries.log_of(shifts_queries.visible_shifts(request.user).get(pk=shift_id))]


@router.post("/duty/shifts/{shift_id}/log", response=LogEntryOut)
def write_log(request: HttpRequest, shift_id: UUID, given: LogEntryIn) -> LogEntryOut:
    """Adds a line; none is ever changed."""
    fields = {**given.dict(), "kind": EntryKind(given.kind)}
    return describe_entry(shifts_services.write_entry(actor=actor_of(request), shift_id=shift_id, **fields))


@router.post("/duty/shifts/{shift_id}/join", response=ShiftOut)
def join(request: HttpRequest, shift_id: UUID) -> ShiftOut:
    """You keep the desk, too."""
    return describe_shift(shifts_services.join_shift(actor=actor_of(request), shift_id=shift_id), current_time())


@router.post("/duty/shifts/{shift_id}/leader", response=ShiftOut)
def leader(request: HttpRequest, shift_id: UUID, given: ShiftLeaderIn) -> ShiftOut:
    """Who leads from now on."""
    shift = shifts_services.name_leader(actor=actor_of(request), shift_id=shift_id, leader_id=given.leader_id)
    return describe_shift(shift, current_time())


@router.post("/duty/shifts/{shift_id}/handover", response=SheetOut)
def hand_over_shift(request: HttpRequest, shift_id: UUID, given: DutyWordsIn) -> SheetOut:
    """The giver signs; a program's token can't."""
    made = services.hand_over(actor=actor_of(request), shift_id=shift_id, words=given.words)
    return _sheet(request, made.pk)


@router.post("/duty/shifts/{shift_id}/signature", response=ShiftOut)
def sign_shift(request: HttpRequest, shift_id: UUID, given: DutyWordsIn) -> ShiftOut:
    """The leader signs the log of an ended shift; a program's token can't."""
    return describe_shift(shifts_services.sign_log(actor=actor_of(request), shift_id=shift_id, words=given.words), current_time())


@router.get("/duty/handovers", response=list[HandoverOut])
def handovers(request: HttpRequest, wanted: Query[Slice]) -> list[HandoverOut]:
    """Handovers, newest first."""
    found = wanted.cut(queries.visible_handovers(request.user))
    return [describe_handover(one) for one in found]


@router.get("/duty/handovers/{handover_id}", response=SheetOut)
def handover(request: HttpRequest, handover_id: UUID) -> SheetOut:
    """The handover sheet."""
    return _sheet(request, handover_id)


@router.post("/duty/handovers/{handover_id}/answer", response=SheetOut)
def answer_handover(request: HttpRequest, handover_id: UUID, given: HandoverAnswerIn) -> SheetOut:
    """The second signature, or a refusal with its reason; a program's token can't."""
    services.answer_handover(actor=actor_of(request), handover_id=handover_id, **given.dict())
    return _sheet(request, handover_id)


def _sheet(request: HttpRequest, handover_id: UUID) -> SheetOut:
    return handover_sheet(request.user, queries.visible_handovers(request.user).get(pk=handover_id), current_time())
