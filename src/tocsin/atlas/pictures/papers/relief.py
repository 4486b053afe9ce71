"""The shade of the terrain on a sheet, as MapLibre draws it on the screen."""

import io
from dataclasses import dataclass
from math import floor
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from tocsin.atlas.layers.queries.terrain import TerrainAbout, heights_within
from tocsin.atlas.layers.rules.terrain import COARSEST_ZOOM, TILE, Heights, Voids, shade_of
from tocsin.atlas.pictures.papers.canvas import Canvas

SHADOW: Final = (40, 52, 66)  # as web/src/one-map/looks.ts in the light theme
LIGHT: Final = (255, 255, 255)
STRENGTH: Final = 0.55


@dataclass(frozen=True)
class Relief:
    """The terrain of a sheet; `opacity` from 0 to 1, `zoom`: of the screen that is printed, whose hills are to look as steep."""

    about: TerrainAbout
    folder: Path
    opacity: float
    zoom: float

    def draw(self, canvas: Canvas) -> None:
        """Draws it where there is a terrain in the frame."""
        frame = canvas.frame
        z = max(min(COARSEST_ZOOM, self.about.zoom), min(self.about.zoom, floor(self.zoom + 1)))
        found = heights_within(self.folder, self.about, frame.box, z)
        if found is None:
            return
        heights, voids, left, top = found
        shade = shade_picture(heights, voids, zoom=z, latitude=frame.lat, opacity=self.opacity)
        corners = np.array([[left, top], [left + heights.shape[1], top + heights.shape[0]]]) / (2**z * TILE)
        lon = (corners[:, 0] - 0.5) * 360
        lat = np.degrees(np.arctan(np.sinh((0.5 - corners[:, 1]) * 2 * np.pi)))
        (x, y), (right, low) = frame.pixels(np.column_stack([lon, lat])).tolist()
        canvas.picture(shade, x, y, right - x, low - y)


def shade_picture(heights: Heights, voids: Voids, *, zoom: int, latitude: float, opacity: float) -> bytes:
    """The PNG of the shade; clear where there is no height."""
    amount, lit = shade_of(np.pad(heights, 1, mode="edge"), zoom=zoom, latitude=latitude)
    shade, accent = amount[..., 0], amount[..., 1]
    alpha = np.where(voids, 0.0, (shade + (1 - shade) * accent) * STRENGTH * opacity)
    share = lit * shade / (shade + accent + 1e-9)
    colour = np.array(SHADOW) + share[..., None] * (np.array(LIGHT) - np.array(SHADOW))
    body = io.BytesIO()
    Image.fromarray(np.concatenate([colour, alpha[..., None] * 255], axis=-1).astype(np.uint8), "RGBA").save(body, "PNG")
    return body.getvalue()
