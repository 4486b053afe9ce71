"""Planned works and silences for programs."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile

from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features, features
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of
from tocsin.warning.covers import queries
from tocsin.warning.covers.rules import CoverKind
from tocsin.warning.covers.services import covers as services
from tocsin.warning.covers.services import imports
from tocsin.warning.covers.services.covers import NewCover
from tocsin.warning.covers.shown.covers import CoverOut, feature_of, point_of

if TYPE_CHECKING:
    from tocsin.warning.covers.models import Cover

router = Router()


class CoversOut(Schema):
    items: list[CoverOut]
    total: int


class CoversTakenOut(Schema):
    written: int
    errors: list[str]


class CoverFilter(Slice):
    when: Literal["now", "coming", "past", "all"] = "now"
    kind: str = Field("", max_length=20)
    search: str = Field("", max_length=120)


class CoverIn(Schema):
    """A planned work (digging, maintenance, calibration, test_gas, outage) or a silence. What is left out asks nothing."""

    kind: CoverKind
    what: str = Field(min_length=1, max_length=500)
    region_code: str = Field(max_length=6)
    begins_at: datetime = Field(description="with time zone")
    ends_at: datetime
    who: str = Field("", max_length=120)
    contact: str = Field("", max_length=120)
    asset_code: str = Field("", max_length=60)
    along_m: float | None = Field(None, ge=0, le=20_000, description="so far along the pipe, both ways")
    street: str = Field("", max_length=120)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    radius_m: float | None = Field(None, gt=0, le=20_000)
    device_code: str = Field("", max_length=64)
    sensor_id: UUID | None = None
    rule: str = Field("", max_length=40)
    quantities: list[str] = []
    weekdays: list[int] = Field([], description="Monday is 1; none: every day")
    from_time: str = Field("", max_length=5, description="local, 22:00; none: the whole day")
    until_time: str = Field("", max_length=5)


class CoverReasonIn(Schema):
    reason: str = Field(min_length=1, max_length=500)


class CoverEndIn(CoverReasonIn):
    ends_at: datetime


@router.get("/covers", response=CoversOut)
def covers(request: HttpRequest, wanted: Query[CoverFilter]) -> "Part[Cover]":
    """Planned works of the regions whose networks you may see, and silences where you may see alarms."""
    found = queries.search_covers(request.user, when=wanted.when, kind=wanted.kind, search=wanted.search, now=current_time())
    return wanted.part(found)


@router.get("/covers.geojson", response=Features)
@costly
def covers_map(request: HttpRequest) -> Features:
    """Planned works that run now, as points (GeoJSON, WGS84)."""
    rows = queries.search_covers(request.user, when="now", now=current_time()).exclude(kind=CoverKind.SILENCE)[:1000]
    points = [(one, point_of(one)) for one in rows]
    return features(feature_of(one, point) for one, point in points if point)


@router.post("/covers", response=CoverOut)
def enter_cover(request: HttpRequest, given: CoverIn) -> "Cover":
    """Enters one; whoever keeps networks there is told of a work."""
    new = NewCover(**given.dict())
    made = services.enter_cover(actor=actor_of(request), new=new, now=current_time())
    return _again(request, made.pk)


@router.post("/cover-files", response=CoversTakenOut)
@costly
def import_covers(request: HttpRequest, region_code: Form[str], file: File[UploadedFile]) -> imports.ImportReport:
    """Planned works from a CSV or Excel file, all rows, or none where one is wrong: then `errors` names each by its line."""
    return imports.import_covers(actor=actor_of(request), content=file.read(), region_code=region_code[:6], now=current_time())


@router.get("/covers/{cover_id}", response=CoverOut)
def cover(request: HttpRequest, cover_id: UUID) -> "Cover":
    """One planned work or silence."""
    return _again(request, cover_id)


@router.post("/covers/{cover_id}/confirm", response=CoverOut)
def confirm_cover(request: HttpRequest, cover_id: UUID) -> "Cover":
    """You are the second person."""
    services.confirm_cover(actor=actor_of(request), cover_id=cover_id, now=current_time())
    return _again(request, cover_id)


@router.post("/covers/{cover_id}/prolong", response=CoverOut)
def prolong_cover(request: HttpRequest, cover_id: UUID, given: CoverEndIn) -> "Cover":
    """Another end."""
    services.prolong_cover(
        actor=actor_of(request), cover_id=cover_id, ends_at=given.ends_at, reason=given.reason, now=current_time()
    )
    return _again(request, cover_id)


@router.post("/covers/{cover_id}/end", response=CoverOut)
def end_cover(request: HttpRequest, cover_id: UUID, given: CoverReasonIn) -> "Cover":
    """Over before its time: what still holds rings."""
    services.end_cover(actor=actor_of(request), cover_id=cover_id, reason=given.reason, now=current_time())
    return _again(request, cover_id)


def _again(request: HttpRequest, cover_id: UUID) -> "Cover":
    return queries.visible_covers(request.user).get(pk=cover_id)
