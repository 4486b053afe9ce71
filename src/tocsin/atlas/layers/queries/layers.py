"""Layers of the map that capabilities offer: each an entry in its `map_layers.py` and a line in `portal/catalogue/`."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from tocsin.atlas.layers.queries.resources import PREFIX, resource_layers
from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.jurisdiction.face import may_anywhere

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def map_layers() -> list[MapLayer]:
    """Every layer of the catalogue, in its order."""
    return [import_string(name.replace(":", ".")) for name in settings.MAP_LAYERS]


def layers_of(user: "Person") -> list[MapLayer]:
    """The layers whose objects this person may see somewhere: those of capabilities, then the resources of departments."""
    return [*_own_layers(user), *resource_layers(user)]


def layers_named(user: "Person", names: Collection[str]) -> dict[str, MapLayer]:
    """By name those of the named layers whose objects this person may see somewhere: a tile asks for few of hundreds."""
    found = [one for one in _own_layers(user) if one.name in names]
    slugs = [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]
    return {one.name: one for one in [*found, *(resource_layers(user, slugs) if slugs else ())]}


def _own_layers(user: "Person") -> list[MapLayer]:
    return [one for one in map_layers() if may_anywhere(user, one.permission)]


def layers_for(user: "Person") -> list[dict[str, object]]:
    """The same as the console and its scripts read them, without those that it draws by itself."""
    return [
        {
            "name": one.name,
            "words": str(one.words),
            "url": one.url,
            "kind": one.kind,
            "sign": one.sign,
            "shown": one.shown,
            "live": one.live,
        }
        for one in _own_layers(user)
        if one.on_console
    ]
