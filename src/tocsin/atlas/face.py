"""What other capabilities may use of the map: layers and pictures."""

from tocsin.atlas.layers.queries.base_map import region_shapes
from tocsin.atlas.layers.queries.layers import layers_for
from tocsin.atlas.pictures.papers.drawing import Line, Mark, draw_map
from tocsin.atlas.pictures.papers.frame import Frame

__all__ = [
    "Frame",
    "Line",
    "Mark",
    "draw_map",
    "layers_for",
    "region_shapes",
]
