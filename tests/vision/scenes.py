"""Drawn scenes as a camera sends them, and what may become of a camera; all made from seeds."""

import io
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZE: Final = (1280, 720)


def scene(seed: int) -> Image.Image:
    """A yard of boxes, tanks with windows, and pipes; another one for each seed."""
    random = np.random.default_rng(seed)
    image = Image.new("L", SIZE, int(random.integers(120, 200)))
    draw, (width, height) = ImageDraw.Draw(image), SIZE
    draw.rectangle((0, int(height * random.uniform(0.35, 0.6)), width, height), fill=int(random.integers(60, 130)))
    for _ in range(int(random.integers(6, 12))):
        left, wide = int(random.uniform(0, width)), int(random.uniform(40, 260))
        top, bottom = int(random.uniform(0.1, 0.6) * height), int(random.uniform(0.6, 0.95) * height)
        shade = int(random.integers(20, 235))
        if random.random() < 0.4:
            draw.ellipse((left, top, left + wide, bottom), fill=shade, outline=255 - shade)
            continue
        draw.rectangle((left, top, left + wide, bottom), fill=shade)
        for window in range(top + 10, bottom - 10, 28):
            draw.rectangle((left + 8, window, left + wide - 8, window + 10), fill=(shade + 90) % 256)
    for _ in range(8):
        ends = [(int(random.uniform(0, width)), int(random.uniform(0, height))) for _ in range(2)]
        draw.line(ends, fill=int(random.integers(0, 256)), width=int(random.integers(3, 12)))
    return image


def taken(image: Image.Image, seed: int, *, noise: float = 3.0, quality: int = 70) -> bytes:
    """The scene as a JPEG of a camera: its lens, its sensor's noise, its compression."""
    levels = np.asarray(image.filter(ImageFilter.GaussianBlur(0.7)), dtype=float)
    noisy = levels + np.random.default_rng(seed).normal(0, noise, levels.shape) if noise else levels
    kept = io.BytesIO()
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(kept, "JPEG", quality=quality)
    return kept.getvalue()


def shaded(image: Image.Image, gain: float) -> Image.Image:
    """Under more or less light."""
    return image.point(lambda level: min(255, level * gain))


def shifted(image: Image.Image, right: int, down: int = 0) -> Image.Image:
    """The camera turned: the scene lies elsewhere in the picture."""
    return image.transform(image.size, Image.Transform.AFFINE, (1, 0, right, 0, 1, down))


def hidden(image: Image.Image, box: tuple[float, float, float, float], level: int = 90) -> Image.Image:
    """Something even stands before it; `box`: left, upper, right, lower as shares."""
    covered = image.copy()
    ImageDraw.Draw(covered).rectangle(tuple(part * side for part, side in zip(box, SIZE * 2, strict=True)), fill=level)
    return covered


def blurred(image: Image.Image, pixels: float) -> Image.Image:
    """Out of focus."""
    return image.filter(ImageFilter.GaussianBlur(pixels))


def with_clock(image: Image.Image, text: str) -> Image.Image:
    """What a camera writes into its picture."""
    written = image.copy()
    draw = ImageDraw.Draw(written)
    draw.rectangle((20, 16, 300, 48), fill=0)
    draw.text((24, 20), text, fill=255, font_size=24)
    return written
