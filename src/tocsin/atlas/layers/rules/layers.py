"""What a layer of the map is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.functional import Promise

from tocsin.atlas.resources.rules.sight import Sight
from tocsin.jurisdiction.rights.rules import Permission

type Group = Literal["events", "networks", "sensing", "supervision", "mobilisation", "supplies", "resources"]
type Sign = Literal["", "case", "crew", "body", "store", "firm", "helpers", "works"]
type Features = Iterable[Mapping[str, Any]]
type Read = Callable[[Any, datetime | None], Features]


@dataclass(frozen=True)
class MapLayer:
    """Points on the map, in clusters where they are many, or areas filled in their level; a click opens the page of one.

    `url` answers with GeoJSON in WGS84, cut to what the reader may see, whose properties are `name` and `words` (shown under the
    pointer), `url` (its page), `shape` (red, orange, yellow, blue, good or unknown) and, if practised, `drill`.

    `features` reads the same for the one map, which makes tiles, counts and prints of it: of a person, now or at a past moment.
    A layer with `past` can answer for that; others are not shown there. `look` is how the one map draws it.
    """

    name: str
    words: Promise | str
    url: str
    permission: Permission
    features: Read
    group: Group
    shown: bool = False  # from the start; else when the reader ticks it
    kind: Literal["points", "areas"] = "points"
    live: str = ""  # event of the live stream on which it is fetched anew
    past: bool = False
    kept_s: float = 20.0  # rows that were read answer so long for the same person; news make them anew at once
    look: Literal["plates", "areas", "network", "sensors", "alarms", "plain"] = "plates"
    sign: Sign = ""  # outline and glyph of a plate: what kind of thing it is, besides its level
    on_console: bool = True  # the console draws sensors, alarms and networks by itself
    kinds: tuple[tuple[str, Promise | str], ...] = ()  # of a network: each kind of line with its words, for the legend
    path: tuple[str, ...] = ()  # headings below that of its group
    resource_id: UUID | None = None  # of a department's resource, whose rows are the same for all who have the same `sight`
    sight: Sight = field(default_factory=Sight)
