"""What was chosen on the map, as a table."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import pgettext

from tocsin.atlas.exposure.queries.bodies import SEE
from tocsin.atlas.exposure.queries.telling import MOST_BODIES, TELL
from tocsin.atlas.exposure.shown.area import describe_area
from tocsin.atlas.layers.queries.selection import Chosen
from tocsin.jurisdiction.face import may_anywhere

if TYPE_CHECKING:
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry

    from tocsin.jurisdiction.face import Person

PAGE_ROWS: Final = 50
_LEVELS: Final = ("red", "orange", "yellow", "blue", "good", "unknown")


def people_in(user: "Person", shape: "BaseGeometry", at: "datetime") -> dict[str, object] | None:
    """The people in the area in one sentence, how they were reckoned, and whoever must be told by name of what happens there,
    with the page that tells them; None for who may not know.
    """
    if not may_anywhere(user, SEE):
        return None
    found = describe_area(user, shape, at=at)
    bodies = [one.id for one in found.bodies if one.told][:MOST_BODIES] if may_anywhere(user, TELL) else []
    page = f"{reverse('tell_exposed_bodies')}?{urlencode([('body', str(one)) for one in bodies])}" if bodies else ""
    return {"sentence": found.sentence, "reckoning": found.reckoning, "to_tell": bodies, "tell_page": page}


def columns_of(chosen: Chosen) -> dict[str, str]:
    """By key the heads of the columns that this layer fills."""
    usual = {
        "name": pgettext("column of a map selection", "Name"),
        "words": pgettext("column of a map selection", "Description"),
        "shape": pgettext("column of a map selection", "Level"),
    }
    levels = [one for one in chosen.rows.shapes if one in _LEVELS]
    told = {"name": chosen.rows.names, "words": chosen.rows.words, "shape": levels}
    filled = {key: head for key, head in usual.items() if key == "name" or any(told[key])}
    place = {
        "lon": pgettext("column of a map selection", "Longitude"),
        "lat": pgettext("column of a map selection", "Latitude"),
    }
    return {**filled, **{key: key for key in chosen.rows.more}, **place}


def rows_told(chosen: Chosen, sort: str = "") -> list[int]:
    """The places of the chosen rows by a column, with "-" before it from the end; else as the layer has them."""
    places: list[int] = chosen.places.tolist()
    key = sort.removeprefix("-")
    if key in columns_of(chosen):
        places.sort(key=lambda place: _order(cell(chosen, place, key)), reverse=sort.startswith("-"))
    return places


def table_of(chosen: Chosen, places: list[int]) -> Iterator[dict[str, object]]:
    """Rows by the keys of the columns."""
    keys = list(columns_of(chosen))
    for place in places:
        yield {key: cell(chosen, place, key) for key in keys}


def cell(chosen: Chosen, place: int, key: str) -> object:
    """One cell; where a line or an area lies is told by its middle."""
    rows = chosen.rows
    match key:
        case "name":
            return rows.names[place]
        case "words":
            return rows.words[place]
        case "shape":
            return shape_words(rows.shapes[place])
        case "lon" | "lat":
            middle = rows.geometry[place].centroid
            return round(middle.x if key == "lon" else middle.y, 6)
    return rows.more[key][place]


def shape_words(shape: str) -> str:
    """A level in words, a kind as it is."""
    if shape not in _LEVELS:
        return shape
    return {
        "red": pgettext("legend of a map", "level 1, most serious"),
        "orange": pgettext("legend of a map", "level 2"),
        "yellow": pgettext("legend of a map", "level 3"),
        "blue": pgettext("legend of a map", "level 4"),
        "good": pgettext("legend of a map", "in order"),
        "unknown": pgettext("legend of a map", "not judged"),
    }[shape]


def _order(value: object) -> tuple[int, float, str]:
    if value is None:
        return 2, 0.0, ""
    if isinstance(value, int | float):
        return 0, float(value), ""
    return 1, 0.0, str(value)
