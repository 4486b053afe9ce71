"""Reading layers: the rows of one as a person may see them, kept for a moment, since a picture asks for a dozen tiles at once."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.atlas.layers.queries.layers import layers_named
from tocsin.atlas.layers.queries.resources import delivery_version, resource_rows
from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.atlas.layers.rules.rows import LayerRows
from tocsin.atlas.layers.rules.vector_tiles import TilePlace, encode_tile
from tocsin.atlas.resources.rules.sight import Sight
from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import reach
from tocsin.screens.budgets.requests import claim

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST_KEPT: Final = 60
RESOURCE_KEPT_S: Final = 3600.0  # a new delivery has another key


class Kept[T]:
    """The newest answers by key, each for so long; the one that was asked for longest ago makes room."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, key: Hashable, seconds: float, make: Callable[[], T]) -> T:
        """The kept answer, else the one that is made now; who asks for the same meanwhile waits for it."""
        with self._lock:
            making = self._making.setdefault(key, Lock())
        with making:
            now = time.monotonic()
            with self._lock:
                held = self._held.get(key)
                if held is not None and now - held[0] <= seconds:
                    self._held.move_to_end(key)
                    return held[1]
            try:
                made = make()
                with self._lock:
                    self._held[key] = (time.monotonic(), made)
                    while len(self._held) > self._most:
                        self._held.popitem(last=False)
            finally:
                with self._lock:
                    self._making.pop(key, None)
            return made

    def clear(self) -> None:
        """Forgets all (tests)."""
        with self._lock:
            self._held.clear()


_rows: Kept[LayerRows] = Kept(MOST_KEPT)
_NOTHING: Final = LayerRows.of_features(())


@dataclass(frozen=True)
class Asked:
    """Which state of the layers is asked for: now or a past moment; `news` counts what the reader's page has heard since."""

    at: datetime | None = None
    news: int = 0


def rows_of_layer(user: "Person", layer: MapLayer, asked: Asked) -> LayerRows:
    """The rows of a layer that this person may see; none at a past moment of which the layer can't tell."""
    if asked.at is not None and not layer.past:
        return _NOTHING
    if layer.resource_id is not None:
        return _rows_of_resource(layer.resource_id, layer.sight, layer.url, asked.at)
    heard = asked.news if layer.live else 0
    key = (layer.name, user.pk, reach(user, layer.permission), get_language(), asked.at, heard)
    return _rows.get(key, layer.kept_s, lambda: _read(user, layer, asked.at))


def _rows_of_resource(resource_id: UUID, sight: Sight, url: str, at: datetime | None) -> LayerRows:
    """The same for all who have the same sight of it, kept as long as that delivery is asked for. A condition that no longer fits
    the columns keeps every row back.
    """
    served = delivery_version(resource_id, at)

    def read() -> LayerRows:
        claim(waits=False)
        return resource_rows(resource_id, sight, url, at).ready()

    try:
        return _rows.get((resource_id, sight, served), RESOURCE_KEPT_S, read)
    except InvalidInput:
        if not sight.condition:
            raise
        return _NOTHING


def _read(user: "Person", layer: MapLayer, at: datetime | None) -> LayerRows:
    claim(waits=False)
    rows = LayerRows.of_features(layer.features(user, at), _("【DRILL】"))
    return rows.ready()


def tile_of(user: "Person", names: list[str], place: TilePlace, asked: Asked) -> bytes:
    """One vector tile with those of the layers that this person may see; others are not in it."""
    known = layers_named(user, names)
    wanted: dict[str, Any] = {name: known[name] for name in names if name in known}
    return encode_tile(place, {name: rows_of_layer(user, one, asked).features_of(place) for name, one in wanted.items()})


def box_of(user: "Person", names: list[str], asked: Asked) -> dict[str, object]:
    """`box` round what the layers hold for this person (None: nothing), and the `rows` by layer."""
    known = layers_named(user, names)
    found = {name: rows_of_layer(user, known[name], asked) for name in names if name in known}
    boxes = [one.box for one in found.values() if one.box is not None]
    box = None
    if boxes:
        west, south, east, north = zip(*boxes, strict=True)
        box = [min(west), min(south), max(east), max(north)]
    return {"box": box, "rows": {name: len(one) for name, one in found.items()}}


def forget() -> None:
    """No rows are kept (tests)."""
    _rows.clear()
