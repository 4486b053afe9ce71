"""The risk ledger, its checks and what they found, for programs."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Form, Query, Router, Schema, Status, UploadedFile

from tocsin.hazchem.prevention.models import CheckTask, RiskEvent
from tocsin.hazchem.prevention.queries import ledger as queries
from tocsin.hazchem.prevention.queries.checks import WhichCheck, results_of, search_checks
from tocsin.hazchem.prevention.rules.grading import Factors
from tocsin.hazchem.prevention.rules.kinds import CheckPeriod, MeasureKind, RiskMethod, RiskScale
from tocsin.hazchem.prevention.rules.sheets import AnalysisObjectSheet, CheckSheet, EventSheet, MeasureSheet, PlaceSheet
from tocsin.hazchem.prevention.services import checks, ledger
from tocsin.hazchem.prevention.services.tables import TableLook, take_risks
from tocsin.hazchem.prevention.shown.ledger import (
    CheckResultOut,
    CheckTaskOut,
    RiskEventOut,
    RiskMeasureOut,
    RiskObjectOut,
    RiskUnitOut,
    WholeRiskEventOut,
    describe_check,
    describe_event,
    describe_measure,
    describe_result,
    describe_risk_object,
    describe_risk_unit,
    describe_whole_event,
)
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.supervision.inspections.rules.findings import FindingGrade

router = Router()


class RiskFilter(Slice):
    q: str = ""
    which: queries.WhichRisk = ""
    method: str = ""


class RiskSheetIn(Schema, extra="forbid"):
    text: str = Field(max_length=500)
    cause: str = Field("", max_length=500)
    consequence: str = Field("", max_length=500)
    method: RiskMethod
    scale: RiskScale
    likelihood: float
    severity: float = Field(description="S of LS, C of LEC")
    exposure: float | None = Field(None, description="E of LEC")


class RiskEventIn(RiskSheetIn):
    object_id: UUID = Field(description="the firm or site")
    risk_object: str = Field(max_length=120, description="analysis object; a new name makes a new one")
    unit: str = Field(max_length=120, description="its unit; a new name makes a new one")
    plant_unit_id: UUID | None = None


class RiskObjectIn(Schema, extra="forbid"):
    name: str = Field(max_length=120)
    department: str = Field("", max_length=120)
    person_id: UUID | None = Field(None, description="who answers for it")


class RiskUnitTieIn(Schema, extra="forbid"):
    plant_unit_id: UUID | None = Field(description="the unit of the plant whose risk its events are; null: none")


class RiskMeasureIn(Schema, extra="forbid"):
    kind: MeasureKind
    text: str = Field(max_length=500)


class CheckTaskIn(Schema, extra="forbid"):
    text: str = Field(max_length=500)
    period: CheckPeriod
    person_id: UUID | None = None
    role: str = Field("", max_length=40, description="key of a post, where no person is named")


class CheckFilter(Slice):
    q: str = ""
    which: WhichCheck = ""


class RiskTableOut(Schema):
    """What a table holds and did; with problems it did nothing."""

    events: int
    measures: int
    checks: int
    colours: dict[str, int]
    problems: list[str]
    unread: list[str] = Field(description="headings that mean no column")
    taken: bool


@router.get("/risk-events", response=list[RiskEventOut])
def risk_events(request: HttpRequest, wanted: Query[RiskFilter]) -> list[RiskEventOut]:
    """Events of firms that you may see, the gravest first."""
    found = queries.search_events(request.user, q=wanted.q, which=wanted.which, method=wanted.method)
    return [describe_event(one) for one in wanted.cut(found)]


@router.post("/risk-events", response={201: RiskEventOut})
def enter_risk_event(request: HttpRequest, given: RiskEventIn) -> Status[RiskEventOut]:
    """Enters an event of a firm; it is graded."""
    place = PlaceSheet(risk_object=given.risk_object, unit=given.unit, plant_unit_id=given.plant_unit_id)
    made = ledger.enter_event(
        actor=actor_of(request), object_id=given.object_id, place=place, sheet=_event_sheet(given), now=current_time()
    )
    return Status(201, describe_event(_event(request, made.pk)))


@router.post("/risk-events/table", response=RiskTableOut)
@costly
def import_risk_events(
    request: HttpRequest,
    file: File[UploadedFile],
    object_id: Form[UUID | None] = None,
    method: Form[RiskMethod] = RiskMethod.OTHER,
    risk_object: Form[str] = "",
    only_look: Form[bool] = False,
) -> TableLook:
    """Events, measures and checks of a table (.xlsx, .csv): a ledger, JHA, SCL or HAZOP sheet; all or none, or only looked at."""
    return take_risks(
        actor=actor_of(request),
        object_id=object_id,
        content=file.read(),
        method=method,
        risk_object=risk_object,
        only_look=only_look,
        now=current_time(),
    )


@router.get("/risk-events/{uuid:risk_event_id}", response=WholeRiskEventOut)
def get_risk_event(request: HttpRequest, risk_event_id: UUID) -> WholeRiskEventOut:
    """One event with its measures and their checks."""
    event = _event(request, risk_event_id)
    return describe_whole_event(event, queries.measures_of(event), current_time())


@router.put("/risk-events/{uuid:risk_event_id}", response=RiskEventOut)
def change_risk_event(request: HttpRequest, risk_event_id: UUID, given: RiskSheetIn) -> RiskEventOut:
    """An event, anew; it is graded again."""
    ledger.change_event(actor=actor_of(request), event_id=risk_event_id, sheet=_event_sheet(given), now=current_time())
    return describe_event(_event(request, risk_event_id))


@router.delete("/risk-events/{uuid:risk_event_id}", response={204: None})
def withdraw_risk_event(request: HttpRequest, risk_event_id: UUID) -> Status[None]:
    """An event that can't happen any more, with its measures and checks."""
    ledger.withdraw_event(actor=actor_of(request), event_id=risk_event_id)
    return Status(204, None)


@router.get("/risk-objects", response=list[RiskObjectOut])
def risk_objects(request: HttpRequest, wanted: Query[Slice]) -> list[RiskObjectOut]:
    """Analysis objects of firms that you may see."""
    return [describe_risk_object(one) for one in wanted.cut(queries.visible_risk_objects(request.user))]


@router.put("/risk-objects/{uuid:risk_object_id}", response=RiskObjectOut)
def change_risk_object(request: HttpRequest, risk_object_id: UUID, given: RiskObjectIn) -> RiskObjectOut:
    """What an analysis object is called, and who answers for it."""
    sheet = AnalysisObjectSheet(**given.dict())
    return describe_risk_object(ledger.change_risk_object(actor=actor_of(request), risk_object_id=risk_object_id, sheet=sheet))


@router.get("/risk-units", response=list[RiskUnitOut])
def risk_units(request: HttpRequest, wanted: Query[Slice]) -> list[RiskUnitOut]:
    """Units of such objects."""
    return [describe_risk_unit(one) for one in wanted.cut(queries.visible_risk_units(request.user))]


@router.put("/risk-units/{uuid:risk_unit_id}/plant-unit", response=RiskUnitOut)
def tie_risk_unit(request: HttpRequest, risk_unit_id: UUID, given: RiskUnitTieIn) -> RiskUnitOut:
    """The unit of the plant whose risk a unit's events are."""
    tied = ledger.tie_unit(actor=actor_of(request), risk_unit_id=risk_unit_id, plant_unit_id=given.plant_unit_id)
    return describe_risk_unit(tied)


@router.post("/risk-events/{uuid:risk_event_id}/measures", response={201: RiskMeasureOut})
def enter_risk_measure(request: HttpRequest, risk_event_id: UUID, given: RiskMeasureIn) -> Status[RiskMeasureOut]:
    """A measure against an event."""
    made = ledger.enter_measure(actor=actor_of(request), event_id=risk_event_id, sheet=MeasureSheet(**given.dict()))
    return Status(201, describe_measure(made, current_time()))


@router.put("/risk-measures/{uuid:risk_measure_id}", response=RiskMeasureOut)
def change_risk_measure(request: HttpRequest, risk_measure_id: UUID, given: RiskMeasureIn) -> RiskMeasureOut:
    """A measure, anew."""
    changed = ledger.change_measure(actor=actor_of(request), measure_id=risk_measure_id, sheet=MeasureSheet(**given.dict()))
    return describe_measure(changed, current_time())


@router.delete("/risk-measures/{uuid:risk_measure_id}", response={204: None})
def withdraw_risk_measure(request: HttpRequest, risk_measure_id: UUID) -> Status[None]:
    """A measure that is no more, with its checks."""
    ledger.withdraw_measure(actor=actor_of(request), measure_id=risk_measure_id)
    return Status(204, None)


@router.post("/risk-measures/{uuid:risk_measure_id}/checks", response={201: CheckTaskOut})
def plan_check(request: HttpRequest, risk_measure_id: UUID, given: CheckTaskIn) -> Status[CheckTaskOut]:
    """A check of a measure; its first day is a period from today."""
    now = current_time()
    made = checks.plan_check(actor=actor_of(request), measure_id=risk_measure_id, sheet=CheckSheet(**given.dict()), now=now)
    return Status(201, describe_check(_check(request, made.pk), now))


@router.get("/check-tasks", response=list[CheckTaskOut])
def check_tasks(request: HttpRequest, wanted: Query[CheckFilter]) -> list[CheckTaskOut]:
    """Checks of firms that you may see, due first; `mine`: those that you answer for."""
    now = current_time()
    found = search_checks(request.user, today=timezone.localdate(now), which=wanted.which, q=wanted.q)
    return [describe_check(one, now) for one in wanted.cut(found)]


@router.put("/check-tasks/{uuid:check_task_id}", response=CheckTaskOut)
def change_check(request: HttpRequest, check_task_id: UUID, given: CheckTaskIn) -> CheckTaskOut:
    """A check, anew; another period counts from today."""
    now = current_time()
    checks.change_check(actor=actor_of(request), check_id=check_task_id, sheet=CheckSheet(**given.dict()), now=now)
    return describe_check(_check(request, check_task_id), now)


@router.delete("/check-tasks/{uuid:check_task_id}", response={204: None})
def withdraw_check(request: HttpRequest, check_task_id: UUID) -> Status[None]:
    """A check that is made no more."""
    checks.withdraw_check(actor=actor_of(request), check_id=check_task_id)
    return Status(204, None)


@router.get("/check-tasks/{uuid:check_task_id}/results", response=list[CheckResultOut])
def results_of_check(request: HttpRequest, check_task_id: UUID, wanted: Query[Slice]) -> list[CheckResultOut]:
    """What a check found, newest first."""
    return [describe_result(one) for one in wanted.cut(results_of(_check(request, check_task_id)))]


@router.post("/check-tasks/{uuid:check_task_id}/results", response={201: CheckResultOut})
def enter_check_result(
    request: HttpRequest,
    check_task_id: UUID,
    normal: Form[bool],
    text: Form[str] = "",
    grade: Form[FindingGrade] = FindingGrade.ORDINARY,
    code: Form[str] = "",
    photo: File[UploadedFile | None] = None,
) -> Status[CheckResultOut]:
    """What you found, once a day; what is not in order opens a hidden danger. `code`: what was scanned at the place."""
    made = checks.enter_result(
        actor=actor_of(request),
        check_id=check_task_id,
        normal=normal,
        text=text,
        grade=grade,
        picture=photo.read() if photo else b"",
        name=(photo.name or "") if photo else "",
        code=code[:300],
        now=current_time(),
    )
    return Status(201, describe_result(made))


def _event(request: HttpRequest, event_id: UUID) -> RiskEvent:
    return queries.visible_events(request.user).get(pk=event_id)


def _check(request: HttpRequest, check_id: UUID) -> CheckTask:
    return queries.visible_checks(request.user).get(pk=check_id)


def _event_sheet(given: RiskSheetIn) -> EventSheet:
    factors = Factors(given.scale, given.likelihood, given.severity, given.exposure)
    return EventSheet(text=given.text, method=given.method, factors=factors, cause=given.cause, consequence=given.consequence)
