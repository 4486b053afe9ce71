"""Networks edited by programs, object by object, with their history."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, TypedDict
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from tocsin.lifelines.api.assets import AssetOut
from tocsin.lifelines.queries.edits import changes_of, mark, search_changes
from tocsin.lifelines.queries.networks import visible_assets
from tocsin.lifelines.services import editing, edits
from tocsin.lifelines.services.editing import AssetFacts, Cut, NewAsset
from tocsin.lifelines.services.taking_back import take_back
from tocsin.lifelines.shown.words import AssetChangeOut, describe_change
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import Actor, actor_of

if TYPE_CHECKING:
    from tocsin.lifelines.models import Asset
    from tocsin.lifelines.rules.edits import Place

router = Router(tags=["lifelines"])


class Said(TypedDict):
    """What every edit is told: by whom, upon which state, why, when."""

    actor: Actor
    seen: str
    reason: str
    now: datetime


class AssetFactsIn(Schema):
    """What the register tells of an object; what is left out is emptied. Metres, millimetres, kilopascals."""

    name: str = Field("", max_length=120)
    owner_code: str = Field("", max_length=60)
    street: str = Field("", max_length=120)
    material: str = Field("", max_length=60)
    utility: str = Field("", max_length=20)
    use: str = Field("", max_length=40)
    depth_m: float | None = Field(None, ge=-100, le=1000)
    diameter_mm: float | None = Field(None, ge=0, le=20_000)
    nominal_pressure_kpa: float | None = Field(None, ge=0, le=100_000)
    ground_elevation_m: float | None = Field(None, ge=-500, le=9_000)
    installed: int | None = Field(None, ge=1800, le=2199)
    buried: bool = False
    operable: Literal["", "yes", "no"] = Field("", description="of a valve; empty: not known")
    last_checked: date | None = None


class AssetReasonIn(Schema):
    """`seen`: the `mark` that `GET …/mark` told; whoever saw another state than is there now gets 409."""

    seen: str = Field(max_length=16)
    reason: str = Field("", max_length=300)


class AssetChangeIn(AssetReasonIn):
    facts: AssetFactsIn


class AssetPlacesIn(AssetReasonIn):
    places: list[tuple[float, float]] = Field(description="longitude, latitude; one of a point", max_length=edits.MOST_PLACES)


class AssetSplitIn(AssetReasonIn):
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    point_code: str = Field(min_length=1, max_length=60, description="a point of the region, or one that is made there")
    second_code: str = Field(min_length=1, max_length=60, description="of the second part")


class AssetJoinIn(AssetReasonIn):
    other_code: str = Field(min_length=1, max_length=60)


class NewAssetIn(Schema):
    """An object that the register lacks: one place of a point, two or more of a line."""

    region_code: str = Field(max_length=6)
    code: str = Field(min_length=1, max_length=60)
    kind: str = Field(max_length=20)
    places: list[tuple[float, float]] = Field(max_length=edits.MOST_PLACES)
    from_code: str = Field("", max_length=60)
    to_code: str = Field("", max_length=60)
    facts: AssetFactsIn | None = None
    reason: str = Field("", max_length=300)


class AssetMarkOut(Schema):
    mark: str


class AssetChangesOut(Schema):
    items: list[AssetChangeOut]
    total: int


class AssetChangeSearch(Slice):
    search: str = Field("", max_length=100)


class EditTakenBackOut(Schema):
    edit: UUID


@router.post("new-assets", response=AssetOut, summary="Enter an asset")
def create_asset(request: HttpRequest, given: NewAssetIn) -> "Asset":
    """A new object of a region's network."""
    new = NewAsset(
        region_code=given.region_code,
        code=given.code,
        kind=given.kind,
        places=given.places,
        from_code=given.from_code,
        to_code=given.to_code,
        facts=_facts(given.facts),
    )
    made = editing.create_asset(actor=actor_of(request), new=new, reason=given.reason, now=current_time())
    return _again(request, made.pk)


@router.get("assets/{asset_id}/mark", response=AssetMarkOut, summary="The state of an asset, for an edit")
def mark_of_asset(request: HttpRequest, asset_id: UUID) -> AssetMarkOut:
    """To be sent along as `seen` by whoever edits it."""
    return AssetMarkOut(mark=mark(get_object_or_404(visible_assets(request.user), pk=asset_id)))


@router.get("assets/{asset_id}/changes", response=list[AssetChangeOut], summary="History of an asset")
def changes_of_asset(request: HttpRequest, asset_id: UUID) -> list[AssetChangeOut]:
    """Edits of one object, the newest first, at most 500; of one that was removed, too."""
    found = list(changes_of(request.user, asset_id)[:500])
    if not found:
        get_object_or_404(visible_assets(request.user), pk=asset_id)
    return [describe_change(one, request.user) for one in found]


@router.post("assets/{asset_id}/facts", response=AssetOut, summary="Change what is told of an asset")
def change_asset(request: HttpRequest, asset_id: UUID, given: AssetChangeIn) -> "Asset":
    """All facts at once."""
    editing.change_asset(asset_id=asset_id, facts=_facts(given.facts), **_common(request, given))
    return _again(request, asset_id)


@router.post("assets/{asset_id}/places", response=AssetOut, summary="Move an asset")
def move_asset(request: HttpRequest, asset_id: UUID, given: AssetPlacesIn) -> "Asset":
    """Another place of a point, with the ends of its lines; another course of a line."""
    places: list[Place] = list(given.places)
    editing.move_asset(asset_id=asset_id, places=places, **_common(request, given))
    return _again(request, asset_id)


@router.post("assets/{asset_id}/split", response=list[AssetOut], summary="Split a line")
def split_asset(request: HttpRequest, asset_id: UUID, given: AssetSplitIn) -> "list[Asset]":
    """Both parts, the first of which is the object that it was."""
    cut = Cut(lon=given.lon, lat=given.lat, point_code=given.point_code, second_code=given.second_code)
    parts = editing.split_line(asset_id=asset_id, cut=cut, **_common(request, given))
    return [_again(request, one.pk) for one in parts]


@router.post("assets/{asset_id}/join", response=AssetOut, summary="Join two lines")
def join_assets(request: HttpRequest, asset_id: UUID, given: AssetJoinIn) -> "Asset":
    """The line that is left."""
    editing.join_lines(asset_id=asset_id, other_code=given.other_code, **_common(request, given))
    return _again(request, asset_id)


@router.post("assets/{asset_id}/remove", response={204: None}, summary="Remove an asset")
def remove_asset(request: HttpRequest, asset_id: UUID, given: AssetReasonIn) -> tuple[int, None]:
    """Nothing may end there or refer to it."""
    editing.remove_asset(asset_id=asset_id, **_common(request, given))
    return 204, None


@router.get("network-changes", response=AssetChangesOut, summary="Edits of networks")
def network_changes(request: HttpRequest, wanted: Query[AssetChangeSearch]) -> AssetChangesOut:
    """Edits of the networks that you may see, the newest first."""
    found = search_changes(request.user, wanted.search)
    return AssetChangesOut(items=[describe_change(one, request.user) for one in wanted.cut(found)], total=found.count())


@router.post("network-edits/{network_edit_id}/take-back", response=EditTakenBackOut, summary="Take an edit back")
def take_back_edit(request: HttpRequest, network_edit_id: UUID) -> EditTakenBackOut:
    """All that the edit did; 409 where an object has been changed since."""
    return EditTakenBackOut(edit=take_back(actor=actor_of(request), edit_id=network_edit_id, now=current_time()))


def _facts(given: AssetFactsIn | None) -> AssetFacts:
    return AssetFacts(**given.dict()) if given else AssetFacts()


def _again(request: HttpRequest, asset_id: UUID) -> "Asset":
    return visible_assets(request.user).get(pk=asset_id)


def _common(request: HttpRequest, given: AssetReasonIn) -> Said:
    return Said(actor=actor_of(request), seen=given.seen, reason=given.reason, now=current_time())
