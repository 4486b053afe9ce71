"""How a case is handled, for programs: taken in, levels, suspension, declarations, clocks, the dry run, closing, reopening."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.queries import standing as queries_standing
from tocsin.command.casebook.rules.cases import DECLARED_LEVELS, DeclarationKind, Origin, OutcomeKind
from tocsin.command.casebook.rules.declarations import Terms
from tocsin.command.casebook.shown import clocks as shown_clocks
from tocsin.command.casebook.shown import outcomes as shown_outcomes
from tocsin.command.casebook.shown.points import case_features
from tocsin.command.closing.shown import lack_words
from tocsin.command.escalation import queries as escalation
from tocsin.command.escalation import shown as escalation_shown
from tocsin.command.escalation.services import next_level as upward
from tocsin.command.handling import queries as facts
from tocsin.command.handling import shown as words
from tocsin.command.handling.services import declaring, handling
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features, features
from tocsin.screens.request import actor_of

if TYPE_CHECKING:
    from tocsin.command.casebook.models import Case

router = Router()

CHANNEL = "api"


class HandlingOut(Schema):
    """How far a case has come, by when the rest is due, and how it ended."""

    id: UUID
    number: str
    state: str
    level: int
    chain: list[words.LinkOut]
    clocks: list[shown_clocks.ClockOut]
    declarations: list[shown_outcomes.DeclarationOut]
    outcome: shown_outcomes.OutcomeOut | None


class NeedsOut(Schema):
    needs: list[str] = Field(description="what closing as settled still lacks; empty where the duty officer may sign")
    sentences: list[str] = Field(description="the same in words: which sensor, its value and limit, until when")


class NewCaseIn(Schema):
    region_code: str = Field(min_length=6, max_length=6)
    title: str = Field(min_length=1, max_length=200)
    place: str = Field(min_length=1, max_length=200)
    level: int = Field(ge=1, le=4, description="1 blue (level 4) to 4 red (level 1)")
    kind: str = Field(
        "",
        max_length=30,
        description="the lifeline or trade that it concerns: gas, heating, water, drainage ...; `fault`: an instrument",
    )
    place_kind: str = Field(
        "", max_length=30, description="in what it was seen: manhole, chamber, building ... (kinds of the networks' objects)"
    )
    lon: float | None = None
    lat: float | None = None
    text: str = Field("", max_length=2000)
    began_at: datetime | None = None
    origin: Literal["person", "capability", "platform"] = "platform"
    origin_reference: str = Field("", max_length=120, description="its number where it comes from")


class WhyIn(Schema):
    text: str = Field(min_length=1, max_length=2000)


class CaseLevelIn(WhyIn):
    level: int | None = Field(None, ge=1, le=4, description="none gives it back to the alarms")


class SuspendIn(WhyIn):
    until: datetime


class DeclareIn(WhyIn):
    kind: Literal["warning", "incident"]
    level: str = Field(description="; ".join(f"{kind.value}: {', '.join(levels)}" for kind, levels in DECLARED_LEVELS.items()))

    area: str = Field(max_length=500, description="that may be hit")
    begins_at: datetime | None = Field(None, description="none: now")
    ends_at: datetime = Field(description="until when it holds, or is expected to last")
    cautions: str = Field("", max_length=2000, description="asked for by a warning")
    measures: str = Field(max_length=2000)


class EndDeclarationIn(WhyIn):
    kind: Literal["warning", "incident"]


class CloseIn(Schema):
    kind: Literal["settled", "harmless", "false_alarm"]
    code: str = Field("", max_length=40, description="the cause of a false alarm")
    text: str = Field("", max_length=2000)
    despite: bool = Field(False, description="a leader closes although something is missing, with the reason")


class AgreeIn(Schema):
    agree: bool
    text: str = Field("", max_length=2000)


def open_case(request: HttpRequest, given: NewCaseIn) -> Status[HandlingOut]:
    """Takes a case in that no alarm opened."""
    fields = {**given.dict(), "level": AlarmLevel(given.level), "origin": Origin(given.origin)}
    return Status(201, _told(request, handling.open_case_by_hand(actor=actor_of(request), channel=CHANNEL, **fields)))


@router.get("/cases.geojson", response=Features)
@costly
def case_map(request: HttpRequest) -> Features:
    """All open cases you may see as points, for a map (GeoJSON, WGS84)."""
    return features(case_features(queries_standing.case_points(request.user)))


@router.get("/cases/{case_id}/handling", response=HandlingOut)
def how_handled(request: HttpRequest, case_id: UUID) -> HandlingOut:
    """The chain, the clocks, what was declared, and how the case ended."""
    return _told(request, queries.visible_cases(request.user).get(pk=case_id))


@router.get("/cases/{case_id}/needs", response=NeedsOut)
def needs(request: HttpRequest, case_id: UUID) -> NeedsOut:
    """What closing as settled still lacks, from readings of now."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    lacks = handling.lacks_to_close(found, now=current_time())
    return NeedsOut(needs=list(dict.fromkeys(one.need.value for one in lacks)), sentences=[lack_words(one) for one in lacks])


@router.get("/cases/{case_id}/escalation", response=list[escalation_shown.PlannedCallOut])
def planned_calls(request: HttpRequest, case_id: UUID) -> list[escalation_shown.PlannedCallOut]:
    """Who would be called and when if nobody did anything from now on. Nothing is sent."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    calls = escalation.dry_run(found, now=current_time())
    return [escalation_shown.describe_planned_call(one) for one in calls]


class LevelAsked(Schema):
    level: int = Field(ge=1, le=4, description="1 blue (level 4) to 4 red (level 1)")


@router.get("/cases/{case_id}/level-preview", response=words.LevelPreviewOut)
def level_preview(request: HttpRequest, case_id: UUID, wanted: Query[LevelAsked]) -> words.LevelPreviewOut:
    """Who would be sent and told at once if the level were set so. Nothing is written."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    found.level = wanted.level
    return words.describe_preview(found, now=current_time())


@router.post("/cases/{case_id}/take", response=HandlingOut)
def take(request: HttpRequest, case_id: UUID) -> HandlingOut:
    """The duty officer has it in hand."""
    return _told(request, handling.take_case(actor=actor_of(request), case_id=case_id, channel=CHANNEL))


@router.post("/cases/{case_id}/level", response=HandlingOut)
def level(request: HttpRequest, case_id: UUID, given: CaseLevelIn) -> HandlingOut:
    """Raises or lowers the level, with the reason."""
    wanted = None if given.level is None else AlarmLevel(given.level)
    return _told(
        request, handling.set_level(actor=actor_of(request), case_id=case_id, level=wanted, text=given.text, channel=CHANNEL)
    )


@router.post("/cases/{case_id}/suspend", response=HandlingOut)
def suspend(request: HttpRequest, case_id: UUID, given: SuspendIn) -> HandlingOut:
    """Nothing is chased until that time; no due moves."""
    return _told(
        request,
        handling.suspend_case(actor=actor_of(request), case_id=case_id, until=given.until, text=given.text, channel=CHANNEL),
    )


@router.post("/cases/{case_id}/resume", response=HandlingOut)
def resume(request: HttpRequest, case_id: UUID, given: WhyIn) -> HandlingOut:
    """Ends a suspension before its time."""
    return _told(request, handling.resume_case(actor=actor_of(request), case_id=case_id, text=given.text, channel=CHANNEL))


@router.post("/cases/{case_id}/declarations", response=HandlingOut)
def declare(request: HttpRequest, case_id: UUID, given: DeclareIn) -> HandlingOut:
    """A leader raises a warning or declares an incident."""
    terms = Terms(**given.dict(include={"area", "begins_at", "ends_at", "cautions", "measures"}))
    found = declaring.declare(
        actor=actor_of(request),
        case_id=case_id,
        kind=DeclarationKind(given.kind),
        level=given.level,
        text=given.text,
        terms=terms,
        channel=CHANNEL,
    )
    return _told(request, found)


@router.post("/cases/{case_id}/declarations/end", response=HandlingOut)
def end_declaration(request: HttpRequest, case_id: UUID, given: EndDeclarationIn) -> HandlingOut:
    """A leader lifts the warning or ends the response."""
    found = declaring.end_declaration(
        actor=actor_of(request), case_id=case_id, kind=DeclarationKind(given.kind), text=given.text, channel=CHANNEL
    )
    return _told(request, found)


@router.post("/cases/{case_id}/upward", response=HandlingOut)
def hand_upward(request: HttpRequest, case_id: UUID, given: WhyIn) -> HandlingOut:
    """The leader on duty hands a verified event to the level above, where policy allows it; a person at a screen, no token."""
    return _told(request, upward.hand_upward(actor=actor_of(request), case_id=case_id, text=given.text, channel=CHANNEL))


@router.post("/cases/{case_id}/close", response=HandlingOut)
def close(request: HttpRequest, case_id: UUID, given: CloseIn) -> HandlingOut:
    """Signs how the case ended; for upper levels a false or harmless alarm waits for a second person."""
    found = handling.close_case(
        actor=actor_of(request),
        case_id=case_id,
        kind=OutcomeKind(given.kind),
        code=given.code,
        text=given.text,
        despite=given.despite,
        channel=CHANNEL,
    )
    return _told(request, found)


@router.post("/cases/{case_id}/agree", response=HandlingOut)
def agree(request: HttpRequest, case_id: UUID, given: AgreeIn) -> HandlingOut:
    """The second person agrees to how it ended, or refuses with the reason."""
    found = handling.answer_outcome(actor=actor_of(request), case_id=case_id, agree=given.agree, text=given.text, channel=CHANNEL)
    return _told(request, found)


@router.post("/cases/{case_id}/reopen", response=HandlingOut)
def reopen(request: HttpRequest, case_id: UUID, given: WhyIn) -> HandlingOut:
    """Opens a closed case again, within the days of the policy."""
    return _told(request, handling.reopen_case(actor=actor_of(request), case_id=case_id, text=given.text, channel=CHANNEL))


def _told(request: HttpRequest, case: "Case") -> HandlingOut:
    found = queries.visible_cases(request.user).get(pk=case.pk)
    now = current_time()
    outcome = queries_standing.standing_outcome(found)
    return HandlingOut(
        id=found.pk,
        number=found.number,
        state=found.state,
        level=found.level,
        chain=words.describe_chain(facts.chain_of(found)),
        clocks=[shown_clocks.describe_clock(one, now) for one in queries_standing.clocks_of(found)],
        declarations=[shown_outcomes.describe_declaration(one) for one in found.declarations.select_related("declared_by")],
        outcome=shown_outcomes.describe_outcome(outcome) if outcome else None,
    )
