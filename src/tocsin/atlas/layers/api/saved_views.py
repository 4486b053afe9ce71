"""Saved views for programs: one's own, and those that one's body shares."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from tocsin.atlas.layers.queries.saved_views import visible_views
from tocsin.atlas.layers.rules.view import CLOSEST_ZOOM, FARTHEST_ZOOM, MOST_LAYERS, MapView, ShownLayer
from tocsin.atlas.layers.services.saved_views import LONGEST_NAME, change_view, delete_view, save_view
from tocsin.atlas.layers.shown.saved_views import SavedViewOut, describe_view, views_of
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.screens.shapes import Moment

router = Router()


class SavedLayerIn(Schema, extra="forbid"):
    """A layer by its name, with its opacity in per cent."""

    name: str = Field(pattern=r"^[\w.:-]{1,80}$")
    opacity: int = Field(100, ge=0, le=100)


class SavedPictureIn(Schema, extra="forbid"):
    """What a view shows: the middle in degrees, the zoom, the layers from the lowest to the highest, the moment (null: now)."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-85, le=85)
    zoom: float = Field(ge=FARTHEST_ZOOM, le=CLOSEST_ZOOM)
    layers: list[SavedLayerIn] = Field(max_length=MOST_LAYERS)
    at: Moment | None = None

    def view(self) -> MapView:
        """The same as the map knows it."""
        layers = {one.name: ShownLayer(one.name, one.opacity) for one in self.layers}
        return MapView(self.lon, self.lat, self.zoom, tuple(layers.values()), self.at)


class SavedViewIn(Schema, extra="forbid"):
    """A view to keep; `shared`: open to your body, too."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    picture: SavedPictureIn
    shared: bool = False


class SavedViewChangeIn(Schema, extra="forbid"):
    """What becomes another; what is null stays."""

    name: str | None = Field(None, min_length=1, max_length=LONGEST_NAME)
    picture: SavedPictureIn | None = None
    shared: bool | None = None


@router.get("/views", response=list[SavedViewOut], summary="Saved views of the map")
def list_views(request: HttpRequest) -> Any:
    """Your own views, then those that others share with your body; layers that are not yours are left out and counted."""
    return list(views_of(actor_of(request)))


@router.post("/views", response=SavedViewOut, summary="Save a view of the map")
def keep_view(request: HttpRequest, given: SavedViewIn) -> SavedViewOut:
    """Keeps a view under a name that you have not used yet."""
    actor = actor_of(request)
    made = save_view(actor=actor, name=given.name, view=given.picture.view(), shared=given.shared, now=current_time())
    return describe_view(actor, made)


@router.get("/views/{uuid:saved_view_id}", response=SavedViewOut, summary="One saved view")
def read_view(request: HttpRequest, saved_view_id: UUID) -> SavedViewOut:
    """One view as you may open it."""
    actor = actor_of(request)
    return describe_view(actor, visible_views(actor).get(pk=saved_view_id))


@router.put("/views/{uuid:saved_view_id}", response=SavedViewOut, summary="Change a saved view")
def alter_view(request: HttpRequest, saved_view_id: UUID, given: SavedViewChangeIn) -> SavedViewOut:
    """Renames a view of yours, lets it show something else, shares it or ends that."""
    actor = actor_of(request)
    view = given.picture.view() if given.picture else None
    one = change_view(
        actor=actor, saved_view_id=saved_view_id, name=given.name, view=view, shared=given.shared, now=current_time()
    )
    return describe_view(actor, one)


@router.delete("/views/{uuid:saved_view_id}", response={204: None}, summary="Delete a saved view")
def remove_view(request: HttpRequest, saved_view_id: UUID) -> Status[None]:
    """Deletes a view of yours."""
    delete_view(actor=actor_of(request), saved_view_id=saved_view_id, now=current_time())
    return Status(204, None)
