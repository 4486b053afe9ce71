"""Layers of the map that capabilities offer: each an entry in its `map_layers.py` and a line in `portal/catalogue.py`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from tocsin.jurisdiction.queries import may_anywhere
from tocsin.jurisdiction.rules import Permission

if TYPE_CHECKING:
    from tocsin.jurisdiction.queries import Person


@dataclass(frozen=True)
class MapLayer:
    """Points on the console's map, in clusters where they are many; a click opens the page of one.

    `url` answers with GeoJSON points in WGS84, cut to what the reader may see, whose properties are `name` and `words` (shown
    under the pointer), `url` (its page), `shape` (red, orange, yellow, blue, good or unknown) and, if practised, `drill`.
    """

    name: str
    words: Promise
    url: str
    permission: Permission
    shown: bool = False  # from the start; else when the reader ticks it
    live: str = ""  # event of the live stream on which it is fetched anew


def map_layers() -> list[MapLayer]:
    """Every layer of the catalogue, in its order."""
    return [import_string(name.replace(":", ".")) for name in settings.MAP_LAYERS]


def layers_for(user: "Person") -> list[dict[str, Any]]:
    """The layers whose objects this person may see somewhere, as the page and its scripts read them."""
    return [
        {"name": one.name, "words": str(one.words), "url": one.url, "shown": one.shown, "live": one.live}
        for one in map_layers()
        if may_anywhere(user, one.permission)
    ]
