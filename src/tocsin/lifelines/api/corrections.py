"""Corrections from the site for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.lifelines.queries.edits import search_corrections, visible_corrections
from tocsin.lifelines.rules.edits import CorrectionKind
from tocsin.lifelines.services import corrections as services
from tocsin.lifelines.services.corrections import NewCorrection
from tocsin.lifelines.shown.words import CorrectionOut, describe_correction
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router(tags=["lifelines"])


class CorrectionIn(Schema):
    """What is otherwise on site. `missing` needs a place and a region, every other kind an object."""

    kind: CorrectionKind
    text: str = Field(min_length=1, max_length=500)
    region_code: str = Field("", max_length=6)
    asset_id: UUID | None = None
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)


class CorrectionAnswerIn(Schema):
    answer: str = Field("", max_length=500)


class CorrectionsOut(Schema):
    items: list[CorrectionOut]
    total: int


class CorrectionSearch(Slice):
    is_open: bool = True
    search: str = Field("", max_length=100)


@router.get("corrections", response=CorrectionsOut, summary="Corrections of networks")
def network_corrections(request: HttpRequest, wanted: Query[CorrectionSearch]) -> CorrectionsOut:
    """What people on site say is otherwise, where you may see the networks."""
    found = search_corrections(request.user, is_open=wanted.is_open, text=wanted.search)
    return CorrectionsOut(items=[describe_correction(one, request.user) for one in wanted.cut(found)], total=found.count())


@router.post("corrections", response=CorrectionOut, summary="Propose a correction")
def propose_correction(request: HttpRequest, given: CorrectionIn) -> CorrectionOut:
    """The owner is told."""
    made = services.propose(actor=actor_of(request), new=NewCorrection(**given.dict()), now=current_time())
    return _again(request, made.pk)


@router.get("corrections/{network_correction_id}", response=CorrectionOut, summary="One correction")
def network_correction(request: HttpRequest, network_correction_id: UUID) -> CorrectionOut:
    """One that you may see."""
    return _again(request, network_correction_id)


@router.post("corrections/{network_correction_id}/accept", response=CorrectionOut, summary="Accept a correction")
def accept_correction(request: HttpRequest, network_correction_id: UUID, given: CorrectionAnswerIn) -> CorrectionOut:
    """Changes the register at once where that needs no more words (`edit` names what it did)."""
    services.accept(actor=actor_of(request), correction_id=network_correction_id, answer=given.answer, now=current_time())
    return _again(request, network_correction_id)


@router.post("corrections/{network_correction_id}/refuse", response=CorrectionOut, summary="Refuse a correction")
def refuse_correction(request: HttpRequest, network_correction_id: UUID, given: CorrectionAnswerIn) -> CorrectionOut:
    """With the reason."""
    services.refuse(actor=actor_of(request), correction_id=network_correction_id, answer=given.answer, now=current_time())
    return _again(request, network_correction_id)


def _again(request: HttpRequest, correction_id: UUID) -> CorrectionOut:
    return describe_correction(visible_corrections(request.user).get(pk=correction_id), request.user)
