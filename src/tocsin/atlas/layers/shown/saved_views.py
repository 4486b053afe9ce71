"""Saved views as pages and programs read them: the layers are those of the reader."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from ninja import Schema

from tocsin.atlas.layers.models import SavedView
from tocsin.atlas.layers.queries.layers import layers_named
from tocsin.atlas.layers.queries.saved_views import may_change, visible_views
from tocsin.atlas.layers.queries.terrain import NAME as TERRAIN
from tocsin.atlas.layers.queries.terrain import terrain_version
from tocsin.atlas.layers.rules.view import MapView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tocsin.jurisdiction.face import User


class SavedLayerOut(Schema):
    """A layer of a saved view, with its opacity in per cent."""

    name: str
    opacity: int


class SavedViewOut(Schema):
    """A view under a name. `layers`: from the lowest to the highest, those that the reader may see; `withheld`: how many more it
    names; `at`: the moment that it shows, null for now; `shared`: whether the owner's body opens it, too.
    """

    id: UUID
    name: str
    owner: str
    own: bool
    shared: bool
    body: str
    may_change: bool
    lon: float
    lat: float
    zoom: float
    layers: list[SavedLayerOut]
    withheld: int
    at: datetime | None
    url: str
    changed_at: datetime


def views_of(user: "User") -> "Iterator[SavedViewOut]":
    """The reader's own first, then what others of their body share."""
    found = sorted(visible_views(user), key=lambda one: one.owner_id != user.pk)
    told = [(one, view_of(one)) for one in found]
    known = _known(user, {layer.name for _one, view in told for layer in view.layers or ()})
    for one, view in told:
        yield _described(user, one, view, known)


def describe_view(user: "User", one: "SavedView") -> SavedViewOut:
    """One view as this reader may open it."""
    view = view_of(one)
    return _described(user, one, view, _known(user, {layer.name for layer in view.layers or ()}))


def _known(user: "User", names: set[str]) -> set[str]:
    terrain = {TERRAIN} if terrain_version(settings.CONFIGURATION.data / "terrain") else set()
    return terrain | set(layers_named(user, names))


def own_views(user: "User") -> "Iterator[dict[str, object]]":
    """What a person keeps on the map, for the copy of their own data."""
    for one in SavedView.objects.filter(owner=user):
        yield {"name": one.name, "address": one.address, "shared_with": str(one.organisation or ""), "changed_at": one.changed_at}


def view_of(one: "SavedView") -> MapView:
    """What it shows."""
    return MapView.parse(QueryDict(one.address).dict())


def _described(user: "User", one: "SavedView", view: MapView, known: set[str]) -> SavedViewOut:
    layers = view.layers or ()
    return SavedViewOut(
        id=one.pk,
        name=one.name,
        owner=str(one.owner),
        own=one.owner_id == user.pk,
        shared=one.organisation_id is not None,
        body=str(one.organisation or ""),
        may_change=may_change(user, one),
        lon=view.lon or 0.0,
        lat=view.lat or 0.0,
        zoom=view.zoom or 0.0,
        layers=[SavedLayerOut(name=each.name, opacity=each.opacity) for each in layers if each.name in known],
        withheld=sum(each.name not in known for each in layers),
        at=view.at,
        url=reverse("saved_view", args=[one.pk]),
        changed_at=one.changed_at,
    )
