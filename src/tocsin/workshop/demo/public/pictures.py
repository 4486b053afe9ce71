"""Photos of made-up places: drawn, and seen to be drawn."""

import hashlib
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (480, 360)


def drawn_place(name: str, *, size: tuple[int, int] = SIZE) -> bytes:
    """A PNG of a street front with a door, in colours of its own for each name: no photo of anything."""
    seed = hashlib.sha256(name.encode()).digest()
    width, height = size
    sky, wall, door = ((150 + seed[at] % 90, 150 + seed[at + 1] % 80, 140 + seed[at + 2] % 80) for at in (0, 3, 6))
    picture = Image.new("RGB", size, sky)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((width * 0.1, height * 0.25, width * 0.9, height * 0.85), fill=wall, outline=(60, 60, 60), width=3)
    for at in range(4):
        left = width * (0.16 + 0.18 * at)
        draw.rectangle(
            (left, height * 0.34, left + width * 0.1, height * 0.5), fill=(90, 110, 130), outline=(40, 40, 40), width=2
        )
    left = width * (0.2 + seed[9] % 50 / 100)
    draw.rectangle((left, height * 0.56, left + width * 0.14, height * 0.85), fill=door, outline=(40, 40, 40), width=3)
    draw.rectangle((0, height * 0.85, width, height), fill=(110, 106, 100))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
