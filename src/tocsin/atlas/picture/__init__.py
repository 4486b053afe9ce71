"""The map as a picture for papers: SVG in the colours of the console's light style, with scale, north, source and time."""

from tocsin.atlas.picture.drawing import Line, Mark, draw_map
from tocsin.atlas.picture.frame import Frame

__all__ = ["Frame", "Line", "Mark", "draw_map"]
