"""What a layer of the map is."""

from dataclasses import dataclass

from django.utils.functional import Promise

from tocsin.jurisdiction.rights.rules import Permission


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
