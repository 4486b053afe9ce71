"""The shade of the terrain on a sheet, as MapLibre draws it on the screen."""

import io
from math import floor
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from tocsin.atlas.layers.queries.terrain import heights_within, terrain_about
from tocsin.atlas.layers.rules.terrain import COARSEST_ZOOM, TILE, shade_of
from tocsin.atlas.pictures.papers.canvas import Canvas

SHADOW: Final = (40, 52, 66)  # as web/src/one-map/looks.ts in the light theme
LIGHT: Final = (255, 255, 255)
STRENGTH: Final = 0.55


def draw_relief(canvas: Canvas, folder: Path, opacity: float) -> None:
    """Draws it where there is a terrain in the frame; `opacity` from 0 to 1."""
    about = terrain_about(folder)
    if about is None:
        return
    frame = canvas.frame
    z = max(min(COARSEST_ZOOM, about.zoom), min(about.zoom, floor(frame.zoom + 1)))
    found = heights_within(folder, frame.box, z)
    if found is None:
        return
    heights, voids, left, top = found
    amount, lit = shade_of(np.pad(heights, 1, mode="edge"), zoom=z, latitude=frame.lat)
    alpha = np.where(voids, 0.0, (amount[..., 0] + (1 - amount[..., 0]) * amount[..., 1]) * STRENGTH * opacity)
    share = np.where(amount[..., 0] + amount[..., 1] > 0, lit * amount[..., 0] / (amount[..., 0] + amount[..., 1] + 1e-9), 0.0)
    colour = np.array(SHADOW) + share[..., None] * (np.array(LIGHT) - np.array(SHADOW))
    body = io.BytesIO()
    Image.fromarray(np.concatenate([colour, alpha[..., None] * 255], axis=-1).astype(np.uint8), "RGBA").save(body, "PNG")
    side = 2**z * TILE
    corners = np.array([[left, top], [left + heights.shape[1], top + heights.shape[0]]]) / side
    lon = (corners[:, 0] - 0.5) * 360
    lat = np.degrees(np.arctan(np.sinh((0.5 - corners[:, 1]) * 2 * np.pi)))
    (x, y), (right, low) = frame.pixels(np.column_stack([lon, lat])).tolist()
    canvas.picture(body.getvalue(), x, y, right - x, low - y)
