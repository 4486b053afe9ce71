"""The collections that somebody may read."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from tocsin.atlas.exchange.queries.resources import resource_collections
from tocsin.atlas.exchange.rules.collections import FeatureCollection
from tocsin.jurisdiction.face import may_anywhere

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def own_collections() -> list[FeatureCollection]:
    """What Tocsin itself holds: every collection of the catalogue, in its order."""
    return [import_string(name.replace(":", ".")) for name in settings.FEATURE_COLLECTIONS]


def collections_for(person: "Person") -> dict[str, FeatureCollection]:
    """By name what this reader may see somewhere; a resource never takes the name of one of the product's own."""
    own = [one for one in own_collections() if one.permission is not None and may_anywhere(person, one.permission)]
    taken = {one.name for one in own_collections()}
    others = [one for one in resource_collections(person) if one.name not in taken]
    return {one.name: one for one in [*own, *others]}
