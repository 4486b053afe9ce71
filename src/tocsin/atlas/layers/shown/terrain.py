"""The terrain in words, and as the page of the map and programs read it."""

from datetime import datetime

from django.utils.translation import pgettext
from ninja import Field, Schema

from tocsin.atlas.layers.queries.terrain import NAME, ProfilePlace, TerrainAbout
from tocsin.atlas.layers.shown.catalogue import spoken
from tocsin.atlas.layers.shown.ground import DATUM_NAMES, GroundSourceOut


class TerrainOut(Schema):
    """The terrain of the map: its version, when it was loaded and by whom, what it holds."""

    version: str
    at: datetime
    by: str
    zoom: int = Field(description="the finest zoom of its tiles")
    box: tuple[float, float, float, float] = Field(description="west, south, east, north in degrees")
    lowest_m: float
    highest_m: float
    void_share: float = Field(description="share of the files' pixels without a height")
    files: list[GroundSourceOut]
    datum: str
    datum_name: str
    source: str = Field(description="who made the heights and under which licence; empty: nobody said it")

    @property
    def void_percent(self) -> float:
        """The same as the page writes it."""
        return round(100 * self.void_share, 1)


class ProfilePlaceOut(Schema):
    """A place along a line."""

    metres: float = Field(description="from the beginning of the line")
    lon: float
    lat: float
    height_m: float | None = Field(description="null: the terrain has none there")


def describe_terrain(about: TerrainAbout) -> TerrainOut:
    """What the terrain is."""
    return TerrainOut(
        version=about.version,
        at=about.at,
        by=about.by,
        zoom=about.zoom,
        box=about.box,
        lowest_m=about.lowest_m,
        highest_m=about.highest_m,
        void_share=about.void_share,
        files=[GroundSourceOut(name=name, sha256=digest) for name, digest in about.files.items()],
        datum=about.datum.value,
        datum_name=str(DATUM_NAMES[about.datum]),
        source=about.source,
    )


def describe_profile(places: list[ProfilePlace]) -> list[ProfilePlaceOut]:
    """Every place of a profile."""
    return [ProfilePlaceOut(metres=one.metres, lon=one.lon, lat=one.lat, height_m=one.height_m) for one in places]


def terrain_words() -> str:
    """What the layer is called."""
    return pgettext("map layer", "Terrain (shaded)")


def terrain_entry() -> dict[str, object]:
    """The terrain in the catalogue of layers: it lies on the ground, below all others."""
    words = terrain_words()
    return {
        "name": NAME,
        "words": words,
        "path": [pgettext("heading of map layers", "Ground")],
        "look": "relief",
        "sign": "",
        "shown": False,
        "live": "",
        "past": True,
        "legend": [("own", words)],
        "search": spoken(words),
    }
