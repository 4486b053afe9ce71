"""Pictures as phones send them, for tests."""

import io
from typing import Any

from PIL import ExifTags, Image, ImageDraw, ImageFilter, ImageFont


def picture(form: str = "JPEG", size: tuple[int, int] = (400, 200), mode: str = "RGB", **more: Any) -> bytes:
    kept = io.BytesIO()
    image = Image.new(mode, size, more.pop("colour", "orange") if mode in ("RGB", "RGBA") else 0)
    image.save(kept, form, **more)
    return kept.getvalue()


def photo(taken: str = "2026:11:24 13:10:00", offset: str = "", orientation: int = 1) -> bytes:
    """A photo as a phone takes it: time, position, owner."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = "OwnerOfThePhone"
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        inner[ExifTags.Base.OffsetTimeOriginal] = offset
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitude], place[ExifTags.GPS.GPSLongitude] = (36.0, 10.0, 30.0), (120.0, 24.0, 0.0)
    return picture(exif=exif, comment=b"<script>alert(1)</script>")


def street(size: tuple[int, int] = (1200, 900), *, face: float = 240.0, plate: str = "B A12345") -> bytes:
    """A drawn street as a JPEG: a person on the left with a face of that height (0: nobody), and a car's plate (empty: none)."""
    image = Image.new("RGB", size, (150, 160, 150))
    draw = ImageDraw.Draw(image)
    if face:
        _draw_person(draw, size[0] * 0.25, size[1] * 0.4, face)
    image = image.filter(ImageFilter.GaussianBlur(max(face, 60) / 60))
    if plate:
        draw, left, top = ImageDraw.Draw(image), size[0] * 0.6, size[1] * 0.7
        draw.rectangle((left, top, left + 240, top + 76), fill=(20, 60, 180))
        draw.text((left + 12, top + 10), plate, fill="white", font=ImageFont.load_default(50))
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=90)
    return kept.getvalue()


def _draw_person(draw: ImageDraw.ImageDraw, x: float, y: float, high: float) -> None:
    wide = high * 0.75

    def oval(across: float, down: float, half_wide: float, half_high: float, fill: tuple[int, int, int]) -> None:
        middle = (x + across * wide, y + down * high)
        corner = (half_wide * wide, half_high * high)
        draw.ellipse((middle[0] - corner[0], middle[1] - corner[1], middle[0] + corner[0], middle[1] + corner[1]), fill=fill)

    draw.rectangle((x - wide * 0.9, y + high * 0.62, x + wide * 0.9, y + high * 2), fill=(50, 60, 90))
    draw.rectangle((x - wide * 0.2, y + high * 0.3, x + wide * 0.2, y + high * 0.75), fill=(190, 140, 115))
    oval(0, -0.12, 0.56, 0.52, (45, 30, 22))
    oval(0, 0, 0.5, 0.5, (222, 172, 142))
    oval(0, -0.38, 0.47, 0.2, (45, 30, 22))
    for side in (-1, 1):
        oval(side * 0.52, 0, 0.06, 0.1, (210, 160, 130))
        oval(side * 0.2, -0.13, 0.13, 0.025, (60, 40, 30))
        oval(side * 0.2, -0.05, 0.1, 0.04, (245, 240, 235))
        oval(side * 0.2, -0.05, 0.045, 0.04, (40, 25, 20))
        oval(side * 0.25, 0.12, 0.1, 0.08, (226, 160, 135))
    nose = ((-0.03, -0.03), (0.03, -0.03), (0.09, 0.14), (-0.09, 0.14))
    draw.polygon([(x + across * wide, y + down * high) for across, down in nose], fill=(205, 150, 120))
    oval(-0.04, 0.14, 0.02, 0.012, (120, 70, 60))
    oval(0.04, 0.14, 0.02, 0.012, (120, 70, 60))
    oval(0, 0.28, 0.17, 0.045, (175, 80, 80))
    oval(0, 0.275, 0.15, 0.01, (110, 40, 45))
