"""Sharing agreements, the log of readings, and files of large selections for programs."""

from datetime import date
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from tocsin.atlas.exchange.queries.agreements import visible_agreements, visible_readings
from tocsin.atlas.exchange.queries.selection_files import files_of
from tocsin.atlas.exchange.rules.agreements import MOST_FILTER, MOST_TEXT
from tocsin.atlas.exchange.services import agreements as services
from tocsin.atlas.exchange.services import selection_files as files
from tocsin.atlas.exchange.shown.agreements import CollectionReadingOut, SharingAgreementOut, describe_agreement, describe_reading
from tocsin.atlas.exchange.shown.file_answers import file_answer
from tocsin.atlas.exchange.shown.files import FORMS
from tocsin.atlas.exchange.shown.selection_files import SelectionFileOut, describe_file
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

if TYPE_CHECKING:
    from tocsin.atlas.exchange.models import SharingAgreement

router = Router()

BINARY: Final = {"schema": {"type": "string", "format": "binary"}}


class SharingAgreementIn(Schema, extra="forbid"):
    resource_id: UUID
    fields: list[str] = Field(min_length=1, max_length=500)
    purpose: str = Field(max_length=MOST_TEXT)
    until: date


class AgreementGrantIn(Schema, extra="forbid"):
    fields: list[str] = Field(min_length=1, max_length=500)
    until: date
    rows: str = Field("", max_length=MOST_FILTER, description="CQL2 text that every row shown fulfils; empty: all rows")


class AgreementReasonIn(Schema, extra="forbid"):
    reason: str = Field(max_length=MOST_TEXT)


class SharingAgreementsOut(Schema):
    items: list[SharingAgreementOut]
    total: int


class CollectionReadingsOut(Schema):
    items: list[CollectionReadingOut]
    total: int


def _told(found: "SharingAgreement") -> SharingAgreementOut:
    return describe_agreement(found, timezone.localdate(current_time()))


@router.get("/agreements", response=SharingAgreementsOut)
def agreements(request: HttpRequest, wanted: Query[Slice], state: str = "") -> SharingAgreementsOut:
    """Agreements of your organisation, and those about resources that you keep, newest first."""
    found = visible_agreements(request.user)
    part = wanted.part(found.filter(state=state[:10]) if state else found)
    return SharingAgreementsOut(items=[_told(one) for one in part["items"]], total=part["total"])


@router.post("/agreements", response=SharingAgreementOut)
def ask_agreement(request: HttpRequest, given: SharingAgreementIn) -> SharingAgreementOut:
    """Asks for fields of a resource in the name of your organisation."""
    return _told(services.ask_agreement(actor=actor_of(request), now=current_time(), **given.dict()))


@router.get("/agreements/{agreement_id}", response=SharingAgreementOut)
def get_agreement(request: HttpRequest, agreement_id: UUID) -> SharingAgreementOut:
    """One agreement."""
    return _told(visible_agreements(request.user).get(pk=agreement_id))


@router.post("/agreements/{agreement_id}/grant", response=SharingAgreementOut)
def grant_agreement(request: HttpRequest, agreement_id: UUID, given: AgreementGrantIn) -> SharingAgreementOut:
    """Grants fields that were asked for, all or fewer."""
    return _told(services.grant_agreement(actor=actor_of(request), agreement_id=agreement_id, now=current_time(), **given.dict()))


@router.post("/agreements/{agreement_id}/refuse", response=SharingAgreementOut)
def refuse_agreement(request: HttpRequest, agreement_id: UUID, given: AgreementReasonIn) -> SharingAgreementOut:
    """Refuses, with the reason."""
    return _told(
        services.refuse_agreement(actor=actor_of(request), agreement_id=agreement_id, now=current_time(), **given.dict())
    )


@router.post("/agreements/{agreement_id}/end", response=SharingAgreementOut)
def end_agreement(request: HttpRequest, agreement_id: UUID, given: AgreementReasonIn) -> SharingAgreementOut:
    """Ends it from either side, or takes a request back."""
    return _told(services.end_agreement(actor=actor_of(request), agreement_id=agreement_id, now=current_time(), **given.dict()))


class SelectionFileIn(Schema, extra="forbid"):
    collection: str = Field(max_length=100, pattern=r"^[^/]+$")
    form: Literal["csv", "gpkg", "xlsx", "geojson", "shp"]
    selection: dict[str, str] = Field(
        default_factory=dict, max_length=100, description="parameters as of `items`: filter, bbox, datetime, properties, sortby …"
    )


class SelectionFilesOut(Schema):
    items: list[SelectionFileOut]
    total: int


@router.get("/selection-files", response=SelectionFilesOut)
def selection_files(request: HttpRequest, wanted: Query[Slice]) -> SelectionFilesOut:
    """Your own files of large selections, newest first; a token sees those alone that were asked for with it."""
    part = wanted.part(files_of(request.user))
    return SelectionFilesOut(items=[describe_file(one) for one in part["items"]], total=part["total"])


@router.post("/selection-files", response=SelectionFileOut)
@costly
def ask_selection_file(request: HttpRequest, given: SelectionFileIn) -> SelectionFileOut:
    """Asks that a selection be written into a file in the background; look at it until it is `ready`."""
    address = request.build_absolute_uri(reverse("features_items", args=[given.collection]))
    made = files.ask_selection_file(actor=actor_of(request), address=address, now=current_time(), **given.dict())
    return describe_file(made)


@router.get("/selection-files/{selection_file_id}", response=SelectionFileOut)
def get_selection_file(request: HttpRequest, selection_file_id: UUID) -> SelectionFileOut:
    """One file, and how far it is."""
    return describe_file(files_of(request.user).get(pk=selection_file_id))


@router.get(
    "/selection-files/{selection_file_id}/content",
    openapi_extra={"responses": {200: {"description": "OK", "content": {one.media: BINARY for one in FORMS.values()}}}},
)
def selection_file_content(request: HttpRequest, selection_file_id: UUID) -> HttpResponseBase:
    """The bytes of a file that is ready; your rights are asked for once more."""
    return file_answer(
        *files.open_selection_file(actor=actor_of(request), file_id=selection_file_id, now=current_time()), request.headers
    )


@router.post("/selection-files/{selection_file_id}/drop", response=SelectionFileOut)
def drop_selection_file(request: HttpRequest, selection_file_id: UUID) -> SelectionFileOut:
    """Gives the file up; its bytes go at once."""
    return describe_file(files.drop_selection_file(actor=actor_of(request), file_id=selection_file_id, now=current_time()))


@router.get("/reading-log", response=CollectionReadingsOut)
def readings(request: HttpRequest, wanted: Query[Slice], resource: UUID | None = None) -> CollectionReadingsOut:
    """Who has read the resources that you keep, newest first."""
    part = wanted.part(visible_readings(request.user, resource))
    return CollectionReadingsOut(items=[describe_reading(one) for one in part["items"]], total=part["total"])
