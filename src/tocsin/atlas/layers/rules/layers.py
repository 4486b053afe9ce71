"""What a layer of the map is."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

from tocsin.jurisdiction.rights.rules import Permission


@dataclass(frozen=True)
class MapLayer:
    """Points on the console's map, in clusters where they are many, or areas in the colour of their level; a click opens a page.

    `url` answers with GeoJSON in WGS84, cut to what the reader may see, whose properties are `name` and `words` (shown under the
    pointer), `url` (its page), `shape` (red, orange, yellow, blue, good or unknown) and, if practised, `drill`.
    """

    name: str
    words: Promise
    url: str
    permission: Permission
    shown: bool = False  # from the start; else when the reader ticks it
    kind: Literal["points", "areas"] = "points"
    live: str = ""  # event of the live stream on which it is fetched anew
