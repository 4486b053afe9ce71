"""What other capabilities may use of the map: layers and pictures."""

from tocsin.atlas.papers.drawing import Line, Mark, draw_map
from tocsin.atlas.papers.frame import Frame
from tocsin.atlas.queries.base_map import region_shapes
from tocsin.atlas.queries.layers import layers_for

__all__ = [
    "Frame",
    "Line",
    "Mark",
    "draw_map",
    "layers_for",
    "region_shapes",
]
