"""Pictures as phones send them, for tests."""

import io
from typing import Any

from PIL import ExifTags, Image


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
