"""The process that reads a file of geographic information systems: little memory, little time, nobody else falls with it.

    python -I -m tocsin.records.imports.services.features_child < FILE > ANSWER

ANSWER is JSON (`FeaturesRead`). All layers are read; where there are several, the cell `layer` says from which a feature is.
"""

import os
import resource
import sys
from typing import TYPE_CHECKING

import msgspec

from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from tocsin.engine.deliveries.profile import Delivery

NICE = 10  # a file yields to readings and alarms
MEMORY_BYTES = 6_000_000_000  # addresses, most of which libraries map and never touch
CPU_S = 60


class FeatureRead(msgspec.Struct, frozen=True):
    """One feature: its properties as texts, and its GeoJSON geometry in degrees as text; empty for none."""

    cells: dict[str, str]
    shape: str = ""


class FeaturesRead(msgspec.Struct, frozen=True):
    """What was read, or why it can't be: template and figures."""

    features: tuple[FeatureRead, ...] = ()
    refused: str = ""
    figures: dict[str, str] = {}


def read(content: bytes) -> FeaturesRead:
    """All features of a file; a refusal is an answer, too."""
    from tocsin.engine.deliveries.files import read_delivery
    from tocsin.engine.deliveries.vector_files import is_vector_file, layers_of, read_layer

    try:
        if not is_vector_file(content):
            return FeaturesRead(tuple(_features_of(read_delivery(content), "")))
        layers = layers_of(content)
        told = [(read_layer(content, one), one if len(layers) > 1 else "") for one in layers]
        return FeaturesRead(tuple(each for delivery, layer in told for each in _features_of(delivery, layer)))
    except InvalidInput as refusal:
        return FeaturesRead(refused=str(refusal.args[0]), figures={name: str(value) for name, value in refusal.named.items()})


def _features_of(delivery: "Delivery", layer: str) -> list[FeatureRead]:
    import shapely

    rows = [{name: text for name, text in one.items() if text is not None} for one in delivery.cells.to_dicts()]
    shapes = [None] * len(rows) if delivery.shapes is None else shapely.to_geojson(delivery.shapes).tolist()
    named = {"layer": layer} if layer else {}
    return [FeatureRead(named | cells, shape or "") for cells, shape in zip(rows, shapes, strict=True)]


def main() -> int:
    """The child."""
    os.nice(NICE)
    content = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(msgspec.json.encode(read(content)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
