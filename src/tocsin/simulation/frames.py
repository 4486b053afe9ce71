"""Frames of a camera at an unloading point: a yard with tanks, and a tanker with its plate where one stands there.

Drawn, not photographed: enough for what reads plates and for what says that nobody is there, and for nothing else.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZE: Final = (1280, 720)
POST: Final = ((0.02, 0.40), (0.30, 0.40), (0.30, 0.98), (0.02, 0.98))
"""Where whoever watches the unloading stands, as shares of the picture."""
_SKY, _GROUND, _TANK, _CAB, _STEEL, _DARK = "#a9b8c4", "#7c7f82", "#c9ccce", "#b5482f", "#dfe3e6", "#2a2c2e"
_PLATE, _WARNING = "#e0b000", "#f4f4f0"
_NOISE: Final = 3.0  # levels of a sensor


@dataclass(frozen=True)
class Tanker:
    """A tanker as it is drawn: its plate with the point, and what is written on its tank."""

    plate: str
    words: str = "危险品"


def draw_frame(tanker: Tanker | None, seed: int, fonts: str) -> bytes:
    """A frame as a JPEG. `seed`: of the sensor's noise, so that no two frames are the same; `fonts`: path of a font that has the
    signs of plates.
    """
    noise = np.random.default_rng(seed).normal(0, _NOISE, SIZE[::-1]).astype(np.int16)  # alike in all colours
    levels = np.clip(_yard(tanker, fonts) + noise[:, :, None], 0, 255).astype(np.uint8)
    kept = io.BytesIO()
    Image.fromarray(levels).save(kept, "JPEG", quality=85)
    return kept.getvalue()


@lru_cache(maxsize=4)
def _yard(tanker: Tanker | None, fonts: str) -> NDArray[np.int16]:
    image = Image.new("RGB", SIZE, _SKY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 330, SIZE[0], SIZE[1]), fill=_GROUND)
    for left in (60, 250, 440):
        draw.rectangle((left, 130, left + 150, 350), fill=_TANK, outline=_DARK)
        draw.ellipse((left, 110, left + 150, 150), fill=_TANK, outline=_DARK)
    draw.line((0, 300, SIZE[0], 300), fill=_DARK, width=6)
    draw.line((640, 300, 640, 420), fill=_DARK, width=10)
    if tanker is not None:
        _draw_tanker(image, tanker, fonts)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.int16)


def _draw_tanker(image: Image.Image, tanker: Tanker, fonts: str) -> None:
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((470, 320, 950, 540), radius=90, fill=_STEEL, outline=_DARK, width=4)
    draw.rectangle((960, 330, 1230, 620), fill=_CAB, outline=_DARK, width=4)
    draw.rectangle((990, 350, 1200, 440), fill="#8fb3c8", outline=_DARK, width=4)
    draw.rectangle((480, 540, 960, 570), fill=_DARK)
    for left in (520, 640, 1000, 1140):
        draw.ellipse((left, 560, left + 90, 650), fill=_DARK, outline="#808080", width=6)
    _write(image, tanker.plate, 44, (975, 520), "black", _PLATE, fonts)
    _write(image, tanker.words, 54, (610, 390), "#b01818", _WARNING, fonts)


def _write(image: Image.Image, text: str, high: int, place: tuple[int, int], ink: str, ground: str, fonts: str) -> None:
    font = ImageFont.truetype(fonts, high)
    left, upper, right, lower = (int(one) for one in font.getbbox(text))
    made = Image.new("RGB", (right - left + high // 2, lower - upper + high // 2), ground)
    ImageDraw.Draw(made).text((high // 4 - left, high // 4 - upper), text, font=font, fill=ink)
    image.paste(made, place)
