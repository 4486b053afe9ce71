"""Random draws, check lists and signs of gaming for programs."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.request import actor_of
from tocsin.supervision.inspections.queries import draws as queries
from tocsin.supervision.inspections.queries import gaming as gaming_queries
from tocsin.supervision.inspections.queries.checklists import newest_lists, versions_of
from tocsin.supervision.inspections.services import draws as services
from tocsin.supervision.inspections.services.checklists import propose_list
from tocsin.supervision.inspections.services.gaming import decide_sign
from tocsin.supervision.inspections.shown.draws import DrawDetailOut, DrawOut, GamingSignOut, describe_draw, describe_sign
from tocsin.supervision.inspections.shown.inspections import CheckListVersionOut, describe_list
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.records.face import PolicyVersion

router = Router()


class DrawIn(Schema, extra="forbid"):
    region_code: str = Field(max_length=6)
    name: str = Field(max_length=120)
    trade_codes: list[str] = Field([], max_length=100)
    count: int = Field(ge=1, le=10_000)
    witness_id: UUID = Field(description="another person, who commits words, and says them at the draw")
    planned_for: date = Field(description="day of the inspections")
    without: list[UUID] = Field([], max_length=500, description="inspectors who are taken out; you and the witness always are")
    why: str = Field("", max_length=200, description="why they are taken out: published with the draw")


class WordsIn(Schema, extra="forbid"):
    words: str = Field(max_length=120, description="the witness's: kept as a hash until the draw")


class CheckListProposedOut(Schema):
    id: UUID = Field(description="of the version, by which a second person confirms it")
    key: str = Field(description="the list's code")
    version: str


class GamingFilter(Schema):
    state: str = Field("open", description="open, confirmed, dismissed, or empty for all")


class GamingDecisionIn(Schema, extra="forbid"):
    confirmed: bool
    words: str = Field(max_length=500)


class CheckListFilter(Schema):
    code: str = Field(max_length=60)


class CheckListIn(Schema, extra="forbid"):
    code: str = Field(max_length=60)
    base_version: int = Field(ge=0, le=1_000_000, description="the version that was looked at; 0 for a new list")
    zh: str = Field(max_length=120)
    en: str = Field(max_length=120)
    trades: list[str] = Field([], max_length=100)
    kinds: list[str] = Field([], max_length=10)
    items: list[dict[str, object]] = Field(min_length=1, max_length=300)


@router.get("/draws", response=list[DrawOut])
def draws(request: HttpRequest) -> list[DrawOut]:
    """Draws of the areas you may see, newest first."""
    return [describe_draw(one) for one in queries.visible_draws(request.user)[:500]]


@router.post("/draws", response=DrawDetailOut)
def publish(request: HttpRequest, given: DrawIn) -> DrawDetailOut:
    """Fixes candidates and terms, and publishes the hash of both."""
    made = services.publish_draw(actor=actor_of(request), **given.dict())
    return draw(request, made.pk)


@router.get("/draws/{uuid:draw_id}", response=DrawDetailOut)
def draw(request: HttpRequest, draw_id: UUID) -> DrawDetailOut:
    """One draw with everything that is needed to repeat it (docs/inspections.md)."""
    found = queries.visible_draws(request.user).get(pk=draw_id)
    shown = dict(describe_draw(found))
    return DrawDetailOut(**shown, candidates=found.candidates, result=found.result, verified=queries.verify(found))


@router.post("/draws/{uuid:draw_id}/witness", response=DrawDetailOut)
def commit_words(request: HttpRequest, draw_id: UUID, given: WordsIn) -> DrawDetailOut:
    """The witness commits words; then the seed is made and its hash published."""
    services.commit_words(actor=actor_of(request), draw_id=draw_id, words=given.words)
    return draw(request, draw_id)


@router.post("/draws/{uuid:draw_id}/make", response=DrawDetailOut)
def make_draw(request: HttpRequest, draw_id: UUID, given: WordsIn) -> DrawDetailOut:
    """The witness says the committed words: drawn, the seed published, the inspections planned."""
    services.make_draw(actor=actor_of(request), draw_id=draw_id, words=given.words)
    return draw(request, draw_id)


@router.get("/gaming", response=list[GamingSignOut])
def signs(request: HttpRequest, wanted: Query[GamingFilter]) -> list[GamingSignOut]:
    """Signs of gaming where you inspect, newest first."""
    if wanted.state and wanted.state not in gaming_queries.STATES:
        raise InvalidInput(f"state {wanted.state!r} is unknown; use one of {', '.join(gaming_queries.STATES)}")
    return [describe_sign(one) for one in gaming_queries.visible_signs(request.user, state=wanted.state)[:500]]


@router.post("/gaming/{uuid:gaming_sign_id}", response=GamingSignOut)
def decide(request: HttpRequest, gaming_sign_id: UUID, given: GamingDecisionIn) -> GamingSignOut:
    """What a person makes of a sign; only a confirmed one counts in the points."""
    decide_sign(actor=actor_of(request), sign_id=gaming_sign_id, confirmed=given.confirmed, words=given.words)
    return describe_sign(gaming_queries.visible_signs(request.user).get(pk=gaming_sign_id))


@router.get("/checklists", response=list[CheckListVersionOut])
def lists(request: HttpRequest) -> list[CheckListVersionOut]:
    """The newest version of every check list."""
    _require_reader(request)
    return [describe_list(one) for one in newest_lists().values()]


@router.get("/checklists/versions", response=list[CheckListVersionOut])
def versions(request: HttpRequest, wanted: Query[CheckListFilter]) -> list[CheckListVersionOut]:
    """Every version of a list that was used or edited, the newest first; check lists are the whole installation's."""
    _require_reader(request)
    return [describe_list(one) for one in versions_of(wanted.code)]


@router.post("/checklists", response=CheckListProposedOut)
def edit(request: HttpRequest, given: CheckListIn) -> "PolicyVersion":
    """A new version of a list, or a new list, is proposed; a second person confirms it (`records/policy/versions`)."""
    return propose_list(
        actor=actor_of(request),
        code=given.code,
        base_version=given.base_version,
        zh=given.zh,
        en=given.en,
        trade_codes=given.trades,
        kinds=given.kinds,
        items=given.items,
    )


def _require_reader(request: HttpRequest) -> None:
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed("this needs the permission %(permission)s", permission="supervision.see")
