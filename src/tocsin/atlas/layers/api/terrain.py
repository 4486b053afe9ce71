"""The terrain of the map for programs."""

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile

from tocsin.atlas.layers.queries.ground import may_keep_ground
from tocsin.atlas.layers.queries.terrain import MOST_CORNERS, heights_at, profile_along, terrain_about
from tocsin.atlas.layers.services.terrain.loading import TerrainFile, load_terrain
from tocsin.atlas.layers.shown.terrain import ProfilePlaceOut, TerrainOut, describe_profile, describe_terrain
from tocsin.base.datums import Datum
from tocsin.base.errors import NotAllowed
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class HeightOut(Schema):
    """The height of a place; null: the terrain has none there."""

    height_m: float | None


class HeightPlaceIn(Schema):
    """A place in degrees."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-85, le=85)


class HeightLineIn(Schema, extra="forbid"):
    """The corners of a line, each longitude and latitude in degrees."""

    line: list[tuple[float, float]] = Field(min_length=2, max_length=MOST_CORNERS)


@router.get("/terrain", response=TerrainOut | None, summary="The terrain of the map")
def read_terrain(request: HttpRequest) -> TerrainOut | None:
    """What the terrain is, for who keeps the map; null where none has been loaded."""
    if not may_keep_ground(request.user):
        raise NotAllowed("Your roles do not let you exchange the ground of the map.")
    about = terrain_about(settings.CONFIGURATION.data / "terrain")
    return describe_terrain(about) if about else None


@router.post("/terrain", response=TerrainOut, summary="Exchange the terrain of the map")
@costly
def exchange_terrain(
    request: HttpRequest, datum: Form[Datum], files: File[list[UploadedFile]], source: Form[str] = ""
) -> TerrainOut:
    """Takes GeoTIFFs of heights as the terrain: all of them, or nothing. `source`: who made them and under which licence, as maps
    say it.
    """
    made = load_terrain(
        actor=actor_of(request),
        files=[TerrainFile(one.name or "", one) for one in files],
        datum=datum,
        source=source,
        folder=settings.CONFIGURATION.data / "terrain",
        now=current_time(),
    )
    return describe_terrain(made)


@router.get("/height", response=HeightOut, summary="The height of a place")
def height_of_place(request: HttpRequest, wanted: Query[HeightPlaceIn]) -> HeightOut:
    """Metres above the sea's level as the terrain has it; null where it has none."""
    return HeightOut(height_m=heights_at(settings.CONFIGURATION.data / "terrain", [(wanted.lon, wanted.lat)])[0])


@router.post("/height-profile", response=list[ProfilePlaceOut], summary="Heights along a line")
def heights_along_line(request: HttpRequest, given: HeightLineIn) -> list[ProfilePlaceOut]:
    """Heights at 200 places along a line, as far from each other."""
    return describe_profile(profile_along(settings.CONFIGURATION.data / "terrain", given.line))
