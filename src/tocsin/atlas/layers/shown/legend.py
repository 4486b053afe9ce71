"""What the signs on the map mean: the same words on the screen and on paper."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import pgettext

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.atlas.layers.shown.selection import shape_words

LEVELS: Final = ("red", "orange", "yellow", "blue")


def legend_of(layer: MapLayer) -> list[tuple[str, str]]:
    """Every sign of a layer: the key of its sample, and what it means. `own` is the layer's own colour."""
    match layer.look:
        case "network":
            return [(kind, str(words)) for kind, words in layer.kinds]
        case "plain":
            return [("own", str(layer.words))]
        case "sensors":
            return [
                ("sensor-good", pgettext("legend of a map", "sensor in order")),
                ("sensor-fault", pgettext("legend of a map", "sensor whose value can't be trusted")),
                ("sensor-silent", pgettext("legend of a map", "sensor that is silent")),
            ]
    own = [(f"sign-{layer.sign}", str(layer.words))] if layer.sign else []
    others = ("good", "unknown") if layer.look == "plates" else ()
    return own + [(key, shape_words(key)) for key in (*LEVELS, *others)]


def explained(key: str, layers: Sequence[tuple[str, Mapping[str, str]]]) -> str:
    """One entry of a printed legend: `layers` are those with that sign, by their words, each with the kinds of its network.

    >>> explained("dot:#c25b4e", [("Schools", {}), ("Hospitals", {})])
    'Schools, Hospitals'
    """
    names = ", ".join(dict.fromkeys(words for words, _kinds in layers))
    kinds = dict.fromkeys(kinds[key] for _words, kinds in layers if key in kinds)
    if kinds:
        return ", ".join(kinds)
    return f"{shape_words(key)}: {names}" if key in LEVELS else names
