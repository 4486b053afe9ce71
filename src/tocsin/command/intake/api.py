"""Taking events in for programs: the kinds with their questions, similar cases, and the call itself."""

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.shown.cases import CaseOut, describe_case
from tocsin.command.intake import queries, services
from tocsin.command.intake.policy import intake
from tocsin.command.intake.rules import Answer
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class QuestionOut(Schema):
    key: str
    zh: str
    en: str


class EventKindOut(Schema):
    key: str
    zh: str
    en: str
    level: int = Field(description="before anything is asked")
    questions: list[QuestionOut]


class SimilarIn(Schema):
    region_code: str = Field(min_length=6, max_length=6)
    kind: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None


class SimilarOut(Schema):
    case: CaseOut
    metres: float | None = Field(description="how far it is; null where it is known by the words for its place alone")
    shared: str = Field(description="what both places are called alike")


class ReportedIn(Schema):
    region_code: str = Field(min_length=6, max_length=6)
    kind: str = Field(description="a key of /intake/kinds")
    place: str = Field(min_length=1, max_length=200)
    title: str = Field("", max_length=200, description="empty: the name of the kind")
    text: str = Field("", max_length=2000, description="in the caller's words")
    level: int | None = Field(None, ge=1, le=4, description="none: as the answers say")
    place_kind: str = Field("", max_length=30)
    lon: float | None = None
    lat: float | None = None
    occurred_at: datetime | None = Field(None, description="when it is said to have happened; clocks count from the call")
    caller: str = Field("", max_length=120)
    telephone: str = Field("", max_length=40)
    answers: dict[str, Literal["yes", "no"]] = Field({}, description="by the keys of the kind's questions")


@router.get("/intake/kinds", response=list[EventKindOut])
def kinds(request: HttpRequest, region_code: str = "") -> list[EventKindOut]:
    """Kinds of events with the questions that lead to a level and a plan."""
    return [
        EventKindOut(
            key=one.key,
            zh=one.words.zh,
            en=one.words.en,
            level=one.level.value,
            questions=[QuestionOut(key=asked.key, zh=asked.words.zh, en=asked.words.en) for asked in one.questions],
        )
        for one in intake(region_code).kinds.values()
    ]


@router.get("/intake/similar", response=list[SimilarOut])
def similar(request: HttpRequest, wanted: Query[SimilarIn]) -> list[SimilarOut]:
    """Open cases that a call may be about already."""
    found = queries.similar_cases(request.user, queries.Spot(**wanted.dict()), now=current_time())
    return [SimilarOut(case=one.case, metres=one.why.metres, shared=one.why.shared) for one in found]


@router.post("/intake", response=CaseOut)
def take_in(request: HttpRequest, given: ReportedIn) -> CaseOut:
    """A call becomes a case."""
    fields = given.dict(exclude={"region_code", "level", "answers"})
    report = services.Report(
        **fields,
        level=None if given.level is None else AlarmLevel(given.level),
        answers={key: Answer(answer) for key, answer in given.answers.items()},
    )
    made = services.take_in(actor=actor_of(request), region_code=given.region_code, report=report, channel="api")
    return describe_case(made)
